//! Phases as people type them for a filter.

use super::filter_terms::{constant_term, spans_between};
use super::syntax::Expr;
use super::{Diagnostic, Span};

/// Phases in short, in the order of their numbers.
const CONSTANTS: [&str; 5] = ["EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4"];

/// A phase, or several that one study has together.
type PhaseSet = Vec<&'static str>;

/// Why a text is no phase: what to type.
type PhaseHint = String;

/// Reads phases with commas or blanks between: any of them will do. `1/2` is
/// a study of both.
///
/// # Errors
///
/// What is no phase, with what to type.
pub(super) fn alternatives(typed: &str) -> Result<(Vec<Expr>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let (mut found, mut notices, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for span in spans_between(typed, |c| matches!(c, ',' | '|')) {
        let text = &typed[span.clone()];
        let range = range(text);
        notices.extend(range.as_deref().map(|range| notice_of_range(text, range, span.clone())));
        match range.map_or_else(|| phases(text), Ok) {
            Ok(phases) => {
                notices.extend(phases.iter().filter_map(|one| notice(one, span.clone())));
                notices.extend(none(text, &span));
                found.extend(phases.iter().filter_map(|one| of_all(one, &span)));
            }
            Err(hint) => {
                let message = format!("`{text}` is no phase that the registry has");
                wrong.push(Diagnostic { span, message, hint });
            }
        }
    }
    if found.is_empty() && wrong.is_empty() {
        let message = "no phase is named".to_owned();
        wrong.push(Diagnostic { span: 0..typed.len(), message, hint: usual() });
    }
    if wrong.is_empty() { Ok((found, notices)) } else { Err(wrong) }
}

/// The constant of one phase; `None` of several.
pub(super) fn constant(text: &str) -> Option<&'static str> {
    match &phases(text).ok()?[..] {
        [together] => match together[..] {
            [phase] => Some(phase),
            _ => None,
        },
        _ => None,
    }
}

fn usual() -> PhaseHint {
    "type `1`, `2`, `3`, `4`, `1/2`, `early 1` or `NA`, or several with commas between".to_owned()
}

/// Studies that have all of these phases.
fn of_all(phases: &PhaseSet, span: &Span) -> Option<Expr> {
    let one = |phase: &&str| Expr::within("Phase", constant_term(phase, span.clone()));
    Expr::all(phases.iter().map(one).collect())
}

fn notice(phases: &PhaseSet, span: Span) -> Option<Diagnostic> {
    let numbers: Vec<&str> = phases.iter().map(|phase| short(phase)).collect();
    (phases.len() > 1).then(|| Diagnostic {
        span,
        message: "studies that have all of these phases at once are found".to_owned(),
        hint: format!("type `{}` for studies of either", numbers.join(",")),
    })
}

/// What is typed before or behind the end of a range of phases, and the sign
/// for it.
const ENDS: [(&str, &str); 22] = [
    (">=", ">="),
    ("<=", "<="),
    ("\u{2265}", ">="),
    ("\u{2264}", "<="),
    (">", ">"),
    ("<", "<"),
    ("at least ", ">="),
    ("from ", ">="),
    ("above ", ">"),
    ("over ", ">"),
    ("at most ", "<="),
    ("up to ", "<="),
    ("below ", "<"),
    ("under ", "<"),
    ("+", ">="),
    (" or higher", ">="),
    (" or later", ">="),
    (" or more", ">="),
    (" and above", ">="),
    (" and higher", ">="),
    (" or lower", "<="),
    (" or earlier", "<="),
];

/// The phases of `>=2` or `2 or higher`, one of which must match.
fn range(text: &str) -> Option<Vec<PhaseSet>> {
    let small = text.trim().to_lowercase();
    let small = small.trim_start_matches("phase ").trim_start_matches("phases ");
    let (end, sign) = ENDS.iter().find_map(|(typed, sign)| {
        let behind = typed.starts_with([' ', '+']);
        let end = if behind { small.strip_suffix(typed) } else { small.strip_prefix(typed) };
        Some((end?, *sign))
    })?;
    let end = number(end.trim().trim_start_matches("phase "))?;
    let (from, to) = match sign {
        ">=" => (end, CONSTANTS.len()),
        ">" => (end + 1, CONSTANTS.len()),
        "<=" => (0, end + 1),
        _ => (0, end),
    };
    let phases = CONSTANTS.get(from..to)?;
    (!phases.is_empty()).then(|| phases.iter().map(|phase| vec![*phase]).collect())
}

fn notice_of_range(text: &str, phases: &[PhaseSet], span: Span) -> Diagnostic {
    let numbers: Vec<&str> = phases.iter().flatten().map(|phase| short(phase)).collect();
    Diagnostic {
        span,
        message: format!("`{}` is any of the phases {}", text.trim(), numbers.join(", ")),
        hint: format!("type `{}` for the same", numbers.join(",")),
    }
}

/// `none` may mean studies without a phase.
fn none(text: &str, span: &Span) -> Option<Diagnostic> {
    text.split_whitespace().any(|word| word.eq_ignore_ascii_case("none")).then(|| Diagnostic {
        span: span.clone(),
        message: "this is read as `NA`, studies to which phases do not apply".to_owned(),
        hint: "type `{filter} 'AREA[Phase]MISSING'` for studies without a phase in the record"
            .to_owned(),
    })
}

/// The shortest that is read as a phase.
fn short(phase: &str) -> &str {
    if phase == "EARLY_PHASE1" { "0" } else { phase.trim_start_matches("PHASE") }
}

/// The phases that a text without commas names, one of which must match.
fn phases(text: &str) -> Result<Vec<PhaseSet>, PhaseHint> {
    let text =
        text.to_lowercase().replace(['_', '(', ')'], " ").replace(['\u{2013}', '\u{2014}'], "-");
    let text = text.replace(" / ", "/").replace(" - ", "-").replace("/phase ", "/");
    let text = text.replace(" to ", "-").replace(" through ", "-");
    let mut words = text.split_whitespace().filter(|word| !is_filling(word)).peekable();
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        match word {
            "early" => {
                words.next_if(|next| matches!(number(next), Some(1)));
                found.push(vec!["EARLY_PHASE1"]);
            }
            "not" if words.next_if(|next| *next == "applicable").is_some() => {
                found.push(vec!["NA"])
            }
            "na" | "n/a" | "none" => found.push(vec!["NA"]),
            word => found.push(together(word)?),
        }
    }
    if found.is_empty() { Err(usual()) } else { Ok(found) }
}

/// Words between phases, and what the registry once wrote behind one.
fn is_filling(word: &str) -> bool {
    matches!(word, "phase" | "phases" | "ph" | "or" | "formerly" | "listed" | "as")
}

/// `2`, `iii` or `2/3`.
fn together(word: &str) -> Result<PhaseSet, PhaseHint> {
    let numbers: Option<Vec<usize>> = word.split('/').map(number).collect();
    match numbers {
        Some(mut numbers) => {
            numbers.sort_unstable();
            numbers.dedup();
            Ok(numbers.into_iter().map(|number| CONSTANTS[number]).collect())
        }
        None => Err(meant(word)),
    }
}

/// The number of a phase in digits or Roman numerals.
fn number(word: &str) -> Option<usize> {
    let bare = word.trim_start_matches("phase").trim_start_matches(['-', '.']);
    match bare {
        "0" => Some(0),
        "1" | "i" | "one" => Some(1),
        "2" | "ii" | "two" => Some(2),
        "3" | "iii" | "three" => Some(3),
        "4" | "iv" | "four" => Some(4),
        _ => None,
    }
}

/// What to type for a word that is no phase: a range, or a part of a phase.
fn meant(word: &str) -> PhaseHint {
    let ends = word.split_once('-').and_then(|(one, other)| Some((number(one)?, number(other)?)));
    if let Some((first, last)) = ends.filter(|(first, last)| first < last) {
        let all: Vec<String> = (first..=last).map(|number| number.to_string()).collect();
        let either = format!("`{}` for studies of any of them", all.join(","));
        return match last - first {
            1 => format!("type `{first}/{last}` for studies of both, {either}"),
            _ => format!("type {either}"),
        };
    }
    let whole = word.trim_end_matches(['a', 'b', 'c']);
    match number(whole).filter(|_| whole != word) {
        Some(number) => format!("type `{number}`: the registry does not part phases"),
        None => usual(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(typed: &str) -> String {
        match alternatives(typed) {
            Ok((found, _)) => found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "),
            Err(wrong) => wrong.iter().map(|one| one.hint.clone()).collect::<Vec<_>>().join(" | "),
        }
    }

    #[test]
    fn none_says_what_it_is_taken_for() {
        let (_, notices) = alternatives("2,none").expect("phases");
        let [notice] = &notices[..] else { panic!("{notices:?}") };
        assert_eq!((notice.span.clone(), notice.hint.contains("MISSING")), (2..6, true));
        assert!(alternatives("NA").is_ok_and(|(_, notices)| notices.is_empty()));
    }

    #[test]
    fn phases_are_read_as_people_type_them() {
        for (typed, expected) in [
            ("3", "AREA[Phase]PHASE3"),
            ("III", "AREA[Phase]PHASE3"),
            ("phase IV", "AREA[Phase]PHASE4"),
            ("2,3", "AREA[Phase]PHASE2 | AREA[Phase]PHASE3"),
            ("2 3", "AREA[Phase]PHASE2 | AREA[Phase]PHASE3"),
            ("Phase 2|Phase 3", "AREA[Phase]PHASE2 | AREA[Phase]PHASE3"),
            ("1/2", "AREA[Phase]PHASE1 AND AREA[Phase]PHASE2"),
            ("Phase 1/Phase 2", "AREA[Phase]PHASE1 AND AREA[Phase]PHASE2"),
            ("II/III", "AREA[Phase]PHASE2 AND AREA[Phase]PHASE3"),
            ("early 1", "AREA[Phase]EARLY_PHASE1"),
            ("Early Phase 1", "AREA[Phase]EARLY_PHASE1"),
            ("EARLY_PHASE1", "AREA[Phase]EARLY_PHASE1"),
            ("0", "AREA[Phase]EARLY_PHASE1"),
            ("N/A", "AREA[Phase]NA"),
            ("not applicable", "AREA[Phase]NA"),
            ("2-3", "type `2/3` for studies of both, `2,3` for studies of any of them"),
            ("2-4", "type `2,3,4` for studies of any of them"),
            ("2b", "type `2`: the registry does not part phases"),
            ("IIa", "type `2`: the registry does not part phases"),
        ] {
            assert_eq!(shown(typed), expected, "{typed}");
        }
        for typed in ["5", "x", "phase", ",", "2/x"] {
            assert_eq!(shown(typed), usual(), "{typed}");
        }
    }
}
