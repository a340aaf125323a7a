//! Python's garbage collector, which looks through all young objects again and again while many are made.

use pyo3::prelude::*;

/// Makes objects of which none is garbage yet while the collector waits.
pub(crate) fn uncollected<T>(py: Python<'_>, make: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let collector = py.import("gc")?;
    if !collector.call_method0("isenabled")?.extract::<bool>()? {
        return make();
    }
    let _paused = Paused::new(collector.into_any())?;
    make()
}

/// Ends the wait, however the making ended.
struct Paused<'py>(Bound<'py, PyAny>);

impl<'py> Paused<'py> {
    fn new(collector: Bound<'py, PyAny>) -> PyResult<Self> {
        collector.call_method0("disable")?;
        Ok(Self(collector))
    }
}

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        // It fails only where Python itself is being torn down, and then nothing is collected any more.
        let _ = self.0.call_method0("enable");
    }
}
