//! `trialdex review stopping`: how much may have been missed.

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use trialdex_output::{clean_line, plural};
use trialdex_review::{RecallBound, ReviewState, SampleFinding, SampleState, finding};

use super::session::{ReviewSession, typed_name};
use super::settings;
use super::shared_args::NamedReview;
use crate::cli::args::ReportFormat;
use crate::cli::{CommandOutcome, CommandResult, Console};

#[derive(Debug, Args)]
pub(crate) struct StoppingArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// How to write it
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

pub(crate) fn own_samples<'a>(
    state: &'a ReviewState,
    reviewer: &'a str,
) -> impl Iterator<Item = &'a SampleState> {
    state.samples.iter().filter(move |sample| sample.reviewer == reviewer)
}

pub(crate) fn run(console: &mut Console, arguments: &StoppingArgs) -> CommandResult {
    let work = ReviewSession::on(console, &arguments.named)?;
    let (state, reviewer) = (work.review.state(), work.reviewer.as_str());
    match arguments.format {
        ReportFormat::Json => writeln!(console.out, "{:#}", as_json(state, reviewer))?,
        ReportFormat::Text => {
            for line in lines(state, reviewer) {
                writeln!(console.out, "{}", clean_line(&line))?;
            }
        }
    }
    console.out.flush()?;
    if own_samples(state, reviewer).next().is_none() {
        let name = typed_name(work.review.path());
        console.say(&format!("hint: `trialdex review sample {name}` draws one"));
    }
    Ok(CommandOutcome::Done)
}

/// The remark about recall if there is no sample.
const NO_SAMPLE: &str = "No sample of the unread was drawn: recall is not known.";

/// What speaks for and against stopping, a sentence a line, fit for a methods
/// section.
pub(crate) fn lines(state: &ReviewState, reviewer: &str) -> Vec<String> {
    let sample = said_of_sample(state, reviewer);
    let mut lines = vec![progress(state, reviewer)];
    lines.extend(settings::sentence(state));
    lines.push(sample.unwrap_or_else(|| NO_SAMPLE.to_owned()));
    lines
}

/// The same of all reviewers.
pub(crate) fn lines_of_all(state: &ReviewState) -> Vec<String> {
    let mut lines: Vec<String> =
        state.reviewers.iter().map(|reviewer| progress(state, reviewer)).collect();
    let samples = state.reviewers.iter().filter_map(|reviewer| said_of_sample(state, reviewer));
    let samples: Vec<String> = samples.collect();
    if samples.is_empty() {
        lines.push(NO_SAMPLE.to_owned());
    }
    lines.extend(samples);
    lines
}

fn progress(state: &ReviewState, reviewer: &str) -> String {
    let decided = state.studies().iter().filter(|it| it.verdict_of(reviewer).is_some()).count();
    format!(
        "{reviewer} decided {decided} of {}, the last {} without an include.",
        plural(state.len() as u64, "study", "studies"),
        state.since_last_include(reviewer),
    )
}

/// What the last sample of a reviewer says, if there is one.
fn said_of_sample(state: &ReviewState, reviewer: &str) -> Option<String> {
    let sample = own_samples(state, reviewer).last()?;
    Some(match finding(state, sample) {
        SampleFinding::Unread(unread) => format!(
            "Of the sample drawn on {} by {reviewer}, {} to be decided: recall is not known yet.",
            day(sample),
            match unread {
                1 => "1 study is still".to_owned(),
                unread => format!("{unread} studies are still"),
            }
        ),
        SampleFinding::Outdated(outdated) => format!(
            "The sample drawn on {} by {reviewer} does not speak for {} unread that it was not drawn from: draw \
             another one.",
            day(sample),
            plural(outdated as u64, "study", "studies"),
        ),
        SampleFinding::Bound(bound) => sentence(sample, &bound),
    })
}

fn day(sample: &SampleState) -> &str {
    sample.at.split('T').next().unwrap_or_default()
}

fn sentence(sample: &SampleState, bound: &RecallBound) -> String {
    let RecallBound { population, drawn, relevant, most, included, most_in_all } = bound;
    let found = match relevant {
        0 => "none of them was relevant".to_owned(),
        1 => "1 of them was relevant".to_owned(),
        more => format!("{more} of them were relevant"),
    };
    format!(
        "On {}, a simple random sample of {drawn} was drawn without replacement (seed {}) from \
         the {population} studies that {} had not screened; {found}. By the hypergeometric \
         distribution at most {most} of the {population} are relevant (one-sided 95 % confidence; \
         Callaghan and Müller-Hansen 2020, doi:10.1186/s13643-020-01521-4), so that the \
         {included} included are at least {:.1} % of at most {most_in_all} relevant studies.",
        day(sample),
        sample.sample.seed,
        sample.reviewer,
        // Rounded down: it is a lower bound.
        (bound.recall() * 1000.0).floor() / 10.0,
    )
}

fn as_json(state: &ReviewState, reviewer: &str) -> Value {
    let sample = own_samples(state, reviewer).last();
    let sample = sample.map(|sample| {
        let finding = match finding(state, sample) {
            SampleFinding::Unread(unread) => json!({"unread": unread}),
            SampleFinding::Outdated(outdated) => json!({"outdatedBy": outdated}),
            SampleFinding::Bound(bound) => {
                json!({"population": bound.population, "drawn": bound.drawn,
                "relevant": bound.relevant, "mostRelevant": bound.most,
                "included": bound.included, "recallAtLeast": bound.recall(), "confidence": 0.95})
            }
        };
        json!({"at": sample.at, "seed": sample.sample.seed, "finding": finding})
    });
    json!({"reviewer": reviewer, "sinceLastInclude": state.since_last_include(reviewer),
        "sample": sample, "sentences": lines(state, reviewer)})
}
