//! Records of reference managers: each from `TY` to `ER`.

use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

use super::container::{reading, too_long};
use super::{Format, Found, Limits, Payload, Place, Record, Sink, Stream};

/// What a record begins with.
pub(super) const START: &[u8] = b"TY  - ";

/// What it ends with.
const END: &[u8] = b"ER  -";

/// Types of records that are publications, which may name a study.
const PUBLICATIONS: [&[u8]; 9] =
    [b"JOUR", b"CONF", b"CPAPER", b"CHAP", b"BOOK", b"THES", b"MGZN", b"NEWS", b"ABST"];

/// Hands out the records of a stream that are no publications.
pub(super) fn split(
    stream: Stream<'_>,
    place: &Place,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut lines = BufReader::new(stream);
    let (mut line, mut byte, mut publications) = (0, 0, 0_u64);
    let mut open: Option<(Vec<u8>, u64, u64)> = None;
    loop {
        let mut text = Vec::new();
        let most = limits.record as u64 + 1;
        match (&mut lines).take(most).read_until(b'\n', &mut text) {
            Ok(0) => break,
            Ok(_) => line += 1,
            Err(error) => return sink(Found::Unread(place.location(line, byte), reading(&error))),
        }
        let plain = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
        if plain.starts_with(START) {
            if let Some((_, line, byte)) = open.take() {
                let reason = "cut: another record starts before this one ends".to_owned();
                sink(Found::Reject(place.location(line, byte), reason))?;
            }
            open = Some((Vec::new(), line, byte));
        }
        byte += text.len() as u64;
        let Some((record, start_line, start)) = &mut open else {
            if !text.trim_ascii().is_empty() {
                let reason = "a line outside of the records".to_owned();
                sink(Found::Reject(place.location(line, byte - text.len() as u64), reason))?;
            }
            continue;
        };
        record.extend(&text);
        let location = place.location(*start_line, *start);
        if record.len() > limits.record {
            open = None;
            sink(Found::Unread(location, too_long(limits.record)))?;
        } else if text.starts_with(END) {
            let bytes = std::mem::take(record);
            open = None;
            if is_publication(&bytes) {
                publications += 1;
                continue;
            }
            let payload = Payload::Bytes(bytes);
            sink(Found::Record(Record { format: Format::Ris, payload, location }))?;
        }
    }
    if let Some((_, line, byte)) = open {
        let reason = "cut: the file ends inside a record".to_owned();
        sink(Found::Reject(place.location(line, byte), reason))?;
    }
    if publications > 0 {
        let reason = format!("{publications} publications, which are no studies");
        sink(Found::NotStudy(place.location(0, 0), reason))?;
    }
    ControlFlow::Continue(())
}

fn is_publication(record: &[u8]) -> bool {
    let first = record.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    PUBLICATIONS.iter().any(|kind| first.ends_with(kind))
}
