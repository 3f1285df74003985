//! Shows a study.

use serde_json::{Value, json};

use trialdex_output::study_url;
use trialdex_records::study::{NctId, Study};
use trialdex_session::OpenIndex;

use super::ToolRow;
use crate::answer::{Budget, Room, ToolAnswer, clipped};
use crate::arguments::Arguments;
use crate::cursor::CursorScope;
use crate::failure::ToolFailure;
use crate::schema::{self, cursor, text, texts, tokens};
use crate::study_parts::{SECTIONS, contents, parts, section};
use crate::toolbox::{Toolbox, study_of};

pub(super) fn row() -> ToolRow {
    let sections: Vec<&str> = SECTIONS.iter().map(|(name, _)| *name).collect();
    let sections = format!("What to show: {}, or names of fields", sections.join(", "));
    let id = "NCT number, as search gives it";
    let properties = vec![text("id", id), texts("sections", &sections), cursor(), tokens()];
    ToolRow {
        name: "study",
        title: "Show a study",
        description: "Shows one study: an overview with the sections that it has and the tokens \
            of each, or the sections and fields asked for, as the record has them. A long section \
            goes on with the cursor.",
        arguments: schema::object(properties, &["id"]),
        decides: false,
        call,
    }
}

fn call(tools: &Toolbox, mut arguments: Arguments) -> Result<ToolAnswer, ToolFailure> {
    let typed = arguments.needed("id")?;
    let sections = arguments.names("sections")?;
    let chosen = sections.iter().map(|name| section(name)).collect::<Result<Vec<_>, _>>()?;
    let cursor = arguments.text("cursor")?;
    let budget = arguments.budget()?;
    arguments.end()?;
    let index = tools.index();
    let (nct, study) = study_of(&index, &typed)?;
    if chosen.is_empty() {
        let head = json!({
            "nctId": nct,
            "url": study_url(nct),
            "index": index.state().digest,
            "sections": contents(&study),
        });
        let mut room = budget.room(&head);
        return Ok(ToolAnswer::new(overview(head, &study, &mut room), budget));
    }
    let parts = chosen.iter().flat_map(|piece| parts(&study, piece)).collect();
    let names: Vec<&str> = chosen.iter().map(|piece| piece.name).collect();
    let question = format!("study {nct} {names:?}");
    let scope = CursorScope { state: &index.state().digest, question: &question };
    let found = StudyPage { index: &index, nct, study: &study, scope, budget };
    found.from(parts, cursor.as_deref())
}

/// A page of the parts of a study.
struct StudyPage<'a> {
    index: &'a OpenIndex,
    nct: NctId,
    study: &'a Study,
    scope: CursorScope<'a>,
    budget: Budget,
}

impl StudyPage<'_> {
    /// The parts from a cursor on, as many as there is room for.
    fn from(&self, parts: Vec<Value>, cursor: Option<&str>) -> Result<ToolAnswer, ToolFailure> {
        let (offset, total) = (self.scope.read(cursor)?, parts.len());
        let mut value = json!({
            "nctId": self.nct,
            "url": study_url(self.nct),
            "index": self.index.state().digest,
            "total": total,
        });
        if total == 0 {
            value["sections"] = contents(self.study).into();
        }
        let mut room = self.budget.room(&value);
        let shown: Vec<Value> =
            parts.into_iter().skip(offset).map_while(|part| room.take(part)).collect();
        let next = offset + shown.len();
        value["parts"] = shown.into();
        if next < total {
            value["cursor"] = self.scope.write(next).into();
        }
        Ok(ToolAnswer::new(value, self.budget))
    }
}

/// Texts of an overview: name, piece.
const TEXTS: [(&str, &str); 14] = [
    ("title", "BriefTitle"),
    ("acronym", "Acronym"),
    ("status", "OverallStatus"),
    ("whyStopped", "WhyStopped"),
    ("type", "StudyType"),
    ("sponsor", "LeadSponsorName"),
    ("start", "StartDate"),
    ("completion", "CompletionDate"),
    ("updated", "LastUpdatePostDate"),
    ("sex", "Sex"),
    ("minimumAge", "MinimumAge"),
    ("maximumAge", "MaximumAge"),
    ("allocation", "DesignAllocation"),
    ("summary", "BriefSummary"),
];

/// Lists of an overview.
const LISTS: [(&str, &str); 5] = [
    ("phases", "Phase"),
    ("conditions", "Condition"),
    ("interventions", "InterventionName"),
    ("primaryOutcomes", "PrimaryOutcomeMeasure"),
    ("countries", "LocationCountry"),
];

/// What a study is about, as far as there is room; some 400 tokens as a rule.
pub(super) fn overview(mut value: Value, study: &Study, room: &mut Room) -> Value {
    const LONGEST: usize = 240;
    const SUMMARY: usize = 700;
    let mut put = |name: &str, member: Value| {
        if let Some(member) = room.take_named(name, member) {
            value[name] = member;
        }
    };
    for (name, piece) in [("enrollment", "EnrollmentCount"), ("hasResults", "HasResults")] {
        if let Some(number) = study.values(piece).first() {
            put(name, (*number).clone());
        }
    }
    put("sites", study.values("Location").len().into());
    for (name, piece) in TEXTS {
        let most = if piece == "BriefSummary" { SUMMARY } else { LONGEST };
        if let Some(text) = study.text(piece) {
            put(name, clipped(text, most).into());
        }
    }
    for (name, piece) in LISTS {
        let names = first_names(study, piece);
        if !names.is_empty() {
            put(name, names.into());
        }
    }
    value
}

/// The first different values of a list, with how many more there are.
fn first_names(study: &Study, piece: &str) -> Vec<Value> {
    const MOST: usize = 8;
    const LONGEST: usize = 120;
    let mut all: Vec<&str> = Vec::new();
    for text in study.texts(piece) {
        if !all.contains(&text) {
            all.push(text);
        }
    }
    let mut shown: Vec<Value> =
        all.iter().take(MOST).map(|text| clipped(text, LONGEST).into()).collect();
    if all.len() > MOST {
        shown.push(format!("… and {} more", all.len() - MOST).into());
    }
    shown
}
