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
    fn no_limit_is_no_age() {
        for text in ["N/A", "", "18", "Years", "18 Yearly", "99999999999999999999 Years"] {
            assert_eq!(Age::parse(text), None, "{text}");
        }
    }
}
