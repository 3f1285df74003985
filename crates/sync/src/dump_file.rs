//! A file of studies that grows by pages.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use trialdex_files as files;

use crate::error::SyncError;

/// How hard pages are compressed.
const LEVEL: i32 = 9;

/// What the name of a file ends with until it is whole.
const UNFINISHED: &str = ".part";

/// A file that is being written. Each page is a frame of its own, so that the file can be cut
/// between two pages.
pub(crate) struct DumpFile {
    path: PathBuf,
    file: File,
    bytes: u64,
}

/// Where the pages of an unfinished file are.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(UNFINISHED);
    name.into()
}

impl DumpFile {
    /// Opens a file at the end of a page; 0 begins it. What a break has left behind that page is
    /// cut off. `None` where the pages are not all there.
    pub(crate) fn open(path: &Path, bytes: u64) -> Result<Option<Self>, SyncError> {
        let part = unfinished(path);
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).open(&part);
        let mut file = file.map_err(SyncError::of(&part))?;
        if file.metadata().map_err(SyncError::of(&part))?.len() < bytes {
            return Ok(None);
        }
        file.set_len(bytes).map_err(SyncError::of(&part))?;
        file.seek(SeekFrom::End(0)).map_err(SyncError::of(&part))?;
        Ok(Some(Self { path: path.to_owned(), file, bytes }))
    }

    /// Adds a page, which is on the disk when this returns; gives the length of the file.
    pub(crate) fn add(&mut self, lines: &str) -> Result<u64, SyncError> {
        let part = unfinished(&self.path);
        let frame = frame_of(lines).map_err(SyncError::of(&part))?;
        self.file.write_all(&frame).map_err(SyncError::of(&part))?;
        self.file.sync_data().map_err(SyncError::of(&part))?;
        self.bytes += frame.len() as u64;
        Ok(self.bytes)
    }

    /// Gives the file its name: it is whole.
    pub(crate) fn finish(self) -> Result<(), SyncError> {
        let part = unfinished(&self.path);
        self.file.sync_all().map_err(SyncError::of(&part))?;
        fs::rename(&part, &self.path).map_err(SyncError::of(&self.path))?;
        let directory = files::directory_of(&self.path);
        files::sync(directory).map_err(SyncError::of(directory))
    }
}

/// Lines, compressed.
pub(crate) fn frame_of(lines: &str) -> io::Result<Vec<u8>> {
    zstd::encode_all(lines.as_bytes(), LEVEL)
}

/// Calls `take` with each frame of a whole file: where it is, and its lines.
pub(crate) fn frames_of(
    path: &Path,
    mut take: impl FnMut(Range<u64>, &str) -> io::Result<()>,
) -> io::Result<()> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut lines = String::new();
    while !reader.fill_buf()?.is_empty() {
        let start = reader.stream_position()?;
        lines.clear();
        zstd::Decoder::with_buffer(&mut reader)?.single_frame().read_to_string(&mut lines)?;
        take(start..reader.stream_position()?, &lines)?;
    }
    Ok(())
}

/// Removes what there is of an unfinished file.
pub(crate) fn discard(path: &Path) {
    // What cannot be removed is written over.
    let _ = fs::remove_file(unfinished(path));
}

/// Calls `take` with each line of the first bytes of an unfinished file.
pub(crate) fn lines_of(
    path: &Path,
    bytes: u64,
    mut take: impl FnMut(&str),
) -> Result<(), SyncError> {
    let part = unfinished(path);
    let file = File::open(&part).map_err(SyncError::of(&part))?;
    let unpacked = zstd::Decoder::new(file.take(bytes));
    for line in BufReader::new(unpacked.map_err(SyncError::of(&part))?).lines() {
        take(&line.map_err(SyncError::of(&part))?);
    }
    Ok(())
}
