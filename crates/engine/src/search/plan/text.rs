//! Words: together, apart, by other names, in all fields of a target.

use std::sync::Arc;

use tantivy::query::{BooleanQuery, DisjunctionMaxQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Term};

use super::lists::{Reach, has_synonyms};
use super::{Clause, Interpreted, Planner, constant, is_value, text_of, union};
use crate::search::effort::Looking;
use crate::search::evidence::{Evidence, Source};
use crate::search::model;
use crate::search::occurrences::{Found, Pattern, Slot};
use crate::search::steady::alternative;
use crate::search::thesaurus::{Synonym, SynonymKind};
use crate::search::words::{Looked, anchored};
use trialdex_query::meaning::{Coverage, Expansion, Target, TargetPart, Word, WordForm, Words};
use trialdex_query::typed;
use trialdex_records::study::{NctId, study_fields};

/// Words that are looked up as one name at most.
const LONGEST_NAME: usize = 8;

/// Words and names that are looked for of many of which any will do: those
/// of a patient's record.
const MOST_SEGMENTS: usize = 40;

/// Pieces with the study's own numbers.
const NUMBERS: [&str; 2] = ["NCTId", "NCTIdAlias"];

/// Whether each of the words may be anywhere.
pub(super) fn may_stand_apart(words: &Words) -> bool {
    words.expansion >= Expansion::Relaxation
        && !words.quoted
        && words.coverage == Coverage::Contains
}

impl Planner<'_> {
    /// A clause for each part of the words that may be apart and are all
    /// asked for.
    pub(super) fn clauses(
        &mut self,
        target: &Target,
        words: &Words,
    ) -> tantivy::Result<Option<Vec<Clause>>> {
        if words.expansion == Expansion::Lossy {
            return Ok(None);
        }
        self.segments(target, words)
    }

    /// A query for each part of the words that may be apart; `None` where
    /// they have to be together.
    fn segments(&mut self, target: &Target, words: &Words) -> tantivy::Result<Option<Vec<Clause>>> {
        if !may_stand_apart(words) || words.words.len() < 2 {
            return Ok(None);
        }
        let mut segments = self.parted(target, words)?;
        if words.expansion == Expansion::Lossy && segments.len() > MOST_SEGMENTS {
            segments = self.weightiest(target, segments)?;
        }
        let mut clauses = Vec::new();
        for segment in segments {
            let query = self.segment(target, words, segment)?;
            clauses.extend(query.map(|query| Clause { label: text_of(segment), query }));
        }
        Ok(Some(clauses))
    }

    /// Those parts of many words that are worth most, in their order.
    fn weightiest<'w>(
        &mut self,
        target: &Target,
        segments: Vec<&'w [Word]>,
    ) -> tantivy::Result<Vec<&'w [Word]>> {
        let mut rated = Vec::new();
        for (at, segment) in segments.into_iter().enumerate() {
            let terms = segment.iter().flat_map(|word| self.lookup.terms(&word.text));
            let sequence: Vec<Slot> = terms.map(|term| vec![term]).collect();
            let worth = self.worth(target, &sequence, &[])? / sequence.len().max(1) as Score;
            rated.push((worth, at, segment));
        }
        rated.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        rated.truncate(MOST_SEGMENTS);
        rated.sort_by_key(|(_, at, _)| *at);
        Ok(rated.into_iter().map(|(.., segment)| segment).collect())
    }

    /// Studies with words in the fields of a target; `None` where nothing of
    /// it is a word.
    pub(super) fn words(
        &mut self,
        target: &Target,
        words: &Words,
    ) -> tantivy::Result<Option<Box<dyn Query>>> {
        let whole_words = words.words.iter().all(|word| word.form == WordForm::Whole);
        if words.expansion == Expansion::None && whole_words {
            return self.as_written(target, words).map(Some);
        }
        let Some(parts) = self.segments(target, words)? else {
            return self.together(target, words, &words.words);
        };
        let parts: Vec<Box<dyn Query>> = parts.into_iter().map(|part| part.query).collect();
        Ok(match parts.len() {
            0 => None,
            _ if words.expansion == Expansion::Lossy => Some(union(parts)),
            _ => Some(Box::new(BooleanQuery::intersection(parts))),
        })
    }

    /// Parts words into names that have synonyms, values of fields that are
    /// not text (`phase 2`), two words that are also written as one (`health
    /// care`), and single words. Longer ones come first.
    fn parted<'w>(
        &mut self,
        target: &Target,
        words: &'w Words,
    ) -> tantivy::Result<Vec<&'w [Word]>> {
        let (mut segments, mut rest) = (Vec::new(), words.words.as_slice());
        while !rest.is_empty() {
            let length = if self.word_by_word { 1 } else { self.longest_name(target, rest)? };
            let (segment, after) = rest.split_at(length);
            segments.push(segment);
            rest = after;
        }
        Ok(segments)
    }

    /// How many words from the first one on are one name, at least one.
    fn longest_name(&mut self, target: &Target, words: &[Word]) -> tantivy::Result<usize> {
        let whole = words.iter().take_while(|word| word.form == WordForm::Whole).count();
        let words = &words[..whole.min(LONGEST_NAME)];
        let mut ends = Vec::new();
        let mut terms = Vec::new();
        for word in words {
            terms.extend(self.lookup.terms(&word.text));
            ends.push(terms.len());
        }
        let lengths =
            if has_synonyms(target) { self.thesaurus.name_lengths(&terms)? } else { Vec::new() };
        for (at, end) in ends.iter().enumerate().skip(1).rev() {
            let value = || {
                let text = text_of(&words[..=at]);
                target.parts.iter().any(|part| is_value(part, &text))
            };
            if lengths.contains(end) || value() {
                return Ok(at + 1);
            }
        }
        Ok(if self.meet(target, words)? { 2 } else { 1 })
    }

    /// Whether the first two of some words are also written as one.
    fn meet(&mut self, target: &Target, words: &[Word]) -> tantivy::Result<bool> {
        let [one, other, ..] = words else { return Ok(false) };
        let fields = self.fields(target);
        self.lookup.meet(one, other, &fields)
    }

    /// The fields that words of a target are looked up in.
    fn fields(&mut self, target: &Target) -> Vec<Field> {
        let lists = self.lists(target, false, Reach::Words);
        lists.iter().map(|list| list.field).collect()
    }

    /// Studies with a part of the words: together, or each of them; where any
    /// word will do, or one of them.
    fn segment(
        &mut self,
        target: &Target,
        words: &Words,
        segment: &[Word],
    ) -> tantivy::Result<Option<Box<dyn Query>>> {
        let together = self.together(target, words, segment)?;
        if segment.len() < 2 {
            return Ok(together);
        }
        // What is narrower is asked of the whole name.
        let words = &Words { explode: false, ..words.clone() };
        let (mut each, mut rest) = (Vec::new(), segment);
        while !rest.is_empty() {
            let pair = segment.len() > 2 && self.meet(target, rest)?;
            let (part, after) = rest.split_at(if pair { 2 } else { 1 });
            each.extend(self.segment(target, words, part)?);
            rest = after;
        }
        let each: Box<dyn Query> = match words.expansion {
            Expansion::Lossy => union(each),
            _ => Box::new(BooleanQuery::intersection(each)),
        };
        Ok(Some(match together {
            None => each,
            Some(together) => Box::new(DisjunctionMaxQuery::with_tie_breaker(
                vec![alternative(each), alternative(together)],
                self.model.tie,
            )),
        }))
    }

    /// Studies with words that occur together in a field, or with synonyms of
    /// them, or with the value that they mean.
    fn together(
        &mut self,
        target: &Target,
        words: &Words,
        typed: &[Word],
    ) -> tantivy::Result<Option<Box<dyn Query>>> {
        let lists = self.lists(target, false, Reach::Words);
        let fields = self.fields(target);
        let mut looked = self.lookup.words(typed, &fields)?;
        let mut queries: Vec<Box<dyn Query>> = Vec::new();
        if !looked.sequences.is_empty() && !lists.is_empty() {
            let (synonyms, cut) = self.synonyms(target, words, &looked)?;
            looked.cut |= cut;
            queries.push(self.evidence(target, words.coverage, looked, synonyms)?);
        }
        let text = text_of(typed);
        let mut besides = self.typed_parts(target, &text);
        besides.extend(self.numbered(target, &text));
        if !besides.is_empty() {
            self.also(target, text, queries.is_empty(), &besides);
            queries.extend(besides);
        }
        Ok((!queries.is_empty()).then(|| union(queries)))
    }

    /// Remembers what words are besides texts: the last that were understood,
    /// or `alone`.
    pub(super) fn also(
        &mut self,
        target: &Target,
        typed: String,
        alone: bool,
        besides: &[Box<dyn Query>],
    ) {
        if alone {
            let (sources, model) = (Arc::default(), self.model);
            self.understood.push(Interpreted {
                area: target.name.clone(),
                terms: Vec::new(),
                synonyms: Vec::new(),
                cut: false,
                negated: self.negated,
                query: Evidence { label: typed.clone(), worth: 0.0, sources, model },
                besides: Vec::new(),
                apart: Vec::new(),
                typed,
            });
        }
        if let Some(understood) = self.understood.last_mut() {
            let besides = besides.iter().map(|query| Arc::from(query.box_clone()));
            understood.besides.extend(besides);
        }
    }

    /// What else words are called, and whether there is more than is looked
    /// for.
    pub(super) fn synonyms(
        &mut self,
        target: &Target,
        words: &Words,
        looked: &Looked,
    ) -> tantivy::Result<(Vec<Synonym>, bool)> {
        // However a code is written, its synonyms are the same.
        let names = looked.names();
        let beside = self.beside(words);
        let (mut synonyms, mut cut): (Vec<Synonym>, bool) = (Vec::new(), false);
        let mut add = |found: Vec<Synonym>| {
            for synonym in found {
                let known = names.contains(&synonym.terms)
                    || synonyms.iter().any(|one| one.terms == synonym.terms);
                if !known {
                    synonyms.push(synonym);
                }
            }
        };
        if words.expansion >= Expansion::Concept && has_synonyms(target) {
            add(self.thesaurus.synonyms(&names, &beside)?);
            for name in &names {
                if words.explode {
                    let (narrower, more) = self.thesaurus.narrower(name, &beside)?;
                    add(narrower);
                    cut |= more;
                }
            }
        }
        if words.expansion == Expansion::Lossy
            && let [word] = looked.sequences[0].as_slice()
            && let [term] = word.as_slice()
        {
            let field = self.store.fields.zones[crate::index::fields::zones::WORDS];
            add(self.lookup.forms(term, field)?);
        }
        synonyms.retain(|synonym| self.without.as_ref() != Some(&synonym.terms));
        Ok((synonyms, cut))
    }

    /// Terms of the words that were typed side by side. They alone say what an
    /// abbreviation among them means, so that a line of a strategy finds the
    /// same by itself and within another line.
    fn beside(&mut self, words: &Words) -> Vec<String> {
        let whole = words.words.iter().filter(|word| word.form == WordForm::Whole);
        whole.flat_map(|word| self.lookup.terms(&word.text)).collect()
    }

    /// The values that a text means in fields that are not text.
    pub(super) fn typed_parts(&self, target: &Target, text: &str) -> Vec<Box<dyn Query>> {
        let parts = target.parts.iter().filter(|part| is_value(part, text));
        let queries = parts.filter_map(|part| {
            let query = self.value(part.field, &typed(part.field, text)?)?;
            Some(constant(query, model::FULFILLED * part.weight))
        });
        queries.collect()
    }

    /// The study with the number that the text is, before those that mention
    /// it.
    fn numbered(&self, target: &Target, text: &str) -> Option<Box<dyn Query>> {
        let known = |part: &TargetPart| matches!(part.field, study_fields::StudyField::Piece(piece) if NUMBERS.contains(&piece.name));
        let nct = target.parts.iter().any(known).then(|| NctId::parse_typed(text)).flatten()?;
        let term = Term::from_field_u64(self.store.fields.nct, u64::from(nct.number()));
        let itself = TermQuery::new(term, IndexRecordOption::Basic);
        Some(constant(Box::new(itself), model::ITSELF))
    }

    fn evidence(
        &mut self,
        target: &Target,
        coverage: Coverage,
        looked: Looked,
        synonyms: Vec<Synonym>,
    ) -> tantivy::Result<Box<dyn Query>> {
        self.part.clone_from(&looked.label);
        let mut sources = Vec::new();
        let reach = Reach::of(&looked.sequences, coverage);
        for sequence in looked.covering(coverage) {
            self.add_sources(&mut sources, target, &sequence, None, reach)?;
        }
        let synonyms = self.add_synonyms(&mut sources, target, coverage, synonyms)?;
        let studies: Vec<u64> = synonyms.iter().filter_map(|synonym| synonym.found).collect();
        let worth = self.worth(target, &looked.sequences[0], &studies)?;
        let query = Evidence {
            label: looked.label.clone(),
            worth,
            sources: Arc::new(sources),
            model: self.model,
        };
        if !self.negated {
            let marked = looked.sequences.iter().flatten().flatten();
            self.terms.extend(marked.cloned());
            for synonym in &synonyms {
                match synonym.terms.as_slice() {
                    [only] => self.terms.insert(only.clone()),
                    several => self.names.insert(several.to_vec()),
                };
            }
        }
        self.understood.push(Interpreted {
            typed: looked.label,
            area: target.name.clone(),
            terms: looked.sequences.into_iter().next().unwrap_or_default(),
            synonyms,
            cut: looked.cut,
            negated: self.negated,
            query: query.clone(),
            besides: Vec::new(),
            apart: Vec::new(),
        });
        Ok(Box::new(query))
    }

    /// Adds other names in each list of a target; gives those that any study
    /// has.
    fn add_synonyms(
        &mut self,
        sources: &mut Vec<Source>,
        target: &Target,
        coverage: Coverage,
        synonyms: Vec<Synonym>,
    ) -> tantivy::Result<Vec<Synonym>> {
        let mut kept = Vec::new();
        for mut synonym in synonyms {
            let sequence = synonym.terms.iter().map(|term| vec![term.clone()]).collect();
            let sequence: Vec<Slot> = anchored(sequence, coverage);
            let reach = Reach::of(std::slice::from_ref(&sequence), coverage);
            let (before, at) = (sources.len(), Some((kept.len(), synonym.kind)));
            synonym.found = self.add_sources(sources, target, &sequence, at, reach)?;
            if synonym.found == Some(0) {
                sources.truncate(before);
            } else {
                kept.push(synonym);
            }
        }
        Ok(kept)
    }

    /// Adds the words of a sequence in each list of a target; for a synonym,
    /// gives the number of studies that have it, as far as it is known.
    fn add_sources(
        &mut self,
        sources: &mut Vec<Source>,
        target: &Target,
        sequence: &[Slot],
        synonym: Option<(usize, SynonymKind)>,
        reach: Reach,
    ) -> tantivy::Result<Option<u64>> {
        let pattern = Pattern::of(sequence.to_vec());
        let of_kind = |kind| match kind {
            SynonymKind::Form => self.model.form,
            _ => self.model.synonym,
        };
        let factor = synonym.map_or(1.0, |(_, kind)| of_kind(kind));
        let words_too = |kind| matches!(kind, SynonymKind::Form | SynonymKind::Spelling);
        let synonyms_only = synonym.is_some_and(|(_, kind)| !words_too(kind));
        let lists = self.lists(target, synonyms_only, reach);
        let mut studies = None;
        for list in lists.iter() {
            // What a synonym finds is looked up once for counting and scoring.
            let looked_up = synonyms_only && (sequence.len() > 1 || !list.unnamed.is_empty());
            let looking = if looked_up { Looking::Beforehand } else { Looking::Along };
            self.look_for(list.field, &pattern, looking)?;
            let found = match looked_up {
                true => Some(Found::named(self.searcher, list.field, &list.unnamed, sequence)?),
                false => None,
            };
            if let (1, Some(found)) = (lists.len(), &found) {
                studies = Some(found.studies());
            }
            sources.push(Source {
                pattern: pattern.clone(),
                field: list.field,
                pieces: list.pieces.clone(),
                weight: list.weight * factor,
                norms: list.norms.clone(),
                synonym: synonym.map(|(at, _)| at),
                found,
            });
        }
        if let (Some(_), None, [slot]) = (synonym, studies, sequence) {
            studies = Some(self.studies_with_any(&lists, slot)?);
        }
        Ok(studies)
    }
}
