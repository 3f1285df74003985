//! From studies to a tantivy index, and back.

mod audit;
mod contest;
mod document;
mod flow;
mod frequencies;
mod intake;
mod ledger;
mod pages;
mod reading;
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
#[doc(hidden)]
pub use ledger::rewritten_ledger;
pub use reading::{Place, Reading};
pub use schema::{Fields, schema};
pub(crate) use schema::{NOWHERE, PieceField, TextFields};
pub use status::Status;
#[doc(hidden)]
pub use store::rewritten_payload;
pub use store::{IndexError, Store, VOCABULARY_FILE, settings};
pub use update::{UpdateError, UpdateOptions, Watch, update};
