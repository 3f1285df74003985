//! What is written of many hits, which several threads make, is what is
//! written of a few at a time.

use std::fs;
use std::io::Read as _;
use std::process::Stdio;

use super::harness::{Sandbox, files_below};
use super::invented::record;

/// Studies in the index: more than are written one after another.
const STUDIES: u32 = 400;

/// Hits that are written one after another.
const FEW: usize = 20;

/// An index of studies about tea.
fn indexed() -> Sandbox {
    let record = |number: u32| {
        let tea = "tea ".repeat(1 + number as usize % 7);
        record(number, &format!("Green {tea}for cold number {number}, \"daily\"")) + "\n"
    };
    let records: String = (1..=STUDIES).map(record).collect();
    let sandbox = Sandbox::with(&[("studies.ndjson", records.as_bytes())]);
    sandbox.index(&["studies.ndjson", "--threads", "1"]);
    sandbox
}

/// What a search for tea gives in a format, with the line of the summary of
/// text left out.
fn found(sandbox: &Sandbox, format: &str, more: &[&str]) -> String {
    let search = ["search", "tea", "--quiet", "--format", format];
    let run = sandbox.run(&[&search, more].concat()).success();
    let lines = run.out.lines().filter(|line| !line.ends_with(" ms"));
    lines.map(|line| line.to_owned() + "\n").collect()
}

#[test]
fn many_hits_are_written_like_a_few_at_a_time() {
    let sandbox = indexed();
    let chosen = ["--fields", "NCTId,BriefTitle"];
    for (format, more, heading) in [
        ("text", &[][..], 0),
        ("jsonl", &[], 0),
        ("ris", &[], 0),
        ("csv", &[], 1),
        ("tsv", &chosen, 1),
    ] {
        let whole = found(&sandbox, format, &[more, &["--limit", "0"]].concat());
        let mut parts = String::new();
        for offset in (0..STUDIES as usize).step_by(FEW) {
            let (limit, offset) = (FEW.to_string(), offset.to_string());
            let window = ["--limit", &limit, "--offset", &offset];
            let part = found(&sandbox, format, &[more, &window].concat());
            let skipped = if parts.is_empty() { 0 } else { heading };
            parts.extend(part.lines().skip(skipped).map(|line| line.to_owned() + "\n"));
        }
        assert!(whole.lines().count() >= STUDIES as usize, "{format}");
        assert_eq!(whole, parts, "{format}");
    }
}

#[test]
fn hits_before_a_damaged_study_are_written() {
    let sandbox = indexed();
    let whole = found(&sandbox, "jsonl", &[]);
    let index = sandbox.path("index");
    let stores = files_below(&index).into_iter().filter(|name| name.ends_with(".store"));
    for store in stores {
        let mut bytes = fs::read(index.join(&store)).expect("a store");
        let middle = bytes.len() / 2;
        bytes[middle..middle + 8].fill(0xff);
        fs::write(index.join(&store), bytes).expect("written");
    }
    let run = sandbox.run(&["search", "tea", "--quiet", "--format", "jsonl"]).ended(2);
    let (before, after) = whole.split_at(run.out.len());
    assert_eq!(run.out, before);
    let next = after.lines().next().expect("a study that is not written");
    let number = next.split('"').find(|part| part.starts_with("NCT")).expect("a number");
    assert!(run.err.contains(&format!("the index is damaged: {number}: ")), "{run:?}");
}

#[test]
fn a_reader_that_has_enough_ends_the_writing() {
    let sandbox = indexed();
    for format in ["csv", "jsonl", "text", "ris"] {
        let arguments = ["search", "tea", "--limit", "0", "--no-pager", "--format", format];
        let mut command = sandbox.command(&arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("run");
        let mut out = child.stdout.take().expect("a pipe");
        out.read_exact(&mut [0; 10]).expect("a beginning");
        drop(out);
        let ended = child.wait_with_output().expect("ended");
        assert_eq!(ended.status.code(), Some(0), "{format}");
        assert!(!String::from_utf8_lossy(&ended.stderr).contains("error"), "{format}");
    }
}
