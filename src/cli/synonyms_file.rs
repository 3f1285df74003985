//! Reads the user's own synonyms.

use std::path::Path;

use trialdex_text::vocabulary::OwnSynonyms;

use super::failure::Failure;
use super::input::{InputPurpose, read_text};

/// Whether a file is named: an empty name does away with one that is set.
pub(crate) fn is_named(path: &Path) -> bool {
    !path.as_os_str().is_empty()
}

/// The user's own synonyms, where a file with them is named.
pub(crate) fn own_synonyms(path: Option<&Path>) -> Result<Option<OwnSynonyms>, Failure> {
    let Some(path) = path.filter(|path| is_named(path)) else { return Ok(None) };
    let shown = path.display();
    let text = read_text(path, InputPurpose::List).map_err(|failure| {
        failure.hint("`--synonyms` names a file from the directory that the command is run in")
    })?;
    let own = OwnSynonyms::read(&text).map_err(|wrong| {
        let lines = wrong.iter().map(|line| format!("{shown}:{line}"));
        Failure::lines(lines).hint("write a line as `heart attack = MI`, or as `MI => infarction`")
    })?;
    Ok(Some(own))
}
