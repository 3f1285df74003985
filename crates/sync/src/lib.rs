//! Keeps a dump of the registry current.
//!
//! [`sync`] reads the studies of the registry's API, page by page, into a file of one study a line,
//! compressed with zstd. Each page is on the disk before the next one is asked for, so that a run
//! that breaks off goes on where it was. The first run reads everything, later ones what was updated
//! since. The number of studies is compared with what the API says. Once a week the numbers of all
//! studies are listed, and studies that are not among them are moved aside.
//!
//! ```text
//! dump/
//!   sync.json                         what was read, and what is being read
//!   studies-1-2026-01-15-all.ndjson.zst    everything, as the API had it that day
//!   studies-2-2026-01-22-since-2026-01-14.ndjson.zst   what was updated since
//!   removed/studies-1.ndjson.zst      records of studies that the registry has no longer
//! ```
//!
//! `trialdex index dump` takes the latest record of each study.

mod api;
mod clock;
mod dump_file;
mod error;
mod number_list;
mod options;
mod pace;
mod page;
mod registry;
mod removal;
mod report;
mod run;
mod state;

pub use api::DEFAULT_API;
pub use clock::Clock;
pub use error::SyncError;
pub use options::{NumberListing, Since, SyncOptions};
pub use report::{ListedNumbers, ListingOutcome, SyncEvent, SyncSummary};
pub use run::sync;
#[cfg(test)]
mod tests;
