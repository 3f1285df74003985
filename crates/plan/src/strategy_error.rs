//! Why a strategy cannot be run.

use std::fmt;

use trialdex_query::{StrategyLineError, marked_lines};

/// Why a strategy cannot be run.
#[derive(Debug)]
pub enum StrategyError {
    /// Lines cannot be understood.
    NotUnderstood {
        /// The file, as typed.
        file: String,
        /// Everything that is wrong with each.
        lines: Vec<StrategyLineError>,
    },
    /// It has no line.
    Empty {
        /// The file, as typed.
        file: String,
    },
    /// It is several strategies, and no line is named.
    Several {
        /// The file, as typed.
        file: String,
        /// The last line of each.
        last: Vec<u32>,
    },
    /// It has no line of that number.
    NoLine {
        /// The file, as typed.
        file: String,
        /// The number.
        number: u32,
        /// The numbers that there are.
        known: Vec<u32>,
    },
    /// It was not read.
    NotRead {
        /// The line of it, as typed.
        line: String,
    },
}

impl fmt::Display for StrategyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUnderstood { file, lines } => {
                let marks: Vec<_> = lines.iter().flat_map(StrategyLineError::marks).collect();
                write!(f, "{file}: the strategy cannot be understood{}", marked_lines(&marks))
            }
            Self::Empty { file } => write!(f, "{file}: no line of a strategy"),
            Self::Several { file, last } => write!(f, "{file}: it has {} strategies", last.len()),
            Self::NoLine { file, number, .. } => write!(f, "{file}: there is no line `#{number}`"),
            Self::NotRead { line } => write!(f, "{line}: the strategy was not read"),
        }
    }
}

impl std::error::Error for StrategyError {}
