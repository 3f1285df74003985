//! Where a study of an index on any engine is.

use trialdex_engine::index::DocumentPlace;

/// Where a study is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StudyPlace {
    /// In the files of a directory.
    Directory(DocumentPlace),
    /// On a cluster: its own number.
    #[cfg(feature = "cluster")]
    Cluster(u32),
}
