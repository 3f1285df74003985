//! `trialdex review why`

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use trialdex_output::clean_line;
use trialdex_records::study::NctId;
use trialdex_review::learning::{ScoreEvidence, WordWeight};
use trialdex_review::{QueueOrder, ReviewState, queue};

use super::next::learned;
use super::session::ReviewSession;
use super::shared_args::NamedReview;
use crate::cli::args::ReportFormat;
use crate::cli::nct_input::numbers;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

#[derive(Debug, Args)]
pub(crate) struct WhyArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// NCT numbers
    #[arg(required = true, value_name = "NCT")]
    pub(crate) numbers: Vec<String>,
    /// Number of words to print for the study, and against it
    #[arg(long, short = 'n', default_value_t = 10, value_name = "N")]
    pub(crate) limit: usize,
    /// How to write it: `json` is a study a line
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

pub(crate) fn run(console: &mut Console, arguments: &WhyArgs) -> CommandResult {
    let numbers = numbers(&arguments.numbers)?;
    let work = ReviewSession::on(console, &arguments.named)?;
    let Some((learner, learned)) = learned(&work)? else {
        return Err(Failure::new("nothing was learned yet").hint(
            "a model is learned from an include and an exclude of yours; until then studies stand \
             in the order of their searches",
        ));
    };
    let waiting =
        queue(work.review.state(), &work.reviewer, QueueOrder::Certainty, Some(&learned.scores));
    let mut missing = false;
    for nct in numbers {
        let study = work.review.study(nct)?;
        let evidence = study.and_then(|study| learner.evidence(&learned, nct, &study));
        let Some(evidence) = evidence else {
            console.say(&format!("{nct}: not in the review, or without a record"));
            missing = true;
            continue;
        };
        let place = waiting.iter().position(|queued| queued.nct == nct).map(|at| at + 1);
        let why = RankExplanation {
            nct,
            score: learned.scores.get(&nct).copied().unwrap_or_default(),
            place,
            left: waiting.len(),
            model: &learned.name,
            found: found(work.review.state(), nct),
            evidence,
        };
        match arguments.format {
            ReportFormat::Json => writeln!(console.out, "{}", why.json(arguments.limit))?,
            ReportFormat::Text => why.write(console, arguments.limit)?,
        }
    }
    console.out.flush()?;
    Ok(if missing { CommandOutcome::NothingFound } else { CommandOutcome::Done })
}

/// What is known of a study's place.
struct RankExplanation<'a> {
    nct: NctId,
    score: f32,
    /// Its place among the unread, from 1; `None` if it is decided.
    place: Option<usize>,
    left: usize,
    model: &'a str,
    /// The sources that found it, with its rank in each.
    found: Vec<(&'a str, usize)>,
    evidence: ScoreEvidence,
}

fn found(state: &ReviewState, nct: NctId) -> Vec<(&str, usize)> {
    let found = state
        .sources
        .iter()
        .filter_map(|source| Some((source.name.as_str(), *source.ranks.get(&nct)?)));
    found.collect()
}

impl RankExplanation<'_> {
    fn write(&self, console: &mut Console, limit: usize) -> Result<(), Failure> {
        let Self { nct, score, place, left, model, found, evidence } = self;
        let place = match place {
            Some(place) => format!("{place}. of {left} left"),
            None => "decided".to_owned(),
        };
        writeln!(
            console.out,
            "{}  {place}, score {score:+.3} by {model}",
            console.paint.nct_id(*nct)
        )?;
        for (source, rank) in found {
            writeln!(console.out, "{}", clean_line(&format!("  {rank}. of {source}")))?;
        }
        for (title, witnesses) in [("for", &evidence.pro), ("against", &evidence.contra)] {
            for (at, WordWeight { words, weight }) in witnesses.iter().take(limit).enumerate() {
                let title = if at == 0 { title } else { "" };
                let line = format!("  {title:<8} {weight:+.4}  {words}");
                writeln!(console.out, "{}", clean_line(&line))?;
            }
        }
        Ok(())
    }

    fn json(&self, limit: usize) -> Value {
        let words = |witnesses: &[WordWeight]| -> Vec<Value> {
            let shown = witnesses.iter().take(limit);
            shown.map(|it| json!({"words": it.words, "weight": it.weight})).collect()
        };
        json!({"nctId": self.nct, "score": self.score, "place": self.place, "model": self.model,
            "found": self.found.iter().map(|(name, rank)| json!({"source": name, "rank": rank}))
                .collect::<Vec<_>>(),
            "for": words(&self.evidence.pro), "against": words(&self.evidence.contra)})
    }
}
