//! `trialdex review export`: studies and decisions for other programs.

use std::io::Write;

use clap::{Args, ValueEnum};

use trialdex_output::plural;
use trialdex_review::exchange::{DecisionFormat, DecisionWriter, TargetProgram, exported};

use super::blind::say_unseen;
use super::list::VerdictView;
use super::session::ReviewSession;
use super::shared_args::{ListedVerdict, NamedReview};
use crate::cli::{CommandOutcome, CommandResult, Console};

const EXAMPLES: &str = "\
Examples:
  trialdex review export asthma > asthma.csv
  trialdex review export asthma --format ris --for rayyan --verdict include
  trialdex review export asthma --format jsonl --unblind";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExportDecisionsArgs {
    #[command(flatten)]
    named: NamedReview,
    /// How to write them
    #[arg(long, default_value = "csv", value_name = "FORMAT")]
    format: DecisionFormatArg,
    /// Program that will read the file
    #[arg(long = "for", default_value = "any", value_name = "PROGRAM")]
    reader: ReaderArg,
    /// Only studies with this verdict
    #[arg(long, value_name = "VERDICT")]
    verdict: Option<ListedVerdict>,
    /// Use the combined verdict of all reviewers instead of yours
    #[arg(long)]
    unblind: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DecisionFormatArg {
    Csv,
    Ris,
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReaderArg {
    /// As many as possible
    Any,
    Asreview,
    Rayyan,
    Covidence,
}

pub(crate) fn run(console: &mut Console, arguments: &ExportDecisionsArgs) -> CommandResult {
    let work = ReviewSession::on(console, &arguments.named)?;
    let view = VerdictView { reviewer: &work.reviewer, together: arguments.unblind };
    view.check(arguments.verdict)?;
    let state = work.review.state();
    let only = (!arguments.unblind).then_some(work.reviewer.as_str());
    let format = match arguments.format {
        DecisionFormatArg::Csv => DecisionFormat::Csv,
        DecisionFormatArg::Ris => DecisionFormat::Ris,
        DecisionFormatArg::Jsonl => DecisionFormat::JsonLines,
    };
    let reader = match arguments.reader {
        ReaderArg::Any => TargetProgram::Any,
        ReaderArg::Asreview => TargetProgram::Asreview,
        ReaderArg::Rayyan => TargetProgram::Rayyan,
        ReaderArg::Covidence => TargetProgram::Covidence,
    };
    console.data();
    let mut writer = DecisionWriter::new(&mut console.out, format, reader)?;
    let mut written = 0u64;
    for study in state.studies() {
        if !view.has(study, arguments.verdict) {
            continue;
        }
        let record = work.review.study(study.nct)?;
        writer.write(&exported(state, study, record.as_ref(), only))?;
        written += 1;
    }
    writer.finish()?;
    console.out.flush()?;
    let all = plural(state.len() as u64, "study", "studies");
    console.say(&format!("{written} of {all} written"));
    if !arguments.unblind {
        say_unseen(console, state, &work.reviewer);
    }
    Ok(if written == 0 { CommandOutcome::NothingFound } else { CommandOutcome::Done })
}
