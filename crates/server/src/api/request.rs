//! The registry's parameters as a search.

use trialdex_plan::{QueryKind, SearchRequest, SearchRequestError};
use trialdex_query::meaning::{MatchCondition, Question};
use trialdex_query::{Diagnostic, Filter, NotUnderstood, Parameter, RequestError};
use trialdex_records::study::areas::AREAS;
use trialdex_records::study::enums::EnumType;
use trialdex_records::study::pieces::{self, PieceKind};
use trialdex_records::study::study_fields::StudyField;
use trialdex_session::AskError;

use super::api_error::ApiError;
use super::geo_decay::GeoDecay;
use super::parameters::Parameters;
use super::patterns::{is_circle, is_name, is_radius, is_synonym, place_of, study_number};

/// Every parameter of `/studies`.
pub(crate) const PARAMETERS: [&str; 29] = [
    "format",
    "markupFormat",
    "query.cond",
    "query.term",
    "query.locn",
    "query.titles",
    "query.intr",
    "query.outc",
    "query.spons",
    "query.lead",
    "query.id",
    "query.patient",
    "filter.overallStatus",
    "filter.geo",
    "filter.ids",
    "filter.advanced",
    "filter.synonyms",
    "postFilter.overallStatus",
    "postFilter.geo",
    "postFilter.ids",
    "postFilter.advanced",
    "postFilter.synonyms",
    "aggFilters",
    "geoDecay",
    "fields",
    "sort",
    "countTotal",
    "pageSize",
    "pageToken",
];

/// Filters of searches and those that the site applies later, which find the same.
const PREFIXES: [&str; 2] = ["filter", "postFilter"];

/// What no study matches.
const NOTHING: &str = "NOT ALL";

/// Keys that hits are sorted by at most.
const MOST_KEYS: usize = 2;

/// The search that the parameters ask for.
pub(crate) fn search_request(given: &Parameters) -> Result<SearchRequest, ApiError> {
    // As the registry, it finds what an expression says, or nothing.
    let kind = Some(QueryKind::Expressions);
    let mut search = SearchRequest { kind, ..SearchRequest::default() };
    for parameter in Parameter::ALL.into_iter().filter(|it| *it != Parameter::Words) {
        if let Some(typed) = given.get(&format!("query.{}", parameter.name())) {
            refuse_stray_bracket(label(parameter.name()), typed)?;
            search.request.queries.push((parameter, typed.to_owned()));
        }
    }
    for prefix in PREFIXES {
        for (filter, typed) in filters(given, prefix)? {
            // The same list twice would ask for either; both must hold.
            let twice = search.request.filters.iter().any(|(known, _)| *known == filter);
            search.request.filters.push(match filter {
                Filter::Status if twice => (Filter::Expression, any_of("OverallStatus", &typed)),
                Filter::Ids if twice => (Filter::Expression, any_of("NCTIdSearch", &typed)),
                filter => (filter, typed),
            });
        }
    }
    if let Some(pairs) = given.get("aggFilters") {
        search.request.filters.push((Filter::Agg, pairs.to_owned()));
    }
    search.sort = sort(given)?;
    Ok(search)
}

/// How relevance falls with distance; `None` where nothing says so, or from where.
pub(crate) fn geo_decay(given: &Parameters) -> Result<Option<GeoDecay>, ApiError> {
    let Some(typed) = given.get("geoDecay") else { return Ok(None) };
    let circles = PREFIXES.iter().filter_map(|prefix| given.get(&format!("{prefix}.geo")));
    let place = circles.filter_map(place_of).next();
    // What is wrong with it is said wherever it is sent.
    let decay = GeoDecay::read(typed, place.unwrap_or_default());
    let decay = decay.ok_or_else(|| ApiError::value("geoDecay", typed))?;
    Ok(place.is_some().then_some(decay))
}

/// The filters with a prefix.
fn filters(given: &Parameters, prefix: &str) -> Result<Vec<(Filter, String)>, ApiError> {
    let name = |name: &str| format!("{prefix}.{name}");
    let mut filters = Vec::new();
    if let Some(list) = given.list(&name("overallStatus")) {
        let known = constants("OverallStatus");
        if let Some(wrong) = list.iter().find(|status| !known.contains(status)) {
            return Err(ApiError::value("overallStatus", wrong));
        }
        filters.push((Filter::Status, list.join(",")));
    }
    if let Some(list) = given.list(&name("ids")) {
        let numbers = list.iter().enumerate().map(|(at, typed)| {
            study_number(typed).map(|nct| nct.to_string()).ok_or(ApiError::item("ids", at + 1))
        });
        filters.push((Filter::Ids, numbers.collect::<Result<Vec<_>, _>>()?.join(",")));
    }
    // A radius around no place leaves nothing out.
    if let Some(circle) = given.get(&name("geo")).filter(|circle| !is_radius(circle)) {
        if !is_circle(circle) {
            return Err(ApiError::value("geo", circle));
        }
        filters.push((Filter::Geo, circle.to_owned()));
    }
    if let Some(typed) = given.get(&name("advanced")) {
        refuse_stray_bracket(label("filter"), typed)?;
        filters.push((Filter::Expression, typed.to_owned()));
    }
    if let Some(list) = given.list(&name("synonyms")) {
        if let Some(at) = list.iter().position(|pair| !is_synonym(pair)) {
            return Err(ApiError::item("synonyms", at + 1));
        }
        // The numbers are those of the registry's own vocabulary, which nobody else has.
        filters.push((Filter::Expression, NOTHING.to_owned()));
    }
    Ok(filters)
}

/// Refuses a bracket that no operator is before, which our language takes for a sign among words
/// and the registry's refuses.
fn refuse_stray_bracket(label: &str, typed: &str) -> Result<(), ApiError> {
    let (mut quoted, mut escaped, mut operator) = (false, false, false);
    for c in typed.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted && !operator => {
                let message = format!("Error parsing query in {label}: mismatched input '['");
                return Err(ApiError::bad_request(message));
            }
            _ => {}
        }
        operator = c.is_ascii_alphabetic();
    }
    Ok(())
}

/// `AREA[Sex](MALE OR ALL)`, of a list with commas.
fn any_of(area: &str, list: &str) -> String {
    format!("AREA[{area}]({})", list.replace(',', " OR "))
}

/// The constants of a piece.
fn constants(piece: &str) -> Vec<&'static str> {
    match pieces::named(piece).map(|piece| piece.kind) {
        Some(PieceKind::Enum(EnumType { values, .. })) => {
            values.iter().map(|(constant, _)| *constant).collect()
        }
        _ => Vec::new(),
    }
}

fn sort(given: &Parameters) -> Result<Vec<String>, ApiError> {
    let keys = given.list("sort").unwrap_or_default();
    if keys.len() > MOST_KEYS {
        return Err(ApiError::bad_request(format!(
            "Parameter `sort` has more than {MOST_KEYS} items"
        )));
    }
    let mut sort = Vec::new();
    for (at, key) in keys.iter().enumerate() {
        let (name, direction) = key.split_once(':').unwrap_or((key, "asc"));
        let named = is_name(name);
        if !(named || name == "@relevance") || !["asc", "desc"].contains(&direction) {
            return Err(ApiError::item("sort", at + 1));
        }
        if named && StudyField::named(name).is_none() {
            return Err(ApiError::bad_request(format!(
                "Parameter 'sort' contains invalid field name: '{name}'"
            )));
        }
        sort.push((*key).to_owned());
    }
    Ok(sort)
}

/// The pieces that the expressions of a question look in.
pub(crate) fn queried(question: &Question) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut waiting: Vec<&MatchCondition> = question.ranked.iter().collect();
    while let Some(condition) = waiting.pop() {
        match condition {
            MatchCondition::All => {}
            MatchCondition::And(parts) | MatchCondition::Or(parts) => waiting.extend(parts),
            MatchCondition::Not(inner)
            | MatchCondition::AtSite(inner)
            | MatchCondition::OfStudy(inner)
            | MatchCondition::Tilted(_, inner) => waiting.push(inner),
            MatchCondition::Field(field) => {
                found.extend(field.target.parts.iter().filter_map(|part| match part.field {
                    StudyField::Piece(piece) | StudyField::Size(piece) => Some(piece.name),
                    StudyField::Computed(_) => None,
                }));
            }
        }
    }
    found
}

impl From<AskError> for ApiError {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Request(SearchRequestError::NotUnderstood(error)) => not_understood(&error),
            AskError::Request(SearchRequestError::Sort(error)) => first_of(&error),
            error => Self::bad_request(error.to_string()),
        }
    }
}

fn not_understood(error: &NotUnderstood) -> ApiError {
    let Some(part) = error.parts.first() else {
        return ApiError::bad_request("Error parsing query");
    };
    let message = first_of(part).text;
    match part.name.as_str() {
        "agg" => ApiError::bad_request(format!(
            "Invalid value in parameter `aggFilters`: `{}`: {message}",
            part.typed
        )),
        // A place that the map does not have.
        "geo" => ApiError::bad_request(format!("Search error: {message}")),
        name => ApiError::bad_request(format!("Error parsing query in {}: {message}", label(name))),
    }
}

/// What the registry's form calls a parameter.
fn label(name: &str) -> &str {
    let area = AREAS.iter().find(|area| area.parameter == name && !area.label.is_empty());
    match (area, name) {
        (Some(area), _) => area.label,
        (None, "filter") => "advanced filter",
        (None, name) => name,
    }
}

/// The first thing that is wrong, and what to do about it.
fn first_of(error: &RequestError) -> ApiError {
    let Some(wrong) = error.diagnostics.first() else { return ApiError::bad_request("") };
    ApiError::bad_request(sentence(wrong, &error.typed))
}

fn sentence(wrong: &Diagnostic, typed: &str) -> String {
    let mut message = wrong.message.clone();
    if let Some(first) = message.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let parameter = |name: &str| match Parameter::named(name) {
        Some(_) => format!("query.{name}"),
        None if name == "filter" => "filter.advanced".to_owned(),
        None => name.to_owned(),
    };
    match wrong.hint_with(typed, parameter) {
        hint if hint.is_empty() => message,
        hint => format!("{message}; {hint}"),
    }
    .replace(['\r', '\n'], " ")
}
