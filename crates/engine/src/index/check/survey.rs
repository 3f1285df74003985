//! Reads each segment of a search index as far as it is undamaged.
//!
//! Nothing here relies on a file before its checksum has been compared, and a
//! segment is read from as few of its files as possible: the columns identify
//! studies if the words are lost, and studies can be read if the columns are
//! lost.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::columnar::{Column, ColumnarReader};
use tantivy::directory::error::OpenReadError;
use tantivy::directory::footer::Footer;
use tantivy::directory::{Directory as _, FileSlice};
use tantivy::fastfield::AliveBitSet;
use tantivy::index::SegmentComponent;
use tantivy::schema::Field;
use tantivy::schema::document::Value as _;
use tantivy::store::StoreReader;
use tantivy::{HasLen as _, Index, SegmentMeta, TantivyDocument};

use crate::index::digests::digest;
use crate::index::files::index_directory::COMPONENTS;
use crate::index::files::read_file::{ReadFile, twice};
use crate::index::ledger::{Digest, first};
use crate::index::tantivy_error::guarded;
use crate::index::update::options::UpdateProgress;

/// Documents in a row that cannot be read before the end of a file is taken to
/// have come.
const UNREADABLE: u32 = 10_000;

/// Studies that a thread reads at a time.
const BATCH: usize = 500;

/// Bytes of a file that are read at a time.
const STEP: usize = 1 << 20;

/// A study in a segment.
#[derive(Debug, Clone, Copy)]
pub(in crate::index) struct SegmentStudy {
    pub(in crate::index) nct: u32,
    /// The first eight bytes of its digest, by the column.
    pub(in crate::index) digest: u64,
    pub(in crate::index) document: u32,
}

/// A file that is not what it was when it was written.
#[derive(Debug, Clone)]
pub(in crate::index) struct FileFault {
    /// From the directory of the index.
    pub(in crate::index) path: String,
    pub(in crate::index) missing: bool,
    pub(in crate::index) problem: String,
}

/// A segment.
#[derive(Debug)]
pub(in crate::index) struct SegmentSurvey {
    pub(in crate::index) meta: SegmentMeta,
    pub(in crate::index) faults: Vec<FileFault>,
    /// The studies in it that have not been removed; `None` if they cannot be
    /// read.
    pub(in crate::index) studies: Option<Vec<SegmentStudy>>,
    /// Those whose stored content differs from their digests.
    pub(in crate::index) unreadable: Vec<SegmentStudy>,
}

impl SegmentSurvey {
    pub(in crate::index) fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }
}

/// All segments of a commit.
#[derive(Debug, Default)]
pub(in crate::index) struct IndexSurvey {
    pub(in crate::index) parts: Vec<SegmentSurvey>,
    pub(in crate::index) files: u64,
    pub(in crate::index) bytes: u64,
    /// Studies that have been read completely.
    pub(in crate::index) read: u64,
}

/// What to look at.
pub(in crate::index) struct SurveyTask<'a> {
    pub(in crate::index) index: &'a Index,
    /// The directory that its files are in.
    pub(in crate::index) root: &'a Path,
    pub(in crate::index) study: Field,
    pub(in crate::index) threads: usize,
    pub(in crate::index) watch: &'a UpdateProgress,
    /// Digests by study, where they are known.
    pub(in crate::index) expected: Option<&'a HashMap<u32, Digest>>,
}

impl SurveyTask<'_> {
    /// Looks at all files and, if `deep`, at all studies.
    pub(in crate::index) fn survey(&self, deep: bool) -> tantivy::Result<IndexSurvey> {
        let metas = self.index.searchable_segment_metas()?;
        let files: Vec<(usize, PathBuf)> = (0..)
            .zip(&metas)
            .flat_map(|(at, meta)| files_of(meta).into_iter().map(move |path| (at, path)))
            .collect();
        let looked_at = self.each(&files, |(at, path)| (*at, self.file(path)));
        let part = |meta| SegmentSurvey {
            meta,
            faults: Vec::new(),
            studies: None,
            unreadable: Vec::new(),
        };
        let parts = metas.into_iter().map(part).collect();
        let mut survey = IndexSurvey { parts, ..IndexSurvey::default() };
        for (at, looked_at) in looked_at {
            survey.files += 1;
            match looked_at? {
                Ok(bytes) => survey.bytes += bytes,
                Err(fault) => survey.parts[at].faults.push(fault),
            }
        }
        for part in &mut survey.parts {
            part.studies = self.studies(part);
            if part.is_whole() && part.studies.is_none() {
                let path = name(&part.meta.relative_path(SegmentComponent::FastFields));
                let problem = "its columns cannot be read".to_owned();
                part.faults.push(FileFault { path, missing: false, problem });
            }
        }
        if deep {
            self.read_all(&mut survey);
        }
        Ok(survey)
    }

    /// Does something with each item in several threads.
    fn each<T: Sync, R: Send>(&self, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
        let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(items.len())));
        std::thread::scope(|scope| {
            for _ in 0..self.threads.max(1) {
                scope.spawn(|| {
                    while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let outcome = work(item);
                        done.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
                    }
                });
            }
        });
        done.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, path: &Path) -> Result<Result<u64, FileFault>, OpenReadError> {
        let length = whole_length(self.root, path)?;
        Ok(length.inspect(|length| {
            self.watch.bytes.fetch_add(*length, Ordering::Relaxed);
        }))
    }

    /// The studies of a segment, by its columns.
    fn studies(&self, part: &SegmentSurvey) -> Option<Vec<SegmentStudy>> {
        let usable = |component| {
            let path = part.meta.relative_path(component);
            let fault = part.faults.iter().any(|fault| fault.path == name(&path));
            (!fault).then_some(path)
        };
        let columns = usable(SegmentComponent::FastFields)?;
        let deleted =
            if part.meta.has_deletes() { Some(usable(SegmentComponent::Delete)?) } else { None };
        let read = guarded(|| {
            let directory = self.index.directory();
            let columns = ColumnarReader::open(directory.open_read(&columns)?)?;
            let alive = deleted.map(|path| -> tantivy::Result<AliveBitSet> {
                Ok(AliveBitSet::open(directory.open_read(&path)?.read_bytes()?))
            });
            let alive = alive.transpose()?;
            let (Some(ncts), Some(digests)) =
                (column(&columns, "nct")?, column(&columns, "digest")?)
            else {
                return Ok(None);
            };
            let documents = 0..part.meta.max_doc();
            let documents = documents
                .filter(|document| alive.as_ref().is_none_or(|alive| alive.is_alive(*document)));
            Ok(documents
                .map(|document| {
                    let nct = u32::try_from(ncts.first(document)?).ok()?;
                    Some(SegmentStudy { nct, digest: digests.first(document)?, document })
                })
                .collect::<Option<Vec<SegmentStudy>>>())
        });
        read.ok().flatten()
    }

    /// Reads every study of the whole segments and compares its digest.
    fn read_all(&self, survey: &mut IndexSurvey) {
        let whole = survey.parts.iter().enumerate().filter(|(_, part)| part.is_whole());
        let batches: Vec<(usize, &[SegmentStudy])> = whole
            .flat_map(|(at, part)| {
                let studies = part.studies.as_deref().unwrap_or_default();
                studies.chunks(BATCH).map(move |batch| (at, batch))
            })
            .collect();
        let unreadable = self.each(&batches, |(at, batch)| {
            let stored = SegmentStore::open(self.index, &survey.parts[*at].meta, self.study);
            let fits = |held: &SegmentStudy| {
                let text = stored.as_ref().and_then(|stored| stored.text(held.document));
                text.is_some_and(|text| self.fits(held, digest(text.as_bytes())))
            };
            let unreadable: Vec<SegmentStudy> =
                batch.iter().filter(|held| !fits(held)).copied().collect();
            self.watch.records.fetch_add(batch.len() as u64, Ordering::Relaxed);
            (*at, unreadable)
        });
        survey.read = batches.iter().map(|(_, batch)| batch.len() as u64).sum();
        for (at, studies) in unreadable {
            survey.parts[at].unreadable.extend(studies);
        }
    }

    /// Whether a study with that digest is the one that the column names, and
    /// the one that the ledger does, unless the column says already that it is
    /// not.
    fn fits(&self, held: &SegmentStudy, found: Digest) -> bool {
        let known = self.expected.and_then(|expected| expected.get(&held.nct));
        let known = known.filter(|known| first(**known) == held.digest);
        first(found) == held.digest && known.is_none_or(|known| *known == found)
    }
}

/// The length of a file that is as it was written. A file that cannot be opened
/// need not be damaged.
fn whole_length(root: &Path, path: &Path) -> Result<Result<u64, FileFault>, OpenReadError> {
    let fault = |missing, problem: &str| {
        Ok(Err(FileFault { path: name(path), missing, problem: problem.to_owned() }))
    };
    let file = match twice(|| File::open(root.join(path))) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return fault(true, "is missing"),
        opened => opened.map_err(|error| OpenReadError::wrap_io_error(error, path.to_owned()))?,
    };
    match twice(|| checked_length(file.try_clone()?)) {
        Ok(Some(length)) => Ok(Ok(length)),
        Ok(None) => fault(false, "its checksum is wrong"),
        Err(error) if error.raw_os_error().is_some() => fault(false, &error.to_string()),
        Err(_) => fault(false, "is cut or changed at its end"),
    }
}

/// The bytes of a file without its end, which has their checksum; `None` where
/// that is another one. The file is read and not mapped, a part at a time.
fn checked_length(file: File) -> io::Result<Option<u64>> {
    let (footer, body) = Footer::extract_footer(FileSlice::new(Arc::new(ReadFile::new(file)?)))?;
    footer.is_compatible().map_err(|_| io::ErrorKind::InvalidData)?;
    let mut crc = crc32fast::Hasher::new();
    for from in (0..body.len()).step_by(STEP) {
        let part = body.read_bytes_slice(from..body.len().min(from + STEP))?;
        crc.update(&part);
    }
    Ok((crc.finalize() == footer.crc).then_some(body.len() as u64))
}

/// Whether all files of a segment are what they were when they were written.
pub(in crate::index) fn is_whole(root: &Path, segment: &SegmentMeta) -> bool {
    files_of(segment).iter().all(|path| matches!(whole_length(root, path), Ok(Ok(_))))
}

fn column(columns: &ColumnarReader, name: &str) -> tantivy::Result<Option<Column<u64>>> {
    let handles = columns.read_columns(name)?;
    Ok(handles.first().map(|handle| handle.open_u64_lenient()).transpose()?.flatten())
}

fn files_of(meta: &SegmentMeta) -> Vec<PathBuf> {
    let deleted = meta.has_deletes().then_some(SegmentComponent::Delete);
    COMPONENTS.into_iter().chain(deleted).map(|component| meta.relative_path(component)).collect()
}

fn name(path: &Path) -> String {
    format!("tantivy/{}", path.display())
}

/// The stored studies of a segment.
pub(in crate::index) struct SegmentStore {
    reader: StoreReader,
    study: Field,
}

impl SegmentStore {
    pub(in crate::index) fn open(index: &Index, meta: &SegmentMeta, study: Field) -> Option<Self> {
        Self::at(index, &meta.relative_path(SegmentComponent::Store), study)
    }

    /// Those in a file; `None` where it is none, or damaged at its end.
    pub(in crate::index) fn at(index: &Index, path: &Path, study: Field) -> Option<Self> {
        let open = || {
            let file: FileSlice = index.directory().open_read(path)?;
            Ok(StoreReader::open(file, 1)?)
        };
        guarded(open).ok().map(|reader| Self { reader, study })
    }

    /// All studies that can be read, those that were taken out of the index
    /// included. Their number is not known.
    pub(in crate::index) fn all(&self) -> impl Iterator<Item = String> + '_ {
        let mut unreadable = 0;
        (0..u32::MAX)
            .map(|document| self.text(document))
            .take_while(move |text| {
                unreadable = if text.is_some() { 0 } else { unreadable + 1 };
                unreadable < UNREADABLE
            })
            .flatten()
    }

    /// A study as it is stored; `None` where it cannot be read.
    pub(in crate::index) fn text(&self, document: u32) -> Option<String> {
        let read = guarded(|| self.reader.get::<TantivyDocument>(document));
        let document = read.ok()?;
        let text = document.get_first(self.study)?.as_str()?;
        Some(text.to_owned())
    }
}
