//! Measures how fast a reviewer reads.

use std::time::Duration;

/// What a pause counts at most: longer ones are not spent on reading.
const LONGEST: Duration = Duration::from_secs(300);

/// Decisions before a rate says anything.
const FEWEST: u32 = 3;

/// Decisions of a session and the time that they took.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ReadingPace {
    decisions: u32,
    spent: Duration,
    last: Duration,
}

impl ReadingPace {
    /// A decision, so long after the session began.
    pub(super) fn decided(&mut self, elapsed: Duration) {
        self.spent += elapsed.saturating_sub(self.last).min(LONGEST);
        self.last = elapsed;
        self.decisions += 1;
    }

    /// A decision was taken back.
    pub(super) fn undone(&mut self) {
        self.decisions = self.decisions.saturating_sub(1);
    }

    /// Decisions an hour.
    pub(super) fn an_hour(&self) -> Option<u32> {
        let seconds = self.spent.as_secs_f64();
        let known = self.decisions >= FEWEST && seconds >= 1.0;
        known.then(|| (f64::from(self.decisions) * 3600.0 / seconds).round() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_do_not_count() {
        let mut pace = ReadingPace::default();
        for elapsed in [30, 60, 3660] {
            assert_eq!(pace.an_hour(), None);
            pace.decided(Duration::from_secs(elapsed));
        }
        assert_eq!(pace.an_hour(), Some(30));
        pace.decided(Duration::from_secs(3690));
        pace.undone();
        assert_eq!(pace.an_hour(), Some(28));
    }
}
