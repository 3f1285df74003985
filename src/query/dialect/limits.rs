//! Limits to a part of a database: `limit 5 to (english and humans)`,
//! `[humans]/lim`.

use super::methods::{Method, method};
use crate::study::pieces;

/// What a part of a limit comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Limited {
    /// An expression that says the same.
    Said {
        /// As typed.
        typed: String,
        /// In our language.
        expression: String,
    },
    /// What cannot be said, and why.
    LeftOut(String, &'static str),
}

/// Words that join parts of a limit.
const JOINTS: [&str; 4] = [" and ", " or ", "; ", " AND "];

/// The parts of a limit, and whether any of them will do.
pub(super) fn parts(limit: &str) -> (Vec<Limited>, bool) {
    let any = limit.contains(" or ") && !limit.contains(" and ");
    let mut parts = vec![limit.to_owned()];
    for joint in JOINTS {
        let split = |part: String| part.split(joint).map(str::to_owned).collect::<Vec<_>>();
        parts = parts.into_iter().flat_map(split).collect();
    }
    let clean = |part: &String| {
        part.trim_matches(|c: char| c.is_whitespace() || "()[].".contains(c)).to_owned()
    };
    let parts: Vec<String> = parts.iter().map(clean).filter(|part| !part.is_empty()).collect();
    (parts.iter().map(|part| said(part)).collect(), any)
}

fn said(part: &str) -> Limited {
    let typed = part.to_owned();
    if let Some(years) = years(part) {
        return Limited::Said { typed, expression: years };
    }
    named(part)
}

/// A limit by the name of a method, an age group or a sex.
pub(super) fn named(part: &str) -> Limited {
    let typed = part.to_owned();
    // `"all adult (19 plus years)"`
    let name = part.trim_matches('"').split('(').next().unwrap_or(part).trim_matches([' ', '"']);
    match method(name) {
        Some(Method::Said(expression)) => {
            Limited::Said { typed, expression: expression.to_owned() }
        }
        Some(Method::Unsayable(why)) => Limited::LeftOut(typed, why),
        None => Limited::LeftOut(typed, "no field of a record says so"),
    }
}

/// `yr="2010 -Current"`, `2010-2020`, `ed=...` as a range of start dates.
fn years(part: &str) -> Option<String> {
    let (name, value) = part.split_once('=').unwrap_or(("", part));
    let name = pieces::fold(name);
    if !["", "yr", "py", "dp", "year", "publicationyear", "pubyear"].contains(&name.as_str()) {
        return None;
    }
    let value = value.replace('"', "").to_lowercase();
    let (from, to) = value.split_once('-').unwrap_or((&value, &value));
    let (from, to) = (bound(from.trim())?, bound(to.trim())?);
    (from.is_some() || to.is_some()).then(|| range(from.as_deref(), to.as_deref()))
}

/// A year as an end of a range; `None` inside where it is open.
fn bound(text: &str) -> Option<Option<String>> {
    match text {
        "" | "current" | "present" => Some(None),
        year if year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(Some(year.to_owned()))
        }
        _ => None,
    }
}

/// A range of the date that a study began at, which is nearest to that of a
/// publication.
pub(super) fn range(from: Option<&str>, to: Option<&str>) -> String {
    format!("AREA[StartDate]RANGE[{}, {}]", from.unwrap_or("MIN"), to.unwrap_or("MAX"))
}

/// A date such as `2010/03/01`, `2010` or `3000` as an end of a range; `None`
/// inside where it is open.
pub(super) fn date(typed: &str) -> Option<Option<String>> {
    let typed = typed.trim().trim_matches('"');
    if matches!(typed.to_lowercase().as_str(), "3000" | "3000/12/31" | "present" | "current") {
        return Some(None);
    }
    let parts: Vec<&str> = typed.split(['/', '-']).collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let known = parts.len() < 4 && parts[0].len() == 4 && parts.iter().all(digits);
    let padded = parts.iter().map(|part| format!("{part:0>2}")).collect::<Vec<_>>();
    known.then(|| Some(padded.join("-")))
}
