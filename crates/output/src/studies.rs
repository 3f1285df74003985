//! Whole studies in every format, one after another.

use std::io::{self, Write};
use std::path::Path;

use super::table_writer::TableWriter;
use super::{registry_csv, ris};
use trialdex_engine::index::{SequenceText, StudySequence, TextOptions};
use trialdex_records::study::{ChosenPieces, NctId, Study};

/// The registry's own columns.
const TABLE: TableWriter<'_> = TableWriter { chosen: &[], tabs: false };

/// How whole studies are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StudyFormat {
    /// A study in the shape of API v2 a line.
    JsonLines,
    /// One object like a page of the API: `totalCount` and `studies`.
    Json,
    /// The registry's own columns, comma-separated.
    Csv,
    /// Reference managers' tagged format.
    Ris,
    /// NCT numbers.
    Ids,
}

impl StudyFormat {
    /// Writes whole studies of an index, in their order. Texts that are made before it is their
    /// turn wait in the directory `scratch`.
    ///
    /// # Errors
    ///
    /// Where a study cannot be read, after all before it were written, or the
    /// place cannot be written to.
    pub fn write(
        self,
        out: &mut dyn Write,
        studies: &dyn StudySequence,
        scratch: &Path,
    ) -> io::Result<()> {
        match self {
            Self::Json => write!(out, "{{\"totalCount\":{},\"studies\":[", studies.studies())?,
            Self::Csv => TABLE.write_heading(out)?,
            Self::JsonLines | Self::Ris | Self::Ids => {}
        }
        let maker = || -> SequenceText<'_> {
            Box::new(move |at: usize, known_as: NctId, study: &Study, text: &mut Vec<u8>| {
                let between = if at == 0 { "\n" } else { ",\n" };
                self.write_study(text, known_as, study, between)
            })
        };
        let pieces = self.pieces();
        let options = TextOptions { pieces: pieces.as_ref(), scratch };
        studies.texts(options, &maker, &mut |text| out.write_all(text))?;
        if self == Self::Json {
            writeln!(out, "\n]}}")?;
        }
        out.flush()
    }

    /// The pieces of studies that are written; `None` for all.
    fn pieces(self) -> Option<ChosenPieces> {
        match self {
            Self::Json | Self::JsonLines => None,
            Self::Csv => Some(ChosenPieces::new(registry_csv::PIECES)),
            Self::Ris => Some(ChosenPieces::new(ris::pieces())),
            Self::Ids => Some(ChosenPieces::new(["NCTId"])),
        }
    }

    /// Writes a study, after what is between it and the one before.
    fn write_study(
        self,
        text: &mut Vec<u8>,
        known_as: NctId,
        study: &Study,
        between: &str,
    ) -> io::Result<()> {
        let nct = study.nct_id().unwrap_or(known_as);
        match self {
            Self::Csv => TABLE.write_study(text, study),
            Self::Ris => ris::write(text, nct, study),
            Self::Ids => writeln!(text, "{nct}"),
            Self::Json => {
                text.extend_from_slice(between.as_bytes());
                Ok(serde_json::to_writer(text, study.as_map())?)
            }
            Self::JsonLines => {
                serde_json::to_writer(&mut *text, study.as_map())?;
                writeln!(text)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};
    use trialdex_records::study::pieces::{self, ModelNode, PieceKind};

    use super::*;

    /// A value at a place of the data model and at all places below it.
    fn full(node: &ModelNode) -> Value {
        let below = node.keys().filter_map(|key| Some((key.to_owned(), full(node.child(key)?))));
        let below: Map<String, Value> = below.collect();
        let Some(piece) = node.piece() else { return Value::Object(below) };
        let value = match piece.kind {
            _ if piece.name == "NCTId" => json!("NCT90000001"),
            _ if piece.name == "StudyType" => json!("INTERVENTIONAL"),
            PieceKind::Structure => Value::Object(below),
            PieceKind::Boolean => json!(true),
            PieceKind::Integer => json!(7),
            PieceKind::Date => json!("2020-01-02"),
            PieceKind::GeoPoint => json!({"lat": 1.5, "lon": 2.5}),
            _ => json!(piece.name),
        };
        if piece.list { json!([value, value]) } else { value }
    }

    #[test]
    fn every_format_reads_all_pieces_that_it_writes() {
        let interventional = full(pieces::root());
        let mut observational = interventional.clone();
        observational["protocolSection"]["designModule"]["studyType"] = "OBSERVATIONAL".into();
        for study in [interventional, observational] {
            let Value::Object(root) = study.clone() else { panic!("an object") };
            let (whole, nct) = (Study::from_map(root), NctId::parse("NCT90000001").expect("valid"));
            for format in [StudyFormat::Csv, StudyFormat::Ris, StudyFormat::Ids] {
                let pieces = format.pieces().expect("some");
                let read = Study::read(&study.to_string(), &pieces).expect("a study");
                let written = |study: &Study| {
                    let mut text = Vec::new();
                    format.write_study(&mut text, nct, study, "").expect("written");
                    String::from_utf8(text).expect("text")
                };
                assert_eq!(written(&read), written(&whole), "{format:?}");
            }
        }
    }
}
