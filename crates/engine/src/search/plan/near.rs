//! Words and phrases near each other.

use std::collections::BTreeSet;
use std::sync::Arc;

use tantivy::query::Query;
use tantivy::schema::Field;

use super::lists::{List, Reach, has_synonyms};
use super::{Interpreted, Planner, is_looked_in_whole, union};
use crate::search::effort::Looking;
use crate::search::evidence::{Evidence, Source};
use crate::search::filtered::Filtered;
use crate::search::inclusion::{self, Inclusion};
use crate::search::occurrences::{Found, Pattern, Slot};
use crate::search::stretch::Stretch;
use crate::search::thesaurus::Synonym;
use crate::search::words::{in_digits, word_as_typed};
use trialdex_query::meaning::{Near, Operand, Target, TargetPart, Words};
use trialdex_records::study::criteria::PIECE as CRITERIA;
use trialdex_records::study::study_fields;

/// What is near each other, as it is looked for in the index.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// The words as they were typed, in any spelling.
    pub(super) literal: Option<Stretch>,
    /// The same, or other names in place of them.
    named: Option<Stretch>,
    /// As typed.
    label: String,
    /// The terms of the words as typed.
    terms: Vec<Slot>,
    synonyms: Vec<Synonym>,
    cut: bool,
}

/// Where parts are looked for near each other.
struct Places<'a> {
    lists: &'a [List],
    /// The fields of lists in which other names are looked for, too.
    named: Vec<Field>,
    criteria: Option<&'a List>,
}

impl Places<'_> {
    /// What is near each other in each list, with other names where these are
    /// looked for.
    fn sources(&self, literal: Option<&Stretch>, named: Option<&Stretch>) -> Vec<Source> {
        let sources = self.lists.iter().filter_map(|list| {
            let stretch = if self.named.contains(&list.field) { named } else { literal };
            Some(source(list, stretch?))
        });
        sources.collect()
    }
}

impl Planner<'_> {
    /// Studies with words or phrases near each other in a value.
    pub(super) fn near(&mut self, target: &Target, near: &Near) -> tantivy::Result<Box<dyn Query>> {
        let lists = self.lists(target, false, Reach::Pieces);
        let with_synonyms = self.lists(target, true, Reach::Pieces);
        let criteria = self.criteria(target);
        let places = Places {
            named: with_synonyms.iter().map(|list| list.field).collect(),
            criteria: criteria.as_ref(),
            lists: &lists,
        };
        let mut fields: Vec<Field> = lists.iter().map(|list| list.field).collect();
        fields.extend(criteria.iter().map(|list| list.field));
        let looked = self.stretch(target, near, &fields)?;
        self.part.clone_from(&looked.label);
        let worth = self.worth(target, &looked.terms, &[])?;
        let sources = Arc::new(self.near_sources(&places, &looked)?);
        let (label, model) = (looked.label.clone(), self.model);
        let query = Evidence { label, worth, sources, model };
        let apart = self.near_apart(&places, &looked);
        if !self.negated {
            let marked = looked.named.iter().flat_map(Stretch::terms).map(str::to_owned);
            self.terms.extend(marked.collect::<BTreeSet<_>>());
        }
        self.understood.push(Interpreted {
            typed: looked.label,
            area: target.name.clone(),
            terms: looked.terms,
            synonyms: looked.synonyms,
            cut: looked.cut,
            negated: self.negated,
            query: query.clone(),
            besides: Vec::new(),
            apart,
        });
        Ok(Box::new(query))
    }

    /// What is near each other in each place, with other names where these are
    /// looked for. Of the criteria of studies that have it nowhere else, the
    /// parts about inclusion are looked at.
    fn near_sources(&self, places: &Places<'_>, looked: &Looked) -> tantivy::Result<Vec<Source>> {
        let (literal, named) = (looked.literal.as_ref(), looked.named.as_ref());
        let mut sources = places.sources(literal, named);
        let beforehand = places.criteria.is_some() && named.is_some();
        let looking = if beforehand { Looking::Beforehand } else { Looking::Along };
        for source in &sources {
            self.look_for(source.field, &source.pattern, looking)?;
        }
        let (Some(list), Some(stretch)) = (places.criteria, named) else { return Ok(sources) };
        let mut found = Vec::new();
        for source in &mut sources {
            let known = Found::new(self.searcher, source.field, &source.pattern)?;
            found.push(known.clone());
            source.found = Some(known);
        }
        let known = Found::any(&found);
        let pattern = Pattern::Near(stretch.clone());
        self.look_for(list.field, &pattern, Looking::Beforehand)?;
        let anywhere = Found::new(self.searcher, list.field, &pattern)?;
        self.effort.read(anywhere.studies(), &self.part)?;
        let (store, searcher) = (self.store, self.searcher);
        let further = inclusion::having(store, searcher, &anywhere, stretch, &known)?;
        sources.push(Source { found: Some(further), ..source(list, stretch) });
        Ok(sources)
    }

    /// The studies with the words themselves near each other, and with each of
    /// the other names in the place of what was typed.
    fn near_apart(
        &self,
        places: &Places<'_>,
        looked: &Looked,
    ) -> Vec<(Option<usize>, Arc<dyn Query>)> {
        if looked.synonyms.is_empty() {
            return Vec::new();
        }
        let query = |literal: Option<&Stretch>, named: Option<&Stretch>| -> Arc<dyn Query> {
            let (label, sources) = (looked.label.clone(), places.sources(literal, named));
            let (sources, model) = (Arc::new(sources), self.model);
            let mut queries: Vec<Box<dyn Query>> =
                vec![Box::new(Evidence { label, worth: 0.0, sources, model })];
            if let (Some(list), Some(stretch)) = (places.criteria, named) {
                let (stretch, study) = (stretch.clone(), self.store.fields.study);
                let label = looked.label.clone();
                let sources = Arc::new(vec![source(list, &stretch)]);
                let candidates = Box::new(Evidence { label, worth: 0.0, sources, model });
                let check = Arc::new(Inclusion { study, stretch });
                queries.push(Box::new(Filtered { candidates, check }));
            }
            Arc::from(union(queries))
        };
        let literal = looked.literal.as_ref();
        let mut apart = vec![(None, query(literal, literal))];
        for (at, synonym) in looked.synonyms.iter().enumerate() {
            let named = looked.named.as_ref();
            let only = named.and_then(|named| named.only_with(&phrase_of(synonym)));
            apart.push((Some(at), query(None, only.as_ref())));
        }
        apart
    }

    /// The criteria, where the parts about inclusion alone belong to a target.
    fn criteria(&self, target: &Target) -> Option<List> {
        let is_criteria = |part: &&TargetPart| {
            matches!(part.field, study_fields::StudyField::Piece(piece)
                if piece.name == CRITERIA && !is_looked_in_whole(target, piece.name))
        };
        let part = target.parts.iter().find(is_criteria)?;
        let field = self.store.fields.words_of(CRITERIA)?;
        Some(self.list_of_piece(CRITERIA, field, part))
    }

    /// What is near each other, looked up in fields.
    pub(super) fn stretch(
        &mut self,
        target: &Target,
        near: &Near,
        fields: &[Field],
    ) -> tantivy::Result<Looked> {
        let mut all = Looked::default();
        let (mut literal, mut named) = (Vec::new(), Vec::new());
        for operand in &near.operands {
            let inner = matches!(operand, Operand::Near(_) | Operand::Any(_));
            let looked = self.operand(target, operand, fields)?;
            let label = if inner { format!("({})", looked.label) } else { looked.label.clone() };
            all.add(looked, &mut literal, &mut named);
            if !all.label.is_empty() {
                all.label += &format!(" NEAR/{} ", near.distance);
            }
            all.label += &label;
        }
        let whole = |parts: Vec<Option<Stretch>>| {
            let parts: Option<Vec<Stretch>> = parts.into_iter().collect();
            parts.map(|parts| Stretch::Near(parts, near.distance))
        };
        (all.literal, all.named) = (whole(literal), whole(named));
        Ok(all)
    }

    fn operand(
        &mut self,
        target: &Target,
        operand: &Operand,
        fields: &[Field],
    ) -> tantivy::Result<Looked> {
        match operand {
            Operand::Near(near) => self.stretch(target, near, fields),
            Operand::Words(words) => self.phrases(target, &in_digits(words), fields),
            Operand::Any(any) => {
                let mut all = Looked::default();
                let (mut literal, mut named) = (Vec::new(), Vec::new());
                for one in any {
                    let looked = self.operand(target, one, fields)?;
                    if !all.label.is_empty() {
                        all.label += " OR ";
                    }
                    all.label += &looked.label;
                    all.add(looked, &mut literal, &mut named);
                }
                let some = |parts: Vec<Option<Stretch>>| {
                    let parts: Vec<Stretch> = parts.into_iter().flatten().collect();
                    (!parts.is_empty()).then_some(Stretch::Any(parts))
                };
                (all.literal, all.named) = (some(literal), some(named));
                Ok(all)
            }
        }
    }

    /// Words that occur together, in every spelling, and their other names.
    fn phrases(
        &mut self,
        target: &Target,
        words: &Words,
        fields: &[Field],
    ) -> tantivy::Result<Looked> {
        let looked = self.lookup.words(&words.words, fields)?;
        let mut synonyms = Vec::new();
        let mut cut = looked.cut;
        if has_synonyms(target) && !looked.sequences.is_empty() {
            let (found, more) = self.synonyms(target, words, &looked)?;
            synonyms = found;
            cut |= more;
        }
        let phrases: Vec<Stretch> = looked.sequences.iter().cloned().map(Stretch::Phrase).collect();
        let names = synonyms.iter().map(phrase_of);
        let any = |parts: Vec<Stretch>| (!parts.is_empty()).then_some(Stretch::Any(parts));
        let label: Vec<String> = words.words.iter().map(word_as_typed).collect();
        Ok(Looked {
            named: any(phrases.iter().cloned().chain(names).collect()),
            literal: any(phrases),
            label: label.join(" "),
            terms: looked.sequences.into_iter().next().unwrap_or_default(),
            synonyms,
            cut,
        })
    }
}

fn source(list: &List, stretch: &Stretch) -> Source {
    Source {
        pattern: Pattern::Near(stretch.clone()),
        field: list.field,
        pieces: list.pieces.clone(),
        weight: list.weight,
        norms: list.norms.clone(),
        synonym: None,
        found: None,
    }
}

fn phrase_of(synonym: &Synonym) -> Stretch {
    Stretch::Phrase(synonym.terms.iter().map(|term| vec![term.clone()]).collect())
}

impl Looked {
    /// Adds what was looked up of a part.
    fn add(
        &mut self,
        part: Self,
        literal: &mut Vec<Option<Stretch>>,
        named: &mut Vec<Option<Stretch>>,
    ) {
        literal.push(part.literal);
        named.push(part.named);
        self.terms.extend(part.terms);
        for synonym in part.synonyms {
            if !self.synonyms.iter().any(|one| one.terms == synonym.terms) {
                self.synonyms.push(synonym);
            }
        }
        self.cut |= part.cut;
    }
}
