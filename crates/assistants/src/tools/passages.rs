//! Quotes a study, with places that can be checked.

use std::cmp::Reverse;

use serde_json::{Value, json};

use trialdex_engine::search::{FoundHits as _, PassagePlace};
use trialdex_output::study_url;
use trialdex_plan::SearchRequest;
use trialdex_records::study::{NctId, nearest_of};
use trialdex_session::OpenIndex;

use super::ToolRow;
use crate::answer::{Budget, ToolAnswer, clipped};
use crate::arguments::Arguments;
use crate::cursor::CursorScope;
use crate::failure::ToolFailure;
use crate::question::{any_of, question};
use crate::schema::{self, cursor, number, text, tokens};
use crate::study_parts::section;
use crate::study_texts::{StudyText, texts};
use crate::toolbox::{Toolbox, study_of};

/// Characters of a part of a text that is asked for, unless a call says how many, and at most.
const CHARACTERS: usize = 500;
const MOST_CHARACTERS: usize = 4_000;

pub(super) fn row() -> ToolRow {
    let properties = vec![
        text("id", "NCT number"),
        text("query", "Words to find, with their synonyms; an expression too"),
        text("quote", "A text that the study is said to have; letters and digits are compared"),
        text("field", "Field to read, such as EligibilityCriteria"),
        number("n", 0, 1_000_000, "Which of the field's values, from 0"),
        number("from", 0, 10_000_000, "First character, from 0"),
        number("length", 1, MOST_CHARACTERS, "Characters, 500 if not given"),
        cursor(),
        tokens(),
    ];
    ToolRow {
        name: "passages",
        title: "Quote a study",
        description: "Gives what a study says literally, with field and character positions, so \
            that a claim can be checked: where words of a query are, whether a quotation is in \
            the record, or the text at a place. Quote only what this or study gives.",
        arguments: schema::object(properties, &["id"]),
        decides: false,
        call,
    }
}

/// What is wanted of a study.
enum Wanted {
    Words(Box<SearchRequest>),
    Quotation(String),
    Place { field: String, n: usize, from: usize, length: usize },
}

fn call(tools: &Toolbox, mut arguments: Arguments) -> Result<ToolAnswer, ToolFailure> {
    let typed = arguments.needed("id")?;
    let quotation = arguments.text("quote")?;
    let field = arguments.text("field")?;
    let n = arguments.number("n", 0..=1_000_000)?.unwrap_or(0);
    let from = arguments.number("from", 0..=10_000_000)?.unwrap_or(0);
    let length = arguments.number("length", 1..=MOST_CHARACTERS)?.unwrap_or(CHARACTERS);
    let cursor = arguments.text("cursor")?;
    let budget = arguments.budget()?;
    let words = arguments.texts("query")?;
    arguments.end()?;
    let wanted = match (words.is_empty(), quotation, field) {
        (false, None, None) => {
            let words = serde_json::Map::from_iter([("query".to_owned(), json!(words))]);
            Wanted::Words(Box::new(question(&mut Arguments::new(words)?)?))
        }
        (true, Some(quotation), None) => Wanted::Quotation(quotation),
        (true, None, Some(field)) => Wanted::Place { field, n, from, length },
        _ => {
            return Err(ToolFailure::new("one of `query`, `quote` and `field` is needed")
                .hint("give words to find, a text to check, or a field to read"));
        }
    };
    let index = tools.index();
    let (nct, study) = study_of(&index, &typed)?;
    let texts = texts(&study);
    let passages = StudyPassages { tools, index: &index, nct, texts: &texts, budget };
    match wanted {
        Wanted::Words(request) => passages.of_words(*request, cursor.as_deref()),
        Wanted::Quotation(quotation) => passages.of_quotation(&quotation),
        Wanted::Place { field, n, from, length } => passages.at(&field, n, from, length),
    }
}

/// The texts of a study that passages are taken from.
struct StudyPassages<'a> {
    tools: &'a Toolbox,
    index: &'a OpenIndex,
    nct: NctId,
    texts: &'a [StudyText<'a>],
    budget: Budget,
}

impl StudyPassages<'_> {
    fn head(&self) -> Value {
        let (nct, index) = (self.nct, &self.index.state().digest);
        json!({"nctId": nct, "url": study_url(nct), "index": index})
    }

    /// Where the words of a question are: the passages with most different words first.
    fn found(&self, request: SearchRequest) -> Result<Vec<Value>, ToolFailure> {
        let asked = self.tools.ask(request)?;
        let counted = self.index.count(&asked)?;
        let mut finder = counted.hits.passages();
        let mut found: Vec<(&StudyText<'_>, PassagePlace)> =
            self.texts.iter().filter_map(|text| Some((text, finder.place(text.text)?))).collect();
        found.sort_by_key(|(_, place)| Reverse((place.different, place.matches.len())));
        Ok(found.into_iter().map(|(text, place)| passage(text, place)).collect())
    }

    fn of_words(
        &self,
        request: SearchRequest,
        cursor: Option<&str>,
    ) -> Result<ToolAnswer, ToolFailure> {
        let question = format!("passages {} {:?}", self.nct, request.pairs());
        let scope = CursorScope { state: &self.index.state().digest, question: &question };
        let offset = scope.read(cursor)?;
        let found = self.found(request)?;
        let total = found.len();
        let mut value = self.head();
        value["total"] = total.into();
        let mut room = self.budget.room(&value);
        let shown: Vec<Value> =
            found.into_iter().skip(offset).map_while(|passage| room.take(passage)).collect();
        let next = offset + shown.len();
        value["passages"] = shown.into();
        if next < total {
            value["cursor"] = scope.write(next).into();
        }
        Ok(ToolAnswer::new(value, self.budget))
    }

    /// Where a quotation is, or what is like it.
    fn of_quotation(&self, quotation: &str) -> Result<ToolAnswer, ToolFailure> {
        let places: Vec<(&StudyText<'_>, std::ops::Range<usize>)> =
            self.texts.iter().filter_map(|text| Some((text, text.find(quotation)?))).collect();
        let mut value = self.head();
        value["found"] = (!places.is_empty()).into();
        value["total"] = places.len().into();
        let (name, passages) = match places.is_empty() {
            true => ("nearest", self.found(any_of(quotation))?.into_iter().take(3).collect()),
            false => {
                let quoted = places.into_iter().map(|(text, span)| text.quoted(span));
                ("passages", quoted.collect::<Vec<Value>>())
            }
        };
        let mut room = self.budget.room(&value);
        let shown = passages.into_iter().map_while(|passage| room.take(passage));
        value[name] = shown.collect::<Vec<Value>>().into();
        Ok(ToolAnswer::new(value, self.budget))
    }

    /// The text at a place.
    fn at(
        &self,
        field: &str,
        n: usize,
        from: usize,
        length: usize,
    ) -> Result<ToolAnswer, ToolFailure> {
        let piece = section(field)?;
        let of_field = self.texts.iter().filter(|text| text.field == piece.name);
        let of_field: Vec<&StudyText<'_>> = of_field.collect();
        let Some(text) = of_field.iter().find(|text| text.n == n) else {
            return Err(self.no_text(piece.name, of_field.len()));
        };
        let mut value = self.head();
        value["characters"] = text.text.chars().count().into();
        value["values"] = of_field.len().into();
        // Names and numbers beside the text.
        const REST: usize = 400;
        let most = self.budget.bytes() - REST;
        let quoted = text.quoted_in(text.bytes_of(from, length), most);
        if let (Value::Object(head), Value::Object(quoted)) = (&mut value, quoted) {
            head.extend(quoted);
        }
        Ok(ToolAnswer::new(value, self.budget))
    }

    fn no_text(&self, field: &str, values: usize) -> ToolFailure {
        if values > 0 {
            return ToolFailure::new(format!("`{field}` has no text of that number"))
                .hint(format!("it has {values} texts, from 0 on"));
        }
        let fields = self.texts.iter().map(|text| text.field);
        ToolFailure::new(format!("{} has no text in `{field}`", self.nct))
            .hint("`study` shows which sections there are")
            .nearest(nearest_of(field, fields))
    }
}

/// A passage with the words in it that were looked for.
fn passage(text: &StudyText<'_>, place: PassagePlace) -> Value {
    const MOST: usize = 6;
    let mut words: Vec<String> = Vec::new();
    for span in &place.matches {
        let word = clipped(&text.text[span.clone()].to_lowercase(), 30);
        if words.len() < MOST && !words.contains(&word) {
            words.push(word);
        }
    }
    let mut quoted = text.quoted(place.span);
    quoted["words"] = words.into();
    quoted
}
