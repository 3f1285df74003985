//! Where the time of a search went.

use std::time::Duration;

use serde_json::{Value, json};

use trialdex_engine::search::Profile;

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The steps of a search as a table: milliseconds and percent of each, the
/// longest first, and their sum.
#[must_use]
pub fn profile_lines(profile: &Profile) -> Vec<String> {
    let mut steps = profile.steps();
    let total: Duration = steps.iter().map(|step| step.took).sum();
    steps.sort_by_key(|step| std::cmp::Reverse(step.took));
    let width = steps.iter().map(|step| step.name.chars().count()).max().unwrap_or_default();
    let line = |name: &str, time: Duration| {
        let percent = 100.0 * time.as_secs_f64() / total.as_secs_f64();
        format!("{name:<width$} {:>10.3} ms {percent:>5.1} %", milliseconds(time))
    };
    let mut lines: Vec<String> = steps.iter().map(|step| line(&step.name, step.took)).collect();
    lines.push(line("total", total));
    lines
}

/// The steps of a search as JSON, in the order in which they began.
#[must_use]
pub fn profile_json(profile: &Profile) -> Value {
    let rounded = |time: Duration| (milliseconds(time) * 1e3).round() / 1e3;
    let steps = profile.steps();
    let total: Duration = steps.iter().map(|step| step.took).sum();
    let steps = steps.iter().map(|step| json!({"step": step.name, "ms": rounded(step.took)}));
    json!({"totalMs": rounded(total), "steps": steps.collect::<Vec<_>>()})
}
