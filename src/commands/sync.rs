//! `trialdex sync`

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use clap::{Args, ValueEnum};

use trialdex_output::{clean_line, grouped, plural};
use trialdex_records::study::PartialDate;
use trialdex_sync::{
    Clock, DEFAULT_API, ListedNumbers, ListingOutcome, NumberListing, Since, SyncError, SyncEvent,
    SyncOptions, SyncSummary, sync,
};

use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

const EXAMPLES: &str = "\
The first run reads all studies: some 600,000, in about 20 minutes. Later runs read what was \
updated since. A run that breaks off goes on where it was. Once a week the numbers of all studies are \
listed, and studies that the registry has removed are moved into the directory `removed`.

Examples:
  trialdex sync ~/registry                          read what there is, or what was updated
  trialdex sync ~/registry && trialdex index ~/registry
  trialdex sync ~/registry --ids now && trialdex index ~/registry --prune
  trialdex sync tea --query 'query.cond=insomnia'   a part of the registry";

/// What `--since` takes besides a day.
const AUTO: &str = "auto";
const EVER: &str = "ever";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SyncArgs {
    /// Directory of the dump; it is made where there is none
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Read studies that were updated from a day on, such as `2026-01-15`;
    /// `auto`: since the last run; `ever`: all
    #[arg(long, default_value = AUTO, value_name = "DAY")]
    pub(crate) since: String,
    /// Read a part of the registry: a parameter of the API with its value, such
    /// as `query.cond=insomnia` or `filter.overallStatus=RECRUITING`
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) query: Vec<String>,
    /// List the numbers of all studies, to find those that the registry has removed; `auto`: once
    /// a week
    #[arg(long, default_value = "auto", value_name = "WHEN")]
    pub(crate) ids: IdsArg,
    /// Keep the files of earlier runs also after a run that read all studies
    #[arg(long)]
    pub(crate) history: bool,
    /// Address of the API
    #[arg(long, default_value = DEFAULT_API, value_name = "URL")]
    pub(crate) api: String,
    /// Milliseconds between two requests
    #[arg(long, default_value_t = 1_500, value_name = "MS")]
    pub(crate) pace: u64,
}

/// When the numbers of all studies are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum IdsArg {
    Auto,
    Now,
    Never,
}

impl From<IdsArg> for NumberListing {
    fn from(ids: IdsArg) -> Self {
        match ids {
            IdsArg::Auto => Self::Auto,
            IdsArg::Now => Self::Now,
            IdsArg::Never => Self::Never,
        }
    }
}

/// The clock of this computer.
struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn wait(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

pub(crate) fn run(console: &Console, arguments: &SyncArgs) -> CommandResult {
    let options = SyncOptions {
        api: arguments.api.clone(),
        question: question(&arguments.query)?,
        since: since(&arguments.since)?,
        numbers: arguments.ids.into(),
        history: arguments.history,
        pace: Duration::from_millis(arguments.pace),
        ..SyncOptions::default()
    };
    let mut say = |event: SyncEvent| say(console, &event);
    let done = sync(&arguments.directory, &options, &SystemClock, &mut say)?;
    say_done(console, arguments, &done);
    Ok(CommandOutcome::Done)
}

/// The parameters of the API that are typed.
fn question(typed: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let pair = |typed: &String| {
        let pair =
            typed.split_once('=').filter(|(name, _)| name.contains('.') || *name == "aggFilters");
        pair.map(|(name, value)| (name.to_owned(), value.to_owned())).ok_or_else(|| {
            Failure::new(format!("`{typed}` is no parameter of the API"))
                .hint("type such as `--query query.cond=insomnia`")
        })
    };
    typed.iter().map(pair).collect()
}

fn since(typed: &str) -> Result<Since, Failure> {
    match typed {
        AUTO => Ok(Since::Auto),
        EVER => Ok(Since::Ever),
        day => match PartialDate::parse(day).filter(|_| day.len() == 10) {
            Some(day) => Ok(Since::Day(day.to_string())),
            None => Err(Failure::new(format!("`{typed}` is not a day"))
                .hint("type such as `--since 2026-01-15`, `--since auto` or `--since ever`")),
        },
    }
}

/// Says what happens. There are hundreds of pages.
fn say(console: &Console, event: &SyncEvent) {
    const PAGES: u64 = 20_000;
    match event {
        SyncEvent::GoesOn(studies) => {
            let studies = plural(*studies, "study", "studies");
            console.say(&format!("going on behind {studies} that were read before"));
        }
        SyncEvent::Page(studies, total) => {
            if studies % PAGES == 0 {
                let of = total.map(|total| format!(" of {}", grouped(total))).unwrap_or_default();
                console.say(&format!("{}{of} studies read", grouped(*studies)));
            }
        }
        SyncEvent::Numbers(numbers, total) => {
            if numbers % (10 * PAGES) == 0 {
                let of = total.map(|total| format!(" of {}", grouped(total))).unwrap_or_default();
                console.say(&format!("{}{of} numbers listed", grouped(*numbers)));
            }
        }
        SyncEvent::Waits(problem, seconds) => {
            console.say(&clean_line(&format!("note: {problem}; trying again in {seconds} s")));
        }
        SyncEvent::BeginsAgain(why) => {
            console.say(&clean_line(&format!("note: {why}; the run begins again")));
        }
    }
}

fn say_done(console: &Console, arguments: &SyncArgs, done: &SyncSummary) {
    let studies = plural(done.studies, "study", "studies");
    let since = done.since.as_ref().map(|day| format!(" updated since {day}"));
    let (since, data) = (since.unwrap_or_default(), &done.data);
    console.say(&clean_line(&format!("{studies}{since} read, as of {data}")));
    if done.failures > 0 {
        console.say(&format!(
            "{} failed and were sent again",
            plural(done.failures, "request", "requests")
        ));
    }
    if !done.removed.is_empty() {
        let files = plural(done.removed.len() as u64, "file", "files");
        console.say(&format!("{files} of earlier runs removed"));
    }
    say_listing(console, arguments, done.listing.as_ref());
    if let Some(file) = &done.file {
        let path = arguments.directory.join(file);
        let directory = arguments.directory.display();
        console.say(&clean_line(&format!("written to {}", path.display())));
        console.say(&clean_line(&format!("`trialdex index {directory}` takes it into the index")));
    }
}

/// Numbers that are named one by one.
const NAMED: usize = 20;

/// Says what a list of all numbers has shown.
fn say_listing(console: &Console, arguments: &SyncArgs, listing: Option<&ListingOutcome>) {
    let directory = arguments.directory.display();
    let ListedNumbers { listed, removed, file, lacking } = match listing {
        Some(ListingOutcome::Whole(listed)) => listed,
        Some(ListingOutcome::Undone(why)) => {
            let left = "no study is looked for that the registry has removed";
            console.say(&clean_line(&format!("note: {why}; {left}")));
            return;
        }
        None => return,
    };
    let numbers = plural(*listed, "number", "numbers");
    let gone = plural(removed.len() as u64, "study", "studies");
    console.say(&format!("{numbers} listed; {gone} of the dump removed by the registry"));
    if let Some(file) = file {
        let mut named: Vec<String> = removed.iter().take(NAMED).map(ToString::to_string).collect();
        if removed.len() > NAMED {
            named.push(format!("{} more", grouped((removed.len() - NAMED) as u64)));
        }
        let path = arguments.directory.join(file);
        console.say(&clean_line(&format!("{} moved to {}", named.join(", "), path.display())));
        console.say(&clean_line(&format!(
            "`trialdex index {directory} --prune` takes them out of the index"
        )));
    }
    if *lacking > 0 {
        let lacking = plural(*lacking, "study", "studies");
        console.say(&clean_line(&format!(
            "note: the dump lacks {lacking} of the registry; the next run reads those that are new, \
             `--since ever` all"
        )));
    }
}

impl From<SyncError> for Failure {
    fn from(error: SyncError) -> Self {
        let failure = Self::new(error.to_string());
        match error {
            SyncError::Failing { .. } | SyncError::Unsteady(_) => {
                failure.hint("what was read is kept: run the same command again later")
            }
            SyncError::Refused { .. } => {
                failure.hint("see whether `--query` and `--api` are right")
            }
            SyncError::State { .. } => {
                failure.hint("name another directory, or remove what is in this one")
            }
            SyncError::Io { .. } => failure.hint("see whether the disk has room"),
        }
    }
}
