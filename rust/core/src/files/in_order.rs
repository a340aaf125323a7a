//! Work that all threads share, in runs of items, and whose results the calling thread takes in order.
//!
//! The calling thread works too whenever no result is there to be taken: little work is done before
//! another thread has woken up, and no thread waits for another as long as there is work.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Observer;
use crate::error::{Error, Result};
use crate::workers::workers;

/// Items between two calls of the observer.
const OBSERVED: usize = 1024;
/// How long the observer waits for them at most.
const PATIENCE: Duration = Duration::from_millis(100);

/// What is done with runs of items, on any thread.
pub(super) trait Work: Sync {
    /// What a run comes to.
    type Output: Send;

    /// Number of items for which threads need not meet.
    const FEWEST: usize;

    /// Number of items that make a good run, by what is known so far.
    fn run_length(&self) -> usize;

    /// Whether a run may be started; must be true when the results of all others were taken.
    fn has_room(&self) -> bool;

    /// Does a run; in a long one, asks now and then whether to go on.
    fn work(&self, items: Range<usize>, go_on: &dyn Fn() -> bool) -> Self::Output;
}

/// What the calling thread does with the results.
pub(super) trait Take<T> {
    /// Takes the result of the next run.
    fn take(&mut self, output: T) -> Result<()>;

    /// Tells the observer how far the work is, if it is time to; whether to go on.
    fn beat(&self) -> bool;
}

/// An observer, called neither too often nor too seldom, and never again once it has stopped the work.
pub(super) struct Pulse<'a> {
    observer: &'a Observer<'a>,
    total: usize,
    reported: Cell<Option<usize>>,
    reported_at: Cell<Instant>,
    stopped: Cell<bool>,
}

impl<'a> Pulse<'a> {
    pub(super) fn new(observer: &'a Observer<'a>, total: usize) -> Self {
        Self {
            observer,
            total,
            reported: Cell::new(None),
            reported_at: Cell::new(Instant::now()),
            stopped: Cell::new(false),
        }
    }

    /// Calls the observer if it is time to; whether to go on.
    pub(super) fn beat(&self, done: usize) -> bool {
        let is_time = done - self.reported.get().unwrap_or(0) >= OBSERVED
            || self.reported_at.get().elapsed() >= PATIENCE;
        if is_time && !self.stopped.get() {
            self.report(done);
        }
        !self.stopped.get()
    }

    /// Calls the observer for the last time, if it does not know yet.
    pub(super) fn end(&self, done: usize) -> Result<()> {
        if self.reported.get() != Some(done) && !self.stopped.get() {
            self.report(done);
        }
        if self.stopped.get() { Err(Error::Stopped) } else { Ok(()) }
    }

    fn report(&self, done: usize) {
        self.reported.set(Some(done));
        self.stopped.set((self.observer)(done, self.total).is_break());
        self.reported_at.set(Instant::now());
    }
}

/// Does `work` on so many items, until a result cannot be taken or `taker` does not want to go on.
pub(super) fn in_order<W: Work>(items: usize, work: &W, taker: &mut impl Take<W::Output>) -> Result<()> {
    let pool = workers()?;
    let helpers = (pool.current_num_threads() - 1).min(items / (2 * W::FEWEST));
    let queue = Queue { items, threads: helpers + 1, state: Mutex::default() };
    let running = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    pool.in_place_scope(|scope| {
        let _stopper = Stopper(&queue);
        let help = |sender: &Sender<_>| {
            if running.load(Ordering::Acquire) == helpers || !queue.has_more() || !work.has_room() {
                return;
            }
            let sender = sender.clone();
            let (queue, running) = (&queue, Running::new(&running));
            scope.spawn(move |_| {
                // The pool is for others too: a thread that finds no room leaves instead of waiting.
                while let Some((run, items)) = queue.claim(work) {
                    let output = work.work(items, &|| queue.goes_on());
                    // The calling thread listens until all that was claimed is done.
                    let _ = sender.send((run, output));
                }
                drop(running);
            });
        };
        (0..helpers).for_each(|_| help(&sender));
        let mut ready = BTreeMap::new();
        let mut next = 0;
        loop {
            ready.extend(receiver.try_iter());
            if let Some(output) = ready.remove(&next) {
                next += 1;
                taker.take(output)?;
                help(&sender);
            } else if let Some((run, items)) = queue.claim(work) {
                ready.insert(run, work.work(items, &|| taker.beat()));
            } else if next == queue.claimed() {
                return Ok(());
            } else {
                // What is missing comes, or its thread has panicked, which leaving the scope passes on.
                let were_running = running.load(Ordering::Acquire) > 0;
                match receiver.recv_timeout(PATIENCE) {
                    Ok((run, output)) => drop(ready.insert(run, output)),
                    Err(RecvTimeoutError::Timeout) if were_running => {}
                    Err(_) => return Err(Error::Stopped),
                }
            }
            if !taker.beat() {
                return Err(Error::Stopped);
            }
        }
    })
}

/// What is left to be done.
struct Queue {
    items: usize,
    /// Threads that may work.
    threads: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The first item that nobody does.
    next: usize,
    /// Runs that were started.
    claimed: usize,
    stopped: bool,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number and the items of the next run, if one may be started.
    fn claim<W: Work>(&self, work: &W) -> Option<(usize, Range<usize>)> {
        let mut state = self.state();
        let left = self.items - state.next;
        if left == 0 || state.stopped || !work.has_room() {
            return None;
        }
        // Smaller and smaller towards the end, so that all threads end together.
        let share = (left / (2 * self.threads)).max(W::FEWEST);
        let length = work.run_length().min(share).min(left);
        let run = (state.claimed, state.next..state.next + length);
        state.claimed += 1;
        state.next += length;
        Some(run)
    }

    fn claimed(&self) -> usize {
        self.state().claimed
    }

    fn has_more(&self) -> bool {
        let state = self.state();
        state.next < self.items && !state.stopped
    }

    fn goes_on(&self) -> bool {
        !self.state().stopped
    }
}

/// Stops a queue when it is dropped.
struct Stopper<'a>(&'a Queue);

impl Drop for Stopper<'_> {
    fn drop(&mut self) {
        self.0.state().stopped = true;
    }
}

/// Counts a thread as long as it runs.
struct Running<'a>(&'a AtomicUsize);

impl<'a> Running<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::path::PathBuf;

    use super::*;

    /// Runs of growing length, of which few may be held.
    #[derive(Default)]
    struct Doubling {
        begun: AtomicUsize,
        held: AtomicUsize,
        panics_at: Option<usize>,
    }

    impl Work for Doubling {
        type Output = Vec<usize>;

        const FEWEST: usize = 2;

        fn run_length(&self) -> usize {
            self.begun.load(Ordering::Relaxed) % 7 + 1
        }

        fn has_room(&self) -> bool {
            self.held.load(Ordering::Relaxed) < 3
        }

        fn work(&self, items: Range<usize>, _: &dyn Fn() -> bool) -> Vec<usize> {
            self.begun.fetch_add(1, Ordering::Relaxed);
            self.held.fetch_add(1, Ordering::Relaxed);
            assert!(self.panics_at.is_none_or(|item| !items.contains(&item)), "as was wished");
            items.map(|item| 2 * item).collect()
        }
    }

    struct Collecting<'a> {
        work: &'a Doubling,
        pulse: Pulse<'a>,
        collected: Vec<usize>,
        refused: Option<usize>,
    }

    impl Take<Vec<usize>> for Collecting<'_> {
        fn take(&mut self, output: Vec<usize>) -> Result<()> {
            self.work.held.fetch_sub(1, Ordering::Relaxed);
            if let Some(item) = self.refused
                && output.contains(&item)
            {
                return Err(Error::MissingDirectory { path: PathBuf::from(item.to_string()) });
            }
            self.collected.extend(output);
            Ok(())
        }

        fn beat(&self) -> bool {
            self.pulse.beat(self.collected.len())
        }
    }

    fn double(
        items: usize,
        work: &Doubling,
        refused: Option<usize>,
        observer: &Observer<'_>,
    ) -> (Result<()>, Vec<usize>) {
        let pulse = Pulse::new(observer, items);
        let mut taker = Collecting { work, pulse, collected: Vec::new(), refused };
        let result = in_order(items, work, &mut taker).and_then(|()| taker.pulse.end(taker.collected.len()));
        (result, taker.collected)
    }

    #[test]
    fn results_come_in_order() {
        for items in [0, 1, 3, 4, 8, 100, 5_000] {
            let (result, doubled) =
                double(items, &Doubling::default(), None, &|_, _| ControlFlow::Continue(()));
            assert!(result.is_ok());
            assert_eq!(doubled, (0..items).map(|item| 2 * item).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_refused_result_ends_the_work_after_those_before() {
        let work = Doubling::default();
        let (result, doubled) = double(1_000_000, &work, Some(2_000), &|_, _| ControlFlow::Continue(()));
        assert!(matches!(result, Err(Error::MissingDirectory { path }) if path.to_str() == Some("2000")));
        assert_eq!(doubled, (0..doubled.len()).map(|item| 2 * item).collect::<Vec<_>>());
        assert!(doubled.len() <= 1_000);
        assert!(work.begun.load(Ordering::Relaxed) < 1_100);
    }

    #[test]
    fn an_observer_stops_the_work_and_is_left_alone() {
        let calls = Cell::new(0);
        let stop = |done: usize, total: usize| {
            calls.set(calls.get() + 1);
            assert!(done < total);
            ControlFlow::Break(())
        };
        let (result, doubled) = double(1_000_000, &Doubling::default(), None, &stop);
        assert!(matches!(result, Err(Error::Stopped)));
        assert!(doubled.len() < 1_000_000);
        assert_eq!(calls.get(), 1);
    }

    #[test]
    fn an_observer_is_told_the_end() {
        for items in [0, 1, OBSERVED, 3 * OBSERVED + 1] {
            let told = std::cell::RefCell::new(Vec::new());
            let (result, _) = double(items, &Doubling::default(), None, &|done, total| {
                assert_eq!(total, items);
                told.borrow_mut().push(done);
                ControlFlow::Continue(())
            });
            assert!(result.is_ok());
            assert!(told.borrow().is_sorted_by(|before, after| before < after));
            assert_eq!(told.borrow().last(), Some(&items));
            assert!(told.borrow().len() >= items / (OBSERVED + 6));
        }
    }

    #[test]
    fn a_panic_is_passed_on() {
        for item in [0, 7, 999] {
            let work = Doubling { panics_at: Some(item), ..Doubling::default() };
            let caught =
                std::panic::catch_unwind(|| double(1_000, &work, None, &|_, _| ControlFlow::Continue(())).0);
            assert!(caught.is_err());
        }
    }
}
