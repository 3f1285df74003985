//! Whole studies of a version, one after another.

use std::io;

use crate::error::ClusterError;
use crate::index::ClusterIndex;
use crate::records::NAMED_READ_TOGETHER;
use trialdex_engine::index::{SequenceText, StudySequence, TextOptions};
use trialdex_records::study::NctId;

/// Studies of a version. As many are in memory as one answer has.
pub struct ClusterStudies<'a> {
    index: &'a ClusterIndex,
    /// The number that each is known by, and its own.
    named: Vec<(NctId, u32)>,
}

impl ClusterIndex {
    /// Some studies in their order: the number that each is known by, and its own, see
    /// [`Self::numbers_of`].
    #[must_use]
    pub fn named_studies(&self, named: Vec<(NctId, u32)>) -> ClusterStudies<'_> {
        ClusterStudies { index: self, named }
    }
}

impl StudySequence for ClusterStudies<'_> {
    fn studies(&self) -> u64 {
        self.named.len() as u64
    }

    fn texts<'m>(
        &self,
        _: TextOptions<'_>,
        maker: &(dyn Fn() -> SequenceText<'m> + Sync),
        take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let (mut make, mut text, mut at) = (maker(), Vec::new(), 0);
        for named in self.named.chunks(NAMED_READ_TOGETHER) {
            let numbers: Vec<u32> = named.iter().map(|(_, number)| *number).collect();
            let studies = self.index.records(&numbers)?;
            for ((known_as, _), study) in named.iter().zip(&studies) {
                text.clear();
                make(at, *known_as, study, &mut text)?;
                take(&text)?;
                at += 1;
            }
        }
        Ok(())
    }
}

impl From<ClusterError> for io::Error {
    fn from(error: ClusterError) -> Self {
        Self::other(error)
    }
}
