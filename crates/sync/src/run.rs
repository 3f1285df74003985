//! A run: the pages of the API into a file.

use std::collections::HashSet;
use std::path::Path;

use trialdex_files as files;
use trialdex_records::study::{NctId, PartialDate};

use crate::clock::Clock;
use crate::dump_file::{DumpFile, discard, lines_of};
use crate::error::SyncError;
use crate::number_list::{self, NumberList};
use crate::options::{NumberListing, Since, SyncOptions};
use crate::page::Page;
use crate::registry::Registry;
use crate::removal;
use crate::report::{ListedNumbers, ListingOutcome, Say, SyncEvent, SyncSummary};
use crate::state::{CompleteRun, Removal, RunUnderWay, SyncState};

/// How often a run begins again because the data changed meanwhile.
const BEGINNINGS: u32 = 3;

/// Studies of a dump that a list lacks are too many to be believed where they are more than these,
/// and more than one in so many.
const MOST_REMOVED: usize = 50;
const SHARE_REMOVED: usize = 20;

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
    let mut state = SyncState::open(directory, &options.api, &options.question)?;
    removal::complete(directory, &mut state)?;
    let registry = Registry::new(options, clock);
    let mut run = Run { directory, options, registry, state };
    for _ in 0..BEGINNINGS {
        match run.whole(say)? {
            Some((complete, numbers)) => return run.end(complete, numbers, say),
            None => run.forget()?,
        }
    }
    Err(SyncError::Unsteady(BEGINNINGS))
}

/// A run with its file, and the numbers of the studies in it.
type OpenRun = (RunUnderWay, DumpFile, HashSet<u32>);

/// A run that read all that it should, and the numbers of the studies in it.
type EndedRun = (CompleteRun, HashSet<u32>);

/// A run.
struct Run<'a> {
    directory: &'a Path,
    options: &'a SyncOptions,
    registry: Registry<'a>,
    state: SyncState,
}

impl Run<'_> {
    /// Reads all pages; `None` where they do not belong together.
    fn whole(&mut self, say: Say<'_>) -> Result<Option<EndedRun>, SyncError> {
        let data = self.registry.data(say)?;
        let (mut run, mut file, mut seen) = match self.going_on(&data, say)? {
            Some(going_on) => going_on,
            None => self.beginning(data)?,
        };
        loop {
            let page = self.registry.studies(run.since.as_deref(), run.next.as_deref(), say)?;
            if let Some(why) = page.fault(run.studies, run.total.or(page.total), &seen) {
                say(SyncEvent::BeginsAgain(why));
                return Ok(None);
            }
            seen.extend(page.numbers.iter().map(|nct| nct.number()));
            run.bytes = file.add(&page.lines)?;
            run.studies += page.numbers.len() as u64;
            run.total = run.total.or(page.total);
            run.latest = run.latest.max(page.latest);
            say(SyncEvent::Page(run.studies, run.total));
            let last = page.next.is_none();
            run.next = page.next;
            if last {
                break;
            }
            self.state.under_way = Some(run.clone());
            self.state.save(self.directory)?;
        }
        if self.registry.data(say)? != run.data {
            say(SyncEvent::BeginsAgain("the data changed while they were read".to_owned()));
            return Ok(None);
        }
        if let Some(said) = run.total.filter(|total| *total != run.studies) {
            let given = run.studies;
            say(SyncEvent::BeginsAgain(format!("{said} studies were announced, {given} came")));
            return Ok(None);
        }
        let RunUnderWay { file: name, since, data, studies, latest, .. } = run;
        let name = if studies > 0 { file.finish().map(|()| Some(name))? } else { None };
        Ok(Some((CompleteRun { file: name, since, data, studies, latest }, seen)))
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
        let number = self.state.next_file();
        let file = format!("studies-{number}-{}-{what}.ndjson.zst", day.unwrap_or("undated"));
        let path = self.directory.join(&file);
        discard(&path);
        let opened = DumpFile::open(&path, 0)?;
        let opened = opened.ok_or_else(|| SyncError::State {
            path,
            problem: "another program writes to it".to_owned(),
        })?;
        let run = RunUnderWay {
            file,
            since,
            data,
            studies: 0,
            bytes: 0,
            next: None,
            total: None,
            latest: None,
        };
        Ok((run, opened, HashSet::new()))
    }

    /// Writes down that a run is whole, and looks for studies that the registry has removed.
    fn end(
        mut self,
        run: CompleteRun,
        numbers: HashSet<u32>,
        say: Say<'_>,
    ) -> Result<SyncSummary, SyncError> {
        let all = run.since.is_none().then(|| NumberList { data: run.data.clone(), numbers });
        let renews = all.is_some() && !self.options.history;
        // A run that read all studies is a list of their numbers, too.
        let leaves = renews && !self.state.complete.is_empty();
        let mut listing = all.as_ref().filter(|_| leaves).map(|list| self.left_behind(list));
        let mut dropped = Vec::new();
        if renews {
            dropped.extend(self.state.complete.drain(..).filter_map(|earlier| earlier.file));
            dropped.retain(|file| Some(file) != run.file.as_ref());
        }
        let is_first = self.state.complete.is_empty();
        self.state.complete.push(run.clone());
        self.state.under_way = None;
        if let Some(list) = &all {
            self.state.listed = Some(list.data.clone());
        }
        self.state.save(self.directory)?;
        // After the state: a file that it names has to be there.
        for file in &dropped {
            let path = self.directory.join(file);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(SyncError::of(&path)(error));
                }
                _ => {}
            }
        }
        listing = match (&all, listing) {
            (_, Some(listing)) => Some(listing),
            (Some(list), None) if !is_first => Some(self.compared(list)?),
            (Some(_), None) => None,
            (None, None) => self.listing(&run.data, say)?,
        };
        let CompleteRun { file, since, data, studies, .. } = run;
        let failures = self.registry.failures();
        Ok(SyncSummary { file, since, data, studies, removed: dropped, failures, listing })
    }

    /// Keeps the records of studies that a run which read everything lacks, before the files that
    /// have them are removed. What cannot be read is no reason to end it: it may be why everything
    /// was read again.
    fn left_behind(&mut self, list: &NumberList) -> ListingOutcome {
        let kept = removal::known(self.directory, &self.state).and_then(|known| {
            let gone: HashSet<u32> = known.difference(&list.numbers).copied().collect();
            let file = match gone.is_empty() {
                true => None,
                false => {
                    let removal = removal::copy(self.directory, &self.state, &gone, &list.data)?;
                    let file = removal.file.clone();
                    self.state.removed.push(removal);
                    Some(file)
                }
            };
            Ok(listed(list, &gone, file, 0))
        });
        kept.unwrap_or_else(|error| ListingOutcome::Undone(error.to_string()))
    }

    /// Lists the numbers of all studies, if that is due.
    fn listing(&mut self, data: &str, say: Say<'_>) -> Result<Option<ListingOutcome>, SyncError> {
        let wanted = match self.options.numbers {
            NumberListing::Auto => self.state.is_list_due(data),
            NumberListing::Now => true,
            NumberListing::Never => false,
        };
        if !wanted {
            return Ok(None);
        }
        let outcome = match number_list::read(&mut self.registry, say) {
            Ok(Ok(list)) => self.compared(&list),
            Ok(Err(why)) => Ok(ListingOutcome::Undone(why)),
            Err(error) => Err(error),
        };
        match (outcome, self.options.numbers) {
            // The studies are read, and the next run lists the numbers.
            (Err(error), NumberListing::Auto) => {
                Ok(Some(ListingOutcome::Undone(error.to_string())))
            }
            (outcome, _) => outcome.map(Some),
        }
    }

    /// Moves the studies of the dump that a list lacks.
    fn compared(&mut self, list: &NumberList) -> Result<ListingOutcome, SyncError> {
        let known = removal::known(self.directory, &self.state)?;
        let gone: HashSet<u32> = known.difference(&list.numbers).copied().collect();
        let lacking = list.numbers.difference(&known).count() as u64;
        let doubted = gone.len() > MOST_REMOVED && gone.len() > known.len() / SHARE_REMOVED;
        if doubted && self.options.numbers != NumberListing::Now {
            let (gone, known) = (gone.len(), known.len());
            return Ok(ListingOutcome::Undone(format!(
                "the list lacks {gone} of the {known} studies of the dump, too many to be believed"
            )));
        }
        self.state.listed = Some(list.data.clone());
        let mut file = None;
        if gone.is_empty() {
            self.state.save(self.directory)?;
        } else {
            let removal = removal::copy(self.directory, &self.state, &gone, &list.data)?;
            file = Some(removal.file.clone());
            self.state.removed.push(Removal { under_way: true, ..removal });
            self.state.save(self.directory)?;
            removal::complete(self.directory, &mut self.state)?;
        }
        Ok(listed(list, &gone, file, lacking))
    }
}

/// What a list has shown.
fn listed(
    list: &NumberList,
    gone: &HashSet<u32>,
    file: Option<String>,
    lacking: u64,
) -> ListingOutcome {
    let mut removed: Vec<NctId> = gone.iter().filter_map(|it| NctId::from_number(*it)).collect();
    removed.sort_unstable();
    ListingOutcome::Whole(ListedNumbers {
        listed: list.numbers.len() as u64,
        removed,
        file,
        lacking,
    })
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
