//! What a query can look in, a result be sorted by and a facet count: the
//! pieces of the data model, the lengths of its lists, and the values that
//! the registry's own index computes.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

use super::computed::{self, ComputedField};
pub use super::field_kind::FieldKind;
use super::pieces::{self, Piece, PieceKind};

/// Something that every study has values of, or none.
#[derive(Debug, Clone, Copy)]
pub enum StudyField {
    /// A piece of the data model, which may be a structure.
    Piece(&'static Piece),
    /// The number of elements of a list, as in `Phase:size`. A list within a
    /// list has a number for each element of the outer one.
    Size(&'static Piece),
    /// A value that no record holds but that follows from it.
    Computed(&'static ComputedField),
}

/// What ends the name of a list's length.
const SIZE: &str = ":size";

/// Every name of a field.
fn all_names() -> impl Iterator<Item = String> {
    let pieces = pieces::all().iter().flat_map(|piece| {
        let names = [piece.name, piece.path].into_iter().chain(piece.older_names.iter().copied());
        let sizes = names.clone().filter(|_| piece.list).map(|name| format!("{name}{SIZE}"));
        names.map(str::to_owned).chain(sizes).collect::<Vec<_>>()
    });
    let computed = computed::all().iter();
    let computed = computed.flat_map(|row| [row.name.to_owned(), row.path.to_owned()]);
    let lengths = computed::lengths().flat_map(|(name, path, _)| [name.to_owned(), path]);
    pieces.chain(computed).chain(lengths)
}

/// Names in lower case, and those that have each.
static IN_LOWER_CASE: LazyLock<HashMap<String, Vec<String>>> =
    LazyLock::new(|| by(|name| name.to_lowercase()));

/// Letters and digits of names in lower case, and the names that have them.
static FOLDED: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| by(pieces::fold));

fn by(key: fn(&str) -> String) -> HashMap<String, Vec<String>> {
    let mut names: HashMap<String, Vec<String>> = HashMap::new();
    for name in all_names() {
        names.entry(key(&name)).or_default().push(name);
    }
    names
}

/// Computed values and lengths of lists by their names and paths.
static COMPUTED: LazyLock<HashMap<String, StudyField>> = LazyLock::new(|| {
    let lengths = computed::lengths().flat_map(|(name, path, list)| {
        [(name.to_owned(), StudyField::Size(list)), (path, StudyField::Size(list))]
    });
    let computed = computed::all().iter().flat_map(|row| {
        [row.name, row.path].map(|name| (name.to_owned(), StudyField::Computed(row)))
    });
    lengths.chain(computed).collect()
});

impl StudyField {
    /// The field of that name: a piece by its name of today or an older one or
    /// by its path, a list's length as `Phase:size`, a computed value by its
    /// name or path. A name that is none as it is written is read as the one
    /// that has the same letters and digits, whatever their case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match Self::meant_by(name)[..] {
            [field] => Some(field),
            _ => None,
        }
    }

    /// The fields that a name may mean, as [`StudyField::named`] reads it:
    /// several, where names differ in case or punctuation alone.
    #[must_use]
    pub fn meant_by(name: &str) -> Vec<Self> {
        if let Some(field) = Self::exactly(name) {
            return vec![field];
        }
        let alike = IN_LOWER_CASE.get(&name.to_lowercase());
        let Some(names) = alike.or_else(|| FOLDED.get(&pieces::fold(name))) else {
            return Vec::new();
        };
        let mut fields: Vec<Self> = Vec::new();
        for field in names.iter().filter_map(|name| Self::exactly(name)) {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        fields
    }

    fn exactly(name: &str) -> Option<Self> {
        let piece = |name: &str| pieces::named(name).or_else(|| pieces::at(name));
        match name.strip_suffix(SIZE) {
            Some(list) => piece(list).filter(|piece| piece.list).map(Self::Size),
            None => piece(name).map(Self::Piece).or_else(|| COMPUTED.get(name).copied()),
        }
    }

    /// The name of today, such as `BriefTitle` or `Phase:size`.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Piece(piece) => piece.name.to_owned(),
            Self::Size(piece) => format!("{}{SIZE}", piece.name),
            Self::Computed(computed) => computed.name.to_owned(),
        }
    }

    /// Whether it belongs to the tables of results. An index has no columns to
    /// sort and count by for these: they would be most of the columns.
    #[must_use]
    pub fn is_of_results(self) -> bool {
        let path = match self {
            Self::Piece(piece) | Self::Size(piece) => piece.path,
            Self::Computed(computed) => computed.path,
        };
        path.starts_with("resultsSection.")
    }

    /// What its values are.
    #[must_use]
    pub fn kind(self) -> FieldKind {
        match self {
            Self::Size(_) => FieldKind::Number,
            Self::Computed(computed) => computed.kind(),
            Self::Piece(piece) => match piece.kind {
                PieceKind::Structure => FieldKind::Structure,
                PieceKind::Text | PieceKind::Markup => FieldKind::Text,
                PieceKind::Enum(_) => FieldKind::Constant,
                PieceKind::Boolean => FieldKind::Boolean,
                PieceKind::Integer => FieldKind::Number,
                PieceKind::Date | PieceKind::DateTime => FieldKind::Date,
                PieceKind::Age => FieldKind::Age,
                PieceKind::GeoPoint => FieldKind::Point,
            },
        }
    }
}

impl PartialEq for StudyField {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for StudyField {}

impl Hash for StudyField {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl PartialOrd for StudyField {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Pieces come before lengths, and those before computed values; each by name.
impl Ord for StudyField {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |field: &Self| match field {
            Self::Piece(piece) => (0, piece.name),
            Self::Size(piece) => (1, piece.name),
            Self::Computed(computed) => (2, computed.name),
        };
        key(self).cmp(&key(other))
    }
}

impl fmt::Display for StudyField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_case_or_punctuation_alone_are_known() {
        let mut several: Vec<String> = FOLDED
            .keys()
            .filter(|folded| StudyField::meant_by(folded).len() > 1)
            .map(|folded| {
                let names: Vec<String> =
                    StudyField::meant_by(folded).into_iter().map(StudyField::name).collect();
                format!("{folded}: {}", names.join(", "))
            })
            .collect();
        several.sort();
        assert_eq!(
            several,
            [
                "collaborator: Collaborator, CollaboratorName",
                "documentsectionlargedocumentmodulelargedocssize: LargeDoc:size, LargeDocSize",
                "intervention: Intervention, InterventionName",
            ]
        );
        assert_eq!(
            StudyField::named("lead-sponsor").map(StudyField::name).as_deref(),
            Some("LeadSponsorName")
        );
        assert_eq!(
            StudyField::named("leadsponsor").map(StudyField::name).as_deref(),
            Some("LeadSponsor")
        );
    }

    #[test]
    fn names_are_found_in_any_case() {
        for (typed, name) in [
            ("brieftitle", "BriefTitle"),
            ("Country", "LocationCountry"),
            ("start_date", "StartDate"),
            ("phase:SIZE", "Phase:size"),
            ("numlocations", "Location:size"),
            ("PROTOCOLSECTION.identificationmodule.BriefTitle", "BriefTitle"),
            ("studyfirstpostyear", "StudyFirstPostYear"),
        ] {
            assert_eq!(
                StudyField::named(typed).map(StudyField::name).as_deref(),
                Some(name),
                "{typed}"
            );
        }
        assert_eq!(StudyField::named("nothing"), None);
        assert_eq!(StudyField::named(""), None);
    }

    #[test]
    fn every_name_and_path_leads_to_its_field() {
        assert_eq!(computed::all().len() + computed::lengths().count(), 77);
        assert_eq!(COMPUTED.len(), 2 * 77);
        for (name, path, list) in computed::lengths() {
            assert!(list.list, "{name} is of no list");
            assert_eq!(StudyField::named(name), Some(StudyField::Size(list)));
            assert_eq!(StudyField::named(&path), Some(StudyField::Size(list)));
        }
        for row in computed::all() {
            assert_eq!(StudyField::named(row.name), Some(StudyField::Computed(row)));
            assert_eq!(StudyField::named(row.path), Some(StudyField::Computed(row)));
            assert!(std::ptr::eq(&raw const computed::all()[row.id()], row));
        }
        assert_eq!(
            StudyField::named("NumPhases").map(StudyField::name).as_deref(),
            Some("Phase:size")
        );
    }

    #[test]
    fn no_computed_name_is_that_of_a_piece() {
        for name in COMPUTED.keys() {
            assert!(pieces::named(name).is_none() && pieces::at(name).is_none(), "{name}");
        }
    }
}
