//! `trialdex review decide` and `settle`

use std::collections::{HashMap, HashSet};

use clap::Args;

use trialdex_output::plural;
use trialdex_records::study::NctId;
use trialdex_review::{Act, Decision, Exclusion, Review, Verdict, queue};

use super::next::{model_name, ordered};
use super::session::{ReviewSession, now, typed_name};
use super::shared_args::{NamedReview, OrderArg};
use crate::cli::nct_input::numbers;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

const EXAMPLES: &str = "\
Examples:
  trialdex review decide asthma NCT90000002 --exclude --reason population
  trialdex review decide asthma NCT90000001 --include --note 'ask for the protocol' --label phase3
  trialdex search asthma --phase NA --format ids | trialdex review decide asthma - --exclude";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DecideArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// NCT numbers; `-` reads them from standard input, one a line
    #[arg(required = true, value_name = "NCT")]
    pub(crate) numbers: Vec<String>,
    #[command(flatten)]
    pub(crate) verdict: VerdictArgs,
    /// Reason to exclude it: key, number or wording of a reason of the review
    #[arg(long, value_name = "KEY")]
    pub(crate) reason: Option<String>,
    /// Note that replaces the earlier one; empty for none
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) note: Option<String>,
    /// Add a label
    #[arg(long, value_name = "LABEL")]
    pub(crate) label: Vec<String>,
    /// Remove a label
    #[arg(long, value_name = "LABEL")]
    pub(crate) unlabel: Vec<String>,
    /// Order in which the studies were read; it is recorded with the rank of
    /// each among the unread [default: neither is recorded]
    #[arg(long, value_name = "ORDER")]
    pub(crate) order: Option<OrderArg>,
    /// Change earlier decisions when deciding several studies
    #[arg(long)]
    pub(crate) again: bool,
}

/// One of them at most.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct VerdictArgs {
    /// Include it
    #[arg(long)]
    include: bool,
    /// Exclude it
    #[arg(long)]
    exclude: bool,
    /// Look at it again
    #[arg(long)]
    maybe: bool,
    /// Skip it for now
    #[arg(long)]
    pub(crate) skip: bool,
}

impl VerdictArgs {
    pub(crate) fn verdict(&self) -> Option<Verdict> {
        let chosen = [self.include, self.exclude, self.maybe];
        let named = chosen.into_iter().zip(Verdict::ALL);
        named.into_iter().find_map(|(chosen, verdict)| chosen.then_some(verdict))
    }
}

pub(crate) fn run(console: &Console, arguments: &DecideArgs, settles: bool) -> CommandResult {
    let mut named = HashSet::new();
    let mut numbers = numbers(&arguments.numbers)?;
    numbers.retain(|nct| named.insert(*nct));
    let mut work = ReviewSession::on(console, &arguments.named)?;
    check(arguments)?;
    let (known, unknown): (Vec<NctId>, Vec<NctId>) =
        numbers.into_iter().partition(|nct| work.review.state().study(*nct).is_some());
    if settles {
        check_conflicts(&work.review, &known)?;
        check_reason(&work.review, arguments, &known)?;
    } else {
        check_again(&work, arguments, &known)?;
    }
    let acts = acts(&work, arguments, &known, settles)?;
    work.review.append(&now(), &work.reviewer, acts)?;
    for nct in &unknown {
        console.say(&format!("{nct}: not in the review"));
    }
    let done = plural(known.len() as u64, "study", "studies");
    let what = match arguments.verdict.verdict() {
        Some(verdict) if settles => format!("settled: {verdict}"),
        Some(verdict) => verdict.to_string(),
        None if arguments.verdict.skip => "put off".to_owned(),
        None => "noted".to_owned(),
    };
    console.say(&format!("{what}: {done}"));
    Ok(if unknown.is_empty() { CommandOutcome::Done } else { CommandOutcome::NothingFound })
}

/// Refuses what says nothing, or what does not go together.
fn check(arguments: &DecideArgs) -> Result<(), Failure> {
    let verdict = arguments.verdict.verdict();
    let says = verdict.is_some()
        || arguments.verdict.skip
        || arguments.note.is_some()
        || !arguments.label.is_empty()
        || !arguments.unlabel.is_empty();
    if !says {
        return Err(Failure::new("no decision is given").hint(
            "give a verdict: `--include`, `--exclude`, `--maybe` or `--skip`, a `--note` or a \
             `--label`",
        ));
    }
    if arguments.label.iter().any(|label| label.trim().is_empty()) {
        return Err(Failure::new("a label is empty").hint("give it a word: `--label phase3`"));
    }
    if arguments.reason.is_some() && verdict != Some(Verdict::Exclude) {
        return Err(Failure::new("a reason is for excluded studies").hint("add `--exclude`"));
    }
    Ok(())
}

/// The key of a reason that was typed by its key, its number or its wording.
fn reason(review: &Review, typed: &str) -> Result<String, Failure> {
    let reasons = &review.state().reasons;
    let by_number =
        typed.parse().ok().and_then(|number: usize| reasons.get(number.checked_sub(1)?));
    let by_name = |(key, wording): &&(String, String)| {
        key.eq_ignore_ascii_case(typed) || wording.eq_ignore_ascii_case(typed)
    };
    if let Some((key, _)) = reasons.iter().find(by_name).or(by_number) {
        return Ok(key.clone());
    }
    let known: Vec<String> = reasons.iter().map(|(key, _)| format!("`{key}`")).collect();
    Err(Failure::new(format!("`{typed}` is no reason of this review")).hint(format!(
        "its reasons are {}; `trialdex review reasons {} --add KEY=WORDING` adds one",
        known.join(", "),
        typed_name(review.path()),
    )))
}

/// Refuses to turn decisions round that were made before, where several
/// studies are decided at once.
fn check_again(
    work: &ReviewSession,
    arguments: &DecideArgs,
    known: &[NctId],
) -> Result<(), Failure> {
    let Some(verdict) = arguments.verdict.verdict() else { return Ok(()) };
    let listed = known.len() > 1 || arguments.numbers.iter().any(|typed| typed == "-");
    let other = |nct: &&NctId| {
        let study = work.review.state().study(**nct);
        let standing = study.and_then(|study| study.verdict_of(&work.reviewer));
        standing.is_some_and(|standing| standing.decision.verdict != verdict)
    };
    let others: Vec<&NctId> = known.iter().filter(other).collect();
    let Some(first) = others.first().filter(|_| listed && !arguments.again) else {
        return Ok(());
    };
    let (count, all) = (others.len(), plural(known.len() as u64, "study", "studies"));
    let what = if count == 1 { "has another verdict" } else { "have another verdict" };
    Err(Failure::new(format!(
        "{count} of {all} {what} of {} already, {first} the first: nothing was decided",
        work.reviewer
    ))
    .hint("add `--again` to decide them otherwise, or leave them out"))
}

fn check_conflicts(review: &Review, known: &[NctId]) -> Result<(), Failure> {
    let agreed = known.iter().find(|nct| {
        review.state().study(**nct).is_none_or(|study| !review.state().is_disputed(study))
    });
    agreed.map_or(Ok(()), |nct| {
        Err(Failure::new(format!("{nct}: there is no conflict to settle"))
            .hint(format!("`trialdex review conflicts {}` lists them", typed_name(review.path()))))
    })
}

/// Refuses an exclusion without a reason where the reasons are what differs.
fn check_reason(review: &Review, arguments: &DecideArgs, known: &[NctId]) -> Result<(), Failure> {
    let exclude = arguments.verdict.verdict() == Some(Verdict::Exclude);
    if !exclude || arguments.reason.is_some() {
        return Ok(());
    }
    let state = review.state();
    let disputed = known.iter().find(|nct| {
        let study = state.study(**nct);
        study.and_then(|study| state.exclusion(study)) == Some(Exclusion::Disputed)
    });
    disputed.map_or(Ok(()), |nct| {
        Err(Failure::new(format!("{nct}: readers gave different reasons, and this gives none"))
            .hint("say which counts: `--reason KEY`"))
    })
}

/// What was left to read, in an order.
struct QueuePlaces {
    ranks: HashMap<NctId, usize>,
    model: String,
}

impl QueuePlaces {
    fn by(work: &ReviewSession, order: OrderArg) -> Result<Self, Failure> {
        let (order, learned) = ordered(work, order)?;
        let scores = learned.as_ref().map(|learned| &learned.scores);
        let waiting = queue(work.review.state(), &work.reviewer, order, scores);
        let name = learned.as_ref().map(|learned| learned.name.as_str());
        let ranks = waiting.iter().map(|queued| queued.nct).zip(1..).collect();
        Ok(Self { ranks, model: model_name(order, name) })
    }

    /// The rank of a study and what gave it.
    fn of(&self, nct: NctId) -> Option<(usize, String)> {
        Some((*self.ranks.get(&nct)?, self.model.clone()))
    }
}

/// The events for each of the studies.
fn acts(
    work: &ReviewSession,
    arguments: &DecideArgs,
    numbers: &[NctId],
    settles: bool,
) -> Result<Vec<Act>, Failure> {
    let verdict = arguments.verdict.verdict();
    let state = work.review.state();
    let reason =
        arguments.reason.as_deref().map(|typed| reason(&work.review, typed)).transpose()?;
    let order = arguments.order.filter(|_| verdict.is_some());
    let places = order.map(|order| QueuePlaces::by(work, order)).transpose()?;
    let mut acts = Vec::new();
    for nct in numbers.iter().copied() {
        // The verdict comes last: the screen takes back the last event first.
        let label = |label: &String| Act::Label { nct, label: label.trim().to_owned() };
        acts.extend(arguments.label.iter().map(label));
        let unlabel = |label: &String| Act::Unlabel { nct, label: label.trim().to_owned() };
        acts.extend(arguments.unlabel.iter().map(unlabel));
        let noted = state.study(nct).is_some_and(|it| it.notes.contains_key(&work.reviewer));
        let note = arguments.note.clone().filter(|note| noted || !note.is_empty());
        if let Some(verdict) = verdict {
            let place = places.as_ref().and_then(|places| places.of(nct));
            let decision = Decision {
                record: state.study(nct).and_then(|study| study.record.clone()),
                reason: reason.clone(),
                note,
                rank: place.as_ref().map(|(rank, _)| *rank),
                model: place.map(|(_, model)| model),
                ..Decision::new(nct, verdict)
            };
            acts.push(if settles { Act::Settle(decision) } else { Act::Decide(decision) });
        } else if let Some(text) = note {
            acts.push(Act::Note { nct, text });
        }
        if arguments.verdict.skip {
            acts.push(Act::Skip { nct });
        }
    }
    Ok(acts)
}
