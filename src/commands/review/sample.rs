//! `trialdex review sample`: a random sample of what is unread.

use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;

use trialdex_output::plural;
use trialdex_review::{Act, SampleFinding, draw, finding};

use super::session::{ReviewSession, now, typed_name};
use super::shared_args::NamedReview;
use super::stopping::own_samples;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

#[derive(Debug, Args)]
pub(crate) struct SampleArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// Number of studies to draw
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) size: u32,
    /// Seed, to repeat the draw [default: from the clock]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u32>,
}

pub(crate) fn run(console: &Console, arguments: &SampleArgs) -> CommandResult {
    let mut work = ReviewSession::on(console, &arguments.named)?;
    let name = typed_name(work.review.path());
    let open = own_samples(work.review.state(), &work.reviewer)
        .any(|sample| matches!(finding(work.review.state(), sample), SampleFinding::Unread(_)));
    if open {
        return Err(Failure::new("your last sample is not read yet")
            .hint(format!("read it first: `trialdex review next {name}` begins with it")));
    }
    let seed = arguments.seed.map_or_else(clock, u64::from);
    let size = arguments.size as usize;
    let sample = draw(work.review.state(), &work.reviewer, size, seed);
    if sample.drawn.is_empty() {
        return Err(Failure::new("nothing is left to draw from: all studies are decided"));
    }
    let (drawn, population) = (sample.drawn.len() as u64, sample.population.len());
    let all = sample.drawn.len() == population;
    work.review.append(&now(), &work.reviewer, vec![Act::Sample(sample)])?;
    console.say(&format!(
        "{} of {population} unread drawn with the seed {seed}; they come first now",
        plural(drawn, "study", "studies")
    ));
    if all {
        console.say(&format!(
            "note: these are all of them; `trialdex review undo {name}` takes the draw back"
        ));
    }
    Ok(CommandOutcome::Done)
}

/// A seed that nobody chose.
fn clock() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis() as u64 % 1_000_000
}
