//! Scopus's own form for years and parts of its database: `PUBYEAR > 2014`,
//! `LIMIT-TO(LANGUAGE, "English")`, `EXCLUDE(PUBYEAR, 2019)`, `ORIG-LOAD-DATE
//! AFT 20200101`.

use super::tokens::DialectToken;

/// The limit that a text begins with, and how many bytes it takes.
pub(super) fn limit(text: &str) -> Option<(DialectToken, usize)> {
    years(text).or_else(|| loaded(text)).or_else(|| function(text))
}

/// The rest behind a name at the beginning of a text.
fn behind<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let begins = text.get(..name.len())?;
    begins.eq_ignore_ascii_case(name).then(|| text[name.len()..].trim_start())
}

/// A comparison and what follows it.
fn compared(rest: &str) -> Option<(&'static str, &str)> {
    const SIGNS: [&str; 8] = [">=", "<=", ">", "<", "=", "AFT", "BEF", "IS"];
    SIGNS.into_iter().find_map(|sign| Some((sign, behind(rest, sign)?)))
}

/// The digits that a text begins with.
fn digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

/// `PUBYEAR AFT 2014` as `pubyear=2015-`.
fn years(text: &str) -> Option<(DialectToken, usize)> {
    let (sign, number) = compared(behind(text, "PUBYEAR")?)?;
    let typed = digits(number);
    let year: u32 = typed.parse().ok().filter(|_| typed.len() == 4)?;
    let years = match sign {
        ">" | "AFT" => format!("{}-current", year + 1),
        ">=" => format!("{year}-current"),
        "<" | "BEF" => format!("-{}", year.checked_sub(1)?),
        "<=" => format!("-{year}"),
        _ => year.to_string(),
    };
    let length = text.len() - number.len() + typed.len();
    Some((DialectToken::Limit(format!("pubyear={years}")), length))
}

/// `ORIG-LOAD-DATE AFT 20200101`: a day that a record came into the database.
fn loaded(text: &str) -> Option<(DialectToken, usize)> {
    const NAMES: [&str; 4] = ["ORIG-LOAD-DATE", "LOAD-DATE", "PUBDATETXT", "RECENT"];
    let rest = NAMES.into_iter().find_map(|name| behind(text, name))?;
    let number = match compared(rest) {
        Some((_, number)) => number,
        // `RECENT(30)`
        None => rest.strip_prefix('(')?,
    };
    let typed = digits(number);
    let closed = usize::from(compared(rest).is_none() && number[typed.len()..].starts_with(')'));
    let length = text.len() - number.len() + typed.len() + closed;
    let said = text[..length].split_whitespace().collect::<Vec<_>>().join(" ");
    (!typed.is_empty()).then_some((DialectToken::Limit(said), length))
}

/// Codes of kinds of documents, and their names.
const DOCUMENTS: [(&str, &str); 15] = [
    ("ar", "article"),
    ("ab", "abstract report"),
    ("bk", "book"),
    ("bz", "article"),
    ("ch", "book chapter"),
    ("cp", "conference paper"),
    ("cr", "conference review"),
    ("dp", "article"),
    ("ed", "editorial"),
    ("er", "erratum"),
    ("ip", "article in press"),
    ("le", "letter"),
    ("no", "note"),
    ("re", "review"),
    ("sh", "short survey"),
];

/// `LIMIT-TO(PUBYEAR, 2015)` and `EXCLUDE(DOCTYPE, "re")`.
fn function(text: &str) -> Option<(DialectToken, usize)> {
    let name = ["LIMIT-TO", "EXCLUDE"].into_iter().find(|name| behind(text, name).is_some())?;
    let arguments = behind(text, name)?.strip_prefix('(')?;
    let end = arguments.find(')')?;
    let length = text.len() - arguments.len() + end + 1;
    let (field, value) = arguments[..end].split_once(',')?;
    let value = value.trim().trim_matches('"');
    let limit = match field.trim().to_ascii_uppercase().as_str() {
        "PUBYEAR" => format!("pubyear={value}"),
        "DOCTYPE" => {
            let document = DOCUMENTS.iter().find(|(code, _)| code.eq_ignore_ascii_case(value));
            document.map_or(value, |(_, name)| name).to_owned()
        }
        // Exact keywords are headings of several thesauruses.
        "EXACTKEYWORD" => value.to_owned(),
        field => format!("\"{field} {value}\""),
    };
    let token =
        if name == "EXCLUDE" { DialectToken::Excluded(limit) } else { DialectToken::Limit(limit) };
    Some((token, length))
}
