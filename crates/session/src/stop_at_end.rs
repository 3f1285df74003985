//! Work that is not wanted any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Asks the work of a request to stop once nobody waits for it: past its time, or when the client
/// went away. The flag is that of [`crate::AskedSearch::stop`].
#[derive(Debug, Default)]
pub struct StopAtEnd(Arc<AtomicBool>);

impl StopAtEnd {
    /// What is set at the end.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }
}

impl Drop for StopAtEnd {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
