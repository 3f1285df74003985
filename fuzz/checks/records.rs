//! Containers, splitters and formats.

use std::ops::ControlFlow;
use std::sync::OnceLock;

use serde_json::Value;

use trialdex_engine::index::{IndexFields, document, schema};
use trialdex_records::format::{FormatError, convert};
use trialdex_records::source::{
    ReadLimits, Record, RecordFormat, RecordPayload, SourceItem, SourceLocation, read_stream,
};

/// Limits that small inputs can run into.
fn limits() -> ReadLimits {
    ReadLimits {
        record: 1 << 16,
        values: 5_000,
        cells: 500,
        ratio_floor: 1 << 20,
        spool: 1 << 22,
        ..ReadLimits::default()
    }
}

/// What is found in these bytes.
fn found(bytes: &[u8]) -> Vec<SourceItem> {
    let mut all = Vec::new();
    let _ = read_stream(bytes, "any", &limits(), &mut |found| {
        all.push(found);
        ControlFlow::Continue(())
    });
    all
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

fn records(all: &[SourceItem]) -> Vec<&Record> {
    let mut records = Vec::new();
    for found in all {
        if let SourceItem::Record(record) = found {
            records.push(record);
        }
    }
    records
}

/// Whether the input gives any item besides its members.
fn is_named(all: &[SourceItem]) -> bool {
    all.iter().any(|found| !matches!(found, SourceItem::Member))
}

/// Records of bytes that are not converted are at the places that they name,
/// one after the other.
fn stand_where_they_say(bytes: &[u8], all: &[SourceItem]) {
    let mut end = 0;
    for record in records(all) {
        let RecordPayload::Bytes(payload) = &record.payload else { continue };
        let start = usize::try_from(record.location.byte).expect("a position in memory");
        assert!(start >= end, "records lie over one another");
        end = start + payload.len();
        assert_eq!(bytes.get(start..end), Some(&payload[..]), "a record is not where it says");
        assert_eq!(record.location.line, newlines(&bytes[..start]) + 1, "another line");
    }
}

/// The fields of an index.
fn fields() -> &'static IndexFields {
    static FIELDS: OnceLock<IndexFields> = OnceLock::new();
    FIELDS.get_or_init(|| schema().1)
}

/// A study that was made of a record is one of API v2, and stays the same when
/// it is read as that; a document can be made of it.
fn converted(record: &Record) {
    let Ok(first) = convert(record) else { return };
    let json = serde_json::to_string(first.study.as_map()).expect("JSON");
    assert_eq!(first.study.nct_id(), Some(first.nct_id));
    assert!(first.notes.unplaced.len() <= trialdex_records::format::ConversionNotes::MOST + 1);
    let _ = document(&first.study, first.nct_id, &json, 0, fields());
    let again = Record {
        format: RecordFormat::JsonV2,
        payload: RecordPayload::Bytes(json.clone().into_bytes()),
        location: record.location.clone(),
    };
    match convert(&again) {
        Ok(second) => {
            let second = serde_json::to_string(second.study.as_map()).expect("JSON");
            assert_eq!(json, second, "a study that was read changes when it is read again");
        }
        Err(error) => panic!("a study that was read cannot be read again: {error}"),
    }
}

fn all_converted(all: &[SourceItem]) {
    records(all).into_iter().for_each(converted);
}

fn record(format: RecordFormat, bytes: &[u8]) -> Record {
    let location = SourceLocation { path: "any".into(), member: None, line: 1, byte: 0 };
    Record { format, payload: RecordPayload::Bytes(bytes.to_vec()), location }
}

/// Places of errors lie within the record.
fn alone(format: RecordFormat, bytes: &[u8]) {
    let record = record(format, bytes);
    if let Err(FormatError::Syntax { line, message, .. }) = convert(&record) {
        // Another encoding can have more line ends than bytes that look so.
        let lines = newlines(bytes) + 2;
        assert!(line <= lines || std::str::from_utf8(bytes).is_err(), "{message} in line {line}");
    }
    converted(&record);
}

/// A record of API v1.
pub(super) fn json_v1(bytes: &[u8]) {
    alone(RecordFormat::JsonV1, bytes);
}

/// A record of API v2.
pub(super) fn json_v2(bytes: &[u8]) {
    alone(RecordFormat::JsonV2, bytes);
}

/// Anything, archives inside archives included: every input gives an item.
pub(super) fn container(bytes: &[u8]) {
    let all = found(bytes);
    let archive = bytes.starts_with(b"PK") || bytes.get(257..262) == Some(b"ustar");
    let packed = bytes.starts_with(b"\x1f\x8b") || bytes.starts_with(b"\x28\xb5\x2f\xfd");
    assert!(is_named(&all) || archive || packed, "nothing is said of {} bytes", bytes.len());
    for found in &all {
        if let SourceItem::Record(record) = found {
            assert!(record.payload.len() <= limits().record + (512 << 10), "a record too long");
        }
    }
    all_converted(&all);
}

/// A JSON text.
pub(super) fn json(bytes: &[u8]) {
    if !matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return;
    }
    let all = found(bytes);
    assert!(is_named(&all), "nothing is said");
    stand_where_they_say(bytes, &all);
    all_converted(&all);
    if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
        all_studies_are_found(&value);
    }
}

/// Keys that make an object a study.
const SECTIONS: [&str; 5] =
    ["rotocolSection", "esultsSection", "nnotationSection", "ocumentSection", "erivedSection"];

fn is_section(key: &str) -> bool {
    let rest = key.strip_prefix(|c: char| "pradPRAD".contains(c));
    rest.is_some_and(|rest| {
        SECTIONS.contains(&rest)
            && matches!(
                key.to_ascii_lowercase().as_str(),
                "protocolsection"
                    | "resultssection"
                    | "annotationsection"
                    | "documentsection"
                    | "derivedsection"
            )
    })
}

/// Studies in a value, as a parser of JSON sees them.
fn studies(value: &Value) -> usize {
    match value {
        Value::Object(object) => {
            let mut inside = 0;
            for (key, value) in object {
                if inside == 0 && is_section(key) {
                    return 1;
                }
                inside += studies(value);
            }
            inside
        }
        Value::Array(elements) => elements.iter().map(studies).sum(),
        _ => 0,
    }
}

/// What a parser of JSON sees as a study is a record, or rejected for its
/// size; elements of a list of studies that are none are named.
fn all_studies_are_found(value: &Value) {
    let text = value.to_string();
    let all = found(text.as_bytes());
    let rejects =
        all.iter().filter(|found| matches!(found, SourceItem::Reject(..) | SourceItem::Unread(..)));
    let (records, rejects, expected) = (records(&all).len(), rejects.count(), studies(value));
    assert!(records <= expected, "{records} records where there are {expected} studies");
    assert!(records + rejects >= expected, "{records} records of {expected} studies");
    if let (Value::Array(elements), true) = (value, expected > 0) {
        let others = elements.iter().filter(|element| studies(element) == 0);
        let strays = others.filter(|element| !element.is_array()).count();
        assert!(rejects >= strays.min(1000), "{rejects} rejects where {strays} are no studies");
    }
}

/// An XML text.
pub(super) fn xml(bytes: &[u8]) {
    alone(RecordFormat::Xml, bytes);
    if bytes.trim_ascii_start().first() != Some(&b'<') || bytes.starts_with(b"<?xml") {
        return;
    }
    let all = found(bytes);
    assert!(is_named(&all), "nothing is said");
    stand_where_they_say(bytes, &all);
    all_converted(&all);
    for record in records(&all) {
        let RecordPayload::Bytes(payload) = &record.payload else { continue };
        assert!(payload.starts_with(b"<clinical_study") && payload.ends_with(b">"));
    }
}

/// A table; its heading comes before the bytes if they have none.
pub(super) fn csv(bytes: &[u8]) {
    let heading = b"NCT Number,Study Title,Conditions,Locations,Age,Study Design\n";
    for all in [found(bytes), found(&[heading, bytes].concat())] {
        all_converted(&all);
    }
    let all = found(&[heading, bytes].concat());
    assert!(is_named(&all), "nothing is said");
    let mut byte = 0;
    for record in records(&all) {
        let RecordPayload::Row { header, row, .. } = &record.payload else { continue };
        assert_eq!(header.len(), 6, "another heading");
        assert!(row.iter().any(|cell| !cell.is_empty()), "an empty row");
        assert!(record.location.byte > byte, "rows in another order");
        byte = record.location.byte;
    }
    // Every number in the text is in a record or a reject.
    if bytes.contains(&b'"') || bytes.contains(&0) {
        return;
    }
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    let rows = lines.filter(|line| line.iter().any(|byte| *byte != b','));
    let said = all.iter().filter(|found| {
        !matches!(found, SourceItem::NotStudy(..) | SourceItem::SetAside | SourceItem::Member)
    });
    let (rows, said) = (rows.count(), said.count());
    let whole = bytes.len() < limits().record / 2;
    assert!(rows == said || !whole, "{rows} rows, but {said} are named");
}

/// Module pages.
pub(super) fn page(bytes: &[u8]) {
    alone(RecordFormat::ModulePage, bytes);
    let text = [b"NCT ID: NCT90000001\n", bytes].concat();
    if text.contains(&0) {
        return;
    }
    let all = found(&text);
    stand_where_they_say(&text, &all);
    let pages: usize = records(&all).iter().map(|page| page.payload.len()).sum();
    let rejected = records(&all).len() < all.len();
    assert!(pages == text.len() || rejected, "{pages} of {} bytes are in pages", text.len());
    all_converted(&all);
}
