//! From the paths that a user names to the files below them.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use walkdir::{DirEntry, WalkDir};

/// A file that keeps the directory that it is in from being entered: studies that a dump keeps, and
/// that are none of it any longer.
pub const NOT_INDEXED: &str = ".trialdex-not-indexed";

/// A file to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Absolute path, which identifies the file in the index; `-` for standard
    /// input.
    pub path: PathBuf,
    /// Size in bytes.
    pub size: u64,
    /// When it was last modified; `None` where the system does not tell.
    pub modified: Option<SystemTime>,
}

impl SourceFile {
    /// A file with only its path known.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path, size: 0, modified: None }
    }

    /// Standard input as a file.
    #[must_use]
    pub fn standard_input() -> Self {
        Self::at(PathBuf::from("-"))
    }

    /// Whether this is standard input.
    #[must_use]
    pub fn is_standard_input(&self) -> bool {
        self.path == Path::new("-")
    }
}

/// How to walk.
#[derive(Debug, Clone, Default)]
pub struct WalkOptions {
    /// Directories not to enter: the index itself.
    pub leave_out: Vec<PathBuf>,
}

/// Why a path cannot be walked.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// A path that the user named is not there.
    #[error("{path}: {error}")]
    Named {
        /// The path as named.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// Something below a named path cannot be listed.
    #[error("cannot be read: {message}")]
    Below {
        /// The path that cannot be listed.
        path: String,
        /// What the system says.
        message: String,
    },
}

/// The path made absolute, without `.` and `..` and without asking the file
/// system, so that a file has one name as long as no links are involved; `-`
/// stays.
#[must_use]
pub fn absolute(path: &Path) -> PathBuf {
    if path == Path::new("-") {
        return path.to_owned();
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut normal = PathBuf::new();
    for part in absolute.components() {
        if part == Component::ParentDir {
            normal.pop();
        } else {
            normal.push(part);
        }
    }
    normal
}

/// The files at and below `named`, in the order of the names in every
/// directory. Symbolic links are followed, to a directory that was entered
/// before by no second way.
///
/// # Errors
///
/// An item is an error where something cannot be listed; the walk goes on.
pub fn walk<'a>(
    named: &'a Path,
    options: &'a WalkOptions,
) -> Box<dyn Iterator<Item = Result<SourceFile, WalkError>> + 'a> {
    if named == Path::new("-") {
        return Box::new(std::iter::once(Ok(SourceFile::standard_input())));
    }
    if let Err(error) = std::fs::metadata(named) {
        let path = named.display().to_string();
        return Box::new(std::iter::once(Err(WalkError::Named { path, error })));
    }
    // Names in a directory differ where their paths do, which take no splitting.
    let by_name =
        |one: &DirEntry, other: &DirEntry| one.path().as_os_str().cmp(other.path().as_os_str());
    let mut entered = EnteredDirectories::default();
    let all = WalkDir::new(named).follow_links(true).sort_by(by_name).into_iter();
    let entries = all.filter_entry(move |entry| {
        let directory = entry.file_type().is_dir();
        let left_out = || {
            let below = entry.depth() > 0;
            let named = || options.leave_out.contains(&absolute(entry.path()));
            below && (named() || entry.path().join(NOT_INDEXED).is_file())
        };
        !directory || !left_out() && entered.is_new(entry)
    });
    let root = absolute(named);
    let files = entries.filter_map(move |entry| match entry {
        Err(error) => Some(Err(below(named, &error))),
        Ok(entry) if entry.file_type().is_dir() => None,
        Ok(entry) => {
            // What walking adds to the name needs no look at `.` and `..`.
            let path = match entry.path().strip_prefix(named) {
                Ok(rest) if entry.depth() > 0 => root.join(rest),
                _ => absolute(entry.path()),
            };
            Some(file(&entry, path))
        }
    });
    Box::new(files)
}

/// Directories that were entered, so that links which lead to the same ones
/// again and again do not multiply them.
#[derive(Debug, Default)]
struct EnteredDirectories(HashSet<PathBuf>);

impl EnteredDirectories {
    /// Whether to enter a directory: it was not entered before, or no link
    /// leads to it.
    fn is_new(&mut self, entry: &DirEntry) -> bool {
        let known = entry.path().canonicalize().is_ok_and(|path| !self.0.insert(path));
        !known || !entry.path_is_symlink()
    }
}

fn file(entry: &DirEntry, path: PathBuf) -> Result<SourceFile, WalkError> {
    let metadata = entry.metadata().map_err(|error| below(entry.path(), &error))?;
    // A pipe or device is read if it is named, as shells do with `<(...)`.
    if !metadata.is_file() && entry.depth() > 0 {
        let message = "a pipe, socket or device".to_owned();
        return Err(WalkError::Below { path: path.display().to_string(), message });
    }
    let modified = metadata.modified().ok().filter(|_| metadata.is_file());
    Ok(SourceFile { path, size: metadata.len(), modified })
}

fn below(path: &Path, error: &walkdir::Error) -> WalkError {
    let message = match (error.loop_ancestor(), error.io_error()) {
        (Some(ancestor), _) => format!("a link leads back to {}", ancestor.display()),
        (None, Some(io)) => io.to_string(),
        (None, None) => error.to_string(),
    };
    let path = error.path().unwrap_or(path).display().to_string();
    WalkError::Below { path, message }
}
