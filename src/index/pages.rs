//! Module pages waiting for the other pages of their study.
//!
//! The pages of a study stand far apart in a dump that is sorted by module,
//! so they are set aside in a nameless temporary file until all are read.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::ledger::{Digest, Entry, SourceId};
use crate::source::Location;
use crate::study::Study;

/// A page set aside.
#[derive(Debug)]
struct Waiting {
    source: SourceId,
    location: Location,
    digest: Digest,
    /// Digest of its bytes and place; `None` where the ledger has that of
    /// other converters.
    raw: Option<Digest>,
    offset: u64,
    length: usize,
}

/// The pages of all studies that are to be joined.
#[derive(Debug)]
pub(super) struct Pages {
    directory: PathBuf,
    file: Option<File>,
    end: u64,
    of_studies: HashMap<u32, Vec<Waiting>>,
}

impl Pages {
    /// No pages yet; the temporary file will be in `directory`.
    pub(super) fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned(), file: None, end: 0, of_studies: HashMap::new() }
    }

    /// Sets a page aside; `json` is the part of the study that it holds, and
    /// `raw` its digest if the ledger can have the same.
    pub(super) fn add(
        &mut self,
        page: &Entry,
        raw: Option<Digest>,
        location: Location,
        json: &[u8],
    ) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(&self.directory)?),
        };
        file.write_all(json)?;
        let waiting = Waiting {
            source: page.source,
            location,
            digest: page.standing.digest,
            raw,
            offset: self.end,
            length: json.len(),
        };
        self.end += json.len() as u64;
        let pages = self.of_studies.entry(page.nct).or_default();
        let same =
            |known: &Waiting| known.location == waiting.location && known.digest == waiting.digest;
        if !pages.iter().any(same) {
            pages.push(waiting);
        }
        Ok(())
    }

    /// Whether that page is there. Its place counts, since another page of the
    /// same content may be joined before or after others.
    pub(super) fn has(&self, page: &Entry) -> bool {
        let alike =
            |known: &Waiting| known.source == page.source && known.digest == page.standing.digest;
        self.of_studies.get(&page.nct).is_some_and(|waiting| {
            waiting.iter().any(|known| match known.raw {
                Some(raw) => raw == page.raw && alike(known),
                None => alike(known),
            })
        })
    }

    /// Joins the pages of a study, in the order of their locations: of two
    /// values for the same field the first one is kept.
    pub(super) fn join(&mut self, nct: u32) -> io::Result<Study> {
        let mut study = Study::new();
        let Some(mut pages) = self.of_studies.remove(&nct) else {
            return Ok(study);
        };
        // Members of an archive can have the same name.
        pages.sort_by(|one, other| {
            (&one.location, one.digest).cmp(&(&other.location, other.digest))
        });
        for page in pages {
            let Some(file) = &mut self.file else { break };
            file.seek(SeekFrom::Start(page.offset))?;
            let part = BufReader::new(file).take(page.length as u64);
            study.merge(Study::from_map(serde_json::from_reader(part)?));
        }
        Ok(study)
    }
}
