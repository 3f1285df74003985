//! Runs that are stopped or disturbed: the index is in its old or its new
//! state, never between.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::harness::{ProgramRun, Sandbox, copy_directory, titles_in};
use super::invented::{lines, nct, record};

/// Studies in a run that will be killed.
const STUDIES: u32 = 3000;

/// Moments to kill at, in percent of the time that a whole run takes; spread
/// over it at random, once.
const MOMENTS: [u32; 12] = [2, 9, 17, 26, 38, 45, 57, 66, 74, 83, 91, 98];

type Titles = BTreeMap<String, String>;

/// A line for each study, all with that title.
fn dump(title: &str) -> String {
    (1..=STUDIES).map(|number| record(number, title) + "\n").collect()
}

/// Titles in an index, `None` where there is no index.
fn state(sandbox: &Sandbox, index: &str) -> Option<Titles> {
    let status = sandbox.run(&["status", "--index", index]);
    if status.code == Some(2) {
        let none = ["no index here", "no index yet"];
        assert!(none.iter().any(|none| status.err.contains(none)), "{status:?}");
        return None;
    }
    Some(titles_in(sandbox, index))
}

/// How long a whole run takes.
fn time_of_run(sandbox: &Sandbox, arguments: &[&str]) -> Duration {
    let start = Instant::now();
    sandbox.run(arguments).success();
    start.elapsed()
}

/// Runs and kills after a while; says whether the run was still under way.
fn killed_after(sandbox: &Sandbox, arguments: &[&str], while_: Duration) -> bool {
    let mut child = sandbox
        .command(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(while_);
    child.kill().expect("a signal sent, or nobody there to get it");
    !child.wait().expect("the program ends").success()
}

#[test]
fn a_first_build_that_is_killed_leaves_nothing_or_all() {
    let sandbox = Sandbox::with(&[("a.ndjson", dump("First").as_bytes())]);
    let whole = time_of_run(&sandbox, &["index", "a.ndjson", "--index", "whole"]);
    let after = state(&sandbox, "whole").expect("an index");
    assert_eq!(after.len(), STUDIES as usize);
    let mut killed = 0;
    for percent in MOMENTS {
        let index = format!("killed-{percent}");
        let arguments = ["index", "a.ndjson", "--index", &index];
        killed += u32::from(killed_after(&sandbox, &arguments, whole * percent / 100));
        let found = state(&sandbox, &index);
        assert!(found.is_none() || found.as_ref() == Some(&after), "after {percent} %");
        sandbox.run(&arguments).success();
        assert_eq!(state(&sandbox, &index).as_ref(), Some(&after), "completed after {percent} %");
    }
    assert!(killed > 0, "no run was killed");
}

#[test]
fn a_refresh_that_is_killed_leaves_the_index_before_or_after() {
    let sandbox = Sandbox::with(&[("a.ndjson", dump("First").as_bytes())]);
    sandbox.run(&["index", "a.ndjson", "--index", "first"]).success();
    let before = state(&sandbox, "first").expect("an index");
    sandbox.write("a.ndjson", dump("Second") + &record(STUDIES + 1, "More"));
    let copied = |name: &str| copy_directory(&sandbox.path("first"), &sandbox.path(name));
    copied("second");
    let whole = time_of_run(&sandbox, &["index", "a.ndjson", "--index", "second"]);
    let after = state(&sandbox, "second").expect("an index");
    assert_eq!((before.len(), after.len()), (STUDIES as usize, STUDIES as usize + 1));
    let mut killed = 0;
    for percent in MOMENTS {
        let index = format!("killed-{percent}");
        copied(&index);
        let arguments = ["index", "a.ndjson", "--index", &index];
        killed += u32::from(killed_after(&sandbox, &arguments, whole * percent / 100));
        let found = state(&sandbox, &index).expect("an index");
        assert!(found == before || found == after, "after {percent} %");
        sandbox.run(&arguments).success();
        assert_eq!(state(&sandbox, &index).as_ref(), Some(&after), "completed after {percent} %");
    }
    assert!(killed > 0, "no run was killed");
}

/// A run that reads standard input and is known to be reading.
struct PipedRun {
    child: Child,
    input: std::process::ChildStdin,
}

impl PipedRun {
    /// Writes more to the run than a pipe holds, so that it must have read.
    fn started(sandbox: &Sandbox) -> Self {
        let (child, mut input) = sandbox.start_fed(&["index", "-"]);
        for number in 1..=2000 {
            writeln!(input, "{}", record(number, "From the pipe")).expect("taken");
        }
        Self { child, input }
    }

    /// What became of the run once its input ended.
    fn ended(self) -> ProgramRun {
        drop(self.input);
        ProgramRun::of(self.child.wait_with_output().expect("the program ends"))
    }

    /// Sends what Ctrl-C sends.
    fn interrupt(&self) {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(sent.expect("`kill` runs").success());
    }
}

/// A sandbox with an index of two studies.
fn indexed() -> Sandbox {
    let sandbox = Sandbox::with(&[("a.json", lines(&[(1, "One"), (2, "Two")]).as_bytes())]);
    sandbox.index(&["a.json"]);
    sandbox
}

#[test]
fn ctrl_c_leaves_the_index_as_it_was_and_says_so() {
    let sandbox = indexed();
    let before = sandbox.titles();
    let mut reading = PipedRun::started(&sandbox);
    reading.interrupt();
    // The run goes on being fed until it stops.
    while writeln!(reading.input, "{}", record(3, "Late")).is_ok() {}
    let run = reading.ended().ended(130);
    assert_eq!(run.err, "error: interrupted; the index is as it was before\n");
    assert_eq!(run.out, "");
    assert_eq!(sandbox.titles(), before);
    assert_eq!(sandbox.index(&["a.json"]).counts(["unchanged", "added"]), [2, 0]);
}

#[test]
fn ctrl_c_stops_a_run_that_waits_for_input() {
    let sandbox = indexed();
    let before = sandbox.titles();
    let mut reading = PipedRun::started(&sandbox);
    // By then it has read all there is.
    std::thread::sleep(Duration::from_secs(3));
    reading.interrupt();
    let deadline = Instant::now() + Duration::from_secs(20);
    let code = loop {
        match reading.child.try_wait().expect("a child") {
            Some(status) => break status.code(),
            None if Instant::now() > deadline => {
                reading.child.kill().expect("killed");
                panic!("the run goes on waiting");
            }
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    assert_eq!(code, Some(130));
    let mut said = String::new();
    reading.child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
    assert_eq!(said, "error: interrupted; the index is as it was before\n");
    assert_eq!(sandbox.titles(), before);
}

#[test]
fn ctrl_c_in_a_first_build_leaves_no_index() {
    let sandbox = Sandbox::new();
    let mut reading = PipedRun::started(&sandbox);
    reading.interrupt();
    while writeln!(reading.input, "{}", record(3, "Late")).is_ok() {}
    reading.ended().ended(130);
    assert_eq!(state(&sandbox, "index"), None);
}

#[test]
fn a_second_writer_is_turned_away() {
    let sandbox = indexed();
    let reading = PipedRun::started(&sandbox);
    let second = sandbox.run(&["index", "a.json"]).ended(2);
    let (said, hint) = second.err.split_once('\n').expect("two lines");
    assert!(said.starts_with("error: index: another process is writing to the index"), "{said}");
    assert_eq!(hint, "hint: wait until it is done, then run the command again\n");
    reading.ended().success();
    assert_eq!(sandbox.titles().len(), 2000);
}

#[test]
fn an_index_can_be_searched_while_it_is_refreshed() {
    let sandbox = indexed();
    let reading = PipedRun::started(&sandbox);
    assert_eq!(sandbox.titles().len(), 2);
    assert!(sandbox.holds(&nct(1)));
    sandbox.run(&["status"]).success();
    reading.ended().success();
    assert_eq!(sandbox.titles().len(), 2000);
}
