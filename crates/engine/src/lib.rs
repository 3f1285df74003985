//! An index of study records on tantivy, and searches in it.
//!
//! * [`index`]: [`index::update`] builds an index from files or refreshes it,
//!   [`index::Store`] opens it, [`index::check()`] and [`index::repair()`] look after it.
//! * [`search`]: [`search::search()`] finds and ranks the studies that a question asks for.
//!
//! A page of code that indexes a dump and searches it is the example `search_a_dump`; in short:
//!
//! ```
//! use std::{fs, time::SystemTime};
//! use trialdex_engine::index::{Store, UpdateOptions, UpdateProgress, update};
//! use trialdex_engine::search::{SearchOptions, search};
//! use trialdex_plan::SearchRequest;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let scratch = tempfile::tempdir()?;
//! let (dump, directory) = (scratch.path().join("dump.json"), scratch.path().join("index"));
//! fs::write(&dump, r#"{"protocolSection": {"identificationModule":
//!     {"nctId": "NCT90000001", "briefTitle": "Light therapy for insomnia"}}}"#)?;
//! update(&directory, &[dump], &UpdateOptions::new(SystemTime::now()), &UpdateProgress::default())?;
//!
//! let store = Store::open(&directory)?;
//! let json = r#"{"version": 1, "request": {"queries": [["words", "insomnia"]]}}"#;
//! let asked = SearchRequest::from_json(json)?.understand()?;
//! assert_eq!(asked.understood.text, "AREA[Words]insomnia");
//! let hits = search(&store, &SearchOptions::asked(&asked, None))?;
//! assert_eq!(hits.hits[0].nct_id.to_string(), "NCT90000001");
//! # Ok(())
//! # }
//! ```
//!
//! Nothing here prints, exits, or reads the environment or the clock, except to measure how
//! long a search takes.

pub mod index;
pub mod search;
mod study_lists;
mod study_sets;
