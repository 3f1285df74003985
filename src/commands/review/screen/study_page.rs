//! A study as paragraphs, in the order of their importance for decisions.

use serde_json::Value;

use trialdex_output::{clean_line, study_url};
use trialdex_records::study::pieces::{self, PieceKind};
use trialdex_records::study::{Study, criteria, markup, values_below};

use super::highlights::MarkedSpan;

/// What a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParagraphRole {
    Title,
    /// It begins a section.
    Heading,
    Text,
    /// It is not of the record.
    Faint,
}

/// A paragraph: clean text in one line, to be wrapped.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Paragraph {
    pub(crate) role: ParagraphRole,
    /// What is in front of it, in a column of its own.
    pub(crate) lead: String,
    pub(crate) text: String,
    /// Columns that all lines but the first begin after.
    pub(crate) hanging: usize,
    pub(super) marked: Vec<MarkedSpan>,
}

/// Columns of the titles before facts.
const LEAD: usize = 15;

/// Columns that a text is set in from its heading.
const INDENT: usize = 2;

impl Paragraph {
    pub(super) fn new(role: ParagraphRole, text: &str) -> Self {
        let text = clean_line(text).into_owned();
        Self { role, lead: String::new(), text, hanging: 0, marked: Vec::new() }
    }

    pub(super) fn led(role: ParagraphRole, lead: &str, text: &str) -> Self {
        let lead = format!("{lead:<LEAD$}");
        Self { lead, hanging: LEAD, ..Self::new(role, text) }
    }

    fn blank() -> Self {
        Self::new(ParagraphRole::Text, "")
    }

    /// A line of a longer text; what begins with a bullet or a number hangs.
    fn of_text(line: &str) -> Self {
        let line = line.trim();
        let bullet = line.split_once(' ').filter(|(bullet, _)| {
            let number = bullet.trim_end_matches(['.', ')']);
            let numbers = number.len() < bullet.len() && number.len() < 4;
            matches!(*bullet, "*" | "-" | "•") || numbers && number.parse::<u32>().is_ok()
        });
        let Some((bullet, rest)) = bullet else {
            return Self {
                lead: " ".repeat(INDENT),
                hanging: INDENT,
                ..Self::new(ParagraphRole::Text, line)
            };
        };
        let lead = format!("{}{bullet} ", " ".repeat(INDENT));
        Self {
            hanging: lead.chars().count(),
            lead,
            ..Self::new(ParagraphRole::Text, rest.trim_start())
        }
    }
}

/// All that a study is decided by.
pub(crate) fn paragraphs(study: &Study) -> Vec<Paragraph> {
    let mut all = facts(study);
    let sections = [
        ("Summary", texts_of(study, "BriefSummary")),
        ("Inclusion", criteria_of(study, false)),
        ("Exclusion", criteria_of(study, true)),
        ("Primary outcomes", outcomes(study, "PrimaryOutcome")),
        ("Secondary outcomes", outcomes(study, "SecondaryOutcome")),
        ("Other outcomes", outcomes(study, "OtherOutcome")),
        ("Arms", arms(study)),
        ("Description", texts_of(study, "DetailedDescription")),
        ("Record", record(study)),
    ];
    for (heading, paragraphs) in sections {
        if !paragraphs.is_empty() {
            all.push(Paragraph::blank());
            all.push(Paragraph::new(ParagraphRole::Heading, heading));
            all.extend(paragraphs);
        }
    }
    all
}

/// The title of a study, or that it has none.
pub(super) fn title(study: &Study) -> &str {
    let title = study.text("BriefTitle").or_else(|| study.text("OfficialTitle"));
    title.unwrap_or("(no title)")
}

/// What fits on a few lines.
fn facts(study: &Study) -> Vec<Paragraph> {
    let mut all = vec![Paragraph::new(ParagraphRole::Title, &markup::unescape(title(study)))];
    all.extend(led(&[
        ("Status", status(study)),
        ("Conditions", readable(study, &["Condition"], "; ")),
        ("  MeSH", readable(study, &["ConditionMeshTerm"], "; ")),
        ("Interventions", interventions(study)),
        ("  MeSH", readable(study, &["InterventionMeshTerm"], "; ")),
        ("Design", design(study)),
        ("Participants", participants(study)),
    ]));
    all
}

/// What is seldom decided by.
fn record(study: &Study) -> Vec<Paragraph> {
    let url = study.nct_id().map(study_url);
    led(&[
        ("Official title", official_title(study)),
        ("Acronym", readable(study, &["Acronym"], "; ")),
        ("Keywords", readable(study, &["Keyword"], "; ")),
        ("Sponsor", readable(study, &["LeadSponsorName", "CollaboratorName"], "; ")),
        ("Dates", dates(study)),
        ("Page", url.unwrap_or_default()),
    ])
}

/// Rows that are not empty.
fn led(rows: &[(&str, String)]) -> Vec<Paragraph> {
    let rows = rows.iter().filter(|(_, text)| !text.is_empty());
    rows.map(|(lead, text)| Paragraph::led(ParagraphRole::Text, lead, text)).collect()
}

fn status(study: &Study) -> String {
    let status = readable(study, &["OverallStatus"], "");
    let why = readable(study, &["WhyStopped"], " ");
    let status = if why.is_empty() { status } else { format!("{status} ({why})") };
    let results = study.as_map().contains_key("resultsSection");
    joined(&[status, if results { "with results".to_owned() } else { String::new() }])
}

fn official_title(study: &Study) -> String {
    let official = readable(study, &["OfficialTitle"], " ");
    if official == markup::unescape(title(study)) { String::new() } else { official }
}

/// Values of pieces as people read them.
pub(super) fn readable(study: &Study, names: &[&str], separator: &str) -> String {
    let values = names.iter().flat_map(|name| {
        let kind = pieces::named(name).map(|piece| piece.kind);
        study.values(name).into_iter().map(move |value| one(kind, value))
    });
    values.filter(|value| !value.is_empty()).collect::<Vec<_>>().join(separator)
}

fn one(kind: Option<PieceKind>, value: &Value) -> String {
    match (kind, value) {
        (Some(PieceKind::Enum(known)), Value::String(constant)) => {
            known.label(constant).unwrap_or(constant).to_owned()
        }
        (_, Value::String(text)) => markup::unescape(text).into_owned(),
        (_, other) => other.to_string(),
    }
}

/// The parts that are not empty, with commas between.
fn joined(parts: &[String]) -> String {
    let parts = parts.iter().filter(|part| !part.is_empty()).map(String::as_str);
    parts.collect::<Vec<_>>().join(", ")
}

fn interventions(study: &Study) -> String {
    let kind = pieces::named("InterventionType").map(|piece| piece.kind);
    let all = structures(study, "Intervention").into_iter().map(|of| {
        let text = |path| values_below(of, path).first().map(|value| one(kind, value));
        let others: Vec<&str> =
            values_below(of, "otherNames").into_iter().filter_map(Value::as_str).collect();
        let others =
            if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
        let name = text("name").unwrap_or_default();
        match text("type") {
            Some(kind) => format!("{kind}: {name}{others}"),
            None => format!("{name}{others}"),
        }
    });
    all.collect::<Vec<_>>().join("; ")
}

/// The objects at a piece.
fn structures<'a>(study: &'a Study, name: &str) -> Vec<&'a Value> {
    study.values(name).into_iter().filter(|value| value.is_object()).collect()
}

fn design(study: &Study) -> String {
    let names = [
        "StudyType",
        "Phase",
        "DesignAllocation",
        "DesignInterventionModel",
        "DesignObservationalModel",
        "DesignPrimaryPurpose",
        "DesignMasking",
    ];
    joined(&names.map(|name| readable(study, &[name], "/")))
}

fn participants(study: &Study) -> String {
    let count = readable(study, &["EnrollmentCount"], "");
    let kind = readable(study, &["EnrollmentType"], "").to_lowercase();
    let number = match (count.is_empty(), kind.is_empty()) {
        (true, _) => String::new(),
        (false, true) => count,
        (false, false) => format!("{count} ({kind})"),
    };
    let ages = ["MinimumAge", "MaximumAge"].map(|name| readable(study, &[name], ""));
    let ages = match ages.each_ref().map(String::as_str) {
        ["", ""] => readable(study, &["StdAge"], "/"),
        [from, ""] => format!("{from} and older"),
        ["", to] => format!("up to {to}"),
        [from, to] => format!("{from} to {to}"),
    };
    let healthy = match study.values("HealthyVolunteers").first() {
        Some(Value::Bool(true)) => "healthy volunteers".to_owned(),
        _ => String::new(),
    };
    joined(&[number, readable(study, &["Sex"], ""), ages, healthy])
}

fn dates(study: &Study) -> String {
    let rows = [
        ("start", "StartDate"),
        ("primary completion", "PrimaryCompletionDate"),
        ("completion", "CompletionDate"),
        ("first posted", "StudyFirstPostDate"),
        ("last updated", "LastUpdatePostDate"),
    ];
    let dates = rows.map(|(what, name)| match readable(study, &[name], "") {
        date if date.is_empty() => date,
        date => format!("{what} {date}"),
    });
    joined(&dates)
}

/// The lines of a longer text.
fn lines_of(text: &str) -> Vec<Paragraph> {
    let plain = markup::unescape(text);
    let plain = markup::unflatten_bullets(&plain);
    let lines = plain.lines().filter(|line| !line.trim().is_empty());
    lines.map(Paragraph::of_text).collect()
}

fn texts_of(study: &Study, name: &str) -> Vec<Paragraph> {
    study.texts(name).into_iter().flat_map(lines_of).collect()
}

fn criteria_of(study: &Study, exclusion: bool) -> Vec<Paragraph> {
    let text = study.text(criteria::PIECE).unwrap_or_default();
    let parts = criteria::parts(text).into_iter().filter(|part| part.exclusion == exclusion);
    let mut lines: Vec<Paragraph> = parts.flat_map(|part| lines_of(&text[part.span])).collect();
    // The section is called so already.
    if lines.first().is_some_and(|line| is_usual_heading(&line.text)) {
        lines.remove(0);
    }
    lines
}

fn is_usual_heading(text: &str) -> bool {
    let text = text.trim_end_matches([':', ' ']);
    ["Inclusion Criteria", "Exclusion Criteria"].iter().any(|it| text.eq_ignore_ascii_case(it))
}

fn outcomes(study: &Study, name: &str) -> Vec<Paragraph> {
    let text = |of: &Value, key: &str| {
        let text = values_below(of, key).into_iter().find_map(Value::as_str).unwrap_or_default();
        markup::unescape(text).into_owned()
    };
    let all = structures(study, name).into_iter().map(|of| {
        let (frame, description) = (text(of, "timeFrame"), text(of, "description"));
        let frame = if frame.is_empty() { frame } else { format!(" [{frame}]") };
        let description =
            if description.is_empty() { description } else { format!(": {description}") };
        Paragraph::of_text(&format!("* {}{frame}{description}", text(of, "measure")))
    });
    all.collect()
}

fn arms(study: &Study) -> Vec<Paragraph> {
    let kind = pieces::named("ArmGroupType").map(|piece| piece.kind);
    let all = structures(study, "ArmGroup").into_iter().map(|of| {
        let text = |key| values_below(of, key).first().map(|value| one(kind, value));
        let type_ = text("type").map(|of| format!(" ({of})")).unwrap_or_default();
        let description = text("description").map(|of| format!(": {of}")).unwrap_or_default();
        let label = text("label").unwrap_or_default();
        Paragraph::of_text(&format!("* {label}{type_}{description}"))
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(study: &Value) -> Vec<String> {
        let map = study.as_object().cloned().expect("an object");
        let paragraphs = paragraphs(&Study::from_map(map));
        paragraphs.into_iter().map(|it| format!("{}{}", it.lead, it.text)).collect()
    }

    #[test]
    fn inclusion_and_exclusion_stand_apart() {
        let study = json!({"protocolSection": {
            "identificationModule": {"briefTitle": "Rest \u{1b}[2J"},
            "eligibilityModule": {"sex": "FEMALE", "minimumAge": "18 Years", "eligibilityCriteria":
                "Inclusion Criteria:\n\n* Age \\> 18\n1. Asthma\n\nExclusion Criteria:\n\n* Smoking"},
            "designModule": {"phases": ["PHASE1", "PHASE2"], "enrollmentInfo": {"count": 8}},
        }});
        let expected = [
            "Rest \u{fffd}[2J",
            "Design         Phase 1/Phase 2",
            "Participants   8, Female, 18 Years and older",
            "",
            "Inclusion",
            "  * Age > 18",
            "  1. Asthma",
            "",
            "Exclusion",
            "  * Smoking",
        ];
        assert_eq!(shown(&study), expected);
    }

    #[test]
    fn outcomes_have_their_time_frames() {
        let study = json!({"protocolSection": {"outcomesModule": {"primaryOutcomes": [
            {"measure": "Pain", "timeFrame": "1 week"}, {"measure": "Sleep", "description": "Hours"},
        ]}}});
        assert_eq!(
            shown(&study)[2..],
            ["Primary outcomes", "  * Pain [1 week]", "  * Sleep: Hours"]
        );
    }
}
