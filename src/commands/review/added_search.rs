//! Adds the hits of searches to a review.

use std::sync::atomic::{AtomicBool, Ordering};

use trialdex_engine::search::{FoundHits as _, HitWindow};
use trialdex_output::{clean_line, plural};
use trialdex_plan::receipt::Receipt;
use trialdex_records::study::Study;
use trialdex_review::{Act, Review, ReviewSource, SourceOrigin, SourceState, UndoGroup};
use trialdex_session::{AnyHits, AnyIndex, SearchAnswer};

use super::typed_searches::RequestedSearch;
use crate::cli::disclosure::AbsentStudies;
use crate::cli::notes::say_what_is_cut;
use crate::cli::receipt_file::now;
use crate::cli::{Console, Failure, disclosure};

/// Records that are written at once.
const BATCH: usize = 500;

pub(crate) fn no_search(message: &str, review: &str, verb: &str) -> Failure {
    Failure::new(message).hint(format!(
        "give one by words, flags such as `--cond`, `--strategy FILE` or the receipt of one, such \
         as `trialdex review {verb} {review} --query 'asthma AND budesonide'`"
    ))
}

/// Names tell searches apart.
pub(crate) fn check_search_names(
    wanted: &[RequestedSearch],
    known: &[SourceState],
) -> Result<(), Failure> {
    let mut taken: Vec<&str> = known.iter().map(|source| source.name.as_str()).collect();
    for name in wanted.iter().filter_map(|wanted| wanted.name.as_deref()) {
        if taken.contains(&name) {
            return Err(Failure::new(format!("two searches cannot be called `{name}`"))
                .hint("give each a name of its own"));
        }
        taken.push(name);
    }
    Ok(())
}

/// Who adds searches, when, and by what command that can be taken back.
pub(crate) struct EventAuthor {
    pub(crate) at: String,
    pub(crate) reviewer: String,
    pub(crate) command: Option<UndoGroup>,
}

/// Runs a search and adds its hits to a review.
pub(crate) fn add(
    console: &Console,
    index: &AnyIndex,
    review: &mut Review,
    by: &EventAuthor,
    wanted: &RequestedSearch,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let asked = &wanted.asked;
    let name = wanted.name.clone().unwrap_or_else(|| next_name(&review.state().sources));
    let answer = SearchAnswer::find(index, asked, HitWindow { offset: 0, limit: None })?;
    let (hits, receipt) = (&answer.hits, answer.receipt(now())?);
    say_what_is_cut(console, hits.understood());
    say_found(console, &name, &receipt);
    if let Some(absent) = AbsentStudies::of_filters(index, &asked.search.request.request)? {
        absent.say_all(console);
    }
    keep(review, hits, &receipt, stop)?;
    let source = ReviewSource { name, origin: SourceOrigin::Search(receipt) };
    let acts = vec![(by.reviewer.clone(), Act::Source(source))];
    review.append_of_all(&by.at, acts, &[], by.command.as_ref())?;
    Ok(())
}

/// What a search is called that was given no name.
fn next_name(sources: &[SourceState]) -> String {
    let searches = sources.iter().filter(|it| matches!(it.latest.origin, SourceOrigin::Search(_)));
    let mut names = (searches.count() + 1..).map(|number| format!("search {number}"));
    let taken = |name: &String| sources.iter().any(|source| source.name == *name);
    names.find(|name| !taken(name)).unwrap_or_default()
}

/// Says what a search found.
pub(crate) fn say_found(console: &Console, name: &str, receipt: &Receipt) {
    let total = plural(receipt.total as u64, "study", "studies");
    console.say(&clean_line(&format!("{name}: {total} for {}", receipt.understood)));
    if receipt.required < receipt.clauses && receipt.total > 0 {
        let (required, clauses) = (receipt.required, receipt.clauses);
        console.say(&format!(
            "note: no study has all of the words; these have {required} of {clauses}"
        ));
    }
    if let Some(disclosure) = &receipt.disclosure {
        disclosure::say(console, "  ", disclosure);
    }
}

/// Writes the records of hits into a review, which it may have already.
fn keep(
    review: &mut Review,
    hits: &AnyHits<'_>,
    receipt: &Receipt,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let known = review.fingerprints()?;
    let mut batch: Vec<Study> = Vec::with_capacity(BATCH);
    for (hit, kept) in hits.hits().iter().zip(&receipt.hits) {
        if stop.load(Ordering::Relaxed) {
            let mut failure = Failure::new("interrupted: no review was made");
            failure.code = 130;
            return Err(failure);
        }
        if known.contains(&kept.record) {
            continue;
        }
        batch.push(hits.study(hit)?);
        if batch.len() == BATCH {
            review.keep(&batch)?;
            batch.clear();
        }
    }
    Ok(review.keep(&batch)?)
}
