//! `trialdex verify`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use trialdex_engine::search::receipt::{Change, Verified, verify};
use trialdex_output::{clean_line, plural};
use trialdex_plan::model::VERSION;
use trialdex_plan::receipt::{ReadingChange, Receipt, ReplayedSearch, UsedStrategy};
use trialdex_session::{AnyIndex, AskedSearch, strategy_counts};

use crate::cli::args::{GlobalArgs, ReportFormat};
use crate::cli::asked::with_files;
use crate::cli::named_index::open;
use crate::cli::receipt_file::read;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

const EXAMPLES: &str = "\
Examples:
  trialdex search --cond asthma --phase 3 --receipt asthma.json
  trialdex verify asthma.json                       the same hits, years later?";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct VerifyArgs {
    /// The receipt; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// How to write the differences
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

/// Studies that are listed one by one.
const LISTED: usize = 20;

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &VerifyArgs,
) -> CommandResult {
    let receipt = read(&arguments.file)?;
    let ReplayedSearch { search, change, .. } = receipt.replay()?;
    let asked = with_files(search)?;
    let index = open(&global.index)?;
    let verified = verify(&receipt, &index, &asked.options(), asked.expression())?;
    let lines = lines_now(&index, &asked)?;
    match arguments.format {
        ReportFormat::Json => {
            let mut json = serde_json::to_value(&verified).map_err(std::io::Error::from)?;
            if let Some(used) = &receipt.strategy {
                json["lines"] = counts(used, &lines)
                    .map(|(number, then, now)| json!({"line": number, "then": then, "now": now}))
                    .collect();
            }
            writeln!(console.out, "{json:#}")?;
        }
        ReportFormat::Text => {
            writeln!(console.out, "{}", text(&receipt, &verified, &lines, change.as_ref()))?;
        }
    }
    console.out.flush()?;
    Ok(if verified.same_hits && verified.same_order {
        CommandOutcome::Done
    } else {
        CommandOutcome::Differs
    })
}

/// Studies that the lines of a strategy find now.
fn lines_now(index: &AnyIndex, asked: &AskedSearch) -> Result<Vec<usize>, Failure> {
    let Some((strategy, _)) = &asked.search.strategy else { return Ok(Vec::new()) };
    Ok(strategy_counts(strategy, index, asked.own.as_deref())?.to_vec())
}

/// The number of each line, and the studies that it found and finds.
fn counts<'a>(
    used: &'a UsedStrategy,
    now: &'a [usize],
) -> impl Iterator<Item = (u32, usize, usize)> + 'a {
    used.lines.iter().zip(now).map(|(line, now)| (line.number, line.found, *now))
}

fn text(
    receipt: &Receipt,
    verified: &Verified,
    now: &[usize],
    change: Option<&ReadingChange>,
) -> String {
    let mut lines = vec![
        format!("query    {}", receipt.understood),
        format!("run      {} by trialdex {}", receipt.date, receipt.program),
        format!("studies  {} then, {} now", verified.totals.0, verified.totals.1),
    ];
    if let Some(used) = &receipt.strategy {
        lines.insert(0, format!("strategy line #{} of {}", used.line, used.file));
        let changed = counts(used, now).filter(|(_, then, now)| then != now);
        lines.extend(changed.map(|(number, then, now)| {
            format!("{:<8} {then} then, {now} now", format!("line #{number}"))
        }));
    }
    let index = if verified.same_index { "the same records" } else { "other records than then" };
    lines.push(format!("index    {index}"));
    lines.extend(notes(receipt, verified, change));
    let outcome = match (verified.same_hits, verified.same_order) {
        (true, true) => "the same studies in the same order",
        (true, false) => "the same studies in another order",
        _ => "not the same studies",
    };
    lines.push(format!("result   {outcome}"));
    listed(&mut lines, "came", &verified.came);
    listed(&mut lines, "went", &verified.went);
    if !verified.changed.is_empty() {
        let changed = plural(verified.changed.len() as u64, "hit", "hits");
        lines.push(format!("changed  the records of {changed} that stayed"));
    }
    // A receipt may come from anybody.
    lines.iter().map(|line| clean_line(line)).collect::<Vec<_>>().join("\n")
}

/// What has changed since the search was run, besides its hits.
fn notes(receipt: &Receipt, verified: &Verified, change: Option<&ReadingChange>) -> Vec<String> {
    let mut lines = Vec::new();
    if receipt.required < receipt.clauses {
        let (required, clauses) = (receipt.required, receipt.clauses);
        lines.push(format!(
            "note: no study had all of the words; these have {required} of {clauses}"
        ));
    }
    match change {
        Some(ReadingChange::AsRecorded) => lines.push(
            "note: this version refuses what was typed; the expression that the receipt recorded \
             is run"
                .to_owned(),
        ),
        Some(ReadingChange::AsAtFirst(_)) => lines.push(
            "note: flags have changed their meaning since; they are run in the meaning that the \
             receipt records"
                .to_owned(),
        ),
        Some(ReadingChange::AsToday(_)) | None => {}
    }
    if !verified.same_query {
        lines.push(
            "note: this version reads the query differently from the version that ran it"
                .to_owned(),
        );
    }
    if verified.same_vocabulary == Some(false) {
        let then = receipt.vocabulary.as_ref().map_or("", |then| then.source.as_str());
        lines.push(format!("note: the vocabulary was different: {then}"));
    }
    if verified.same_synonyms == Some(false) {
        let list = if receipt.synonyms.is_some() { "was another one" } else { "was not there" };
        lines.push(format!("note: the list of your own synonyms {list}"));
    }
    if !verified.same_ranking && !verified.same_order {
        lines.push(format!(
            "note: the order was that of version {} of the ranking; this one has version {VERSION}",
            receipt.ranking_version()
        ));
    }
    lines
}

fn listed(lines: &mut Vec<String>, what: &str, studies: &[(String, Change)]) {
    for (nct, change) in studies.iter().take(LISTED) {
        let change = match change {
            Change::New => "new since",
            Change::Changed => "its record changed",
            Change::Vanished => "no longer in the index",
            Change::Same => "its record is the same",
            Change::Unknown => {
                "its record is older than the receipt: it was not in that index, or did not match"
            }
        };
        lines.push(format!("{what:<8} {nct}  {change}"));
    }
    let more = studies.len().saturating_sub(LISTED);
    if more > 0 {
        lines.push(format!("{what:<8} and {more} more: `--format json` lists all"));
    }
}
