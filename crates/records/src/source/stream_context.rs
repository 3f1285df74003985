//! What the readers of a stream share: where it is in its source, the limits that hold for it,
//! and the reasons of rejects.

use std::cell::Cell;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

use super::limits::{LimitUsage, RatioLimitReader, ReadLimit, ReadLimits};
use super::sets::TableSets;
use super::{ByteStream, ItemSink, SourcePlace};

/// Reads a stream of whatever content.
pub(super) type StreamReader =
    fn(ByteStream<'_>, &SourcePlace, &StreamContext<'_>, &mut ItemSink<'_>) -> ControlFlow<()>;

/// The position of a stream inside a source.
pub(super) struct StreamContext<'a> {
    pub(super) limits: &'a ReadLimits,
    /// What the source has taken of them.
    pub(super) spent: Rc<LimitUsage>,
    /// Rows of tables that belong together, of all of the source.
    pub(super) sets: Rc<TableSets>,
    /// Containers that the stream is in.
    pub(super) depth: usize,
    /// Reads what is in a container.
    reader: StreamReader,
}

impl<'a> StreamContext<'a> {
    /// In a source, and in no container.
    pub(super) fn source(
        limits: &'a ReadLimits,
        spent: Rc<LimitUsage>,
        reader: StreamReader,
    ) -> Self {
        Self { limits, spent, sets: Rc::default(), depth: 0, reader }
    }

    /// Reads a member of a container.
    pub(super) fn read_member(
        &self,
        stream: ByteStream<'_>,
        place: &SourcePlace,
        sink: &mut ItemSink<'_>,
    ) -> ControlFlow<()> {
        (self.reader)(stream, place, &self.deeper(), sink)
    }

    /// Inside one container more.
    fn deeper(&self) -> Self {
        Self { spent: self.spent.clone(), sets: self.sets.clone(), depth: self.depth + 1, ..*self }
    }

    /// An unpacked stream, bounded by what it is unpacked from.
    pub(super) fn bounded<R: Read>(
        &self,
        unpacked: R,
        packed: Rc<Cell<u64>>,
    ) -> RatioLimitReader<R> {
        RatioLimitReader::new(unpacked, packed, self.limits, &self.spent)
    }
}

/// Says that so many lines are no studies.
pub(super) fn lines_above(lines: u64, what: &str) -> String {
    match lines {
        0 => format!("text before the {what}"),
        1 => format!("a line above the {what}"),
        lines => format!("{lines} lines above the {what}"),
    }
}

/// The reason of a reject for a study that is too long.
pub(super) fn too_long(limit: usize) -> String {
    format!("a study of more than {limit} bytes{}", ReadLimit::Record.note())
}

/// The reason of a reject for a stream that fails.
pub(super) fn reading(error: &io::Error) -> String {
    format!("cannot be read: {error}")
}
