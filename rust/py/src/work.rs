//! Running the core without the interpreter lock.

use std::cell::RefCell;
use std::ops::ControlFlow;

use confiture_core::files::{Observer, Tree};
use pyo3::prelude::*;

use crate::failures::raise;

/// Runs `task` without the lock; takes it now and then to handle signals and to report progress.
///
/// What a signal handler or the progress function raises stops the task and is raised from here.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    progress: Option<&Py<PyAny>>,
    tree: Tree<'_>,
    task: impl FnOnce(&Observer<'_>) -> confiture_core::Result<T> + Send,
) -> PyResult<T> {
    let (result, raised) = py.detach(|| {
        let raised = RefCell::new(None);
        let observer = |done: usize, total: usize| {
            let outcome = Python::attach(|py| {
                py.check_signals()?;
                progress.map_or(Ok(()), |progress| progress.call1(py, (done, total)).map(drop))
            });
            match outcome {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    raised.replace(Some(error));
                    ControlFlow::Break(())
                }
            }
        };
        let result = task(&observer);
        (result, raised.into_inner())
    });
    match raised {
        Some(error) => Err(error),
        None => result.map_err(|error| raise(py, error, Some(tree))),
    }
}
