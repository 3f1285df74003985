//! Finds and reads studies of an index on any engine.

use std::collections::BTreeMap;
use std::io;

#[cfg(feature = "cluster")]
use trialdex_cluster::{ClusterIndex, ClusterReader};
use trialdex_engine::index::{
    DocumentPlace, ListedStudies, SequenceText, StudyReader, StudySequence, TextOptions,
};
use trialdex_records::study::{ChosenPieces, NctId, Study};

use crate::any_error::AnyError;
use crate::any_index::AnyIndex;
use crate::study_place::StudyPlace;

/// The studies of an index as they were when this was made.
pub enum AnyReader<'a> {
    /// In a directory.
    Directory(StudyReader<'a>),
    /// On a cluster.
    #[cfg(feature = "cluster")]
    Cluster(ClusterReader<'a>),
}

impl AnyIndex {
    /// The studies as they are now, to be read one by one.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read.
    pub fn reading(&self) -> Result<AnyReader<'_>, AnyError> {
        Ok(match self {
            Self::Directory(store) => AnyReader::Directory(store.reading()?),
            #[cfg(feature = "cluster")]
            Self::Cluster(index) => AnyReader::Cluster(ClusterIndex::reading(index)),
        })
    }
}

impl AnyReader<'_> {
    /// Where the study with that number is, or the one that had it once.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read; the same holds for the others.
    pub fn find(&self, nct: NctId) -> Result<Option<StudyPlace>, AnyError> {
        Ok(match self {
            Self::Directory(reader) => reader.find(nct)?.map(StudyPlace::Directory),
            #[cfg(feature = "cluster")]
            Self::Cluster(reader) => reader.find(nct)?.map(StudyPlace::Cluster),
        })
    }

    /// Where the studies of some numbers are; numbers that no study has or had are not among them.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn find_all(&self, numbers: &[NctId]) -> Result<BTreeMap<NctId, StudyPlace>, AnyError> {
        let mut found = BTreeMap::new();
        match self {
            Self::Directory(reader) => {
                for nct in numbers {
                    found.extend(reader.find(*nct)?.map(|at| (*nct, StudyPlace::Directory(at))));
                }
            }
            #[cfg(feature = "cluster")]
            Self::Cluster(reader) => {
                let known = reader.index().numbers_of(numbers)?.into_iter();
                found.extend(known.map(|(nct, number)| (nct, StudyPlace::Cluster(number))));
            }
        }
        Ok(found)
    }

    /// The numbers and places of all studies, by number.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn all(&self) -> Result<Vec<(NctId, StudyPlace)>, AnyError> {
        Ok(match self {
            Self::Directory(reader) => {
                let all = reader.all()?.into_iter();
                all.map(|(nct, place)| (nct, StudyPlace::Directory(place))).collect()
            }
            #[cfg(feature = "cluster")]
            Self::Cluster(reader) => {
                let all = reader.all()?.into_iter();
                all.map(|nct| (nct, StudyPlace::Cluster(nct.number()))).collect()
            }
        })
    }

    /// Makes ready to read some studies one after another: a cluster is asked once for all of them.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn prepare(&self, places: &[StudyPlace]) -> Result<(), AnyError> {
        match self {
            Self::Directory(_) => {
                let _ = places;
                Ok(())
            }
            #[cfg(feature = "cluster")]
            Self::Cluster(reader) => {
                let numbers: Vec<u32> = places.iter().filter_map(number_of).collect();
                Ok(reader.prepare(&numbers)?)
            }
        }
    }

    /// The study at a place as the JSON text that is stored.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn json(&self, place: StudyPlace) -> Result<String, AnyError> {
        match (self, place) {
            (Self::Directory(reader), StudyPlace::Directory(place)) => Ok(reader.json(place)?),
            #[cfg(feature = "cluster")]
            (Self::Cluster(reader), StudyPlace::Cluster(number)) => Ok(reader.json(number)?),
            #[cfg(feature = "cluster")]
            _ => Err(of_another_index()),
        }
    }

    /// Some pieces of the study at a place; `None` for all.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn pieces(
        &self,
        place: StudyPlace,
        pieces: Option<&ChosenPieces>,
    ) -> Result<Study, AnyError> {
        match (self, place) {
            (Self::Directory(reader), StudyPlace::Directory(place)) => {
                Ok(reader.pieces(place, pieces)?)
            }
            #[cfg(feature = "cluster")]
            (Self::Cluster(reader), StudyPlace::Cluster(number)) => {
                Ok(reader.pieces(number, pieces)?)
            }
            #[cfg(feature = "cluster")]
            _ => Err(of_another_index()),
        }
    }

    /// The study at a place.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn study(&self, place: StudyPlace) -> Result<Study, AnyError> {
        self.pieces(place, None)
    }
}

/// The number of a study on a cluster.
#[cfg(feature = "cluster")]
fn number_of(place: &StudyPlace) -> Option<u32> {
    match place {
        StudyPlace::Cluster(number) => Some(*number),
        StudyPlace::Directory(_) => None,
    }
}

#[cfg(feature = "cluster")]
fn of_another_index() -> AnyError {
    AnyError::Io(io::Error::other("a place is of another index"))
}

/// Studies of an index one after another: the number that each is known by, and where it is.
pub struct StudyList<'a> {
    /// The index.
    pub reader: &'a AnyReader<'a>,
    /// The studies in their order.
    pub studies: &'a [(NctId, StudyPlace)],
}

impl StudySequence for StudyList<'_> {
    fn studies(&self) -> u64 {
        self.studies.len() as u64
    }

    fn texts<'m>(
        &self,
        options: TextOptions<'_>,
        maker: &(dyn Fn() -> SequenceText<'m> + Sync),
        take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        match self.reader {
            AnyReader::Directory(reader) => {
                let studies: Vec<(NctId, DocumentPlace)> =
                    self.studies.iter().filter_map(in_directory).collect();
                ListedStudies { reader, studies: &studies }.texts(options, maker, take)
            }
            #[cfg(feature = "cluster")]
            AnyReader::Cluster(reader) => {
                let named = self.studies.iter();
                let named = named.filter_map(|(nct, place)| Some((*nct, number_of(place)?)));
                reader.index().named_studies(named.collect()).texts(options, maker, take)
            }
        }
    }
}

fn in_directory((nct, place): &(NctId, StudyPlace)) -> Option<(NctId, DocumentPlace)> {
    match place {
        StudyPlace::Directory(place) => Some((*nct, *place)),
        #[cfg(feature = "cluster")]
        StudyPlace::Cluster(_) => None,
    }
}
