//! `trialdex review next`

use std::io::Write;

use clap::Args;
use serde_json::json;

use trialdex_output::clean_line;
use trialdex_records::study::{NctId, Study};
use trialdex_review::learning::LearningMethod;
use trialdex_review::{
    LearnedScores, Learner, QueueOrder, QueueTurn, QueuedStudy, decisions, queue, teach,
};

use super::screen::study_page::{ParagraphRole, paragraphs};
use super::session::ReviewSession;
use super::shared_args::{NamedReview, NextFormat, OrderArg};
use crate::cli::{CommandOutcome, CommandResult, Console, Failure, disclosure};

#[derive(Debug, Args)]
pub(crate) struct NextArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// Number of studies to print; 0 for all
    #[arg(long, short = 'n', default_value_t = 1, value_name = "N")]
    pub(crate) limit: usize,
    /// Which studies come first
    #[arg(long, default_value = "certainty", value_name = "ORDER")]
    pub(crate) order: OrderArg,
    /// How to write them
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: NextFormat,
}

/// The order that is asked for, and the learned scores if it needs them.
pub(crate) fn ordered(
    work: &ReviewSession,
    order: OrderArg,
) -> Result<(QueueOrder, Option<LearnedScores>), Failure> {
    let learned = match order {
        OrderArg::Certainty | OrderArg::Uncertainty => learned(work)?.map(|(_, learned)| learned),
        OrderArg::Relevance | OrderArg::Random => None,
    };
    Ok((QueueOrder::from(order), learned))
}

impl From<OrderArg> for QueueOrder {
    fn from(order: OrderArg) -> Self {
        match order {
            OrderArg::Certainty => Self::Certainty,
            OrderArg::Uncertainty => Self::Uncertainty,
            OrderArg::Relevance => Self::Relevance,
            OrderArg::Random => Self::Random(0),
        }
    }
}

/// What was learned from a reviewer's decisions; `None` until there is
/// something to learn from, since all records are read for it.
pub(crate) fn learned(work: &ReviewSession) -> Result<Option<(Learner, LearnedScores)>, Failure> {
    let decisions = decisions(work.review.state(), &work.reviewer);
    if !teach(decisions.iter().map(|(_, included)| *included)) {
        return Ok(None);
    }
    let learner = Learner::of(&work.review)?;
    let learned = learner.learn(&decisions, LearningMethod::default());
    Ok(learned.map(|learned| (learner, learned)))
}

/// What ordered a queue, as decisions keep it; `learned` names the model.
pub(crate) fn model_name(order: QueueOrder, learned: Option<&str>) -> String {
    match (order, learned) {
        (QueueOrder::Random(_), _) => "random".to_owned(),
        (QueueOrder::Certainty, Some(learned)) => format!("{learned}, certainty"),
        (QueueOrder::Uncertainty, Some(learned)) => format!("{learned}, uncertainty"),
        _ => "relevance".to_owned(),
    }
}

pub(crate) fn run(console: &mut Console, arguments: &NextArgs) -> CommandResult {
    let work = ReviewSession::on(console, &arguments.named)?;
    let (order, learned) = ordered(&work, arguments.order)?;
    let scores = learned.as_ref().map(|learned| &learned.scores);
    let waiting = queue(work.review.state(), &work.reviewer, order, scores);
    let limit = if arguments.limit == 0 { waiting.len() } else { arguments.limit };
    let model = model_name(order, learned.as_ref().map(|learned| learned.name.as_str()));
    if arguments.format == NextFormat::Text {
        console.page();
    }
    for (rank, queued) in (1..).zip(&waiting).take(limit) {
        match arguments.format {
            NextFormat::Ids => writeln!(console.out, "{}", queued.nct)?,
            NextFormat::Jsonl => write_json(console, &work, rank, queued, &model)?,
            NextFormat::Text => write_text(console, &work, rank, queued, &model)?,
        }
    }
    console.out.flush()?;
    console.close();
    if arguments.format != NextFormat::Text {
        disclosure::say_cut(console, 0, limit.min(waiting.len()), waiting.len());
    }
    if waiting.is_empty() {
        console.say(&format!("{} has nothing left to read", work.reviewer));
        return Ok(CommandOutcome::NothingFound);
    }
    Ok(CommandOutcome::Done)
}

/// Why a study is next, in words.
pub(crate) fn turn_text(work: &ReviewSession, queued: &QueuedStudy) -> Option<String> {
    match queued.turn {
        QueueTurn::Unread => None,
        QueueTurn::Sample => Some("part of your random sample".to_owned()),
        QueueTurn::Skipped => Some("put off".to_owned()),
        QueueTurn::Changed => {
            let study = work.review.state().study(queued.nct)?;
            let pieces = study.stale_for(&work.reviewer);
            Some(format!("changed since you decided: {}", pieces.join(", ")))
        }
    }
}

fn write_text(
    console: &mut Console,
    work: &ReviewSession,
    rank: usize,
    queued: &QueuedStudy,
    model: &str,
) -> Result<(), Failure> {
    if rank > 1 {
        writeln!(console.out, "\n")?;
    }
    let why = turn_text(work, queued).unwrap_or_else(|| format!("by {model}"));
    let left = format!("{rank}. of what is left, {why}");
    writeln!(console.out, "{}", console.paint.faint(&clean_line(&left)))?;
    match work.review.study(queued.nct)? {
        Some(study) => write_page(console, queued.nct, &study)?,
        None => writeln!(console.out, "{}  (no record)", queued.nct)?,
    }
    Ok(())
}

/// The study as the screen shows it; `show` prints all of its record.
fn write_page(console: &mut Console, nct: NctId, study: &Study) -> Result<(), Failure> {
    writeln!(console.out, "{}", console.paint.nct_id(nct))?;
    for paragraph in paragraphs(study) {
        let hanging = " ".repeat(paragraph.hanging);
        let text = match console.paint.width {
            None => format!("{}{}", paragraph.lead, paragraph.text),
            Some(width) => {
                let options = textwrap::Options::new(width);
                let options = options.initial_indent(&paragraph.lead).subsequent_indent(&hanging);
                textwrap::fill(&paragraph.text, options)
            }
        };
        let is_title = matches!(paragraph.role, ParagraphRole::Title | ParagraphRole::Heading);
        let text = text.trim_end();
        let text = if is_title { console.paint.title(text) } else { text.to_owned() };
        writeln!(console.out, "{text}")?;
    }
    Ok(())
}

fn write_json(
    console: &mut Console,
    work: &ReviewSession,
    rank: usize,
    queued: &QueuedStudy,
    model: &str,
) -> Result<(), Failure> {
    let study = work.review.study(queued.nct)?;
    let line = json!({
        "nctId": queued.nct,
        "rank": rank,
        "model": model,
        "why": turn_text(work, queued),
        "study": study.as_ref().map(Study::as_map),
    });
    writeln!(console.out, "{line}")?;
    Ok(())
}
