//! Builds, refreshes, checks and reads the index of studies on disk.

mod check;
mod commit_payload;
mod digests;
mod earlier_records;
mod error;
pub(crate) mod fields;
mod files;
mod ledger;
mod lock_owner;
mod moment;
mod origins;
mod repair;
mod state;
mod status;
mod store;
mod study_reader;
mod study_sequence;
mod study_texts;
mod tantivy_error;
mod update;

pub use check::{CheckFinding, CheckOptions, Fault, IndexCheck, SourcesChecked, check};
#[doc(hidden)]
pub use commit_payload::rewritten_payload;
pub use digests::short_digest;
pub use earlier_records::WantedRecord;
pub use error::IndexError;
pub use fields::counted_terms::CountedTerm;
pub use fields::document::document;
pub(crate) use fields::field_terms::{FieldTerms, terms_of};
pub use fields::indexed_study::{IndexedStudy, IndexedValue, PlacedTerm, StudyAnalyzer};
pub use fields::schema::{FORMAT, IndexFields, schema};
pub(crate) use fields::schema::{NOWHERE, PieceField, degrees, steps};
pub use fields::topic::{LETTERS as TOPIC_LETTERS, unpacked as topic_word};
pub use fields::vector::words_of_study;
pub use ledger::RejectKind;
#[doc(hidden)]
pub use ledger::rewritten_ledger;
pub use lock_owner::LockOwner;
pub use moment::rfc3339;
pub use origins::StudyOrigin;
pub use repair::{LostStudy, RepairSummary, repair};
pub use state::IndexState;
pub use status::IndexStatus;
pub use store::{Store, VOCABULARY_FILE, settings};
pub use study_reader::{DocumentPlace, StudyReader};
pub use study_sequence::{ListedStudies, SequenceText, StudySequence};
pub use study_texts::TextOptions;
pub(crate) use tantivy_error::guarded;
pub use update::audit::{Audit, PartialRecords, Reject, UnfitValues, UnplacedField, ValueExample};
pub use update::{HELD_NOTE, PruneMode, UpdateError, UpdateOptions, UpdateProgress, update};
