//! Reads studies of a version one by one, some of them ahead.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::answers::unreadable;
use crate::error::ClusterError;
use crate::index::{ClusterIndex, lock};
use crate::records::study_of;
use trialdex_records::study::{ChosenPieces, NctId, Study};

/// Studies that are read ahead at a time.
const READ_TOGETHER: usize = 200;

/// The studies of a version.
pub struct ClusterReader<'a> {
    index: &'a ClusterIndex,
    /// Records that were read ahead, by number.
    ahead: Mutex<BTreeMap<u32, String>>,
}

impl ClusterIndex {
    /// The studies, to be read one by one.
    #[must_use]
    pub fn reading(&self) -> ClusterReader<'_> {
        ClusterReader { index: self, ahead: Mutex::default() }
    }
}

impl<'a> ClusterReader<'a> {
    /// The version.
    #[must_use]
    pub fn index(&self) -> &'a ClusterIndex {
        self.index
    }

    /// The own number of the study with a number, or that had it once.
    ///
    /// # Errors
    ///
    /// Where the cluster does not answer; the same holds for the others.
    pub fn find(&self, nct: NctId) -> Result<Option<u32>, ClusterError> {
        Ok(self.index.numbers_of(&[nct])?.remove(&nct))
    }

    /// The numbers of all studies.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn all(&self) -> Result<Vec<NctId>, ClusterError> {
        let numbers = self.index.all_digests()?.into_keys();
        let numbers = numbers.filter_map(|number| u32::try_from(number).ok());
        Ok(numbers.filter_map(NctId::from_number).collect())
    }

    /// Reads the records of the first of some studies, which are asked for one by one then.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn prepare(&self, numbers: &[u32]) -> Result<(), ClusterError> {
        let numbers = &numbers[..numbers.len().min(READ_TOGETHER)];
        if numbers.first().is_none_or(|first| lock(&self.ahead).contains_key(first)) {
            return Ok(());
        }
        let read = self.index.jsons(numbers)?;
        *lock(&self.ahead) = numbers.iter().copied().zip(read).collect();
        Ok(())
    }

    /// The record of a study as it was sent.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn json(&self, number: u32) -> Result<String, ClusterError> {
        if let Some(json) = lock(&self.ahead).get(&number) {
            return Ok(json.clone());
        }
        let read = self.index.jsons(&[number])?.pop();
        read.ok_or_else(|| unreadable(&self.index.version, "a study is not there"))
    }

    /// Some pieces of a study; `None` for all.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn pieces(
        &self,
        number: u32,
        pieces: Option<&ChosenPieces>,
    ) -> Result<Study, ClusterError> {
        let json = self.json(number)?;
        match pieces {
            Some(pieces) => Study::read(&json, pieces)
                .map_err(|error| unreadable(&self.index.version, &error.to_string())),
            None => study_of(&self.index.version, &json),
        }
    }
}
