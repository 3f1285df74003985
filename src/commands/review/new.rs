//! `trialdex review new`: a review of the hits of searches.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;

use trialdex_output::{clean_line, plural};
use trialdex_review::{Act, Review};

use super::added_search::{EventAuthor, add, check_search_names, no_search};
use super::reasons::{reason, typed_reason};
use super::reviewer::reviewer;
use super::session::{check_name, file, now, typed_name};
use super::settings::SettingFlags;
use super::shared_args::NamedReview;
use super::typed_searches::OrderedSearches;
use crate::cli::args::GlobalArgs;
use crate::cli::named_index::open_or_build;
use crate::cli::notes::say_what_is_damaged;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

const EXAMPLES: &str = "\
Examples:
  trialdex review new asthma --query 'asthma budesonide'
  trialdex review new asthma --cond asthma --status completed,recruiting
  trialdex review new asthma --strategy asthma.txt  the last line of a strategy
  trialdex review new asthma --name 'ClinicalTrials.gov, 1 May' --strategy asthma.txt#7 \\
    --name 'Trials of steroids' --query 'asthma AND steroid'
  trialdex review new asthma --query asthma --reason 'population=Wrong population' \\
    --reason 'design=Not randomized'";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct NewArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    #[command(flatten)]
    pub(crate) searches: OrderedSearches,
    /// Title of the review in reports [default: NAME]
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// A reason to exclude studies [default: the usual ones]
    #[arg(long, value_name = "KEY=WORDING")]
    pub(crate) reason: Vec<String>,
    #[command(flatten)]
    pub(crate) settings: SettingFlags,
}

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

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &NewArgs,
) -> CommandResult {
    check_name(&arguments.named.name.to_string_lossy())?;
    let wanted = arguments.searches.wanted(console)?;
    if wanted.is_empty() {
        let name = typed_name(&file(&arguments.named.name));
        return Err(no_search("a review begins with a search", &name, "new"));
    }
    check_search_names(&wanted, &[])?;
    let path = file(&arguments.named.name);
    let begun = begun(arguments, &path)?;
    let reviewer = reviewer(&arguments.named.who)?;
    let index = open_or_build(console, &global.index)?;
    say_what_is_damaged(console, &index)?;
    let stop = told_to_stop();
    let review = Review::create(&path, |review| {
        review.append(&now(), &reviewer, begun)?;
        // What a review begins with is no command to be taken back.
        let by = EventAuthor { at: now(), reviewer: reviewer.clone(), command: None };
        wanted.iter().try_for_each(|it| add(console, &index, review, &by, it, &stop))
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

/// What a review begins with, before its searches.
fn begun(arguments: &NewArgs, path: &Path) -> Result<Vec<Act>, Failure> {
    let reasons: Vec<Act> = match arguments.reason.as_slice() {
        [] => USUAL.map(|(key, wording)| reason(key, wording)).to_vec(),
        given => given.iter().map(|given| typed_reason(given)).collect::<Result<_, _>>()?,
    };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let title = arguments.title.clone().unwrap_or_else(|| stem.into_owned());
    let begun = [Act::Begin { title }].into_iter().chain(reasons);
    Ok(begun.chain(arguments.settings.act()).collect())
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
