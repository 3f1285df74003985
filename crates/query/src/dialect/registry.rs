//! The `Search Details` line of ClinicalTrials.gov: terms and filters divided
//! by bars, such as `Heparin | Completed Studies | Adult`.

use super::date_limits::date;
use super::form::{self, Labels};
use crate::expression::expression;
use crate::filter_terms::merged;
use crate::filters::Filter;
use crate::request::LanguageVersion;
use crate::syntax::Expr;
use crate::word_list::WordList;
use trialdex_records::study::country_codes;

/// What the site writes before the line.
const BEGINNINGS: WordList =
    WordList("search details:|studies found for:|study found for:|search for:|applied filters:");

/// Labels and what each says.
const FIXED: [(&str, &str); 8] = [
    ("accepts healthy volunteers", "AREA[HealthyVolunteers]true"),
    ("female studies", "AREA[Sex](FEMALE OR \"ALL\")"),
    ("female", "AREA[Sex](FEMALE OR \"ALL\")"),
    ("studies with female participants", "AREA[Sex](FEMALE OR \"ALL\")"),
    ("male studies", "AREA[Sex](MALE OR \"ALL\")"),
    ("male", "AREA[Sex](MALE OR \"ALL\")"),
    ("studies with male participants", "AREA[Sex](MALE OR \"ALL\")"),
    ("all studies", "ALL"),
];

/// Names of dates before `on or after`, `from` and the like, and their
/// fields.
const DATES: [(&str, &str); 16] = [
    ("studies received", "StudyFirstSubmitDate"),
    ("first received", "StudyFirstSubmitDate"),
    ("received", "StudyFirstSubmitDate"),
    ("studies updated", "LastUpdateSubmitDate"),
    ("study start date", "StartDate"),
    ("study start", "StartDate"),
    ("start date", "StartDate"),
    ("start", "StartDate"),
    ("primary completion date", "PrimaryCompletionDate"),
    ("primary completion", "PrimaryCompletionDate"),
    ("study completion", "CompletionDate"),
    ("first posted", "StudyFirstPostDate"),
    ("first post", "StudyFirstPostDate"),
    ("results first posted", "ResultsFirstPostDate"),
    ("last update posted", "LastUpdatePostDate"),
    ("last update", "LastUpdatePostDate"),
];

/// Whether a line of the site is read part by part: it has bars or labels.
pub(super) fn has_parts(typed: &str) -> bool {
    (typed.contains('|') && !typed.contains("||"))
        || labelled(typed).is_some()
        || stripped(typed).len() < typed.trim().len()
        || filter(typed.trim()).is_some()
}

/// A line without what the site writes around it.
fn stripped(typed: &str) -> &str {
    let mut rest = typed.trim();
    const ENDINGS: [&str; 4] =
        [" - ClinicalTrials.gov", " - List Results", " - Results by Topic", " - Search Results"];
    for ending in ENDINGS {
        rest = rest.strip_suffix(ending).unwrap_or(rest);
    }
    for start in STARTS {
        let begins = rest.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start));
        rest = if begins { rest[start.len()..].trim() } else { rest };
    }
    rest
}

/// The site's words before a search.
const STARTS: WordList = WordList("search of:|search results for:|you searched for:");

/// Whether the site writes a text (in small letters) before a colon.
pub(super) fn is_label(small: &str) -> bool {
    let same = |known: &str| known.strip_suffix(':') == Some(small.trim());
    STARTS.iter().chain(BEGINNINGS).chain(labels()).any(same) || small.contains([';', '|'])
}

/// Labels of the site's form before typed words, and the areas.
const LABELS: [(&str, &str); 14] = [
    ("condition or disease:", "ConditionSearch"),
    ("condition/disease:", "ConditionSearch"),
    ("condition:", "ConditionSearch"),
    ("conditions:", "ConditionSearch"),
    ("intervention/treatment:", "InterventionSearch"),
    ("intervention:", "InterventionSearch"),
    ("interventions:", "InterventionSearch"),
    ("other terms:", ""),
    ("search terms:", ""),
    ("title / acronym:", "TitleSearch"),
    ("outcome measure:", "OutcomeSearch"),
    ("sponsor/collaborators:", "SponsorSearch"),
    ("country:", "LocationCountry"),
    ("study id:", "IdSearch"),
];

/// Labels of the site's form before a choice from a list.
const LISTS: WordList = WordList(
    "study type:|study types:|study results:|recruitment status:|recruitment:|\
     overall status:|status:|phase:|phases:|age group:|age:|sex:|gender:|funder type:|\
     funded by:",
);

/// All labels of the site's form (in small letters).
pub(super) fn labels() -> impl Labels {
    LABELS.iter().map(|(label, _)| *label).chain(LISTS)
}

/// What is chosen in a list of the form that a part names, with its label.
fn chosen(part: &str) -> Option<(&'static str, &str)> {
    let begins = |label: &&'static str| {
        part.get(..label.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(label))
    };
    let label = LISTS.iter().find(begins)?;
    Some((label, part[label.len()..].trim()))
}

/// The area that a label names, and what follows it.
fn label(part: &str) -> Option<(&'static str, &str)> {
    let part = part.trim();
    LABELS.iter().find_map(|(name, area)| {
        let begins = part.get(..name.len())?.eq_ignore_ascii_case(name);
        begins.then(|| (*area, part[name.len()..].trim()))
    })
}

/// The parts of `Condition or disease: gout; Phase 2, 3; Completed`.
fn labelled(typed: &str) -> Option<Vec<&str>> {
    let parts = form::parts(typed, &labels());
    parts.iter().any(|part| label(part).is_some() || chosen(part).is_some()).then_some(parts)
}

/// Whether a text is such a line: bars divide it, and a part of it is one of
/// the site's filters.
pub(super) fn is_details(typed: &str) -> bool {
    typed.contains('|')
        && !typed.contains("||")
        && parts(typed).iter().any(|part| filter(part).is_some())
}

fn parts(typed: &str) -> Vec<&str> {
    let mut rest = stripped(typed);
    if let Some(parts) = labelled(rest) {
        return parts;
    }
    let typed = rest;
    let small = rest.to_ascii_lowercase();
    for beginning in BEGINNINGS {
        if let Some(at) = small.find(beginning).filter(|at| *at < 40) {
            rest = typed.trim()[at + beginning.len()..].trim();
        }
    }
    rest.split('|').map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// A text with `EXACT` and `INFLECT EXACT` before words in our language.
fn exact(text: &str) -> String {
    if !text.contains("EXACT ") || text.contains('"') {
        return text.to_owned();
    }
    text.replace("INFLECT EXACT ", "EXACT ").replace("EXACT ", "EXPANSION[Term]")
}

/// The line in our language, and the remarks about it.
pub(super) fn details(typed: &str) -> (Option<Expr>, Vec<String>) {
    let (mut all, mut remarks) = (Vec::new(), Vec::new());
    for part in parts(typed) {
        if let Some((label, value)) = chosen(part) {
            let any = value.is_empty() || value.to_lowercase().starts_with("all");
            match of_list(label, value).or_else(|| of_list(label, &without_notes(value))) {
                Some(expr) if !any => all.push(expr),
                _ if any => {}
                _ => remarks.push(format!("`{part}` is left out: it is not understood")),
            }
            continue;
        }
        if let Some(expr) = filter(part) {
            all.push(expr);
            continue;
        }
        if form::has_label(part, &labels()) {
            remarks.push(format!(
                "`{part}` is left out: parts of the form that `OR` or `NOT` joins are not read"
            ));
            continue;
        }
        let text = match label(part) {
            Some((area, words)) if !area.is_empty() => format!("AREA[{area}]({words})"),
            Some((_, words)) => words.to_owned(),
            None => part.to_owned(),
        };
        match expression(&exact(&text)) {
            Ok(parsed) => all.push(parsed.expr),
            Err(wrong) => {
                let why = wrong.first().map(|found| found.message.clone()).unwrap_or_default();
                remarks.push(format!("`{part}` is left out: {why}"));
            }
        }
    }
    (Expr::all(all), remarks)
}

/// A value without what the site explains in parentheses: `Older Adult (65+)`.
fn without_notes(value: &str) -> String {
    let mut depth = 0_u32;
    let outside = value.chars().filter(|c| {
        depth += u32::from(*c == '(');
        let kept = depth == 0;
        depth = depth.saturating_sub(u32::from(*c == ')'));
        kept
    });
    let text: String = outside.collect();
    text.replace(" ,", ",").trim().to_owned()
}

/// What a value says that is chosen in a list of the form; any of several.
fn of_list(label: &str, value: &str) -> Option<Expr> {
    let number = value.starts_with(|c: char| c.is_ascii_digit());
    if label.starts_with("phase") && number {
        return filter(&format!("phase {value}"));
    }
    if label.starts_with("fund") {
        return funders(value);
    }
    if let Some(expr) = filter(value) {
        return Some(expr);
    }
    let parts = value.split(',').map(|value| filter(value.trim()));
    Expr::any(parts.collect::<Option<Vec<_>>>()?)
}

/// What a part says where it is a filter of the site.
fn filter(part: &str) -> Option<Expr> {
    let small = part.to_lowercase();
    if let Some((_, said)) = FIXED.iter().find(|(label, _)| *label == small) {
        return expression(said).ok().map(|parsed| parsed.expr);
    }
    match small.strip_prefix("studies ").unwrap_or(&small) {
        "with results" => return of_filter(Filter::Results, "with"),
        "without results" => return of_filter(Filter::Results, "without"),
        _ => {}
    }
    if let Some(expr) = dates(&small) {
        return Some(expr);
    }
    let bare = part
        .trim_end_matches("Studies")
        .trim_end_matches("studies")
        .trim_end_matches("Study")
        .trim();
    let of_studies = bare.len() < part.len();
    let phases = small.strip_prefix("phase").or_else(|| small.strip_prefix("phases"));
    if let Some(phases) = phases.map(str::trim).filter(|phases| !phases.is_empty()) {
        return of_filter(Filter::Phase, &phases.replace('/', ","));
    }
    if small.starts_with("early phase") || small == "not applicable" {
        return of_filter(Filter::Phase, part);
    }
    if of_studies {
        return of_filter(Filter::Status, bare)
            .or_else(|| of_filter(Filter::Type, bare))
            .or_else(|| funders(bare));
    }
    if let Some(of_type) = of_filter(Filter::Type, bare) {
        return Some(of_type);
    }
    ages(part).or_else(|| of_filter(Filter::Status, bare)).or_else(|| country(part))
}

/// The expression for a value of one of our filters.
fn of_filter(filter: Filter, value: &str) -> Option<Expr> {
    let (trees, _) = filter.alternatives(value, LanguageVersion::Today).ok()?;
    merged(trees)
}

/// A country by the name that the registry has for it.
fn country(part: &str) -> Option<Expr> {
    country_codes::code(part)?;
    of_filter(Filter::Country, part)
}

/// `Child, Adult, Older Adult`
fn ages(part: &str) -> Option<Expr> {
    let constants = part.split(',').map(|age| match age.trim().to_lowercase().as_str() {
        "child" | "children" => Some("CHILD"),
        "adult" | "adults" => Some("ADULT"),
        "older adult" | "older adults" | "senior" | "seniors" => Some("OLDER_ADULT"),
        _ => None,
    });
    let constants: Option<Vec<&str>> = constants.collect();
    let said = format!("AREA[StdAge]({})", constants?.join(" OR "));
    expression(&said).ok().map(|parsed| parsed.expr)
}

/// `Industry, NIH Studies`
fn funders(bare: &str) -> Option<Expr> {
    let said = bare.split(',').map(|funder| match funder.trim().to_lowercase().as_str() {
        "industry" => Some("INDUSTRY"),
        "nih" => Some("NIH"),
        "u.s. fed" | "u.s. federal" | "other u.s. federal agency" => Some("FED OR OTHER_GOV"),
        "all others (individuals, universities, organizations)" | "all others" | "other" => {
            Some("OTHER OR NETWORK OR INDIV")
        }
        _ => None,
    });
    let said: Option<Vec<&str>> = said.collect();
    let said = said?.join(" OR ");
    let text = format!("AREA[LeadSponsorClass]({said}) OR AREA[CollaboratorClass]({said})");
    expression(&text).ok().map(|parsed| parsed.expr)
}

/// `Start date on or after 01/01/2020`, `First posted from 01/01/2020 to
/// 12/31/2021`.
fn dates(small: &str) -> Option<Expr> {
    let (rest, field) = DATES.iter().find_map(|(name, field)| {
        Some((small.strip_prefix(name)?.trim_start_matches([' ', ':']), field))
    })?;
    let (from, to) = if let Some(from) = rest.strip_prefix("on or after ") {
        (iso(from)?, "MAX".to_owned())
    } else if let Some(to) = rest.strip_prefix("on or before ") {
        ("MIN".to_owned(), iso(to)?)
    } else {
        let rest = rest.strip_prefix("from ").unwrap_or(rest);
        let (from, to) = rest.split_once(" to ").or_else(|| rest.split_once(" - "))?;
        (iso(from)?, iso(to)?)
    };
    let said = format!("AREA[{field}]RANGE[{from}, {to}]");
    expression(&said).ok().map(|parsed| parsed.expr)
}

/// `01/31/2020` as `2020-01-31`.
fn iso(typed: &str) -> Option<String> {
    date(typed)
}
