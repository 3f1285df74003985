//! What Scopus says of years and of parts of its database in a form of its
//! own: `PUBYEAR > 2014`, `LIMIT-TO(LANGUAGE, "English")`.

/// A limit, or what is said of one that is passed over.
pub(super) type Limit = Result<String, String>;

/// The limit that a text begins with, and how many bytes it takes.
pub(super) fn limit(text: &str) -> Option<(Limit, usize)> {
    years(text).or_else(|| function(text))
}

/// `PUBYEAR AFT 2014` as `pubyear=2015-`.
fn years(text: &str) -> Option<(Limit, usize)> {
    const NAME: &str = "PUBYEAR";
    let name = text.get(..NAME.len()).filter(|name| name.eq_ignore_ascii_case(NAME))?;
    let rest = text[name.len()..].trim_start();
    const SIGNS: [&str; 8] = [">=", "<=", ">", "<", "=", "AFT", "BEF", "IS"];
    let sign = SIGNS.iter().find(|sign| {
        rest.get(..sign.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(sign))
    })?;
    let number = rest[sign.len()..].trim_start();
    let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    let year: u32 = number[..digits].parse().ok().filter(|_| digits == 4)?;
    let years = match *sign {
        ">" | "AFT" => format!("{}-current", year + 1),
        ">=" => format!("{year}-current"),
        "<" | "BEF" => format!("-{}", year.checked_sub(1)?),
        "<=" => format!("-{year}"),
        _ => year.to_string(),
    };
    let length = text.len() - number.len() + digits;
    Some((Ok(format!("pubyear={years}")), length))
}

/// `LIMIT-TO(PUBYEAR, 2015)`; other functions of that kind have no field here.
fn function(text: &str) -> Option<(Limit, usize)> {
    let name = ["LIMIT-TO", "EXCLUDE"].into_iter().find(|name| text.starts_with(name))?;
    let arguments = text[name.len()..].trim_start().strip_prefix('(')?;
    let end = arguments.find(')')?;
    let length = text.len() - arguments.len() + end + 1;
    let whole = &text[..length];
    let (field, value) = arguments[..end].split_once(',')?;
    let (field, value) = (field.trim(), value.trim().trim_matches('"'));
    let limit = match field.to_ascii_uppercase().as_str() {
        "PUBYEAR" if name == "LIMIT-TO" => Ok(format!("pubyear={value}")),
        _ if name == "EXCLUDE" => Err(format!("`{whole}` is left out: nothing is excluded by it")),
        _ => Err(format!("`{whole}` is left out: no field of a record says so")),
    };
    Some((limit, length))
}
