//! From studies to a tantivy index, and back.

mod check;
mod error;
pub(crate) mod fields;
mod files;
mod holder;
mod ledger;
mod moment;
mod origins;
mod reading;
mod status;
mod store;
mod update;

pub use check::repair::{Lost, Repaired, repair};
pub use check::{Check, CheckOptions, Fault, Finding, SourcesChecked, check};
pub use error::{IndexError, TooMuch};
pub use fields::document::document;
pub use fields::schema::{Fields, schema};
pub(crate) use fields::schema::{NOWHERE, PieceField, TextFields, degrees, steps};
pub(crate) use fields::statistics::studies_in;
pub use holder::Holder;
pub use ledger::RejectKind;
#[doc(hidden)]
pub use ledger::rewritten_ledger;
pub use moment::rfc3339;
pub use origins::Origin;
pub use reading::{Place, Reading};
pub use status::Status;
pub(crate) use store::guarded;
#[doc(hidden)]
pub use store::rewritten_payload;
pub use store::{FORMAT, Store, VOCABULARY_FILE, settings};
pub use update::audit::{Audit, Example, Partial, Reject, Unfit, Unplaced};
pub(crate) use update::intake::short_digest;
pub use update::{Prune, UpdateError, UpdateOptions, Watch, update};
