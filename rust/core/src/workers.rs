//! The thread pool that all parallel work runs on.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuildError};

static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// The pool of this process, made on first use; its size follows `RAYON_NUM_THREADS`.
///
/// Threads do not survive a `fork`, and work given to a pool without threads waits for ever. A forked
/// child therefore gets a pool of its own.
pub fn workers() -> std::result::Result<Arc<ThreadPool>, ThreadPoolBuildError> {
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if let Some((owner, threads)) = pool.as_ref() {
        if *owner == process {
            return Ok(Arc::clone(threads));
        }
        // Dropping a pool that was made before the fork would wait for threads that are not there.
        std::mem::forget(pool.take());
    }
    let threads =
        Arc::new(rayon::ThreadPoolBuilder::new().thread_name(|index| format!("confiture-{index}")).build()?);
    *pool = Some((process, Arc::clone(&threads)));
    Ok(threads)
}
