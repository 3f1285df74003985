//! The verbs of `trialdex review`.

use std::ffi::OsString;

use clap::Command;

/// Verbs of `trialdex review`, which no review can be called by.
pub(crate) const VERBS: [&str; 25] = [
    "new",
    "search",
    "next",
    "decide",
    "undo",
    "settle",
    "list",
    "show",
    "history",
    "why",
    "reasons",
    "settings",
    "sample",
    "stopping",
    "conflicts",
    "merge",
    "copy",
    "update",
    "import",
    "export",
    "report",
    "simulate",
    "status",
    "help",
    "review",
];

/// `review asthma list` as `review list asthma`: the name of a review may
/// come before the verb.
pub(crate) fn in_order(all: &Command, mut typed: Vec<OsString>) -> Vec<OsString> {
    let is_verb = |at: usize| {
        typed.get(at).and_then(|word| word.to_str()).is_some_and(|word| VERBS.contains(&word))
    };
    let is_command = |word: &OsString| all.get_subcommands().any(|it| word == it.get_name());
    let command = typed.iter().position(is_command);
    if let Some(at) = command
        && typed[at] == "review"
        && !is_verb(at + 1)
        && is_verb(at + 2)
    {
        typed.swap(at + 1, at + 2);
    }
    typed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::Cli;
    use clap::CommandFactory;

    #[test]
    fn a_name_may_stand_before_its_verb() {
        let words = |typed: &str| -> Vec<OsString> { typed.split(' ').map(Into::into).collect() };
        let command = Cli::command();
        let ordered = |typed: &str| in_order(&command, words(typed));
        assert_eq!(ordered("t review asthma list --x"), words("t review list asthma --x"));
        assert_eq!(ordered("t review list asthma"), words("t review list asthma"));
        assert_eq!(ordered("t review new list"), words("t review new list"));
        assert_eq!(ordered("t search review a list"), words("t search review a list"));
    }

    #[test]
    fn the_verbs_are_the_commands() {
        let command = Cli::command();
        let review = command.find_subcommand("review").expect("a command");
        for verb in review.get_subcommands() {
            assert!(VERBS.contains(&verb.get_name()), "{}", verb.get_name());
        }
    }
}
