//! Thousands of calls that no person would make.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Map, Value, json};
use trialdex_assistants::{
    BYTES_A_TOKEN, DEFAULT_TOKENS, MOST_TOKENS, ReviewDesk, ToolAnswer, Toolbox, ToolboxOptions,
};
use trialdex_session::Session;

use super::super::harness::Sandbox;

/// Calls of an ordinary run; `TRIALDEX_CALLS` sets another number.
const CALLS: usize = 2_000;

/// Tokens of what is wrong with a call.
const ERROR: usize = 750;

/// Numbers that look random, the same in each run (Marsaglia, Journal of Statistical Software 2003;
/// 8(14)).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, number: usize) -> usize {
        usize::try_from(self.next() % number as u64).expect("a small number")
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

const TEXTS: [&str; 34] = [
    "anemia",
    "aplastic anemia mesenchymal",
    "insomnia OR tea",
    "\"bone marrow\"",
    "AREA[Phase]PHASE2",
    "AREA[NoSuch]x",
    "(tea",
    "NOT placebo",
    "NCT90000002",
    "NCT90000099",
    "nct1",
    "NCT99999999",
    "trialdex://study/NCT90000002",
    "PHASE2",
    "COMPLETED",
    "recruiting",
    "France, DE",
    "42.36,-71.06,50mi",
    "65+",
    "with",
    "StartDate:desc",
    "EnrollmentCount",
    "BriefTitle,Condition",
    "eligibility",
    "outcomes",
    "results",
    "EligibilityCriteria",
    "full",
    "MI",
    "[\"anemia\", \"fever\"]",
    "a\u{1b}[2J\u{0}\u{9b}\u{202e}b",
    "\u{65e5}\u{672c}\u{8a9e} \u{1f9ea} \u{e9}t\u{e9}",
    "*",
    "{\"schema\": \"trialdex.receipt.v1\"}",
];

/// A value of any kind; `seen` are cursors and addresses of earlier answers.
fn value(chance: &mut Chance, seen: &[String], depth: usize) -> Value {
    match chance.below(if depth > 1 { 9 } else { 12 }) {
        0..=4 => (*chance.of(&TEXTS)).into(),
        5 => chance.below(30).into(),
        6 => (*chance.of(&[json!(true), json!(null), json!(-1), json!(2.5), json!(u64::MAX)]))
            .clone(),
        7 => match seen.is_empty() {
            true => json!(""),
            false => mangled(chance, seen),
        },
        8 => "x".repeat(chance.below(3_000)).into(),
        9 | 10 => {
            let number = chance.below(4);
            (0..number).map(|_| value(chance, seen, depth + 1)).collect()
        }
        _ => json!({"a": value(chance, seen, depth + 1)}),
    }
}

/// An earlier cursor or address, now and then with another character.
fn mangled(chance: &mut Chance, seen: &[String]) -> Value {
    let mut text = chance.of(seen).clone();
    if chance.once_in(2) {
        let at = chance.below(text.len());
        if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
            text.replace_range(at..=at, "7");
        }
    }
    text.into()
}

/// Arguments, most of them by names that the tool has.
fn arguments(chance: &mut Chance, tool: &Value, seen: &[String]) -> Map<String, Value> {
    let schema = &tool["inputSchema"];
    let names: Vec<&String> =
        schema["properties"].as_object().expect("properties").keys().collect();
    let mut arguments = Map::new();
    for needed in schema["required"].as_array().into_iter().flatten() {
        if !chance.once_in(10) {
            let name = needed.as_str().expect("a name").to_owned();
            let known = ["NCT90000002", "NCT90009999", "NCT90000011", "anemia"];
            let value = match chance.once_in(3) {
                true => value(chance, seen, 0),
                false => (*chance.of(&known)).into(),
            };
            arguments.insert(name, value);
        }
    }
    for _ in 0..chance.below(4) {
        let name = match chance.once_in(20) {
            true => (*chance.of(&["", "querry", "max_tokens", "\u{1b}"])).to_owned(),
            false => (*chance.of(&names)).clone(),
        };
        let value = match (name.as_str(), chance.below(3)) {
            ("maxTokens" | "max_tokens", 0 | 1) => (750 + chance.below(3_000)).into(),
            ("cursor" | "receipt", 0 | 1) if !seen.is_empty() => mangled(chance, seen),
            _ => value(chance, seen, 0),
        };
        arguments.entry(name).or_insert(value);
    }
    arguments
}

/// What has to hold for every answer.
struct Expectations {
    known: BTreeSet<String>,
}

impl Expectations {
    fn check(&self, called: &str, arguments: &Map<String, Value>, answer: &ToolAnswer) {
        let text = answer.text();
        let context = || format!("{called} {arguments:?}: {text}");
        let asked = arguments.get("maxTokens").or_else(|| arguments.get("max_tokens"));
        let asked = asked.and_then(|it| it.as_u64().or_else(|| it.as_str()?.parse().ok()));
        let asked =
            asked.map_or(DEFAULT_TOKENS, |asked| usize::try_from(asked).unwrap_or(MOST_TOKENS));
        let most = if answer.is_error { ERROR } else { asked.clamp(750, MOST_TOKENS) };
        assert!(text.len() <= most * BYTES_A_TOKEN, "{} bytes {}", text.len(), context());
        assert!(!text.contains(|c: char| c.is_control()), "{}", context());
        assert_eq!(answer.value["error"].is_string(), answer.is_error, "{}", context());
        if !answer.is_error {
            assert!(answer.value["index"].is_string() || called == "screen", "{}", context());
        }
        self.numbers(&answer.value, &context);
    }

    /// Every number that an answer gives as that of a study is in the index.
    fn numbers(&self, value: &Value, context: &dyn Fn() -> String) {
        match value {
            Value::Object(object) => {
                for (name, below) in object {
                    if let ("nctId", Some(number)) = (name.as_str(), below.as_str()) {
                        assert!(self.known.contains(number), "{number} {}", context());
                    }
                    self.numbers(below, context);
                }
            }
            Value::Array(elements) => {
                for element in elements {
                    let number =
                        element.as_str().filter(|it| it.len() == 11 && it.starts_with("NCT"));
                    // Values of fields may name other studies.
                    if context().contains("\"nearest\"") {
                        assert!(number.is_none_or(|it| self.known.contains(it)), "{}", context());
                    }
                    self.numbers(element, context);
                }
            }
            _ => {}
        }
    }
}

fn tools(sandbox: &Sandbox) -> Toolbox {
    let session = Session::open(&sandbox.path("index"), None).expect("an index");
    let review = sandbox.path("tea.review");
    let desk = ReviewDesk::open(&review, "model A", &["ann".to_owned()]).expect("a review");
    let options =
        ToolboxOptions { now: SystemTime::now, desk: Some(desk), ..ToolboxOptions::default() };
    Toolbox::new(Arc::new(session), options)
}

fn seen_in(answer: &Value, seen: &mut Vec<String>) {
    const MOST: usize = 200;
    for name in ["cursor", "receipt"] {
        if let Some(text) = answer[name].as_str().filter(|_| seen.len() < MOST) {
            seen.push(text.to_owned());
        }
    }
}

#[test]
fn no_call_gets_more_than_its_answer_may_have() {
    let sandbox = super::sandbox();
    sandbox.run(&["review", "new", "tea", "--query", "anemia", "--reviewer", "ann"]).success();
    let known = sandbox.run(&["search", "--sort", "StartDate", "--format", "ids"]).out;
    let known = known.lines().map(str::to_owned).collect();
    let tools = tools(&sandbox);
    let list = tools.list();
    let calls = std::env::var("TRIALDEX_CALLS").ok().and_then(|calls| calls.parse().ok());
    let (mut chance, mut seen, mut answered) = (Chance(0x5eed), Vec::new(), 0);
    let expected = Expectations { known };
    for _ in 0..calls.unwrap_or(CALLS) {
        let tool = chance.of(&list).clone();
        let name = tool["name"].as_str().expect("a name");
        let arguments = arguments(&mut chance, &tool, &seen);
        let answer = tools.call(name, arguments.clone()).expect("a tool");
        expected.check(name, &arguments, &answer);
        seen_in(&answer.value, &mut seen);
        answered += usize::from(!answer.is_error);
    }
    assert!(answered > calls.unwrap_or(CALLS) / 5, "{answered} were no errors");
}

#[test]
fn pages_have_everything_once_and_an_end() {
    let sandbox = super::sandbox();
    sandbox.run(&["review", "new", "tea", "--query", "anemia", "--reviewer", "ann"]).success();
    let tools = tools(&sandbox);
    for (tool, arguments, list) in [
        ("search", json!({"limit": 7}), "hits"),
        (
            "search",
            json!({"query": "study", "detail": "full", "maxTokens": 750, "limit": 100}),
            "hits",
        ),
        (
            "search",
            json!({"query": "study", "fields": ["EligibilityCriteria"], "maxTokens": 750}),
            "hits",
        ),
        ("count", json!({"by": "Condition", "limit": 1000, "maxTokens": 750}), "values"),
        ("fields", json!({"maxTokens": 750}), "fields"),
        ("fields", json!({"name": "LocationCity", "maxTokens": 750}), "values"),
        (
            "passages",
            json!({"id": "NCT90000002", "query": "anemia OR bone OR cells OR study", "maxTokens": 800}),
            "passages",
        ),
    ] {
        let (mut all, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let Value::Object(mut page) = arguments.clone() else { panic!("an object") };
            page.insert("cursor".to_owned(), cursor.clone());
            let answer = tools.call(tool, page).expect("a tool");
            assert!(!answer.is_error, "{tool} {arguments} {}", answer.text());
            let elements = answer.value[list].as_array().expect("a list");
            assert!(!elements.is_empty(), "{tool} {arguments} {}", answer.text());
            all.extend(elements.iter().map(Value::to_string));
            cursor = answer.value["cursor"].clone();
            if cursor.is_null() {
                let total =
                    answer.value[if tool == "count" { "distinct" } else { "total" }].as_u64();
                assert_eq!(Some(all.len() as u64), total, "{tool} {arguments}");
                break;
            }
        }
        let different: BTreeSet<&String> = all.iter().collect();
        assert_eq!(different.len(), all.len(), "{tool} {arguments}");
    }
}
