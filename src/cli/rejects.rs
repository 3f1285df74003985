//! Rejects as this program shows them: with its flags in the place of the names
//! of limits and options, and their places.

use std::path::Path;

use trialdex_engine::index::{HELD_NOTE, Reject};
use trialdex_output::clean_line;
use trialdex_records::source::{ReadLimit, TEMPORARY_NOTE};

/// Puts flags in the place of the names of limits and options.
pub(crate) fn name_flags(rejects: &mut [Reject]) {
    let notes: Vec<(String, String)> = ReadLimit::ALL
        .into_iter()
        .map(|limit| (limit.note(), format!("; `--max-{}` raises the limit", limit.name())))
        .chain([
            (HELD_NOTE.to_owned(), ", `--prune=all` takes it out".to_owned()),
            (TEMPORARY_NOTE.to_owned(), "; `TMPDIR` names another directory".to_owned()),
        ])
        .collect();
    for reject in rejects {
        for (note, flag) in &notes {
            if reject.reason.contains(note) {
                reject.reason = reject.reason.replace(note, flag);
            }
        }
    }
}

/// `path!/member:line: reason`, the path as seen from where the user is.
pub(crate) fn reject_line(reject: &Reject) -> String {
    let place = FilePlace { path: &reject.path, member: reject.member.as_deref() };
    let line = reject.line.filter(|line| *line > 1).map(|line| format!(":{line}"));
    let line = line.unwrap_or_default();
    clean_line(&format!("{place}{line}: {}", reject.reason)).into_owned()
}

/// A file, as seen from where the user is, and a member of it.
pub(crate) struct FilePlace<'a> {
    pub(crate) path: &'a str,
    pub(crate) member: Option<&'a str>,
}

impl std::fmt::Display for FilePlace<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let here = std::env::current_dir().unwrap_or_default();
        let path = Path::new(self.path);
        write!(f, "{}", path.strip_prefix(&here).unwrap_or(path).display())?;
        self.member.map_or(Ok(()), |member| write!(f, "!/{member}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::Cli;
    use clap::CommandFactory;

    #[test]
    fn every_limit_is_named_as_a_flag_of_index() {
        let command = Cli::command();
        let index = command.find_subcommand("index").expect("a command `index`");
        for limit in ReadLimit::ALL {
            let flag = format!("max-{}", limit.name());
            assert!(index.get_arguments().any(|one| one.get_long() == Some(&flag)), "{flag}");
        }
    }
}
