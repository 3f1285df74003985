//! Names in brackets, and their fields.

use std::sync::LazyLock;

use super::meaning::{SearchTarget, TargetField};
use trialdex_records::study::areas::{AREAS, Area, WORDS};
use trialdex_records::study::pieces::{self, Piece};
use trialdex_records::study::study_fields::{FieldKind, StudyField};

/// The piece whose parts `SEARCH[Location]` holds together.
pub(super) const SITE: &str = "Location";

/// All search areas.
fn areas() -> impl Iterator<Item = &'static Area> {
    AREAS.iter().chain([&WORDS])
}

/// The search area of that name; a name that is none as it is written, in
/// whatever case.
fn area_named(name: &str) -> Option<&'static Area> {
    let exact = areas().find(|area| area.name == name);
    exact.or_else(|| areas().find(|area| pieces::fold(area.name) == pieces::fold(name)))
}

/// Today's name for an older one, or the name if it is unknown.
pub(super) fn name_of_today(name: &str) -> String {
    if let Some(area) = area_named(name) {
        return area.name.to_owned();
    }
    StudyField::named(name).map_or_else(|| name.to_owned(), StudyField::name)
}

impl SearchTarget {
    /// The target of a name in `AREA[...]`, in whatever case: a search area,
    /// our own `Words`, or a field. A structure means all values below it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match area_named(name) {
            Some(area) => Some(Self::of_area(area)),
            None => StudyField::named(name).map(Self::of_field),
        }
    }

    /// The target of an area, whose fields are looked up once.
    fn of_area(area: &Area) -> Self {
        static KNOWN: LazyLock<Vec<SearchTarget>> =
            LazyLock::new(|| areas().map(SearchTarget::read).collect());
        let known = KNOWN.iter().find(|known| known.name == area.name);
        known.map_or_else(|| Self::read(area), Self::clone)
    }

    /// The fields of an area.
    fn read(area: &Area) -> Self {
        let parts = area.parts.iter().flat_map(|part| {
            part.pieces.iter().filter_map(|name| {
                let field = StudyField::named(name)?;
                Some(TargetField { field, weight: part.weight, synonyms: part.synonyms })
            })
        });
        Self { name: area.name.to_owned(), parts: parts.collect() }
    }

    fn of_field(field: StudyField) -> Self {
        let parts = match field {
            StudyField::Piece(piece) if piece.is_structure() => below(piece),
            StudyField::Piece(piece) => vec![part(piece)],
            other => vec![TargetField { field: other, weight: 1.0, synonyms: false }],
        };
        Self { name: field.name(), parts }
    }

    /// The text fields of a site, for words without an area in
    /// `SEARCH[Location]`.
    pub(super) fn site() -> Self {
        let mut site = pieces::named(SITE).map_or_else(
            || Self { name: SITE.to_owned(), parts: Vec::new() },
            |piece| Self::of_field(StudyField::Piece(piece)),
        );
        site.parts.retain(|part| part.field.kind() == FieldKind::Text);
        site
    }

    /// The only field, unless there are several.
    pub(super) fn single(&self) -> Option<StudyField> {
        match &self.parts[..] {
            [part] => Some(part.field),
            _ => None,
        }
    }

    pub(super) fn has_text(&self) -> bool {
        self.parts.iter().any(|part| part.field.kind() == FieldKind::Text)
    }

    /// Whether all fields are parts of a site.
    pub(super) fn is_of_site(&self) -> bool {
        self.parts.iter().all(|part| is_of_site(part.field))
    }

    /// What of it is part of a site.
    pub(super) fn at_site(mut self) -> Self {
        self.parts.retain(|part| is_of_site(part.field));
        self
    }
}

fn part(piece: &'static Piece) -> TargetField {
    TargetField { field: StudyField::Piece(piece), weight: 1.0, synonyms: piece.synonyms }
}

fn below(structure: &Piece) -> Vec<TargetField> {
    pieces::leaves().filter(|leaf| leaf.is_below(structure)).map(part).collect()
}

/// Whether a field belongs to one site rather than to the study.
fn is_of_site(field: StudyField) -> bool {
    let Some(site) = pieces::named(SITE) else { return false };
    match field {
        StudyField::Piece(piece) | StudyField::Size(piece) => piece.is_below(site),
        StudyField::Computed(computed) => {
            computed.path.strip_prefix(site.path).is_some_and(|rest| rest.starts_with('.'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(name: &str) -> Option<usize> {
        SearchTarget::named(name).map(|target| target.parts.len())
    }

    #[test]
    fn names_are_areas_fields_paths_and_structures() {
        assert_eq!(size("ConditionSearch"), Some(7));
        assert_eq!(size("Words"), Some(27));
        assert_eq!(size("BRIEF-TITLE"), Some(1));
        assert_eq!(size("protocolSection.identificationModule.briefTitle"), Some(1));
        assert_eq!(size("Phase:size"), Some(1));
        assert_eq!(size("LeadSponsor"), Some(2));
        assert_eq!(size("brieftitle"), Some(1));
        assert_eq!(size("conditionsearch"), Some(7));
        assert_eq!(size("LocationPath"), None);
    }

    #[test]
    fn older_names_and_paths_are_known_by_the_name_of_today() {
        assert_eq!(name_of_today("GENDER"), "Sex");
        assert_eq!(name_of_today("hasResults"), "HasResults");
        assert_eq!(name_of_today("titlesearch"), "TitleSearch");
        assert_eq!(name_of_today("nothing"), "nothing");
    }

    #[test]
    fn sites_have_text() {
        assert!(SearchTarget::site().is_of_site());
        assert!(SearchTarget::site().parts.len() > 4);
        let area = SearchTarget::named("BasicSearch").expect("an area");
        assert!(!area.is_of_site());
        assert_eq!(area.at_site().parts.len(), 6);
    }
}
