//! A strategy as a receipt keeps it.

use serde::{Deserialize, Serialize};

use trialdex_query::dialect::Dialect;

/// A strategy with the line that was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsedStrategy {
    /// The file, as typed.
    pub file: String,
    /// The first 32 hexadecimal digits of the BLAKE3 of its bytes.
    pub digest: String,
    /// The number of the line that was run.
    pub line: u32,
    /// The system that it was written for, such as `ovid`, where it was
    /// translated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// All lines of the file, in their order.
    pub lines: Vec<UsedLine>,
    /// Lines that could not be translated at all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOutLine>,
}

impl UsedStrategy {
    /// The name of the system that it was written for, where it was
    /// translated.
    #[must_use]
    pub fn system(&self) -> Option<&str> {
        let key = self.from.as_deref()?;
        Some(Dialect::of_key(key).map_or(key, |dialect| dialect.name()))
    }
}

/// A line of a strategy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsedLine {
    /// The number that it is named by.
    pub number: u32,
    /// As typed, without its number.
    pub typed: String,
    /// In our language, with other lines named as `#3`; `None` where it was
    /// typed so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translated: Option<String>,
    /// What changed in meaning when it was translated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// As one expression.
    pub understood: String,
    /// Studies that it finds, whatever filters were given beside the strategy.
    pub found: usize,
}

/// A line of a strategy that cannot be translated at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeftOutLine {
    /// The number that it is named by.
    pub number: u32,
    /// As typed, without its number.
    pub typed: String,
    /// Why.
    pub remarks: Vec<String>,
}

impl UsedLine {
    /// The line in our language.
    #[must_use]
    pub fn ours(&self) -> &str {
        self.translated.as_deref().unwrap_or(&self.typed)
    }
}

impl UsedStrategy {
    /// The strategy as a file in our language.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{}. {}\n", line.number, line.ours())).collect()
    }
}
