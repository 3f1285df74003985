//! The directory of the search index, as tantivy sees it, and merges of
//! segments.

pub(super) mod index_directory;
pub(super) mod merge_guard;
pub(super) mod merge_policy;
pub(super) mod read_file;
