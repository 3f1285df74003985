//! The files of an index, as tantivy is shown them, and their merges.

pub(super) mod disk;
pub(super) mod merging;
pub(super) mod read_file;
pub(super) mod sound_merging;
