//! `trialdex review reasons`: why studies may be excluded.

use std::io::Write;

use clap::Args;

use trialdex_output::clean_line;
use trialdex_review::Act;

use super::session::{ReviewSession, now};
use super::shared_args::NamedReview;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

#[derive(Debug, Args)]
pub(crate) struct ReasonsArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// Add a reason, or change its wording
    #[arg(long, value_name = "KEY=WORDING")]
    pub(crate) add: Vec<String>,
}

pub(crate) fn run(console: &mut Console, arguments: &ReasonsArgs) -> CommandResult {
    let mut work = ReviewSession::on(console, &arguments.named)?;
    if !arguments.add.is_empty() {
        let acts = arguments.add.iter().map(|given| typed_reason(given));
        let acts: Vec<Act> = acts.collect::<Result<_, _>>()?;
        let acts = acts.into_iter().map(|act| (work.reviewer.clone(), act)).collect();
        let command = work.command();
        work.review.append_of_all(&now(), acts, &[], Some(&command))?;
    }
    for (number, (key, wording)) in (1..).zip(&work.review.state().reasons) {
        writeln!(console.out, "{number}  {}", clean_line(&format!("{key}  {wording}")))?;
    }
    console.out.flush()?;
    Ok(CommandOutcome::Done)
}

pub(crate) fn reason(key: &str, wording: &str) -> Act {
    Act::Reason { key: key.to_owned(), wording: wording.to_owned() }
}

/// `population=Wrong population`.
pub(crate) fn typed_reason(typed: &str) -> Result<Act, Failure> {
    let (key, wording) = typed.split_once('=').unwrap_or((typed, typed));
    let (key, wording) = (key.trim(), wording.trim());
    if key.is_empty() || key.contains(char::is_whitespace) || wording.is_empty() {
        return Err(Failure::new(format!("`{typed}` is no reason"))
            .hint("write a short key and a wording: `population=Wrong population`"));
    }
    Ok(reason(key, wording))
}
