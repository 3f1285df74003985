//! Whole studies one after another, on any engine.

use std::io;

use super::study_reader::{DocumentPlace, StudyReader};
use super::study_texts::TextOptions;
use trialdex_records::study::{NctId, Study};

/// Makes a text of a study: of its place in the sequence, from 0, the number that it is known by,
/// and its record.
pub type SequenceText<'a> =
    Box<dyn FnMut(usize, NctId, &Study, &mut Vec<u8>) -> io::Result<()> + 'a>;

/// Whole studies in an order.
pub trait StudySequence {
    /// How many there are.
    fn studies(&self) -> u64;

    /// Makes a text of each study, and gives them to `take` in their order. After an error, all
    /// texts before it were given.
    ///
    /// # Errors
    ///
    /// Where a study cannot be read, and those of `maker` and `take`.
    fn texts<'m>(
        &self,
        options: TextOptions<'_>,
        maker: &(dyn Fn() -> SequenceText<'m> + Sync),
        take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()>;
}

/// Studies of an index in a directory.
pub struct ListedStudies<'a> {
    /// The index.
    pub reader: &'a StudyReader<'a>,
    /// The number that each is known by, and where it is.
    pub studies: &'a [(NctId, DocumentPlace)],
}

impl StudySequence for ListedStudies<'_> {
    fn studies(&self) -> u64 {
        self.studies.len() as u64
    }

    fn texts<'m>(
        &self,
        options: TextOptions<'_>,
        maker: &(dyn Fn() -> SequenceText<'m> + Sync),
        take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let places: Vec<DocumentPlace> = self.studies.iter().map(|(_, place)| *place).collect();
        let of_places = || {
            let mut make = maker();
            move |at: usize, study: &Study, text: &mut Vec<u8>| {
                make(at, self.studies[at].0, study, text)
            }
        };
        self.reader.texts(&places, options, of_places, take)
    }
}
