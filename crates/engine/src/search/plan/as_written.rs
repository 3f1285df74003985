//! Text exactly as it was typed.

use std::sync::Arc;

use tantivy::Term;
use tantivy::query::{Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

use super::{Planner, conjunction, constant, is_looked_in_whole, union};
use crate::index::{PieceField, TextFields};
use crate::search::effort::Looking;
use crate::search::evidence::{Evidence, Source};
use crate::search::filtered::Filtered;
use crate::search::model::{self, Model};
use crate::search::occurrences::{Pattern, Slot};
use crate::search::surfaces::AsWritten;
use crate::search::words::surfaces;
use trialdex_query::meaning::{Coverage, Target, Words};
use trialdex_records::study::study_fields;

impl Planner<'_> {
    /// Studies with text as it was typed.
    pub(super) fn as_written(
        &mut self,
        target: &Target,
        words: &Words,
    ) -> tantivy::Result<Box<dyn Query>> {
        self.part.clone_from(&words.text);
        let surfaces = surfaces(words);
        let looked = self.lookup.words(&words.words, &[])?;
        let terms = looked.sequences.into_iter().next().unwrap_or_default();
        let mut queries = Vec::new();
        for part in &target.parts {
            if let (study_fields::StudyField::Piece(piece), PieceField::Text(fields)) =
                (part.field, self.store.fields.field(part.field))
                && !surfaces.is_empty()
                && is_looked_in_whole(target, piece.name)
            {
                let found = self.piece_as_written(piece.name, fields, words, &surfaces, &terms)?;
                queries.push(constant(found, model::FULFILLED * part.weight));
            }
        }
        if !self.negated {
            self.terms.extend(terms.into_iter().flatten());
        }
        queries.extend(self.typed_parts(target, &words.text));
        self.also(target, words.text.clone(), true, &queries);
        Ok(union(queries))
    }

    /// Studies with text as typed in a piece. The index says which studies
    /// have the words so written, and have them in this order whatever the
    /// letters; what is left is looked at.
    fn piece_as_written(
        &self,
        piece: &'static str,
        fields: TextFields,
        words: &Words,
        surfaces: &[String],
        terms: &[Slot],
    ) -> tantivy::Result<Box<dyn Query>> {
        let written = surfaces.iter().map(|surface| -> Box<dyn Query> {
            let term = Term::from_field_text(fields.surfaces, surface);
            Box::new(TermQuery::new(term, IndexRecordOption::Basic))
        });
        let mut all: Vec<Box<dyn Query>> = written.collect();
        let one_word = surfaces.len() == 1 && surfaces[0] == words.text;
        if one_word && words.coverage == Coverage::Contains {
            return Ok(all.remove(0));
        }
        if terms.len() > 1 {
            let pattern = Pattern::Phrase(terms.to_vec());
            self.look_for(fields.words, &pattern, Looking::Along)?;
            all.push(in_order(fields.words, pattern));
        }
        let must = tantivy::query::Occur::Must;
        let candidates = conjunction(all.into_iter().map(|query| (must, query)).collect());
        let (pieces, columns) = match fields.column {
            Some(column) => (Vec::new(), vec![self.name_of(column)]),
            None => (vec![piece], Vec::new()),
        };
        let (study, coverage) = (self.store.fields.study, words.coverage);
        let check = AsWritten { study, pieces, columns, text: words.text.clone(), coverage };
        let check = Arc::new(check);
        Ok(Box::new(Filtered { candidates, check }))
    }
}

/// Studies with terms one after another.
fn in_order(field: Field, pattern: Pattern) -> Box<dyn Query> {
    let source = Source {
        pattern,
        field,
        pieces: Arc::new([]),
        weight: 1.0,
        norms: None,
        synonym: None,
        found: None,
    };
    let (label, sources, model) = (String::new(), Arc::new(vec![source]), Model::default());
    Box::new(Evidence { label, worth: 0.0, sources, model })
}
