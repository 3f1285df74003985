//! `trialdex review report`: the numbers as PRISMA asks for them.

use std::io::Write;

use clap::{Args, ValueEnum};
use serde_json::json;

use trialdex::triage::agreements;
use trialdex::triage::prisma::{Counts, markdown, searches, svg, text};

use super::args::Named;
use super::people::agreement_lines;
use super::{Console, Outcome, conduct, open, stopping};

const EXAMPLES: &str = "\
Examples:
  trialdex review report asthma
  trialdex review report asthma --format markdown > methods.md
  trialdex review report asthma --format svg > flow.svg";

#[derive(Debug, Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    named: Named,
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

pub(crate) fn run(console: &mut Console, arguments: &ReportArgs) -> super::super::Result {
    let review = open(&arguments.named.name)?;
    let state = review.state();
    let counts = Counts::of(state);
    let mut sentences = conduct::lines(state);
    sentences.extend(agreement_lines(state).into_iter().map(|line| format!("{line}.")));
    sentences.extend(stopping::lines_of_all(state));
    let report = match arguments.format {
        ReportAs::Text => text(state, &counts, &sentences),
        ReportAs::Markdown => markdown(state, &counts, &sentences),
        ReportAs::Svg => svg(&state.title, &counts),
        ReportAs::Json => {
            let report = json!({"title": state.title, "counts": counts,
                "searches": searches(state), "agreement": agreements(state), "sentences": sentences});
            format!("{report:#}\n")
        }
    };
    write!(console.out, "{report}")?;
    console.out.flush()?;
    Ok(if counts.studies == 0 { Outcome::NothingFound } else { Outcome::Done })
}
