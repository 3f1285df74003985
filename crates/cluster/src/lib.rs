//! The same index on a cluster of OpenSearch: what is sent to it, and how it is asked.
//!
//! The engine analyses nothing and ranks by nothing of its own. It is sent the terms of an index
//! as [`trialdex_engine`] makes them, and is asked the plans that [`trialdex_plan`] makes, so that
//! it finds the same studies, with the same scores, as an index in a directory.
//!
//! * [`Address`] names an index on a cluster: `https://host:9200/name`.
//! * [`publish()`] makes a new version of the studies of an index in a directory: it sends all, or
//!   copies the version before and sends what differs. It checks what arrived, and lets the name
//!   stand for it.
//! * [`ClusterIndex`] is a version that is open; [`ClusterIndex::search`] finds and ranks studies.
//!
//! A name stands for one version at a time: an index of the engine behind an alias. A version does
//! not change once the name stands for it.

mod access;
mod address;
mod answers;
mod check;
mod client;
mod compaction;
mod compile;
mod contents_check;
mod error;
mod facets;
mod feedback;
mod found_hits;
mod hit_records;
mod index;
mod layout;
mod lexicon;
mod occurrences;
mod origins;
mod publish;
mod ranked_hit;
mod reader;
mod records;
mod refresh;
mod search;
mod searchable;
mod sender;
mod sites;
mod studies;
mod study_document;
mod term_lists;
mod term_parts;
mod terms;
mod versions;

pub use access::{Access, Credentials};
pub use address::{Address, AddressError};
pub use check::{ClusterCheck, ClusterFault, ClusterFinding};
pub use client::Client;
pub use error::ClusterError;
pub use index::{ClusterIndex, ClusterStatus};
pub use publish::{Making, Published, publish};
pub use reader::ClusterReader;
pub use refresh::StudyChanges;
pub use search::ClusterHits;
pub use studies::ClusterStudies;
