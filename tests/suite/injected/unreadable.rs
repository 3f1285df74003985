//! A mapped file of an index is cut while it is read, which the system says
//! by SIGBUS.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Sandbox, can_trace, indexed, traced};
use crate::suite::harness::ProgramRun;

/// How long a test waits for what has to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Files that commands for reading map.
const MAPPED: [&str; 3] = ["term", "fast", "fieldnorm"];

/// Makes the first call that reads a file by its path fail, whichever it is.
const UNREADABLE: [&str; 2] = ["-e", "inject=read,pread64:error=EIO"];

fn file_of(sandbox: &Sandbox, ending: &str) -> PathBuf {
    let directory = fs::canonicalize(sandbox.path("before/ix/tantivy")).expect("a directory");
    let mut files = fs::read_dir(directory).expect("files").flatten().map(|entry| entry.path());
    files.find(|path| path.extension().is_some_and(|it| it == ending)).expect("a file")
}

/// The process with a stopped thread, once it is stopped.
fn stopped(trace: &Path) -> String {
    let start = Instant::now();
    loop {
        let text = fs::read_to_string(trace).unwrap_or_default();
        let line = text.lines().find(|line| line.contains("stopped by SIGSTOP"));
        if let Some((thread, _)) = line.and_then(|line| line.split_once(' ')) {
            let status = fs::read_to_string(format!("/proc/{thread}/status")).expect("a thread");
            let process = status.lines().find_map(|line| line.strip_prefix("Tgid:"));
            return process.expect("a process").trim().to_owned();
        }
        assert!(start.elapsed() < PATIENCE, "nothing was stopped: {text}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Stops a command when it has mapped a file, cuts the file and lets the
/// command go on.
fn cut_while_mapped(
    sandbox: &Sandbox,
    file: &Path,
    arguments: &[&str],
    more: &[&str],
) -> ProgramRun {
    let _ = fs::remove_file(sandbox.path("trace"));
    let command = sandbox.command(arguments);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "trace", "-P"]).arg(file);
    strace.args(["-e", "trace=mmap,read,pread64", "-e", "inject=mmap:signal=SIGSTOP:when=1"]);
    strace.args(more).arg(command.get_program()).args(command.get_args());
    sandbox.prepare(&mut strace);
    let child = strace.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("strace runs");
    let process = stopped(&sandbox.path("trace"));
    File::options().write(true).open(file).and_then(|file| file.set_len(0)).expect("cut");
    let status = Command::new("kill").args(["-CONT", &process]).status();
    assert!(status.expect("`kill`").success());
    let run = ProgramRun::of(child.wait_with_output().expect("it ends"));
    let trace = fs::read_to_string(sandbox.path("trace")).expect("a trace");
    assert!(trace.contains("SIGBUS"), "no part of the file was missed: {trace}");
    run
}

const COMMANDS: [&[&str]; 3] = [
    &["search", "invented", "--index", "before/ix"],
    &["show", "NCT90000007", "--index", "before/ix"],
    &["facets", "status", "--index", "before/ix"],
];

const HINT: &str = "hint: `trialdex check --index before/ix` says what is lost; \
    `trialdex check --repair --index before/ix` restores what it can\n";

#[test]
fn a_file_that_is_cut_while_it_is_mapped_is_an_error() {
    if !can_trace() {
        return;
    }
    let sandbox = indexed();
    let file = file_of(&sandbox, "term");
    let whole = fs::read(&file).expect("read");
    for arguments in COMMANDS {
        fs::write(&file, &whole).expect("written");
        let run = cut_while_mapped(&sandbox, &file, arguments, &[]);
        let said = "error: before/ix: a file of the index could not be read, or was cut while it \
            was read\n";
        let expected = (Some(2), String::new(), format!("{said}{HINT}"));
        assert_eq!((run.code, run.out, run.err), expected, "{arguments:?}");
    }
    let check = sandbox.run(&["check", "--index", "before/ix"]);
    assert_eq!(check.code, Some(4));
    let name = file.file_name().expect("a name").to_string_lossy();
    assert!(check.out.contains(&format!("tantivy/{name}: is cut or changed at its end")));
}

#[test]
fn a_file_that_the_disk_cannot_read_is_named() {
    if !can_trace() {
        return;
    }
    for ending in MAPPED {
        let sandbox = indexed();
        let file = file_of(&sandbox, ending);
        let whole = fs::read(&file).expect("read");
        let name = file.file_name().expect("a name").to_string_lossy();
        for arguments in COMMANDS {
            fs::write(&file, &whole).expect("written");
            let run = cut_while_mapped(&sandbox, &file, arguments, &UNREADABLE);
            let said = format!("before/ix/tantivy/{name}: Input/output error (os error 5)");
            let expected = (Some(2), String::new(), format!("error: {said}\n{HINT}"));
            assert_eq!((run.code, run.out, run.err), expected, "{ending} {arguments:?}");
        }
        // What reads every file goes on with the others.
        fs::write(&file, &whole).expect("written");
        let path = file.to_string_lossy();
        let options = [&["-P", &path, "-e", "trace=read,pread64"], UNREADABLE.as_slice()].concat();
        let (check, _) = traced(&sandbox, &options, &["check", "--index", "before/ix"]);
        assert_eq!(check.code, Some(4), "{check:?}");
        let said = format!("tantivy/{name}: Input/output error (os error 5); 60 studies");
        assert!(check.out.contains(&said), "{check:?}");
    }
}
