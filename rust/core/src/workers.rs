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

/// The largest block that glibc ever takes from a heap (`DEFAULT_MMAP_THRESHOLD_MAX` on 64 bits).
const LARGEST: usize = 32 << 20;

/// Makes room for about so many bytes in small blocks, on the calling thread.
///
/// glibc lets the heap of a thread grow by single pages, with a system call for each (`grow_heap` in
/// `malloc/arena.c`). A large block that is given back lets later ones of its size be taken from the heap
/// (`__libc_free` in `malloc/malloc.c`), so the second one makes it grow at once, and leaves the room behind.
/// Nothing is written, so that no memory is used; other allocators do nothing that matters.
pub(crate) fn make_room(bytes: usize) {
    for _ in 0..2 {
        drop(std::hint::black_box(Vec::<u8>::with_capacity(bytes.min(LARGEST / 2))));
    }
}
