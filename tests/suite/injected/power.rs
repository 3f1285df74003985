//! The power fails at every point of a command that writes.

use std::collections::HashSet;

use super::disk::{CALLS, DiskTree, ModelDisk, PowerCutRemainder, calls, write};
use super::{NOTHING, Sandbox, Scenario, can_trace, renew, report, some, traced};

/// States of a disk that are looked at where not all are.
const FEW: usize = 40;

/// A state of a disk, and the point that it is of.
struct Cut {
    tree: DiskTree,
    at: String,
    /// The command has said that it is done.
    done: bool,
}

/// Every state that a power cut could leave, each once.
fn cuts(sandbox: &Sandbox, scenario: &Scenario) -> Vec<Cut> {
    scenario.begin(sandbox);
    let mut disk = ModelDisk::of(&sandbox.path("here"));
    let options = ["-xx", "-s", "100000000", "-e", &format!("trace={CALLS}")];
    let (run, trace) = traced(sandbox, &options, &scenario.command());
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    let mut cuts: Vec<Cut> = Vec::new();
    let mut known = HashSet::new();
    let calls = calls(&trace);
    for (at, call) in (1..).zip(&calls) {
        if !disk.apply(call) {
            continue;
        }
        for how in kinds(at) {
            let tree = disk.left(how);
            if known.insert(tree.clone()) {
                cuts.push(Cut { tree, at: format!("call {at}, {how:?}"), done: false });
            }
        }
    }
    for how in kinds(1 << 20) {
        cuts.push(Cut { tree: disk.left(how), at: format!("the end, {how:?}"), done: true });
    }
    cuts
}

fn kinds(seed: u64) -> [PowerCutRemainder; 6] {
    let mixed = |seed| PowerCutRemainder::Mixed(seed * 2_654_435_761 + 1);
    [
        PowerCutRemainder::Seen,
        PowerCutRemainder::Synced,
        PowerCutRemainder::Names,
        PowerCutRemainder::Bytes,
        mixed(seed),
        mixed(seed + (1 << 30)),
    ]
}

fn harm(sandbox: &Sandbox, scenario: &Scenario, states: [&str; 2], cut: &Cut) -> Option<String> {
    renew(sandbox, "left");
    write(&cut.tree, &sandbox.path("left"));
    let [before, after] = states;
    let state = scenario.state(sandbox, "left");
    if cut.done && state != after {
        return Some(format!("{}: lost what was said to be done: {state:.300}", cut.at));
    }
    if state != before && state != after {
        return Some(format!("{}: neither before nor after: {state:.300}", cut.at));
    }
    let found = (scenario.harm)(sandbox, "left").filter(|_| state != NOTHING);
    found.map(|harm| format!("{}: not whole: {harm}", cut.at))
}

/// The command is run again on the remains.
fn again(sandbox: &Sandbox, scenario: &Scenario, after: &str, cut: &Cut) -> Option<String> {
    renew(sandbox, "left");
    write(&cut.tree, &sandbox.path("left"));
    let arguments = scenario.elsewhere("left");
    let run = sandbox.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let harm = (scenario.harm)(sandbox, "left");
    let right = scenario.state(sandbox, "left") == after && harm.is_none();
    (!right).then(|| format!("{}, run again: {run:?} {harm:?}", cut.at))
}

fn the_power_fails((sandbox, scenario): (Sandbox, Scenario)) {
    if !can_trace() {
        return;
    }
    scenario.begin(&sandbox);
    let before = scenario.state(&sandbox, "here");
    let cuts = cuts(&sandbox, &scenario);
    let after = scenario.state(&sandbox, "here");
    assert_ne!(before, after, "{} changes something", scenario.name);
    let (ends, others): (Vec<Cut>, Vec<Cut>) = cuts.into_iter().partition(|cut| cut.done);
    let looked_at = some(others, FEW);
    let mut harmed = Vec::new();
    for cut in looked_at.iter().chain(&ends) {
        harmed.extend(harm(&sandbox, &scenario, [&before, &after], cut));
    }
    let what = format!("{}: power cut, states of the disk", scenario.name);
    report(&what, looked_at.len() + ends.len(), &harmed);
    // Decisions that are there already are no reason not to decide again.
    if !["receipt", "decide"].contains(&scenario.name) {
        let continued = some(looked_at, FEW / 10);
        let harmed = continued.iter().filter_map(|cut| again(&sandbox, &scenario, &after, cut));
        report(
            &format!("{}: the next run after it", scenario.name),
            continued.len(),
            &harmed.collect::<Vec<_>>(),
        );
    }
}

#[test]
fn a_refresh_outlives_a_power_cut() {
    the_power_fails(super::refresh());
}

#[test]
fn a_first_build_outlives_a_power_cut() {
    the_power_fails(super::first_build());
}

#[test]
fn a_repair_outlives_a_power_cut() {
    the_power_fails(super::repair());
}

#[test]
fn a_decision_outlives_a_power_cut() {
    the_power_fails(super::decide());
}

#[test]
fn a_merge_outlives_a_power_cut() {
    the_power_fails(super::merge());
}

#[test]
fn a_receipt_outlives_a_power_cut() {
    the_power_fails(super::receipt());
}
