//! The fields of the search index, and how a study fills them.

pub(super) mod counted_terms;
pub(super) mod document;
pub(crate) mod field_terms;
mod followed_word;
pub(super) mod indexed_study;
pub(crate) mod record_names;
pub(super) mod schema;
pub(super) mod statistics;
pub(crate) mod topic;
pub(super) mod vector;
