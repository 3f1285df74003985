//! Text exactly as it was typed.

use trialdex_query::meaning::{Coverage, SearchTarget, WordSequence};
use trialdex_records::study::pieces::{self, Piece};
use trialdex_records::study::study_fields::StudyField;
use trialdex_text::indexed_words::{asked_terms, word_and_surface};

use super::{Planner, is_looked_in_whole};
use crate::error::PlanResult;
use crate::layout::{FieldStorage, IndexField, storage_of};
use crate::lexicon::Counting;
use crate::model;
use crate::pattern::{Pattern, Slot};
use crate::tree::{Evidence, Node, Source};
use crate::words::{anchored, surfaces};

impl Planner<'_> {
    /// Studies with text as it was typed.
    pub(super) fn as_written(
        &mut self,
        target: &SearchTarget,
        words: &WordSequence,
    ) -> PlanResult<Node> {
        self.part.clone_from(&words.text);
        let surfaces = surfaces(words);
        let looked = self.lookup.words(&words.words, &[])?;
        let terms = looked.sequences.into_iter().next().unwrap_or_default();
        let mut nodes = Vec::new();
        for part in &target.parts {
            if let StudyField::Piece(piece) = part.field
                && storage_of(part.field) == FieldStorage::Text
                && !surfaces.is_empty()
                && is_looked_in_whole(target, piece.name)
            {
                let found = self.piece_as_written(piece, words, &surfaces, &terms)?;
                nodes.push(found.constant(model::FULFILLED * part.weight));
            }
        }
        if !self.negated {
            self.terms.extend(terms.into_iter().flatten());
        }
        nodes.extend(self.typed_parts(target, &words.text));
        self.also(target, words.text.clone(), true, &nodes);
        Ok(Node::any(nodes))
    }

    /// Studies with text as typed in a piece. The index says which studies
    /// have the words so written, and have them in this order, and where a
    /// value begins or ends, whatever the letters; what is left is looked at.
    fn piece_as_written(
        &self,
        piece: &'static Piece,
        words: &WordSequence,
        surfaces: &[String],
        terms: &[Slot],
    ) -> PlanResult<Node> {
        let mut all: Vec<Node> =
            surfaces.iter().map(|surface| with_surface(piece, surface)).collect();
        let one_word = surfaces.len() == 1 && surfaces[0] == words.text;
        if one_word && words.coverage == Coverage::Contains {
            return Ok(all.remove(0));
        }
        let written = surfaces_in_order(piece, surfaces, terms);
        let places = anchored(written.unwrap_or_else(|| terms.to_vec()), words.coverage);
        if !terms.is_empty() && places.len() > 1 {
            let source = in_order(IndexField::Words(piece.id()), places);
            self.look_for(&source)?;
            all.push(Node::Evidence(Evidence::unscored(String::new(), vec![source])));
        }
        Ok(Node::AsWritten {
            candidates: Box::new(Node::every(all)),
            piece: piece.id(),
            text: words.text.clone(),
            coverage: words.coverage,
        })
    }
}

/// Studies with a word as it is written in a piece.
fn with_surface(piece: &'static Piece, surface: &str) -> Node {
    let terms = match pieces::is_of_site(piece) {
        true => vec![surface.to_owned()],
        false => asked_terms(surface),
    };
    Node::Terms(IndexField::Surfaces(piece.id()), terms)
}

/// Words as they are written, one after another; `None` where the field of a piece does not say so
/// of each: it has no surfaces, or the parts of a surface (`CD34`) as words of their own.
fn surfaces_in_order(
    piece: &'static Piece,
    surfaces: &[String],
    terms: &[Slot],
) -> Option<Vec<Slot>> {
    if pieces::is_of_site(piece) || surfaces.len() != terms.len() {
        return None;
    }
    let places = surfaces.iter().zip(terms).map(|(surface, terms)| {
        let asked = asked_terms(surface);
        let is_of_a_term =
            asked.iter().any(|asked| terms.iter().any(|term| *term == word_and_surface(asked).0));
        is_of_a_term.then_some(asked)
    });
    places.collect()
}

/// Terms one after another.
fn in_order(field: IndexField, places: Vec<Slot>) -> Source {
    Source {
        pattern: Pattern::Phrase(places),
        field,
        counting: Counting::Each,
        pieces: [].into(),
        weight: 1.0,
        average_length: None,
        synonym: None,
    }
}
