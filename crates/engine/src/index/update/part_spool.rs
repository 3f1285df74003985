//! Keeps records that are joined to a study later.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read as _, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::index::ledger::{Digest, RecordEntry};
use trialdex_records::study::Study;

/// How records are packed: quickly, since each is read once.
const LEVEL: i32 = 1;

/// A record as it is joined with others.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::index) struct RecordPart {
    study: Map<String, Value>,
    /// Paths of fields that it has without a value.
    empty: Vec<String>,
}

impl RecordPart {
    pub(in crate::index) fn new(study: &Study, empty: Vec<String>) -> Self {
        Self { study: study.as_map().clone(), empty }
    }

    /// The study, and the paths of fields without a value.
    pub(in crate::index) fn into_parts(self) -> (Study, Vec<String>) {
        (Study::from_map(self.study), self.empty)
    }
}

/// Where a record is in the file.
#[derive(Debug, Clone, Copy)]
struct SpooledPart {
    raw: Digest,
    offset: u64,
    length: usize,
}

/// Records by study and digest, in a temporary file without a name.
#[derive(Debug)]
pub(in crate::index) struct PartSpool {
    directory: PathBuf,
    file: Option<File>,
    end: u64,
    kept: HashMap<(u32, Digest), Vec<SpooledPart>>,
    wanted: HashSet<(u32, Digest)>,
}

impl PartSpool {
    /// None yet; the temporary file will be in `directory`.
    pub(in crate::index) fn new(directory: &Path) -> Self {
        let (kept, wanted) = (HashMap::new(), HashSet::new());
        Self { directory: directory.to_owned(), file: None, end: 0, kept, wanted }
    }

    /// Looks for these records from now on.
    pub(in crate::index) fn want<'a>(&mut self, entries: impl Iterator<Item = &'a RecordEntry>) {
        self.wanted.extend(entries.map(|entry| (entry.nct, entry.standing.digest)));
    }

    /// Whether that record is looked for.
    pub(in crate::index) fn wants(&self, entry: &RecordEntry) -> bool {
        self.wanted.contains(&(entry.nct, entry.standing.digest))
    }

    /// Sets a record aside.
    pub(in crate::index) fn add(
        &mut self,
        entry: &RecordEntry,
        part: &RecordPart,
    ) -> io::Result<()> {
        let kept = self.kept.entry((entry.nct, entry.standing.digest)).or_default();
        if kept.iter().any(|kept| kept.raw == entry.raw) {
            return Ok(());
        }
        let packed = zstd::bulk::compress(&serde_json::to_vec(part)?, LEVEL)?;
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(&self.directory)?),
        };
        file.seek(SeekFrom::Start(self.end))?;
        file.write_all(&packed)?;
        kept.push(SpooledPart { raw: entry.raw, offset: self.end, length: packed.len() });
        self.end += packed.len() as u64;
        Ok(())
    }

    /// Whether that record is there. Other converters made other digests of its
    /// bytes, so that of the study decides.
    pub(in crate::index) fn has(&self, entry: &RecordEntry) -> bool {
        self.kept.contains_key(&(entry.nct, entry.standing.digest))
    }

    /// A record that was set aside.
    pub(in crate::index) fn get(&mut self, entry: &RecordEntry) -> io::Result<Option<RecordPart>> {
        let of_study = self.kept.get(&(entry.nct, entry.standing.digest));
        let kept = of_study.and_then(|kept| {
            let same = kept.iter().find(|kept| kept.raw == entry.raw);
            same.or_else(|| kept.first()).copied()
        });
        let (Some(kept), Some(file)) = (kept, &mut self.file) else { return Ok(None) };
        file.seek(SeekFrom::Start(kept.offset))?;
        let mut packed = vec![0; kept.length];
        file.read_exact(&mut packed)?;
        let bytes = zstd::stream::decode_all(packed.as_slice())?;
        Ok(Some(serde_json::from_slice(&bytes)?))
    }
}
