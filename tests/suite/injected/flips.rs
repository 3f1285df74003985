//! Bits of the files of an index are flipped.

use std::fs;

use super::{Chance, Sandbox, index_state, indexed, renew, report, some};
use crate::suite::harness::{copy_directory, files_below};

/// What is asked of a damaged index.
const ASKED: [&str; 4] = [
    "search invented --limit 0 --format jsonl",
    "search first --limit 0 --format ids",
    "facets OverallStatus,BriefTitle --limit 3",
    "export --format csv",
];

/// Flips in each file, where all are injected.
const EACH: usize = 12;

fn answers(sandbox: &Sandbox) -> Vec<Option<String>> {
    let asked = ASKED.iter().map(|line| {
        let arguments: Vec<&str> = line.split(' ').chain(["--index", "here/ix"]).collect();
        let run = sandbox.run(&arguments);
        // Only the errors in its content show that a file is damaged.
        assert!(matches!(run.code, Some(0..=2)), "{line}: {run:?}");
        matches!(run.code, Some(0 | 1)).then_some(run.out)
    });
    asked.collect()
}

/// Flips a bit of a file, and returns the faults that follow.
fn harm(
    sandbox: &Sandbox,
    file: &str,
    chance: &mut Chance,
    truth: &[Option<String>],
) -> Option<String> {
    renew(sandbox, "here");
    copy_directory(&sandbox.path("before"), &sandbox.path("here"));
    let path = sandbox.path(&format!("here/{file}"));
    let mut bytes = fs::read(&path).expect("a file");
    let (at, bit) = (chance.below(bytes.len()), chance.below(8));
    bytes[at] ^= 1 << bit;
    fs::write(&path, bytes).expect("written");
    let flip = format!("{file}, byte {at}, bit {bit}");
    let answers = answers(sandbox);
    // What is shown of a study is right, or an error. How many are found is not
    // known of a damaged index: `check` has to say that it is one.
    let shown = |at: usize| answers[at].is_none() || answers[at] == truth[at];
    if !shown(3) {
        return Some(format!("{flip}: exported something else"));
    }
    let found = sandbox.run(&["check", "--index", "here/ix"]);
    match found.code {
        Some(0) if answers == truth => return None,
        Some(4) => {}
        _ => return Some(format!("{flip}: {found:?}")),
    }
    let repaired = sandbox.run(&["check", "--repair", "--index", "here/ix"]);
    let state = index_state(sandbox, "here");
    let right = state == index_state(sandbox, "before") && repaired.code == Some(0);
    (!right).then(|| format!("{flip}: {repaired:?}"))
}

#[test]
fn a_flipped_bit_is_found_and_put_right() {
    let sandbox = indexed();
    sandbox.index(&["in.ndjson", "--index", "before/ix", "--threads", "1"]);
    renew(&sandbox, "here");
    copy_directory(&sandbox.path("before"), &sandbox.path("here"));
    let truth = answers(&sandbox);
    let counts = |name: &String| {
        let empty = fs::metadata(sandbox.path("before").join(name)).expect("a file").len() == 0;
        // The ledger before the present one is kept for readers alone.
        !empty && !name.ends_with(".lock") && !name.ends_with("ledger-1.zst")
    };
    let files: Vec<String> =
        files_below(&sandbox.path("before")).into_iter().filter(counts).collect();
    let flips: Vec<String> = files.iter().flat_map(|file| vec![file.clone(); EACH]).collect();
    let flips = some(flips, 2 * files.len());
    let mut chance = Chance(0x5bd1_e995);
    let harmed: Vec<String> =
        flips.iter().filter_map(|file| harm(&sandbox, file, &mut chance, &truth)).collect();
    report("index: one bit flipped", flips.len(), &harmed);
}
