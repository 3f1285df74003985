//! `trialdex review new`, `search` and `reasons`: where studies come from, and
//! why they may be excluded.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use trialdex_engine::index::Store;
use trialdex_engine::search::Hits;
use trialdex_engine::search::receipt::Receipt;
use trialdex_output::{clean_line, plural};
use trialdex_records::study::Study;
use trialdex_review::{Act, Review, ReviewSource, SourceOrigin, SourceState, UndoGroup};

use super::super::disclosure::{self, AbsentStudies};
use super::super::search::{open_or_build, receipt, say_what_is_cut, say_what_is_damaged};
use super::review_args::{NewArgs, ReasonsArgs, SearchReviewArgs};
use super::typed_searches::RequestedSearch;
use super::{
    CommandOutcome, Console, Failure, GlobalArgs, ReviewSession, check_name, file, now, reviewer,
    typed_name,
};

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
    global: &GlobalArgs,
    arguments: &NewArgs,
) -> super::super::Result {
    check_name(&arguments.named.name.to_string_lossy())?;
    let wanted = arguments.searches.wanted(console)?;
    if wanted.is_empty() {
        return Err(no_search(
            "a review begins with a search",
            &typed_name(&file(&arguments.named.name)),
            "new",
        ));
    }
    check_search_names(&wanted, &[])?;
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
    begun.extend(arguments.settings.act());
    let stop = told_to_stop();
    let review = Review::create(&path, |review| {
        review.append(&now(), &reviewer, begun)?;
        // What a review begins with is no command to be taken back.
        let by = EventAuthor { at: now(), reviewer: reviewer.clone(), command: None };
        wanted.iter().try_for_each(|it| add(console, &store, review, &by, it, &stop))
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
    Ok(if studies == 0 { CommandOutcome::NothingFound } else { CommandOutcome::Done })
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

pub(crate) fn search_more(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &SearchReviewArgs,
) -> super::super::Result {
    let mut work = ReviewSession::on(console, &arguments.named)?;
    let wanted = arguments.searches.wanted(console)?;
    if wanted.is_empty() {
        return Err(no_search("no words to look for", &typed_name(work.review.path()), "search"));
    }
    check_search_names(&wanted, &work.review.state().sources)?;
    let store = open_or_build(console, &global.index)?;
    say_what_is_damaged(console, &store)?;
    let before = work.review.state().len();
    let never = AtomicBool::new(false);
    // All searches are one command: one undo takes all of it back.
    let by =
        EventAuthor { at: now(), reviewer: work.reviewer.clone(), command: Some(work.command()) };
    for wanted in &wanted {
        add(console, &store, &mut work.review, &by, wanted, &never)?;
    }
    let new = work.review.state().len() - before;
    console.say(&format!("{} to the review", plural(new as u64, "new study", "new studies")));
    Ok(if new == 0 { CommandOutcome::NothingFound } else { CommandOutcome::Done })
}

fn no_search(message: &str, review: &str, verb: &str) -> Failure {
    Failure::new(message).hint(format!(
        "give one by words, flags such as `--cond`, `--strategy FILE` or the receipt of one, such \
         as `trialdex review {verb} {review} --query 'asthma AND budesonide'`"
    ))
}

/// Names tell searches apart.
fn check_search_names(wanted: &[RequestedSearch], known: &[SourceState]) -> Result<(), Failure> {
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

/// What a search is called that was given no name.
fn next_name(sources: &[SourceState]) -> String {
    let searches = sources.iter().filter(|it| matches!(it.latest.origin, SourceOrigin::Search(_)));
    let mut names = (searches.count() + 1..).map(|number| format!("search {number}"));
    let taken = |name: &String| sources.iter().any(|source| source.name == *name);
    names.find(|name| !taken(name)).unwrap_or_default()
}

/// Who adds searches, when, and by what command that can be taken back.
struct EventAuthor {
    at: String,
    reviewer: String,
    command: Option<UndoGroup>,
}

/// Runs a search and adds its hits to a review.
fn add(
    console: &Console,
    store: &Store,
    review: &mut Review,
    by: &EventAuthor,
    wanted: &RequestedSearch,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let again = &wanted.again;
    let name = wanted.name.clone().unwrap_or_else(|| next_name(&review.state().sources));
    let (hits, receipt) = receipt(store, &again.asked, &again.order, &again.sort)?;
    say_what_is_cut(console, &hits);
    say_found(console, &name, &receipt);
    if let Some(absent) = AbsentStudies::of_filters(store, &again.asked.pairs)? {
        absent.say_all(console);
    }
    keep(review, &hits, &receipt, stop)?;
    let source = ReviewSource { name, origin: SourceOrigin::Search(receipt) };
    let acts = vec![(by.reviewer.clone(), Act::Source(source))];
    review.append_of_all(&by.at, acts, &[], by.command.as_ref())?;
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
    if let Some(disclosure) = &receipt.disclosure {
        disclosure::say(console, "  ", disclosure);
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
    let mut work = ReviewSession::on(console, &arguments.named)?;
    if !arguments.add.is_empty() {
        let acts = arguments.add.iter().map(|given| typed_reason(given));
        let acts: Vec<Act> = acts.collect::<Result<_, _>>()?;
        let acts = acts.into_iter().map(|act| (work.reviewer.clone(), act)).collect();
        let command = work.command();
        work.review.append_of_all(&now(), acts, &[], Some(&command))?;
    }
    for (number, (key, wording)) in (1..).zip(&work.review.state().reasons) {
        writeln!(console.out, "{number}  {}", clean_line(&format!("{key}  {wording}")))?;
    }
    console.out.flush()?;
    Ok(CommandOutcome::Done)
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
