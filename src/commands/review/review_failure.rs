//! What to do about a review that cannot be used.

use trialdex_review::{ReviewError, VERSION};

use super::session::typed_name;
use crate::cli::Failure;

impl From<ReviewError> for Failure {
    fn from(error: ReviewError) -> Self {
        let failure = Self::new(error.to_string());
        match error {
            ReviewError::Missing(path) => failure.hint(format!(
                "begin one with `trialdex review new {} --query ...`",
                typed_name(&path)
            )),
            ReviewError::Exists(path) => failure.hint(format!(
                "go on with it by `trialdex review {0}`, add to it by `trialdex review search {0}`, \
                 or choose another name",
                typed_name(&path)
            )),
            ReviewError::Other(_) => {
                failure.hint("name a file that `trialdex review new` has made")
            }
            ReviewError::OtherVersion { found, .. } if found > VERSION => {
                failure.hint("a newer trialdex reads it")
            }
            ReviewError::OtherVersion { .. } => failure.hint("it is of a development build"),
            ReviewError::Changed { .. } | ReviewError::Record { .. } => failure.hint(
                "the file was edited or damaged: go on with a copy of it, or with another \
                 reviewer's, and merge what is whole",
            ),
            ReviewError::Damaged(_) => failure.hint(
                "go on with a copy of it, or with another reviewer's; `sqlite3 FILE .recover` \
                 may read what is left",
            ),
            ReviewError::Foreign { kind, name, .. } => failure.hint(without(&kind, &name)),
            ReviewError::Torn(_) => failure.hint(
                "make another copy with `trialdex review copy NAME TO`, which may be done while \
                 others decide; where there is nothing else to copy, `sqlite3 FILE REINDEX` keeps \
                 what is left",
            ),
            ReviewError::Replaced(_) => failure.hint(
                "a program that synchronizes may have done so: see what is there with `trialdex \
                 review history`, and merge what is missing from another copy",
            ),
            ReviewError::TooLarge { .. } | ReviewError::Full { .. } => failure.hint(
                "the file was altered: go on with another copy of the review",
            ),
            ReviewError::NotSynced { .. } => failure.hint(
                "nothing has to be done again; look after the disk, then see what is there with \
                 `trialdex review history NAME`",
            ),
            ReviewError::Sqlite { .. } => failure.hint(
                "see whether the disk has room, the file can be written to, and no other program \
                 holds it",
            ),
            ReviewError::Io { .. } => failure.hint("see whether the directory can be written to"),
        }
    }
}

/// How to get a review without what does not belong in it. Its name is of the
/// file, so that it is in a command only where no shell runs it.
fn without(kind: &str, name: &str) -> String {
    let is_word = |text: &str| {
        let mut bytes = text.bytes();
        !text.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let asked = "it may swallow decisions: ask for a copy made with `trialdex review copy`";
    if !is_word(kind) || !is_word(name) {
        return asked.to_owned();
    }
    let kind = kind.to_uppercase();
    format!(
        "{asked}; if you added it yourself, take it out with `sqlite3 FILE 'DROP {kind} {name}'`"
    )
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn a_command_holds_no_name_that_a_shell_would_run() {
        let hint = without("trigger", "my_trigger2");
        assert!(hint.ends_with("`sqlite3 FILE 'DROP TRIGGER my_trigger2'`"), "{hint}");
        for (kind, name) in [
            ("trigger", "x'; touch y; '"),
            ("view", "a\"b"),
            ("table", ""),
            ("view", "$(id)"),
            ("'", "a"),
        ] {
            let hint = without(kind, name);
            assert!(hint.ends_with("made with `trialdex review copy`"), "{hint}");
        }
    }
}
