//! Text pages of one module of one study.
//!
//! A page is titles and prose, then a line with the path in the data model
//! (`Study -> Protocol Section -> Description Module`), then `Label: value`
//! lines. Labels are titles, JSON keys or piece names written as words; the
//! path says which of several pieces with such a name is meant.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::ConversionNotes;
use crate::study::pieces::{self, Piece, PieceKind, fold};
use crate::study::{NctId, Study, markup, typed};

/// Most characters of a label; more is a sentence.
const LONGEST_LABEL: usize = 80;

/// Labels that give the study's number wherever they occur, besides the names
/// of sections and modules.
const NUMBER_LABELS: [&str; 3] = ["nctid", "nctnumber", "study"];

/// Parts of headings inside eligibility criteria.
const CRITERIA_HEADINGS: [&str; 4] = ["inclusion", "exclusion", "criteria", "eligib"];

/// Reads one page.
///
/// Labels that the model does not know are named in the notes; the text before
/// the first label is prose.
pub(super) fn convert(text: &str, notes: &mut ConversionNotes) -> Study {
    let text = text.trim_start_matches('\u{feff}');
    let (scope, body) = scope_of(text);
    let mut reader = TextPageReader {
        scope,
        root: Map::new(),
        numbers: Vec::new(),
        title: None,
        structure: "",
        open: None,
        notes,
    };
    for line in body.lines() {
        reader.read(line.trim_end());
    }
    reader.close();
    reader.finish()
}

/// The part of the model that a page is about, and the lines with labels.
///
/// Without a path line, the first line that names a section or module is the
/// path.
fn scope_of(text: &str) -> (Option<&'static Piece>, &str) {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        let steps: Vec<&str> = line.split("->").map(str::trim).collect();
        if steps.len() > 1 && fold(steps[0]) == "study" {
            return (resolved(&steps[1..]), &text[end..]);
        }
    }
    let title = text.lines().map(str::trim).find(|line| !line.is_empty());
    (title.and_then(|title| structure_called(None, title)), text)
}

/// The piece that the steps lead to, as far as they are known.
fn resolved(steps: &[&str]) -> Option<&'static Piece> {
    let mut scope = None;
    for step in steps {
        match structure_called(scope, step) {
            None => break,
            below => scope = below,
        }
    }
    scope
}

/// The shallowest structure of that name below `scope`.
fn structure_called(scope: Option<&'static Piece>, name: &str) -> Option<&'static Piece> {
    called(&fold(name))
        .map(|called| called.piece)
        .filter(|piece| piece.is_structure() && is_below(piece, scope))
        .min_by_key(|piece| depth(piece))
}

/// A piece that a label can mean.
struct LabelCandidate {
    piece: &'static Piece,
    /// Whether its title or one of its names says so, not its key alone.
    named: bool,
}

/// Every piece by its folded title, key and names, in the model's order.
static CALLED: LazyLock<HashMap<String, Vec<LabelCandidate>>> = LazyLock::new(|| {
    let mut called: HashMap<String, Vec<LabelCandidate>> = HashMap::new();
    for piece in pieces::all() {
        let names = [piece.label, piece.name].into_iter().chain(piece.older_names.iter().copied());
        let names = names.map(|name| (fold(name), true)).chain([(fold(piece.key()), false)]);
        for (name, named) in names.filter(|(name, _)| !name.is_empty()) {
            let there = called.entry(name).or_default();
            if there.last().is_none_or(|last| !std::ptr::eq(last.piece, piece)) {
                there.push(LabelCandidate { piece, named });
            }
        }
    }
    called
});

fn called(folded: &str) -> impl Iterator<Item = &'static LabelCandidate> {
    CALLED.get(folded).into_iter().flatten()
}

fn depth(piece: &Piece) -> usize {
    piece.path.matches('.').count()
}

fn is_below(piece: &Piece, scope: Option<&Piece>) -> bool {
    scope.is_none_or(|scope| piece.is_below(scope))
}

/// A line `Label: value`, if it can be one.
fn labelled(line: &str) -> Option<(&str, &str)> {
    let (label, value) = line.split_once(':')?;
    let short = label.chars().count() <= LONGEST_LABEL;
    let begins = label.chars().next().is_some_and(char::is_uppercase);
    let ends = value.is_empty() || value.starts_with(char::is_whitespace);
    (short && begins && ends).then_some((label.trim(), value.trim()))
}

/// What the label of a line means.
enum LabelMeaning {
    /// The number of the study, perhaps empty.
    Number,
    /// The title of the study, perhaps empty.
    Title,
    /// The values of a piece.
    Leaf(&'static Piece),
    /// The beginning of a structure.
    Structure(&'static Piece),
}

struct TextPageReader<'a> {
    scope: Option<&'static Piece>,
    root: Map<String, Value>,
    /// Texts that should be the study's number.
    numbers: Vec<String>,
    title: Option<String>,
    /// Path of the structure that the lines are about.
    structure: &'static str,
    /// The value that is being read: its label, its piece if that is known,
    /// and its text.
    open: Option<(String, Option<&'static Piece>, String)>,
    notes: &'a mut ConversionNotes,
}

impl TextPageReader<'_> {
    fn read(&mut self, line: &str) {
        let Some((label, value)) = labelled(line) else {
            return self.continue_value(line);
        };
        match self.meaning(label, value) {
            Some(LabelMeaning::Number) if self.is_text(value) => self.continue_value(line),
            Some(meaning) => {
                self.close();
                self.begin(&meaning, label, value);
            }
            None if self.is_heading(label, value) => self.continue_value(line),
            None if label.contains(['.', ',', ';', '!', '?']) => self.continue_value(line),
            None => {
                self.close();
                self.notes.unplaced(label);
                self.open = Some((label.to_owned(), None, String::new()));
            }
        }
    }

    /// Whether a line with a number is part of the text that is being read: it
    /// is the number of another study.
    fn is_text(&mut self, value: &str) -> bool {
        let number = NctId::parse(value);
        let first = self.numbers.first().and_then(|first| NctId::parse(first));
        let (Some(number), Some(first)) = (number, first) else { return false };
        if number == first {
            return false;
        }
        self.notes.lost(format!(
            "a page with two numbers, `{first}` and `{number}`; all of it is read as of `{first}`"
        ));
        matches!(&self.open, Some((_, Some(piece), _)) if matches!(piece.kind, PieceKind::Markup))
    }

    fn continue_value(&mut self, line: &str) {
        if let Some((_, Some(_), text)) = &mut self.open {
            text.push('\n');
            text.push_str(line);
        }
    }

    /// Whether an unknown label is a heading inside of the text being read:
    /// one of eligibility criteria, any within criteria of several lines, or
    /// a heading alone or in capitals within any markup.
    fn is_heading(&self, label: &str, value: &str) -> bool {
        let Some((_, Some(piece), text)) = &self.open else {
            return false;
        };
        let folded = fold(label);
        matches!(piece.kind, PieceKind::Markup)
            && (value.is_empty()
                || label == label.to_uppercase()
                || (piece.name == "EligibilityCriteria" && text.contains('\n'))
                || CRITERIA_HEADINGS.iter().any(|word| folded.contains(word)))
    }

    fn meaning(&self, label: &str, value: &str) -> Option<LabelMeaning> {
        let folded = fold(label);
        if folded == "studybrief" {
            return Some(LabelMeaning::Title);
        }
        if NUMBER_LABELS.contains(&folded.as_str()) {
            return Some(LabelMeaning::Number);
        }
        let structure = structure_called(None, label);
        if structure.is_some() && NctId::parse(value).is_some() {
            return Some(LabelMeaning::Number);
        }
        let inside = structure_called(self.scope, label).filter(|_| value.is_empty());
        inside
            .map(LabelMeaning::Structure)
            .or_else(|| self.leaf(&folded).map(LabelMeaning::Leaf))
            .or_else(|| only_named(&folded).map(LabelMeaning::Leaf))
    }

    /// The shallowest leaf in the scope with that label; of several, the one
    /// in the structure that the lines are about, else the first of the model.
    fn leaf(&self, folded: &str) -> Option<&'static Piece> {
        called(folded)
            .map(|called| called.piece)
            .filter(|piece| !piece.is_structure() && is_below(piece, self.scope))
            .min_by_key(|piece| (depth(piece), above(piece) != self.structure))
    }

    fn begin(&mut self, meaning: &LabelMeaning, label: &str, value: &str) {
        match meaning {
            LabelMeaning::Number if value.is_empty() => {}
            LabelMeaning::Number => self.numbers.push(value.to_owned()),
            LabelMeaning::Title => {
                self.title = Some(value.to_owned()).filter(|title| !title.is_empty());
            }
            LabelMeaning::Leaf(piece) => {
                self.structure = above(piece);
                self.open = Some((label.to_owned(), Some(piece), value.to_owned()));
            }
            LabelMeaning::Structure(piece) => {
                self.structure = piece.path;
                if piece.list {
                    place(&mut self.root, piece, 0, Value::Object(Map::new()));
                }
            }
        }
    }

    /// Puts the value being read to its place.
    fn close(&mut self) {
        let Some((label, Some(piece), text)) = self.open.take() else {
            return;
        };
        let text = text.trim();
        let values = values(piece, text);
        if values.is_empty() && matches!(piece.kind, PieceKind::GeoPoint) && !text.is_empty() {
            self.notes.unplaced(&label);
        }
        for value in values {
            if !place(&mut self.root, piece, 0, value) {
                self.notes.unplaced(&label);
            }
        }
    }

    /// The study, with number and title.
    fn finish(self) -> Study {
        let Self { mut root, numbers, title, .. } = self;
        let number = numbers.iter().find_map(|text| NctId::parse(text));
        let number = number.map(|id| id.to_string()).or_else(|| numbers.into_iter().next());
        for (name, text) in [("NCTId", number), ("BriefTitle", title)] {
            if let (Some(piece), Some(text)) = (pieces::named(name), text) {
                place(&mut root, piece, 0, Value::String(text));
            }
        }
        prune(&mut root);
        Study::from_map(root)
    }
}

/// The path of the structure that has the piece.
fn above(piece: &'static Piece) -> &'static str {
    piece.path.rsplit_once('.').map_or("", |(above, _)| above)
}

/// The one leaf of the whole model with that title or name.
fn only_named(folded: &str) -> Option<&'static Piece> {
    let mut leaves = called(folded).filter(|called| called.named && !called.piece.is_structure());
    leaves.next().filter(|_| leaves.next().is_none()).map(|only| only.piece)
}

fn values(piece: &Piece, text: &str) -> Vec<Value> {
    if piece.list {
        return list_values(piece, text);
    }
    let plain = match piece.kind {
        PieceKind::Text | PieceKind::Markup => markup::unescape(text),
        _ => text.into(),
    };
    typed(piece, &plain).into_iter().collect()
}

/// The values of a list on one line: `|` separates all of them, a comma only
/// constants.
fn list_values(piece: &Piece, text: &str) -> Vec<Value> {
    if let PieceKind::Enum(known) = piece.kind {
        let constants: Option<Vec<Value>> =
            text.split(", ").map(|part| known.constant(part).map(Value::from)).collect();
        if let Some(constants) = constants {
            return constants;
        }
    }
    let parts = text.split(['|', '\n']);
    parts.filter_map(|part| typed(piece, &markup::unescape(part))).collect()
}

/// Puts a value at its place below `object`, which begins `start` bytes into
/// the path of the piece. In a list of structures it goes to the last element
/// if that lacks it, else to a new one.
///
/// `false` where another value is there already.
fn place(object: &mut Map<String, Value>, piece: &Piece, start: usize, value: Value) -> bool {
    let rest = &piece.path[start..];
    let Some((step, below)) = rest.split_once('.') else {
        return place_here(object, piece, value);
    };
    let end = start + step.len();
    if !pieces::at(&piece.path[..end]).is_some_and(|structure| structure.list) {
        let there = object.entry(step).or_insert_with(|| Value::Object(Map::new()));
        return there.as_object_mut().is_some_and(|there| place(there, piece, end + 1, value));
    }
    let there = object.entry(step).or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(elements) = there else {
        return false;
    };
    let taken = |last: &Value| {
        !piece.list && below.split('.').try_fold(last, |at, key| at.get(key)).is_some()
    };
    if elements.last().is_none_or(taken) {
        elements.push(Value::Object(Map::new()));
    }
    let last = elements.last_mut().and_then(Value::as_object_mut);
    last.is_some_and(|last| place(last, piece, end + 1, value))
}

fn place_here(object: &mut Map<String, Value>, piece: &Piece, value: Value) -> bool {
    if piece.list {
        let there = object.entry(piece.key()).or_insert_with(|| Value::Array(Vec::new()));
        let Value::Array(elements) = there else {
            return false;
        };
        let empty = |element: &Value| element.as_object().is_some_and(Map::is_empty);
        if !(empty(&value) && elements.last().is_some_and(empty)) {
            elements.push(value);
        }
        return true;
    }
    let there = object.entry(piece.key()).or_insert_with(|| value.clone());
    *there == value
}

/// Takes out structures that remained empty.
fn prune(object: &mut Map<String, Value>) {
    for value in object.values_mut() {
        match value {
            Value::Object(below) => prune(below),
            Value::Array(elements) => {
                elements.iter_mut().filter_map(Value::as_object_mut).for_each(prune);
                elements.retain(|element| !element.as_object().is_some_and(Map::is_empty));
            }
            _ => {}
        }
    }
    object.retain(|_, value| match value {
        Value::Object(below) => !below.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        _ => true,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> (Value, Vec<String>) {
        let mut notes = ConversionNotes::default();
        let study = convert(text, &mut notes);
        (Value::Object(study.as_map().clone()), notes.unplaced)
    }

    /// The page below a path, of that study.
    fn page(path: &str, lines: &str) -> (Value, Vec<String>) {
        read(&format!("Title\n\nProse: with a colon\n\nStudy -> {path}\n\nTitle\n\n{lines}"))
    }

    #[test]
    fn a_page_is_read() {
        let text = "Description Module\n\nThe module holds: text\n\n\
            Study -> Protocol Section -> Description Module\n\nDescription Module\n\n\n\
            Ignite Creation Date: 2025-12-25 @ 2:00 AM\n\
            NCT ID: NCT90000001\n\
            Brief Summary: Age \\> 3: * a\n\n* b\n\
            Detailed Description: Why: so\n\
            Study: NCT90000001\nStudy Brief:\nProtocol Section: NCT90000001\n";
        let (study, unplaced) = read(text);
        let expected = json!({"protocolSection": {
            "descriptionModule": {
                "briefSummary": "Age > 3: * a\n\n* b", "detailedDescription": "Why: so",
            },
            "identificationModule": {"nctId": "NCT90000001"},
        }});
        assert_eq!(study, expected);
        assert_eq!(unplaced, ["Ignite Creation Date"]);
    }

    #[test]
    fn eligibility_keeps_its_headings() {
        let lines = "NCT ID: NCT90000001\n\
            Eligibility Criteria:\nInclusion Criteria: adults\nExclusion Criteria:\n\n* Fever\n\
            Key Exclusions: none\nAge: any\n\
            Healthy Volunteers: False\nSex: ALL\nMinimum Age: 18 Years\nStd Ages: ADULT, Older Adult\n\
            Mood: good\nmore mood\n";
        let (study, unplaced) = page("Protocol Section -> Eligibility Module", lines);
        let expected = json!({
            "eligibilityCriteria": "Inclusion Criteria: adults\nExclusion Criteria:\n\n* Fever\n\
                Key Exclusions: none\nAge: any",
            "healthyVolunteers": false, "sex": "ALL", "minimumAge": "18 Years",
            "stdAges": ["ADULT", "OLDER_ADULT"],
        });
        assert_eq!(study["protocolSection"]["eligibilityModule"], expected);
        assert_eq!(unplaced, ["Mood"]);
    }

    #[test]
    fn a_section_page_takes_the_shallowest_match() {
        let path = "Protocol Section -> Protocol Modules (Status, etc.)";
        let lines = "NCT ID: NCT90000001\nDescription: On demand\nStudy Brief: A title\n";
        let (study, unplaced) = page(path, lines);
        let expected = json!({"protocolSection": {
            "ipdSharingStatementModule": {"description": "On demand"},
            "identificationModule": {"nctId": "NCT90000001", "briefTitle": "A title"},
        }});
        assert_eq!((study, unplaced), (expected, Vec::new()));
    }

    #[test]
    fn repeated_labels_begin_new_elements() {
        let lines = "NCT ID: NCT90000001\nFacility: A\nCity: Oslo\nName: N\nPhone: 1\nName: M\n\
            Facility: B\nCity: Lima\nLocation Contact Name: O\n";
        let (study, unplaced) =
            page("Protocol Section -> Contacts Locations Module -> Locations", lines);
        let expected = json!([
            {"facility": "A", "city": "Oslo", "contacts": [{"name": "N", "phone": "1"}, {"name": "M"}]},
            {"facility": "B", "city": "Lima", "contacts": [{"name": "O"}]},
        ]);
        assert_eq!(study["protocolSection"]["contactsLocationsModule"]["locations"], expected);
        assert_eq!(unplaced, [""; 0]);
    }

    #[test]
    fn a_structure_begins_with_its_title() {
        let lines = "Interventions:\nName: X\nType: Drug\nOther Names: x1|x2\nOther Names: x3\n\
            Interventions:\nDescription: without a name\nArm Groups:\n";
        let (study, unplaced) = page("Protocol Section -> Arms Interventions Module", lines);
        let expected = json!({"protocolSection": {"armsInterventionsModule": {"interventions": [
            {"name": "X", "type": "DRUG", "otherNames": ["x1", "x2", "x3"]},
            {"description": "without a name"},
        ]}}});
        assert_eq!((study, unplaced), (expected, Vec::new()));
    }

    #[test]
    fn other_modules_need_a_name_of_their_own() {
        let lines = "Study: NCT90000001\nPre Assignment Details: none\nType Units Analyzed: Eyes\n\
            Acronym: ABC\nName: unclear\n";
        let (study, unplaced) = page("Results Section -> Participant Flow Module", lines);
        let expected = json!({
            "resultsSection": {"participantFlowModule": {
                "preAssignmentDetails": "none", "typeUnitsAnalyzed": "Eyes",
            }},
            "protocolSection": {"identificationModule": {
                "acronym": "ABC", "nctId": "NCT90000001",
            }},
        });
        assert_eq!(study, expected);
        assert_eq!(unplaced, ["Name"]);
    }

    #[test]
    fn without_a_path_the_title_is_the_scope() {
        let (study, unplaced) =
            read("Conditions Module\n\nConditions: Fever|Cough\nKeyword: a, b\n");
        let expected = json!({"protocolSection": {"conditionsModule": {
            "conditions": ["Fever", "Cough"], "keywords": ["a, b"],
        }}});
        assert_eq!((study, unplaced), (expected, Vec::new()));
        let (study, _) = read("NCT ID: nct90000001\nOfficial Title: T\nOfficial Title: U\n");
        let expected = json!({"protocolSection": {"identificationModule": {
            "officialTitle": "T", "nctId": "NCT90000001",
        }}});
        assert_eq!(study, expected);
    }

    #[test]
    fn a_wrong_number_is_kept_for_the_message() {
        let (study, _) = page("Protocol Section", "NCT ID: NCT12\n");
        assert_eq!(study["protocolSection"]["identificationModule"]["nctId"], "NCT12");
        assert_eq!(read(""), (json!({}), Vec::new()));
        assert_eq!(read("Prose: only"), (json!({}), vec!["Prose".to_owned()]));
    }
}
