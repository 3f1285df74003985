//! Where the time of a search goes.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The step of all that no other step measures.
const REST: &str = "all else";

/// A step of a search, and how long it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileStep {
    /// What it does.
    pub name: String,
    /// Its time, without that of the steps within it.
    pub took: Duration,
}

/// Measures the steps of a search. A step within another one has its time, so
/// that all of them add up to the whole. A search that is measured runs in one
/// thread.
///
/// ```
/// use trialdex_engine::search::Profile;
///
/// let profile = Profile::start();
/// let sum = profile.measure("adding up", || (1..10).sum::<u32>());
/// assert_eq!(sum, 45);
/// assert_eq!(profile.steps()[1].name, "adding up");
/// ```
#[derive(Clone)]
pub struct Profile(Arc<Mutex<Steps>>);

struct Steps {
    /// In the order in which they began.
    all: Vec<ProfileStep>,
    /// Those that have begun and not ended, the innermost one last.
    running: Vec<usize>,
    /// When the innermost one began or went on.
    since: Instant,
    /// Names of the filters of the search.
    filters: Vec<String>,
}

#[expect(clippy::disallowed_methods, reason = "a search measures how long its steps take")]
fn now() -> Instant {
    Instant::now()
}

impl Steps {
    fn named(&mut self, name: &str) -> usize {
        self.all.iter().position(|step| step.name == name).unwrap_or_else(|| {
            self.all.push(ProfileStep { name: name.to_owned(), took: Duration::ZERO });
            self.all.len() - 1
        })
    }

    /// Gives the innermost step the time since it went on.
    fn charge(&mut self) {
        let until = now();
        if let Some(step) = self.running.last().and_then(|step| self.all.get_mut(*step)) {
            step.took += until.saturating_duration_since(self.since);
        }
        self.since = until;
    }
}

impl Profile {
    /// Begins to measure.
    #[must_use]
    pub fn start() -> Self {
        let mut steps =
            Steps { all: Vec::new(), running: Vec::new(), since: now(), filters: Vec::new() };
        let rest = steps.named(REST);
        steps.running.push(rest);
        Self(Arc::new(Mutex::new(steps)))
    }

    /// Says what the filters of the search are called, in their order.
    pub fn name_filters(&self, names: Vec<String>) {
        self.lock().filters = names;
    }

    /// Measures a step.
    pub fn measure<T>(&self, step: &str, run: impl FnOnce() -> T) -> T {
        let step = self.step(step);
        self.within(step, run)
    }

    /// The steps until now, that of all else first; they add up to the time
    /// since the beginning.
    #[must_use]
    pub fn steps(&self) -> Vec<ProfileStep> {
        let mut steps = self.lock();
        steps.charge();
        steps.all.clone()
    }

    /// The number of a step, to measure it many times.
    pub(super) fn step(&self, name: &str) -> usize {
        self.lock().named(name)
    }

    /// Measures a step by its number.
    pub(super) fn within<T>(&self, step: usize, run: impl FnOnce() -> T) -> T {
        {
            let mut steps = self.lock();
            steps.charge();
            steps.running.push(step);
        }
        let result = run();
        let mut steps = self.lock();
        steps.charge();
        steps.running.pop();
        result
    }

    /// The step of a filter, by its place among the filters of the search.
    pub(super) fn filter(&self, at: usize) -> usize {
        let mut steps = self.lock();
        let name = match steps.filters.get(at) {
            Some(name) => format!("filter `{name}`"),
            None => format!("filter {}", at + 1),
        };
        steps.named(&name)
    }

    fn lock(&self) -> MutexGuard<'_, Steps> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.lock().all).finish()
    }
}

/// Measures a step where a search is measured.
pub fn measured<T>(profile: Option<&Profile>, step: &str, run: impl FnOnce() -> T) -> T {
    match profile {
        Some(profile) => profile.measure(step, run),
        None => run(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(least: Duration) {
        let start = now();
        while now() - start < least {}
    }

    #[test]
    fn a_step_within_another_has_its_time() {
        let (profile, short, long) =
            (Profile::start(), Duration::from_millis(2), Duration::from_millis(20));
        let start = now();
        profile.measure("outer", || {
            wait(short);
            profile.measure("inner", || wait(long));
        });
        profile.measure("inner", || wait(long));
        let whole = now() - start;
        let steps = profile.steps();
        let names: Vec<&str> = steps.iter().map(|step| step.name.as_str()).collect();
        assert_eq!(names, [REST, "outer", "inner"]);
        assert!(steps[1].took >= short, "{steps:?}");
        assert!(steps[2].took >= long * 2, "{steps:?}");
        let sum: Duration = steps.iter().map(|step| step.took).sum();
        assert!(sum >= whole, "{sum:?} of {whole:?}");
    }

    #[test]
    fn filters_have_their_names_or_numbers() {
        let profile = Profile::start();
        profile.name_filters(vec!["--phase 2".to_owned()]);
        let steps = [profile.filter(0), profile.filter(1), profile.filter(0)];
        assert_eq!(steps, [1, 2, 1]);
        let names: Vec<String> = profile.steps().into_iter().map(|step| step.name).collect();
        assert_eq!(names[1..], ["filter `--phase 2`", "filter 2"]);
    }
}
