//! Records of reference managers: each from `TY` to `ER`.

use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

use super::stream_context::{reading, too_long};
use super::{
    ByteStream, ItemSink, ReadLimits, Record, RecordFormat, RecordPayload, SourceItem,
    SourceLocation, SourcePlace,
};

/// What a record begins with.
pub(super) const START: &[u8] = b"TY  - ";

/// What it ends with.
const END: &[u8] = b"ER  -";

/// Types of records that are publications, which may name a study.
const PUBLICATIONS: [&[u8]; 9] =
    [b"JOUR", b"CONF", b"CPAPER", b"CHAP", b"BOOK", b"THES", b"MGZN", b"NEWS", b"ABST"];

/// Hands out the records of a stream that are no publications.
pub(super) fn split(
    stream: ByteStream<'_>,
    place: &SourcePlace,
    limits: &ReadLimits,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let mut lines = BufReader::new(stream);
    let mut splitter =
        RisSplitter { place, limits, line: 0, byte: 0, at: RisState::Between, published: 0 };
    loop {
        let mut text = Vec::new();
        let most = limits.record as u64 + 1;
        match (&mut lines).take(most).read_until(b'\n', &mut text) {
            Ok(0) => return splitter.end(sink),
            Ok(_) => splitter.take(&text, sink)?,
            Err(error) => {
                let location = place.location(splitter.line, splitter.byte);
                return sink(SourceItem::Unread(location, reading(&error)));
            }
        }
    }
}

/// Where in a stream its splitter is.
enum RisState {
    /// Outside of the records.
    Between,
    /// In a record, which begins there.
    Inside { record: Vec<u8>, start: SourceLocation },
    /// Behind the beginning of a record that is too long.
    Passing,
}

struct RisSplitter<'a> {
    place: &'a SourcePlace,
    limits: &'a ReadLimits,
    /// Lines and bytes so far.
    line: u64,
    byte: u64,
    at: RisState,
    published: u64,
}

impl RisSplitter<'_> {
    fn take(&mut self, text: &[u8], sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        self.line += 1;
        let here = self.place.location(self.line, self.byte);
        self.byte += text.len() as u64;
        if text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).starts_with(START) {
            if let RisState::Inside { start, .. } =
                std::mem::replace(&mut self.at, RisState::Between)
            {
                let reason = "cut: another record starts before this one ends".to_owned();
                sink(SourceItem::Reject(start, reason))?;
            }
            self.at = RisState::Inside { record: Vec::new(), start: here.clone() };
        }
        let ends = text.starts_with(END);
        match &mut self.at {
            RisState::Between if text.trim_ascii().is_empty() => ControlFlow::Continue(()),
            RisState::Between => {
                sink(SourceItem::Reject(here, "a line outside of the records".to_owned()))
            }
            RisState::Passing => {
                self.at = if ends { RisState::Between } else { RisState::Passing };
                ControlFlow::Continue(())
            }
            RisState::Inside { record, start } => {
                record.extend(text);
                let start = start.clone();
                if record.len() > self.limits.record {
                    self.at = if ends { RisState::Between } else { RisState::Passing };
                    return sink(SourceItem::Unread(start, too_long(self.limits.record)));
                }
                if !ends {
                    return ControlFlow::Continue(());
                }
                let bytes = std::mem::take(record);
                self.at = RisState::Between;
                self.hand_out(bytes, start, sink)
            }
        }
    }

    fn hand_out(
        &mut self,
        bytes: Vec<u8>,
        location: SourceLocation,
        sink: &mut ItemSink<'_>,
    ) -> ControlFlow<()> {
        if is_publication(&bytes) {
            self.published += 1;
            return ControlFlow::Continue(());
        }
        let payload = RecordPayload::Bytes(bytes);
        sink(SourceItem::Record(Record { format: RecordFormat::Ris, payload, location }))
    }

    fn end(self, sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        if let RisState::Inside { start, .. } = self.at {
            sink(SourceItem::Reject(start, "cut: the file ends inside a record".to_owned()))?;
        }
        if self.published > 0 {
            let reason = format!("{} publications, which are no studies", self.published);
            sink(SourceItem::NotStudy(self.place.location(0, 0), reason))?;
        }
        ControlFlow::Continue(())
    }
}

fn is_publication(record: &[u8]) -> bool {
    let first = record.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    PUBLICATIONS.iter().any(|kind| first.ends_with(kind))
}
