//! Why a record could not be converted.

/// Why no study could be made of a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The text breaks the rules of its format.
    #[error("{message}")]
    Syntax {
        /// What is wrong.
        message: String,
        /// Line within the record, from 1; 0 if unknown.
        line: u64,
        /// Byte within the record, from 0.
        byte: u64,
    },
    /// The record names no study.
    #[error("no NCT number")]
    NoNctId,
    /// The record's number is not one.
    #[error("`{0}` is not an NCT number (NCT and eight digits)")]
    BadNctId(String),
}

/// The error of a JSON text that could not be read.
pub(super) fn json_error(error: &serde_json::Error, text: &str) -> FormatError {
    let line = error.line();
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    FormatError::Syntax {
        message: format!("not valid JSON: {}", without_place(error)),
        line: line as u64,
        byte: (before + error.column().saturating_sub(1)) as u64,
    }
}

/// What serde_json says of an error, without the place that it adds to it.
/// The error has no other way to ask for this.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).map(str::to_owned).unwrap_or(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_an_error_in_json_is_said_once() {
        for (text, expected) in [
            ("{", "EOF while parsing an object"),
            ("{\"a\" 1}", "expected `:`"),
            ("[1,\n]", "trailing comma"),
            ("\n\nnux", "expected ident"),
            ("{} x", "trailing characters"),
        ] {
            let error = serde_json::from_str::<serde_json::Value>(text).expect_err(text);
            assert!(error.to_string().contains(" at line "), "{error}");
            assert_eq!(without_place(&error), expected, "{text}");
        }
    }
}
