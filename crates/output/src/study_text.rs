//! A study for people.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::hit_values::readable;
use super::paint::{DisplayOptions, url};
use super::{clean, plural};
use trialdex_records::study::pieces::{ModelNode, Piece, PieceKind, root};
use trialdex_records::study::{NctId, Study, markup};

/// Sections that are tables rather than text: they are counted, not printed.
const COUNTED: [&str; 1] = ["ResultsSection"];

/// Writes a study under the data model's titles. Results are tables of numbers:
/// only the number of their parts is shown, with the command that prints them.
///
/// # Errors
///
/// Where the place cannot be written to.
pub fn write_study(
    out: &mut dyn Write,
    paint: DisplayOptions,
    nct: NctId,
    study: &Study,
) -> io::Result<()> {
    let title = study.text("BriefTitle").or_else(|| study.text("OfficialTitle"));
    writeln!(
        out,
        "{}  {}",
        paint.nct_id(nct),
        paint.title(&clean::line(title.unwrap_or("(no title)")))
    )?;
    writeln!(out, "{}", paint.faint(&url(nct)))?;
    let mut printer = StudyPrinter { out, paint };
    printer.object(study.as_map(), root(), 0)
}

struct StudyPrinter<'a> {
    out: &'a mut dyn Write,
    paint: DisplayOptions,
}

impl StudyPrinter<'_> {
    fn object(
        &mut self,
        object: &Map<String, Value>,
        node: &'static ModelNode,
        depth: usize,
    ) -> io::Result<()> {
        for key in node.keys() {
            if let (Some(value), Some(child)) = (object.get(key), node.child(key))
                && let Some(piece) = child.piece()
            {
                self.piece(value, child, piece, depth)?;
            }
        }
        for (key, value) in object.iter().filter(|(key, _)| node.child(key).is_none()) {
            self.line(key, &value.to_string(), depth)?;
        }
        Ok(())
    }

    fn piece(
        &mut self,
        value: &Value,
        node: &'static ModelNode,
        piece: &'static Piece,
        depth: usize,
    ) -> io::Result<()> {
        match value {
            Value::Object(object) if COUNTED.contains(&piece.name) => self.counted(object, piece),
            Value::Object(object) if piece.is_structure() => {
                if depth < 2 {
                    writeln!(self.out)?;
                    let heading = self.paint.title(&title(piece));
                    writeln!(self.out, "{}{heading}", indent(depth))?;
                    self.object(object, node, depth + 1)
                } else {
                    self.object(object, node, depth)
                }
            }
            Value::Array(elements) if piece.is_structure() => {
                for (number, element) in (1..).zip(elements) {
                    let heading = format!("{} {number}", title(piece));
                    writeln!(self.out, "{}{}", indent(depth), self.paint.faint(&heading))?;
                    if let Value::Object(object) = element {
                        self.object(object, node, depth + 1)?;
                    }
                }
                Ok(())
            }
            Value::Array(elements) => {
                let values: Vec<String> =
                    elements.iter().map(|value| readable(piece, value)).collect();
                self.line(&title(piece), &values.join("; "), depth)
            }
            Value::Null => Ok(()),
            value if matches!(piece.kind, PieceKind::Markup) => {
                self.paragraphs(piece, value, depth)
            }
            value => self.line(&title(piece), &readable(piece, value), depth),
        }
    }

    fn line(&mut self, label: &str, value: &str, depth: usize) -> io::Result<()> {
        // A key that the model does not know comes from the record.
        let label = format!("{}:", clean::line(label));
        let text = format!("{label} {}", clean::line(value));
        let lines = self.wrap(&text, depth, "  ");
        let painted = lines.replacen(&label, &self.paint.faint(&label), 1);
        writeln!(self.out, "{painted}")
    }

    /// A longer text below its label, with its paragraphs and bullets.
    fn paragraphs(&mut self, piece: &Piece, value: &Value, depth: usize) -> io::Result<()> {
        let text = readable(piece, value);
        let text = clean::lines(&markup::unflatten_bullets(&text));
        if text.len() < 60 && !text.contains('\n') {
            return self.line(&title(piece), &text, depth);
        }
        writeln!(self.out, "{}{}", indent(depth), self.paint.faint(&format!("{}:", title(piece))))?;
        for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
            let hanging = if line.trim_start().starts_with("* ") { "  " } else { "" };
            writeln!(self.out, "{}", self.wrap(line, depth + 1, hanging))?;
        }
        Ok(())
    }

    fn wrap(&self, text: &str, depth: usize, hanging: &str) -> String {
        let first = indent(depth);
        let rest = format!("{first}{hanging}");
        match self.paint.width {
            None => format!("{first}{text}"),
            Some(width) => {
                let options = textwrap::Options::new(width.max(40));
                textwrap::fill(text, options.initial_indent(&first).subsequent_indent(&rest))
            }
        }
    }

    /// The modules of a section and how many values each has.
    fn counted(&mut self, object: &Map<String, Value>, section: &Piece) -> io::Result<()> {
        writeln!(self.out, "\n{}", self.paint.title(&title(section)))?;
        for (key, module) in object {
            let mut part = Map::new();
            part.insert(key.clone(), module.clone());
            let (values, _) = Study::from_map(part).fullness();
            let values = plural(values as u64, "value", "values");
            let name = root().child(section.key()).and_then(|node| node.child(key));
            let name = name.and_then(ModelNode::piece).map_or_else(|| key.clone(), title);
            let format = self.paint.option("format");
            writeln!(self.out, "  {name}: {values}; `{format} json` prints them")?;
        }
        Ok(())
    }
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

/// The registry's title, or the piece's name as words.
fn title(piece: &Piece) -> String {
    if piece.label.is_empty() { words(piece.name) } else { piece.label.to_owned() }
}

/// `DesignMaskingInfo` as `Design Masking Info`.
fn words(name: &str) -> String {
    let mut words = String::new();
    let mut before = 'A';
    for c in name.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            words.push(' ');
        }
        words.push(c);
        before = c;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_study_is_printed_under_the_titles_of_the_model() {
        let study = json!({
            "protocolSection": {
                "identificationModule": {"nctId": "NCT90000001", "briefTitle": "Rest \u{1b}[2J"},
                "descriptionModule": {"briefSummary": "The aims of the study are these two: * rest \\> 5 h * sleep"},
                "designModule": {"phases": ["PHASE1", "PHASE2"]},
                "armsInterventionsModule": {"interventions": [{"type": "DRUG", "name": "Tea"}]},
            },
            "resultsSection": {"participantFlowModule": {"recruitmentDetails": "x"}},
        });
        let Value::Object(map) = study else { panic!("an object") };
        let study = Study::from_map(map);
        let mut out = Vec::new();
        let nct = study.nct_id().expect("a number");
        write_study(&mut out, DisplayOptions::default(), nct, &study).expect("written");
        let expected = "\
NCT90000001  Rest \u{fffd}[2J
https://clinicaltrials.gov/study/NCT90000001

Protocol Section

  Identification Module
    National Clinical Trial (NCT) Identification Number: NCT90000001
    Brief Title: Rest \u{fffd}[2J

  Description Module
    Brief Summary:
      The aims of the study are these two:
      * rest > 5 h
      * sleep

  Design Module
    Study Phase: Phase 1; Phase 2

  Arms Interventions Module
    Intervention/Treatment 1
      Intervention/Treatment Type: Drug
      Intervention Name: Tea

Study Results
  Participant Flow Module: 1 value; `format json` prints them
";
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
    }
}
