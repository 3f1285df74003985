//! Words and phrases near each other.

use std::collections::BTreeSet;
use std::sync::Arc;

use tantivy::query::Query;
use tantivy::schema::Field;

use super::text::{List, Reach, has_synonyms};
use super::{Interpreted, Planner};
use crate::query::meaning::{Near, Operand, Target, Words};
use crate::search::evidence::{Evidence, Source};
use crate::search::occurrences::{Pattern, Slot};
use crate::search::stretch::Stretch;
use crate::search::thesaurus::Synonym;
use crate::search::words::{in_digits, word_as_typed};

/// What stands near each other, as it is looked for in the index.
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

impl Planner<'_> {
    /// Studies with words or phrases near each other in a value.
    pub(super) fn near(&mut self, target: &Target, near: &Near) -> tantivy::Result<Box<dyn Query>> {
        let lists = self.lists(target, false, Reach::Pieces);
        let with_synonyms = self.lists(target, true, Reach::Pieces);
        let with_synonyms: Vec<Field> = with_synonyms.iter().map(|list| list.field).collect();
        let fields: Vec<Field> = lists.iter().map(|list| list.field).collect();
        let looked = self.stretch(target, near, &fields)?;
        let worth = self.worth(target, &looked.terms, &[])?;
        let mut sources = Vec::new();
        for List { field, pieces, weight, norms, .. } in lists.iter() {
            let named = with_synonyms.contains(field);
            let stretch = if named { &looked.named } else { &looked.literal };
            let Some(stretch) = stretch.clone() else { continue };
            let (pieces, norms, pattern) = (pieces.clone(), norms.clone(), Pattern::Near(stretch));
            let (field, weight) = (*field, *weight);
            let (synonym, found) = (None, None);
            sources.push(Source { pattern, field, pieces, weight, norms, synonym, found });
        }
        if !self.negated {
            let marked = looked.named.iter().flat_map(Stretch::terms).map(str::to_owned);
            self.terms.extend(marked.collect::<BTreeSet<_>>());
        }
        let (sources, model) = (Arc::new(sources), self.model);
        let query = Evidence { label: looked.label.clone(), worth, sources, model };
        self.understood.push(Interpreted {
            typed: looked.label,
            area: target.name.clone(),
            terms: looked.terms,
            synonyms: looked.synonyms,
            cut: looked.cut,
            negated: self.negated,
            query: query.clone(),
            besides: Vec::new(),
        });
        Ok(Box::new(query))
    }

    /// What stands near each other, looked up in fields.
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

    /// Words that stand together, in every spelling, and their other names.
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
        let names = synonyms.iter().map(|synonym| {
            Stretch::Phrase(synonym.terms.iter().map(|term| vec![term.clone()]).collect())
        });
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
