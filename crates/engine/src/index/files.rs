//! The files of an index, as tantivy is shown them, and their merges.

pub(super) mod index_directory;
pub(super) mod merge_guard;
pub(super) mod merge_policy;
pub(super) mod read_file;
