//! Words and phrases near each other.

use std::collections::BTreeSet;
use std::sync::Arc;

use trialdex_query::meaning::{
    ProximityCondition, ProximityOperand, SearchTarget, TargetField, WordSequence,
};
use trialdex_records::study::criteria::PIECE as CRITERIA;
use trialdex_records::study::study_fields::StudyField;

use super::lists::has_synonyms;
use super::searched_field::{FieldReach, SearchedField};
use super::{InterpretedWords, Planner, is_looked_in_whole};
use crate::error::PlanResult;
use crate::layout::IndexField;
use crate::lexicon::{Counting, slots};
use crate::name_candidate::Synonym;
use crate::pattern::{Pattern, Slot, Stretch};
use crate::tree::{Evidence, Node, Source};
use crate::words::{in_digits, word_as_typed};

/// What is near each other, as it is looked for in the index.
#[derive(Debug, Default)]
pub(super) struct LookedUpStretch {
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
    lists: &'a [SearchedField],
    /// The fields of lists in which other names are looked for, too.
    named: Vec<IndexField>,
    criteria: Option<&'a SearchedField>,
}

impl Places<'_> {
    /// What is near each other in each list, with other names where these are
    /// looked for.
    fn sources(&self, literal: Option<&Stretch>, named: Option<&Stretch>) -> Vec<Source> {
        let sources = self.lists.iter().filter_map(|list| {
            let stretch = if self.named.contains(&list.field) { named } else { literal };
            Some(list.source(Pattern::Near(stretch?.clone())))
        });
        sources.collect()
    }
}

impl Planner<'_> {
    /// Studies with words or phrases near each other in a value.
    pub(super) fn near(
        &mut self,
        target: &SearchTarget,
        near: &ProximityCondition,
    ) -> PlanResult<Node> {
        let lists = self.searched_fields(target, false, FieldReach::Pieces)?;
        let with_synonyms = self.searched_fields(target, true, FieldReach::Pieces)?;
        let criteria = self.criteria(target)?;
        let places = Places {
            named: with_synonyms.iter().map(|list| list.field).collect(),
            criteria: criteria.as_ref(),
            lists: &lists,
        };
        let mut fields: Vec<IndexField> = lists.iter().map(|list| list.field).collect();
        fields.extend(criteria.iter().map(|list| list.field));
        let looked = self.stretch(target, near, &fields)?;
        self.part.clone_from(&looked.label);
        let worth = self.worth(target, &looked.terms, &[])?;
        let sources = Arc::new(self.near_sources(&places, &looked)?);
        let evidence = Evidence { label: looked.label.clone(), worth, sources };
        let apart = near_apart(&places, &looked);
        if !self.negated {
            let marked = looked.named.iter().flat_map(Stretch::terms).map(str::to_owned);
            self.terms.extend(marked.collect::<BTreeSet<_>>());
        }
        self.understood.push(InterpretedWords {
            typed: looked.label,
            area: target.name.clone(),
            terms: looked.terms,
            synonyms: looked.synonyms,
            cut: looked.cut,
            negated: self.negated,
            evidence: evidence.clone(),
            besides: Vec::new(),
            apart,
        });
        Ok(Node::Evidence(evidence))
    }

    /// What is near each other in each place, with other names where these are
    /// looked for. Of the criteria of studies that have it nowhere else, the
    /// parts about inclusion are looked at.
    fn near_sources(
        &self,
        places: &Places<'_>,
        looked: &LookedUpStretch,
    ) -> PlanResult<Vec<Source>> {
        let (literal, named) = (looked.literal.as_ref(), looked.named.as_ref());
        let mut sources = places.sources(literal, named);
        let criteria = places.criteria.zip(named);
        for source in &mut sources {
            if criteria.is_some() {
                source.counting = Counting::Beforehand;
            }
            self.look_for(source)?;
        }
        if let Some((list, stretch)) = criteria {
            let mut source = list.source(Pattern::Near(stretch.clone()));
            source.counting = Counting::Beforehand;
            self.look_for(&source)?;
            self.effort.read(self.lexicon.keep(&source.look_up())?, &self.part)?;
            source.counting = Counting::Inclusion;
            sources.push(source);
        }
        Ok(sources)
    }

    /// The criteria, where the parts about inclusion alone belong to a target.
    fn criteria(&self, target: &SearchTarget) -> PlanResult<Option<SearchedField>> {
        let of_part = |part: &TargetField| match part.field {
            StudyField::Piece(piece)
                if piece.name == CRITERIA && !is_looked_in_whole(target, piece.name) =>
            {
                Some(self.list_of_piece(piece, part))
            }
            _ => None,
        };
        target.parts.iter().find_map(of_part).transpose()
    }

    /// What is near each other, looked up in fields.
    pub(super) fn stretch(
        &mut self,
        target: &SearchTarget,
        near: &ProximityCondition,
        fields: &[IndexField],
    ) -> PlanResult<LookedUpStretch> {
        let mut all = LookedUpStretch::default();
        let (mut literal, mut named) = (Vec::new(), Vec::new());
        for operand in &near.operands {
            let inner = matches!(operand, ProximityOperand::Near(_) | ProximityOperand::Any(_));
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
        target: &SearchTarget,
        operand: &ProximityOperand,
        fields: &[IndexField],
    ) -> PlanResult<LookedUpStretch> {
        match operand {
            ProximityOperand::Near(near) => self.stretch(target, near, fields),
            ProximityOperand::Words(words) => self.phrases(target, &in_digits(words), fields),
            ProximityOperand::Any(any) => {
                let mut all = LookedUpStretch::default();
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
        target: &SearchTarget,
        words: &WordSequence,
        fields: &[IndexField],
    ) -> PlanResult<LookedUpStretch> {
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
        Ok(LookedUpStretch {
            named: any(phrases.iter().cloned().chain(names).collect()),
            literal: any(phrases),
            label: label.join(" "),
            terms: looked.sequences.into_iter().next().unwrap_or_default(),
            synonyms,
            cut,
        })
    }
}

/// The studies with the words themselves near each other, and with each of
/// the other names in the place of what was typed.
fn near_apart(places: &Places<'_>, looked: &LookedUpStretch) -> Vec<(Option<usize>, Node)> {
    if looked.synonyms.is_empty() {
        return Vec::new();
    }
    let with = |literal: Option<&Stretch>, named: Option<&Stretch>| {
        let unscored = |sources| Node::Evidence(Evidence::unscored(looked.label.clone(), sources));
        let mut nodes = vec![unscored(places.sources(literal, named))];
        if let (Some(list), Some(stretch)) = (places.criteria, named) {
            let anywhere = unscored(vec![list.source(Pattern::Near(stretch.clone()))]);
            nodes.push(Node::Inclusion(Box::new(anywhere), stretch.clone()));
        }
        Node::any(nodes)
    };
    let literal = looked.literal.as_ref();
    let mut apart = vec![(None, with(literal, literal))];
    for (at, synonym) in looked.synonyms.iter().enumerate() {
        let named = looked.named.as_ref();
        let only = named.and_then(|named| named.only_with(&phrase_of(synonym)));
        apart.push((Some(at), with(None, only.as_ref())));
    }
    apart
}

fn phrase_of(synonym: &Synonym) -> Stretch {
    Stretch::Phrase(slots(&synonym.terms))
}

impl LookedUpStretch {
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
