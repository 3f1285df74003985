//! What is asked of the index, out of the arguments of a call.

use serde_json::Value;

use trialdex_plan::{QueryKind, RankingOptions, SearchRequest};
use trialdex_query::dialect::Dialect;
use trialdex_query::{Filter, MatchOptions, Parameter, PastedText, Request, WordExpansion, pasted};

use crate::arguments::Arguments;
use crate::failure::ToolFailure;

/// The name of plain words.
pub(crate) const WORDS: &str = "query";

/// How freely words match.
pub(crate) const EXPANSIONS: [&str; 3] = ["none", "term", "concept"];

/// The question of a call: the arguments that the terminal has as words and flags, by the same
/// names.
pub(crate) fn question(arguments: &mut Arguments) -> Result<SearchRequest, ToolFailure> {
    let mut queries = Vec::new();
    for words in arguments.texts(WORDS)? {
        queries.push((parameter_of_words(&words)?, words));
    }
    for parameter in Parameter::ALL.into_iter().filter(|it| *it != Parameter::Words) {
        let texts = arguments.texts(parameter.name())?.into_iter();
        queries.extend(texts.map(|text| (parameter, text)));
    }
    let mut filters = Vec::new();
    for filter in Filter::ALL {
        let texts = arguments.texts(filter.name())?.into_iter();
        filters.extend(texts.map(|text| (filter, text)));
    }
    let expand = arguments.choice("expand", &EXPANSIONS)?.map(str::to_owned);
    let expand = expand.map(WordExpansion::try_from).transpose().map_err(ToolFailure::new)?;
    let manner =
        MatchOptions { any: arguments.flag("any")?, expand, explode: arguments.flag("explode")? };
    let request = Request {
        queries,
        filters,
        area: arguments.text("area")?,
        include_missing: arguments.flag("includeMissing")?,
        manner,
        from: arguments.text("from")?.map(dialect).transpose()?,
        ..Request::default()
    };
    Ok(SearchRequest { request, ..SearchRequest::default() })
}

/// The same with how hits are ranked and sorted.
pub(crate) fn ranked_question(arguments: &mut Arguments) -> Result<SearchRequest, ToolFailure> {
    let asked = question(arguments)?;
    let no_feedback = arguments.flag("noFeedback")?;
    let ranking = RankingOptions { no_feedback, ..RankingOptions::default() };
    Ok(SearchRequest { ranking, sort: arguments.names("sort")?, ..asked })
}

/// Words, any of which a text may have; they are no expression.
pub(crate) fn any_of(words: &str) -> SearchRequest {
    let queries = vec![(Parameter::Words, words.to_owned())];
    let manner = MatchOptions { any: true, ..MatchOptions::default() };
    let request = Request { queries, manner, ..Request::default() };
    SearchRequest { request, kind: Some(QueryKind::Words), ..SearchRequest::default() }
}

/// What plain words are asked of: a patient's record that was pasted, of the area for patients.
fn parameter_of_words(words: &str) -> Result<Parameter, ToolFailure> {
    match pasted(words) {
        PastedText::Words => Ok(Parameter::Words),
        PastedText::Record => Ok(Parameter::Patient),
        PastedText::Unclear => {
            Err(ToolFailure::new("sentences are looked for as a patient's record or not at all")
                .hint("give a record as `patient`; for a search give words or an expression"))
        }
    }
}

/// The system that a query is written for.
fn dialect(name: String) -> Result<Dialect, ToolFailure> {
    serde_json::from_value(Value::String(name)).map_err(|error| ToolFailure::new(error.to_string()))
}

/// A name of the documentation as an argument: `include-missing` is `includeMissing`.
pub(crate) fn argument_name(name: &str) -> String {
    let mut words = name.split('-');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        camel.push_str(&first.to_uppercase());
        camel.push_str(rest);
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asked(value: Value) -> SearchRequest {
        let Value::Object(map) = value else { panic!("an object") };
        ranked_question(&mut Arguments::new(map).expect("arguments")).expect("a question")
    }

    #[test]
    fn a_question_has_what_the_terminal_has() {
        let request = asked(json!({
            "query": "sepsis", "cond": ["fever"], "phase": ["2", "3"], "status": "recruiting",
            "any": true, "expand": "term", "include_missing": "true", "sort": "StartDate:desc",
        }));
        let pairs: Vec<String> =
            request.pairs().iter().map(|(name, value)| format!("{name} {value}")).collect();
        assert_eq!(
            pairs,
            [
                " sepsis",
                "--cond fever",
                "--status recruiting",
                "--phase 2",
                "--phase 3",
                "--include-missing ",
                "--any ",
                "--expand term",
                "--sort StartDate:desc",
            ]
        );
    }

    #[test]
    fn names_of_the_documentation_are_arguments() {
        assert_eq!(argument_name("include-missing"), "includeMissing");
        assert_eq!(argument_name("cond"), "cond");
    }
}
