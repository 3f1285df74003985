//! `trialdex review search`: the hits of more searches.

use std::sync::atomic::AtomicBool;

use clap::Args;

use trialdex_output::plural;

use super::added_search::{EventAuthor, add, check_search_names, no_search};
use super::session::{ReviewSession, now, typed_name};
use super::shared_args::NamedReview;
use super::typed_searches::OrderedSearches;
use crate::cli::args::GlobalArgs;
use crate::cli::named_index::open_or_build;
use crate::cli::notes::say_what_is_damaged;
use crate::cli::{CommandOutcome, CommandResult, Console};

const EXAMPLES: &str = "\
Examples:
  trialdex review search asthma budesonide          plain words
  trialdex review search asthma --cond asthma --status recruiting --name 'Recruiting, 1 June'
  trialdex review search asthma --strategy asthma.txt#7
  trialdex review search asthma --receipt search.json";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SearchReviewArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    #[command(flatten)]
    pub(crate) searches: OrderedSearches,
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &SearchReviewArgs,
) -> CommandResult {
    let mut work = ReviewSession::on(console, &arguments.named)?;
    let wanted = arguments.searches.wanted(console)?;
    if wanted.is_empty() {
        return Err(no_search("no words to look for", &typed_name(work.review.path()), "search"));
    }
    check_search_names(&wanted, &work.review.state().sources)?;
    let index = open_or_build(console, &global.index)?;
    say_what_is_damaged(console, &index)?;
    let before = work.review.state().len();
    let never = AtomicBool::new(false);
    // All searches are one command: one undo takes all of it back.
    let by =
        EventAuthor { at: now(), reviewer: work.reviewer.clone(), command: Some(work.command()) };
    for wanted in &wanted {
        add(console, &index, &mut work.review, &by, wanted, &never)?;
    }
    let new = work.review.state().len() - before;
    console.say(&format!("{} to the review", plural(new as u64, "new study", "new studies")));
    Ok(if new == 0 { CommandOutcome::NothingFound } else { CommandOutcome::Done })
}
