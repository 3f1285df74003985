//! Damages files before they are indexed: bits, cuts, pieces of other files,
//! before and after they are packed.

use std::fs;
use std::path::Path;

use super::{Chance, Sandbox, renew, report, some};
use crate::suite::harness::files_below;
use crate::suite::invented::{gz, tar, zip, zst};
use crate::suite::mutations::damage;

/// Files that are indexed together.
const TOGETHER: usize = 150;

/// Runs over so many files, where all are injected.
const RUNS: usize = 200;

/// Formats that the program writes, and reads again.
const WRITTEN: [&str; 4] = ["json", "jsonl", "csv", "ris"];

/// The sample corpus, and the same as the program writes it.
fn seeds(sandbox: &Sandbox) -> Vec<Vec<u8>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let read = |name: &String| fs::read(corpus.join(name)).expect("a file of the corpus");
    let mut seeds: Vec<Vec<u8>> = files_below(&corpus).iter().map(read).collect();
    sandbox.index(&[corpus.to_str().expect("a path"), "--index", "seeds"]);
    for format in WRITTEN {
        let run = sandbox.run(&["export", "--format", format, "--index", "seeds"]);
        seeds.push(run.success().out.into_bytes());
    }
    seeds
}

/// A seed that came to harm, or several as one, in a container or not.
fn damaged(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = seeds[chance.below(seeds.len())].clone();
    if chance.below(4) == 0 {
        let other = &seeds[chance.below(seeds.len())];
        let from = chance.below(other.len());
        let piece = &other[from..(from + chance.below(5000)).min(other.len())];
        let at = chance.below(bytes.len());
        bytes.splice(at..at, piece.iter().copied());
    }
    damage(&mut bytes, chance);
    let mut packed = packed(bytes, chance);
    if chance.below(2) == 0 {
        damage(&mut packed, chance);
    }
    packed
}

fn packed(bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let head = bytes[..bytes.len().min(100)].to_vec();
    match chance.below(12) {
        0 => gz(&bytes),
        1 => zst(&bytes),
        2 => zip(&[("a", bytes.as_slice()), ("b", head.as_slice())]),
        3 => tar(&[("a", bytes.as_slice()), ("b", head.as_slice())]),
        _ => bytes,
    }
}

/// Indexes damaged files; returns the faults that follow.
fn harm(sandbox: &Sandbox, seeds: &[Vec<u8>], run: usize) -> Option<String> {
    renew(sandbox, "damaged");
    let _ = fs::remove_dir_all(sandbox.path("ix"));
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15 ^ (run as u64 + 1));
    for number in 0..TOGETHER {
        sandbox.write(&format!("damaged/{number}"), damaged(seeds, &mut chance));
    }
    let indexed = sandbox.run(&["index", "damaged", "--index", "ix", "--format", "json"]);
    if indexed.code != Some(0) {
        return Some(format!("run {run}: {indexed:?}"));
    }
    let audit = indexed.audit();
    audit.adds_up();
    let checked = sandbox.run(&["check", "--sources", "--index", "ix"]);
    let exported = sandbox.run(&["export", "--format", "ids", "--index", "ix"]);
    let studies = exported.out.lines().count() as u64;
    let right = checked.code == Some(0) && studies == audit.count("studies");
    (!right).then(|| format!("run {run}: {studies} of {}: {checked:?}", audit.count("studies")))
}

#[test]
fn damaged_files_are_indexed_as_far_as_they_can_be() {
    let sandbox = Sandbox::new();
    let seeds = seeds(&sandbox);
    let runs = some((0..RUNS).collect(), 1);
    let harmed: Vec<String> = runs.iter().filter_map(|run| harm(&sandbox, &seeds, *run)).collect();
    // Of a run that went wrong, each file may be why.
    report("index: inputs damaged, files", runs.len() * TOGETHER, &harmed);
}
