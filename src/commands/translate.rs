//! `trialdex translate`

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use trialdex_output::clean_line;
use trialdex_query::dialect::{Dialect, Translation, guess, or_else, system_named, translate};

use crate::cli::args::ReportFormat;
use crate::cli::dialect_flag::{keys, systems};
use crate::cli::input::{InputPurpose, read_text};
use crate::cli::strategy_file::wrong_lines;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

const EXAMPLES: &str = "\
Examples:
  trialdex translate strategy.txt                   guess the system
  trialdex translate strategy.txt --from ovid > mine.txt && trialdex batch mine.txt
  echo \"exp Heparin/ and thrombo$.tw.\" | trialdex translate -
  trialdex translate strategy.txt --format json | jq .lines";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TranslateArgs {
    /// File with the strategy, as it was published or exported; `-` is
    /// standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// System that the strategy is written for [default: guessed]
    #[arg(long, value_name = "SYSTEM", value_parser = systems())]
    pub(crate) from: Option<Dialect>,
    /// How to write it; `batch` reads `text`
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

pub(crate) fn run(console: &mut Console, arguments: &TranslateArgs) -> CommandResult {
    let text = read_text(&arguments.file, InputPurpose::List)?;
    let dialect = match arguments.from {
        Some(dialect) => dialect,
        None => guessed(console, &arguments.file, &text)?,
    };
    let translation = translate(&text, dialect);
    match arguments.format {
        ReportFormat::Text => {
            for line in translation.text().lines() {
                writeln!(console.out, "{}", clean_line(line))?;
            }
        }
        ReportFormat::Json => writeln!(console.out, "{}", as_json(&translation))?,
    }
    console.out.flush()?;
    let refused = translation.refused();
    if !refused.is_empty() {
        return Err(wrong_lines(&arguments.file.display().to_string(), &refused));
    }
    let says_something = translation.lines.iter().any(|line| line.translated.is_some());
    Ok(if says_something { CommandOutcome::Done } else { CommandOutcome::NothingFound })
}

/// The system that a text seems to be written for, for a message.
fn guessed(console: &Console, path: &Path, text: &str) -> Result<Dialect, Failure> {
    let Some(dialect) = guess(text).or_else(|| system_named(text)) else {
        let message = format!("{}: nothing shows what it is written for", path.display());
        return Err(Failure::new(message).hint(format!("type one of {}", keys())));
    };
    let name = dialect.name();
    console.say(&match or_else(text, dialect) {
        Some(other) => {
            let (key, other) = (other.key(), other.name());
            format!("read as written for {name}, or {other}: `--from {key}` says the other")
        }
        None => format!("read as written for {name}; `--from` names another system"),
    });
    Ok(dialect)
}

fn as_json(translation: &Translation) -> serde_json::Value {
    let lines = translation.lines.iter().map(|line| {
        json!({
            "line": line.number,
            "at": line.at,
            "typed": line.typed,
            "translated": line.translated,
            "remarks": line.remarks,
            "refused": line.refused.as_ref().map(|found| &found.message),
        })
    });
    let passed_over = translation
        .passed_over
        .iter()
        .map(|passed| json!({"at": passed.at, "typed": passed.typed, "why": passed.why}));
    json!({
        "schema": "trialdex.translation.v1",
        "from": translation.dialect.key(),
        "lines": lines.collect::<Vec<_>>(),
        "passedOver": passed_over.collect::<Vec<_>>(),
        "expression": translation.expression(),
    })
}
