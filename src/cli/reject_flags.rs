//! What the reasons of rejects say of limits and options, with the flags of
//! this program.

use trialdex_engine::index::{HELD_NOTE, Reject};
use trialdex_records::source::Limit;

/// Puts flags in the place of the names of limits and options.
pub(super) fn name_flags(rejects: &mut [Reject]) {
    let notes: Vec<(String, String)> = Limit::ALL
        .into_iter()
        .map(|limit| (limit.note(), format!("; `--max-{}` raises the limit", limit.name())))
        .chain([(HELD_NOTE.to_owned(), ", `--prune=all` takes it out".to_owned())])
        .collect();
    for reject in rejects {
        for (note, flag) in &notes {
            if reject.reason.contains(note) {
                reject.reason = reject.reason.replace(note, flag);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Cli;
    use clap::CommandFactory;

    #[test]
    fn every_limit_is_named_as_a_flag_of_index() {
        let command = Cli::command();
        let index = command.find_subcommand("index").expect("a command `index`");
        for limit in Limit::ALL {
            let flag = format!("max-{}", limit.name());
            assert!(index.get_arguments().any(|one| one.get_long() == Some(&flag)), "{flag}");
        }
    }
}
