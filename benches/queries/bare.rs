//! Bare tantivy over the studies of an index, to compare times with.

use std::path::Path;

use tantivy::collector::{Collector, Count, SegmentCollector, TopDocs};
use tantivy::columnar::StrColumn;
use tantivy::query::{BooleanQuery, ConstScoreQuery, Occur, Query, TermQuery};
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Index, IndexWriter, Searcher, TantivyDocument, Term};

use trialdex_engine::index::Store;
use trialdex_records::study::areas::WORDS;

use super::{COUNTED, LIMIT, MEMORY, Outcome, STATUS};

/// The same studies in an index of one field with tantivy's own analysis, and
/// a field for each that is counted.
pub(super) struct Bare {
    pub(super) searcher: Searcher,
    text: Field,
    counted: [Field; COUNTED.len()],
    analyzer: TextAnalyzer,
}

impl Bare {
    /// Those of a directory, which is filled where there is none.
    pub(super) fn new(store: &Store, directory: &Path) -> Outcome<Self> {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("en_stem")
            .set_index_option(IndexRecordOption::WithFreqs);
        let mut schema = Schema::builder();
        let text =
            schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let counted = COUNTED.map(|name| schema.add_text_field(name, STRING | FAST));
        let index = match Index::open_in_dir(directory) {
            Ok(index) => index,
            Err(_) => Self::filled(store, directory, &schema.build())?,
        };
        let analyzer = index.tokenizers().get("en_stem").ok_or("no such analysis")?;
        Ok(Self { searcher: index.reader()?.searcher(), text, counted, analyzer })
    }

    fn filled(store: &Store, directory: &Path, schema: &Schema) -> Outcome<Index> {
        std::fs::create_dir(directory)?;
        let index = Index::create_in_dir(directory, schema.clone())?;
        let mut writer: IndexWriter = index.writer(MEMORY)?;
        let pieces: Vec<&str> = WORDS.parts.iter().flat_map(|part| part.pieces).copied().collect();
        let reading = store.reading()?;
        for (_, place) in reading.all()? {
            let (study, mut document) = (reading.study(place)?, TantivyDocument::new());
            let texts: Vec<_> = pieces.iter().flat_map(|piece| study.texts(piece)).collect();
            document.add_text(schema.get_field("text")?, texts.join("\n"));
            for piece in COUNTED {
                let field = schema.get_field(piece)?;
                study.texts(piece).into_iter().for_each(|value| document.add_text(field, value));
            }
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        Ok(index)
    }

    /// All words of a text.
    fn query(&self, text: &str) -> Vec<(Occur, Box<dyn Query>)> {
        let (mut analyzer, mut terms) = (self.analyzer.clone(), Vec::new());
        let mut stream = analyzer.token_stream(text);
        stream.process(&mut |token| terms.push(Term::from_field_text(self.text, &token.text)));
        let must = |term| {
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            (Occur::Must, Box::new(query) as Box<dyn Query>)
        };
        terms.into_iter().map(must).collect()
    }

    /// The best hits without their number, which tantivy finds fastest: it
    /// passes over what cannot be among them.
    fn best(&self, query: Vec<(Occur, Box<dyn Query>)>) -> Outcome<usize> {
        let best = TopDocs::with_limit(LIMIT).order_by_score();
        Ok(self.searcher.search(&BooleanQuery::new(query), &best)?.len())
    }

    pub(super) fn ask(&self, text: &str) -> Outcome<usize> {
        self.best(self.query(text))
    }

    /// The best hits and the number of all, for which tantivy goes through all.
    pub(super) fn ask_counted(&self, text: &str) -> Outcome<usize> {
        let best = TopDocs::with_limit(LIMIT).order_by_score();
        let found = self.searcher.search(&BooleanQuery::new(self.query(text)), &(best, Count))?;
        Ok(found.1)
    }

    pub(super) fn ask_filtered(&self, text: &str) -> Outcome<usize> {
        let status = Term::from_field_text(self.counted[0], STATUS);
        let filter = TermQuery::new(status, IndexRecordOption::Basic);
        let mut query = self.query(text);
        query.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(filter), 0.0))));
        self.best(query)
    }

    pub(super) fn count(&self, text: &str) -> Outcome<usize> {
        Ok(self.searcher.search(&BooleanQuery::new(self.query(text)), &Count)?)
    }

    pub(super) fn count_by_value(&self, text: &str) -> Outcome<usize> {
        Ok(self.searcher.search(&BooleanQuery::new(self.query(text)), &ByValue)?)
    }
}

/// Counts hits by the values of the columns of `COUNTED`; gives the number of
/// values that occur.
struct ByValue;

impl Collector for ByValue {
    type Fruit = usize;
    type Child = CountedColumns;

    fn for_segment(
        &self,
        _: tantivy::SegmentOrdinal,
        segment: &tantivy::SegmentReader,
    ) -> tantivy::Result<CountedColumns> {
        let columns = COUNTED.iter().filter_map(|name| segment.fast_fields().str(name).transpose());
        let columns = columns.collect::<tantivy::Result<Vec<StrColumn>>>()?;
        let counts = columns.iter().map(|column| vec![0; column.num_terms()]).collect();
        Ok(CountedColumns { columns, counts })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, counted: Vec<CountedColumns>) -> tantivy::Result<usize> {
        let mut values = std::collections::BTreeMap::<String, u64>::new();
        for CountedColumns { columns, counts } in &counted {
            for (column, counts) in columns.iter().zip(counts) {
                for (value, count) in (0..).zip(counts).filter(|(_, count)| **count > 0) {
                    let mut name = String::new();
                    column.ord_to_str(value, &mut name)?;
                    *values.entry(name).or_default() += count;
                }
            }
        }
        Ok(values.len())
    }
}

struct CountedColumns {
    columns: Vec<StrColumn>,
    /// For each column, hits by the position of the value.
    counts: Vec<Vec<u64>>,
}

impl SegmentCollector for CountedColumns {
    type Fruit = Self;

    fn collect(&mut self, document: tantivy::DocId, _: tantivy::Score) {
        for (column, counts) in self.columns.iter().zip(&mut self.counts) {
            for value in column.term_ords(document) {
                counts[value as usize] += 1;
            }
        }
    }

    fn harvest(self) -> Self {
        self
    }
}
