//! The fields that a search looks in.

use trialdex_query::meaning::{FieldCondition, MatchCondition, Question, SearchTarget};
use trialdex_records::study::pieces;
use trialdex_records::study::study_fields::StudyField;

/// Fields whose values are kept, whatever the search: what people ask for first when a hit changed.
const ALWAYS: [&str; 5] =
    ["BriefTitle", "OverallStatus", "LastUpdatePostDate", "Condition", "InterventionName"];

/// An area of more fields than these is looked in by words; the values of its fields are long.
const NARROW: usize = 12;

/// Fields whose values are kept, and fields of which a digest is kept, at most.
const MOST_KEPT: usize = 24;
const MOST_DIGESTED: usize = 120;

/// The fields of a search, by what is kept of their values.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SearchedFields {
    /// Those whose values are kept.
    pub(super) kept: Vec<String>,
    /// Those of which a digest is kept.
    pub(super) digested: Vec<String>,
}

/// The fields that a search looks in. The values are kept of those that it names, and of a few that
/// matter to everybody.
pub(super) fn searched_fields(question: &Question) -> SearchedFields {
    let mut targets = Vec::new();
    for condition in question.ranked.iter().chain(&question.filters) {
        collect(condition, &mut targets);
    }
    let (narrow, wide): (Vec<&SearchTarget>, Vec<&SearchTarget>) =
        targets.into_iter().partition(|target| target.parts.len() <= NARROW);
    let mut fields = SearchedFields { kept: Vec::new(), digested: Vec::new() };
    let names = |targets: Vec<&SearchTarget>| -> Vec<&'static str> {
        targets
            .into_iter()
            .flat_map(|target| &target.parts)
            .filter_map(|part| piece(part.field))
            .collect()
    };
    for name in names(narrow).into_iter().chain(ALWAYS) {
        if !fields.has(name) && fields.kept.len() < MOST_KEPT {
            fields.kept.push(name.to_owned());
        }
    }
    for name in names(wide) {
        if !fields.has(name) && fields.digested.len() < MOST_DIGESTED {
            fields.digested.push(name.to_owned());
        }
    }
    fields
}

impl SearchedFields {
    fn has(&self, name: &str) -> bool {
        self.kept.iter().chain(&self.digested).any(|known| known == name)
    }
}

/// The piece whose values decide about a field; computed values follow from others.
fn piece(field: StudyField) -> Option<&'static str> {
    match field {
        StudyField::Piece(piece) | StudyField::Size(piece) => {
            pieces::named(piece.name).filter(|piece| !piece.is_structure()).map(|piece| piece.name)
        }
        StudyField::Computed(_) => None,
    }
}

fn collect<'q>(condition: &'q MatchCondition, targets: &mut Vec<&'q SearchTarget>) {
    match condition {
        MatchCondition::All => {}
        MatchCondition::And(parts) | MatchCondition::Or(parts) => {
            parts.iter().for_each(|part| collect(part, targets));
        }
        MatchCondition::Not(inner)
        | MatchCondition::AtSite(inner)
        | MatchCondition::OfStudy(inner)
        | MatchCondition::Tilted(_, inner) => collect(inner, targets),
        MatchCondition::Field(FieldCondition { target, .. }) => targets.push(target),
    }
}

#[cfg(test)]
mod tests {
    use trialdex_query::{Filter, Parameter, Request};

    use super::*;

    fn of(queries: &[(Parameter, &str)], filters: &[(Filter, &str)]) -> SearchedFields {
        let request = Request {
            queries: queries.iter().map(|(it, typed)| (*it, (*typed).to_owned())).collect(),
            filters: filters.iter().map(|(it, typed)| (*it, (*typed).to_owned())).collect(),
            ..Request::default()
        };
        searched_fields(&request.understand().expect("understood").question)
    }

    #[test]
    fn fields_that_are_named_are_kept_and_those_of_wide_areas_digested() {
        let fields = of(
            &[(Parameter::Words, "tea AND AREA[Keyword]milk")],
            &[(Filter::Phase, "2"), (Filter::Status, "recruiting")],
        );
        for name in ["Keyword", "Phase", "OverallStatus", "LastUpdatePostDate"] {
            assert!(fields.kept.iter().any(|it| it == name), "{name}: {fields:?}");
            assert!(!fields.digested.iter().any(|it| it == name), "{name}: {fields:?}");
        }
        assert!(fields.digested.iter().any(|it| it == "BriefSummary"), "{fields:?}");
        assert!(fields.kept.len() <= MOST_KEPT && fields.digested.len() <= MOST_DIGESTED);
    }

    #[test]
    fn a_search_by_filters_alone_has_no_digests() {
        let fields = of(&[], &[(Filter::Status, "recruiting")]);
        assert_eq!(fields.digested, Vec::<String>::new());
        assert_eq!(fields.kept.len(), ALWAYS.len());
    }
}
