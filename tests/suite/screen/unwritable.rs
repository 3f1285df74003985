//! The disk fails while somebody decides on the screen.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::{Terminal, begun, listed, order};
use crate::suite::injected::can_trace;

/// Makes system calls of the program fail until this is dropped.
struct FailingWrites(Child);

impl FailingWrites {
    fn new(terminal: &Terminal, fault: &str) -> Self {
        let process = terminal.child.id().to_string();
        let mut strace = Command::new("strace");
        strace.args(["-f", "-o", "/dev/null", "-e", &format!("inject={fault}"), "-p", &process]);
        let mut child = strace.stderr(Stdio::piped()).spawn().expect("strace runs");
        let said = BufReader::new(child.stderr.take().expect("standard error"));
        let mut lines = said.lines().map_while(Result::ok);
        assert!(lines.any(|line| line.contains("attached")), "the screen cannot be traced");
        // `strace` names each new thread of the program, and would end and let
        // writes succeed if nobody read that.
        std::thread::spawn(move || lines.for_each(drop));
        Self(child)
    }
}

impl Drop for FailingWrites {
    fn drop(&mut self) {
        // `strace` lets go of the program when it is asked to end.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

#[test]
fn a_decision_that_cannot_be_written_is_said_and_can_be_made_again() {
    if !can_trace() {
        return;
    }
    for (fault, said) in [
        ("pwrite64:error=ENOSPC", "full"),
        ("pwrite64:error=EIO", "disk I/O error"),
        ("fdatasync,fsync:error=EIO", "disk I/O error"),
    ] {
        let sandbox = begun();
        let order = order(&sandbox);
        let mut terminal = Terminal::start(&sandbox, &[], &[]);
        terminal.wait_for(&order[0]);
        terminal.press("i");
        terminal.wait_for(&format!("{} include", order[0]));
        let failing = FailingWrites::new(&terminal, fault);
        terminal.press("e2");
        terminal.wait_for(said);
        terminal.wait_for("1 of 10 decided");
        drop(failing);
        assert_eq!(listed(&sandbox, "exclude"), [""; 0], "{fault}");
        terminal.press("e2");
        terminal.wait_for("2 of 10 decided");
        terminal.press("q");
        assert!(terminal.ended().success(), "{fault}");
        terminal.wait_for("2 decided, 8 left; all is in anemia.review");
        assert_eq!(listed(&sandbox, "include"), order[..1], "{fault}");
        assert_eq!(listed(&sandbox, "exclude"), order[1..2], "{fault}");
    }
}
