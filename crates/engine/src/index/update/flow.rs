//! Keeps the memory of records in progress within bounds.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How long to wait for somebody to leave.
const PATIENCE: Duration = Duration::from_secs(2);

/// Admits work by its size in bytes.
#[derive(Debug)]
pub(in crate::index) struct MemoryGate {
    inside: Mutex<usize>,
    left: Condvar,
    room: usize,
}

/// The right to hold so many bytes, given back when dropped.
#[derive(Debug)]
pub(in crate::index) struct MemoryPermit {
    gate: Arc<MemoryGate>,
    bytes: usize,
}

impl MemoryGate {
    /// A gate to a room of so many bytes.
    pub(in crate::index) fn new(room: usize) -> Arc<Self> {
        Arc::new(Self { inside: Mutex::new(0), left: Condvar::new(), room })
    }

    /// Waits until there is room. A record larger than the room is admitted
    /// alone. So is a record that has waited for a while with nobody leaving,
    /// since a permit may be stuck with a thread that failed, which shows when
    /// the next record is sent to it.
    pub(in crate::index) fn enter(self: &Arc<Self>, bytes: usize) -> MemoryPermit {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        while *inside > 0 && *inside + bytes > self.room {
            let waited = self.left.wait_timeout(inside, PATIENCE);
            let (now_inside, outcome) = waited.unwrap_or_else(PoisonError::into_inner);
            inside = now_inside;
            if outcome.timed_out() {
                break;
            }
        }
        *inside += bytes;
        MemoryPermit { gate: self.clone(), bytes }
    }
}

impl Drop for MemoryPermit {
    fn drop(&mut self) {
        let mut inside = self.gate.inside.lock().unwrap_or_else(PoisonError::into_inner);
        *inside -= self.bytes;
        self.gate.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_waits_and_what_never_fits_goes_alone() {
        let gate = MemoryGate::new(10);
        let large = gate.enter(100);
        let waiting = {
            let gate = gate.clone();
            std::thread::spawn(move || gate.enter(5).bytes)
        };
        assert_eq!(*gate.inside.lock().expect("lock"), 100);
        drop(large);
        assert_eq!(waiting.join().expect("no panic"), 5);
        assert_eq!(*gate.inside.lock().expect("lock"), 0);
    }
}
