//! Keeps module pages until the other pages of their study have been read.
//!
//! The pages of a study are far apart in a dump that is sorted by module, so
//! they are set aside in a nameless temporary file until all are read.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::index::ledger::{Digest, RecordEntry, SourceId};
use trialdex_records::format::{self, ConversionNotes};
use trialdex_records::source::{Record, SourceLocation};
use trialdex_records::study::Study;

/// The level of compression of pages that are set aside.
const PACKED: i32 = 1;

/// A page set aside.
#[derive(Debug)]
struct WaitingPage {
    source: SourceId,
    location: SourceLocation,
    /// Whether it is rows of a set of tables, and not a module page.
    of_tables: bool,
    digest: Digest,
    /// Digest of its bytes and place; `None` where the ledger has that of
    /// other converters.
    raw: Option<Digest>,
    offset: u64,
    length: usize,
}

/// A study that pages were joined to, and notes about the rows of tables among
/// them, with the place of the first one.
pub(in crate::index) type JoinedStudy = (Study, Option<(SourceLocation, ConversionNotes)>);

/// The pages of all studies that will be joined.
#[derive(Debug)]
pub(in crate::index) struct PageSpool {
    directory: PathBuf,
    file: Option<File>,
    end: u64,
    of_studies: HashMap<u32, Vec<WaitingPage>>,
}

impl PageSpool {
    /// No pages yet; the temporary file will be in `directory`.
    pub(in crate::index) fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned(), file: None, end: 0, of_studies: HashMap::new() }
    }

    /// Sets a page aside; `json` is the part of the study that it holds, and
    /// `raw` its digest if the ledger can have the same.
    pub(in crate::index) fn add(
        &mut self,
        page: &RecordEntry,
        raw: Option<Digest>,
        record: &Record,
        json: &[u8],
    ) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(&self.directory)?),
        };
        let packed = zstd::bulk::compress(json, PACKED)?;
        file.seek(SeekFrom::Start(self.end))?;
        file.write_all(&packed)?;
        let waiting = WaitingPage {
            source: page.source,
            location: record.location.clone(),
            of_tables: record.is_of_tables(),
            digest: page.standing.digest,
            raw,
            offset: self.end,
            length: packed.len(),
        };
        self.end += packed.len() as u64;
        let pages = self.of_studies.entry(page.nct).or_default();
        let same = |known: &WaitingPage| {
            known.location == waiting.location && known.digest == waiting.digest
        };
        if !pages.iter().any(same) {
            pages.push(waiting);
        }
        Ok(())
    }

    /// Whether that page is there. Its place counts, since another page of the
    /// same content may be joined before or after others.
    pub(in crate::index) fn has(&self, page: &RecordEntry) -> bool {
        let alike = |known: &WaitingPage| {
            known.source == page.source && known.digest == page.standing.digest
        };
        self.of_studies.get(&page.nct).is_some_and(|waiting| {
            waiting.iter().any(|known| match known.raw {
                Some(raw) => raw == page.raw && alike(known),
                None => alike(known),
            })
        })
    }

    /// Joins the pages of a study, in the order of their locations: of two
    /// values for the same field the first one is kept. Returns notes about
    /// rows of tables, too.
    ///
    /// Rows of tables in the same directory or archive are joined to one study.
    /// If several such sets have the study, the best one is taken, as among
    /// whole records.
    pub(in crate::index) fn join(&mut self, nct: u32) -> io::Result<JoinedStudy> {
        let Some(mut pages) = self.of_studies.remove(&nct) else {
            return Ok((Study::new(), None));
        };
        // Members of an archive can have the same name.
        pages.sort_by(|one, other| {
            (&one.location, one.digest).cmp(&(&other.location, other.digest))
        });
        let (rows, pages): (Vec<_>, Vec<_>) = pages.iter().partition(|page| page.of_tables);
        let mut study = Study::new();
        for page in pages {
            study.merge(self.read(page)?);
        }
        let mut sets: BTreeMap<String, Vec<&WaitingPage>> = BTreeMap::new();
        for row in rows {
            sets.entry(set_of(&row.location)).or_default().push(row);
        }
        let mut best: Option<(Study, SourceLocation, ConversionNotes)> = None;
        for set in sets.values() {
            let waiting: io::Result<Vec<Study>> = set.iter().map(|rows| self.read(rows)).collect();
            let mut notes = ConversionNotes::default();
            let found = format::joined(&waiting?, &mut notes);
            let rank = |study: &Study| (study.extent(), study.updated(), study.fullness());
            if best.as_ref().is_none_or(|(best, ..)| rank(best) < rank(&found)) {
                best = set.first().map(|first| (found, first.location.clone(), notes));
            }
        }
        let Some((best, location, notes)) = best else { return Ok((study, None)) };
        study.merge_lacking(best);
        Ok((study, Some((location, notes))))
    }

    fn read(&mut self, page: &WaitingPage) -> io::Result<Study> {
        let Some(file) = &mut self.file else { return Ok(Study::new()) };
        file.seek(SeekFrom::Start(page.offset))?;
        let packed = BufReader::new(file).take(page.length as u64);
        let json = zstd::stream::decode_all(packed)?;
        Ok(Study::from_map(serde_json::from_slice(&json)?))
    }
}

/// The directory, or directory in an archive, that holds a table.
fn set_of(location: &SourceLocation) -> String {
    let directory = |path: &str| path.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
    match &location.member {
        None => directory(&location.path),
        Some(member) => format!("{}!/{}", location.path, directory(member)),
    }
}
