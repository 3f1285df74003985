//! From studies to a tantivy index, and back.

mod audit;
mod contest;
mod document;
mod flow;
mod intake;
mod ledger;
mod pages;
mod schema;
mod status;
mod store;
mod update;

pub use audit::{Audit, Reject, Unplaced};
pub use ledger::RejectKind;
pub use status::Status;
pub use store::{IndexError, Store};
pub use update::{UpdateError, UpdateOptions, Watch, update};
