//! What of a study is indexed, and where.

pub(super) mod document;
pub(crate) mod record_names;
pub(super) mod schema;
pub(super) mod statistics;
pub(crate) mod topic;
