//! Lists of NCT numbers as people paste them: with any signs between, a blank
//! after `NCT`, and the words of a registration around them.

use super::syntax::Expr;
use super::{Diagnostic, Span};
use crate::filter_terms::{NUMBERS, constant_term};
use crate::word_list::WordList;
use trialdex_records::study::NctId;

/// Signs between the numbers of a list.
const BETWEEN: &str = ",;/|&+()[]{}:.#_-\u{2013}\u{2014}\u{2022}\u{b7}";

/// Words beside numbers that say nothing of a study.
const FILLING: WordList = WordList(
    "and|or|clinicaltrials|clinical|trials|trial|gov|www|nct|ncts|number|numbers|no|nr|id|\
     ids|identifier|identifiers|registration|registry|registered|study|studies|ct",
);

/// Words between the two ends of a range.
const RANGE: [&str; 4] = ["to", "through", "thru", "until"];

/// Digits of a number without its prefix, in a list.
const DIGITS: usize = 8;

/// The numbers of a text that is nothing else.
#[derive(Debug, Default)]
pub(super) struct StudyNumbers {
    pub(super) found: Vec<(NctId, Span)>,
    pub(super) notices: Vec<Diagnostic>,
}

impl StudyNumbers {
    /// Any of the numbers, as trees.
    pub(super) fn trees(&self) -> Vec<Expr> {
        let found = self.found.iter();
        let tree = |(number, span): &(NctId, Span)| {
            Expr::within(NUMBERS, constant_term(&number.to_string(), span.clone()))
        };
        found.map(tree).collect()
    }
}

/// The NCT numbers of a text that is a list of them; `None` of any other. In
/// a `list` that can be nothing else, eight digits are a number by themselves.
pub(super) fn numbers_alone(typed: &str, list: bool) -> Option<StudyNumbers> {
    if !typed.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (mut found, mut range) = (Vec::new(), None);
    let mut runs = runs(typed).peekable();
    let mut from = 0;
    while let Some(run) = runs.next() {
        let text = &typed[run.clone()];
        is_between(&typed[from..run.start]).then_some(())?;
        if dash(&typed[from..run.start]) && !found.is_empty() && range.is_none() {
            range = Some(from..run.start);
        }
        from = run.end;
        let known = !found.is_empty() || list;
        let next = runs.peek().cloned();
        if let Some(number) = number(text, known) {
            found.push((number, run));
        } else if let Some((number, end)) = next.and_then(|next| apart(typed, &run, &next)) {
            found.push((number, run.start..end));
            from = end;
            runs.next();
        } else if RANGE.contains(&text) && !found.is_empty() {
            range = range.or(Some(run));
        } else if !FILLING.contains(text.to_lowercase().as_str()) || is_operator(text) {
            return None;
        }
    }
    is_between(&typed[from..]).then_some(())?;
    let notices = range.map(not_between).into_iter().collect();
    (!found.is_empty()).then_some(StudyNumbers { found, notices })
}

/// Runs of letters and digits.
fn runs(typed: &str) -> impl Iterator<Item = Span> {
    let runs = typed.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty());
    runs.map(move |run| {
        let start = run.as_ptr() as usize - typed.as_ptr() as usize;
        start..start + run.len()
    })
}

/// A sign for `NOT` separates no numbers.
fn is_between(text: &str) -> bool {
    let excludes = text.strip_suffix('-').is_some_and(|rest| rest.ends_with(char::is_whitespace));
    !excludes && text.chars().all(|c| c.is_whitespace() || BETWEEN.contains(c))
}

/// Whether only a dash is between two numbers.
fn dash(text: &str) -> bool {
    matches!(text.trim(), "-" | "\u{2013}" | "\u{2014}")
}

/// Operators in capitals say what they say.
fn is_operator(text: &str) -> bool {
    matches!(text, "AND" | "OR" | "NOT")
}

/// `NCT04331054`, or eight digits in a list.
fn number(text: &str, in_list: bool) -> Option<NctId> {
    let digits = text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    let bare = || text.parse().ok().filter(|_| digits && in_list).and_then(NctId::from_number);
    NctId::parse_typed(text).or_else(bare)
}

/// `NCT 04331054`, `NCT: 04331054`
fn apart(typed: &str, prefix: &Span, digits: &Span) -> Option<(NctId, usize)> {
    let is_prefix = typed[prefix.clone()].eq_ignore_ascii_case("nct");
    let between = typed[prefix.end..digits.start].trim();
    let short = between.chars().count() <= 2 && !between.contains([',', ';', '/', '|']);
    let number = Some(&typed[digits.clone()]).filter(|text| text.len() == DIGITS);
    let number = number.and_then(number_of).filter(|_| is_prefix && short)?;
    Some((number, digits.end))
}

fn number_of(digits: &str) -> Option<NctId> {
    number(digits, true)
}

fn not_between(span: Span) -> Diagnostic {
    Diagnostic {
        span,
        message: "the numbers on both sides are looked for, and none between them".to_owned(),
        hint: "type each number that is wanted, with commas between".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(typed: &str, list: bool) -> String {
        let Some(StudyNumbers { found, .. }) = numbers_alone(typed, list) else {
            return String::new();
        };
        found.iter().map(|(number, _)| number.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn lists_are_read_as_they_are_pasted() {
        let both = "NCT90000001 NCT90000002";
        for typed in [
            "NCT90000001, NCT90000002",
            "nct90000001;NCT90000002;",
            "NCT90000001/NCT90000002",
            "NCT90000001|NCT90000002",
            "NCT90000001\nNCT90000002\n",
            "(NCT90000001) & [NCT90000002].",
            "NCT90000001 and NCT90000002",
            "NCT90000001, or NCT90000002",
            "NCT 90000001; NCT-90000002",
            "NCT: 90000001 NCT# 90000002",
            "NCT90000001, 90000002",
            "ClinicalTrials.gov Identifier: NCT90000001; NCT number 90000002",
            "NCT90000001-NCT90000002",
            "NCT90000001 to NCT90000002",
        ] {
            assert_eq!(shown(typed, false), both, "{typed}");
        }
        assert_eq!(shown("90000001;90000002", true), both);
    }

    #[test]
    fn anything_else_is_no_list() {
        for typed in [
            "90000001",
            "nct",
            "gout NCT90000001",
            "NCT90000001 AND NCT90000002",
            "NCT90000001 NOT NCT90000002",
            "NCT90000001 -NCT90000002",
            "NCT9000*",
            "\"NCT90000001\"",
            "NCT900000012",
            "NCT90000001, 12",
        ] {
            assert_eq!(shown(typed, false), "", "{typed}");
        }
    }

    #[test]
    fn what_may_be_a_range_is_said() {
        let said = |typed| numbers_alone(typed, false).map(|it| it.notices.len());
        assert_eq!(said("NCT90000001 - NCT90000002"), Some(1));
        assert_eq!(said("NCT90000001 to NCT90000002"), Some(1));
        assert_eq!(said("registration number NCT90000001"), Some(0));
        assert_eq!(said("NCT90000001 and NCT-90000002"), Some(0));
    }
}
