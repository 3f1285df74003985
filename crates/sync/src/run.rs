//! A run: the pages of the API into a file.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use trialdex_files as files;
use trialdex_records::study::{NctId, PartialDate};

use crate::api::{Api, DEFAULT_API};
use crate::clock::Clock;
use crate::dump_file::{DumpFile, discard, lines_of};
use crate::error::SyncError;
use crate::page::Page;
use crate::state::{CompleteRun, RunUnderWay, SyncState};

/// How often a run begins again because the data changed meanwhile.
const BEGINNINGS: u32 = 3;

/// From which day on updated studies are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// All studies.
    Ever,
    /// What was updated since the last whole run; all where there was none.
    Auto,
    /// What was updated from this day on, `yyyy-MM-dd`.
    Day(String),
}

/// What is read, and how.
#[derive(Debug, Clone)]
pub struct SyncOptions {
    /// The address of the API.
    pub api: String,
    /// What of it is read, as the API's parameters and their values; all where it is empty.
    pub question: Vec<(String, String)>,
    /// From which day on.
    pub since: Since,
    /// Keep the files of earlier runs after a run that read everything.
    pub history: bool,
    /// Studies of a page.
    pub page_size: usize,
    /// The time between two requests.
    pub pace: Duration,
    /// How long one answer may take.
    pub patience: Duration,
}

impl Default for SyncOptions {
    /// All studies of the registry's own API, a thousand a page, a page in one and a half seconds.
    fn default() -> Self {
        Self {
            api: DEFAULT_API.to_owned(),
            question: Vec::new(),
            since: Since::Auto,
            history: false,
            page_size: 1_000,
            pace: Duration::from_millis(1_500),
            patience: Duration::from_secs(180),
        }
    }
}

/// What happens while a run is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncEvent {
    /// A run goes on that broke off before, with as many studies.
    GoesOn(u64),
    /// A page was read: studies so far, and in all where that is known.
    Page(u64, Option<u64>),
    /// A request failed, and is sent again after some seconds.
    Waits(String, u64),
    /// The run begins again.
    BeginsAgain(String),
}

/// What a run has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncSummary {
    /// Its file, in the directory of the dump; `None` where nothing was updated.
    pub file: Option<String>,
    /// The day from which on it read updated studies; `None` for all.
    pub since: Option<String>,
    /// The time of the data, as the API says it.
    pub data: String,
    /// Studies in the file.
    pub studies: u64,
    /// Files of earlier runs that were removed.
    pub removed: Vec<String>,
    /// Requests that failed and were sent again.
    pub failures: u64,
}

/// What the API says about its data.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataVersion {
    data_timestamp: String,
}

/// Reads what there is to be read into the directory of a dump.
///
/// # Errors
///
/// An API that cannot be reached, refuses the request or does not give what it says that it has; a
/// directory that cannot be written to. What was read stays, and the next run goes on with it.
pub fn sync(
    directory: &Path,
    options: &SyncOptions,
    clock: &dyn Clock,
    say: &mut dyn FnMut(SyncEvent),
) -> Result<SyncSummary, SyncError> {
    files::create_directories(directory).map_err(SyncError::of(directory))?;
    let state = SyncState::open(directory, &options.api, &options.question)?;
    let api = Api::new(&options.api, options.pace, options.patience, clock);
    let mut run = Run { directory, options, api, state };
    for _ in 0..BEGINNINGS {
        match run.whole(say)? {
            Some(complete) => return run.end(complete),
            None => run.forget()?,
        }
    }
    Err(SyncError::Unsteady(BEGINNINGS))
}

/// What is called with what happens.
type Say<'a> = &'a mut dyn FnMut(SyncEvent);

/// A run with its file, and the numbers of the studies in it.
type OpenRun = (RunUnderWay, DumpFile, HashSet<u32>);

/// A run.
struct Run<'a> {
    directory: &'a Path,
    options: &'a SyncOptions,
    api: Api<'a>,
    state: SyncState,
}

impl Run<'_> {
    /// Reads all pages; `None` where they do not belong together.
    fn whole(&mut self, say: Say<'_>) -> Result<Option<CompleteRun>, SyncError> {
        let data = self.data(say)?;
        let (mut run, mut file, mut seen) = match self.going_on(&data, say)? {
            Some(going_on) => going_on,
            None => self.beginning(data)?,
        };
        loop {
            let page = self.page(&run, say)?;
            if let Some(why) = fault_of(&page, &run, &seen) {
                say(SyncEvent::BeginsAgain(why));
                return Ok(None);
            }
            seen.extend(page.numbers.iter().map(|nct| nct.number()));
            run.bytes = file.add(&page.lines)?;
            run.studies += page.numbers.len() as u64;
            run.total = run.total.or(page.total);
            say(SyncEvent::Page(run.studies, run.total));
            let last = page.next.is_none();
            run.next = page.next;
            if last {
                break;
            }
            self.state.under_way = Some(run.clone());
            self.state.save(self.directory)?;
        }
        if self.data(say)? != run.data {
            say(SyncEvent::BeginsAgain("the data changed while they were read".to_owned()));
            return Ok(None);
        }
        if let Some(said) = run.total.filter(|total| *total != run.studies) {
            let given = run.studies;
            say(SyncEvent::BeginsAgain(format!("{said} studies were announced, {given} came")));
            return Ok(None);
        }
        let RunUnderWay { file: name, since, data, studies, .. } = run;
        let name = if studies > 0 { file.finish().map(|()| Some(name))? } else { None };
        Ok(Some(CompleteRun { file: name, since, data, studies }))
    }

    /// The run that broke off, if its pages are there and the data are the same.
    fn going_on(&mut self, data: &str, say: Say<'_>) -> Result<Option<OpenRun>, SyncError> {
        let Some(run) = self.state.under_way.take() else { return Ok(None) };
        let path = self.directory.join(&run.file);
        let why = if run.data == data {
            if let Some(file) = DumpFile::open(&path, run.bytes)? {
                let seen = numbers_of(&path, run.bytes).unwrap_or_default();
                if seen.len() as u64 == run.studies {
                    say(SyncEvent::GoesOn(run.studies));
                    return Ok(Some((run, file, seen)));
                }
            }
            format!("{} does not have the pages that were read before", run.file)
        } else {
            format!("the data are those of {data} now")
        };
        discard(&path);
        self.forget()?;
        say(SyncEvent::BeginsAgain(why));
        Ok(None)
    }

    /// Writes down that no run is under way, before its pages are written over: a break must not
    /// leave the state of old pages beside new ones.
    fn forget(&mut self) -> Result<(), SyncError> {
        self.state.under_way = None;
        self.state.save(self.directory)
    }

    fn beginning(&self, data: String) -> Result<OpenRun, SyncError> {
        let since = match &self.options.since {
            Since::Ever => None,
            Since::Day(day) => Some(day.clone()),
            Since::Auto => self.state.since(),
        };
        let day = data.get(..10).filter(|day| PartialDate::parse(day).is_some());
        let what = since.as_ref().map_or_else(|| "all".to_owned(), |day| format!("since-{day}"));
        let number = self.state.complete.len() + 1;
        let file = format!("studies-{number}-{}-{what}.ndjson.zst", day.unwrap_or("undated"));
        let path = self.directory.join(&file);
        discard(&path);
        let opened = DumpFile::open(&path, 0)?;
        let opened = opened.ok_or_else(|| SyncError::State {
            path,
            problem: "another program writes to it".to_owned(),
        })?;
        let run = RunUnderWay { file, since, data, studies: 0, bytes: 0, next: None, total: None };
        Ok((run, opened, HashSet::new()))
    }

    /// The time of the API's data.
    fn data(&mut self, say: Say<'_>) -> Result<String, SyncError> {
        let read = |body: &str| serde_json::from_str::<DataVersion>(body);
        let version = self.api.get("version", &[], read, &mut waits(say))?;
        Ok(version.data_timestamp)
    }

    /// The next page.
    fn page(&mut self, run: &RunUnderWay, say: Say<'_>) -> Result<Page, SyncError> {
        let size = self.options.page_size.to_string();
        let since = run.since.as_ref();
        let since = since.map(|day| format!("AREA[LastUpdatePostDate]RANGE[{day},MAX]"));
        let mut pairs =
            vec![("format", "json"), ("pageSize", size.as_str()), ("countTotal", "true")];
        let mut filter = since.clone();
        for (name, value) in &self.options.question {
            match (name.as_str(), &since) {
                ("filter.advanced", Some(since)) => filter = Some(format!("({value}) AND {since}")),
                _ => pairs.push((name, value)),
            }
        }
        pairs.extend(filter.as_ref().map(|filter| ("filter.advanced", filter.as_str())));
        pairs.extend(run.next.as_ref().map(|token| ("pageToken", token.as_str())));
        self.api.get("studies", &pairs, Page::read, &mut waits(say))
    }

    /// Writes down that a run is whole.
    fn end(mut self, run: CompleteRun) -> Result<SyncSummary, SyncError> {
        let mut removed = Vec::new();
        if run.since.is_none() && !self.options.history {
            removed.extend(self.state.complete.drain(..).filter_map(|earlier| earlier.file));
            removed.retain(|file| Some(file) != run.file.as_ref());
        }
        self.state.complete.push(run.clone());
        self.state.under_way = None;
        self.state.save(self.directory)?;
        // After the state: a file that it names has to be there.
        for file in &removed {
            let path = self.directory.join(file);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(SyncError::of(&path)(error));
                }
                _ => {}
            }
        }
        let CompleteRun { file, since, data, studies } = run;
        let failures = self.api.failures;
        Ok(SyncSummary { file, since, data, studies, removed, failures })
    }
}

/// Why a page does not belong to those before it. Every page that does has a new study, and no more
/// than were announced, so that a server cannot give pages for ever.
fn fault_of(page: &Page, run: &RunUnderWay, seen: &HashSet<u32>) -> Option<String> {
    if page.repeats(seen) {
        return Some("a page has studies of an earlier one".to_owned());
    }
    if page.numbers.is_empty() && page.next.is_some() {
        return Some("a page without studies announces another one".to_owned());
    }
    let (given, said) = (run.studies + page.numbers.len() as u64, run.total.or(page.total)?);
    (given > said).then(|| format!("{said} studies were announced, {given} came"))
}

/// Says that a request failed.
fn waits(say: Say<'_>) -> impl FnMut(&str, Duration) {
    move |problem, wait| say(SyncEvent::Waits(problem.to_owned(), wait.as_secs()))
}

/// The numbers of the studies in the first bytes of an unfinished file.
fn numbers_of(path: &Path, bytes: u64) -> Result<HashSet<u32>, SyncError> {
    let mut numbers = HashSet::new();
    if bytes > 0 {
        lines_of(path, bytes, |line| {
            numbers.extend(Page::number_in(line).map(NctId::number));
        })?;
    }
    Ok(numbers)
}
