//! From studies to a tantivy index, and back.

mod audit;
mod contest;
mod document;
mod flow;
mod intake;
mod ledger;
mod pages;
mod reading;
mod schema;
mod status;
mod store;
mod summary;
mod update;

pub use audit::{Audit, Reject, Unplaced};
pub use document::document;
pub use ledger::RejectKind;
pub use reading::{Place, Reading};
pub use schema::{Fields, schema};
pub use status::Status;
pub use store::{IndexError, Store, settings};
pub use update::{UpdateError, UpdateOptions, Watch, update};
