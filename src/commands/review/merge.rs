//! `trialdex review merge`

use std::ffi::OsString;

use clap::Args;

use trialdex_output::{clean_line, plural};
use trialdex_review::Review;

use super::conflicts::disputed_text;
use super::reviewer::say_alike;
use super::session::{open, typed_name};
use super::shared_args::NamedReview;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// Copies to merge; they do not change
    #[arg(required = true, value_name = "OTHER")]
    pub(crate) others: Vec<OsString>,
    /// Also merge reviews that are no copies of this one
    #[arg(long)]
    pub(crate) unrelated: bool,
}

pub(crate) fn run(console: &Console, arguments: &MergeArgs) -> CommandResult {
    let others = arguments.others.iter().map(|name| open(name)).collect::<Result<Vec<_>, _>>()?;
    let mut review = open(&arguments.named.name)?;
    if !arguments.unrelated {
        check_copies(&review, &others)?;
    }
    for other in &others {
        let merged = review.merge(other)?;
        let path = other.path().display().to_string();
        console.say(&clean_line(&format!(
            "{path}: {} and {} taken over",
            plural(merged.events as u64, "event", "events"),
            plural(merged.records as u64, "record", "records"),
        )));
        if !merged.same_review {
            console.say(&clean_line(&format!(
                "note: {path} was not made as a copy of this review; its searches are added to it"
            )));
        }
    }
    say_alike(console, review.state());
    if let Some(disputed) = disputed_text(&review) {
        let name = typed_name(review.path());
        console.say(&format!("{disputed}: `trialdex review conflicts {name}` lists them"));
    }
    Ok(CommandOutcome::Done)
}

/// Refuses a file that is no copy of the review: a merge cannot be taken back.
fn check_copies(review: &Review, others: &[Review]) -> Result<(), Failure> {
    let unrelated = others.iter().find(|other| !review.is_copy_of(other));
    unrelated.map_or(Ok(()), |other| {
        Err(Failure::new(format!("{}: not a copy of this review", other.path().display())).hint(
            "its searches and decisions would become part of this review for good; \
             `--unrelated` merges it all the same",
        ))
    })
}
