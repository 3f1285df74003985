//! `trialdex review report`: the numbers as PRISMA asks for them.

use std::io::Write;

use clap::{Args, ValueEnum};
use serde_json::json;

use trialdex_review::prisma::{PrismaCounts, markdown, searches, svg, text};
use trialdex_review::{ReviewState, SourceOrigin, agreements};

use super::conflicts::agreement_lines;
use super::session::{open, typed_name};
use super::shared_args::NamedReview;
use super::{conduct, stopping};
use crate::cli::{CommandOutcome, CommandResult, Console};

const EXAMPLES: &str = "\
Examples:
  trialdex review report asthma
  trialdex review report asthma --format markdown > methods.md
  trialdex review report asthma --format svg > flow.svg";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    named: NamedReview,
    /// How to write it
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    format: ReportAs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportAs {
    /// A table
    Text,
    /// Methods and results for a paper
    Markdown,
    /// The flow diagram
    Svg,
    /// All numbers
    Json,
}

pub(crate) fn run(console: &mut Console, arguments: &ReportArgs) -> CommandResult {
    let review = open(&arguments.named.name)?;
    let state = review.state();
    let counts = PrismaCounts::of(state);
    let mut sentences = conduct::lines(state);
    sentences.extend(agreement_lines(state).into_iter().map(|line| format!("{line}.")));
    sentences.extend(stopping::lines_of_all(state));
    sentences.extend(old_senses(state));
    let report = match arguments.format {
        ReportAs::Text => text(state, &counts, &sentences, console.paint.spelling),
        ReportAs::Markdown => markdown(state, &counts, &sentences, console.paint.spelling),
        ReportAs::Svg => svg(&state.title, &counts),
        ReportAs::Json => {
            let report = json!({"title": state.title, "counts": counts,
                "searches": searches(state), "agreement": agreements(state), "sentences": sentences});
            format!("{report:#}\n")
        }
    };
    write!(console.out, "{report}")?;
    console.out.flush()?;
    if let Some(first) = counts.disputed.first() {
        let name = typed_name(review.path());
        console.say(&format!(
            "hint: `trialdex review settle {name} {first} --exclude --reason KEY` says which reason \
             counts; `trialdex review conflicts {name}` lists all that differ"
        ));
    }
    Ok(if counts.studies == 0 { CommandOutcome::NothingFound } else { CommandOutcome::Done })
}

/// Which searches mean something else today than when they were run.
fn old_senses(state: &ReviewState) -> Vec<String> {
    let said = state.sources.iter().filter_map(|source| {
        let SourceOrigin::Search(receipt) = &source.latest.origin else { return None };
        let otherwise = receipt.replay().ok()?.change?;
        Some(format!("{}: {otherwise}.", source.name))
    });
    said.collect()
}
