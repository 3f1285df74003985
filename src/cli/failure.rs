//! Messages for failed commands, with hints and exit codes.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use trialdex_engine::index::{FORMAT, IndexError, UpdateError};
use trialdex_output::{DisplayOptions, UnknownPiece, clean_line};
use trialdex_plan::SearchRequestError;
use trialdex_query::{Diagnostic, Excerpt, MarkedText, NotUnderstood};
use trialdex_session::AnyError;
use trialdex_text::vocabulary::VocabularyError;

/// A message, what to do about it, and the exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    /// More messages, about the same.
    more: Vec<String>,
    hint: Option<String>,
    /// Places in the typed text.
    marks: Vec<MarkedText>,
    pub(crate) code: u8,
    broken_pipe: bool,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            more: Vec::new(),
            hint: None,
            marks: Vec::new(),
            code: 2,
            broken_pipe: false,
        }
    }

    /// Several messages about the same, at least one.
    pub(crate) fn lines(messages: impl IntoIterator<Item = String>) -> Self {
        let mut messages = messages.into_iter();
        let first = messages.next().unwrap_or_default();
        Self { more: messages.collect(), ..Self::new(first) }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with something else to type.
    pub(crate) fn further(mut self, hint: &str) -> Self {
        self.hint =
            Some(self.hint.map_or_else(|| hint.to_owned(), |first| format!("{first}; {hint}")));
        self
    }

    /// The same, about a place.
    pub(crate) fn at(self, message: &str) -> Self {
        Self { message: message.to_owned(), ..self }
    }

    /// The same with places in the typed text.
    pub(crate) fn marked(self, marks: impl IntoIterator<Item = MarkedText>) -> Self {
        Self { marks: marks.into_iter().collect(), ..self }
    }

    /// Adds a place in the typed text, which begins at `offset` of the shown
    /// text.
    pub(crate) fn mark(&mut self, shown: &str, mut diagnostic: Diagnostic, offset: usize) {
        diagnostic.span.start += offset;
        diagnostic.span.end += offset;
        self.marks.push((shown.to_owned(), diagnostic));
    }

    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.broken_pipe
    }

    /// The message as it is printed, with a caret under each place.
    pub(crate) fn shown(&self, paint: DisplayOptions) -> String {
        let mut shown = String::new();
        // Writing to a string does not fail.
        for message in [&self.message].into_iter().chain(&self.more) {
            let _ = writeln!(shown, "{} {}", paint.error("error:"), clean_line(message));
        }
        for (typed, found) in &self.marks {
            let Excerpt { text, carets } = Excerpt::new(typed, &found.span);
            let (message, hint) = (clean_line(&found.message), hint_of(found, typed));
            let hint = clean_line(&hint);
            let _ = writeln!(shown, "  {text}\n  {} {message}", paint.error(&carets));
            if !hint.is_empty() {
                let _ = writeln!(shown, "{} {hint}", paint.hint("hint:"));
            }
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(shown, "{} {}", paint.hint("hint:"), clean_line(hint));
        }
        shown
    }
}

/// A parameter of a library as it is typed.
pub(crate) fn flag(name: &str) -> String {
    format!("--{name}")
}

/// The hint of a diagnostic about a typed text, with parameters as flags.
pub(crate) fn hint_of(diagnostic: &Diagnostic, typed: &str) -> String {
    diagnostic.hint_with(typed, flag)
}

impl From<NotUnderstood> for Failure {
    fn from(error: NotUnderstood) -> Self {
        let marks = error.parts.iter().flat_map(|part| part.marks(flag));
        Self::new("the query cannot be understood").marked(marks)
    }
}

impl From<SearchRequestError> for Failure {
    fn from(error: SearchRequestError) -> Self {
        match error {
            SearchRequestError::NotUnderstood(error) => error.into(),
            SearchRequestError::Strategy(error) => error.into(),
            SearchRequestError::Sort(part) => {
                Self::new("the hits cannot be sorted so").marked(part.marks(flag))
            }
            error => Self::new(error.to_string()),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let broken_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        // What is written may be read from an index meanwhile.
        match AnyError::from(error) {
            AnyError::Io(error) => Self { broken_pipe, ..Self::new(error.to_string()) },
            error => error.into(),
        }
    }
}

impl From<AnyError> for Failure {
    fn from(error: AnyError) -> Self {
        match error {
            AnyError::Directory(error) => error.into(),
            #[cfg(feature = "cluster")]
            AnyError::Cluster(error) => error.into(),
            AnyError::Io(error) => Self::new(error.to_string()),
        }
    }
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Self {
        let message = error.to_string();
        let failure = Self::new(message);
        match error {
            IndexError::Missing(directory) => failure.hint(format!(
                "build one with `trialdex index PATH --index {}`",
                directory.display()
            )),
            IndexError::Unfinished(directory) => failure.hint(format!(
                "wait if it is under way; else run `trialdex index PATH --index {}` again",
                directory.display()
            )),
            IndexError::OtherFormat { directory, found } if found > FORMAT => {
                failure.hint(format!(
                    "a newer trialdex reads it; for this one, index the sources into another \
                     directory: `trialdex index PATH --index {}-{FORMAT}`",
                    directory.display()
                ))
            }
            IndexError::OtherFormat { directory, .. } | IndexError::OtherFiles(directory) => {
                failure.hint(build_again(&directory))
            }
            IndexError::Damaged { directory, .. } => failure.hint(check(&directory)),
            IndexError::Changed(_) => failure.hint("run the command again"),
            IndexError::Locked { .. } => {
                failure.hint("wait until it is done, then run the command again")
            }
            IndexError::Interrupted | IndexError::Stopped => Self { code: 130, ..failure },
            IndexError::Vocabulary(error) => error.into(),
            IndexError::TooMuch(_) => failure.hint(
                "type more letters before `*`, or ask for the parts one by one: each line of \
                 `trialdex batch FILE` counts by itself",
            ),
            IndexError::Tantivy { directory, .. } => failure.hint(format!(
                "the index is as it was; see whether its disk is full. If it has room, {}",
                check(&directory)
            )),
            IndexError::Committed { directory, .. } => failure.hint(format!(
                "nothing has to be done again; look after the disk, then {}",
                check(&directory)
            )),
            IndexError::Io { path, .. } if is_ledger(&path) => {
                failure.hint(check(path.parent().unwrap_or(Path::new("."))))
            }
            IndexError::Io { path, error } if is_unreadable(&path, &error) => {
                failure.hint(check(path.ancestors().nth(2).unwrap_or(Path::new("."))))
            }
            IndexError::Io { path, error }
                if error.kind() == io::ErrorKind::NotFound && !path.exists() =>
            {
                failure.hint("the index was removed or moved while it was written; run the command again")
            }
            IndexError::Io { .. } => failure.hint(
                "see whether the path is right and its disk has room; `--index DIR` names another index",
            ),
        }
    }
}

/// What to do where a file of an index may be damaged.
fn check(directory: &Path) -> String {
    let directory = directory.display();
    format!(
        "run `trialdex check --index {directory}`: it shows what is damaged; \
         `trialdex check --repair --index {directory}` restores what it can"
    )
}

fn build_again(directory: &Path) -> String {
    let directory = directory.display();
    format!(
        "build it again: remove {directory}/tantivy and {directory}/ledger-*, then run `trialdex index` \
         with its sources; or index them into another directory"
    )
}

fn is_ledger(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("ledger-"))
}

/// Whether a file of the search index is there, and its content cannot be read.
fn is_unreadable(path: &Path, error: &io::Error) -> bool {
    let in_index = path.parent().is_some_and(|parent| parent.ends_with("tantivy"));
    let outside = [
        io::ErrorKind::NotFound,
        io::ErrorKind::PermissionDenied,
        io::ErrorKind::ReadOnlyFilesystem,
        io::ErrorKind::StorageFull,
        io::ErrorKind::QuotaExceeded,
    ];
    in_index && !outside.contains(&error.kind())
}

impl From<UpdateError> for Failure {
    fn from(error: UpdateError) -> Self {
        match error {
            UpdateError::Index(error) => error.into(),
            UpdateError::Input { .. } => Self::new(error.to_string())
                .hint("name a file, a directory or an archive, or `-` for standard input"),
        }
    }
}

impl From<VocabularyError> for Failure {
    fn from(error: VocabularyError) -> Self {
        let failure = Self::new(error.to_string());
        match error {
            VocabularyError::Unknown { .. }
            | VocabularyError::OtherVersion { .. }
            | VocabularyError::Damaged { .. } => failure.hint(
                "make it again with `trialdex thesaurus import`, or remove it to use the headings \
                 that are built in",
            ),
            _ => failure,
        }
    }
}

impl From<UnknownPiece> for Failure {
    fn from(error: UnknownPiece) -> Self {
        let failure = Self::new(error.to_string());
        if error.nearest.is_empty() {
            return failure
                .hint("fields have the names of the registry's data model, such as `BriefTitle`");
        }
        let nearest: Vec<String> = error.nearest.iter().map(|name| format!("`{name}`")).collect();
        failure.hint(format!("the nearest names are {}", nearest.join(", ")))
    }
}
