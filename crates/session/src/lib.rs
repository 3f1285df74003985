//! An open index that is asked requests: what the command line, a server and the tools of an
//! assistant have in common.
//!
//! * [`AnyIndex`] is an index in a directory or on a cluster; [`AnyHits`] and [`AnyReader`] are what
//!   it finds and reads.
//! * [`Session`] is an index that stays open. Threads share it, and it goes over to a refreshed
//!   index. It makes an [`AskedSearch`] of a [`trialdex_plan::SearchRequest`].
//! * [`OpenIndex`] is one state of it: a search, and all that is said of its hits, see the same
//!   studies, whatever is written meanwhile.
//! * [`SearchAnswer`] is what a search found.
//! * [`changes_between`] compares two indexes, and [`look_again`] the hits of a search with those of
//!   the last time.
//!
//! ```
//! use std::{fs, time::SystemTime};
//! use trialdex_engine::index::{UpdateOptions, UpdateProgress, update};
//! use trialdex_engine::search::{FoundHits as _, HitWindow};
//! use trialdex_plan::SearchRequest;
//! use trialdex_session::Session;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let scratch = tempfile::tempdir()?;
//! let (dump, directory) = (scratch.path().join("dump.json"), scratch.path().join("index"));
//! fs::write(&dump, r#"{"protocolSection": {"identificationModule":
//!     {"nctId": "NCT90000001", "briefTitle": "Light therapy for insomnia"}}}"#)?;
//! update(&directory, &[dump], &UpdateOptions::new(SystemTime::now()), &UpdateProgress::default())?;
//!
//! let session = Session::open(&directory, None)?;
//! let json = r#"{"version": 1, "request": {"queries": [["words", "insomnia"]]}}"#;
//! let asked = session.ask(SearchRequest::from_json(json)?)?;
//! let index = session.current();
//! let answer = index.search(&asked, HitWindow { offset: 0, limit: Some(20) })?;
//! assert_eq!(answer.hits.total(), 1);
//! assert_eq!(answer.hits.hits()[0].nct_id.to_string(), "NCT90000001");
//! assert!(!session.refresh()?, "nobody has written to it");
//! # Ok(())
//! # }
//! ```

mod answer;
mod any_error;
mod any_hits;
mod any_index;
mod any_reader;
mod asked_search;
mod changes;
mod countable_field;
mod open_index;
mod session;
mod stop_at_end;
mod strategy_counts;
mod study_place;
mod watch;

pub use answer::SearchAnswer;
pub use any_error::AnyError;
pub use any_hits::AnyHits;
pub use any_index::AnyIndex;
pub use any_reader::{AnyReader, StudyList};
pub use asked_search::AskedSearch;
pub use changes::{ChangedStudy, IndexChanges, changes_between};
pub use countable_field::{FieldError, SHORT_FIELD_NAMES, countable_field};
pub use open_index::{OpenIndex, OpenState, absent};
pub use session::{AskError, Session};
pub use stop_at_end::StopAtEnd;
pub use strategy_counts::strategy_counts;
pub use study_place::StudyPlace;
pub use watch::{
    EarlierRecord, EarlierRecords, SettingChange, WatchLook, WatchedStudy, first_look, look_again,
};
