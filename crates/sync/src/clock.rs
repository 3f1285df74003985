//! The time, which the program passes in.

use std::time::{Duration, SystemTime};

/// The time, and how it passes.
pub trait Clock {
    /// What time it is.
    fn now(&self) -> SystemTime;

    /// Waits.
    fn wait(&self, duration: Duration);
}
