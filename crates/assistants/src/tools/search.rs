//! Finds studies.

use serde_json::{Map, Value, json};

use trialdex_engine::search::{
    FoundHits as _, Hit, HitCounts, HitWindow, IndexHits as _, Passages,
};
use trialdex_output::{chosen_pieces, disclosure_lines, funnel_lines};
use trialdex_query::Spelling;
use trialdex_records::study::Study;
use trialdex_records::study::pieces::Piece;
use trialdex_session::{AskedSearch, OpenIndex, SearchAnswer};

use super::ToolRow;
use crate::answer::{Budget, ToolAnswer, clipped};
use crate::arguments::Arguments;
use crate::cursor::CursorScope;
use crate::failure::ToolFailure;
use crate::kept_receipts::RECEIPTS;
use crate::question::{argument_name, ranked_question};
use crate::schema::{self, choice, cursor, flag, number, texts, tokens};
use crate::study_texts;
use crate::toolbox::Toolbox;

/// Hits of an answer, unless a call asks for others, and at most.
const HITS: usize = 10;
const MOST_HITS: usize = 100;

pub(super) fn row() -> ToolRow {
    let mut properties = schema::question();
    properties.extend([
        texts("sort", "Keys such as StartDate:desc, two at most; relevance if not given"),
        flag("noFeedback", "Rank by the query's words only"),
        texts("fields", "Fields to add to each hit, such as EnrollmentCount"),
        choice("detail", &["concise", "full"], "full adds conditions and quotations"),
        number("limit", 1, MOST_HITS, "Hits, 10 if not given"),
        cursor(),
        tokens(),
    ]);
    ToolRow {
        name: "search",
        title: "Search studies",
        description: "Finds and ranks clinical studies. Says how many there are, how the question \
            was understood, which synonyms were also looked for and what filters left out. The \
            receipt proves the answer later, see verify. Without a question it lists all studies.",
        arguments: schema::object(properties, &[]),
        decides: false,
        call,
    }
}

/// How hits are shown.
struct HitForm {
    fields: Vec<&'static Piece>,
    full: bool,
}

fn call(tools: &Toolbox, mut arguments: Arguments) -> Result<ToolAnswer, ToolFailure> {
    let request = ranked_question(&mut arguments)?;
    let fields = chosen_pieces(&arguments.names("fields")?)?;
    let full = arguments.choice("detail", &["concise", "full"])? == Some("full");
    let limit = arguments.number("limit", 1..=MOST_HITS)?.unwrap_or(HITS);
    let cursor = arguments.text("cursor")?;
    let budget = arguments.budget()?;
    arguments.end()?;
    let index = tools.index();
    let asked = tools.ask(request)?;
    let question = format!("search {:?}", asked.search.request.pairs());
    let scope = CursorScope { state: &index.state().digest, question: &question };
    let offset = scope.read(cursor.as_deref())?;
    let found = index.search(&asked, HitWindow { offset, limit: Some(limit) })?;
    let mut value = head(&index, &asked, &found, budget)?;
    let form = HitForm { fields, full };
    let hits = hits(&found, &form, &value, budget)?;
    let next = offset + hits.len();
    value["shown"] = hits.len().into();
    value["hits"] = hits.into();
    if next < found.hits.total() {
        value["cursor"] = scope.write(next).into();
    }
    drop(found);
    let receipt = tools.receipts.keep(&index, asked, tools.now())?;
    value["receipt"] = format!("{RECEIPTS}{receipt}").into();
    Ok(ToolAnswer::new(value, budget))
}

/// What is said of the hits together.
fn head(
    index: &OpenIndex,
    asked: &AskedSearch,
    found: &SearchAnswer<'_>,
    budget: Budget,
) -> Result<Value, ToolFailure> {
    let hits = &found.hits;
    let HitCounts { total, studies, required, clauses, .. } = hits.counts();
    let mut value = json!({
        "total": total,
        "shown": 0,
        "studies": studies,
        "index": index.state().digest,
        "understood": budget.eighth(asked.expression()),
    });
    let mut notes = Vec::new();
    if required < clauses && total > 0 {
        notes.push(format!("no study has all of the words; these have {required} of {clauses}"));
    }
    let disclosure = found.disclosure()?;
    notes.extend(disclosure_lines(&disclosure, Spelling(argument_name)));
    notes.extend(funnel_lines(&disclosure.funnel));
    for (typed, meant) in hits.meant()? {
        notes.push(format!("no study has `{typed}`: `{}` may be meant", meant.written));
    }
    for remark in &asked.search.understood.remarks {
        let place = &remark.typed[remark.notice.span.clone()];
        let hint = remark.notice.hint_with(&remark.typed, argument_name);
        notes.push(format!("`{place}`: {}; {hint}", remark.notice.message));
    }
    let absent = index.absent(&asked.search.request.request.numbers())?;
    if !absent.is_empty() {
        let absent: Vec<String> = absent.iter().map(ToString::to_string).collect();
        notes.push(format!("not in the index: {}", absent.join(", ")));
    }
    if !notes.is_empty() {
        value["notes"] = budget.quarter(&notes).into();
    }
    Ok(value)
}

/// The hits that there is room for, one at least.
fn hits(
    found: &SearchAnswer<'_>,
    form: &HitForm,
    head: &Value,
    budget: Budget,
) -> Result<Vec<Value>, ToolFailure> {
    // The receipt is named too.
    const MORE: &str = "trialdex://receipt/0123456789abcdef";
    let mut room = budget.room(&json!([head, MORE]));
    let mut finder = form.full.then(|| found.hits.passages());
    let mut shown = Vec::new();
    for hit in found.hits.hits() {
        let study = found.hits.study(hit)?;
        match room.take(of_hit(hit, &study, form, finder.as_mut())) {
            Some(value) => shown.push(value),
            None if shown.is_empty() => shown.push(cut_hit(hit, &study)),
            None => break,
        }
    }
    Ok(shown)
}

/// A hit without what makes it too large.
fn cut_hit(hit: &Hit, study: &Study) -> Value {
    let mut value = of_hit(hit, study, &HitForm { fields: Vec::new(), full: false }, None);
    value["title"] = clipped(study.text("BriefTitle").unwrap_or_default(), 60).into();
    value["cut"] = true.into();
    value
}

/// A hit; texts that the record may have at any length are cut.
fn of_hit(hit: &Hit, study: &Study, form: &HitForm, finder: Option<&mut Passages>) -> Value {
    const TITLE: usize = 240;
    const CONSTANT: usize = 30;
    const NAMES: usize = 5;
    const NAME: usize = 60;
    const VALUE: usize = 300;
    let title = study.text("BriefTitle").or_else(|| study.text("OfficialTitle"));
    let first = |piece: &str, most: usize| -> Value {
        study.texts(piece).into_iter().take(NAMES).map(|text| clipped(text, most)).collect()
    };
    let mut value = Map::new();
    value.insert("rank".to_owned(), hit.rank.into());
    value.insert("nctId".to_owned(), hit.nct_id.to_string().into());
    value.insert("score".to_owned(), rounded(hit.score).into());
    value.insert("title".to_owned(), title.map(|title| clipped(title, TITLE)).into());
    let status = study.text("OverallStatus").map(|status| clipped(status, CONSTANT));
    value.insert("status".to_owned(), status.into());
    value.insert("phases".to_owned(), first("Phase", CONSTANT));
    if form.full {
        value.insert("conditions".to_owned(), first("Condition", NAME));
    }
    for piece in &form.fields {
        let values = study.values(piece.name).into_iter().take(NAMES);
        let values: Value = values
            .map(|value| match value {
                Value::String(text) => clipped(text, VALUE).into(),
                other => other.clone(),
            })
            .collect();
        value.insert(piece.name.to_owned(), values);
    }
    if let Some(finder) = finder {
        value.insert("quotations".to_owned(), quotations(study, finder).into());
    }
    Value::Object(value)
}

/// The places of a study that have most of the words.
fn quotations(study: &Study, finder: &mut Passages) -> Vec<Value> {
    const MOST: usize = 2;
    let texts = study_texts::texts(study);
    let mut found: Vec<_> =
        texts.iter().filter_map(|text| Some((text, finder.place(text.text)?))).collect();
    found.sort_by_key(|(_, place)| std::cmp::Reverse(place.different));
    found.into_iter().take(MOST).map(|(text, place)| text.quoted(place.span)).collect()
}

/// A score with as many digits as are significant.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 10_000.0).round() / 10_000.0
}
