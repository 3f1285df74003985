//! From studies to a tantivy index, and back.

mod audit;
mod check;
mod columns;
mod contest;
mod disk;
mod document;
mod error;
mod flow;
mod holder;
mod intake;
mod ledger;
mod merging;
mod moment;
mod origins;
mod pages;
mod parts;
mod path_key;
mod read_file;
mod reading;
mod recall;
mod recount;
mod repair;
mod schema;
mod sound_merging;
mod statistics;
mod status;
mod store;
mod summary;
mod survey;
pub(crate) mod synonyms;
pub(crate) mod topic;
mod update;
pub(crate) mod zones;

pub use audit::{Audit, Example, Partial, Reject, Unfit, Unplaced};
pub use check::{Check, CheckOptions, Fault, Finding, SourcesChecked, check};
pub use document::document;
pub use error::{IndexError, TooMuch};
pub use holder::Holder;
pub(crate) use intake::short_digest;
pub use ledger::RejectKind;
#[doc(hidden)]
pub use ledger::rewritten_ledger;
pub use moment::rfc3339;
pub use origins::Origin;
pub use reading::{Place, Reading};
pub use repair::{Lost, Repaired, repair};
pub use schema::{Fields, schema};
pub(crate) use schema::{NOWHERE, PieceField, TextFields, degrees, steps};
pub(crate) use statistics::studies_in;
pub use status::Status;
pub(crate) use store::guarded;
#[doc(hidden)]
pub use store::rewritten_payload;
pub use store::{FORMAT, Store, VOCABULARY_FILE, settings};
pub use update::{Prune, UpdateError, UpdateOptions, Watch, update};
