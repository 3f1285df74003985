//! Faults injected one after another into commands that write: system calls
//! that fail, power cuts, flipped bits, torn copies.
//!
//! Of the faults, a part is injected that is spread over all of them;
//! `tests/faults.sh` injects all, and prints the table of `docs/faults.md`.

mod calls;
mod copies;
mod disk;
mod flips;
mod inputs;
mod power;
mod unreadable;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use rusqlite::Connection;

use super::harness::{ProgramRun, Sandbox, copy_directory};
use super::invented::record;
use super::mutations::Chance;

/// A command that writes below `here`, and what can be seen of that.
struct Scenario {
    name: &'static str,
    command: Vec<&'static str>,
    /// What is in a directory such as `here`.
    state: fn(&Sandbox, &str) -> String,
    /// Why its content is not whole.
    harm: fn(&Sandbox, &str) -> Option<String>,
}

/// What there is where a first build has not come to its end.
const NOTHING: &str = "nothing";

impl Scenario {
    fn command(&self) -> Vec<&str> {
        self.command.clone()
    }

    /// The command on another directory than `here`.
    fn elsewhere(&self, directory: &str) -> Vec<String> {
        let moved = |word: &&str| match word.strip_prefix("here/") {
            Some(rest) => format!("{directory}/{rest}"),
            None => (*word).to_owned(),
        };
        self.command.iter().map(moved).collect()
    }

    fn state(&self, sandbox: &Sandbox, directory: &str) -> String {
        (self.state)(sandbox, directory)
    }

    /// Makes `here` what it was before.
    fn begin(&self, sandbox: &Sandbox) {
        renew(sandbox, "here");
        copy_directory(&sandbox.path("before"), &sandbox.path("here"));
    }
}

fn renew(sandbox: &Sandbox, directory: &str) {
    let _ = fs::remove_dir_all(sandbox.path(directory));
    fs::create_dir(sandbox.path(directory)).expect("a directory");
}

fn index_state(sandbox: &Sandbox, directory: &str) -> String {
    let index = format!("{directory}/ix");
    let run = sandbox.run(&["export", "--format", "jsonl", "--index", &index]);
    match run.code {
        Some(0) => run.out,
        _ if run.err.contains("no index") => NOTHING.to_owned(),
        _ => run.err,
    }
}

fn index_harm(sandbox: &Sandbox, directory: &str) -> Option<String> {
    let run = sandbox.run(&["check", "--index", &format!("{directory}/ix")]);
    let nothing = run.code == Some(2) && run.err.contains("no index");
    (run.code != Some(0) && !nothing).then(|| run.out + &run.err)
}

/// The events of a review, without what differs from run to run.
fn review_state(sandbox: &Sandbox, directory: &str) -> String {
    events(&sandbox.path(&format!("{directory}/r.review")))
}

fn events(path: &Path) -> String {
    let read = || {
        let review = Connection::open(path)?;
        let mut rows =
            review.prepare("SELECT reviewer, body FROM event NOT INDEXED ORDER BY 2, 1")?;
        let event = |row: &rusqlite::Row<'_>| {
            Ok(format!("{} {}\n", row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        };
        rows.query_map([], event)?.collect::<rusqlite::Result<String>>()
    };
    read().unwrap_or_else(|error| error.to_string())
}

fn review_harm(sandbox: &Sandbox, directory: &str) -> Option<String> {
    let review = Connection::open(sandbox.path(&format!("{directory}/r.review"))).ok()?;
    let check = review.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    let said = check.unwrap_or_else(|error| error.to_string());
    (said != "ok").then_some(said)
}

/// The question of a receipt.
fn receipt_state(sandbox: &Sandbox, directory: &str) -> String {
    let read = fs::read_to_string(sandbox.path(&format!("{directory}/r.json")));
    let text = read.unwrap_or_else(|error| error.to_string());
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(receipt) => format!("{} {}", receipt["typed"], receipt["total"]),
        Err(_) => text,
    }
}

fn no_harm(_: &Sandbox, _: &str) -> Option<String> {
    None
}

fn dump(count: u32, title: impl Fn(u32) -> String) -> String {
    (1..=count).map(|number| record(number, &title(number)) + "\n").collect()
}

/// A sandbox with an index of `old.ndjson` in `before`, and a file with
/// changed, new and vanished studies to bring it up to date with.
fn indexed() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("in.ndjson", dump(60, |number| format!("First {number}")));
    sandbox.age(&["in.ndjson"]);
    sandbox.index(&["in.ndjson", "--index", "before/ix", "--threads", "1"]);
    let changed = |number| if number % 3 == 0 { "Second" } else { "First" };
    sandbox.write("in.ndjson", dump(80, |number| format!("{} {number}", changed(number))));
    sandbox.age(&["in.ndjson"]);
    sandbox
}

fn refresh() -> (Sandbox, Scenario) {
    let command = vec!["index", "in.ndjson", "--index", "here/ix", "--threads", "1", "--strict"];
    let (state, harm) = (index_state as fn(&Sandbox, &str) -> String, index_harm as _);
    (indexed(), Scenario { name: "refresh", command, state, harm })
}

fn first_build() -> (Sandbox, Scenario) {
    let (sandbox, scenario) = refresh();
    renew(&sandbox, "before");
    (sandbox, Scenario { name: "first build", ..scenario })
}

fn repair() -> (Sandbox, Scenario) {
    let sandbox = indexed();
    let directory = sandbox.path("before/ix/tantivy");
    let mut files = fs::read_dir(directory).expect("files").flatten().map(|entry| entry.path());
    let terms = files.find(|path| path.extension().is_some_and(|ending| ending == "term"));
    let terms = terms.expect("a file of terms");
    let mut bytes = fs::read(&terms).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(&terms, bytes).expect("written");
    let command = vec!["check", "--repair", "--index", "here/ix"];
    let state = |sandbox: &Sandbox, directory: &str| match index_harm(sandbox, directory) {
        Some(_) => "damaged".to_owned(),
        None => index_state(sandbox, directory),
    };
    (sandbox, Scenario { name: "repair", command, state, harm: no_harm })
}

/// A sandbox with a review of all studies in `before`, and one with decisions
/// of somebody else.
fn reviewed() -> Sandbox {
    let sandbox = indexed();
    let run = |line: &str| sandbox.run(&line.split(' ').collect::<Vec<_>>()).success();
    run("review new before/r.review --query invented --index before/ix");
    run(&format!("review decide before/r.review {} --include", super::invented::nct(1)));
    run("review copy before/r.review before/o.review");
    for number in [5, 6, 7] {
        let nct = super::invented::nct(number);
        run(&format!("review decide before/o.review {nct} --exclude --reviewer bo"));
    }
    sandbox
}

fn of_review(name: &'static str, command: &'static str) -> (Sandbox, Scenario) {
    let (state, harm) = (review_state as fn(&Sandbox, &str) -> String, review_harm as _);
    let command = command.split(' ').collect();
    (reviewed(), Scenario { name, command, state, harm })
}

fn decide() -> (Sandbox, Scenario) {
    of_review("decide", "review decide here/r.review NCT90000002 NCT90000003 --maybe")
}

fn merge() -> (Sandbox, Scenario) {
    of_review("merge", "review merge here/r.review here/o.review")
}

fn receipt() -> (Sandbox, Scenario) {
    let sandbox = indexed();
    let first = ["search", "first", "--receipt", "before/r.json", "--index", "before/ix"];
    sandbox.run(&first).success();
    let command = "search invented --receipt here/r.json --format ids --index before/ix";
    let command = command.split(' ').collect();
    let (state, harm) = (receipt_state as fn(&Sandbox, &str) -> String, no_harm as _);
    (sandbox, Scenario { name: "receipt", command, state, harm })
}

/// Whether to inject all faults.
fn all() -> bool {
    std::env::var("TRIALDEX_FAULTS").is_ok_and(|which| which == "all")
}

/// So many of some things, spread over all of them; all where that is asked
/// for.
fn some<T>(things: Vec<T>, few: usize) -> Vec<T> {
    let (length, few) = (things.len(), if all() { things.len() } else { few });
    let wanted = |at: usize| (at + 1) * few / length.max(1) > at * few / length.max(1);
    things.into_iter().enumerate().filter(|(at, _)| wanted(*at)).map(|(_, thing)| thing).collect()
}

/// A row of the table of faults; fails where any was not survived.
fn report(what: &str, injected: usize, harmed: &[String]) {
    let row = format!("| {what} | {injected} | {} |", injected - harmed.len().min(injected));
    writeln!(std::io::stderr(), "{row}").expect("a row");
    assert!(injected > 0, "{what}: nothing was injected");
    assert!(harmed.is_empty(), "{what}: {} of {injected}:\n{}", harmed.len(), harmed.join("\n"));
}

/// Whether system calls can be traced here; says so where they cannot.
pub(super) fn can_trace() -> bool {
    let traced = Command::new("strace").args(["-o", "/dev/null", "true"]).status();
    let can = traced.is_ok_and(|status| status.success());
    if !can {
        let why = "skipped: no strace, or it may not trace; nothing was injected";
        writeln!(std::io::stderr(), "{why}").expect("a message");
    }
    can
}

/// The program under `strace` with these options; gives what it left behind,
/// and the trace.
fn traced(sandbox: &Sandbox, options: &[&str], arguments: &[&str]) -> (ProgramRun, String) {
    let command = sandbox.command(arguments);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "trace"]).args(options);
    strace.arg(command.get_program()).args(command.get_args());
    sandbox.prepare(&mut strace);
    let run = ProgramRun::of(strace.output().expect("strace runs"));
    let trace = fs::read(sandbox.path("trace")).expect("a trace");
    (run, String::from_utf8_lossy(&trace).into_owned())
}
