//! `trialdex review undo`

use clap::Args;

use trialdex_output::clean_line;
use trialdex_review::Act;

use super::session::{ReviewSession, now, typed_name};
use super::shared_args::NamedReview;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

#[derive(Debug, Args)]
pub(crate) struct UndoArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// Name of the event, or its beginning, as `history` shows it
    #[arg(long, value_name = "EVENT")]
    pub(crate) event: Option<String>,
}

pub(crate) fn run(console: &Console, arguments: &UndoArgs) -> CommandResult {
    let mut work = ReviewSession::on(console, &arguments.named)?;
    // A name is that of one event; without, all of a command is taken back.
    let events = match &arguments.event {
        Some(name) => vec![named(&work, name)?],
        None => work.review.last_command(&work.reviewer),
    };
    let Some(event) = events.first() else {
        return Err(Failure::new(format!("{} has done nothing to take back", work.reviewer)));
    };
    let said = event.act.summary();
    let undos: Vec<Act> = events.iter().map(|event| event.taken_back()).collect();
    let others = match undos.len() - 1 {
        0 => String::new(),
        others => format!(", and {others} more of the same command"),
    };
    work.review.append(&now(), &work.reviewer, undos)?;
    console.say(&clean_line(&format!("taken back: {said}{others}")));
    Ok(CommandOutcome::Done)
}

/// The event of that name, if it is the reviewer's and still counts.
fn named<'a>(work: &'a ReviewSession, name: &str) -> Result<&'a trialdex_review::Event, Failure> {
    let own = work.review.undoable(&work.reviewer);
    let mut named = own.filter(|event| event.id.to_string().starts_with(name));
    match (named.next(), named.next()) {
        (Some(event), None) => Ok(event),
        _ => Err(Failure::new(format!(
            "`{name}` names no single event of {} that still counts",
            work.reviewer
        ))
        .hint(format!(
            "`trialdex review history {}` lists events with their names",
            typed_name(work.review.path())
        ))),
    }
}
