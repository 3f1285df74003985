//! Merges the events and records of another copy of the review.
//!
//! The other file is read through a connection of its own and never written to:
//! a transaction over two files would leave a journal that names both. It may
//! be torn or made to deceive, so that everything from it is checked against
//! what can be read back before anything is final.

use std::collections::HashSet;
use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::event_rows::{EventRow, KnownEvents, RECORDS, check_index, rows_after};
use super::{Review, events_of, failed, failed_commit, file_layout, raise, records};
use crate::error::ReviewError;
use crate::event::Event;
use crate::state::ReviewState;

/// How far the place of an event may be beyond the number of events in its
/// file. In whole reviews it never is; one that is far beyond leaves no places
/// for those that follow.
const BEYOND: u64 = 1 << 32;

/// What a merge brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergeSummary {
    /// Events that were not there.
    pub events: usize,
    /// Records that were not there.
    pub records: usize,
    /// Both are copies of one review.
    pub same_review: bool,
}

impl Review {
    /// Takes over all events and records of another review that this one has
    /// not. What comes out is the same whichever is merged into which, in any
    /// order and however often.
    ///
    /// # Errors
    ///
    /// Where either file cannot be read, is torn or was changed, or this one
    /// cannot be written to. Then nothing is taken over.
    pub fn merge(&mut self, other: &Review) -> Result<MergeSummary, ReviewError> {
        let same_review = self.is_copy_of(other);
        // A file cannot be waited for by itself.
        let place = |path: &Path| path.canonicalize().ok();
        if place(&self.path).is_some_and(|own| Some(own) == place(&other.path)) {
            return Ok(MergeSummary { events: 0, records: 0, same_review });
        }
        let before = self.events.len();
        let theirs = other.connection.unchecked_transaction();
        let theirs = theirs.map_err(|error| failed(&other.path, error))?;
        let records = self.take_over(&theirs, &other.path)?;
        Ok(MergeSummary { events: self.events.len() - before, records, same_review })
    }

    /// Copies rows that are not there; returns the number of records among
    /// them.
    fn take_over(&mut self, other: &Connection, from: &Path) -> Result<usize, ReviewError> {
        let theirs = whole(other, from)?;
        self.check_place()?;
        let path = &self.path;
        let own = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let own = own.map_err(|error| failed(path, error))?;
        let rows = rows_after(&own, path, &self.known)?;
        let mut events = self.events.clone();
        events.extend(events_of(&rows, path)?);
        let there: HashSet<String> = events.iter().map(|event| event.id.0.clone()).collect();
        for (row, event) in theirs.iter().filter(|(row, _)| !there.contains(&row.id)) {
            row.insert(&own, path)?;
            events.push(event.clone());
        }
        let version = theirs.iter().map(|(_, event)| event.act.version()).max();
        raise(&own, version.unwrap_or_default()).map_err(|error| failed(path, error))?;
        let records = records::take_over((&own, path), (other, from))?;
        events.sort_by(|one, other| one.key().cmp(&other.key()));
        let known = read_back(&own, path, &events)?;
        // Whatever the events are, this comes to an end before they are final.
        let state = ReviewState::of(&events);
        let there = |event: &&Event| there.contains(&event.id.0);
        let new = events.iter().rfind(|event| !there(event));
        own.commit().map_err(|error| failed_commit(path, error, new))?;
        (self.events, self.state, self.known) = (events, state, known);
        Ok(records)
    }
}

/// All events of a file that is whole.
fn whole(connection: &Connection, path: &Path) -> Result<Vec<(EventRow, Event)>, ReviewError> {
    file_layout::check(connection, path)?;
    file_layout::check_pages(connection, path)?;
    let rows = rows_after(connection, path, &KnownEvents::default())?;
    check_index(connection, path, RECORDS)?;
    let most = rows.len() as u64 + BEYOND;
    let rows = rows.into_iter().map(|row| {
        let event = row.event(path)?;
        if event.seq > most {
            return Err(ReviewError::Changed { path: path.to_owned(), event: event.id.0 });
        }
        Ok((row, event))
    });
    rows.collect()
}

/// Reads all events again and holds them against those that must be there.
fn read_back(
    connection: &Connection,
    path: &Path,
    expected: &[Event],
) -> Result<KnownEvents, ReviewError> {
    let rows = rows_after(connection, path, &KnownEvents::default())?;
    let mut found = events_of(&rows, path)?;
    found.sort_by(|one, other| one.key().cmp(&other.key()));
    check_index(connection, path, RECORDS)?;
    let ids = |events: &[Event]| events.iter().map(|event| event.id.clone()).collect::<Vec<_>>();
    if ids(&found) != ids(expected) {
        return Err(ReviewError::Torn(path.to_owned()));
    }
    Ok(KnownEvents::default().and(&rows))
}
