//! The description of a field, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use trialdex_records::study::areas::{AREAS, WORDS};
use trialdex_records::study::computed::{self, ComputedField};
use trialdex_records::study::enums::EnumType;
use trialdex_records::study::pieces::{Piece, PieceKind};
use trialdex_records::study::study_fields::{FieldKind, StudyField};

/// A field with everything about it in the tables of the data model.
#[derive(Debug, Clone)]
pub struct FieldDescription {
    /// Name of today.
    pub name: String,
    /// Dotted path in a study; of a list's length the path of the list.
    pub path: &'static str,
    /// Title or description, or empty.
    pub title: String,
    /// What its values are.
    pub kind: FieldKind,
    /// Whether a study can have several values at this place.
    pub list: bool,
    /// Whether the thesaurus applies to its words.
    pub synonyms: bool,
    /// Other names that it is known by.
    pub other_names: Vec<String>,
    /// The constants that it can have, where it has constants.
    pub constants: Option<&'static EnumType>,
    /// The search areas that it is part of, with its weight in each.
    pub areas: Vec<(&'static str, f32)>,
}

impl FieldDescription {
    /// What the tables contain about a field.
    #[must_use]
    pub fn of(field: StudyField) -> Self {
        match field {
            StudyField::Piece(piece) => of_piece(piece),
            StudyField::Size(list) => of_length(list),
            StudyField::Computed(computed) => of_computed(computed),
        }
    }

    /// Its kind in words, such as `list of texts`.
    #[must_use]
    pub fn kind_in_words(&self) -> String {
        let kind = kind_name(self.kind);
        let kind = if self.list { format!("list of {kind}s") } else { kind.to_owned() };
        match self.constants {
            Some(known) => format!("{kind} of {}", known.name),
            None => kind,
        }
    }

    /// How its values are typed in a query.
    fn typed(&self) -> String {
        match self.constants.and_then(|known| known.values.first()) {
            Some((constant, label)) => format!("a constant or its label: {constant}, \"{label}\""),
            None => typed_as(self.kind).replace('`', ""),
        }
    }

    /// As a JSON object: `name`, `kind`, `list`, `path`, `title`,
    /// `otherNames`, `synonyms`, `typed`, `sortable`, `areas` and, for
    /// constants, their `type` and its `values`.
    #[must_use]
    pub fn json(&self) -> Value {
        let area = |(name, weight): &(&str, f32)| json!({"name": name, "weight": decimal(*weight)});
        let mut object = json!({
            "name": self.name,
            "kind": kind_name(self.kind),
            "list": self.list,
            "path": self.path,
            "title": self.title,
            "otherNames": self.other_names,
            "synonyms": self.synonyms,
            "typed": self.typed(),
            "sortable": is_sortable(self.kind),
            "areas": self.areas.iter().map(area).collect::<Value>(),
        });
        if let Some(known) = self.constants {
            let value = |(value, label): &(&str, &str)| json!({"value": value, "label": label});
            object["type"] = known.name.into();
            object["values"] = known.values.iter().map(value).collect();
        }
        object
    }

    /// As lines for people, each with its title in front.
    #[must_use]
    pub fn text(&self) -> String {
        let areas: Vec<String> =
            self.areas.iter().map(|(name, weight)| format!("{name} {weight}")).collect();
        let mut text = format!("{}  {}\n", self.name, self.title);
        for (heading, content) in [
            ("kind", self.kind_in_words()),
            ("typed as", self.typed()),
            ("path", self.path.to_owned()),
            ("other names", self.other_names.join(", ")),
            ("synonyms", if self.synonyms { "yes" } else { "" }.to_owned()),
            ("areas", areas.join(", ")),
        ] {
            if !content.is_empty() {
                // Writing to a string does not fail.
                let _ = writeln!(text, "  {heading:<11}  {content}");
            }
        }
        text + &self.constants.map(values_text).unwrap_or_default()
    }
}

/// The constants of a type and their labels, a line each.
fn values_text(known: &EnumType) -> String {
    let width = known.values.iter().map(|(constant, _)| constant.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (at, (constant, label)) in known.values.iter().enumerate() {
        let heading = if at == 0 { "values" } else { "" };
        // Writing to a string does not fail.
        let _ = writeln!(text, "  {heading:<11}  {constant:<width$}  {label}");
    }
    text
}

/// A weight as it is written in the table, without what `f32` adds.
fn decimal(weight: f32) -> f64 {
    (f64::from(weight) * 100.0).round() / 100.0
}

fn of_piece(piece: &'static Piece) -> FieldDescription {
    let constants = match piece.kind {
        PieceKind::Enum(known) => Some(known),
        _ => None,
    };
    FieldDescription {
        name: piece.name.to_owned(),
        path: piece.path,
        title: piece.label.to_owned(),
        kind: StudyField::Piece(piece).kind(),
        list: piece.list,
        synonyms: piece.synonyms,
        other_names: piece.older_names.iter().map(|name| (*name).to_owned()).collect(),
        constants,
        areas: areas_of(piece.name),
    }
}

fn of_length(list: &'static Piece) -> FieldDescription {
    let names = computed::lengths().filter(|(_, _, named)| named.name == list.name);
    FieldDescription {
        name: StudyField::Size(list).name(),
        path: list.path,
        title: format!("Number of elements of `{}`.", list.name),
        kind: FieldKind::Number,
        list: false,
        synonyms: false,
        other_names: names.flat_map(|(name, path, _)| [name.to_owned(), path]).collect(),
        constants: None,
        areas: Vec::new(),
    }
}

fn of_computed(computed: &'static ComputedField) -> FieldDescription {
    FieldDescription {
        name: computed.name.to_owned(),
        path: computed.path,
        title: computed.description.to_owned(),
        kind: computed.kind(),
        list: false,
        synonyms: false,
        other_names: Vec::new(),
        constants: None,
        areas: Vec::new(),
    }
}

/// The areas with a piece, and its weight in each.
fn areas_of(piece: &str) -> Vec<(&'static str, f32)> {
    let areas = AREAS.iter().chain([&WORDS]);
    let found = areas.filter_map(|area| {
        let part = area.parts.iter().find(|part| part.pieces.contains(&piece))?;
        Some((area.name, part.weight))
    });
    found.collect()
}

/// A kind in a word or two.
pub(super) fn kind_name(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Structure => "structure",
        FieldKind::Text => "text",
        FieldKind::Constant => "constant",
        FieldKind::Boolean => "boolean",
        FieldKind::Number => "number",
        FieldKind::Date => "date",
        FieldKind::Age => "age",
        FieldKind::Point => "place",
        FieldKind::Code => "code",
    }
}

/// How a value of that kind is typed in a query.
pub(super) fn typed_as(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Structure => "words, for all text below it; `MISSING`",
        FieldKind::Text => "words",
        FieldKind::Constant => "a constant or its label: `PHASE2`, `\"Phase 2\"`",
        FieldKind::Boolean => "`true` or `false`",
        FieldKind::Number => "`12`, `RANGE[10,20]`, `RANGE[10,MAX]`",
        FieldKind::Date => "`2024-03-15`, `2024-03`, `2024`, `RANGE[2024-01,MAX]`",
        FieldKind::Age => "`18 Years`, `6 Months`, `RANGE[MIN,18 Years]`",
        FieldKind::Point => "`DISTANCE[59.9,10.7,50km]`, in degrees north and east",
        FieldKind::Code => "the whole code: `KR`",
    }
}

/// Whether hits can be sorted by fields of that kind.
pub(super) fn is_sortable(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Number | FieldKind::Date | FieldKind::Age)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> FieldDescription {
        FieldDescription::of(StudyField::named(name).expect(name))
    }

    #[test]
    fn people_read_what_concerns_the_field() {
        insta::assert_snapshot!(of("GENDER").text(), @r#"
        Sex  Sex/Gender
          kind         constant of Sex
          typed as     a constant or its label: FEMALE, "Female"
          path         protocolSection.eligibilityModule.sex
          other names  Gender, GENDER
          values       FEMALE  Female
                       MALE    Male
                       ALL     All
        "#);
        insta::assert_snapshot!(of("NumPhases").text(), @r"
        Phase:size  Number of elements of `Phase`.
          kind         number
          typed as     12, RANGE[10,20], RANGE[10,MAX]
          path         protocolSection.designModule.phases
          other names  NumPhases, protocolSection.designModule.numPhases
        ");
        insta::assert_snapshot!(of("Keyword").text(), @r"
        Keyword  Keyword
          kind         list of texts
          typed as     words
          path         protocolSection.conditionsModule.keywords
          other names  KEYWORDS
          synonyms     yes
          areas        BasicSearch 0.6, ConditionSearch 0.3, InterventionSearch 0.5, ObsoleteConditionSearch 0.6, PatientSearch 0.6, Words 0.6
        ");
    }

    #[test]
    fn programs_read_all_of_it() {
        let expected = json!({
            "name": "HasResults",
            "kind": "boolean",
            "list": false,
            "path": "hasResults",
            "title": "Has Results",
            "otherNames": [],
            "synonyms": false,
            "typed": "true or false",
            "sortable": false,
            "areas": [],
        });
        assert_eq!(of("HasResults").json(), expected);
        let phase = of("Phase").json();
        assert_eq!(phase["type"], "Phase");
        assert_eq!(phase["values"][1], json!({"value": "EARLY_PHASE1", "label": "Early Phase 1"}));
        assert_eq!(phase["areas"][0], json!({"name": "BasicSearch", "weight": 0.65}));
    }
}
