//! The values of a study that a hit is shown with.

use serde_json::{Map, Value};

use trialdex_engine::search::{Hit, Passage, Passages};
use trialdex_records::study::pieces::{self, Piece, PieceKind};
use trialdex_records::study::study_fields::StudyField;
use trialdex_records::study::{Study, markup, nearest_pieces};

/// Pieces whose passages are shown with a hit, in this order.
const PASSAGE_PIECES: [&str; 2] = ["BriefSummary", "DetailedDescription"];

/// Pieces looked through where neither of those has a word of the query.
const OTHER_PIECES: [&str; 6] = [
    "OfficialTitle",
    "Keyword",
    "InterventionDescription",
    "PrimaryOutcomeMeasure",
    "SecondaryOutcomeMeasure",
    "EligibilityCriteria",
];

/// The pieces that every hit shows besides.
const HEAD_PIECES: [&str; 4] = ["BriefTitle", "OverallStatus", "Phase", "Condition"];

/// The pieces that hits are shown with, besides those that are chosen.
pub(super) fn shown_pieces() -> impl Iterator<Item = &'static str> {
    HEAD_PIECES.into_iter().chain(PASSAGE_PIECES).chain(OTHER_PIECES)
}

/// A hit with its study.
#[derive(Debug, Clone, Copy)]
pub struct StudyHit<'a> {
    /// The hit.
    pub hit: Hit,
    /// Its study.
    pub study: &'a Study,
}

impl StudyHit<'_> {
    /// The title with the query's words.
    pub fn title(&self, finder: &mut Passages) -> Passage {
        let title = self.study.text("BriefTitle").or_else(|| self.study.text("OfficialTitle"));
        finder.marked(title.unwrap_or("(no title)"))
    }

    /// The best passages, with the names of their pieces.
    pub fn passages(&self, finder: &mut Passages) -> Vec<(&'static str, Passage)> {
        let mut found = |pieces: &[&'static str], most: usize| -> Vec<(&'static str, Passage)> {
            let passages = pieces.iter().filter_map(|piece| self.passage(piece, finder));
            passages.take(most).collect()
        };
        let passages = found(&PASSAGE_PIECES, PASSAGE_PIECES.len());
        if passages.is_empty() { found(&OTHER_PIECES, 1) } else { passages }
    }

    fn passage(
        &self,
        piece: &'static str,
        finder: &mut Passages,
    ) -> Option<(&'static str, Passage)> {
        self.study.texts(piece).into_iter().find_map(|text| Some((piece, finder.best(text)?)))
    }

    /// The row as JSON: `rank`, `score`, `nctId`, `briefTitle`,
    /// `overallStatus`, `phases`, `conditions`, `highlights` and, where pieces
    /// were chosen, `fields`.
    #[must_use]
    pub fn json(&self, chosen: &[&'static Piece], finder: &mut Passages) -> Value {
        let mut row = Map::new();
        row.insert("rank".to_owned(), self.hit.rank.into());
        row.insert("score".to_owned(), rounded(self.hit.score).into());
        row.insert("nctId".to_owned(), self.hit.nct_id.to_string().into());
        row.insert("briefTitle".to_owned(), self.study.text("BriefTitle").into());
        row.insert("overallStatus".to_owned(), self.study.text("OverallStatus").into());
        row.insert("phases".to_owned(), self.study.texts("Phase").into());
        row.insert("conditions".to_owned(), self.study.texts("Condition").into());
        let passages = self.passages(finder);
        let highlights = passages.iter().map(|(piece, passage)| highlight(piece, passage));
        row.insert("highlights".to_owned(), highlights.collect());
        if !chosen.is_empty() {
            let fields = chosen.iter().map(|piece| {
                let values = self.study.values(piece.name).into_iter().cloned();
                (piece.name.to_owned(), values.collect())
            });
            row.insert("fields".to_owned(), Value::Object(fields.collect()));
        }
        Value::Object(row)
    }
}

/// A score with as many digits as are significant.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 10_000.0).round() / 10_000.0
}

/// A passage as JSON; spans count characters (Unicode scalar values).
fn highlight(piece: &str, passage: &Passage) -> Value {
    let characters = |byte: usize| passage.text[..byte].chars().count();
    let matches: Vec<Value> = passage
        .matches
        .iter()
        .map(|span| vec![characters(span.start), characters(span.end)].into())
        .collect();
    serde_json::json!({"piece": piece, "text": passage.text, "matches": matches})
}

/// What people read of a value: the label of a constant, `Yes` and `No`, text
/// without markup escapes.
pub(super) fn readable(piece: &Piece, value: &Value) -> String {
    match (piece.kind, value) {
        (PieceKind::Enum(known), Value::String(constant)) => {
            known.label(constant).unwrap_or(constant).to_owned()
        }
        (_, Value::Bool(yes)) => if *yes { "Yes" } else { "No" }.to_owned(),
        (PieceKind::GeoPoint, Value::Object(point)) => {
            let degrees: Vec<String> = point.values().map(Value::to_string).collect();
            degrees.join(", ")
        }
        (_, Value::String(text)) => markup::unescape(text).into_owned(),
        (_, other) => other.to_string(),
    }
}

/// A name that is no piece.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a field")]
pub struct UnknownPiece {
    /// The name.
    pub name: String,
    /// Names that look like it, best first.
    pub nearest: Vec<&'static str>,
}

/// The pieces that a list of names chooses; a structure means all its values.
/// Names may be today's or older ones, or paths.
///
/// # Errors
///
/// The first name that is none.
pub fn chosen_pieces(names: &[String]) -> Result<Vec<&'static Piece>, UnknownPiece> {
    let mut chosen = Vec::new();
    for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        let Some(StudyField::Piece(piece)) = StudyField::named(name) else {
            return Err(UnknownPiece { name: name.to_owned(), nearest: nearest_pieces(name) });
        };
        if piece.is_structure() {
            chosen.extend(pieces::leaves().filter(|leaf| leaf.is_below(piece)));
        } else {
            chosen.push(piece);
        }
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_chosen_by_name_path_and_structure() {
        let names = |list: &[&str]| -> Vec<&'static str> {
            let list: Vec<String> = list.iter().map(|name| (*name).to_owned()).collect();
            chosen_pieces(&list).expect("pieces").iter().map(|piece| piece.name).collect()
        };
        assert_eq!(names(&["brieftitle", "GENDER"]), ["BriefTitle", "Sex"]);
        assert_eq!(names(&["LeadSponsor"]), ["LeadSponsorName", "LeadSponsorClass"]);
        assert_eq!(names(&["protocolSection.eligibilityModule.sex"]), ["Sex"]);
    }

    #[test]
    fn an_unknown_name_brings_the_nearest() {
        let error = chosen_pieces(&["BriefTitel".to_owned()]).expect_err("unknown");
        assert_eq!(error.nearest.first(), Some(&"BriefTitle"));
        let error = chosen_pieces(&["Status".to_owned()]).expect_err("unknown");
        assert_eq!(error.nearest.first(), Some(&"OverallStatus"));
    }
}
