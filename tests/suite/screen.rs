//! The screen of a review in a terminal, which a test types at and reads.
#![cfg(unix)]

mod unwritable;

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use pty_process::Size;
use pty_process::blocking::{Pty, open};

use super::harness::{Sandbox, copy_directory};

/// How long a test waits for what has to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A sandbox with a review of the sample corpus.
fn begun() -> Sandbox {
    let sandbox = Sandbox::new();
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    copy_directory(&corpus, &sandbox.path("corpus"));
    sandbox.index(&["corpus"]);
    sandbox.run(&["review", "new", "anemia", "--query", "anemia"]).success();
    sandbox
}

/// A terminal with the program in it.
pub(super) struct Terminal {
    child: Child,
    pty: Arc<Pty>,
    parser: Arc<Mutex<vt100::Parser>>,
}

pub(super) fn size(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("a size")
}

impl Terminal {
    /// Runs the screen of the review in the order of its search.
    fn start(sandbox: &Sandbox, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::ordered(sandbox, &[&["--order", "relevance"], arguments].concat(), variables)
    }

    /// Runs the screen of the review with these arguments and variables.
    fn ordered(sandbox: &Sandbox, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let command = sandbox.command(&[&["review", "anemia"], arguments].concat());
        Self::run(command, variables, (24, 80))
    }

    /// Runs a command on a terminal of so many lines and columns.
    pub(super) fn run(
        mut command: Command,
        variables: &[(&str, &str)],
        (lines, columns): (u16, u16),
    ) -> Self {
        let (pty, pts) = open().expect("a terminal");
        pty.resize(Size::new(lines, columns)).expect("a size");
        command.env("TERM", "xterm-256color").env_remove("DISPLAY").env_remove("BROWSER");
        command.envs(variables.iter().copied());
        let command = pty_process::blocking::Command::from(command);
        let child = command.spawn(pts).expect("the program starts");
        let parser = Arc::new(Mutex::new(vt100::Parser::new(size(lines), size(columns), 0)));
        let (pty, shown) = (Arc::new(pty), parser.clone());
        let reader = pty.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = (&*reader).read(&mut bytes) {
                shown.lock().expect("a screen").process(&bytes[..count]);
            }
        });
        Self { child, pty, parser }
    }

    pub(super) fn screen<T>(&self, read: impl FnOnce(&vt100::Screen) -> T) -> T {
        read(self.parser.lock().expect("a screen").screen())
    }

    fn shown(&self) -> String {
        self.screen(vt100::Screen::contents)
    }

    /// What is shown when nothing more comes: a screen can be read while it
    /// is being drawn.
    pub(super) fn settled(&self) -> String {
        loop {
            let before = self.shown();
            std::thread::sleep(Duration::from_millis(300));
            if self.shown() == before {
                return before;
            }
        }
    }

    fn press(&self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).expect("typed");
    }

    fn resize(&self, columns: u16, lines: u16) {
        self.parser.lock().expect("a screen").set_size(size(lines), size(columns));
        self.pty.resize(Size::new(lines, columns)).expect("a size");
    }

    /// Waits until the screen shows a text.
    pub(super) fn wait_for(&self, text: &str) {
        self.wait(text, |shown| shown.contains(text));
    }

    fn wait(&self, what: &str, holds: impl Fn(&str) -> bool) {
        let start = Instant::now();
        while !holds(&self.shown()) {
            assert!(start.elapsed() < PATIENCE, "no `{what}` in\n{}", self.shown());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Sends a signal by its name.
    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args([&format!("-{name}"), &pid]).status();
        assert!(status.expect("`kill`").success());
    }

    /// Waits for the program to end.
    fn ended(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "it goes on:\n{}", self.shown());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until the terminal is as it was before.
    fn given_back(&self) {
        let start = Instant::now();
        let back = |screen: &vt100::Screen| {
            !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
        };
        while !self.screen(back) {
            assert!(start.elapsed() < PATIENCE, "{}", self.shown());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Numbers of decided studies, as the program lists them.
fn listed(sandbox: &Sandbox, verdict: &str) -> Vec<String> {
    let list = ["review", "list", "anemia", "--verdict", verdict, "--format", "ids"];
    sandbox.run(&list).out.lines().map(str::to_owned).collect()
}

fn order(sandbox: &Sandbox) -> Vec<String> {
    let next = ["review", "next", "anemia", "-n", "0", "--format", "ids"];
    sandbox.run(&next).success().out.lines().map(str::to_owned).collect()
}

#[test]
fn a_review_is_worked_on_and_left() {
    let sandbox = begun();
    let order = order(&sandbox);
    let mut terminal = Terminal::start(&sandbox, &["--highlight", "transplant"], &[]);
    terminal.wait_for(&order[0]);
    assert_snapshot!("screen_opened", terminal.settled());
    terminal.press("i");
    terminal.wait_for(&format!("{} include", order[0]));
    terminal.press("e2");
    terminal.wait_for("exclude: Wrong intervention");
    terminal.press("m");
    terminal.wait_for("1 maybe");
    terminal.press("u");
    terminal.wait_for("taken back");
    terminal.press("?");
    terminal.wait_for("include the study");
    terminal.press("x");
    terminal.wait("the study", |shown| !shown.contains("include the study"));
    terminal.press("o");
    terminal.wait_for(&format!("no browser; open https://clinicaltrials.gov/study/{}", order[2]));
    terminal.press("q");
    assert!(terminal.ended().success());
    terminal.given_back();
    terminal.wait_for("all is in anemia.review");
    assert_eq!(listed(&sandbox, "include"), order[..1]);
    assert_eq!(listed(&sandbox, "exclude"), order[1..2]);
    assert_eq!(listed(&sandbox, "maybe"), [""; 0]);
}

/// Decides on a screen while the file of the review is exchanged.
fn decided_while(exchange: impl FnOnce(&Sandbox)) -> (Sandbox, Vec<String>, Terminal) {
    let sandbox = begun();
    let order = order(&sandbox);
    std::fs::copy(sandbox.path("anemia.review"), sandbox.path("older")).expect("copied");
    let mut terminal = Terminal::start(&sandbox, &[], &[]);
    terminal.wait_for(&order[0]);
    terminal.press("i");
    terminal.wait_for(&format!("{} include", order[0]));
    exchange(&sandbox);
    terminal.press("i");
    terminal.wait_for("another file has taken its place");
    terminal.press("q");
    assert_eq!(terminal.ended().code(), Some(2));
    terminal.wait_for("all that was decided here is in anemia-rescued.review");
    (sandbox, order, terminal)
}

#[test]
fn a_review_that_is_replaced_under_the_screen_is_rescued() {
    let (sandbox, order, _) = decided_while(|sandbox| {
        std::fs::rename(sandbox.path("older"), sandbox.path("anemia.review")).expect("replaced");
    });
    assert_eq!(listed(&sandbox, "include"), [""; 0]);
    sandbox.run(&["review", "merge", "anemia", "anemia-rescued"]).success();
    assert_eq!(listed(&sandbox, "include"), order[..1]);
    let (sandbox, order, _) = decided_while(|sandbox| sandbox.remove("anemia.review"));
    sandbox.run(&["review", "copy", "anemia-rescued", "anemia"]).success();
    assert_eq!(listed(&sandbox, "include"), order[..1]);
}

#[test]
fn one_key_takes_back_one_command() {
    let sandbox = begun();
    let order = order(&sandbox);
    let decide = ["review", "decide", "anemia", &order[0], &order[1], &order[2], "--exclude"];
    sandbox.run(&decide).success();
    let mut terminal = Terminal::start(&sandbox, &[], &[]);
    terminal.wait_for("3 out");
    terminal.press("u");
    terminal.wait_for("exclude and 2 more");
    terminal.press("u");
    terminal.wait_for("taken back");
    terminal.press("q");
    assert!(terminal.ended().success());
    assert_eq!(listed(&sandbox, "decided"), [""; 0]);
}

#[test]
fn what_is_decided_orders_what_is_left() {
    let sandbox = begun();
    let order = order(&sandbox);
    let terminal = Terminal::ordered(&sandbox, &[], &[]);
    terminal.wait_for("nothing learned yet");
    terminal.press("i");
    terminal.wait_for(&format!(" {} ", order[1]));
    terminal.press("e1");
    terminal.wait_for("svm-1 of 2 decisions");
    terminal.press("m");
    terminal.wait_for("Model ");
    let decisions = sandbox.run(&["review", "history", "anemia", "--format", "json"]).success().out;
    assert!(decisions.contains(r#""model":"relevance""#), "{decisions}");
    assert!(decisions.contains(r#""model":"svm-1 of 2 decisions, certainty""#), "{decisions}");
}

#[test]
fn the_screen_follows_the_size_of_the_terminal() {
    let sandbox = begun();
    let terminal = Terminal::start(&sandbox, &[], &[]);
    terminal.wait_for("q quit");
    terminal.resize(60, 20);
    terminal.wait_for("this terminal has 60");
    terminal.press("i");
    terminal.resize(120, 40);
    terminal.wait_for("q quit");
    assert_snapshot!("screen_large", terminal.settled());
    assert_eq!(listed(&sandbox, "include"), [""; 0], "what cannot be seen is not decided");
}

#[test]
fn a_terminal_of_no_possible_size_is_drawn_on_as_far_as_it_can_be() {
    let sandbox = begun();
    let mut terminal = Terminal::start(&sandbox, &[], &[]);
    terminal.wait_for("q quit");
    terminal.parser.lock().expect("a screen").set_size(size(1000), size(2000));
    terminal.pty.resize(Size::new(u16::MAX, u16::MAX)).expect("a size");
    terminal.press("i");
    terminal.wait_for("1 of 10 decided");
    terminal.press("q");
    assert_eq!(terminal.ended().code(), Some(0));
    assert_eq!(listed(&sandbox, "include").len(), 1);
}

#[test]
fn without_colour_there_are_bold_and_underlined_words() {
    let sandbox = begun();
    let kinds = |arguments: &[&str], variables: &[(&str, &str)]| {
        let all = [&["--highlight", "blood"], arguments].concat();
        let terminal = Terminal::start(&sandbox, &all, variables);
        terminal.wait_for("q quit");
        terminal.screen(|screen| {
            let cells =
                (0..24).flat_map(|row| (0..80).filter_map(move |column| screen.cell(row, column)));
            let cells: Vec<&vt100::Cell> = cells.collect();
            let colored = cells.iter().any(|cell| cell.fgcolor() != vt100::Color::Default);
            let any = |is: fn(&vt100::Cell) -> bool| cells.iter().any(|cell| is(cell));
            (colored, any(vt100::Cell::bold) && any(vt100::Cell::inverse))
        })
    };
    assert_eq!(kinds(&[], &[]), (true, true));
    assert_eq!(kinds(&[], &[("NO_COLOR", "1")]), (false, true));
    assert_eq!(kinds(&["--color", "never"], &[]), (false, true));
    assert_eq!(kinds(&["--color", "always"], &[("NO_COLOR", "1")]), (true, true));
}

#[test]
fn what_is_shown_as_decided_outlives_a_kill() {
    let sandbox = begun();
    let order = order(&sandbox);
    for (at, signal) in ["KILL", "HUP", "TERM"].into_iter().enumerate() {
        let mut terminal = Terminal::start(&sandbox, &[], &[]);
        terminal.wait_for(&order[at]);
        terminal.press("i");
        terminal.wait_for(&order[at + 1]);
        terminal.signal(signal);
        assert_eq!(terminal.ended().success(), signal != "KILL", "{signal}");
        if signal != "KILL" {
            terminal.given_back();
        }
        let mut included = listed(&sandbox, "include");
        included.sort_unstable();
        let mut expected = order[..=at].to_vec();
        expected.sort_unstable();
        assert_eq!(included, expected, "{signal}");
    }
}

#[test]
fn a_kill_amid_keys_leaves_a_whole_review() {
    let sandbox = begun();
    let order = order(&sandbox);
    let mut terminal = Terminal::start(&sandbox, &[], &[]);
    terminal.wait_for(&order[0]);
    terminal.press("ie1me2ime3");
    terminal.wait(&order[1], |shown| !shown.contains(&order[0]) || shown.contains("u takes"));
    terminal.signal("KILL");
    terminal.ended();
    sandbox.run(&["review", "status", "anemia"]).success();
    assert!(listed(&sandbox, "include").contains(&order[0]));
}

#[test]
fn what_another_program_decides_is_seen() {
    let sandbox = begun();
    let order = order(&sandbox);
    let terminal = Terminal::start(&sandbox, &[], &[]);
    terminal.wait_for(&order[0]);
    sandbox.run(&["review", "decide", "anemia", &order[1], "--exclude"]).success();
    terminal.wait_for("another program has written to the review");
    terminal.press("i");
    terminal.wait_for(&format!(" {} ", order[2]));
    terminal.press("\u{1b}");
}

#[test]
fn without_a_terminal_there_is_a_hint() {
    let sandbox = begun();
    assert_snapshot!(sandbox.run(&["review", "anemia"]).ended(2).err, @r"
    error: the screen needs a terminal
    hint: use `trialdex review next anemia` and `trialdex review decide anemia`
    ");
    let mut dumb = Terminal::start(&sandbox, &[], &[("TERM", "dumb")]);
    dumb.wait_for("TERM=dumb");
    assert_eq!(dumb.ended().code(), Some(2));
}
