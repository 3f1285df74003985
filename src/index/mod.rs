//! From studies to a tantivy index, and back.

mod audit;
mod columns;
mod contest;
mod document;
mod flow;
mod frequencies;
mod intake;
mod ledger;
mod merging;
mod pages;
mod reading;
mod recall;
mod schema;
mod status;
mod store;
mod summary;
pub(crate) mod synonyms;
pub(crate) mod topic;
mod update;
pub(crate) mod zones;

pub use audit::{Audit, Reject, Unplaced};
pub use document::document;
pub use ledger::RejectKind;
pub use reading::{Place, Reading};
pub use schema::{Fields, schema};
pub(crate) use schema::{NOWHERE, PieceField, TextFields, degrees, steps};
pub use status::Status;
pub use store::{IndexError, Store, VOCABULARY_FILE, settings};
pub use update::{UpdateError, UpdateOptions, Watch, update};
