//! Each system call of a command fails in turn.

use std::collections::BTreeMap;

use super::{Sandbox, Scenario, can_trace, report, some, traced};

/// System calls, the errors that they fail with, and how many places of each
/// are tried where not all are.
const CALLS: [(&str, &[&str], usize); 18] = [
    ("openat", &["EMFILE", "EACCES", "ENOSPC"], 3),
    ("read", &["EIO"], 2),
    ("pread64", &["EIO"], 3),
    ("write", &["ENOSPC", "EIO"], 3),
    ("pwrite64", &["ENOSPC", "EIO"], 3),
    ("fsync", &["EIO", "ENOSPC"], 4),
    ("fdatasync", &["EIO", "ENOSPC"], 6),
    ("rename", &["EIO"], 2),
    ("renameat", &["EIO", "ENOSPC"], 4),
    ("renameat2", &["EIO"], 2),
    ("unlink", &["EIO", "EACCES"], 2),
    ("ftruncate", &["EIO"], 2),
    ("fcntl", &["ENOLCK", "EAGAIN"], 2),
    ("flock", &["ENOLCK"], 2),
    ("lseek", &["EIO"], 2),
    ("statx", &["EIO"], 3),
    ("getdents64", &["EIO"], 2),
    ("mkdir", &["ENOSPC"], 1),
];

/// The message if everything is written and something failed after that.
const TOLD: [&str; 3] =
    ["is as it is after the run", "written, but it may not be on the disk", "written to here"];

/// How often each call is made.
fn counted(sandbox: &Sandbox, scenario: &Scenario) -> BTreeMap<&'static str, usize> {
    let names: Vec<&str> = CALLS.iter().map(|(call, ..)| *call).collect();
    let (_, trace) =
        traced(sandbox, &["-e", &format!("trace={}", names.join(","))], &scenario.command());
    let mut counts = BTreeMap::new();
    for line in trace.lines() {
        let made = line.split_once(' ').map_or("", |(_, rest)| rest.trim_start());
        let name = CALLS.iter().find(|(call, ..)| made.starts_with(&format!("{call}(")));
        if let Some((call, ..)) = name {
            *counts.entry(*call).or_default() += 1;
        }
    }
    counts
}

/// What is wrong after a call has failed; `None` where it was never made.
fn harm(
    sandbox: &Sandbox,
    scenario: &Scenario,
    [before, after]: [&str; 2],
    fault: &str,
) -> Option<Vec<String>> {
    scenario.begin(sandbox);
    let (run, trace) = traced(sandbox, &["-e", &format!("inject={fault}")], &scenario.command());
    if !trace.contains("(INJECTED)") {
        return None;
    }
    let mut wrong = Vec::new();
    let mut note = |what: String| wrong.push(format!("{} {fault}: {what}", scenario.name));
    let state = scenario.state(sandbox, "here");
    let written = state == after;
    // A source that could not be read to its end gives what came before that,
    // and is named among the rejects.
    let rejected = scenario.name == "refresh" && run.code == Some(3);
    if !written && state != before && !rejected {
        note(format!("neither before nor after: {state:.300}"));
    }
    let told = TOLD.iter().any(|told| run.err.contains(told));
    match run.code {
        Some(0) if !written => note("said to be done".to_owned()),
        Some(0 | 2) => {}
        Some(3) if rejected => {
            if !run.err.contains("rejected: 1\n  in.ndjson") {
                note(format!("rejected without a word: {}", run.err));
            }
        }
        // The index is checked after a repair, and found not to be readable.
        Some(4) if scenario.name == "repair" => {}
        // The program was not even loaded.
        Some(127) if !written => {}
        code => note(format!("ended with {code:?}: {}", run.err)),
    }
    if written && !matches!(run.code, Some(0 | 4)) && !told && !rejected {
        note(format!("done, but told otherwise: {}", run.err));
    }
    if !written && told {
        note(format!("not done, but told so: {}", run.err));
    }
    if run.err.contains("failed within itself") {
        note(run.err.clone());
    }
    wrong_after(sandbox, scenario, after, &mut note);
    Some(wrong)
}

/// What is not whole, and what the next run does not put right.
fn wrong_after(sandbox: &Sandbox, scenario: &Scenario, after: &str, note: &mut dyn FnMut(String)) {
    if let Some(harm) = (scenario.harm)(sandbox, "here") {
        note(format!("not whole: {harm}"));
    }
    let again = sandbox.run(&scenario.command());
    // What is decided already need not be decided again.
    if !matches!(again.code, Some(0 | 1)) && scenario.name != "decide" {
        note(format!("the next run: {again:?}"));
    }
    if scenario.state(sandbox, "here") != after && scenario.name != "decide" {
        note("the next run does not bring it about".to_owned());
    }
    if let Some(harm) = (scenario.harm)(sandbox, "here") {
        note(format!("not whole after the next run: {harm}"));
    }
}

fn each_call_fails((sandbox, scenario): (Sandbox, Scenario)) {
    if !can_trace() {
        return;
    }
    scenario.begin(&sandbox);
    let before = scenario.state(&sandbox, "here");
    let counts = counted(&sandbox, &scenario);
    let after = scenario.state(&sandbox, "here");
    assert_ne!(before, after, "{} changes something", scenario.name);
    let (mut injected, mut harmed) = (0, Vec::new());
    for (call, errors, few) in CALLS {
        let places = (1..=counts.get(call).copied().unwrap_or_default()).collect();
        for (at, place) in some(places, few).into_iter().enumerate() {
            let fault = format!("{call}:error={}:when={place}", errors[at % errors.len()]);
            let Some(wrong) = harm(&sandbox, &scenario, [&before, &after], &fault) else {
                continue;
            };
            injected += 1;
            harmed.extend((!wrong.is_empty()).then(|| wrong.join("; ")));
        }
    }
    report(&format!("{}: one system call fails", scenario.name), injected, &harmed);
}

#[test]
fn a_refresh_is_made_or_not_whichever_call_fails() {
    each_call_fails(super::refresh());
}

#[test]
fn a_repair_is_made_or_not_whichever_call_fails() {
    each_call_fails(super::repair());
}

#[test]
fn a_decision_is_made_or_not_whichever_call_fails() {
    each_call_fails(super::decide());
}

#[test]
fn a_merge_is_made_or_not_whichever_call_fails() {
    each_call_fails(super::merge());
}

#[test]
fn a_receipt_is_written_or_not_whichever_call_fails() {
    each_call_fails(super::receipt());
}
