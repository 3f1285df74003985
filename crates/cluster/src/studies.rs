//! Whole studies of a version, one after another.

use std::io;

use serde_json::json;

use crate::error::ClusterError;
use crate::index::ClusterIndex;
use crate::records::NAMED_READ_TOGETHER;
use trialdex_engine::index::{SequenceText, StudySequence, TextOptions};
use trialdex_records::study::{NctId, Study};

/// Studies of a version, by number. As many are in memory as one answer has.
pub struct ClusterStudies<'a> {
    index: &'a ClusterIndex,
    /// The number that each is known by, and its own; `None` for all studies.
    named: Option<Vec<(NctId, u32)>>,
}

impl ClusterIndex {
    /// All studies.
    #[must_use]
    pub fn all_studies(&self) -> ClusterStudies<'_> {
        ClusterStudies { index: self, named: None }
    }

    /// Some studies in their order: the number that each is known by, and its own, see
    /// [`Self::numbers_of`].
    #[must_use]
    pub fn named_studies(&self, named: Vec<(NctId, u32)>) -> ClusterStudies<'_> {
        ClusterStudies { index: self, named: Some(named) }
    }
}

impl StudySequence for ClusterStudies<'_> {
    fn studies(&self) -> u64 {
        self.named.as_ref().map_or(self.index.studies(), |named| named.len() as u64)
    }

    fn texts<'m>(
        &self,
        _: TextOptions<'_>,
        maker: &(dyn Fn() -> SequenceText<'m> + Sync),
        take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let (mut make, mut text, mut at) = (maker(), Vec::new(), 0);
        let mut give = |known_as: NctId, study: &Study| -> io::Result<()> {
            text.clear();
            make(at, known_as, study, &mut text)?;
            at += 1;
            take(&text)
        };
        let Some(named) = &self.named else {
            let all = json!({"match_all": {}});
            let seen = self.index.each_record(&all, |number, study| -> io::Result<()> {
                NctId::from_number(number).map_or(Ok(()), |nct| give(nct, &study))
            })?;
            if seen != self.index.studies() {
                let problem = format!("{seen} of {} studies are there", self.index.studies());
                return Err(self.index.unequal(problem).into());
            }
            return Ok(());
        };
        for named in named.chunks(NAMED_READ_TOGETHER) {
            let numbers: Vec<u32> = named.iter().map(|(_, number)| *number).collect();
            let studies = self.index.records(&numbers)?;
            for ((known_as, _), study) in named.iter().zip(&studies) {
                give(*known_as, study)?;
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
