//! Writes files atomically: a reader sees the whole new file or the old one.
//!
//! What is written into a file in place is lost with it when the disk is
//! full, the program is killed or the power fails. Every file that the
//! program writes by name is therefore written aside, put onto the disk, and
//! only then given its name, in one step.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// How names of files end that are not done.
const UNFINISHED: &str = ".unfinished";

/// The disk failed when a file had its name already.
#[derive(Debug, thiserror::Error)]
#[error("written, but it may not be on the disk: {0}")]
struct NotSynced(io::Error);

impl NotSynced {
    fn after(error: io::Error) -> io::Error {
        io::Error::new(error.kind(), Self(error))
    }
}

/// Whether a file has its name in spite of an error in writing it.
#[must_use]
pub fn is_written(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<NotSynced>())
}

/// Why the disk failed, of a file that counts for nothing by its name alone.
#[must_use]
pub fn cause(error: io::Error) -> io::Error {
    error.downcast::<NotSynced>().map_or_else(|error| error, |NotSynced(cause)| cause)
}

/// A file that is being written beside the name that it will have. It is
/// removed when it is dropped before.
#[derive(Debug)]
pub struct DraftFile {
    file: NamedTempFile,
    target: PathBuf,
}

impl DraftFile {
    /// An empty file in the directory of `target`, named like it.
    ///
    /// # Errors
    ///
    /// Where the directory cannot be written to.
    pub fn of(target: &Path) -> io::Result<Self> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        // Names of files have a limit, which the target's may be close to.
        let start: String = name.chars().take(40).collect();
        Self::named(target, &format!("{start}."), UNFINISHED)
    }

    /// The same, with a name that begins and ends so.
    ///
    /// # Errors
    ///
    /// Where the directory cannot be written to.
    pub fn named(target: &Path, prefix: &str, suffix: &str) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(prefix).suffix(suffix);
        admit_others(&mut builder);
        let file = builder.tempfile_in(directory_of(target))?;
        Ok(Self { file, target: target.to_owned() })
    }

    /// The file as it is called until it is done.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Gives the file its name, in place of the one that is there.
    ///
    /// # Errors
    ///
    /// The disk is full, or the name cannot be given; [`is_written`] says
    /// whether the name was given anyway.
    pub fn replace(self) -> io::Result<()> {
        self.file.as_file().sync_all()?;
        self.file.persist(&self.target).map_err(|failure| failure.error)?;
        sync(directory_of(&self.target)).map_err(NotSynced::after)
    }

    /// Gives the file its name, unless there is one of that name.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::AlreadyExists`], and those of [`Self::replace`].
    pub fn add(self) -> io::Result<()> {
        self.file.as_file().sync_all()?;
        self.file.persist_noclobber(&self.target).map_err(|failure| failure.error)?;
        sync(directory_of(&self.target)).map_err(NotSynced::after)
    }
}

impl Write for DraftFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A file that is being written in place of the one that has its name, whose
/// permissions it keeps. A link stays one; a device or a pipe is written to as
/// it is.
#[derive(Debug)]
pub enum OutputFile {
    /// A file that gets its name when it is done.
    Aside(DraftFile),
    /// What is no file.
    Device(File),
}

impl OutputFile {
    /// An empty file in place of that one.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let Ok(former) = std::fs::metadata(path) else {
            return DraftFile::of(path).map(Self::Aside);
        };
        // Who may not write to a file is not to replace it either.
        let opened = OpenOptions::new().write(true).open(path)?;
        if !former.is_file() {
            return Ok(Self::Device(opened));
        }
        let draft = DraftFile::of(&path.canonicalize()?)?;
        draft.file.as_file().set_permissions(former.permissions())?;
        Ok(Self::Aside(draft))
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// Where the disk is full, or the name cannot be given. Then the former
    /// file is as it was, unless [`is_written`] says otherwise.
    pub fn done(self) -> io::Result<()> {
        match self {
            Self::Aside(draft) => draft.replace(),
            Self::Device(mut device) => device.flush(),
        }
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Aside(draft) => draft.write(bytes),
            Self::Device(device) => device.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Aside(draft) => draft.flush(),
            Self::Device(device) => device.flush(),
        }
    }
}

/// Writes a file as [`OutputFile`] does.
///
/// # Errors
///
/// Those of [`OutputFile`].
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut writing = OutputFile::begin(path)?;
    writing.write_all(bytes)?;
    writing.done()
}

/// Makes a directory and those above it, with their names on the disk.
///
/// # Errors
///
/// Where one cannot be made.
pub fn create_directories(directory: &Path) -> io::Result<()> {
    let there = |above: &&Path| above.as_os_str().is_empty() || above.is_dir();
    let made: Vec<&Path> = directory.ancestors().take_while(|above| !there(above)).collect();
    std::fs::create_dir_all(directory)?;
    made.into_iter().try_for_each(|made| sync(directory_of(made)))
}

/// The directory that a file is, or will be, in.
#[must_use]
pub fn directory_of(path: &Path) -> &Path {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    directory.unwrap_or(Path::new("."))
}

/// Makes sure that the names in a directory are on the disk, where the system
/// can open a directory as a file.
///
/// # Errors
///
/// Where the disk fails.
pub fn sync(directory: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

/// Temporary files are for their owner alone; these become files as any other
/// of the user's, whose mask takes away what others may not.
#[cfg(unix)]
fn admit_others(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn admit_others(_: &mut tempfile::Builder<'_, '_>) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(directory: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(directory).expect("a directory").flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("a.json");
        write(&path, b"one").expect("written");
        write(&path, b"two").expect("written");
        let mut dropped = DraftFile::of(&path).expect("begun");
        dropped.write_all(b"three").expect("written");
        drop(dropped);
        assert_eq!(std::fs::read(&path).expect("read"), b"two");
        let below = directory.path().join("a/b/c");
        create_directories(&below).expect("made");
        create_directories(&below).expect("there already");
        assert!(below.is_dir());
        std::fs::remove_dir_all(directory.path().join("a")).expect("removed");
        let refused = DraftFile::of(&path).expect("begun").add().expect_err("there is one");
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(listed(directory.path()), ["a.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_devices_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let directory = tempfile::tempdir().expect("a directory");
        let (path, link) = (directory.path().join("a.json"), directory.path().join("link"));
        std::fs::write(&path, "one").expect("written");
        let mode = |mode| std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&path, mode(0o640)).expect("set");
        symlink(&path, &link).expect("linked");
        write(&link, b"two").expect("written");
        assert!(link.is_symlink() && std::fs::read(&path).expect("read") == b"two");
        let kept = std::fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(kept & 0o777, 0o640);
        write(Path::new("/dev/null"), b"nothing").expect("written");
        assert!(!Path::new("/dev/null").is_file());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_as_any_other() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().expect("a directory");
        let (path, plain) = (directory.path().join("a.json"), directory.path().join("plain"));
        std::fs::write(&plain, "").expect("written");
        write(&path, b"one").expect("written");
        let mode = |path: &Path| std::fs::metadata(path).expect("a file").permissions().mode();
        assert_eq!(mode(&path), mode(&plain));
    }
}
