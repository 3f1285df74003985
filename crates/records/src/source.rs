//! From paths, archives and streams to the bytes of single records.
//!
//! Everything is read as a stream: an archive inside an archive, or an array
//! of all the registry's studies in one file, costs the memory of a few
//! records. What is no record is reported, never passed over.

mod aside;
mod banner;
mod container;
mod csv_splitter;
mod directory;
mod json_splitter;
mod limits;
mod packing;
mod page_splitter;
mod record;
mod ris_splitter;
mod sets;
mod sheets;
mod sniff;
mod stream_context;
mod table_layout;
mod table_names;
mod tar;
mod utf8;
mod walk;
mod window;
mod xml_splitter;
mod zip;

use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

pub use aside::TEMPORARY_NOTE;
pub use limits::{ReadLimit, ReadLimits};
pub use record::{Record, RecordFormat, RecordPayload, SourceLocation, TableRows};
pub use walk::{NOT_INDEXED, SourceFile, WalkError, WalkOptions, absolute, walk};

/// What reading a source comes across, in the order of the source.
#[derive(Debug)]
pub enum SourceItem {
    /// A member of an archive is about to be read.
    Member,
    /// Nothing yet: the content is set aside. Lets the receiver stop.
    SetAside,
    /// A record.
    Record(Record),
    /// Something that should have been a record, or a file or member whose rest
    /// is lost.
    Reject(SourceLocation, String),
    /// The same, where another attempt, or another limit, may succeed.
    Unread(SourceLocation, String),
    /// A file or member that holds no study.
    NotStudy(SourceLocation, String),
}

/// Receives the items; `Break` stops the reading.
pub type ItemSink<'a> = dyn FnMut(SourceItem) -> ControlFlow<()> + 'a;

/// Reads a file, or standard input where the path is `-`.
///
/// A file that cannot be opened is reported as unread. `done`
/// grows by the bytes of the file that have been read.
///
/// # Errors
///
/// `Break` where the sink stopped the reading.
pub fn read(
    file: &SourceFile,
    limits: &ReadLimits,
    done: &AtomicU64,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let place =
        SourcePlace { path: Arc::from(file.path.to_string_lossy()), member: None, before: (0, 0) };
    if file.is_standard_input() {
        #[expect(clippy::disallowed_methods, reason = "an input that is called `-` is this one")]
        let input = std::io::stdin().lock();
        return read_stream(input, "-", limits, sink);
    }
    match std::fs::File::open(&file.path) {
        Ok(opened) => container::read_file(opened, &place, limits, done, sink),
        Err(error) => {
            sink(SourceItem::Unread(place.location(0, 0), format!("cannot be opened: {error}")))
        }
    }
}

/// Reads a stream that is no file; locations call it `name`.
///
/// # Errors
///
/// `Break` where the sink stopped the reading.
pub fn read_stream<'a>(
    stream: impl Read + 'a,
    name: &str,
    limits: &ReadLimits,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let place = SourcePlace { path: Arc::from(name), member: None, before: (0, 0) };
    container::read(Box::new(stream), &place, limits, sink)
}

/// A file, or a member of an archive, or the rest of one.
#[derive(Debug, Clone)]
struct SourcePlace {
    path: Arc<str>,
    member: Option<Arc<str>>,
    /// Lines and bytes of the file or member that are before it.
    before: (u64, u64),
}

impl SourcePlace {
    /// A line of it, from 1, and a byte; line 0 is the whole of it.
    fn location(&self, line: u64, byte: u64) -> SourceLocation {
        let (lines, bytes) = self.before;
        let line = if self.before == (0, 0) { line } else { lines + line.max(1) };
        let byte = bytes + byte;
        SourceLocation { path: self.path.clone(), member: self.member.clone(), line, byte }
    }

    /// What of it is behind so many lines and bytes.
    fn behind(&self, lines: u64, bytes: u64) -> Self {
        let before = (self.before.0 + lines, self.before.1 + bytes);
        Self { before, ..self.clone() }
    }

    /// Whether files of such a name are there to be there, and empty:
    /// `.gitkeep`, `_SUCCESS`.
    fn is_marker(&self) -> bool {
        let path = self.member.as_deref().unwrap_or(&self.path);
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        name.starts_with('.') || matches!(name, "__init__.py" | "_SUCCESS" | "py.typed")
    }

    /// The member of that name in this place. A name that is longer than any
    /// file system's ends with its digest.
    fn member(&self, name: &str) -> Self {
        const LONGEST: usize = 4096;
        let short = (name.len() > LONGEST).then(|| {
            let start: String = name.chars().take(LONGEST / 4).collect();
            format!("{start}... {}", &blake3::hash(name.as_bytes()).to_hex()[..16])
        });
        let name = short.as_deref().unwrap_or(name);
        let member = match &self.member {
            None => Arc::from(name),
            Some(outer) => Arc::from(format!("{outer}!/{name}")),
        };
        Self { path: self.path.clone(), member: Some(member), before: (0, 0) }
    }
}

/// A stream being read.
type ByteStream<'a> = Box<dyn Read + 'a>;
