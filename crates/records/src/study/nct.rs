//! NCT numbers.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A ClinicalTrials.gov registration number: `NCT` and eight digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NctId(u32);

impl NctId {
    /// Reads `NCT01234567`, whatever its case, with blanks around it.
    ///
    /// `None` unless there are exactly eight digits that are not all zero.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (prefix, digits) = text.split_at_checked(3)?;
        if !prefix.eq_ignore_ascii_case("NCT") || digits.len() != 8 {
            return None;
        }
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        digits.parse().ok().filter(|number| *number != 0).map(Self)
    }

    /// Reads what people write in tables: `NCT 01234567`, `NCT-01234567`,
    /// `NCT: 01234567`, or a number with a remark behind it.
    ///
    /// `None` unless the text begins with a number of eight digits.
    #[must_use]
    pub fn parse_written(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches(['"', '\'']);
        let (prefix, rest) = text.split_at_checked(3)?;
        if !prefix.eq_ignore_ascii_case("NCT") {
            return None;
        }
        let blank = |c: char| c.is_whitespace() || matches!(c, '-' | ':' | '_' | '#' | '.' | '–');
        let rest = rest.trim_start_matches(blank);
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, behind) = rest.split_at(end);
        let apart = behind.chars().next().is_none_or(|c| !c.is_alphanumeric());
        let number = digits.parse().ok().filter(|_| digits.len() == 8 && apart)?;
        Self::from_number(number)
    }

    /// Reads what people type: leading zeros may be missing (`nct1305694`).
    #[must_use]
    pub fn parse_typed(text: &str) -> Option<Self> {
        let text = text.trim();
        let (prefix, written) = text.split_at_checked(3)?;
        let digits = written.trim_start_matches('0');
        if !prefix.eq_ignore_ascii_case("NCT") || digits.is_empty() || written.len() > 8 {
            return None;
        }
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        digits.parse().ok().map(Self)
    }

    /// The first NCT number inside a longer text, such as a URL or file name.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        let mut rest = text;
        while let Some(at) = rest.find(['N', 'n']) {
            rest = &rest[at..];
            if let Some(found) = rest.get(..11).and_then(Self::parse) {
                let longer = rest.as_bytes().get(11).is_some_and(u8::is_ascii_digit);
                if !longer {
                    return Some(found);
                }
            }
            rest = &rest[1..];
        }
        None
    }

    /// The number without its prefix.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }

    /// The id with this number; `None` for 0 and for more than eight digits.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        (1..=99_999_999).contains(&number).then_some(Self(number))
    }
}

impl fmt::Display for NctId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NCT{:08}", self.0)
    }
}

impl Serialize for NctId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for NctId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| de::Error::custom(format!("`{text}` is not an NCT number")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_and_the_prefix_are_required() {
        assert_eq!(NctId::parse(" nct01305694 ").map(NctId::number), Some(1_305_694));
        assert_eq!(NctId::parse("NCT1305694"), None);
        assert_eq!(NctId::parse("NCT00000000"), None);
        assert_eq!(NctId::parse("NCT0130569é"), None);
        assert_eq!(NctId::parse_typed("nct1305694"), NctId::parse("NCT01305694"));
    }

    #[test]
    fn numbers_in_tables_may_have_signs_between_and_remarks_behind() {
        for text in ["NCT 01305694", "nct-01305694", "NCT: 01305694", "NCT01305694 (A-1)"] {
            assert_eq!(NctId::parse_written(text), NctId::parse("NCT01305694"), "{text}");
        }
        for text in ["NCT1", "NCT013056941", "NCT01305694A", "see NCT01305694", "NCT00000000"] {
            assert_eq!(NctId::parse_written(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_found_in_urls() {
        let url = "https://ClinicalTrials.gov/show/NCT03639883?rank=1";
        assert_eq!(NctId::find(url).map(|id| id.to_string()).as_deref(), Some("NCT03639883"));
        assert_eq!(NctId::find("NCT036398831"), None);
    }
}
