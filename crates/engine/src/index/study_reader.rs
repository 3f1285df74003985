//! Finds and reads studies of an index.

use std::collections::BTreeMap;

use tantivy::collector::DocSetCollector;
use tantivy::query::TermSetQuery;
use tantivy::{DocAddress, Searcher, Term};

use crate::index::error::IndexError;
use crate::index::fields::field_terms::terms_of;
use crate::index::store::Store;
use trialdex_records::study::{ChosenPieces, NctId, Study};

/// The studies of an index as they were when this was made.
pub struct StudyReader<'a> {
    store: &'a Store,
    searcher: Searcher,
}

/// Where a study is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentPlace(pub(crate) DocAddress);

impl Store {
    /// The studies as they are now, to be read one by one.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn reading(&self) -> Result<StudyReader<'_>, IndexError> {
        StudyReader::new(self)
    }

    /// The study with that number, or that had it once, as it is stored.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn study(&self, nct: NctId) -> Result<Option<Study>, IndexError> {
        let reading = self.reading()?;
        reading.find(nct)?.map(|place| reading.study(place)).transpose()
    }
}

impl<'a> StudyReader<'a> {
    pub(super) fn new(store: &'a Store) -> Result<Self, IndexError> {
        Ok(Self { store, searcher: store.searcher()? })
    }

    /// The studies that a search sees.
    pub(crate) fn of_search(store: &'a Store, searcher: &Searcher) -> Self {
        Self { store, searcher: searcher.clone() }
    }

    /// Where the study with that number is, or the one that had it once.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read; the same holds for the others.
    pub fn find(&self, nct: NctId) -> Result<Option<DocumentPlace>, IndexError> {
        let found = self.first_with(nct).map_err(|error| self.store.failed(error))?;
        Ok(found.map(DocumentPlace))
    }

    fn first_with(&self, nct: NctId) -> tantivy::Result<Option<DocAddress>> {
        let fields = &self.store.fields;
        let number = Term::from_field_u64(fields.nct, u64::from(nct.number()));
        let mut terms = vec![vec![number]];
        if let Some(field) = fields.words_of("NCTIdAlias") {
            let word = nct.to_string().to_lowercase();
            terms.push(terms_of(&self.searcher, field, &[word])?);
        }
        for terms in terms {
            let found = self.searcher.search(&TermSetQuery::new(terms), &DocSetCollector)?;
            if let Some(at) = found.into_iter().min() {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// The numbers and places of all studies, by number. Twelve bytes a study
    /// are all that has to be held to go through an index.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn all(&self) -> Result<Vec<(NctId, DocumentPlace)>, IndexError> {
        let failed = |error| self.store.failed(error);
        let schema = self.searcher.schema();
        let name = schema.get_field_name(self.store.fields.nct);
        let mut all = Vec::new();
        for (segment, reader) in (0..).zip(self.searcher.segment_readers()) {
            let numbers = reader.fast_fields().u64(name).map_err(failed)?;
            all.extend(reader.doc_ids_alive().filter_map(|document| {
                let number = u32::try_from(numbers.first(document)?).ok()?;
                let place = DocumentPlace(DocAddress::new(segment, document));
                Some((NctId::from_number(number)?, place))
            }));
        }
        all.sort_unstable_by_key(|(nct, _)| *nct);
        Ok(all)
    }

    /// The study at a place.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn study(&self, place: DocumentPlace) -> Result<Study, IndexError> {
        self.store.stored(&self.searcher, place.0)
    }

    /// Some pieces of the study at a place; `None` for all.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn pieces(
        &self,
        place: DocumentPlace,
        pieces: Option<&ChosenPieces>,
    ) -> Result<Study, IndexError> {
        match pieces {
            Some(pieces) => self.store.stored_pieces(&self.searcher, place.0, pieces),
            None => self.study(place),
        }
    }

    /// The study at a place as the JSON text that is stored.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn json(&self, place: DocumentPlace) -> Result<String, IndexError> {
        self.store.stored_json(&self.searcher, place.0)
    }

    /// The first eight bytes of the digest of the study at a place.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn digest(&self, place: DocumentPlace) -> Result<u64, IndexError> {
        self.store.digest(&self.searcher, place.0)
    }

    /// The number of every study, and the first eight bytes of its digest.
    ///
    /// # Errors
    ///
    /// See [`Self::find`].
    pub fn digests(&self) -> Result<BTreeMap<u64, u64>, IndexError> {
        let schema = self.searcher.schema();
        let fields = &self.store.fields;
        let mut all = BTreeMap::new();
        for reader in self.searcher.segment_readers() {
            let column = |field| {
                let column = reader.fast_fields().u64(schema.get_field_name(field));
                column.map_err(|error| self.store.failed(error))
            };
            let (numbers, digests) = (column(fields.nct)?, column(fields.digest)?);
            for document in reader.doc_ids_alive() {
                all.extend(numbers.first(document).zip(digests.first(document)));
            }
        }
        Ok(all)
    }
}
