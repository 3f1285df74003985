//! `trialdex review import`: decisions from other programs.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use trialdex_engine::search::SearchableIndex as _;
use trialdex_output::{clean_line, plural};
use trialdex_records::study::NctId;
use trialdex_review::Verdict;
use trialdex_review::exchange::{
    ColumnChoice, ImportInput, ImportOptions, ImportPlan, ImportTally, ImportedFile, Imports,
    is_archive, members, plan, read_all,
};
use trialdex_session::AnyIndex;

use super::reviewer::say_called;
use super::session::{ReviewSession, now};
use super::shared_args::NamedReview;
use crate::cli::args::{GlobalArgs, ReportFormat};
use crate::cli::failure::flag;
use crate::cli::input::{InputPurpose, read_bytes};
use crate::cli::named_index::opener_of;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

/// Problems that are named one by one.
const LISTED: usize = 20;

const EXAMPLES: &str = "\
Examples:
  trialdex review import asthma rayyan/articles.csv
  trialdex review import asthma review_12_excluded_csv.csv --verdict exclude
  trialdex review import asthma central.ris --add";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReviewImportArgs {
    #[command(flatten)]
    named: NamedReview,
    /// Files of screening programs, reference managers and databases: RIS, CSV,
    /// TSV, JSON, Excel, EndNote and PubMed XML, NBIB, citations of CENTRAL or
    /// a list of numbers, recognised by content; or a zip archive or a folder
    /// of such files; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Add the studies that are not in the review: each file becomes one of its
    /// sources
    #[arg(long)]
    add: bool,
    /// Verdict for records that have none in the file
    #[arg(long, value_name = "VERDICT")]
    verdict: Option<VerdictArg>,
    /// Show what would be imported, and do not change the review
    #[arg(long)]
    dry_run: bool,
    /// List everything that cannot be imported, not only the first
    #[arg(long)]
    all: bool,
    /// Column with the decisions; with REVIEWER=, those of that reviewer,
    /// several times
    #[arg(long, value_name = "[REVIEWER=]COLUMN")]
    decision_column: Vec<String>,
    /// Column with the reasons
    #[arg(long, value_name = "COLUMN")]
    reason_column: Option<String>,
    /// Sheet of an Excel workbook [default: all with a table]
    #[arg(long, value_name = "SHEET")]
    sheet: Option<String>,
    /// Meaning of words in columns of decisions: `include=1,exclude=0`; also
    /// `maybe`, and `none` for no decision
    #[arg(long, value_name = "VERDICT=WORD", value_delimiter = ',')]
    map: Vec<String>,
    /// How to write the result
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    format: ReportFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum VerdictArg {
    Include,
    Exclude,
    Maybe,
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &ReviewImportArgs,
) -> CommandResult {
    let choice = choice(arguments)?;
    let inputs = inputs(&arguments.files)?;
    let Imports { mut files, remarks } = read_all(&inputs, &choice)
        .map_err(|(name, error)| Failure::new(format!("{name}: {error}")).hint(error.hint(flag)))?;
    files.iter_mut().for_each(name_overlooked);
    for (name, what) in &remarks {
        console.say(&clean_line(&format!("{name}: {what}")));
    }
    let mut work = ReviewSession::on(console, &arguments.named)?;
    // All files are one command: one undo takes all of it back.
    let (at, command) = (now(), work.command());
    let index = index_of(console, global, arguments)?;
    let mut done = Vec::new();
    for file in &files {
        let planned = planned(&work, index.as_ref(), arguments, file)?;
        if arguments.format == ReportFormat::Text {
            say_columns(console, file);
            say_problems(console, file, arguments.all);
            say_tally(console, file, &planned.tally, arguments);
            if index.is_some() {
                say_lacking(console, file, &planned.tally, arguments.all);
            }
        }
        done.push(json_of(file, &planned.tally));
        if !arguments.dry_run && !planned.acts.is_empty() {
            work.review.append_of_all(&at, planned.acts, &planned.records, Some(&command))?;
        }
    }
    if arguments.format == ReportFormat::Json {
        let whole = json!({"files": done, "dryRun": arguments.dry_run});
        writeln!(console.out, "{whole:#}")?;
        console.out.flush()?;
    }
    Ok(CommandOutcome::Done)
}

/// What was typed of columns and words.
fn choice(arguments: &ReviewImportArgs) -> Result<ColumnChoice, Failure> {
    let decisions = arguments.decision_column.iter().map(|typed| match typed.split_once('=') {
        Some((who, column)) if !who.trim().is_empty() => {
            (Some(who.trim().to_owned()), column.trim().to_owned())
        }
        _ => (None, typed.trim().to_owned()),
    });
    let decisions: Vec<(Option<String>, String)> = decisions.collect();
    if decisions.len() > 1 && decisions.iter().any(|(who, _)| who.is_none()) {
        return Err(Failure::new("several columns of decisions, and not all of them of reviewers")
            .hint("write `--decision-column REVIEWER=COLUMN` for each"));
    }
    let map = arguments.map.iter().map(|typed| mapped(typed));
    let map = map.collect::<Result<_, _>>()?;
    let (reason, sheet) = (arguments.reason_column.clone(), arguments.sheet.clone());
    Ok(ColumnChoice { decisions, reason, sheet, map })
}

/// `include=1`.
fn mapped(typed: &str) -> Result<(String, Option<Verdict>), Failure> {
    let known = typed.split_once('=').and_then(|(verdict, word)| {
        let verdict = match verdict.trim() {
            "none" => None,
            name => Some(Verdict::named(name)?),
        };
        Some((word.trim().to_lowercase(), verdict))
    });
    known.ok_or_else(|| {
        Failure::new(format!("`{typed}` does not say what a word means"))
            .hint("write a verdict and the word in the file: `--map include=1,exclude=0`")
    })
}

/// The files that were named, with those in folders and archives.
fn inputs(paths: &[PathBuf]) -> Result<Vec<ImportInput>, Failure> {
    let mut inputs = Vec::new();
    for path in paths {
        if !path.is_dir() {
            inputs.append(&mut of_file(path, true)?);
            continue;
        }
        let unreadable = |error| Failure::new(format!("{}: {error}", path.display()));
        let entries = std::fs::read_dir(path).map_err(unreadable)?;
        let mut below: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        below.retain(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            path.is_file() && !name.starts_with('.')
        });
        below.sort();
        for path in below {
            inputs.append(&mut of_file(&path, false)?);
        }
    }
    if inputs.is_empty() {
        return Err(Failure::new("no file in what was given").hint("name the files to read"));
    }
    Ok(inputs)
}

/// A file, or those of an archive.
fn of_file(path: &Path, named: bool) -> Result<Vec<ImportInput>, Failure> {
    let name = path.display().to_string();
    let bytes = read_bytes(path, InputPurpose::Records)?;
    if bytes.starts_with(b"SQLite format 3\0") && named {
        return Err(Failure::new(format!("{name}: a database, no export of a program"))
            .hint("`trialdex review merge` takes over what is in another copy of a review"));
    }
    if !is_archive(&bytes) {
        return Ok(vec![ImportInput { name, bytes, named }]);
    }
    let members = members(&bytes)
        .map_err(|error| Failure::new(format!("{name}: {error}")).hint(error.hint(flag)))?;
    let inputs = members.into_iter().map(|(member, bytes)| ImportInput {
        name: format!("{name}/{member}"),
        bytes,
        named: false,
    });
    Ok(inputs.collect())
}

/// Says of columns that may hold decisions how these are taken.
fn name_overlooked(file: &mut ImportedFile) {
    for column in &mut file.columns {
        if let Some(word) = &column.overlooked {
            let name = column.name.replace('\'', "'\\''");
            column.used_for += &format!(
                "; `{word}` among them: `--decision-column '{name}'` takes decisions from it"
            );
        }
    }
}

/// Names every column with what it was used for.
fn say_columns(console: &Console, file: &ImportedFile) {
    let uses = file.columns.iter().filter(|column| !column.name.is_empty());
    let uses = uses.map(|column| {
        let sheet = column.sheet.as_deref().map(|sheet| format!("`{sheet}`: "));
        format!("{}`{}`: {}", sheet.unwrap_or_default(), column.name, column.used_for)
    });
    let uses = uses.collect::<Vec<_>>().join("; ");
    console.say(&clean_line(&format!("{}: {uses}", file.name)));
}

fn json_of(file: &ImportedFile, tally: &ImportTally) -> Value {
    json!({
        "name": file.name,
        "format": file.format,
        "encoding": file.encoding,
        "columns": file.columns,
        "problems": file.problems,
        "tally": tally,
    })
}

/// The index that added studies are looked up in: a record of it says more
/// than a reference; without an index, the reference has to do.
fn index_of(
    console: &Console,
    global: &GlobalArgs,
    arguments: &ReviewImportArgs,
) -> Result<Option<AnyIndex>, Failure> {
    if !arguments.add {
        return Ok(None);
    }
    let opened = opener_of(&global.index)?();
    Ok(opened
        .map_err(|error| {
            console.say(&clean_line(&format!(
                "note: {error}: studies are added as the file has them; `--index DIR` names an index"
            )));
        })
        .ok())
}

fn planned(
    work: &ReviewSession,
    index: Option<&AnyIndex>,
    arguments: &ReviewImportArgs,
    file: &ImportedFile,
) -> Result<ImportPlan, Failure> {
    let name = Path::new(&file.name).file_name().unwrap_or_default().to_string_lossy();
    let verdict = arguments.verdict.map(|verdict| match verdict {
        VerdictArg::Include => Verdict::Include,
        VerdictArg::Exclude => Verdict::Exclude,
        VerdictArg::Maybe => Verdict::Maybe,
    });
    let source = arguments.add.then_some(name.as_ref());
    let options = ImportOptions { reviewer: &work.reviewer, source, verdict };
    let mut failure = None;
    let mut find = |nct: NctId| {
        let found = index?.study(nct);
        found.map_err(|error| failure = Some(Failure::from(error))).ok().flatten()
    };
    let review = &work.review;
    let planned = plan(file, review.events(), review.state(), options, &mut find);
    failure.map_or(Ok(planned), Err)
}

fn say_problems(console: &Console, file: &ImportedFile, all: bool) {
    let shown = if all { file.problems.len() } else { LISTED };
    for problem in file.problems.iter().take(shown) {
        console.say(&clean_line(&format!("{}:{}: {}", file.name, problem.line, problem.what)));
    }
    if let Some(more) = file.problems.len().checked_sub(shown).filter(|more| *more > 0) {
        console.say(&clean_line(&format!("{}: and {more} more: `--all` names all", file.name)));
    }
}

fn say_tally(
    console: &Console,
    file: &ImportedFile,
    tally: &ImportTally,
    arguments: &ReviewImportArgs,
) {
    let records = plural(tally.records as u64, "record", "records");
    let mut said = format!("{}: {records} of {}", file.name, file.format);
    if file.encoding != "UTF-8" {
        said = format!("{said} in {}", file.encoding);
    }
    console.say(&clean_line(&format!("{said}: {}", counts(tally).join(", "))));
    for (wording, known) in &tally.reworded {
        console.say(&clean_line(&format!("note: the reason `{wording}` is read as `{known}`")));
    }
    tally.alike.iter().for_each(|(name, called)| say_called(console, name, called));
    say_taken(console, tally, arguments);
    if tally.unread > 0 && arguments.map.is_empty() {
        console.say("hint: `--map include=WORD,exclude=WORD,none=WORD` says what words mean");
    }
    if tally.decided == 0 && arguments.verdict.is_none() && is_of_one_verdict(file) {
        console.say(
            "hint: a file of one verdict has no column for it: `--verdict include` or `--verdict \
             exclude` says which",
        );
    }
    if !tally.outside.is_empty() {
        let named = named(&tally.outside, arguments.all);
        console.say(&format!("not in the review: {named}; `--add` adds them"));
    }
}

/// What the records of a file are to the review.
fn counts(tally: &ImportTally) -> Vec<String> {
    let undecided = match tally.decided {
        0 => 0,
        decided => tally.records - decided - tally.unread,
    };
    let counts = [
        (tally.known, "in the review"),
        (tally.new, "new to it"),
        (tally.outside.len(), "not in it"),
        (tally.repeated, "repeated"),
        (tally.unnumbered - tally.elsewhere, "without a registry number"),
        (tally.elsewhere, "of another registry"),
        (tally.shared, "more of reports of several studies"),
        (undecided, "without a decision"),
        (tally.unread, "with a decision that cannot be read"),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    counts.map(|(count, what)| format!("{count} {what}")).collect()
}

/// Whether a file may be one of several, each of one verdict, as Covidence
/// exports them.
fn is_of_one_verdict(file: &ImportedFile) -> bool {
    let covidence = |name: &str| name.to_lowercase().starts_with("covidence");
    let name = Path::new(&file.name).file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_lowercase();
    let named = ["included", "excluded", "irrelevant", "_select"];
    file.columns.iter().any(|column| covidence(&column.name))
        || named.iter().any(|word| name.contains(word))
}

/// Names the studies that were added without a record of the index.
fn say_lacking(console: &Console, file: &ImportedFile, tally: &ImportTally, all: bool) {
    if tally.lacking.is_empty() {
        return;
    }
    let (lacking, new) = (tally.lacking.len(), plural(tally.new as u64, "study", "studies"));
    let verb = if lacking == 1 { "is" } else { "are" };
    let named = named(&tally.lacking, all);
    let name = &file.name;
    console.say(&clean_line(&format!(
        "{name}: {lacking} of {new} new to the review {verb} not in the index, and added as the \
         file has them: {named}"
    )));
}

/// The first of some studies, or all.
fn named(studies: &[NctId], all: bool) -> String {
    let shown = if all { studies.len() } else { LISTED };
    let mut named: Vec<String> = studies.iter().take(shown).map(ToString::to_string).collect();
    if let Some(more) = studies.len().checked_sub(shown).filter(|more| *more > 0) {
        named.push(format!("and {more} more (`--all` names all)"));
    }
    named.join(", ")
}

/// What of a file becomes part of the review.
fn say_taken(console: &Console, tally: &ImportTally, arguments: &ReviewImportArgs) {
    let replaced = match tally.replaced {
        0 => String::new(),
        replaced => format!(" ({replaced} in place of another)"),
    };
    let listed = match tally.new_reasons {
        0 => String::new(),
        new => format!(" ({new} new to the list)"),
    };
    let taken = format!(
        "{}{replaced}, {}, {} and {}{listed} {}; {} there already",
        plural(tally.verdicts as u64, "verdict", "verdicts"),
        plural(tally.labels as u64, "label", "labels"),
        plural(tally.notes as u64, "note", "notes"),
        plural(tally.reasons as u64, "reason", "reasons"),
        if arguments.dry_run { "to be taken over" } else { "taken over" },
        tally.unchanged,
    );
    console.say(&taken);
}
