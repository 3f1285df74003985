//! Where a list goes on. A cursor holds for one list, of one question, in one state of the index.

use crate::failure::ToolFailure;

/// Digits of a digest in a cursor.
const DIGITS: usize = 12;

/// What a cursor holds for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CursorScope<'a> {
    /// The state of the index.
    pub(crate) state: &'a str,
    /// What was asked, with the tool.
    pub(crate) question: &'a str,
}

impl CursorScope<'_> {
    /// The cursor of the element at a position.
    pub(crate) fn write(self, at: usize) -> String {
        format!("{at}.{}.{}", digest(&[self.state]), self.seal(at))
    }

    /// The position of a cursor, 0 where there is none.
    ///
    /// # Errors
    ///
    /// A cursor of another list or state, or none at all.
    pub(crate) fn read(self, cursor: Option<&str>) -> Result<usize, ToolFailure> {
        let Some(cursor) = cursor else { return Ok(0) };
        let parts: Vec<&str> = cursor.trim().split('.').collect();
        let at = parts.first().and_then(|at| at.parse().ok());
        let (Some(at), [_, state, seal]) = (at, parts.as_slice()) else {
            return Err(ToolFailure::new("`cursor` is no cursor")
                .hint("give the `cursor` of the answer before, or none for the first page"));
        };
        if *state != digest(&[self.state]) {
            return Err(ToolFailure::new("the index has changed since the cursor was given")
                .hint("ask again without a cursor"));
        }
        if *seal != self.seal(at) {
            return Err(ToolFailure::new("the cursor is of another question")
                .hint("repeat the arguments of the call that gave it"));
        }
        Ok(at)
    }

    fn seal(self, at: usize) -> String {
        digest(&[self.state, self.question, &at.to_string()])
    }
}

/// Digits that tell texts apart.
fn digest(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        // The length parts what would else run into one another.
        hasher.update(&(part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..DIGITS].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_holds_for_its_question_and_state() {
        let scope = CursorScope { state: "s1", question: "q1" };
        let cursor = scope.write(10);
        assert_eq!(scope.read(Some(&cursor)), Ok(10));
        assert_eq!(scope.read(None), Ok(0));
        let message = |scope: CursorScope<'_>, cursor: &str| {
            scope.read(Some(cursor)).expect_err("refused").message
        };
        assert!(message(CursorScope { question: "q2", ..scope }, &cursor).contains("question"));
        assert!(message(CursorScope { state: "s2", ..scope }, &cursor).contains("changed"));
        assert!(message(scope, &cursor.replacen("10", "11", 1)).contains("question"));
        for none in ["", "10", "x.y.z", "10.a"] {
            assert!(message(scope, none).contains("no cursor"), "{none}");
        }
    }
}
