//! NLM's ASCII form: `d2026.bin` for descriptors, `c2026.bin` for
//! supplementary concepts (<https://www.nlm.nih.gov/mesh/dtype.html>,
//! <https://www.nlm.nih.gov/mesh/ctype.html>).

use std::io::BufRead;

use super::line_reader::{LineReader, missing};
use super::{ConceptSink, ConceptSource, SourceError};

/// The line that begins a record.
pub(super) const START: &str = "*NEWRECORD";

/// A record that is being read.
#[derive(Default)]
struct AsciiRecord {
    line: u64,
    byte: u64,
    kind: String,
    concept: ConceptSource,
}

pub(super) fn read(input: impl BufRead, sink: &mut ConceptSink<'_>) -> Result<(), SourceError> {
    let mut lines = LineReader::new(input);
    let mut record: Option<AsciiRecord> = None;
    while let Some(line) = lines.next()? {
        if line.trim_end() == START {
            record.take().map_or(Ok(()), |record| record.finish(sink))?;
            let (line, byte) = (lines.number, lines.start);
            record = Some(AsciiRecord { line, byte, ..AsciiRecord::default() });
        } else if !line.trim().is_empty() {
            let field = line.split_once(" =").map(|(field, value)| (field.trim(), value.trim()));
            let (Some((field, value)), Some(record)) = (field, &mut record) else {
                return Err(lines.wrong("no ` = ` between field and value"));
            };
            record.take(field, value);
        }
    }
    record.map_or(Ok(()), |record| record.finish(sink))
}

impl AsciiRecord {
    fn take(&mut self, field: &str, value: &str) {
        let concept = &mut self.concept;
        match field {
            "RECTYPE" => value.clone_into(&mut self.kind),
            "UI" => value.clone_into(&mut concept.id),
            "MH" | "NM" => value.clone_into(&mut concept.preferred),
            // The name is the first of the parts; the next parts are its type
            // and its source.
            "ENTRY" | "PRINT ENTRY" | "SY" => {
                let name = value.split('|').next().unwrap_or_default().trim();
                concept.names.push(name.to_owned());
            }
            "MN" => concept.trees.push(value.to_owned()),
            _ => {}
        }
    }

    fn finish(self, sink: &mut ConceptSink<'_>) -> Result<(), SourceError> {
        let wrong = |problem: String| SourceError { line: self.line, byte: self.byte, problem };
        match self.kind.as_str() {
            "D" | "C" => {}
            "Q" => return Ok(()),
            "" => return Err(wrong("a record without a type".to_owned())),
            other => return Err(wrong(format!("a record of the unknown type `{other}`"))),
        }
        if let Some(problem) = missing(&self.concept) {
            return Err(wrong(problem.to_owned()));
        }
        sink(self.concept);
        Ok(())
    }
}
