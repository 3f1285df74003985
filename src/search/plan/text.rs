//! Words: together, apart, by other names, in all fields of a target.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use tantivy::query::{BooleanQuery, DisjunctionMaxQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Term};

use super::{Clause, Interpreted, Planner, constant, is_looked_in_whole, is_value, text_of, union};
use crate::index::PieceField;
use crate::index::zones::{ZONES, Zone};
use crate::query::meaning::{Coverage, Expansion, Target, TargetPart, Word, WordForm, Words};
use crate::query::typed;
use crate::search::evidence::{Evidence, Norms, Source, norms};
use crate::search::model;
use crate::search::occurrences::{Found, Pattern, Slot};
use crate::search::steady::alternative;
use crate::search::thesaurus::{Synonym, SynonymKind};
use crate::search::words::{Looked, anchored};
use crate::study::{NctId, fields};
use crate::text::{is_filler, is_little};

/// Words that are looked up as one name at most.
const LONGEST_NAME: usize = 8;

/// Words and names that are looked for of many of which any will do: those
/// of a patient's record.
const MOST_SEGMENTS: usize = 40;

/// Pieces with the study's own numbers.
const NUMBERS: [&str; 2] = ["NCTId", "NCTIdAlias"];

/// The piece whose share of a word says whether studies are about it.
const TITLE: &str = "BriefTitle";

/// How the names of pieces begin that name people, organisations and places.
const NAMING_SOMEONE: [&str; 7] = [
    "LeadSponsor",
    "Collaborator",
    "OrgFullName",
    "ResponsibleParty",
    "OverallOfficial",
    "CentralContact",
    "Location",
];

/// Terms of a truncated word that are counted for its frequency.
const MOST_COUNTED: usize = 50;

/// A piece of a list: its name, its own field, how often words count.
pub(in crate::search) type ListPiece = (&'static str, Field, Score);

/// A field that words are looked for in.
#[derive(Debug, Clone)]
pub(super) struct List {
    pub(super) field: Field,
    pub(super) pieces: Arc<[ListPiece]>,
    pub(super) weight: Score,
    pub(super) norms: Option<Norms>,
    /// Fields of those pieces that no other names are looked for in, each with
    /// how often its words count.
    unnamed: Arc<[(Field, u32)]>,
}

/// Which fields that hold several pieces may stand for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// None: where values begin and end counts.
    Pieces,
    /// Those with positions.
    Phrases,
    /// All.
    Words,
}

impl Reach {
    fn takes(self, zone: &Zone) -> bool {
        self == Self::Words || self == Self::Phrases && zone.positions
    }

    /// For words in sequences that are to be weighed against each other.
    fn of(sequences: &[Vec<Slot>], coverage: Coverage) -> Self {
        match sequences {
            _ if coverage != Coverage::Contains => Self::Pieces,
            [only] if only.len() == 1 => Self::Words,
            _ => Self::Phrases,
        }
    }
}

/// The fields of a target: by its name and number of parts (within a site an
/// area has fewer), whether only those with synonyms, and what may stand for
/// several pieces.
pub(super) type Lists = BTreeMap<(String, usize, bool, Reach), Rc<[List]>>;

/// Whether each of the words may stand by itself.
pub(super) fn may_stand_apart(words: &Words) -> bool {
    words.expansion >= Expansion::Relaxation
        && !words.quoted
        && words.coverage == Coverage::Contains
}

impl Planner<'_> {
    /// A clause for each part of the words that may stand apart and are all
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

    /// A query for each part of the words that may stand apart; `None` where
    /// they have to stand together.
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

    /// Studies with words that stand together in a field, or with synonyms of
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
            let field = self.store.fields.zones[crate::index::zones::WORDS];
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
        let known = |part: &TargetPart| matches!(part.field, fields::Field::Piece(piece) if NUMBERS.contains(&piece.name));
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

    /// The fields with the words of a target, zones in the place of pieces as
    /// far as they reach.
    pub(super) fn lists(
        &mut self,
        target: &Target,
        synonyms_only: bool,
        reach: Reach,
    ) -> Rc<[List]> {
        let key = (target.name.clone(), target.parts.len(), synonyms_only, reach);
        if let Some(known) = self.lists.get(&key) {
            return known.clone();
        }
        let texts = target.parts.iter().filter_map(|part| {
            match (part.field, self.store.fields.field(part.field)) {
                (fields::Field::Piece(piece), PieceField::Text(fields)) => {
                    Some((piece.name, fields.words, part))
                }
                _ => None,
            }
        });
        let mut pieces: Vec<(&'static str, Field, &TargetPart)> = texts.collect();
        if reach == Reach::Pieces {
            pieces.retain(|(name, ..)| is_looked_in_whole(target, name));
        }
        let mut lists = Vec::new();
        for (zone, field) in ZONES.iter().zip(&self.store.fields.zones) {
            let within = |name: &str| pieces.iter().any(|(piece, ..)| *piece == name);
            if !reach.takes(zone) || !zone.pieces().all(|(name, _)| within(name)) {
                continue;
            }
            let of_zone: Vec<_> =
                pieces.extract_if(.., |(name, ..)| zone.weight(name).is_some()).collect();
            if !synonyms_only || of_zone.iter().any(|(name, _, part)| is_named(target, name, part))
            {
                lists.push(self.zone_list(target, zone, *field, &of_zone, synonyms_only));
            }
        }
        for (name, field, part) in pieces {
            if !synonyms_only || is_named(target, name, part) {
                lists.push(self.list_of_piece(name, field, part));
            }
        }
        let lists: Rc<[List]> = lists.into();
        self.lists.insert(key, lists.clone());
        lists
    }

    fn zone_list(
        &self,
        target: &Target,
        zone: &Zone,
        field: Field,
        parts: &[(&'static str, Field, &TargetPart)],
        synonyms_only: bool,
    ) -> List {
        let times = |name: &str| Score::from(zone.weight(name).unwrap_or(1));
        let shown = |(name, _, part): &&(&str, Field, &TargetPart)| {
            !synonyms_only || is_named(target, name, part)
        };
        let pieces = parts.iter().filter(shown);
        let pieces = pieces.map(|(name, field, _)| (*name, *field, times(name)));
        // Where words count as often as their pieces weigh, nothing is left
        // to be weighed.
        let weight = if zone.pieces().any(|(_, times)| times > 1) {
            1.0
        } else {
            parts.iter().map(|(.., part)| part.weight * model::SCALE).fold(0.0, Score::max)
        };
        let unnamed = parts.iter().filter(|(name, _, part)| !is_named(target, name, part));
        let count = |name: &str| u32::from(zone.weight(name).unwrap_or(1));
        let unnamed = unnamed.map(|(name, field, _)| (*field, count(name)));
        self.list(field, pieces.collect(), weight, unnamed.collect())
    }

    /// A piece by itself.
    pub(super) fn list_of_piece(
        &self,
        name: &'static str,
        field: Field,
        part: &TargetPart,
    ) -> List {
        let weight = part.weight * model::SCALE;
        self.list(field, Arc::new([(name, field, 1.0)]), weight, Arc::new([]))
    }

    fn list(
        &self,
        field: Field,
        pieces: Arc<[ListPiece]>,
        weight: Score,
        unnamed: Arc<[(Field, u32)]>,
    ) -> List {
        List { field, pieces, weight, norms: self.norms(field), unnamed }
    }

    /// What the lengths of a field's texts do to a score, where they count.
    fn norms(&self, field: Field) -> Option<Norms> {
        let counted = self.searcher.schema().get_field_entry(field).has_fieldnorms();
        let average = self.store.average_length(self.searcher, field).ok().filter(|_| counted)?;
        Some(norms(&self.model, average))
    }

    /// What words in sequence are worth: each by how rare it is, by whether
    /// it stands in titles, and by whether any question may have it.
    ///
    /// A word with synonyms is as common as the studies with either. The
    /// index does not say how many have both; half of the lesser are taken to.
    pub(super) fn worth(
        &mut self,
        target: &Target,
        sequence: &[Slot],
        with_synonyms: &[u64],
    ) -> tantivy::Result<Score> {
        let lists = self.lists(target, false, Reach::Words);
        let mut worth = 0.0;
        for slot in sequence {
            let mut studies = self.studies_with_any(&lists, slot)?;
            if sequence.len() == 1 && !with_synonyms.is_empty() {
                let most = with_synonyms.iter().copied().max().unwrap_or(0).max(studies);
                let all = studies + with_synonyms.iter().sum::<u64>();
                studies = most + (all - most) / 2;
            }
            worth += self.word_worth(slot, studies)?;
        }
        Ok(worth)
    }

    fn word_worth(&self, slot: &Slot, studies: u64) -> tantivy::Result<Score> {
        let model = self.model;
        let idf = model::idf(studies, self.searcher.num_docs());
        let mut worth = idf * idf.powf(model.rarity);
        if let [term] = slot.as_slice() {
            if is_little(term) {
                worth *= model.filler * model.filler;
            } else if is_filler(term) {
                worth *= model.filler;
            }
        }
        if let Some(title) = self.store.fields.words_of(TITLE).filter(|_| model.topicality > 0.0) {
            let in_title = self.studies_of(title, slot)?;
            worth *= model::title_share(in_title, studies.max(in_title)).powf(model.topicality);
        }
        Ok(worth)
    }

    /// Studies with any of the terms of a slot in the field of a target where
    /// they are commonest.
    fn studies_with_any(&self, lists: &[List], slot: &Slot) -> tantivy::Result<u64> {
        let mut studies = 0;
        for term in slot.iter().take(MOST_COUNTED) {
            studies += self.studies_with(lists, term)?;
        }
        Ok(studies)
    }

    fn studies_of(&self, field: Field, slot: &Slot) -> tantivy::Result<u64> {
        let mut studies = 0;
        for term in slot.iter().take(MOST_COUNTED) {
            studies += self.store.frequency(self.searcher, field, term)?;
        }
        Ok(studies)
    }

    fn studies_with(&self, lists: &[List], term: &str) -> tantivy::Result<u64> {
        let mut most = 0;
        for list in lists {
            most = most.max(self.store.frequency(self.searcher, list.field, term)?);
        }
        Ok(most)
    }
}

/// Whether other names are looked for in a piece of a target: not in names of
/// people, organisations and places, but where these alone are looked in.
fn is_named(target: &Target, piece: &str, part: &TargetPart) -> bool {
    let names_someone = |name: &str| NAMING_SOMEONE.iter().any(|of| name.starts_with(of));
    let others = || {
        target.parts.iter().any(|part| match part.field {
            fields::Field::Piece(piece) => !names_someone(piece.name),
            _ => false,
        })
    };
    part.synonyms && !(names_someone(piece) && others())
}

pub(super) fn has_synonyms(target: &Target) -> bool {
    target.parts.iter().any(|part| part.synonyms)
}
