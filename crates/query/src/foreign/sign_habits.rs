//! Signs at words with a meaning in other systems: boosts, braces, truncation,
//! fuzzy matching, quotes.

use super::habit::{Habit, HabitRemedy, HabitStrength, is_understood};
use super::token_place::{TokenPlace, TypedText};
use crate::address::{StudyAddress, address};
use crate::lexer::TokenKind;
use crate::web_search::{WebSearch, of_address};
use crate::word_syntax::{holds_words, is_pattern, is_quote};
use crate::{Diagnostic, Span};
use trialdex_records::study::NctId;

/// `asthma^2`, unlike `10^6` and `kg/m^2`.
pub(super) fn boost(place: TokenPlace, text: &str) -> Option<Habit> {
    let (stem, number) = text.rsplit_once('^')?;
    let is_number = number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_word = stem.chars().count() > 2 && stem.chars().all(char::is_alphabetic);
    (is_number && is_word).then(|| Habit {
        span: place.token().span.clone(),
        message: format!("`^{number}` gives no weight here"),
        instead: HabitRemedy::Text(stem.to_owned()),
        strength: HabitStrength::Likely,
    })
}

/// `{asthma child}`, Scopus' exact phrase.
pub(super) fn braces(place: TokenPlace, text: &str) -> Option<Habit> {
    if !text.starts_with('{') || place.follows_at_once() {
        return None;
    }
    let tokens = &place.text.tokens[place.at..];
    let words = tokens.iter().take_while(|token| matches!(token.kind, TokenKind::Word(_)));
    let last = words.take(16).find(|token| place.text.of(token).ends_with('}'))?;
    let span = place.token().span.start..last.span.end;
    let inner = place.text.typed[span.clone()].trim_matches(['{', '}']);
    let plain = holds_words(inner) && !inner.contains(['{', '}']);
    plain.then(|| Habit {
        span,
        message: "braces make no phrase here".to_owned(),
        instead: HabitRemedy::Text(format!("\"{inner}\"")),
        strength: HabitStrength::Likely,
    })
}

/// `anemi$`, `tumo$r`
pub(super) fn dollar(place: TokenPlace, text: &str) -> Option<Habit> {
    let inner = text.replace('$', "?");
    if is_pattern(&inner) && !is_pattern(text) && !text.ends_with('$') {
        return Some(Habit {
            span: place.token().span.clone(),
            message: "`$` within a word has no meaning".to_owned(),
            instead: HabitRemedy::Text(inner),
            strength: HabitStrength::Likely,
        });
    }
    let stem = text.trim_end_matches(|c: char| c == '$' || c.is_ascii_digit());
    let cut = text[stem.len()..].starts_with('$') && holds_words(stem);
    cut.then(|| Habit {
        span: place.token().span.clone(),
        message: format!("`{text}` does not match other endings"),
        instead: HabitRemedy::Advice(beginning_or_all(stem)),
        strength: HabitStrength::Perhaps,
    })
}

/// What to type for a truncated word.
fn beginning_or_all(stem: &str) -> String {
    match is_understood(&format!("{stem}*")) {
        true => format!("type `{stem}*` for all words that begin so"),
        false => "type the words that are meant, with `OR` between them".to_owned(),
    }
}

/// `m?n`: too few letters for a pattern.
pub(super) fn wildcard(place: TokenPlace, text: &str) -> Option<Habit> {
    if is_pattern(text) || text.contains("://") {
        return None;
    }
    let inner = text.trim_end_matches(['?', '*']);
    let at = inner.find(['?', '*'])?;
    // An allele, such as `HLA-B*27`, is a name.
    if inner[at + 1..].starts_with(|c: char| c.is_ascii_digit()) && inner[at..].starts_with('*') {
        return None;
    }
    let stem = &inner[..at];
    let joins =
        stem.ends_with(char::is_alphanumeric) && inner[at + 1..].starts_with(char::is_alphanumeric);
    let hint = match is_understood(&format!("{stem}*")) {
        true => format!("{}, or the spellings with `OR` between them", beginning_or_all(stem)),
        false => beginning_or_all(stem),
    };
    joins.then(|| Habit {
        span: place.token().span.clone(),
        message: format!("`{}` within a word has no meaning", &inner[at..=at]),
        instead: HabitRemedy::Advice(hint),
        strength: HabitStrength::Perhaps,
    })
}

/// `'bone marrow'`
pub(super) fn single_quotes(place: TokenPlace, text: &str) -> Option<Habit> {
    if !text.starts_with(['\'', '\u{2018}']) || text.ends_with(['\'', '\u{2019}']) {
        return None;
    }
    let run = &place.text.tokens[place.at..];
    let words = run.iter().take(16).take_while(|token| matches!(token.kind, TokenKind::Word(_)));
    let last = words.skip(1).find(|token| place.text.of(token).ends_with(['\'', '\u{2019}']))?;
    let phrase = &place.text.typed[run[0].span.start..last.span.end];
    let phrase = phrase.trim_matches(['\'', '\u{2018}', '\u{2019}']);
    Some(Habit {
        span: place.token().span.clone(),
        message: "single quotes do not make a phrase".to_owned(),
        instead: HabitRemedy::Advice(format!("type double quotes: `\"{phrase}\"`")),
        strength: HabitStrength::Perhaps,
    })
}

/// A quote without its counterpart in a title, which makes no phrase there.
pub(super) fn stray_quotes(text: TypedText) -> Option<Diagnostic> {
    let quotes = text.typed.char_indices().filter(|(_, c)| is_quote(*c));
    let mut places = quotes.map(|(at, c)| at..at + c.len_utf8());
    let within = |place: &Span| {
        let at = text.tokens.partition_point(|token| token.span.end <= place.start);
        text.tokens.get(at).is_some_and(|token| token.span.start <= place.start)
    };
    let span = places.find(|place| !within(place))?;
    Some(Diagnostic {
        span,
        message: "the quote is not closed, and makes no phrase".to_owned(),
        hint: "type `\"` on both sides of a phrase".to_owned(),
    })
}

/// `"stem cell"~3`, `anemia~3`
pub(super) fn tilde(place: TokenPlace, text: &str) -> Option<Habit> {
    let (word, distance) = text.rsplit_once('~')?;
    if distance.is_empty() || !distance.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let end = place.token().span.end;
    match (word, place.previous().map(|token| (&token.kind, token.span.start))) {
        ("", Some((TokenKind::Quoted(words), start))) => {
            let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
            Some(Habit {
                span: start..end,
                message: format!("`{text}` after a phrase means nothing here"),
                instead: HabitRemedy::Operand(words.join(&format!(" NEAR/{distance} "))),
                strength: HabitStrength::Sure,
            })
        }
        ("", _) => None,
        _ if matches!(distance, "1" | "2") => None,
        _ => Some(Habit {
            span: place.token().span.clone(),
            message: format!("`~{distance}` asks for words that are too different"),
            instead: HabitRemedy::Advice(format!("type `{word}~1` or `{word}~2`")),
            strength: HabitStrength::Likely,
        }),
    }
}

/// The API's `distance(...)`, which the language does not have.
pub(super) fn distance(place: TokenPlace, text: &str) -> Option<Habit> {
    let open = place.touches_next().is_some_and(|next| next.kind == TokenKind::Open);
    (open && text == "distance").then(|| Habit {
        span: place.token().span.clone(),
        message: "`distance(` is no operator here".to_owned(),
        instead: HabitRemedy::Advice(
            "type `AREA[LocationGeoPoint]DISTANCE[39.0, -77.1, 50mi]`".to_owned(),
        ),
        strength: HabitStrength::Sure,
    })
}

/// `PMID 90000001`, `doi: 10.9999/x.1`
pub(super) fn publication(place: TokenPlace, text: &str) -> Option<Habit> {
    let typed = text.trim_end_matches(':');
    let name = ["pmid", "doi"].into_iter().find(|known| known.eq_ignore_ascii_case(typed))?;
    let number = place.text.bare(place.at + 1)?;
    let StudyAddress::Publication(said) = address(&format!("{name}:{number}"))? else {
        return None;
    };
    let span = place.token().span.start..place.text.tokens[place.at + 1].span.end;
    Some(Habit {
        span,
        message: NO_WORD.to_owned(),
        instead: HabitRemedy::Operand(said),
        strength: HabitStrength::Sure,
    })
}

/// The diagnostic for a publication.
const NO_WORD: &str = "what names a publication is no word of a record";

/// `04331054`, `NCTO4331054`: a number without its prefix, or with a letter
/// for a digit.
pub(super) fn number(place: TokenPlace, text: &str) -> Option<Habit> {
    let alone = place.text.tokens.len() == 1;
    let digits = match text.get(..3).filter(|prefix| prefix.eq_ignore_ascii_case("nct")) {
        Some(_) => text[3..].replace(['O', 'o'], "0").replace(['l', 'I'], "1"),
        None => Some(text).filter(|_| alone)?.to_owned(),
    };
    let number = NctId::parse(&format!("NCT{digits}")).filter(|_| NctId::parse(text).is_none())?;
    Some(Habit {
        span: place.token().span.clone(),
        message: format!("`{text}` is looked for like any other word"),
        instead: HabitRemedy::Advice(format!("type `{number}` for the number of a study")),
        strength: HabitStrength::Perhaps,
    })
}

/// The address of a study or of a publication.
pub(super) fn web(place: TokenPlace, text: &str) -> Option<Habit> {
    if let Some(found) = of_address(text) {
        return Some(of_search(place, &found));
    }
    let (message, instead, strength) = match address(text)? {
        StudyAddress::Number(number) => (
            format!("of the address, the number `{number}` is looked for"),
            HabitRemedy::Advice(format!("type `{number}`")),
            HabitStrength::Perhaps,
        ),
        StudyAddress::Publication(said) => {
            (NO_WORD.to_owned(), HabitRemedy::Operand(said), HabitStrength::Sure)
        }
    };
    Some(Habit { span: place.token().span.clone(), message, instead, strength })
}

/// The address of a search.
fn of_search(place: TokenPlace, found: &WebSearch) -> Habit {
    let mut message = "the address of a search is no word of a record".to_owned();
    if !found.left_out.is_empty() {
        message.push_str(&format!("; of it, `{}` is not read", found.left_out.join("`, `")));
    }
    let instead = match found.expression() {
        Some(said) => HabitRemedy::Operand(said),
        None => HabitRemedy::Advice("type what was searched for there".to_owned()),
    };
    Habit { span: place.token().span.clone(), message, instead, strength: HabitStrength::Sure }
}
