//! Makes whole copies of a review while others write to it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};

use super::event_rows::EventRow;
use super::{Review, failed, file_layout};
use crate::error::ReviewError;
use crate::event::EventId;
use trialdex_files::DraftFile;

/// All pages in one step: nobody writes between two of them.
const ALL: i32 = -1;

impl Review {
    /// Makes a copy, which is there whole or not at all.
    ///
    /// # Errors
    ///
    /// Where there is a file of that name, none can be made, or another
    /// program is writing to the review.
    pub fn copy_to(&self, to: &Path) -> Result<Self, ReviewError> {
        if to.exists() {
            return Err(ReviewError::Exists(to.to_owned()));
        }
        self.check_place()?;
        let io_failed = |error| ReviewError::Io { path: to.to_owned(), error };
        let draft = DraftFile::named(to, ".new-", ".review").map_err(io_failed)?;
        self.back_up(draft.path()).map_err(|error| failed(to, error))?;
        let copy = Self::open(draft.path())?;
        file_layout::check_pages(&copy.connection, to)?;
        if copy.lacking(&self.events) > 0 {
            return Err(ReviewError::Torn(to.to_owned()));
        }
        drop(copy);
        draft.add().map_err(|error| super::not_added(to, error))?;
        Self::open(to)
    }

    /// Writes all that is known here into a file beside the review, which
    /// another file has taken the place of. Gives its path.
    ///
    /// # Errors
    ///
    /// No file can be made, or the review cannot be read.
    pub fn rescue(&self) -> Result<PathBuf, ReviewError> {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let named = |number: usize| {
            let number = if number == 1 { String::new() } else { format!("-{number}") };
            self.path.with_file_name(format!("{stem}-rescued{number}.review"))
        };
        let to = (1..).map(named).find(|path| !path.exists()).unwrap_or_default();
        let io_failed = |error| ReviewError::Io { path: to.clone(), error };
        let draft = DraftFile::named(&to, ".new-", ".review").map_err(io_failed)?;
        self.back_up(draft.path()).map_err(|error| failed(&to, error))?;
        let mut copy = Self::open(draft.path())?;
        copy.add_known(self)?;
        drop(copy);
        draft.add().map_err(|error| super::not_added(&to, error))?;
        Ok(to)
    }

    /// Adds the events that another open review knows, whatever is in its
    /// file.
    fn add_known(&mut self, other: &Self) -> Result<(), ReviewError> {
        let sql = |error| failed(&self.path, error);
        let transaction = self.connection.unchecked_transaction().map_err(sql)?;
        let own: HashSet<&EventId> = self.events.iter().map(|event| &event.id).collect();
        for event in other.events.iter().filter(|event| !own.contains(&event.id)) {
            EventRow::of(event).insert(&transaction, &self.path)?;
        }
        let version = other.events.iter().map(|event| event.act.version()).max();
        super::raise(&transaction, version.unwrap_or_default()).map_err(sql)?;
        transaction.commit().map_err(sql)?;
        self.refresh().map(|_| ())
    }

    fn back_up(&self, to: &Path) -> rusqlite::Result<()> {
        let mut copy = file_layout::connect(to)?;
        let backup = Backup::new(&self.connection, &mut copy)?;
        match backup.step(ALL)? {
            StepResult::Done => Ok(()),
            _ => Err(busy()),
        }
    }
}

fn busy() -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
    rusqlite::Error::SqliteFailure(code, None)
}
