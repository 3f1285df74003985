//! Words: together, apart, by other names, in all fields of a target.

use std::sync::Arc;

use trialdex_query::meaning::{
    Coverage, Expansion, QueryWord, SearchTarget, TargetField, WordMatching, WordSequence,
};
use trialdex_query::typed;
use trialdex_records::study::NctId;
use trialdex_records::study::study_fields::StudyField;

use super::lists::has_synonyms;
use super::searched_field::FieldReach;
use super::{Clause, InterpretedWords, Planner, is_value, text_of, with_value};
use crate::Score;
use crate::error::PlanResult;
use crate::layout::IndexField;
use crate::layout::zones;
use crate::lexicon::{Counting, slots};
use crate::model;
use crate::name_candidate::{Synonym, SynonymKind};
use crate::pattern::{Pattern, Slot};
use crate::tree::{Evidence, Node, Source};
use crate::words::{LookedUpWords, anchored};

/// Words that are looked up as one name at most.
const LONGEST_NAME: usize = 8;

/// Words and names of a patient's record that are looked for at most.
const MOST_SEGMENTS: usize = 40;

/// Pieces with the study's own numbers.
const NUMBERS: [&str; 2] = ["NCTId", "NCTIdAlias"];

/// Whether each of the words may be anywhere.
pub(super) fn may_stand_apart(words: &WordSequence) -> bool {
    words.expansion >= Expansion::Relaxation
        && !words.quoted
        && words.coverage == Coverage::Contains
}

impl Planner<'_> {
    /// A clause for each part of the words that may be apart and are all
    /// asked for.
    pub(super) fn clauses(
        &mut self,
        target: &SearchTarget,
        words: &WordSequence,
    ) -> PlanResult<Option<Vec<Clause>>> {
        if words.expansion == Expansion::Lossy {
            return Ok(None);
        }
        self.segments(target, words)
    }

    /// A query for each part of the words that may be apart; `None` where
    /// they have to be together.
    fn segments(
        &mut self,
        target: &SearchTarget,
        words: &WordSequence,
    ) -> PlanResult<Option<Vec<Clause>>> {
        if !may_stand_apart(words) || words.words.len() < 2 {
            return Ok(None);
        }
        let mut segments = self.parted(target, words)?;
        if words.expansion == Expansion::Lossy && segments.len() > MOST_SEGMENTS {
            segments = self.weightiest(target, segments)?;
        }
        let mut clauses = Vec::new();
        for segment in segments {
            let node = self.segment(target, words, segment)?;
            clauses.extend(node.map(|node| Clause { label: text_of(segment), node }));
        }
        Ok(Some(clauses))
    }

    /// Those parts of many words that are worth most, in their order.
    fn weightiest<'w>(
        &mut self,
        target: &SearchTarget,
        segments: Vec<&'w [QueryWord]>,
    ) -> PlanResult<Vec<&'w [QueryWord]>> {
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
        target: &SearchTarget,
        words: &WordSequence,
    ) -> PlanResult<Option<Node>> {
        let whole_words = words.words.iter().all(|word| word.matching == WordMatching::Whole);
        if words.expansion == Expansion::None && whole_words {
            return self.as_written(target, words).map(Some);
        }
        let Some(parts) = self.segments(target, words)? else {
            return self.together(target, words, &words.words);
        };
        let parts: Vec<Node> = parts.into_iter().map(|part| part.node).collect();
        Ok(match parts.len() {
            0 => None,
            _ if words.expansion == Expansion::Lossy => Some(Node::any(parts)),
            _ => Some(Node::Every(parts)),
        })
    }

    /// Parts words into names that have synonyms, values of fields that are
    /// not text (`phase 2`), two words that are also written as one (`health
    /// care`), and single words. Longer ones come first.
    fn parted<'w>(
        &mut self,
        target: &SearchTarget,
        words: &'w WordSequence,
    ) -> PlanResult<Vec<&'w [QueryWord]>> {
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
    fn longest_name(&mut self, target: &SearchTarget, words: &[QueryWord]) -> PlanResult<usize> {
        let whole = words.iter().take_while(|word| word.matching == WordMatching::Whole).count();
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
    fn meet(&mut self, target: &SearchTarget, words: &[QueryWord]) -> PlanResult<bool> {
        let [one, other, ..] = words else { return Ok(false) };
        let fields = self.fields(target)?;
        self.lookup.meet(one, other, &fields)
    }

    /// The fields that words of a target are looked up in.
    fn fields(&mut self, target: &SearchTarget) -> PlanResult<Vec<IndexField>> {
        let lists = self.searched_fields(target, false, FieldReach::Words)?;
        Ok(lists.iter().map(|list| list.field).collect())
    }

    /// Studies with a part of the words: together, or each of them; where any
    /// word will do, or one of them.
    fn segment(
        &mut self,
        target: &SearchTarget,
        words: &WordSequence,
        segment: &[QueryWord],
    ) -> PlanResult<Option<Node>> {
        let together = self.together(target, words, segment)?;
        if segment.len() < 2 {
            return Ok(together);
        }
        // What is narrower is asked of the whole name.
        let words = &WordSequence { explode: false, ..words.clone() };
        let (mut each, mut rest) = (Vec::new(), segment);
        while !rest.is_empty() {
            let pair = segment.len() > 2 && self.meet(target, rest)?;
            let (part, after) = rest.split_at(if pair { 2 } else { 1 });
            each.extend(self.segment(target, words, part)?);
            rest = after;
        }
        let each = match words.expansion {
            Expansion::Lossy => Node::any(each),
            _ => Node::Every(each),
        };
        Ok(Some(match together {
            None => each,
            Some(together) => Node::Best(vec![each, together], self.model.tie),
        }))
    }

    /// Studies with words that occur together in a field, or with synonyms of
    /// them, or with the value that they mean.
    fn together(
        &mut self,
        target: &SearchTarget,
        words: &WordSequence,
        typed: &[QueryWord],
    ) -> PlanResult<Option<Node>> {
        let fields = self.fields(target)?;
        let mut looked = self.lookup.words(typed, &fields)?;
        let mut nodes = Vec::new();
        if !looked.sequences.is_empty() && !fields.is_empty() {
            let (synonyms, cut) = self.synonyms(target, words, &looked)?;
            looked.cut |= cut;
            nodes.push(self.evidence(target, words.coverage, looked, synonyms)?);
        }
        let text = text_of(typed);
        let mut besides = self.typed_parts(target, &text);
        besides.extend(self.numbered(target, &text));
        if !besides.is_empty() {
            self.also(target, text, nodes.is_empty(), &besides);
            nodes.extend(besides);
        }
        Ok((!nodes.is_empty()).then(|| Node::any(nodes)))
    }

    /// Remembers which values words mean beside texts: for the words that were
    /// understood last, or, if `alone`, for new ones.
    pub(super) fn also(
        &mut self,
        target: &SearchTarget,
        typed: String,
        alone: bool,
        besides: &[Node],
    ) {
        if alone {
            self.understood.push(InterpretedWords {
                area: target.name.clone(),
                terms: Vec::new(),
                synonyms: Vec::new(),
                cut: false,
                negated: self.negated,
                evidence: Evidence::unscored(typed.clone(), Vec::new()),
                besides: Vec::new(),
                apart: Vec::new(),
                typed,
            });
        }
        if let Some(understood) = self.understood.last_mut() {
            understood.besides.extend_from_slice(besides);
        }
    }

    /// What else words are called, and whether there is more than is looked
    /// for.
    pub(super) fn synonyms(
        &mut self,
        target: &SearchTarget,
        words: &WordSequence,
        looked: &LookedUpWords,
    ) -> PlanResult<(Vec<Synonym>, bool)> {
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
            add(self.lookup.forms(term, IndexField::Zone(zones::WORDS))?);
        }
        synonyms.retain(|synonym| self.without.as_ref() != Some(&synonym.terms));
        Ok((synonyms, cut))
    }

    /// Terms of the words that were typed side by side. They alone say what an
    /// abbreviation among them means, so that a line of a strategy finds the
    /// same by itself and within another line.
    fn beside(&mut self, words: &WordSequence) -> Vec<String> {
        let whole = words.words.iter().filter(|word| word.matching == WordMatching::Whole);
        whole.flat_map(|word| self.lookup.terms(&word.text)).collect()
    }

    /// The values that a text means in fields that are not text.
    pub(super) fn typed_parts(&self, target: &SearchTarget, text: &str) -> Vec<Node> {
        let parts = target.parts.iter().filter(|part| is_value(part, text));
        let nodes = parts.filter_map(|part| {
            let node = with_value(part.field, &typed(part.field, text)?)?;
            Some(node.constant(model::FULFILLED * part.weight))
        });
        nodes.collect()
    }

    /// The study with the number that the text is, before those that mention
    /// it.
    fn numbered(&self, target: &SearchTarget, text: &str) -> Option<Node> {
        let known = |part: &TargetField| matches!(part.field, StudyField::Piece(piece) if NUMBERS.contains(&piece.name));
        let nct = target.parts.iter().any(known).then(|| NctId::parse_typed(text)).flatten()?;
        Some(Node::Itself(nct).constant(model::ITSELF))
    }

    fn evidence(
        &mut self,
        target: &SearchTarget,
        coverage: Coverage,
        looked: LookedUpWords,
        synonyms: Vec<Synonym>,
    ) -> PlanResult<Node> {
        self.part.clone_from(&looked.label);
        let mut sources = Vec::new();
        let reach = FieldReach::of(&looked.sequences, coverage);
        for sequence in looked.covering(coverage) {
            self.add_sources(&mut sources, target, &sequence, None, reach)?;
        }
        let synonyms = self.add_synonyms(&mut sources, target, coverage, synonyms)?;
        let studies: Vec<u64> = synonyms.iter().filter_map(|synonym| synonym.found).collect();
        let worth = self.worth(target, &looked.sequences[0], &studies)?;
        let sources = Arc::new(sources);
        let evidence = Evidence { label: looked.label.clone(), worth, sources };
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
        self.understood.push(InterpretedWords {
            typed: looked.label,
            area: target.name.clone(),
            terms: looked.sequences.into_iter().next().unwrap_or_default(),
            synonyms,
            cut: looked.cut,
            negated: self.negated,
            evidence: evidence.clone(),
            besides: Vec::new(),
            apart: Vec::new(),
        });
        Ok(Node::Evidence(evidence))
    }

    /// Adds other names in each list of a target; gives those that any study
    /// has.
    fn add_synonyms(
        &mut self,
        sources: &mut Vec<Source>,
        target: &SearchTarget,
        coverage: Coverage,
        synonyms: Vec<Synonym>,
    ) -> PlanResult<Vec<Synonym>> {
        let mut kept = Vec::new();
        for mut synonym in synonyms {
            let sequence = anchored(slots(&synonym.terms), coverage);
            let reach = FieldReach::of(std::slice::from_ref(&sequence), coverage);
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
        target: &SearchTarget,
        sequence: &[Slot],
        synonym: Option<(usize, SynonymKind)>,
        reach: FieldReach,
    ) -> PlanResult<Option<u64>> {
        let pattern = Pattern::of(sequence.to_vec());
        let of_kind = |kind| match kind {
            SynonymKind::Form => self.model.form,
            _ => self.model.synonym,
        };
        let factor = synonym.map_or(1.0, |(_, kind)| of_kind(kind));
        let words_too = |kind| matches!(kind, SynonymKind::Form | SynonymKind::Spelling);
        let synonyms_only = synonym.is_some_and(|(_, kind)| !words_too(kind));
        let lists = self.searched_fields(target, synonyms_only, reach)?;
        let mut studies = None;
        for list in lists.iter() {
            let mut source = list.source(pattern.clone());
            source.weight *= factor;
            source.synonym = synonym.map(|(at, _)| at);
            // What a synonym finds is looked up once for counting and scoring.
            if synonyms_only && (sequence.len() > 1 || !list.unnamed.is_empty()) {
                source.counting = Counting::Name(list.unnamed.clone());
            }
            self.look_for(&source)?;
            if source.counting != Counting::Each {
                let found = self.lexicon.keep(&source.look_up())?;
                studies = (lists.len() == 1).then_some(found);
            }
            sources.push(source);
        }
        if let (Some(_), None, [slot]) = (synonym, studies, sequence) {
            studies = Some(self.studies_with_any(&lists, slot)?);
        }
        Ok(studies)
    }
}
