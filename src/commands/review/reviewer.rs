//! Who reviews, and the names of reviewers.

use std::env;

use clap::Args;

use trialdex_output::clean_line;
use trialdex_review::ReviewState;

use crate::cli::{Console, Failure};

#[derive(Debug, Args)]
pub(crate) struct ReviewerArg {
    /// Your name in the review [default: that of the user]
    #[arg(long, env = "TRIALDEX_REVIEWER", value_name = "NAME")]
    pub(crate) reviewer: Option<String>,
}

/// Who decides: the flag or the variable for that, else the user.
pub(crate) fn reviewer(who: &ReviewerArg) -> Result<String, Failure> {
    let filled = |name: Option<String>| name.filter(|name| !name.trim().is_empty());
    let variable = |name| filled(env::var(name).ok());
    let user = || {
        let named = variable("USER").or_else(|| variable("LOGNAME"));
        named.or_else(|| filled(user_of_system())).or_else(|| variable("USERNAME"))
    };
    let name = who.reviewer.clone().or_else(user).unwrap_or_default();
    let name = name.trim();
    if name.is_empty() {
        return Err(Failure::new("nobody is named as reviewer")
            .hint("say who decides with `--reviewer NAME` or the variable TRIALDEX_REVIEWER"));
    }
    Ok(name.to_owned())
}

/// What the system calls the user: in containers and jobs no variable may say.
#[cfg(unix)]
fn user_of_system() -> Option<String> {
    let user = nix::unistd::User::from_uid(nix::unistd::Uid::effective());
    user.ok().flatten().map(|user| user.name)
}

#[cfg(not(unix))]
fn user_of_system() -> Option<String> {
    None
}

/// Says that a name is read as one that the review has.
pub(super) fn say_called(console: &Console, typed: &str, called: &str) {
    if typed != called {
        console.say(&clean_line(&format!(
            "note: `{typed}` is read as the reviewer `{called}`: the names differ by capitals or \
             blanks alone"
        )));
    }
}

/// Says which names in a review are taken for one reviewer.
pub(super) fn say_alike(console: &Console, state: &ReviewState) {
    for (called, others) in state.alike() {
        others.iter().for_each(|other| say_called(console, other, called));
    }
}
