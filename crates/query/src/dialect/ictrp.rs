//! Searches of the ICTRP as its portal prints them: `gout in the Title AND
//! colchicine in the Intervention; Recruitment status is ALL`, and those of
//! APA PsycNet, which writes `{Gout} IN Index Terms`.

use super::form;
use crate::word_list::WordList;
use trialdex_records::study::pieces;

/// The labels of the form before a typed or chosen value (in small letters).
pub(super) const LABELS: WordList = WordList(
    "title:|condition:|intervention:|primary sponsor:|secondary id:|\
     countries of recruitment are|countries of recruitment:|countries are|countries:|\
     recruitment status is|recruitment status:|phases are|phases:|phase is|phase:|\
     date of registration is between|date of registration between|date of registration:",
);

/// Lists of the form, and their fields.
const LISTS: [(&str, &str); 5] = [
    ("countries", "countries"),
    ("recruitment status", "recruitmentstatus"),
    ("phases", "phase"),
    ("phase", "phase"),
    ("date of registration", "dateofregistration"),
];

/// Whether a text (in small letters) begins with a list of the form.
pub(super) fn is_list(small: &str) -> bool {
    LISTS.iter().any(|(name, _)| small.starts_with(name))
}

/// Whether a text is such a search.
pub(super) fn is_search(text: &str) -> bool {
    in_fields(text).len() > text.len() || form::parts(text, &LABELS.iter()).len() > 1
}

/// A search with its fields before a colon.
pub(super) fn prepared(text: &str) -> String {
    if text.to_ascii_lowercase().match_indices(':').count() > 1 && is_joined_by_or(text) {
        return text.to_owned();
    }
    let parts = form::parts(text, &LABELS.iter());
    let alone = parts.len() == 1;
    let written: Vec<String> = parts
        .into_iter()
        .filter_map(|part| selected(part, alone))
        .filter(|part| !part.is_empty())
        .collect();
    written.join(" AND ")
}

/// Whether `OR` or `NOT` joins parts of the form.
fn is_joined_by_or(text: &str) -> bool {
    form::parts(text, &LABELS.iter()).iter().any(|part| form::has_label(part, &LABELS.iter()))
}

/// A part of a search; for a list, the chosen value: `ALL` chooses nothing.
fn selected(part: &str, alone: bool) -> Option<String> {
    let small = part.to_ascii_lowercase();
    let label = LABELS.iter().find(|label| small.starts_with(label));
    let Some(label) = label else {
        let said = in_fields(part);
        return Some(if alone { said } else { format!("({said})") });
    };
    let value = part[label.len()..].trim_matches([':', ' ', '.']);
    let list = LISTS.iter().find(|(name, _)| small.starts_with(name));
    match list {
        Some(_) if value.eq_ignore_ascii_case("all") || value.is_empty() => None,
        Some((_, field)) => {
            let values: Vec<&str> = value.split(',').map(str::trim).collect();
            Some(format!("{field}:({})", values.join(" OR ")))
        }
        None if value.is_empty() => Some(part.to_owned()),
        None => Some(format!("{}:({value})", pieces::fold(label))),
    }
}

/// The ICTRP's `gout OR podagra in the Title AND colchicine in the
/// Intervention` as `title:(gout OR podagra) AND intervention:(colchicine)`.
fn in_fields(text: &str) -> String {
    const FIELDS: WordList =
        WordList("title|condition|intervention|primary sponsor|secondary id|countries");
    with_fields_before(text, FIELDS, |sign| sign.eq_ignore_ascii_case(" in "))
}

/// PsycNet's `{Gout} IN Index Terms AND pain IN Title` as `indexterms:({Gout})
/// AND title:(pain)`.
pub(super) fn of_psycnet(text: &str) -> String {
    const FIELDS: WordList =
        WordList("any field|index terms|title|abstract|keywords|author|methodology|mesh");
    with_fields_before(text, FIELDS, |sign| sign == " IN ")
}

/// A text with fields after their words, rewritten with fields before them.
fn with_fields_before(text: &str, fields: WordList, is_sign: impl Fn(&str) -> bool) -> String {
    let small = text.to_ascii_lowercase();
    let mut written = String::with_capacity(text.len());
    let mut from = 0;
    for (at, sign) in small.match_indices(" in ") {
        let rest = small[at + 4..].strip_prefix("the ").unwrap_or(&small[at + 4..]);
        let Some(name) = fields.iter().find(|name| rest.starts_with(name)) else { continue };
        let ends = !rest[name.len()..].starts_with(|c: char| c.is_alphanumeric());
        if at < from || !ends || !is_sign(&text[at..at + sign.len()]) {
            continue;
        }
        let (before, words) = operand(&text[from..at]);
        let gap = if written.is_empty() { "" } else { " " };
        written.push_str(&format!("{gap}{before}{}:({words})", pieces::fold(name)));
        from = small.len() - rest.len() + name.len();
    }
    written + &text[from..]
}

/// Splits a text where its operand begins: behind an operator and parentheses
/// that it does not close.
fn operand(text: &str) -> (String, &str) {
    let mut words = text.trim_start();
    let mut before = String::new();
    loop {
        let operator = ["AND NOT ", "AND ", "OR ", "NOT "].into_iter().find(|operator| {
            words.get(..operator.len()).is_some_and(|word| word.eq_ignore_ascii_case(operator))
        });
        let open = words.matches('(').count() > words.matches(')').count();
        if let Some(operator) = operator {
            before.push_str(operator);
            words = words[operator.len()..].trim_start();
        } else if let Some(rest) =
            words.strip_prefix(['(', ')']).filter(|_| open || words.starts_with(')'))
        {
            before.push_str(&words[..1]);
            words = rest.trim_start();
            if before.ends_with(')') {
                before.push(' ');
            }
        } else {
            return (before, words.trim_end());
        }
    }
}
