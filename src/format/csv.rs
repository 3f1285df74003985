//! Rows of the download button's table, today's and the classic site's.
//!
//! People choose the columns and their order, spreadsheets add empty ones.
//! What a cell says less than API v2 would (`18 Years and older (Adult, Older
//! Adult)`) is taken apart only where one reading is possible.

mod location;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use ::csv::ByteRecord;
use serde_json::{Map, Value};

use super::{Notes, encoding};
use crate::study::pieces::{self, Kind, Piece, fold};
use crate::study::{Age, NctId, Study, place, put, typed, typed_list, written_list};
use location::location;

/// How the cells of a column are read.
#[derive(Clone, Copy)]
enum Reading {
    /// One value of that piece, or several separated by `|` where the piece
    /// is a list.
    Piece(&'static str),
    /// In its own way.
    Cell(fn(&mut Reader, &str)),
    /// Nothing that the NCT number does not say.
    Implied,
}

/// The columns by their folded heading: those of today's download, of the
/// classic site's in its last years, and of the classic site's before 2017.
#[rustfmt::skip]
static COLUMNS: &[(&str, Reading)] = &[
    ("nctnumber", Reading::Implied),
    ("nctid", Reading::Implied),
    ("rank", Reading::Implied),
    ("studyurl", Reading::Implied),
    ("url", Reading::Implied),
    ("studytitle", Reading::Piece("BriefTitle")),
    ("title", Reading::Piece("BriefTitle")),
    ("studystatus", Reading::Piece("OverallStatus")),
    ("status", Reading::Piece("OverallStatus")),
    ("recruitment", Reading::Piece("OverallStatus")),
    ("recruitmentstatus", Reading::Piece("OverallStatus")),
    ("studyresults", Reading::Cell(Reader::results)),
    ("conditions", Reading::Piece("Condition")),
    ("interventions", Reading::Cell(Reader::interventions)),
    ("primaryoutcomemeasures", Reading::Cell(|row, cell| row.outcomes("PrimaryOutcome", cell))),
    ("secondaryoutcomemeasures", Reading::Cell(|row, cell| row.outcomes("SecondaryOutcome", cell))),
    ("otheroutcomemeasures", Reading::Cell(|row, cell| row.outcomes("OtherOutcome", cell))),
    // The classic column holds all outcomes and does not tell which of them
    // are primary: to call one of them so would be invented.
    ("outcomemeasures", Reading::Cell(|row, cell| row.outcomes("OtherOutcome", cell))),
    ("sponsor", Reading::Piece("LeadSponsorName")),
    ("collaborators", Reading::Cell(Reader::collaborators)),
    ("sponsorcollaborators", Reading::Cell(Reader::sponsors)),
    ("gender", Reading::Piece("Sex")),
    ("age", Reading::Cell(Reader::ages)),
    ("ages", Reading::Cell(Reader::ages)),
    ("agegroups", Reading::Cell(Reader::ages)),
    ("phases", Reading::Piece("Phase")),
    ("enrollment", Reading::Piece("EnrollmentCount")),
    ("fundertype", Reading::Cell(Reader::funders)),
    ("fundedbys", Reading::Cell(Reader::funders)),
    ("studytype", Reading::Cell(Reader::study_type)),
    ("studytypes", Reading::Cell(Reader::study_type)),
    ("studydesign", Reading::Cell(Reader::design)),
    ("studydesigns", Reading::Cell(Reader::design)),
    ("otherids", Reading::Cell(Reader::other_ids)),
    ("startdate", Reading::Piece("StartDate")),
    ("primarycompletiondate", Reading::Piece("PrimaryCompletionDate")),
    ("primarycompletion", Reading::Piece("PrimaryCompletionDate")),
    ("completiondate", Reading::Piece("CompletionDate")),
    ("completion", Reading::Piece("CompletionDate")),
    ("firstposted", Reading::Piece("StudyFirstPostDate")),
    ("firstreceived", Reading::Piece("StudyFirstSubmitDate")),
    ("resultsfirstposted", Reading::Piece("ResultsFirstPostDate")),
    ("resultsfirstreceived", Reading::Piece("ResultsFirstSubmitDate")),
    ("lastupdateposted", Reading::Piece("LastUpdatePostDate")),
    ("lastupdated", Reading::Piece("LastUpdateSubmitDate")),
    ("lastverified", Reading::Piece("StatusVerifiedDate")),
    ("locations", Reading::Cell(Reader::locations)),
    ("studydocuments", Reading::Cell(Reader::documents)),
    // Tables of other programs, the AACT database among them.
    ("eligibility", Reading::Piece("EligibilityCriteria")),
    ("criteria", Reading::Piece("EligibilityCriteria")),
    ("minage", Reading::Piece("MinimumAge")),
    ("maxage", Reading::Piece("MaximumAge")),
    ("acceptshealthyvolunteers", Reading::Piece("HealthyVolunteers")),
    ("enrolment", Reading::Piece("EnrollmentCount")),
    ("enrolmenttype", Reading::Piece("EnrollmentType")),
    ("allocation", Reading::Piece("DesignAllocation")),
    ("masking", Reading::Cell(Reader::masking)),
    ("mainsponsor", Reading::Piece("LeadSponsorName")),
    ("studystartdate", Reading::Piece("StartDate")),
    ("registrationdate", Reading::Piece("StudyFirstSubmitDate")),
    ("hassummaryresults", Reading::Piece("HasResults")),
    ("summaryresultsdate", Reading::Piece("ResultsFirstSubmitDate")),
    ("versiondate", Reading::Cell(Reader::version)),
    ("lastupdate", Reading::Piece("LastUpdatePostDate")),
    ("lastupdatedate", Reading::Piece("LastUpdatePostDate")),
    ("sourceclass", Reading::Piece("OrgClass")),
    ("studyfirstsubmitteddate", Reading::Piece("StudyFirstSubmitDate")),
    ("studyfirstsubmittedqcdate", Reading::Piece("StudyFirstSubmitQCDate")),
    ("studyfirstposteddate", Reading::Piece("StudyFirstPostDate")),
    ("studyfirstposteddatetype", Reading::Piece("StudyFirstPostDateType")),
    ("resultsfirstsubmitteddate", Reading::Piece("ResultsFirstSubmitDate")),
    ("resultsfirstsubmittedqcdate", Reading::Piece("ResultsFirstSubmitQCDate")),
    ("resultsfirstposteddate", Reading::Piece("ResultsFirstPostDate")),
    ("resultsfirstposteddatetype", Reading::Piece("ResultsFirstPostDateType")),
    ("dispositionfirstsubmitteddate", Reading::Piece("DispFirstSubmitDate")),
    ("dispositionfirstsubmittedqcdate", Reading::Piece("DispFirstSubmitQCDate")),
    ("dispositionfirstposteddate", Reading::Piece("DispFirstPostDate")),
    ("dispositionfirstposteddatetype", Reading::Piece("DispFirstPostDateType")),
    ("lastupdatesubmitteddate", Reading::Piece("LastUpdateSubmitDate")),
    ("lastupdateposteddate", Reading::Piece("LastUpdatePostDate")),
    ("lastupdateposteddatetype", Reading::Piece("LastUpdatePostDateType")),
    ("expandedaccesstypeindividual", Reading::Piece("ExpAccTypeIndividual")),
    ("expandedaccesstypeintermediate", Reading::Piece("ExpAccTypeIntermediate")),
    ("expandedaccesstypetreatment", Reading::Piece("ExpAccTypeTreatment")),
    ("expandedaccessnctid", Reading::Piece("ExpandedAccessNCTId")),
    ("plantoshareipd", Reading::Piece("IPDSharing")),
    ("plantoshareipddescription", Reading::Piece("IPDSharingDescription")),
    ("ipdtimeframe", Reading::Piece("IPDSharingTimeFrame")),
    ("ipdaccesscriteria", Reading::Piece("IPDSharingAccessCriteria")),
    ("ipdurl", Reading::Piece("IPDSharingURL")),
    ("verificationdate", Reading::Piece("StatusVerifiedDate")),
    // Said by the dates, the number and the lists beside them.
    ("startmonthyear", Reading::Implied),
    ("verificationmonthyear", Reading::Implied),
    ("completionmonthyear", Reading::Implied),
    ("primarycompletionmonthyear", Reading::Implied),
    ("numberofarms", Reading::Implied),
    ("numberofgroups", Reading::Implied),
    ("createdat", Reading::Implied),
    ("updatedat", Reading::Implied),
    ("versionnumber", Reading::Implied),
    ("totalversions", Reading::Implied),
];

/// Words of other programs for a value that lacks.
const NOTHING: [&str; 10] =
    ["null", "NULL", "nan", "NaN", "NaT", "<NA>", "NA", "None", "\\N", "#N/A"];

/// Columns that can name the study's number, the surest first.
const NUMBERED: [&str; 5] = ["nctnumber", "nctid", "studyurl", "url", "studydocuments"];

/// Headings that only the registry's own tables have.
const REGISTRY: [&str; 4] = ["studytitle", "fundertype", "fundedbys", "sponsorcollaborators"];

/// Most bytes of the name of a part of a design; more is running text.
const LONGEST_NAME: usize = 40;

/// Parts of a study design cell: folded name, piece.
const DESIGN: &[(&str, &str)] = &[
    ("allocation", "DesignAllocation"),
    ("interventionmodel", "DesignInterventionModel"),
    ("masking", "DesignMasking"),
    ("primarypurpose", "DesignPrimaryPurpose"),
    ("observationalmodel", "DesignObservationalModel"),
    ("timeperspective", "DesignTimePerspective"),
];

/// Kinds of expanded access by the first word of their labels.
const EXPANDED_ACCESS: &[(&str, &str)] = &[
    ("individual", "ExpAccTypeIndividual"),
    ("intermediate", "ExpAccTypeIntermediate"),
    ("treatment", "ExpAccTypeTreatment"),
];

/// Reads one row.
///
/// Cells beyond the header and columns that mean nothing known are named in
/// the notes where they hold something. `null`, which the classic site wrote
/// for dates and counts that lack, is nothing.
pub(super) fn convert(header: &ByteRecord, row: &ByteRecord, notes: &mut Notes) -> Study {
    let cells = decoded(row, notes);
    let columns: Vec<String> = (0..cells.len()).map(|at| column_name(header, at)).collect();
    let filled: Vec<(&str, &str)> = columns
        .iter()
        .zip(&cells)
        .map(|(column, cell)| (column.as_str(), cell.trim()))
        .filter(|(column, cell)| !cell.is_empty() && !lacks(column, cell))
        .filter(|(column, cell)| *column != "column 1" || !is_row_number(cell))
        .collect();
    let registry = columns.iter().any(|column| REGISTRY.contains(&fold(column).as_str()));
    let mut reader = Reader {
        root: Map::new(),
        separators: if registry { &['|'] } else { &['|', ';'] },
        notes: std::mem::take(notes),
        column: String::new(),
        funders: Vec::new(),
    };
    reader.number(&filled);
    for (column, cell) in filled {
        column.clone_into(&mut reader.column);
        reader.read(cell);
    }
    reader.place_funders();
    *notes = reader.notes;
    Study::from_map(reader.root)
}

/// Whether a cell numbers its row, as tables of R and Python begin.
fn is_row_number(cell: &str) -> bool {
    cell.len() <= 9 && cell.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a cell has a word of a program for nothing. Of constants, `NA` and
/// `None` can be some.
fn lacks(column: &str, cell: &str) -> bool {
    NOTHING.contains(&cell)
        && match reading(column) {
            Some(Reading::Piece(name)) => pieces::named(name).is_none_or(
                |piece| !matches!(piece.kind, Kind::Enum(known) if known.constant(cell).is_some()),
            ),
            _ => true,
        }
}

/// The cells as text; a row that is not UTF-8 is decoded as a whole, for one
/// guess to hold for all of its cells.
fn decoded(row: &ByteRecord, notes: &mut Notes) -> Vec<String> {
    const SEPARATOR: &str = "\u{1f}";
    let clean: Result<Vec<&str>, _> = row.iter().map(std::str::from_utf8).collect();
    if let Ok(cells) = clean {
        return cells.into_iter().map(str::to_owned).collect();
    }
    let cells: Vec<&[u8]> = row.iter().collect();
    let joined = cells.join(SEPARATOR.as_bytes());
    encoding::decode(&joined, notes).split(SEPARATOR).map(str::to_owned).collect()
}

fn column_name(header: &ByteRecord, at: usize) -> String {
    let name = header.get(at).map_or(Cow::Borrowed(""), String::from_utf8_lossy);
    let name = name.trim_start_matches('\u{feff}').trim();
    if name.is_empty() { format!("column {}", at + 1) } else { name.to_owned() }
}

fn reading(column: &str) -> Option<Reading> {
    let folded = fold(column);
    COLUMNS
        .iter()
        .find(|(known, _)| *known == folded)
        .map(|(_, reading)| *reading)
        .or_else(|| CALLED.get(&folded).map(|piece| Reading::Piece(piece.name)))
        .or_else(|| pieces::at(column).map(|piece| Reading::Piece(piece.name)))
}

/// Leaves by their folded names: titles that only one has, older names,
/// today's names, the later before the earlier.
static CALLED: LazyLock<HashMap<String, &'static Piece>> = LazyLock::new(|| {
    let mut titles = HashMap::new();
    for piece in pieces::leaves() {
        titles.entry(fold(piece.label)).or_insert_with(Vec::new).push(piece);
    }
    titles.remove("");
    let titled = titles.into_iter().filter(|(_, titled)| titled.len() == 1);
    let titled = titled.map(|(title, titled)| (title, titled[0]));
    let older = pieces::leaves()
        .flat_map(|piece| piece.older_names.iter().map(move |name| (fold(name), piece)));
    let current = pieces::leaves().map(|piece| (fold(piece.name), piece));
    titled.chain(older).chain(current).collect()
});

/// The array at that path.
fn list_at<'a>(root: &'a mut Map<String, Value>, path: &str) -> Option<&'a mut Vec<Value>> {
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    match root.get_mut(step)? {
        Value::Array(there) if rest.is_empty() => Some(there),
        Value::Object(below) => list_at(below, rest),
        _ => None,
    }
}

fn elements(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('|').map(str::trim).filter(|element| !element.is_empty())
}

/// The values of a list in a cell: `A|B`, and `['A', 'B']` as programs write it.
fn listed(cell: &str, separators: &[char]) -> Vec<String> {
    let texts = written_list(cell).unwrap_or_else(|| {
        let bars = if cell.contains('|') { &['|'][..] } else { separators };
        cell.split(bars).map(str::to_owned).collect()
    });
    texts.iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

/// A structure out of texts at pieces directly below it.
fn structure(values: &[(&str, &str)]) -> Value {
    let mut object = Map::new();
    for (name, text) in values {
        if let Some((piece, value)) = value_at(name, text) {
            object.insert(piece.key().to_owned(), value);
        }
    }
    Value::Object(object)
}

fn value_at(name: &str, text: &str) -> Option<(&'static Piece, Value)> {
    let piece = pieces::named(name)?;
    Some((piece, typed(piece, text)?))
}

/// The constants in `text` when each of its parts is one.
fn constants(piece: &Piece, text: &str, separator: char) -> Option<Vec<Value>> {
    let Kind::Enum(known) = piece.kind else {
        return None;
    };
    text.split(separator).map(|part| known.constant(part).map(Value::from)).collect()
}

struct Reader {
    /// What stands between the values of a list: in the registry's own tables
    /// only the bar.
    separators: &'static [char],
    root: Map<String, Value>,
    notes: Notes,
    /// Heading of the column that is being read.
    column: String,
    /// Classes of the sponsors, which need not stand after the sponsors.
    funders: Vec<String>,
}

impl Reader {
    fn number(&mut self, filled: &[(&str, &str)]) {
        let cell = |wanted: &str| {
            let found = filled.iter().find(|(column, _)| fold(column) == wanted);
            found.map(|(_, cell)| *cell)
        };
        let number = |text| NctId::parse_written(text).or_else(|| NctId::find(text));
        let found = NUMBERED.iter().filter_map(|column| cell(column)).find_map(number);
        match (found, cell("nctnumber").or_else(|| cell("nctid"))) {
            (Some(number), _) => self.put("NCTId", &number.to_string()),
            (None, Some(text)) => self.put("NCTId", text),
            (None, None) => {}
        }
    }

    fn read(&mut self, cell: &str) {
        match reading(&self.column) {
            Some(Reading::Piece(name)) => self.put_all(name, cell),
            Some(Reading::Cell(read)) => read(self, cell),
            Some(Reading::Implied) => {}
            None => self.unplaced(),
        }
    }

    /// Names the column that is being read.
    fn unplaced(&mut self) {
        self.notes.unplaced(&self.column);
    }

    /// Puts a value at its piece; where another column gave another value, the
    /// column is named.
    fn place(&mut self, piece: &Piece, value: Value) {
        if !place(&mut self.root, piece.path, piece.list, value) {
            self.unplaced();
        }
    }

    fn place_all(&mut self, piece: &Piece, values: Vec<Value>) {
        for value in values {
            self.place(piece, value);
        }
    }

    fn put(&mut self, name: &str, text: &str) {
        let alone = written_list(text).filter(|texts| texts.len() == 1);
        let text = alone.as_ref().map_or(text, |texts| texts[0].as_str());
        if let Some((piece, value)) = value_at(name, text) {
            self.place(piece, value);
        }
    }

    fn put_element(&mut self, name: &str, element: Value) {
        if let Some(piece) = pieces::named(name)
            && element.as_object().is_some_and(|object| !object.is_empty())
        {
            self.place(piece, element);
        }
    }

    fn put_all(&mut self, name: &str, cell: &str) {
        let Some(piece) = pieces::named(name) else {
            return;
        };
        let above =
            piece.path.match_indices('.').filter_map(|(dot, _)| pieces::at(&piece.path[..dot]));
        let lists: Vec<&Piece> = above.filter(|above| above.list).collect();
        match lists.as_slice() {
            _ if matches!(piece.kind, Kind::Structure | Kind::GeoPoint) => self.unplaced(),
            [] if piece.list => self.put_list(piece, cell),
            [] => self.put(name, cell),
            [list] if !piece.list => self.put_column(list, piece, cell),
            _ => self.unplaced(),
        }
    }

    /// `Phase 2|Phase 3`, `Phase 2/Phase 3`, `ADULT, OLDER_ADULT`.
    fn put_list(&mut self, piece: &'static Piece, cell: &str) {
        if matches!(piece.kind, Kind::Enum(_)) && written_list(cell).is_none() {
            for element in elements(cell) {
                self.place_all(piece, typed_list(piece, element));
            }
            return;
        }
        for element in listed(cell, self.separators) {
            self.place_all(piece, typed_list(piece, &element));
        }
    }

    /// A column of values inside the elements of a list: they go to the
    /// elements there if they are as many, else each to an element of its
    /// own, since it is not known whose they are.
    fn put_column(&mut self, list: &Piece, piece: &Piece, cell: &str) {
        let path = &piece.path[list.path.len() + 1..];
        let values: Vec<Value> =
            listed(cell, &['|']).iter().filter_map(|text| typed(piece, text)).collect();
        if let Some(there) = list_at(&mut self.root, list.path)
            && there.len() == values.len()
        {
            for (element, value) in there.iter_mut().zip(values) {
                if let Value::Object(object) = element {
                    put(object, path, false, value);
                }
            }
            return;
        }
        for value in values {
            let mut object = Map::new();
            put(&mut object, path, false, value);
            self.place(list, Value::Object(object));
        }
    }

    fn results(&mut self, cell: &str) {
        let has_results = match fold(cell).as_str() {
            "yes" | "true" | "t" | "1" | "hasresults" => "true",
            "no" | "false" | "f" | "0" | "noresultsavailable" => "false",
            _ => return self.unplaced(),
        };
        self.put("HasResults", has_results);
    }

    /// The day of a version of the study is the one on which it was submitted.
    fn version(&mut self, cell: &str) {
        self.put("LastUpdateSubmitDate", cell);
        self.notes.version = Some(self.column.clone());
    }

    fn interventions(&mut self, cell: &str) {
        let types = pieces::named("InterventionType").map(|piece| piece.kind);
        for element in &listed(cell, self.separators) {
            let split = element.split_once(':').filter(|(kind, _)| {
                matches!(types, Some(Kind::Enum(known)) if known.constant(kind).is_some())
            });
            let (kind, name) = split.unwrap_or(("", element.as_str()));
            let made = structure(&[("InterventionType", kind), ("InterventionName", name)]);
            self.put_element("Intervention", made);
        }
    }

    /// Measure, description and time frame are joined by commas, which they
    /// hold themselves: the whole is kept as the measure.
    fn outcomes(&mut self, list: &str, cell: &str) {
        for element in elements(cell) {
            let made = structure(&[(format!("{list}Measure").as_str(), element)]);
            self.put_element(list, made);
        }
    }

    fn sponsors(&mut self, cell: &str) {
        let (lead, others) = cell.split_once('|').unwrap_or((cell, ""));
        self.put("LeadSponsorName", lead);
        self.collaborators(others);
    }

    fn collaborators(&mut self, cell: &str) {
        for name in elements(cell) {
            self.put_element("Collaborator", structure(&[("CollaboratorName", name)]));
        }
    }

    fn funders(&mut self, cell: &str) {
        self.funders = elements(cell).map(str::to_owned).collect();
    }

    /// Each sponsor gets its class when there are as many classes; the
    /// classic site gave each class once, so else only the lead sponsor's is
    /// known.
    fn place_funders(&mut self) {
        let funders = std::mem::take(&mut self.funders);
        let Some((lead, others)) = funders.split_first() else {
            return;
        };
        self.put("LeadSponsorClass", lead);
        let named = pieces::named("Collaborator")
            .and_then(|collaborators| list_at(&mut self.root, collaborators.path))
            .map_or(0, |collaborators| collaborators.len());
        if named == others.len() && named > 0 {
            self.put_all("CollaboratorClass", &others.join("|"));
        }
    }

    fn ages(&mut self, cell: &str) {
        let Some(groups) = pieces::named("StdAge") else {
            return;
        };
        let cell = cell.replace('\u{a0}', " ");
        let listed = ['|', ','].iter().find_map(|separator| constants(groups, &cell, *separator));
        if let Some(values) = listed {
            return self.place_all(groups, values);
        }
        let (limits, rest) = cell.split_once('(').unwrap_or((&cell, ""));
        match constants(groups, rest.trim_end().trim_end_matches(')'), ',') {
            Some(values) => self.place_all(groups, values),
            None if rest.is_empty() => {}
            None => self.unplaced(),
        }
        let (minimum, maximum) = age_limits(limits.trim());
        if Age::parse(minimum).is_none() && Age::parse(maximum).is_none() {
            if !limits.trim().is_empty() {
                self.unplaced();
            }
            return;
        }
        self.put("MinimumAge", minimum);
        self.put("MaximumAge", maximum);
    }

    /// `Interventional`, `Observational [Patient Registry]`, `Expanded
    /// Access:Treatment IND/Protocol`.
    fn study_type(&mut self, cell: &str) {
        let (kind, access) = cell.split_once(':').unwrap_or((cell, ""));
        self.put("StudyType", kind);
        if kind.to_lowercase().contains("[patient registry]") {
            self.put("PatientRegistry", "true");
        }
        for part in access.split(':').map(fold).filter(|part| !part.is_empty()) {
            match EXPANDED_ACCESS.iter().find(|(word, _)| part.starts_with(word)) {
                Some((_, name)) => self.put(name, "true"),
                None => self.unplaced(),
            }
        }
    }

    fn design(&mut self, cell: &str) {
        for element in elements(cell) {
            match element.split_once(':') {
                Some((name, value)) if !value.trim().is_empty() => {
                    self.design_part(name.trim(), value.trim());
                }
                Some(_) => {}
                None => self.unplaced(),
            }
        }
    }

    fn design_part(&mut self, name: &str, value: &str) {
        let folded = fold(name);
        match DESIGN.iter().find(|(known, _)| *known == folded) {
            Some((_, "DesignMasking")) => self.masking(value),
            // Today's download cuts `Time Perspective` to its first letter.
            Some((_, piece)) if value.chars().count() > 1 => self.put(piece, value),
            _ if name.len() <= LONGEST_NAME => {
                self.notes.unplaced(&format!("{}: {name}", self.column));
            }
            _ => self.unplaced(),
        }
    }

    /// `TRIPLE (PARTICIPANT, INVESTIGATOR)`; but `None (Open Label)` is one
    /// label.
    fn masking(&mut self, text: &str) {
        let Some(piece) = pieces::named("DesignMasking") else {
            return;
        };
        let whole = constants(piece, text, '|').is_some();
        let (masking, masked) = match text.split_once('(') {
            Some((masking, masked)) if !whole => (masking, masked.trim_end_matches(')')),
            _ => (text, ""),
        };
        self.put("DesignMasking", masking);
        for who in masked.split(',') {
            self.put("DesignWhoMasked", who);
        }
    }

    fn other_ids(&mut self, cell: &str) {
        let mut ids = elements(cell);
        self.put("OrgStudyId", ids.next().unwrap_or_default());
        for id in ids {
            self.put_element("SecondaryIdInfo", structure(&[("SecondaryId", id)]));
        }
    }

    fn locations(&mut self, cell: &str) {
        for element in elements(cell) {
            self.put_element("Location", location(element));
        }
    }

    /// `Study Protocol, https://…/Prot_000.pdf`, the label in quotes on the
    /// classic site, or the address alone.
    fn documents(&mut self, cell: &str) {
        for element in elements(cell) {
            let address = element.rfind("http").unwrap_or(element.len());
            let (label, address) = element.split_at(address);
            let label = label.trim().trim_end_matches(',').trim_matches('"');
            let file = address.rsplit('/').next().unwrap_or_default();
            let made = structure(&[("LargeDocLabel", label), ("LargeDocFilename", file)]);
            self.put_element("LargeDoc", made);
        }
    }
}

/// Least and greatest age: `18 Years and older`, `up to 17 Years`, `18 Years
/// to 65 Years`.
fn age_limits(text: &str) -> (&str, &str) {
    if let Some(minimum) = text.strip_suffix("and older") {
        return (minimum.trim(), "");
    }
    if let Some(maximum) = text.strip_suffix("and younger") {
        return ("", maximum.trim());
    }
    if let Some(maximum) = text.strip_prefix("up to").or_else(|| text.strip_prefix("Up to")) {
        return ("", maximum.trim());
    }
    let (minimum, maximum) = text.split_once(" to ").unwrap_or((text, ""));
    (minimum.trim(), maximum.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Reads a row; semicolons separate names and cells.
    fn read(header: &str, row: &str) -> (Value, Vec<String>) {
        let mut notes = Notes::default();
        let cells = |text: &str| ByteRecord::from(text.split(';').collect::<Vec<_>>());
        let study = convert(&cells(header), &cells(row), &mut notes);
        (Value::Object(study.as_map().clone()), notes.unplaced)
    }

    fn protocol(column: &str, cell: &str) -> Value {
        let (study, unplaced) = read(column, cell);
        assert_eq!(unplaced, [""; 0], "{column}");
        study["protocolSection"].clone()
    }

    #[test]
    fn a_row_of_today_is_read() {
        let header = "\u{feff}NCT Number;Study Title;Study URL;Study Status;Study Results;\
            Conditions;Interventions;Sponsor;Funder Type;Age;Phases;Enrollment;Other IDs;\
            Start Date;;Mood";
        let row = "NCT90000001;A: B;https://clinicaltrials.gov/study/NCT90000001;RECRUITING;YES;\
            Fever|Cough;DRUG: Aspirin: low|BEHAVIORAL: Rest;Acme;INDUSTRY;\
            ADULT, OLDER_ADULT;PHASE1|PHASE2;30;A-1|2020-1;1/9/2021;;good;more";
        let (study, unplaced) = read(header, row);
        let expected = json!({
            "protocolSection": {
                "identificationModule": {
                    "nctId": "NCT90000001", "briefTitle": "A: B",
                    "orgStudyIdInfo": {"id": "A-1"}, "secondaryIdInfos": [{"id": "2020-1"}],
                },
                "statusModule": {
                    "overallStatus": "RECRUITING", "startDateStruct": {"date": "2021-01-09"},
                },
                "conditionsModule": {"conditions": ["Fever", "Cough"]},
                "armsInterventionsModule": {"interventions": [
                    {"type": "DRUG", "name": "Aspirin: low"}, {"type": "BEHAVIORAL", "name": "Rest"},
                ]},
                "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Acme", "class": "INDUSTRY"}},
                "eligibilityModule": {"stdAges": ["ADULT", "OLDER_ADULT"]},
                "designModule": {"phases": ["PHASE1", "PHASE2"], "enrollmentInfo": {"count": 30}},
            },
            "hasResults": true,
        });
        assert_eq!(study, expected);
        assert_eq!(unplaced, ["Mood", "column 17"]);
    }

    #[test]
    fn a_classic_row_is_read() {
        let header = "Rank;Title;Recruitment;Study Results;Interventions;Outcome Measures;\
            Funded Bys;Sponsor/Collaborators;Gender;Phases;Enrollment;First Received;\
            Results First Posted;URL";
        let row = "7;T;Active, not recruiting;No Results Available;Dietary Supplement: C;\
            Death|Pain, 1 year;Other|NIH;Acme|Institute;Both;Phase 2/Phase 3;null;\
            March 4, 2021;null;https://ClinicalTrials.gov/show/NCT90000001";
        let (study, unplaced) = read(header, row);
        let expected = json!({
            "protocolSection": {
                "identificationModule": {"nctId": "NCT90000001", "briefTitle": "T"},
                "statusModule": {
                    "overallStatus": "ACTIVE_NOT_RECRUITING", "studyFirstSubmitDate": "2021-03-04",
                },
                "armsInterventionsModule": {"interventions": [
                    {"type": "DIETARY_SUPPLEMENT", "name": "C"},
                ]},
                "outcomesModule": {"otherOutcomes": [
                    {"measure": "Death"}, {"measure": "Pain, 1 year"},
                ]},
                "sponsorCollaboratorsModule": {
                    "leadSponsor": {"name": "Acme", "class": "OTHER"},
                    "collaborators": [{"name": "Institute", "class": "NIH"}],
                },
                "eligibilityModule": {"sex": "ALL"},
                "designModule": {"phases": ["PHASE2", "PHASE3"]},
            },
            "hasResults": false,
        });
        assert_eq!((study, unplaced), (expected, Vec::new()));
    }

    #[test]
    fn the_number_can_stand_in_an_address_only() {
        let number = |column, cell| read(column, cell).0["protocolSection"].clone();
        let expected = json!({"identificationModule": {"nctId": "NCT90000001"}});
        assert_eq!(number("NCT Number", "nct90000001"), expected);
        assert_eq!(number("URL", "https://ClinicalTrials.gov/show/NCT90000001"), expected);
        let wrong = json!({"identificationModule": {"nctId": "NCT1"}});
        assert_eq!(number("NCT Number", "NCT1"), wrong);
    }

    #[test]
    fn ages_in_every_shape() {
        let ages = |cell| protocol("Age", cell)["eligibilityModule"].clone();
        assert_eq!(
            ages("18 Years and older \u{a0} (Adult, Older Adult)"),
            json!({"stdAges": ["ADULT", "OLDER_ADULT"], "minimumAge": "18 Years"})
        );
        assert_eq!(
            ages("6 Months to 17 Years (Child)"),
            json!({"stdAges": ["CHILD"], "minimumAge": "6 Months", "maximumAge": "17 Years"})
        );
        assert_eq!(ages("up to 17 Years"), json!({"maximumAge": "17 Years"}));
        assert_eq!(ages("Child|Senior"), json!({"stdAges": ["CHILD", "OLDER_ADULT"]}));
        let (study, unplaced) = read("Age", "young (Boys)");
        assert_eq!((study, unplaced), (json!({}), vec!["Age".to_owned()]));
    }

    #[test]
    fn designs_of_both_sites_mean_the_same() {
        let design = |column, cell| protocol(column, cell)["designModule"]["designInfo"].clone();
        let expected = json!({
            "allocation": "RANDOMIZED", "interventionModel": "PARALLEL",
            "maskingInfo": {"masking": "DOUBLE", "whoMasked": ["PARTICIPANT", "CARE_PROVIDER"]},
        });
        let today = "Allocation: RANDOMIZED|Intervention Model: PARALLEL|\
            Masking: DOUBLE (PARTICIPANT, CARE_PROVIDER)|Primary Purpose: ";
        assert_eq!(design("Study Design", today), expected);
        let classic = "Allocation: Randomized|Intervention Model: Parallel Assignment|\
            Masking: Double Blind (Subject, Caregiver)";
        assert_eq!(design("Study Designs", classic), expected);
        let open = design("Study Designs", "Masking: None (Open Label)");
        assert_eq!(open, json!({"maskingInfo": {"masking": "NONE"}}));
    }

    #[test]
    fn what_a_design_cell_cuts_or_names_alone_is_noted() {
        let cell = "Observational Model: |Time Perspective: p|Endpoint Classification: Safety";
        let (study, unplaced) = read("Study Design", cell);
        assert_eq!(study, json!({}));
        let noted = ["Study Design: Time Perspective", "Study Design: Endpoint Classification"];
        assert_eq!(unplaced, noted);
    }

    #[test]
    fn study_types_carry_more_in_the_classic_site() {
        let design = |cell| protocol("Study Type", cell)["designModule"].clone();
        let expected = json!({
            "studyType": "EXPANDED_ACCESS", "expandedAccessTypes": {"treatment": true},
        });
        assert_eq!(design("Expanded Access:Treatment IND/Protocol\""), expected);
        let expected = json!({"studyType": "OBSERVATIONAL", "patientRegistry": true});
        assert_eq!(design("Observational [Patient Registry]"), expected);
    }

    #[test]
    fn documents_keep_label_and_file() {
        let cell =
            "\"Study Protocol, A\", https://a.gov/00/NCT90000001/Prot_000.pdf|http://a.gov/b.pdf";
        let (study, _) = read("Study Documents", cell);
        let expected = json!([
            {"label": "Study Protocol, A", "filename": "Prot_000.pdf"}, {"filename": "b.pdf"},
        ]);
        assert_eq!(study["documentSection"]["largeDocumentModule"]["largeDocs"], expected);
        assert_eq!(study["protocolSection"]["identificationModule"]["nctId"], "NCT90000001");
    }

    #[test]
    fn tables_of_other_programs_are_read() {
        let header = "nct_id\tcondition\tphase\tenrollment\tsponsor\tstatus\tstart_date\t\
            version_date\tmin_age\tcriteria\tinterventions\tacronym\thas_results";
        let row = "NCT 90000001\tRestless Legs; Augmentation\tPHASE1; PHASE2\t40.0\tNA\t\
            ['COMPLETED']\t2021-03-04 00:00:00\t06-Feb-17\t50\t[\"Adults\\nonly\"]\t\
            ['Drug: X', 'Drug: Y']\tnan\tt";
        let cells = |text: &str| ByteRecord::from(text.split('\t').collect::<Vec<_>>());
        let mut notes = Notes::default();
        let study = convert(&cells(header), &cells(row), &mut notes);
        let expected = json!({"protocolSection": {
            "identificationModule": {"nctId": "NCT90000001"},
            "conditionsModule": {"conditions": ["Restless Legs", "Augmentation"]},
            "designModule": {"phases": ["PHASE1", "PHASE2"], "enrollmentInfo": {"count": 40}},
            "statusModule": {
                "overallStatus": "COMPLETED", "startDateStruct": {"date": "2021-03-04"},
                "lastUpdateSubmitDate": "2017-02-06",
            },
            "eligibilityModule": {"minimumAge": "50 Years", "eligibilityCriteria": "Adults\nonly"},
            "armsInterventionsModule": {"interventions": [
                {"type": "DRUG", "name": "X"}, {"type": "DRUG", "name": "Y"},
            ]},
        }, "hasResults": true});
        assert_eq!(Value::Object(study.as_map().clone()), expected);
        assert_eq!((notes.unplaced, notes.version), (vec![], Some("version_date".to_owned())));
    }

    #[test]
    fn pieces_can_be_columns() {
        let header = "LocationCity;Facility;Official Title;KEYWORDS;LocationContactName;Location";
        let row = "Oslo|Lima;A|B;T;one|two;N;L";
        let (study, unplaced) = read(header, row);
        let expected = json!({"protocolSection": {
            "contactsLocationsModule": {"locations": [
                {"city": "Oslo", "facility": "A"}, {"city": "Lima", "facility": "B"},
            ]},
            "identificationModule": {"officialTitle": "T"},
            "conditionsModule": {"keywords": ["one", "two"]},
        }});
        assert_eq!(study, expected);
        assert_eq!(unplaced, ["LocationContactName", "Location"]);
    }

    #[test]
    fn one_guess_holds_for_all_cells() {
        let header = ByteRecord::from(vec!["Title", "Sponsor"]);
        let text = ["Klinika Hematologii, Łódź, gałąź, żółć", "wojewódzki szpital specjalistyczny"];
        let row: Vec<_> =
            text.iter().map(|cell| encoding_rs::WINDOWS_1250.encode(cell).0.into_owned()).collect();
        let mut notes = Notes::default();
        let study = convert(&header, &ByteRecord::from(row), &mut notes);
        assert_eq!(study.text("BriefTitle"), Some(text[0]));
        assert_eq!(study.text("LeadSponsorName"), Some(text[1]));
        assert_eq!(notes.encoding, Some("windows-1250"));
    }
}
