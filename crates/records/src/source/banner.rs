//! Studies below a few lines of something else: a banner, lines of a log, the
//! head of an answer, a function or a variable that takes the value.

use memchr::memmem;

use super::ris_splitter;

/// Lines that may be above the studies.
const ABOVE: usize = 20;

/// Bytes that may.
const BYTES: usize = 4 << 10;

/// Keys that a study as JSON has one of, as JSON and Python write them.
const KEYS: [&[u8]; 8] = [
    b"protocolSection",
    b"ProtocolSection",
    b"identificationModule",
    b"nctId",
    b"NCTId",
    b"nct_id",
    b"NCT Number",
    b"ResearchStudy",
];

/// What XML with studies begins with.
const XML: [&[u8]; 6] = [
    b"<?xml",
    b"<clinical_study",
    b"<search_results",
    b"<FullStud",
    b"<StudyFieldsResponse",
    b"<ResearchStudy",
];

/// Where JSON, XML or RIS with studies begins in the first bytes of a text that
/// begins with something else, and what it is.
pub(super) fn below(text: &[u8]) -> Option<(usize, &'static str)> {
    let lines = memchr::memchr_iter(b'\n', text).take(ABOVE).take_while(|end| *end < BYTES);
    let starts = std::iter::once(0).chain(lines.map(|end| end + 1));
    // What follows is an example in a text.
    let starts = starts.take_while(|start| !text[*start..].starts_with(b"```"));
    starts.filter_map(|start| line(text, start)).find(|(at, _)| *at > 0)
}

/// What begins in the line that starts there, if anything does.
fn line(text: &[u8], start: usize) -> Option<(usize, &'static str)> {
    let rest = &text[start..];
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let indent = rest.len() - rest.trim_ascii_start().len();
    if let Some(what) = beginning(&rest[indent..]) {
        return Some((start + indent, what));
    }
    let open = line.iter().position(|byte| matches!(byte, b'{' | b'['));
    let found = open.map(|at| start + at).filter(|at| is_json_of_studies(&text[*at..]));
    found.map(|at| (at, "JSON"))
}

/// What a text with studies is by what it begins with.
pub(super) fn beginning(text: &[u8]) -> Option<&'static str> {
    if text.starts_with(ris_splitter::START) {
        return Some("records");
    }
    if XML.iter().any(|sign| text.starts_with(sign)) {
        return Some("XML");
    }
    matches!(text.first(), Some(b'{' | b'[')).then(|| is_json_of_studies(text))?.then_some("JSON")
}

/// Whether a text is JSON with a study that has its number: an array or object
/// begins, and it is no example without values.
fn is_json_of_studies(text: &[u8]) -> bool {
    let inner = text[1..].trim_ascii_start();
    let begins = match text[0] {
        b'{' => inner.starts_with(b"\"") || inner.starts_with(b"'"),
        _ => inner.starts_with(b"{") || inner.starts_with(b"["),
    };
    let key = |key: &&[u8]| {
        memmem::find_iter(text, key).any(|at| {
            let around = (text[at - 1], text.get(at + key.len()));
            matches!(around, (b'"', Some(b'"')) | (b'\'', Some(b'\'')))
        })
    };
    begins && has_number(text) && KEYS.iter().any(key)
}

/// Whether an NCT number occurs in a text.
pub(super) fn has_number(text: &[u8]) -> bool {
    memmem::find_iter(text, b"NCT").any(|at| {
        let digits = text.get(at + 3..at + 11);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn studies_are_found_below_a_banner() {
        let study = r#"{"protocolSection": {"identificationModule": {"nctId": "NCT90000001"}}}"#;
        let found = |above: &str, text: &str| {
            let whole = format!("{above}{text}");
            below(whole.as_bytes()).map(|(at, what)| (at == above.len(), what))
        };
        for above in ["INFO: 1 study\n", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", ")]}',\n", "f("] {
            assert_eq!(found(above, study), Some((true, "JSON")), "{above}");
            assert_eq!(found(above, &format!("[\n {study}]")), Some((true, "JSON")), "{above}");
        }
        assert_eq!(found("x = ", &study.replace('"', "'")), Some((true, "JSON")));
        assert_eq!(found("a\nb\n  ", "<?xml version='1.0'?><a/>"), Some((true, "XML")));
        assert_eq!(found("From us\n\n", "TY  - JOUR\n"), Some((true, "records")));
    }

    #[test]
    fn examples_and_code_are_no_studies() {
        let study = r#"{"protocolSection": {"identificationModule": {"nctId": "NCT90000001"}}}"#;
        for text in [
            format!("# Format\n\n```json\n{study}\n```\n"),
            "studies[\"protocolSection\"][\"nctId\"] == \"NCT90000001\"\n".to_owned(),
            "x = {\"protocolSection\": {\"nctId\": number}}\n".to_owned(),
            format!("{}{study}", "prose\n".repeat(ABOVE + 1)),
            study.to_owned(),
        ] {
            assert_eq!(below(text.as_bytes()), None, "{text}");
        }
    }
}
