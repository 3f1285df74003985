//! Counts by the values of fields, for people and programs.

use std::io::{self, Write};

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::disclosure::disclosure_json;
use super::{DisplayOptions, clean, grouped, plural};
use trialdex_engine::search::{Disclosure, Facet};
use trialdex_records::study::pieces::PieceKind;
use trialdex_records::study::study_fields::StudyField;

/// How counts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FacetFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// `field,value,studies` rows.
    Csv,
}

/// Columns of a value at most.
const WIDEST: usize = 60;

/// Writes facets; of each field `limit` values, 0 for all. Where a limit cuts,
/// text says so, and JSON has the number of all as `distinct`. What the number
/// of studies takes in and leaves out is in JSON.
///
/// # Errors
///
/// Where the place cannot be written to.
pub fn write_facets(
    out: &mut dyn Write,
    format: FacetFormat,
    paint: DisplayOptions,
    facets: &[Facet],
    limit: usize,
    disclosure: &Disclosure,
) -> io::Result<()> {
    match format {
        FacetFormat::Text => {
            for (at, facet) in facets.iter().enumerate() {
                if at > 0 {
                    writeln!(out)?;
                }
                write_text(out, paint, facet, limit)?;
            }
            Ok(())
        }
        FacetFormat::Json => writeln!(out, "{}", json_of(facets, limit, disclosure)),
        FacetFormat::Csv => write_csv(out, facets, limit),
    }
}

fn shown(facet: &Facet, limit: usize) -> &[(String, u64)] {
    let most = if limit == 0 { facet.values.len() } else { limit.min(facet.values.len()) };
    &facet.values[..most]
}

fn write_text(
    out: &mut dyn Write,
    paint: DisplayOptions,
    facet: &Facet,
    limit: usize,
) -> io::Result<()> {
    let of = plural(facet.studies, "study", "studies");
    writeln!(out, "{} {}", paint.title(&facet.field.name()), paint.faint(&format!("of {of}")))?;
    let mut rows: Vec<(String, u64)> = shown(facet, limit)
        .iter()
        .map(|(value, studies)| (clean::line(label(facet.field, value)).into_owned(), *studies))
        .collect();
    if facet.missing > 0 {
        rows.push(("(no value)".to_owned(), facet.missing));
    }
    let width = rows.iter().map(|(value, _)| value.width()).max().unwrap_or(0).min(WIDEST);
    for (value, studies) in rows {
        let blanks = " ".repeat(width.saturating_sub(value.width()));
        let percent = studies as f64 * 100.0 / facet.studies.max(1) as f64;
        writeln!(out, "  {value}{blanks}  {:>9}  {percent:>5.1} %", grouped(studies))?;
    }
    let more = facet.values.len() - shown(facet, limit).len();
    if more > 0 {
        let more = plural(more as u64, "more value", "more values");
        let limit = paint.option("limit");
        writeln!(out, "  {}", paint.faint(&format!("and {more}: `{limit} 0` lists all")))?;
    }
    Ok(())
}

/// What people read of a value.
fn label(field: StudyField, value: &str) -> &str {
    match field {
        StudyField::Piece(piece) => match piece.kind {
            PieceKind::Enum(known) => known.label(value).unwrap_or(value),
            _ => value,
        },
        _ => value,
    }
}

fn json_of(facets: &[Facet], limit: usize, disclosure: &Disclosure) -> Value {
    let facets = facets.iter().map(|facet| {
        let values = shown(facet, limit).iter().map(|(value, studies)| {
            json!({"value": value, "label": label(facet.field, value), "studies": studies})
        });
        json!({
            "field": facet.field.name(),
            "studies": facet.studies,
            "missing": facet.missing,
            "distinct": facet.values.len(),
            "values": values.collect::<Vec<Value>>(),
        })
    });
    json!({
        "schema": "trialdex.facets.v1",
        "query": disclosure_json(disclosure),
        "facets": facets.collect::<Vec<Value>>(),
    })
}

fn write_csv(out: &mut dyn Write, facets: &[Facet], limit: usize) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["field", "value", "studies"])?;
    for facet in facets {
        let name = facet.field.name();
        for (value, studies) in shown(facet, limit) {
            let value = clean::cell(value);
            writer.write_record([name.as_str(), value.as_ref(), &studies.to_string()])?;
        }
        if facet.missing > 0 {
            writer.write_record([name.as_str(), "", &facet.missing.to_string()])?;
        }
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facet() -> Facet {
        let field = StudyField::named("Phase").expect("a field");
        let values = vec![("PHASE2".to_owned(), 3), ("NA".to_owned(), 1)];
        Facet { field, studies: 5, missing: 1, values }
    }

    fn written(format: FacetFormat, limit: usize) -> String {
        let mut out = Vec::new();
        let (paint, disclosure) = (DisplayOptions::default(), Disclosure::default());
        write_facets(&mut out, format, paint, &[facet()], limit, &disclosure).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn people_read_labels_and_shares() {
        let expected = "Phase of 5 studies\n  Phase 2                 3   60.0 %\n  Not Applicable          1   20.0 %\n  (no value)              1   20.0 %\n";
        assert_eq!(written(FacetFormat::Text, 0), expected);
        assert!(written(FacetFormat::Text, 1).ends_with("and 1 more value: `limit 0` lists all\n"));
    }

    #[test]
    fn programs_read_constants() {
        assert_eq!(
            written(FacetFormat::Csv, 0),
            "field,value,studies\nPhase,PHASE2,3\nPhase,NA,1\nPhase,,1\n"
        );
        assert!(written(FacetFormat::Json, 0).contains("\"label\":\"Phase 2\""));
    }
}
