//! Words that are also written as two, without a hyphen. Where there is one,
//! the index has the whole beside the parts.

use super::letters;

/// What begins other words and is hardly one by itself: a study of it is a
/// study of the word that follows.
#[rustfmt::skip]
const PREFIXES: &[&str] = &[
    "anti", "cardio", "chemo", "co", "gastro", "hyper", "hypo", "immuno", "intra", "micro", "multi",
    "neo", "neuro", "non", "peri", "post", "pre", "psycho", "radio", "re", "sero", "socio", "sub", "tele",
];

/// Letters that have to follow a prefix.
const SHORTEST_REST: usize = 4;

/// Words that real records write in all three ways: as one, as two, and with
/// a hyphen. Left out are pairs that mostly mean something else (`in patients`,
/// `up to`).
#[rustfmt::skip]
const COMPOUNDS: &[(&str, &str)] = &[
    ("base", "line"), ("birth", "weight"), ("blood", "borne"), ("blood", "stream"), ("body", "weight"),
    ("break", "through"), ("breast", "fed"), ("breast", "feed"), ("breast", "feeding"), ("breast", "milk"),
    ("by", "pass"), ("care", "giver"), ("check", "up"), ("child", "bearing"), ("child", "birth"),
    ("child", "care"), ("cross", "over"), ("cut", "off"), ("data", "base"), ("data", "set"), ("day", "care"),
    ("day", "time"), ("drop", "out"), ("e", "health"), ("e", "mail"), ("end", "point"), ("face", "mask"),
    ("fiber", "optic"), ("finger", "stick"), ("follow", "up"), ("front", "line"), ("gall", "bladder"),
    ("hand", "grip"), ("hand", "held"), ("health", "care"), ("heart", "beat"), ("heart", "burn"),
    ("home", "care"), ("kinesio", "taping"), ("left", "over"), ("life", "long"), ("life", "span"),
    ("life", "style"), ("lock", "down"), ("long", "term"), ("new", "born"), ("night", "time"), ("on", "going"),
    ("on", "line"), ("out", "patient"), ("pace", "maker"), ("roll", "over"), ("shock", "wave"),
    ("short", "term"), ("smart", "phone"), ("soft", "gel"), ("stand", "alone"), ("time", "frame"),
    ("time", "point"), ("ultra", "sound"), ("wait", "list"), ("wash", "out"), ("web", "site"),
    ("well", "being"), ("wide", "spread"), ("work", "up"), ("world", "wide"), ("x", "ray"),
];

/// Whether two terms that follow one another may be one.
#[must_use]
pub fn meet(one: &str, other: &str) -> bool {
    let prefix = PREFIXES.contains(&one) && other.len() >= 2;
    let letter = letters::is_name(one) || letters::is_name(other);
    let letters = || other.bytes().all(|byte| byte.is_ascii_lowercase());
    (prefix || letter) && letters() || COMPOUNDS.contains(&(one, other))
}

/// A term as the two that it may be.
#[must_use]
pub fn parted(term: &str) -> Option<(&str, &str)> {
    let known = COMPOUNDS.iter().find(|(one, other)| {
        term.len() == one.len() + other.len() && term.starts_with(one) && term.ends_with(other)
    });
    if let Some((one, _)) = known {
        return Some(term.split_at(one.len()));
    }
    letters::parted(term).or_else(|| {
        // Of two prefixes, `re` or `co` may begin the other one.
        let fits = |prefix: &&&str| term.starts_with(**prefix);
        let prefix = PREFIXES.iter().filter(fits).max_by_key(|prefix| prefix.len())?;
        let short = term.len() < prefix.len() + SHORTEST_REST;
        // What is short is a code: `antiPD`.
        let code = *prefix == "anti" && term.len() > prefix.len() + 1;
        (!short || code).then(|| term.split_at(prefix.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_joined_and_parted_alike() {
        for (one, other) in [
            ("follow", "up"),
            ("x", "ray"),
            ("health", "care"),
            ("non", "small"),
            ("anti", "pd"),
            ("tnf", "alpha"),
            ("beta", "blocker"),
            ("pre", "eclampsia"),
        ] {
            assert!(meet(one, other), "{one} {other}");
            assert_eq!(parted(&format!("{one}{other}")), Some((one, other)));
        }
    }

    #[test]
    fn words_that_only_stand_together_stay_apart() {
        for (one, other) in [("in", "patient"), ("breast", "cancer"), ("a", "part"), ("phase", "2")]
        {
            assert!(!meet(one, other), "{one} {other}");
        }
        for whole in ["inpatient", "cancer", "apart", "cost", "pred"] {
            assert_eq!(parted(whole), None, "{whole}");
        }
    }
}
