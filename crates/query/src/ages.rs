//! Ages as people type them for a filter, and the studies that admit them.
//!
//! A study admits an age if its limits do. Where a record has no limits but
//! the registry's age groups, as its tables do, the groups decide. A record
//! with neither says nothing of ages and is left out, as by any filter.

use super::filter_terms::spans_between;
use super::syntax::{Expr, ExprKind, RangeBound};
use super::{Diagnostic, Span};
use trialdex_records::study::Age;

/// The registry's age groups, and the years at which each begins and ends.
const GROUPS: [(&str, u64, u64); 3] =
    [("CHILD", 0, 18), ("ADULT", 18, 65), ("OLDER_ADULT", 65, u64::MAX)];

/// Years that nobody has lived beyond; the oldest known person died at 122.
const OLDEST: u64 = 125;

/// Units as they are typed, and what the registry calls them.
const UNITS: [(&[&str], &str); 4] = [
    (&["", "y", "yr", "yrs", "yo", "y/o", "year", "years", "year old", "years old"], "years"),
    (&["mo", "mos", "month", "months", "months old"], "months"),
    (&["w", "wk", "wks", "week", "weeks", "weeks old"], "weeks"),
    (&["d", "day", "days", "days old"], "days"),
];

/// Names of ages: the registry's groups, and MeSH's where it has none.
const NAMES: [(&[&str], &str); 9] = [
    (
        &["child", "children", "kids", "pediatric", "paediatric", "pediatrics", "minors"],
        "<18 years",
    ),
    (&["adult", "adults"], ">=18 <65 years"),
    (
        &[
            "older",
            "older adult",
            "older adults",
            "elderly",
            "aged",
            "senior",
            "seniors",
            "geriatric",
            "old",
        ],
        ">=65 years",
    ),
    (
        &["adolescent", "adolescents", "teenager", "teenagers", "teens", "teen", "adolescence"],
        ">=13 <=18 years",
    ),
    (
        &["preschool", "preschooler", "preschoolers", "preschool children", "preschool child"],
        ">=2 <=5 years",
    ),
    (&["young adult", "young adults"], ">=19 <=24 years"),
    (&["middle aged", "middle-aged", "middle age"], ">=45 <=64 years"),
    (&["infant", "infants", "baby", "babies"], ">=1 <24 months"),
    (&["newborn", "newborns", "neonate", "neonates", "neonatal"], "<=28 days"),
];

/// Names of an age that neither the registry nor MeSH bounds.
const TODDLERS: [&str; 2] = ["toddler", "toddlers"];

/// What is typed before an age, and the sign for it.
const BEFORE: [(&str, &str); 17] = [
    (">=", ">="),
    ("<=", "<="),
    (">", ">"),
    ("<", "<"),
    ("at least ", ">="),
    ("from ", ">="),
    ("minimum ", ">="),
    ("at most ", "<="),
    ("up to ", "<="),
    ("maximum ", "<="),
    ("over ", ">"),
    ("above ", ">"),
    ("older than ", ">"),
    ("under ", "<"),
    ("below ", "<"),
    ("younger than ", "<"),
    ("age ", ""),
];

/// What is typed after an age, and the sign for it.
const AFTER: [(&str, &str); 15] = [
    ("+", ">="),
    ("+ years", ">="),
    (" plus", ">="),
    (" or more", ">="),
    (" or less", "<="),
    (" and over", ">="),
    (" and older", ">="),
    (" and above", ">="),
    (" and up", ">="),
    (" or over", ">="),
    (" or older", ">="),
    (" and under", "<="),
    (" and younger", "<="),
    (" or under", "<="),
    (" or younger", "<="),
];

/// An end of a range of ages.
#[derive(Debug, Clone, PartialEq, Eq)]
struct AgeBound {
    /// As the language writes it: `65 years`.
    text: String,
    age: Age,
    /// Whether the age itself is within.
    included: bool,
}

/// Ages. A study matches if it admits one of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct AgeRange {
    from: Option<AgeBound>,
    to: Option<AgeBound>,
}

/// Reads ages with commas between: any of them will do.
///
/// # Errors
///
/// What is no age, with what to type.
pub(super) fn alternatives(typed: &str) -> Result<(Vec<Expr>, Vec<Diagnostic>), Vec<Diagnostic>> {
    if let Some(wrong) = decimal(typed) {
        return Err(vec![wrong]);
    }
    let (mut found, mut notices, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for span in spans_between(typed, |c| matches!(c, ',' | '|')) {
        let text = &typed[span.clone()];
        match AgeRange::parse(text) {
            Some(ages) if ages.is_empty() => wrong.push(reversed(text, span)),
            Some(ages) if ages.is_of_nobody() => wrong.push(of_nobody(text, span)),
            Some(ages) => {
                notices.extend(ages.notice(span.clone()));
                notices.extend(at_birth(text, &span));
                found.extend(ages.admitted(span));
            }
            None => wrong.push(no_age(text, span)),
        }
    }
    if found.is_empty() && wrong.is_empty() {
        wrong.push(no_age(typed.trim(), 0..typed.len()));
    }
    if wrong.is_empty() { Ok((found, notices)) } else { Err(wrong) }
}

/// `1,5 years`: a part of a year, or two ages.
fn decimal(typed: &str) -> Option<Diagnostic> {
    let (whole, rest) = typed.trim().split_once(',')?;
    let (part, unit) = rest.split_at_checked(1)?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let has_unit = unit.trim_start().starts_with(char::is_alphabetic);
    (digits(whole) && digits(part) && has_unit && !unit.contains(',')).then(|| Diagnostic {
        span: 0..typed.len(),
        message: format!("`{}` may be a part of an age, or two ages", typed.trim()),
        hint: format!("type `{whole}.{rest}`, or `{whole}, {rest}` for either age"),
    })
}

/// Whether a text is an age, or ages, that somebody may have.
pub(super) fn is_age(text: &str) -> bool {
    AgeRange::parse(text).is_some_and(|ages| !ages.is_empty() && !ages.is_of_nobody())
}

/// Studies that admit one age, as the first version of the program understood
/// it: by limits alone.
pub(super) fn by_limits(typed: &str) -> Result<Vec<Expr>, Vec<Diagnostic>> {
    let text = typed.trim();
    let years = text.bytes().all(|byte| byte.is_ascii_digit());
    let text = if years { format!("{text} years") } else { text.to_owned() };
    if Age::parse_typed(&text).is_none() {
        return Err(vec![no_age(typed.trim(), 0..typed.len())]);
    }
    let bound = || Some(RangeBound { text: text.clone(), span: 0..typed.len() });
    let least = no_limit_or("MinimumAge", ExprKind::Range(None, bound()));
    let most = no_limit_or("MaximumAge", ExprKind::Range(bound(), None));
    Ok(Expr::all(vec![least, most]).into_iter().collect())
}

fn no_age(text: &str, span: Span) -> Diagnostic {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let hint = match (&text[..digits], text[digits..].trim()) {
        ("", word) if TODDLERS.contains(&word.to_lowercase().as_str()) => {
            "type `1-3` for the second and third year of life, `infant` or `preschool` as MeSH has \
             them"
                .to_owned()
        }
        ("", _) => "type an age such as `30` or `6 months`, a range such as `65-80`, `65+` or \
                    `<18`, or `child`, `adult` or `older`"
            .to_owned(),
        (number, "m" | "min" | "M") => format!("type `{number} months`"),
        (number, _) => format!("type `{number} years`, `{number} months` or `{number}+`"),
    };
    Diagnostic { span, message: format!("`{text}` is no age"), hint }
}

fn reversed(text: &str, span: Span) -> Diagnostic {
    Diagnostic {
        span,
        message: format!("`{text}` ends before it begins"),
        hint: "type the younger age first, such as `65-80`".to_owned(),
    }
}

fn of_nobody(text: &str, span: Span) -> Diagnostic {
    Diagnostic {
        span,
        message: format!("`{text}` is an age that nobody has"),
        hint: format!("type an age up to {OLDEST} years, such as `80`"),
    }
}

/// Years of age 0 are many ages.
fn at_birth(text: &str, span: &Span) -> Option<Diagnostic> {
    let years = text.strip_prefix('0')?.trim();
    let (names, _) = &UNITS[0];
    names.contains(&years).then(|| Diagnostic {
        span: span.clone(),
        message: "this is the day of birth".to_owned(),
        hint: "type `0-1` for the first year of life, or an age such as `6 months`".to_owned(),
    })
}

impl AgeRange {
    /// Whether it begins, or is an end, beyond any human age.
    fn is_of_nobody(&self) -> bool {
        let beyond = |end: &Option<AgeBound>| {
            let oldest = Age::parse(&format!("{OLDEST} years"));
            end.as_ref().zip(oldest).is_some_and(|(end, oldest)| end.age > oldest)
        };
        beyond(&self.from) || beyond(&self.to)
    }

    /// Reads one age, a range, or the name of an age group.
    fn parse(typed: &str) -> Option<Self> {
        let text = typed.to_lowercase().replace(['\u{2013}', '\u{2014}'], "-");
        let text = text.replace('\u{2265}', ">=").replace('\u{2264}', "<=");
        let text = text.replace('\u{bd}', ".5");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = match text.strip_prefix("between ").and_then(|ages| ages.split_once(" and ")) {
            Some((from, to)) => format!("{from} to {to}"),
            None => text,
        };
        let from_to = text.strip_prefix("from ").filter(|ages| ages.contains(" to "));
        let text = from_to.unwrap_or(&text).to_owned();
        let named = NAMES.iter().find(|(names, _)| names.contains(&text.as_str()));
        if let Some((_, meaning)) = named {
            return Self::of_signs(meaning);
        }
        let begun = BEFORE.iter().find_map(|(words, sign)| Some((text.strip_prefix(words)?, sign)));
        let ended = AFTER.iter().find_map(|(words, sign)| Some((text.strip_suffix(words)?, sign)));
        match (begun, ended) {
            (Some((age, sign)), None) if !sign.is_empty() => {
                Self::from_sign(sign, &written(age, "years")?)
            }
            (None, Some((age, sign))) => Self::from_sign(sign, &written(age, "years")?),
            (Some((age, _)), None) => Self::range(age),
            (None, None) => Self::range(&text),
            _ => None,
        }
    }

    /// An age, or two with a sign between: the first may lack its unit.
    fn range(text: &str) -> Option<Self> {
        if let Some(age) = written(text, "years") {
            let end = AgeBound::new(&age, true)?;
            return Some(Self { from: Some(end.clone()), to: Some(end) });
        }
        let (first, last) = [" to ", "-", "..", ":"].iter().find_map(|sign| {
            let (first, last) = text.split_once(sign)?;
            Some((first.trim(), written(last.trim(), "years")?))
        })?;
        let unit = last.split_once(' ').map_or("years", |(_, unit)| unit);
        let (from, to) = (written(first, unit)?, last);
        Some(Self { from: AgeBound::new(&from, true), to: AgeBound::new(&to, true) })
    }

    fn from_sign(sign: &str, age: &str) -> Option<Self> {
        let end = AgeBound::new(age, sign.ends_with('='))?;
        Some(match sign.starts_with('>') {
            true => Self { from: Some(end), to: None },
            false => Self { from: None, to: Some(end) },
        })
    }

    /// `>=18 <65 years`: signs and numbers, and the unit of all.
    fn of_signs(meaning: &str) -> Option<Self> {
        let (signs, unit) = meaning.rsplit_once(' ')?;
        let mut ages = Self::default();
        for part in signs.split(' ') {
            let number = part.trim_start_matches(['<', '>', '=']);
            let sign = &part[..part.len() - number.len()];
            let one = Self::from_sign(sign, &format!("{number} {unit}"))?;
            ages = Self { from: one.from.or(ages.from), to: one.to.or(ages.to) };
        }
        Some(ages)
    }

    /// Whether no age is within.
    fn is_empty(&self) -> bool {
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => from.age > to.age,
            _ => false,
        }
    }

    /// Whether it is one age, as opposed to a range.
    fn is_single(&self) -> bool {
        self.from.is_some() && self.from == self.to
    }

    /// Studies that admit any of the ages: by their limits, or where they have
    /// none by their age groups.
    fn admitted(&self, span: Span) -> Option<Expr> {
        let mut parts = Vec::new();
        if let Some(to) = &self.to {
            parts.push(to.limit(
                "MinimumAge",
                &span,
                |bound| ExprKind::Range(None, bound),
                |bound| ExprKind::Range(bound, None),
            ));
        }
        if let Some(from) = &self.from {
            let within = |bound| ExprKind::Range(bound, None);
            parts.push(
                from.limit("MaximumAge", &span, within, |bound| ExprKind::Range(None, bound)),
            );
        }
        parts.push(self.by_groups()?);
        Expr::all(parts)
    }

    /// One of the age groups that the ages are in, or any limit at all.
    fn by_groups(&self) -> Option<Expr> {
        let years = |years: u64| Age::parse(&format!("{years} years"));
        let within = GROUPS.iter().filter(|(_, begins, ends)| {
            let begins_after = self.to.as_ref().is_some_and(|to| {
                years(*begins)
                    .is_some_and(|begins| to.age < begins || to.age == begins && !to.included)
            });
            let ends_before = self
                .from
                .as_ref()
                .is_some_and(|from| years(*ends).is_some_and(|ends| ends <= from.age));
            !begins_after && !ends_before
        });
        let groups = within.map(|(group, ..)| super::filter_terms::constant_term(group, 0..0));
        let group = Expr::within("StdAge", Expr::any(groups.collect())?);
        let limited = ["MinimumAge", "MaximumAge"].map(|piece| {
            let missing = Expr::within(piece, Expr::new(ExprKind::Missing));
            Expr::new(ExprKind::Not(Box::new(missing)))
        });
        Expr::any([group].into_iter().chain(limited).collect())
    }

    /// What a range is read as, and how to ask for less.
    fn notice(&self, span: Span) -> Option<Diagnostic> {
        if self.is_single() {
            return None;
        }
        let from = self.from.as_ref().map(|from| from.in_words("from", "above"));
        let to = self.to.as_ref().map(|to| to.in_words("up to", "below"));
        let ages: Vec<String> = from.into_iter().chain(to).collect();
        let ages = ages.join(" and ");
        let within = |end: &Option<AgeBound>,
                      piece: &str,
                      own: fn(&AgeBound) -> String,
                      beyond: fn(&AgeBound) -> String| {
            end.as_ref().map(|end| match end.included {
                true => format!("AREA[{piece}]{}", own(end)),
                false => format!("NOT AREA[{piece}](MISSING OR {})", beyond(end)),
            })
        };
        let (above, below) = (
            |end: &AgeBound| format!("RANGE[{}, MAX]", end.text),
            |end: &AgeBound| format!("RANGE[MIN, {}]", end.text),
        );
        let parts = [
            within(&self.from, "MinimumAge", above, below),
            within(&self.to, "MaximumAge", below, above),
        ];
        let only: Vec<String> = parts.into_iter().flatten().collect();
        Some(Diagnostic {
            span,
            message: format!("studies that admit any age {ages} are found"),
            hint: format!(
                "for those that admit no other age, type `{{filter}} '{}'`",
                only.join(" AND ")
            ),
        })
    }
}

impl AgeBound {
    fn in_words(&self, included: &str, excluded: &str) -> String {
        format!("{} {}", if self.included { included } else { excluded }, self.text)
    }

    fn new(text: &str, included: bool) -> Option<Self> {
        Some(Self { text: text.to_owned(), age: Age::parse(text)?, included })
    }

    /// A limit of a study that admits ages up to this end: none, or one
    /// within; where the end itself is not asked for, none beyond.
    fn limit(
        &self,
        piece: &str,
        span: &Span,
        within: fn(Option<RangeBound>) -> ExprKind,
        beyond: fn(Option<RangeBound>) -> ExprKind,
    ) -> Expr {
        let bound = Some(RangeBound { text: self.text.clone(), span: span.clone() });
        if self.included {
            return no_limit_or(piece, within(bound));
        }
        Expr::within(piece, Expr::new(ExprKind::Not(Box::new(Expr::new(beyond(bound))))))
    }
}

/// No limit, or one within the range.
fn no_limit_or(piece: &str, range: ExprKind) -> Expr {
    let parts = vec![Expr::new(ExprKind::Missing), Expr::new(range)];
    Expr::within(piece, Expr::new(ExprKind::Or(parts)))
}

/// A number with its unit as the language writes it, `unit` where it has none.
fn written(text: &str, unit: &str) -> Option<String> {
    let text = text.trim();
    let digits =
        text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let (number, typed) = text.split_at(digits);
    let typed = typed.trim();
    let (_, known) = UNITS.iter().find(|(names, _)| names.contains(&typed))?;
    let unit = if typed.is_empty() { unit } else { known };
    if let Some((whole, part)) = number.split_once('.') {
        return in_parts(whole, part, unit);
    }
    let number: u32 = number.parse().ok()?;
    Some(format!("{number} {unit}"))
}

/// `1.5 years` as whole months, `1.5 weeks` as whole days.
fn in_parts(whole: &str, part: &str, unit: &str) -> Option<String> {
    let (of_unit, smaller) = match unit {
        "years" => (12, "months"),
        "weeks" => (7, "days"),
        _ => return None,
    };
    let tenths = 10_u32.checked_pow(u32::try_from(part.len()).ok()?)?;
    let (whole, part): (u32, u32) = (whole.parse().ok()?, part.parse().ok()?);
    let parts = part.checked_mul(of_unit)?;
    let number = whole.checked_mul(of_unit)?.checked_add(parts / tenths)?;
    (parts % tenths == 0).then(|| format!("{number} {smaller}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> String {
        let Some(ages) = AgeRange::parse(typed) else { return "none".to_owned() };
        let end = |end: &Option<AgeBound>| match end {
            Some(end) => format!("{}{}", end.text, if end.included { "" } else { " excluded" }),
            None => "open".to_owned(),
        };
        format!("{} .. {}", end(&ages.from), end(&ages.to))
    }

    #[test]
    fn ages_are_read_as_people_type_them() {
        for (typed, expected) in [
            ("70", "70 years .. 70 years"),
            ("6 months", "6 months .. 6 months"),
            ("30y", "30 years .. 30 years"),
            ("65+", "65 years .. open"),
            ("65 years and older", "65 years .. open"),
            (">=65", "65 years .. open"),
            ("≥ 65", "65 years .. open"),
            ("over 65", "65 years excluded .. open"),
            ("<18", "open .. 18 years excluded"),
            ("up to 18", "open .. 18 years"),
            ("65-80", "65 years .. 80 years"),
            ("65–80 years", "65 years .. 80 years"),
            ("65 to 80", "65 years .. 80 years"),
            ("6-12 months", "6 months .. 12 months"),
            ("6 months - 2 years", "6 months .. 2 years"),
            ("1.5 years", "18 months .. 18 months"),
            ("0.5-2 years", "6 months .. 2 years"),
            ("65 plus", "65 years .. open"),
            ("between 18 and 45", "18 years .. 45 years"),
            ("from 6 months to 2 years", "6 months .. 2 years"),
            ("Child", "open .. 18 years excluded"),
            ("adults", "18 years .. 65 years excluded"),
            ("older", "65 years .. open"),
            ("infant", "1 months .. 24 months excluded"),
        ] {
            assert_eq!(read(typed), expected, "{typed}");
        }
        for typed in
            ["", "x", "6m", "65-", "-5", "1.55 years", "1.5 months", "18 foo", "99999999999"]
        {
            assert_eq!(read(typed), "none", "{typed}");
        }
    }

    #[test]
    fn ages_of_nobody_are_refused_and_birth_is_noticed() {
        for typed in ["999", "200+", "65-999", "<400", "2000 months"] {
            let wrong = alternatives(typed).expect_err(typed);
            assert_eq!(wrong[0].message, format!("`{typed}` is an age that nobody has"));
        }
        assert!(alternatives("110").is_ok_and(|(_, notices)| notices.is_empty()));
        let (_, notices) = alternatives("0").expect("an age");
        assert_eq!(notices[0].message, "this is the day of birth");
        let (_, notices) = alternatives("0 months").expect("an age");
        assert!(notices.is_empty());
    }

    fn admitted(typed: &str) -> String {
        let (found, _) = alternatives(typed).expect(typed);
        found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn groups_decide_where_there_are_no_limits() {
        assert_eq!(
            admitted("70"),
            "AREA[MinimumAge](MISSING OR RANGE[MIN, 70 years]) AND AREA[MaximumAge](MISSING OR \
             RANGE[70 years, MAX]) AND (AREA[StdAge]OLDER_ADULT OR NOT AREA[MinimumAge]MISSING OR \
             NOT AREA[MaximumAge]MISSING)"
        );
        assert_eq!(
            admitted("<18"),
            "AREA[MinimumAge]NOT RANGE[18 years, MAX] AND (AREA[StdAge]CHILD OR NOT \
             AREA[MinimumAge]MISSING OR NOT AREA[MaximumAge]MISSING)"
        );
        let groups = |typed: &str| {
            let text = admitted(typed);
            let from = text.find("AREA[StdAge]").expect("groups");
            text[from..].split(" OR NOT").next().map(str::to_owned).expect("groups")
        };
        assert_eq!(groups("17-18"), "AREA[StdAge](CHILD OR ADULT)");
        assert_eq!(groups("18"), "AREA[StdAge]ADULT");
        assert_eq!(groups("<=18"), "AREA[StdAge](CHILD OR ADULT)");
        assert_eq!(groups("adult"), "AREA[StdAge]ADULT");
        assert_eq!(groups("64+"), "AREA[StdAge](ADULT OR OLDER_ADULT)");
    }

    #[test]
    fn a_range_says_what_it_is_taken_for() {
        let (_, notices) = alternatives("65-80,30").expect("ages");
        let [notice] = &notices[..] else { panic!("{notices:?}") };
        assert_eq!(
            format!("{}; {}", notice.message, notice.hint),
            "studies that admit any age from 65 years and up to 80 years are found; for those that \
             admit no other age, type `{filter} 'AREA[MinimumAge]RANGE[65 years, MAX] AND \
             AREA[MaximumAge]RANGE[MIN, 80 years]'`"
        );
    }
}
