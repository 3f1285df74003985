//! Ages and other durations, such as `18 Years`.

/// A duration in minutes, the finest unit that the registry's ages have.
///
/// A year counts 365.25 days and a month a twelfth of it, so that ages of
/// different units are ordered as people order them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Age(u64);

/// Unit names (singular, plural and the registry's short form), in minutes.
const UNITS: [(&str, u64); 6] = [
    ("year", 525_960),
    ("month", 43_830),
    ("week", 10_080),
    ("day", 1_440),
    ("hour", 60),
    ("minute", 1),
];

impl Age {
    /// Reads a number and a unit, such as `18 Years` or `6 months`.
    ///
    /// `None` for `N/A` and anything else, which means: no limit.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let count: u64 = text[..end].parse().ok()?;
        let unit = text[end..].trim().to_ascii_lowercase();
        let (_, minutes) = UNITS.iter().find(|(name, _)| {
            unit.strip_prefix(name).is_some_and(|rest| matches!(rest, "" | "s"))
        })?;
        count.checked_mul(*minutes).map(Self)
    }

    /// Reads what people and clients type: as in records, or a number and the
    /// first letter of a unit (`18y`, `6M`, `2w`, `3d`). A small `m` could be
    /// months or minutes and is none.
    #[must_use]
    pub fn parse_typed(text: &str) -> Option<Self> {
        let text = text.trim();
        let (count, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
        let unit = match unit.trim() {
            "y" | "Y" => "years",
            "M" => "months",
            "w" | "W" => "weeks",
            "d" | "D" => "days",
            "h" | "H" => "hours",
            unit => unit,
        };
        Self::parse(&format!("{count} {unit}"))
    }

    /// The duration in minutes.
    #[must_use]
    pub fn minutes(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_comparable() {
        assert!(Age::parse("1 Year") > Age::parse("6 Months"));
        assert!(Age::parse("28 Days") < Age::parse("1 Month"));
        assert_eq!(Age::parse("1 Hour"), Age::parse("60 minutes"));
    }

    #[test]
    fn short_units_are_typed() {
        for (typed, written) in
            [("18d", "18 Days"), ("64y", "64 Years"), ("0M", "0 Months"), ("2 w", "2 Weeks")]
        {
            assert_eq!(Age::parse_typed(typed), Age::parse(written), "{typed}");
        }
        assert_eq!(Age::parse_typed("21YEARS"), Age::parse("21 years"));
        for typed in ["18", "6m", "y", "", "18 foo"] {
            assert_eq!(Age::parse_typed(typed), None, "{typed}");
        }
    }

    #[test]
    fn no_limit_is_no_age() {
        for text in ["N/A", "", "18", "Years", "18 Yearly", "99999999999999999999 Years"] {
            assert_eq!(Age::parse(text), None, "{text}");
        }
    }
}
