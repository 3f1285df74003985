//! Full-text search over clinical-trial study records.
//!
//! Data flows one way: [`source`] finds records, [`mod@format`] makes studies of
//! them, [`index`] keeps those, [`query`] understands what is asked,
//! [`search`] ranks, [`output`] writes. [`study`] is what it is all about.
//! [`triage`] is about reading what was found, and deciding. [`evaluation`]
//! measures how good a ranking is.
//!
//! The library never prints, never exits, and reads neither the environment
//! nor the clock, but to measure how long a search takes.

pub mod evaluation;
pub mod files;
pub mod format;
pub mod index;
pub mod output;
pub mod query;
pub mod search;
pub mod source;
pub mod study;
pub mod text;
pub mod triage;
pub mod workbook;
