//! Operands side by side without an operator: where a system has no such
//! searches, the second one may be a remark, a label or a count.

use super::line_notes;
use super::strategy_page::LineRefusal;
use super::systems::Dialect;
use super::tags::is_tag;
use super::tokens::DialectToken;

/// How a system reads operands side by side.
fn has_operators(dialect: Dialect) -> bool {
    matches!(
        dialect,
        Dialect::Ovid | Dialect::Embase | Dialect::Cochrane | Dialect::Ebsco | Dialect::ProQuest
    )
}

/// Systems that join operands side by side by `AND`, where only words without
/// a field behind one with a field are doubtful.
fn may_join(dialect: Dialect) -> bool {
    matches!(
        dialect,
        Dialect::PubMed | Dialect::WebOfScience | Dialect::Scopus | Dialect::ClinicalTrials
    )
}

/// Refuses a line with an operand right after a complete one, without an
/// operator between them.
pub(super) fn side_by_side(tokens: &[DialectToken], dialect: Dialect) -> Option<LineRefusal> {
    if !has_operators(dialect) && !may_join(dialect) {
        return None;
    }
    let mut groups = OperandFields::default();
    for (at, token) in tokens.iter().enumerate() {
        let rest = &tokens[at..];
        if dialect == Dialect::PubMed
            && let Some(tag) = tag_in_parentheses(&tokens[at..])
            && at > 0
        {
            return Some(refusal(tag));
        }
        if has_operators(dialect)
            && let Some(odd) = odd_word(tokens, at, dialect)
        {
            return Some(refusal(&odd));
        }
        if groups.is_complete && begins_operand(token) && is_doubtful(rest, dialect) {
            return Some(refusal(&words(rest)));
        }
        if dialect == Dialect::Ebsco
            && let Some(more) = field_within(tokens, at)
        {
            return Some(refusal(&words(more)));
        }
        groups.add(token);
    }
    None
}

/// What is no part of a search as it is written: `adj 3` for `adj3`, a count
/// before a search, a field that is not read.
fn odd_word(tokens: &[DialectToken], at: usize, dialect: Dialect) -> Option<String> {
    let DialectToken::Word(word) = &tokens[at] else { return None };
    let after_group = at > 0 && matches!(tokens[at - 1], DialectToken::Close);
    // `2010:2015.(sa_year).`, `(gout or tophi).ti.,ab.`
    if dialect == Dialect::Ovid && (word.contains("_year") || (after_group && word.contains(".,")))
    {
        return Some(word.clone());
    }
    let digits = word.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
    let next = tokens.get(at + 1);
    if !digits || !next.is_some_and(begins_operand) {
        return None;
    }
    let signs: &[&str] = if dialect == Dialect::Ebsco { &["N", "W"] } else { &["NEAR", "near"] };
    let distance = match at.checked_sub(1).map(|before| &tokens[before]) {
        Some(DialectToken::Near(_)) => word.len() < 3,
        Some(DialectToken::Word(before)) => word.len() < 3 && signs.contains(&before.as_str()),
        _ => false,
    };
    let whole =
        !matches!(next, Some(DialectToken::Word(_) | DialectToken::Quoted(_) | DialectToken::Open));
    let count = at == 0 && (word.len() > 4 || (word.len() > 2 && whole));
    (distance || count).then(|| words(&tokens[at..]))
}

/// `gout(tiab)`, for `gout[tiab]`.
fn tag_in_parentheses(rest: &[DialectToken]) -> Option<&str> {
    match rest {
        [DialectToken::Open, DialectToken::Word(word), DialectToken::Close, ..] if is_tag(word) => {
            Some(word)
        }
        _ => None,
    }
}

/// What is known of the operand that was read last.
#[derive(Default)]
struct OperandFields {
    /// For each open parenthesis, whether a field comes before it or is in it.
    fields: Vec<bool>,
    /// A field precedes the next operand.
    prefixed: bool,
    is_complete: bool,
}

impl OperandFields {
    fn add(&mut self, token: &DialectToken) {
        match token {
            DialectToken::PassedOver(_) => return,
            DialectToken::Open => self.fields.push(self.prefixed),
            DialectToken::Close => {
                self.is_complete = self.fields.pop().unwrap_or(false);
                self.mark(self.is_complete);
                return;
            }
            DialectToken::Suffix(_) | DialectToken::Heading(_) | DialectToken::Lines { .. } => {
                self.mark(true);
                (self.is_complete, self.prefixed) = (true, false);
                return;
            }
            DialectToken::Prefix(_) | DialectToken::Unknown(_) => self.mark(true),
            _ => {}
        }
        self.prefixed = matches!(token, DialectToken::Prefix(_) | DialectToken::Unknown(_));
        self.is_complete = false;
    }

    /// Marks the groups around.
    fn mark(&mut self, has_field: bool) {
        if let Some(last) = self.fields.last_mut() {
            *last |= has_field;
        }
    }
}

fn begins_operand(token: &DialectToken) -> bool {
    matches!(
        token,
        DialectToken::Word(_)
            | DialectToken::Quoted(_)
            | DialectToken::Open
            | DialectToken::Heading(_)
            | DialectToken::Lines { .. }
            | DialectToken::Prefix(_)
            | DialectToken::Unknown(_)
    )
}

/// Whether an operand after a complete one is not joined to it. Counts are
/// distinguished from words elsewhere.
fn is_doubtful(rest: &[DialectToken], dialect: Dialect) -> bool {
    if line_notes::is_count_ahead(rest) {
        return false;
    }
    if has_operators(dialect) {
        return true;
    }
    let words = rest.iter().take_while(|token| matches!(token, DialectToken::Word(_))).count();
    words > 0
        && !matches!(
            rest.get(words),
            Some(DialectToken::Suffix(_) | DialectToken::Near(_) | DialectToken::To)
        )
}

/// EBSCOhost's fields between words: `TI gout AB pain` has no operator before
/// the second field.
fn field_within(tokens: &[DialectToken], at: usize) -> Option<&[DialectToken]> {
    const FIELDS: [&str; 6] = ["TI", "AB", "TX", "MH", "MM", "SU"];
    let DialectToken::Word(word) = &tokens[at] else { return None };
    let word = word.trim_end_matches(',');
    let before = matches!(at.checked_sub(1).map(|at| &tokens[at]), Some(DialectToken::Word(_)));
    let after = matches!(
        tokens.get(at + 1),
        Some(DialectToken::Word(_) | DialectToken::Quoted(_) | DialectToken::Open)
    );
    (before && after && FIELDS.contains(&word)).then_some(&tokens[at..])
}

/// The words of an operand.
fn words(rest: &[DialectToken]) -> String {
    const MOST: usize = 8;
    let mut words: Vec<String> = Vec::new();
    for token in rest {
        match token {
            DialectToken::Word(word) => words.push(word.clone()),
            DialectToken::Quoted(text) => words.push(format!("\"{text}\"")),
            DialectToken::Heading(heading) => words.push(heading.name.clone()),
            DialectToken::Lines { numbers, .. } => {
                words.extend(numbers.iter().map(|number| format!("#{number}")));
            }
            DialectToken::Prefix(codes) => words.extend(codes.iter().cloned()),
            DialectToken::Unknown(sign) => words.push(sign.clone()),
            DialectToken::Open if words.is_empty() => {}
            _ => break,
        }
        if words.len() > MOST {
            break;
        }
    }
    words.join(" ")
}

fn refusal(words: &str) -> LineRefusal {
    LineRefusal::new(
        format!("there is no operator before `{words}`: it may be part of the search, or a remark"),
        "type `AND` or `OR` before it, or delete it; quotes keep words together",
    )
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, translate};

    #[test]
    fn operands_side_by_side_are_refused() {
        use Dialect::{Cochrane, Ebsco, Embase, Ovid, PubMed, WebOfScience};
        let refused = |of: Dialect, text: &str| {
            let line = translate(&text.replace('|', "\n"), of).lines.pop();
            line.and_then(|line| line.refused).is_some()
        };
        for (of, text) in [
            (Ovid, "gout.tw. pain"),
            (Ovid, "exp Gout/ gout.tw."),
            (Ovid, "1 gout.tw.|2 12345 exp Gout/"),
            (Ovid, "1 gout.tw.|2 23456 gout*.ti,ab."),
            (Ovid, "2010:2015.(sa_year)."),
            (Ovid, "(gout OR tophi).ti.,ab."),
            (Ovid, "(gout or tophi).tw. (flare or attack).tw."),
            (Ovid, "1 gout.tw.|2 pain.tw.|3 1 or 2 Population"),
            (Embase, "'gout'/exp 'pain'/exp"),
            (Cochrane, "[mh gout] pain:ti"),
            (Ebsco, "(MH \"Gout\") pain"),
            (Ebsco, "TI gout AB pain"),
            (PubMed, "gout[tiab] OR tophi[tiab] Population"),
            (PubMed, "#1 gout[tiab]|#2 pain[tiab]|#3 #1 AND #2 Population"),
            (PubMed, "gout(tiab)"),
            (WebOfScience, "TS=(gout) Population"),
        ] {
            assert!(refused(of, text), "{text}");
        }
        for (of, text) in [
            (Ovid, "exp Gout/ or gout.tw."),
            (Ovid, "(gout or gouty arthritis).tw."),
            (Ovid, "gout.tw. adj3 pain.tw."),
            (Ovid, "5 fluorouracil.tw."),
            (Ovid, "type 2 diabetes.tw."),
            (PubMed, "gout[tiab] pain[tiab]"),
            (PubMed, "gout pain"),
            (PubMed, "gout pain[tiab]"),
            (Ebsco, "TI ( gout N3 flare ) OR AB gout"),
            (Cochrane, "gout pain"),
            (WebOfScience, "TS=(gout) AND PY=(2010-2020)"),
        ] {
            assert!(!refused(of, text), "{text}");
        }
    }
}
