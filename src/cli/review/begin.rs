//! `trialdex review new`, `search` and `reasons`: where studies come from, and
//! why they may be excluded.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use trialdex::index::Store;
use trialdex::output::{clean_line, plural};
use trialdex::search::Hits;
use trialdex::search::receipt::Receipt;
use trialdex::study::Study;
use trialdex::triage::{Act, Origin, Review, Source};

use super::super::asked::{Again, Asked};
use super::super::search::{open_or_build, receipt, say_what_is_cut, say_what_is_damaged};
use super::super::verify;
use super::args::{NewArgs, ReasonsArgs, SearchReviewArgs};
use super::{Console, Failure, Global, Outcome, Work, check_name, file, now, reviewer};

/// Reasons that a review begins with where none are given: those of PICO and
/// of the design (Higgins et al., Cochrane Handbook, chapter 4.6.3).
const USUAL: [(&str, &str); 6] = [
    ("population", "Wrong population"),
    ("intervention", "Wrong intervention"),
    ("comparator", "Wrong comparator"),
    ("outcome", "Wrong outcome"),
    ("design", "Wrong study design"),
    ("duplicate", "Duplicate of another study"),
];

/// Records that are written at once.
const BATCH: usize = 500;

pub(crate) fn new(
    console: &mut Console,
    global: &Global,
    arguments: &NewArgs,
) -> super::super::Result {
    check_name(&arguments.named.name)?;
    let asked = asked(console, arguments)?;
    let reasons = match arguments.reason.as_slice() {
        [] => USUAL.map(|(key, wording)| reason(key, wording)).to_vec(),
        given => given.iter().map(|given| typed_reason(given)).collect::<Result<_, _>>()?,
    };
    let reviewer = reviewer(&arguments.named.who)?;
    let store = open_or_build(console, &global.index)?;
    say_what_is_damaged(console, &store)?;
    let path = file(&arguments.named.name);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let title = arguments.title.clone().unwrap_or_else(|| stem.into_owned());
    let mut begun = vec![Act::Begin { title }];
    begun.extend(reasons);
    let stop = told_to_stop();
    let review = Review::create(&path, |review| {
        review.append(&now(), &reviewer, begun)?;
        asked.iter().try_for_each(|asked| add(console, &store, review, &reviewer, asked, &stop))
    })?;
    let (studies, sources) = (review.state().len(), &review.state().sources);
    let identified: usize = sources.iter().map(|source| source.identified).sum();
    console.say(&clean_line(&format!(
        "{}: {} from {} ({} found, {})",
        path.display(),
        plural(studies as u64, "study", "studies"),
        plural(sources.len() as u64, "search", "searches"),
        identified,
        plural((identified - studies) as u64, "duplicate", "duplicates"),
    )));
    Ok(if studies == 0 { Outcome::NothingFound } else { Outcome::Done })
}

/// Set by Ctrl-C. The process must not end by it at once: the file that is
/// being made would be left behind.
fn told_to_stop() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let set = stop.clone();
    // Where no handler can be set, Ctrl-C ends the process.
    let _ = ctrlc::set_handler(move || set.store(true, Ordering::Relaxed));
    stop
}

/// The searches that a review is to begin with.
fn asked(console: &Console, arguments: &NewArgs) -> Result<Vec<Again>, Failure> {
    let mut asked = Vec::new();
    for query in &arguments.query {
        let pairs = vec![(String::new(), query.clone())];
        asked.push(Again { asked: Asked::from_pairs(pairs)?, sort: vec![], order: vec![] });
    }
    for path in &arguments.receipt {
        asked.push(Again::of(&verify::read(path)?)?);
    }
    for again in &asked {
        again.asked.say_remarks(console);
    }
    if asked.is_empty() {
        return Err(Failure::new("a review begins with a search").hint(
            "give one with `--query QUERY`, or the receipt of one with `--receipt FILE`; several \
             can be given",
        ));
    }
    Ok(asked)
}

pub(crate) fn search_more(
    console: &mut Console,
    global: &Global,
    arguments: &SearchReviewArgs,
) -> super::super::Result {
    let mut work = Work::on(&arguments.named)?;
    let asked = Asked::new(console, &arguments.query)?;
    if asked.is_empty() {
        return Err(Failure::new("no words to look for")
            .hint("type some, such as `trialdex review search asthma budesonide`"));
    }
    let store = open_or_build(console, &global.index)?;
    say_what_is_damaged(console, &store)?;
    let before = work.review.state().len();
    let again = Again { asked, sort: vec![], order: vec![] };
    let never = AtomicBool::new(false);
    add(console, &store, &mut work.review, &work.reviewer, &again, &never)?;
    let new = work.review.state().len() - before;
    console.say(&format!("{} to the review", plural(new as u64, "new study", "new studies")));
    Ok(if new == 0 { Outcome::NothingFound } else { Outcome::Done })
}

/// Runs a search and adds its hits to a review.
fn add(
    console: &Console,
    store: &Store,
    review: &mut Review,
    reviewer: &str,
    again: &Again,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let searches = review.state().sources.iter();
    let searches = searches.filter(|source| matches!(source.latest.origin, Origin::Search(_)));
    let name = format!("search {}", searches.count() + 1);
    let (hits, receipt) = receipt(store, &again.asked, &again.order, &again.sort)?;
    say_what_is_cut(console, &hits);
    say_found(console, &name, &receipt);
    keep(review, &hits, &receipt, stop)?;
    let source = Source { name, origin: Origin::Search(receipt) };
    review.append(&now(), reviewer, vec![Act::Source(source)])?;
    Ok(())
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
}

/// Writes the records of hits into a review, which it may have already.
fn keep(
    review: &mut Review,
    hits: &Hits<'_>,
    receipt: &Receipt,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let known = review.fingerprints()?;
    let mut batch: Vec<Study> = Vec::with_capacity(BATCH);
    for (hit, kept) in hits.hits.iter().zip(&receipt.hits) {
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

pub(crate) fn reasons(console: &mut Console, arguments: &ReasonsArgs) -> super::super::Result {
    let mut work = Work::on(&arguments.named)?;
    if !arguments.add.is_empty() {
        let acts = arguments.add.iter().map(|given| typed_reason(given));
        work.review.append(&now(), &work.reviewer, acts.collect::<Result<_, _>>()?)?;
    }
    for (number, (key, wording)) in (1..).zip(&work.review.state().reasons) {
        writeln!(console.out, "{number}  {}", clean_line(&format!("{key}  {wording}")))?;
    }
    console.out.flush()?;
    Ok(Outcome::Done)
}

fn reason(key: &str, wording: &str) -> Act {
    Act::Reason { key: key.to_owned(), wording: wording.to_owned() }
}

/// `population=Wrong population`.
fn typed_reason(typed: &str) -> Result<Act, Failure> {
    let (key, wording) = typed.split_once('=').unwrap_or((typed, typed));
    let (key, wording) = (key.trim(), wording.trim());
    if key.is_empty() || key.contains(char::is_whitespace) || wording.is_empty() {
        return Err(Failure::new(format!("`{typed}` is no reason"))
            .hint("write a short key and a wording: `population=Wrong population`"));
    }
    Ok(reason(key, wording))
}
