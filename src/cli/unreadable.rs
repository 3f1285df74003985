//! Reports a file of the index that the disk cannot read.
//!
//! Most files of an index are mapped into memory. Where the disk fails to
//! read a part of one, or the file was cut meanwhile, the system sends a
//! signal to the thread that needs the part, and nothing can be returned to
//! that thread. So it is held where it is, while another one looks which file
//! cannot be read, says so and ends the program.

use std::fs::File;
use std::io::{self, PipeWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use rustix::io::ioctl_fionbio;
use signal_hook::consts::SIGBUS;
use signal_hook::low_level::pipe::register;

use trialdex_output::DisplayOptions;

use super::failure::Failure;

/// Bytes that are read at a time.
const STEP: usize = 1 << 20;

/// Names the file when a part of an index in that directory cannot be read.
/// `before` is done before the message.
pub(crate) fn watch(index: &Path, before: fn()) {
    // Without it, the system ends the program, with a message of its own.
    let _ = begin(index.to_owned(), before);
}

fn begin(index: PathBuf, before: fn()) -> io::Result<()> {
    let (mut told, tell) = io::pipe()?;
    register(SIGBUS, tell)?;
    let (unread, hold) = io::pipe()?;
    let full = hold.try_clone()?;
    // Handlers registered later run later: the thread waits here after its
    // report.
    register(SIGBUS, hold)?;
    fill(full)?;
    std::thread::Builder::new().name("unreadable".to_owned()).spawn(move || {
        if told.read_exact(&mut [0]).is_ok() {
            end(&index, before);
        }
        drop(unread);
    })?;
    Ok(())
}

/// Fills a pipe that nobody reads, so that whoever writes to it waits.
fn fill(mut pipe: PipeWriter) -> io::Result<()> {
    loop {
        match pipe.write(&[0; 4096]) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            outcome => outcome?,
        };
    }
    Ok(ioctl_fionbio(&pipe, false)?)
}

#[expect(clippy::exit, reason = "the thread that could return waits for a file without end")]
fn end(index: &Path, before: fn()) {
    let failure = unreadable(index);
    before();
    let _ = write!(io::stderr(), "{}", failure.shown(DisplayOptions::default()));
    std::process::exit(failure.code.into());
}

fn unreadable(index: &Path) -> Failure {
    let found = [index.to_owned(), index.join("tantivy")].into_iter().find_map(|directory| {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let mut files = entries.map(|entry| entry.path()).filter(|path| path.is_file());
        files.find_map(|path| Some((read(&path).err()?, path)))
    });
    let message = match found {
        Some((error, path)) => format!("{}: {error}", path.display()),
        None => format!(
            "{}: a file of the index could not be read, or was cut while it was read",
            index.display()
        ),
    };
    Failure::new(message).hint(format!(
        "`trialdex check --index {0}` says what is lost; \
         `trialdex check --repair --index {0}` restores what it can",
        index.display()
    ))
}

fn read(path: &Path) -> io::Result<()> {
    let (mut file, mut step) = (File::open(path)?, vec![0; STEP]);
    while file.read(&mut step)? > 0 {}
    Ok(())
}
