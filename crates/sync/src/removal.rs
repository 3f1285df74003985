//! Studies that the registry has no longer: out of the files of a dump, into one of their own.
//!
//! Their records are written first, in all their versions. Then the state names them as being moved,
//! and the files of the dump are written again without them, one after another; a break in between is
//! made up for by the next run.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use trialdex_files::{self as files, DraftFile};
use trialdex_records::source::NOT_INDEXED;
use trialdex_records::study::NctId;

use crate::dump_file::{frame_of, frames_of};
use crate::error::SyncError;
use crate::page::Page;
use crate::state::{Removal, SyncState};

/// The directory of removed studies, in that of the dump.
const DIRECTORY: &str = "removed";

/// What a file of the dump is called while it is written again.
const REWRITTEN: &str = "rewritten.part";

/// What the file says that keeps the directory out of an index.
const NOTE: &str = "Records of studies that the registry has removed. `trialdex index` reads this \
                    directory only where it is named itself.\n";

/// The numbers of all studies in the files of a dump.
pub(crate) fn known(directory: &Path, state: &SyncState) -> Result<HashSet<u32>, SyncError> {
    let mut known = HashSet::new();
    for path in paths(directory, state) {
        known.extend(numbers_in(&path)?);
    }
    Ok(known)
}

/// Writes the records of some studies into a file of their own, which is on the disk when this
/// returns. The files of the dump stay as they are.
pub(crate) fn copy(
    directory: &Path,
    state: &SyncState,
    gone: &HashSet<u32>,
    data: &str,
) -> Result<Removal, SyncError> {
    let below = directory.join(DIRECTORY);
    files::create_directories(&below).map_err(SyncError::of(&below))?;
    let note = below.join(NOT_INDEXED);
    files::write(&note, NOTE.as_bytes()).map_err(SyncError::of(&note))?;
    let file = format!("{DIRECTORY}/studies-{}.ndjson.zst", state.removed.len() + 1);
    let path = directory.join(&file);
    let mut draft = DraftFile::of(&path).map_err(SyncError::of(&path))?;
    for source in paths(directory, state) {
        let mut write = |lines: &str| {
            let (theirs, _) = parted(lines, gone);
            if theirs.is_empty() { Ok(()) } else { draft.write_all(&frame_of(&theirs)?) }
        };
        frames_of(&source, |_, lines| write(lines)).map_err(SyncError::of(&source))?;
    }
    draft.replace().map_err(SyncError::of(&path))?;
    let data = data.to_owned();
    Ok(Removal { file, data, studies: gone.len() as u64, under_way: false })
}

/// Takes the studies of a removal that is under way out of the files of the dump.
pub(crate) fn complete(directory: &Path, state: &mut SyncState) -> Result<(), SyncError> {
    let Some(under_way) = state.removed.iter().position(|removal| removal.under_way) else {
        return Ok(());
    };
    let gone = numbers_in(&directory.join(&state.removed[under_way].file))?;
    for run in &mut state.complete {
        let Some(file) = &run.file else { continue };
        let path = directory.join(file);
        // A file of which nothing is left was removed before a break.
        let left = if path.exists() { without(directory, &path, &gone)? } else { Some(0) };
        if let Some(left) = left {
            run.studies = left;
            run.file = run.file.take().filter(|_| left > 0);
        }
    }
    state.removed[under_way].under_way = false;
    state.save(directory)
}

/// The files of a dump.
fn paths(directory: &Path, state: &SyncState) -> Vec<PathBuf> {
    let files = state.complete.iter().filter_map(|run| run.file.as_ref());
    files.map(|file| directory.join(file)).collect()
}

fn numbers_in(path: &Path) -> Result<HashSet<u32>, SyncError> {
    let mut numbers = HashSet::new();
    let read = frames_of(path, |_, lines| {
        numbers.extend(lines.lines().filter_map(Page::number_in).map(NctId::number));
        Ok(())
    });
    read.map_err(SyncError::of(path))?;
    Ok(numbers)
}

/// The lines of some studies, and the others.
fn parted(lines: &str, gone: &HashSet<u32>) -> (String, String) {
    let is_gone =
        |line: &&str| Page::number_in(line).is_some_and(|nct| gone.contains(&nct.number()));
    lines.split_inclusive('\n').partition(is_gone)
}

/// Writes a file of the dump again without some studies; how many are left, or `None` where it has
/// none of them and stays as it is. A file without any other is removed. Pages without them are
/// copied as they are.
fn without(directory: &Path, path: &Path, gone: &HashSet<u32>) -> Result<Option<u64>, SyncError> {
    if numbers_in(path)?.is_disjoint(gone) {
        return Ok(None);
    }
    let aside = directory.join(DIRECTORY).join(REWRITTEN);
    let written = File::create(&aside).and_then(|mut out| {
        let left = rewrite(path, &mut out, gone)?;
        out.sync_all()?;
        Ok(left)
    });
    let left = written.map_err(SyncError::of(&aside))?;
    let named = if left > 0 { fs::rename(&aside, path) } else { fs::remove_file(path) };
    named.and_then(|()| files::sync(directory)).map_err(SyncError::of(path))?;
    Ok(Some(left))
}

fn rewrite(path: &Path, out: &mut File, gone: &HashSet<u32>) -> io::Result<u64> {
    let (mut raw, mut left) = (File::open(path)?, 0);
    frames_of(path, |place, lines| {
        let (theirs, others) = parted(lines, gone);
        left += others.lines().count() as u64;
        if !theirs.is_empty() {
            return if others.is_empty() { Ok(()) } else { out.write_all(&frame_of(&others)?) };
        }
        raw.seek(SeekFrom::Start(place.start))?;
        io::copy(&mut Read::by_ref(&mut raw).take(place.end - place.start), out).map(|_| ())
    })?;
    Ok(left)
}
