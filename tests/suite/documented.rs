//! Runs the examples of the documentation and compares their output. Every
//! table of expressions must have the right numbers of studies of the sample
//! corpus.
//!
//! In a block marked `console`, lines that begin with `$ ` are commands. Times
//! and sizes in what they print may differ; `…` or `...` on a line of its own
//! means omitted lines. A command of the program under which nothing is shown
//! is not run, nor is one that needs more than [`TOOLS`]. Where there is no
//! `jq`, the examples with it are named as skipped. In a table whose second
//! column is called `studies`, the first one holds expressions, or flags of
//! `search`.
//!
//! `TRIALDEX_BLESS=1 cargo test --test main documented` writes into the
//! documents what the program prints.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use super::harness::{Sandbox, copy_directory, files_below};

/// Programs that examples may use.
const TOOLS: [&str; 7] = ["trialdex", "cat", "cp", "head", "jq", "printf", "rm"];

/// How the program is called before it is installed.
const UNINSTALLED: &str = "cargo run --release -- ";

/// Words that say that the number before them differs from run to run.
const UNITS: [&str; 4] = ["ms", "s", "kB", "MB"];

/// Examples and expressions that there are at least: fewer, and they were not
/// found.
const FEWEST: usize = 60;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The documents: first the one that people read first, whose first example
/// builds the index.
fn documents() -> Vec<PathBuf> {
    let docs = root().join("docs");
    let names = files_below(&docs).into_iter().filter(|name| name.ends_with(".md"));
    [root().join("README.md")].into_iter().chain(names.map(|name| docs.join(name))).collect()
}

/// Runs the examples of documents, one after another in the same place.
struct Runner {
    sandbox: Sandbox,
    /// Examples that were run.
    run: usize,
    /// Output that is shown differently from the real one.
    wrong: Vec<String>,
}

impl Runner {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        copy_directory(&root().join("corpus"), &sandbox.path("corpus"));
        let runner = Self { sandbox, run: 0, wrong: Vec::new() };
        runner.settle();
        runner
    }

    /// A document with what its examples really print.
    fn document(&mut self, text: &str) -> String {
        let lines: Vec<&str> = text.lines().collect();
        let (mut out, mut at) = (Vec::new(), 0);
        let (mut console, mut counts) = (false, false);
        while let Some(line) = lines.get(at) {
            at += 1;
            console = *line == "```console" || console && *line != "```";
            counts = line.starts_with('|') && (counts || is_counting(line));
            match line.strip_prefix("$ ").filter(|_| console) {
                Some(command) => {
                    let ends = |line: &&str| line.starts_with("$ ") || *line == "```";
                    let length = lines[at..].iter().position(ends).unwrap_or(0);
                    out.push((*line).to_owned());
                    out.extend(self.example(command, &lines[at..at + length]));
                    at += length;
                }
                None if counts => out.push(self.row(line)),
                None => out.push((*line).to_owned()),
            }
        }
        out.join("\n") + "\n"
    }

    /// What a command prints: as shown, where it does so.
    fn example(&mut self, command: &str, shown: &[&str]) -> Vec<String> {
        let as_shown = || shown.iter().map(|line| (*line).to_owned()).collect();
        let Some(runnable) = runnable(command, !shown.is_empty()) else { return as_shown() };
        let run = self.sandbox.shell(&runnable);
        self.settle();
        self.run += 1;
        let printed: Vec<String> = run.out.lines().map(str::to_owned).collect();
        if shown.is_empty() || shows(shown, &printed) {
            return as_shown();
        }
        self.wrong.push(format!("$ {command}\n{}", printed.join("\n")));
        with_gap(shown, printed)
    }

    /// A row of a table with the number of studies that its expression finds.
    fn row(&mut self, line: &str) -> String {
        let Some((expression, count, rest)) = cells(line) else { return line.to_owned() };
        let run = if expression.starts_with("--") {
            self.sandbox.shell(&format!("trialdex search --count -q {expression}"))
        } else {
            self.sandbox.run(&["search", "--count", "--", expression])
        };
        self.run += 1;
        let found = run.out.trim();
        // Closest studies are not what the expression finds.
        let closest = run.err.contains("no study has all");
        if !closest && found == count {
            return line.to_owned();
        }
        self.wrong.push(format!("`{expression}` finds {found}, not {count}\n{}", run.err));
        format!("| `{expression}` | {found} |{rest}")
    }

    /// Sets files that were just written so far back that an index can rely
    /// on their time of modification.
    fn settle(&self) {
        let now = SystemTime::now();
        let names = files_below(&self.sandbox.root());
        let new: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|name| {
                let modified = fs::metadata(self.sandbox.path(name)).and_then(|of| of.modified());
                let age = now.duration_since(modified.expect("a time of modification"));
                age.unwrap_or_default() < Duration::from_secs(60)
            })
            .collect();
        self.sandbox.age(&new);
    }
}

/// Whether a line is the head of a table of expressions.
fn is_counting(line: &str) -> bool {
    line.split('|').nth(2).is_some_and(|cell| cell.trim() == "studies")
}

/// Expression, number of studies and the rest of a row.
fn cells(line: &str) -> Option<(&str, &str, &str)> {
    let (expression, after) = line.strip_prefix("| `")?.split_once("` |")?;
    let (count, rest) = after.split_once('|')?;
    Some((expression, count.trim(), rest))
}

/// Whether this machine has `jq`, which CI installs.
fn has_jq() -> bool {
    static FOUND: LazyLock<bool> =
        LazyLock::new(|| Command::new("jq").arg("--version").output().is_ok());
    *FOUND
}

/// A command as it can be run here, if it can.
fn runnable(command: &str, shown: bool) -> Option<String> {
    let command = command.replace(UNINSTALLED, "trialdex ");
    let tool = |part: &str| TOOLS.contains(&part.split(' ').next().unwrap_or_default());
    let known = !command.contains('~') && command.split(" | ").all(tool);
    if known && command.contains("| jq ") && !has_jq() {
        // Not by a macro, which would be heard only when the test fails.
        writeln!(io::stderr(), "SKIPPED: there is no jq for `{command}`").expect("an error");
        return None;
    }
    let prepares = !command.starts_with("trialdex");
    (known && (shown || prepares)).then_some(command)
}

fn is_gap(line: &str) -> bool {
    matches!(line, "…" | "...")
}

/// What was printed, with as many lines at the beginning and the end as are
/// shown there, where the middle is left out.
fn with_gap(shown: &[&str], printed: Vec<String>) -> Vec<String> {
    let first = shown.iter().position(|line| is_gap(line));
    let last = shown.iter().rposition(|line| is_gap(line)).map(|at| shown.len() - at - 1);
    match (first, last) {
        (Some(first), Some(last)) if first + last < printed.len() => {
            let gap = [shown[first].to_owned()];
            [&printed[..first], &gap, &printed[printed.len() - last..]].concat()
        }
        _ => printed,
    }
}

/// Whether the shown text, with its gaps, equals the output.
fn shows(shown: &[&str], printed: &[String]) -> bool {
    let masked = |lines: Vec<String>| -> Vec<String> {
        let end = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |at| at + 1);
        lines[..end].to_vec()
    };
    let shown = masked(shown.iter().map(|line| mask(line)).collect());
    let printed = masked(printed.iter().map(|line| mask(line)).collect());
    let parts: Vec<&[String]> = shown.split(|line| is_gap(line)).collect();
    let [first, between @ .., last] = parts.as_slice() else { return shown == printed };
    let Some(mut rest) = printed.strip_prefix(*first) else { return false };
    for part in between.iter().filter(|part| !part.is_empty()) {
        let found = rest.windows(part.len()).position(|lines| lines == *part);
        let Some(at) = found else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// A line without what differs from run to run.
fn mask(line: &str) -> String {
    let words: Vec<&str> = line.trim_end().split(' ').collect();
    let shown = words.iter().enumerate().map(|(at, word)| {
        let next = words.get(at + 1).map_or("", |next| next.trim_end_matches([',', ';', '.']));
        let number = word.starts_with(|c: char| c.is_ascii_digit());
        let before = at.checked_sub(1).map_or("", |before| words[before]);
        let day = matches!(before, "On" | "on") && is_day(word.trim_end_matches(','));
        let varies = day || number && (UNITS.contains(&next) || next.starts_with("segment"));
        let named = is_time(word) || is_event(word);
        if varies || word.starts_with("segment") || named { "N" } else { *word }
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// Whether a word is a point in time, such as `2026-11-22T13:09:07Z`.
fn is_time(word: &str) -> bool {
    word.split_once('T').is_some_and(|(date, time)| time.ends_with('Z') && is_day(date))
}

/// Whether a word is the beginning of an event's name, such as `c317bb9b`,
/// which depends on the time.
fn is_event(word: &str) -> bool {
    word.len() == 8 && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a word is a day, such as `2026-11-22`.
fn is_day(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    word.matches('-').count() == 2 && digits == 8
}

#[test]
fn examples_print_what_is_shown() {
    let bless = std::env::var_os("TRIALDEX_BLESS").is_some();
    let mut runner = Runner::new();
    let mut wrong = String::new();
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a document");
        let real = runner.document(&text);
        let found = std::mem::take(&mut runner.wrong);
        if bless && real != text {
            fs::write(&path, real).expect("a document written");
        }
        wrong.extend(found.iter().map(|one| format!("\n{}: {one}\n", path.display())));
    }
    assert!(runner.run >= FEWEST, "{} examples were found", runner.run);
    assert!(bless || wrong.is_empty(), "{wrong}\nTRIALDEX_BLESS=1 writes what the program prints");
}

#[test]
fn what_is_shown_otherwise_is_found() {
    let printed = ["saw 3 files", "", "a", "b", "2 of 2 studies, 14 ms"].map(str::to_owned);
    for (shown, same) in [
        (&["saw 3 files", "", "a", "b", "2 of 2 studies, 1 ms", ""][..], true),
        (&["saw 3 files", "…", "2 of 2 studies, 1 ms"], true),
        (&["…", "a", "..."], true),
        (&["saw 3 files", "…"], true),
        (&["saw 4 files", "…"], false),
        (&["saw 3 files", "", "a", "b"], false),
        (&["…", "b", "…", "a", "…"], false),
        (&["…", "2 of 3 studies, 1 ms"], false),
    ] {
        assert_eq!(shows(shown, &printed), same, "{shown:?}");
    }
}

#[test]
fn gaps_stay_where_the_output_is_written_anew() {
    let printed = || ["a", "b", "c", "d"].map(str::to_owned).to_vec();
    assert_eq!(with_gap(&["x", "…", "y"], printed()), ["a", "…", "d"]);
    assert_eq!(with_gap(&["x", "y", "..."], printed()), ["a", "b", "..."]);
    assert_eq!(with_gap(&["?"], printed()), printed());
    assert_eq!(with_gap(&["x", "x", "…", "y", "y"], printed()), printed());
}

#[test]
fn a_planted_mistake_is_found() {
    let mut runner = Runner::new();
    runner.sandbox.index(&["corpus"]);
    let text = "```console\n$ trialdex search ALL --count\n81\n```\n\n\
        | typed | studies | what |\n|---|---|---|\n| `ALL` | 82 | all |\n| `NOT ALL` | 3 | |\n";
    let real = text.replace("\n81\n", "\n82\n").replace("| 3 |", "| 0 |");
    assert_eq!(runner.document(text), real);
    assert_eq!((runner.run, runner.wrong.len()), (3, 2), "{:#?}", runner.wrong);
}

#[test]
fn only_what_can_be_run_here_is_run() {
    let run = |command: &str, shown| runnable(command, shown).is_some();
    assert!(run("trialdex status", true) && !run("trialdex status", false));
    assert!(run("cp -r corpus dump", false) && run("cat a | trialdex index -", true));
    assert_eq!(run("trialdex status --format json | jq .", true), has_jq());
    assert!(!run("trialdex index ~/registry", true) && !run("trialdex status | awk 1", true));
    assert_eq!(runnable("cargo run --release -- status", true).as_deref(), Some("trialdex status"));
}
