//! Fields that are named beside a value, as in `title:asthma`, `phase=2`,
//! `age > 65`, `Condition: asthma`, `tw:(asthma)` and `ti(asthma)`.

use super::habit::{Habit, HabitRemedy, HabitStrength};
use super::token_place::TokenPlace;
use crate::Span;
use crate::ages::is_age;
use crate::complaints::meant;
use crate::dialect::{FieldEquivalent, is_aspect, is_field, is_function, listed, nearest};
use crate::lexer::TokenKind;
use crate::meaning::SearchTarget;
use crate::word_list::WordList;
use crate::word_syntax::holds_words;
use trialdex_records::study::nearest_of;
use trialdex_records::study::study_fields::StudyField;

/// Signs between a name and a value.
const SIGNS: [char; 6] = [':', '=', '<', '>', '\u{2264}', '\u{2265}'];

/// Words of a value after a colon and a blank, at most.
const LONGEST_VALUE: usize = 6;

/// A name, a sign, a value, and the place of all three.
struct NamedField<'a> {
    name: &'a str,
    sign: &'a str,
    value: &'a str,
    span: Span,
    /// The value comes right after the sign.
    glued: bool,
}

/// What a field beside a value is meant for.
pub(super) fn field(place: TokenPlace, word: &str) -> Option<Habit> {
    let named = function(place, word).or_else(|| named(place, word))?;
    let NamedField { name, sign, value, mut span, glued } = named;
    let known = alias(name).unwrap_or(name);
    let Some(nearest) = nearest(known, sign, value) else {
        return misspelt(place, name, sign, value, &span)
            .or_else(|| unknown(place, name, sign, value, span, glued));
    };
    let typed = place.text.typed;
    let value_at = value.as_ptr() as usize - typed.as_ptr() as usize;
    let message = format!("`{}` names no field here", typed[span.start..value_at].trim_end());
    let area = match &nearest {
        FieldEquivalent::Said(said) => area_of_words(said),
        _ => None,
    };
    let several = several(place, (known, area), sign, value_at, &span);
    if let Some((said, end)) = several {
        span.end = end;
        return Some(Habit {
            span,
            message,
            instead: HabitRemedy::Operand(said),
            strength: HabitStrength::Likely,
        });
    }
    let instead = match nearest {
        FieldEquivalent::Said(said) => HabitRemedy::Operand(said),
        FieldEquivalent::Filter(filter) => {
            HabitRemedy::Advice(format!("type `{filter}` beside the other words"))
        }
        FieldEquivalent::NoValue(area) => {
            HabitRemedy::Advice(format!("`trialdex fields {area}` lists its values"))
        }
        FieldEquivalent::Nothing => HabitRemedy::Advice(format!(
            "leave `{}` out: records have no such field",
            &place.text.typed[span.clone()]
        )),
    };
    Some(Habit { span, message, instead, strength: HabitStrength::Likely })
}

/// `country: Germany, France`: values that go on behind a comma or `OR`.
fn several(
    place: TokenPlace,
    (name, area): (&str, Option<&str>),
    sign: &str,
    from: usize,
    span: &Span,
) -> Option<(String, usize)> {
    let text = place.text;
    let mut at = text.tokens.partition_point(|token| token.span.start < span.end);
    let mut found = None;
    while sign.trim() == ":"
        && text.tokens.get(at).is_some_and(|it| matches!(it.kind, TokenKind::Comma | TokenKind::Or))
    {
        let words = (at + 1..at + 1 + LONGEST_VALUE).take_while(|at| text.bare(*at).is_some());
        let end = words.last()?;
        let values = &text.typed[from..text.tokens[end].span.end];
        let next = &text.typed[text.tokens[at].span.end..text.tokens[end].span.end];
        let words =
            area.filter(|_| !next.contains([':', '='])).map(|area| format!("{area}({values})"));
        let Some(said) = listed(name, values).or(words) else { break };
        found = Some((said, text.tokens[end].span.end));
        at = end + 1;
    }
    found
}

/// `AREA[ConditionSearch]` of `AREA[ConditionSearch]gout`: words beside the
/// first one are looked for there only in parentheses.
fn area_of_words(said: &str) -> Option<&str> {
    let (area, words) = said.split_at(said.find(']')? + 1);
    let name = area.strip_prefix("AREA[")?.strip_suffix(']')?;
    let plain = words.starts_with(|c: char| c.is_alphanumeric() || c == '"');
    (plain && SearchTarget::named(name).is_some_and(|target| target.has_text())).then_some(area)
}

/// Names of fields in other systems, and our field.
const ALIASES: [(&str, &str); 15] = [
    ("n", "enrollment"),
    ("site", "location"),
    ("sites", "location"),
    ("hospital", "location"),
    ("place", "location"),
    ("type", "studytype"),
    ("results", "hasresults"),
    ("sample size", "enrollment"),
    ("samplesize", "enrollment"),
    ("participants", "enrollment"),
    ("nct", "id"),
    ("nctid", "id"),
    ("trial", "id"),
    ("last updated", "lastupdatepostdate"),
    ("updated", "lastupdatepostdate"),
];

fn alias(name: &str) -> Option<&'static str> {
    ALIASES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, field)| *field)
}

/// Names of fields that are typed most, to find those with a wrong letter.
const USUAL: WordList = WordList(
    "title|condition|disease|intervention|treatment|sponsor|country|location|status|phase|\
     gender|enrollment|outcome|abstract",
);

/// `titel:asthma`
fn misspelt(place: TokenPlace, name: &str, sign: &str, value: &str, span: &Span) -> Option<Habit> {
    let meant = *nearest_of(name, USUAL.into_iter()).first().filter(|_| name.len() > 3)?;
    let FieldEquivalent::Said(said) = nearest(meant, sign, value)? else { return None };
    (!place.text.is_prose).then(|| Habit {
        span: span.clone(),
        message: format!("no field is called `{name}`; the nearest is `{meant}`"),
        instead: HabitRemedy::Operand(said),
        strength: HabitStrength::Likely,
    })
}

/// `BMI<30`, `colour:red`: no field holds it.
fn unknown(
    place: TokenPlace,
    name: &str,
    sign: &str,
    value: &str,
    span: Span,
    glued: bool,
) -> Option<Habit> {
    let small = |text: &str| text.chars().all(char::is_lowercase) && text.chars().count() > 1;
    if sign == ":" && glued && small(name) && value.starts_with(char::is_lowercase) {
        return (!place.text.is_prose).then(|| no_field(name, span));
    }
    let compares = sign.contains(['<', '>', '\u{2264}', '\u{2265}']);
    let number = value.starts_with(|c: char| c.is_ascii_digit());
    let is_name = name.starts_with(char::is_alphabetic) && !name.contains(['/', '.']);
    let habit = no_field(name, span);
    // `gout >65` compares nothing that is called gout.
    let apart = place.text.typed[habit.span.start + name.len()..].starts_with(' ');
    let compared = format!("{sign}{value}");
    let date = StudyField::named("StartDate").and_then(|field| meant(field, &compared));
    let advice = match date {
        Some(range) if apart => {
            Some(format!("type `AREA[StartDate]{range}` for the start of a study"))
        }
        _ if apart && is_age(&compared) => {
            Some(format!("type `{{age}} '{compared}'` for ages beside the other words"))
        }
        _ => None,
    };
    let habit = match advice {
        Some(hint) => Habit { instead: HabitRemedy::Advice(hint), ..habit },
        None => habit,
    };
    (compares && number && is_name && !place.text.is_prose).then_some(habit)
}

fn no_field(name: &str, span: Span) -> Habit {
    Habit {
        span,
        message: format!("no field is called `{name}`: its words are looked for"),
        instead: HabitRemedy::Advice("`trialdex fields` lists what can be compared".to_owned()),
        strength: HabitStrength::Perhaps,
    }
}

/// `ti(asthma)`, `MESH.EXACT("Asthma")`
fn function<'a>(place: TokenPlace<'a>, word: &'a str) -> Option<NamedField<'a>> {
    let typed = place.text.typed;
    if place.touches_next()?.kind != TokenKind::Open || !is_function(word) {
        return None;
    }
    let group = place.group(place.at + 1)?;
    let value = &typed[group.clone()];
    let words = value.contains('"')
        || value.split_whitespace().any(|word| {
            let word = word.trim_matches(['(', ')']);
            word.len() > 2 && word.starts_with(char::is_alphabetic)
        });
    let span = place.token().span.start..group.end;
    words.then_some(NamedField { name: word, sign: "(", value, span, glued: true })
}

fn named<'a>(place: TokenPlace<'a>, word: &'a str) -> Option<NamedField<'a>> {
    let at = word.find(SIGNS);
    let (name, from) = match at {
        Some(0) | None => (word, place.at + 1),
        Some(at) => (&word[..at], place.at),
    };
    let next = place.text.bare(from)?;
    let signs = if from == place.at { &next[name.len()..] } else { next };
    let length = signs.find(|c| !SIGNS.contains(&c)).unwrap_or(signs.len());
    let (sign, rest) = signs.split_at(length);
    if at == Some(0) || sign.is_empty() || !name.starts_with(char::is_alphabetic) {
        return None;
    }
    let (name, start) = with_word_before(place, name);
    let glued = holds_words(rest);
    let begins = start == place.text.tokens[place.at].span.start && !place.begins_operand();
    // Behind a blank, `:` is punctuation, but for the beginning of an operand.
    let colon = sign == ":" && !glued;
    if !glued && !rest.is_empty() {
        return None;
    }
    let (value, end) = match glued {
        true => with_unit(place, rest, from),
        false => value_behind(place, from, sign, colon && begins)?,
    };
    Some(NamedField { name, sign, value, span: start..end, glued })
}

/// The name with the word before it, where both are the name of a field:
/// `start date`.
fn with_word_before<'a>(place: TokenPlace<'a>, name: &'a str) -> (&'a str, usize) {
    let start = place.token().span.start;
    let is_word = |at: &usize| {
        let word = place.text.bare(*at).unwrap_or(":");
        word.chars().all(char::is_alphabetic)
    };
    let before = place.at.checked_sub(1).filter(is_word);
    let both = before.map(|at| {
        let from = place.text.tokens[at].span.start;
        (&place.text.typed[from..start + name.len()], from)
    });
    both.filter(|(both, _)| is_field(both) || alias(both).is_some()).unwrap_or((name, start))
}

/// A value with the unit of time behind it.
fn with_unit<'a>(place: TokenPlace<'a>, value: &'a str, at: usize) -> (&'a str, usize) {
    const UNITS: [&str; 8] = ["year", "years", "yrs", "y", "month", "months", "week", "weeks"];
    let end = place.text.tokens[at].span.end;
    let unit = place.text.bare(at + 1).filter(|unit| UNITS.contains(unit));
    match unit {
        Some(_) if value.ends_with(|c: char| c.is_ascii_digit()) => {
            let to = place.text.tokens[at + 1].span.end;
            (&place.text.typed[end - value.len()..to], to)
        }
        _ => (value, end),
    }
}

/// The value behind a sign that ends a word: a phrase, a group, a word, or
/// after a colon all words up to the next name.
fn value_behind<'a>(
    place: TokenPlace<'a>,
    sign_at: usize,
    sign: &str,
    phrase_only: bool,
) -> Option<(&'a str, usize)> {
    let text = place.text;
    let at = sign_at + 1;
    let next = text.tokens.get(at)?;
    let touches = next.span.start == text.tokens[sign_at].span.end;
    if phrase_only && !touches {
        return None;
    }
    match next.kind {
        TokenKind::Quoted(_) => Some((text.of(next), next.span.end)),
        TokenKind::Open => place.group(at).map(|span| (&text.typed[span.clone()], span.end)),
        TokenKind::Word(_) if sign == ":" && !phrase_only => {
            let is_value = |at: &usize| text.bare(*at).is_some_and(|word| !word.ends_with(':'));
            let last = (at..at + LONGEST_VALUE).take_while(is_value).last()?;
            let end = text.tokens[last].span.end;
            Some((&text.typed[next.span.start..end], end))
        }
        TokenKind::Word(_) if sign != ":" => Some(with_unit(place, text.bare(at)?, at)),
        _ => None,
    }
}

/// `Asthma/drug therapy`: a heading of MeSH with an aspect of it.
pub(super) fn aspect(place: TokenPlace, word: &str) -> Option<Habit> {
    const LONGEST: usize = 4;
    let (heading, first) = word.split_once('/')?;
    let named = heading.chars().count() > 3
        && heading.starts_with(char::is_uppercase)
        && heading.chars().skip(1).all(|c| c.is_lowercase() || c == '-');
    if !named || !place.begins_operand() {
        return None;
    }
    let text = place.text;
    let start = place.token().span.start;
    let words = (place.at..place.at + LONGEST).take_while(|at| text.bare(*at).is_some());
    let ends: Vec<usize> = words.map(|at| text.tokens[at].span.end).collect();
    let from = start + word.len() - first.len();
    let end = ends.into_iter().rev().find(|end| is_aspect(&text.typed[from..*end]))?;
    Some(Habit {
        span: start..end,
        message: "aspects of a heading are not told apart here".to_owned(),
        instead: HabitRemedy::Operand(format!("EXPLODE[MeSH]{heading}")),
        strength: HabitStrength::Likely,
    })
}
