//! `trialdex review`

mod begin;
mod blind;
mod conduct;
mod copy;
mod decide;
mod exchange;
mod history;
mod list;
mod next;
mod people;
mod report;
pub(crate) mod review_args;
mod reviewer_progress;
mod screen;
mod settings;
mod simulate;
mod status;
mod stopping;
mod typed_searches;
mod update;
mod why;

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use trialdex_engine::index::rfc3339;
use trialdex_review::{Review, ReviewError, UndoGroup, VERSION};

use super::args::GlobalArgs;
use super::{CommandOutcome, Console, Failure};
use review_args::{NamedReview, ReviewArgs, ReviewCommand, ReviewerArg, VERBS};
#[cfg(unix)]
pub(in crate::cli) use screen::give_back_terminal;

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &ReviewArgs,
) -> super::Result {
    match &arguments.command {
        None => screen::run(console, &arguments.screen),
        Some(ReviewCommand::New(arguments)) => begin::new(console, global, arguments),
        Some(ReviewCommand::Search(arguments)) => begin::search_more(console, global, arguments),
        Some(ReviewCommand::Status(arguments)) => status::run(console, arguments),
        Some(ReviewCommand::Next(arguments)) => next::run(console, arguments),
        Some(ReviewCommand::Decide(arguments)) => decide::run(console, arguments, false),
        Some(ReviewCommand::Settle(arguments)) => decide::run(console, arguments, true),
        Some(ReviewCommand::Undo(arguments)) => decide::undo(console, arguments),
        Some(ReviewCommand::List(arguments)) => list::run(console, arguments),
        Some(ReviewCommand::Why(arguments)) => why::run(console, arguments),
        Some(ReviewCommand::History(arguments)) => history::run(console, arguments),
        Some(ReviewCommand::Reasons(arguments)) => begin::reasons(console, arguments),
        Some(ReviewCommand::Settings(arguments)) => settings::run(console, arguments),
        Some(ReviewCommand::Sample(arguments)) => stopping::sample(console, arguments),
        Some(ReviewCommand::Stopping(arguments)) => stopping::run(console, arguments),
        Some(ReviewCommand::Conflicts(arguments)) => people::conflicts(console, arguments),
        Some(ReviewCommand::Merge(arguments)) => people::merge(console, arguments),
        Some(ReviewCommand::Copy(arguments)) => copy::run(console, arguments),
        Some(ReviewCommand::Simulate(arguments)) => simulate::run(console, arguments),
        Some(ReviewCommand::Update(arguments)) => update::run(console, global, arguments),
        Some(ReviewCommand::Import(arguments)) => exchange::import(console, global, arguments),
        Some(ReviewCommand::Export(arguments)) => exchange::export(console, arguments),
        Some(ReviewCommand::Report(arguments)) => report::run(console, arguments),
    }
}

/// An open review and who works on it.
pub(crate) struct ReviewSession {
    pub(crate) review: Review,
    pub(crate) reviewer: String,
}

impl ReviewSession {
    /// Says on standard error where the name of the reviewer is typed in
    /// another way than before.
    pub(crate) fn on(console: &Console, named: &NamedReview) -> Result<Self, Failure> {
        let (review, typed) = (open(&named.name)?, reviewer(&named.who)?);
        let reviewer = review.state().called(&typed).to_owned();
        people::say_called(console, &typed, &reviewer);
        Ok(Self { review, reviewer })
    }

    /// A command that begins now, and is taken back as a whole.
    fn command(&self) -> UndoGroup {
        let last = self.review.events().last().map_or(0, |event| event.seq);
        UndoGroup { first: last + 1, by: self.reviewer.clone() }
    }
}

/// The file of a review: its name with `.review`, unless it has that or is
/// there as it is.
pub(crate) fn file(name: &OsStr) -> PathBuf {
    let path = PathBuf::from(name);
    if path.extension().is_some_and(|extension| extension == "review") || path.is_file() {
        return path;
    }
    let mut name = name.to_owned();
    name.push(".review");
    name.into()
}

/// The name of a review as it can be typed in a shell.
pub(crate) fn typed_name(path: &Path) -> String {
    let review = path.extension().is_some_and(|extension| extension == "review");
    let name = if review { path.with_extension("") } else { path.to_owned() };
    let name = name.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "-_./\\:".contains(c);
    if name.chars().all(plain) { name } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

pub(crate) fn open(name: &OsStr) -> Result<Review, Failure> {
    Ok(Review::open(&file(name))?)
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

/// The time of an event.
pub(crate) fn now() -> String {
    rfc3339(SystemTime::now())
}

/// Refuses names that could not be typed again.
fn check_name(name: &str) -> Result<(), Failure> {
    let stem = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let typed = !name.starts_with('-') && !name.ends_with(std::path::is_separator);
    if stem.as_deref().is_none_or(str::is_empty) || VERBS.contains(&name) || !typed {
        return Err(Failure::new(format!("a review cannot be called `{name}`"))
            .hint("choose another name, such as `asthma`"));
    }
    Ok(())
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
