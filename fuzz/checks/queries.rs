//! What is typed to ask for studies.

use trialdex_query::{
    Diagnostic, Filter, MatchOptions, NotUnderstood, Parameter, Request, RequestError,
    UnderstoodRequest, WordExpansion, expression, is_strategy, parse_sort, plain, strategy,
};

/// The text as a request of plain words.
fn understood(typed: &str) -> Result<UnderstoodRequest, NotUnderstood> {
    let queries = vec![(Parameter::Words, typed.to_owned())];
    Request { queries, ..Request::default() }.understand()
}

/// Places of diagnostics are ones of the text.
fn within(typed: &str, diagnostics: &[Diagnostic]) {
    for Diagnostic { span, message, .. } in diagnostics {
        assert!(typed.get(span.clone()).is_some(), "{span:?} is no place of {typed:?}: {message}");
        assert!(!message.is_empty());
    }
}

fn all_within(wrong: &NotUnderstood) {
    assert!(!wrong.parts.is_empty(), "refused without a reason");
    for RequestError { typed, diagnostics, .. } in &wrong.parts {
        assert!(!diagnostics.is_empty(), "refused without a reason");
        within(typed, diagnostics);
    }
}

/// What was understood is printed as text that is understood the same way.
fn printed_is_understood(first: &UnderstoodRequest) {
    match understood(&first.text) {
        Ok(second) => assert_eq!(first.text, second.text, "printed and understood again"),
        Err(wrong) => panic!("what was printed is not understood: {}: {wrong:?}", first.text),
    }
    for remark in &first.remarks {
        within(&remark.typed, std::slice::from_ref(&remark.notice));
    }
}

/// A text as an expression, plain words, a sort key and a strategy.
pub(super) fn query(bytes: &[u8]) {
    let typed = String::from_utf8_lossy(bytes);
    match expression(&typed) {
        Ok(parsed) => {
            let printed = parsed.expr.to_string();
            let again = expression(&printed).expect("what was printed is read").expr;
            assert_eq!(printed, again.to_string(), "printed and read again");
        }
        Err(diagnostics) => within(&typed, &diagnostics),
    }
    match understood(&typed) {
        Ok(first) => printed_is_understood(&first),
        Err(wrong) => all_within(&wrong),
    }
    let _ = plain(&typed, MatchOptions::default());
    if let Err(diagnostic) = parse_sort(&typed) {
        within(&typed, &[diagnostic]);
    }
    lines(&typed);
}

/// Lines of a strategy are those of the text.
fn lines(text: &str) {
    let count = text.lines().count();
    match strategy(text, &Request::default()) {
        Ok(lines) => {
            assert!(lines.iter().all(|line| (1..=count).contains(&line.at)));
            lines.iter().for_each(|line| printed_is_understood(&line.understood));
        }
        Err(wrong) => {
            assert!(!wrong.is_empty(), "refused without a reason");
            for line in wrong {
                assert!((1..=count.max(1)).contains(&line.at), "line {} of {count}", line.at);
                assert!(!line.diagnostics.is_empty(), "refused without a reason");
            }
        }
    }
    let _ = is_strategy(text);
}

/// A request: lines of a flag, a blank and its value; other lines are plain
/// words. The first byte says how words match.
pub(super) fn request(bytes: &[u8]) {
    let Some((manner, bytes)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(bytes);
    let request = from_lines(*manner, &text);
    match request.understand() {
        Ok(first) => printed_is_understood(&first),
        Err(wrong) => all_within(&wrong),
    }
    for parameter in Parameter::ALL {
        let queries = vec![(parameter, text.to_string())];
        let asked = Request { queries, ..Request::default() };
        match asked.understand() {
            Ok(first) => printed_is_understood(&first),
            Err(wrong) => all_within(&wrong),
        }
    }
}

fn from_lines(manner: u8, text: &str) -> Request {
    let level = [WordExpansion::None, WordExpansion::Term, WordExpansion::Concept]
        [usize::from(manner & 3).min(2)];
    let (any, explode) = (manner & 4 != 0, manner & 8 != 0);
    let manner = MatchOptions { any, expand: Some(level), explode };
    let mut request = Request { manner, ..Request::default() };
    for line in text.lines() {
        let (flag, value) = line.split_once(' ').unwrap_or((line, ""));
        let name = flag.strip_prefix("--").unwrap_or_default();
        if let Some(filter) = Filter::named(name) {
            request.filters.push((filter, value.to_owned()));
        } else if name == "area" {
            request.area = Some(value.to_owned());
        } else if let Some(parameter) = Parameter::named(name) {
            request.queries.push((parameter, value.to_owned()));
        } else {
            request.queries.push((Parameter::Words, line.to_owned()));
        }
    }
    request
}
