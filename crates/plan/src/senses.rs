//! What abbreviations stand for, by the studies that define them.

use std::collections::{BTreeMap, BTreeSet};

use trialdex_text::vocabulary::ConceptId;
use trialdex_text::{self as text, is_common, is_everyday};

use crate::error::PlanResult;
use crate::layout::IndexField;
use crate::layout::pairs::{PairKind, SEPARATOR, is_short_form_of, key_of};
use crate::lexicon::StudyKey;
use crate::thesaurus::{PLAIN, Thesaurus};
use crate::words::terms_of;

/// One of the meanings of an abbreviation.
#[derive(Debug, Clone, PartialEq)]
pub struct Sense {
    /// The long form as most of its studies write it, in lower case.
    pub written: String,
    /// Its words as they are in the index.
    pub terms: Vec<String>,
    /// Studies that define the abbreviation so.
    pub studies: u64,
    /// Their share of the studies that define the abbreviation, above 0 and
    /// at most 1. A study can define it in two senses.
    pub share: f64,
    /// The words of other ways of writing the long form.
    pub variants: Vec<Vec<String>>,
}

/// One of the abbreviations of a name.
#[derive(Debug, Clone, PartialEq)]
pub struct ShortForm {
    /// The abbreviation as most of its studies write it, in lower case.
    pub written: String,
    /// Its words as they are in the index.
    pub terms: Vec<String>,
    /// Studies that define it to be the name.
    pub studies: u64,
    /// Their share of the studies that define the abbreviation in any sense,
    /// above 0 and at most 1.
    pub share: f64,
}

/// Why an abbreviation is taken to have a sense, or none of its senses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SenseChoice {
    /// Nearly all studies that define it give the sense.
    Dominant,
    /// The other words of the query go with the sense.
    Agreeing,
    /// None: no sense is the usual one, and no other word of the query decides.
    Ambiguous,
    /// None: hardly any of the studies with the word mean it as an
    /// abbreviation, and no other word of the query decides.
    TooCommon,
}

/// The meanings of an abbreviation, those first that most studies give.
///
/// Long forms that have the same terms are one sense, as are those that are
/// nearly the same: words such as `of` left out, all words are equal but for
/// their endings (`computed tomography`, `computerized tomography`), or one
/// is within the other (`human mesenchymal stem cell`). So are names of one
/// concept of the vocabulary.
///
/// # Errors
///
/// Where the index cannot be read.
pub fn senses(thesaurus: &Thesaurus<'_>, short: &str) -> PlanResult<Vec<Sense>> {
    thesaurus.senses(&terms_of(&mut text::parts_analyzer(), short))
}

/// The abbreviations of a name, those first that most studies give. Which
/// long forms count as the name is as for [`senses`].
///
/// # Errors
///
/// Where the index cannot be read.
pub fn short_forms(thesaurus: &Thesaurus<'_>, long: &str) -> PlanResult<Vec<ShortForm>> {
    thesaurus.short_forms(&terms_of(&mut text::parts_analyzer(), long))
}

/// Groups of senses that a sense is compared with at most, the commonest ones.
const COMPARED: usize = 100;

/// Abbreviations of one name, senses and words of a query that are looked at
/// at most.
const MOST: usize = 16;

/// Studies that define an abbreviation at least, before it is expanded.
pub(crate) const FEWEST: u64 = 2;

/// Part of the definitions of an abbreviation that has the sense which it is
/// taken to have whatever the other words of a query.
const DOMINANT: f64 = 0.85;

/// The same of an abbreviation of two letters, which means more things than
/// texts define.
const DOMINANT_OF_TWO_LETTERS: f64 = 0.9;

/// The same before an abbreviation is looked for in the place of its long
/// form: what else it means would be found, too.
pub(crate) const UNAMBIGUOUS: f64 = 0.9;

/// Part of the studies with a word that define it as an abbreviation, before
/// it is read as one: `cold` beside `common` is none.
const OFTEN_ENOUGH: f64 = 0.1;

/// Part of the studies of a sense that has the other words of a query, before
/// these are taken to agree with it.
const AGREEING: f64 = 0.2;

/// The same for an everyday word.
const AGREEING_WITH_EVERYDAY_WORD: f64 = 0.5;

/// Words that names differ in without meaning something else.
#[rustfmt::skip]
const UNTOLD: &[&str] = &["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"];

/// Studies of an index, without those that a refresh took out.
type Studies = BTreeSet<StudyKey>;

/// Long forms that are one sense.
#[derive(Debug, Clone)]
struct SenseGroup {
    /// The commonest one.
    written: String,
    terms: Vec<String>,
    /// The terms of the others.
    others: Vec<Vec<String>>,
    studies: Studies,
}

impl Thesaurus<'_> {
    /// The meanings of an abbreviation, those first that most studies give.
    pub(crate) fn senses(&self, short: &[String]) -> PlanResult<Vec<Sense>> {
        let groups = self.groups(short)?;
        let all = studies_of(&groups);
        Ok(groups.into_iter().map(|group| group.sense(all)).collect())
    }

    /// What an abbreviation means in a query with other words: the sense whose
    /// studies have those words, or the one that most studies give.
    /// `None` where it may as well mean something else.
    pub(crate) fn sense(&self, short: &[String], context: &[String]) -> PlanResult<Option<Sense>> {
        Ok(self.chosen_sense(short, context)?.0)
    }

    /// The same with the reason.
    pub(crate) fn chosen_sense(
        &self,
        short: &[String],
        context: &[String],
    ) -> PlanResult<(Option<Sense>, SenseChoice)> {
        let groups = self.groups(short)?;
        let all = studies_of(&groups);
        let Some(first) = groups.first() else { return Ok((None, SenseChoice::Ambiguous)) };
        let dominant = is_dominant(short, first, all);
        let often_enough = self.is_often_short_form(short, all)?;
        let taken = dominant && often_enough && !is_everyday_name(short);
        let taken = taken.then(|| first.clone().sense(all));
        let agreeing = if often_enough { self.agreeing(groups, short, context)? } else { None };
        let choice = match agreeing {
            Some(_) => SenseChoice::Agreeing,
            None if taken.is_some() => return Ok((taken, SenseChoice::Dominant)),
            None if dominant => SenseChoice::TooCommon,
            None => SenseChoice::Ambiguous,
        };
        Ok((agreeing.map(|group| group.sense(all)), choice))
    }

    /// Whether a word is an abbreviation often enough where it occurs: `all`
    /// is one in a few of the studies that have it.
    fn is_often_short_form(&self, short: &[String], defining: u64) -> PlanResult<bool> {
        Ok(defining as f64 >= OFTEN_ENOUGH * self.at_most(short)? as f64)
    }

    /// Whether a short name means a concept of the vocabulary, or nothing, in
    /// all that texts say.
    pub(crate) fn may_only_mean(
        &self,
        short: &[String],
        concept: ConceptId,
    ) -> PlanResult<Option<bool>> {
        let groups = self.groups(short)?;
        let all = studies_of(&groups);
        let Some(first) = groups.first() else { return Ok(None) };
        let names = std::iter::once(&first.terms).chain(&first.others);
        let mut concepts = names.map(|name| self.vocabulary.concepts(name));
        let is_meant = concepts.any(|concepts| concepts.contains(&concept));
        Ok(Some(is_meant && is_dominant(short, first, all)))
    }

    /// The sense whose long form has a word of the query, or whose studies
    /// have its words much more often than those of the others.
    fn agreeing(
        &self,
        groups: Vec<SenseGroup>,
        short: &[String],
        context: &[String],
    ) -> PlanResult<Option<SenseGroup>> {
        let telling = |word: &&String| !is_common(word) && !short.contains(word);
        let words: Vec<&String> = context.iter().filter(telling).take(MOST).collect();
        if words.is_empty() {
            return Ok(None);
        }
        let mut rated = Vec::new();
        for group in groups.into_iter().take(MOST) {
            if (group.studies.len() as u64) < FEWEST {
                continue;
            }
            let named = words.iter().any(|word| group.terms.contains(word));
            let rate = if named { 1.0 } else { self.rate(&group, &words)? };
            rated.push((rate, group));
        }
        rated.sort_by(|one, other| other.0.total_cmp(&one.0));
        let least = if is_everyday_name(short) { AGREEING_WITH_EVERYDAY_WORD } else { AGREEING };
        let second = rated.get(1).map_or(0.0, |(rate, _)| *rate);
        let best = rated.into_iter().next();
        Ok(best.filter(|(rate, _)| *rate >= least && *rate >= 2.0 * second).map(|(_, it)| it))
    }

    /// Which part of the studies of a sense has the words, on average.
    fn rate(&self, group: &SenseGroup, words: &[&String]) -> PlanResult<f64> {
        let terms: Vec<&str> = words.iter().map(|word| word.as_str()).collect();
        let with_words = self.lexicon.occurrences_in(PLAIN, &terms, &group.studies)?;
        Ok(with_words as f64 / (group.studies.len() * words.len()) as f64)
    }

    /// The abbreviations of a name, those first that most studies give.
    pub(crate) fn short_forms(&self, long: &[String]) -> PlanResult<Vec<ShortForm>> {
        let name = key_of(long);
        let mut shorter = joined(self.defined(&name)?);
        shorter.retain(|group| is_short_form_of(&group.written, &name));
        shorter.truncate(MOST);
        let mut found = Vec::new();
        for SenseGroup { written, terms, .. } in shorter {
            let groups = self.groups(&terms)?;
            // `ventilation` is a part of what VILI stands for.
            let meant = |group: &&SenseGroup| {
                let other = group.others.iter().any(|other| other == long);
                group.terms == long || other && !is_part_of(long, &group.terms)
            };
            if let Some(group) = groups.iter().find(meant) {
                let studies = group.studies.len() as u64;
                let share = studies as f64 / studies_of(&groups) as f64;
                found.push(ShortForm { written, terms, studies, share });
            }
        }
        found.sort_by(|one, other| {
            other.studies.cmp(&one.studies).then_with(|| one.written.cmp(&other.written))
        });
        Ok(found)
    }

    /// The senses of an abbreviation.
    fn groups(&self, short: &[String]) -> PlanResult<Vec<SenseGroup>> {
        let name = key_of(short);
        let mut longer = joined(self.defined(&name)?);
        longer.retain(|group| is_short_form_of(&name, &group.written));
        Ok(grouped(longer, |terms| self.vocabulary.concepts(terms)))
    }

    /// The names that a name is paired with by definitions, as written, each
    /// with its studies.
    fn defined(&self, name: &str) -> PlanResult<BTreeMap<String, Studies>> {
        let sign = PairKind::Abbreviation.sign();
        let beginning = format!("{name}{SEPARATOR}{sign}{SEPARATOR}");
        let mut found = self.lexicon.studies_of(IndexField::Pairs, &beginning)?;
        found.retain(|_, studies| !studies.is_empty());
        Ok(found)
    }
}

impl SenseGroup {
    /// As one of the senses that so many studies define.
    fn sense(self, all: u64) -> Sense {
        let studies = self.studies.len() as u64;
        let share = studies as f64 / all as f64;
        Sense { written: self.written, terms: self.terms, studies, share, variants: self.others }
    }
}

/// Studies of all groups, at least one.
fn studies_of(groups: &[SenseGroup]) -> u64 {
    let all: BTreeSet<_> = groups.iter().flat_map(|group| &group.studies).collect();
    all.len().max(1) as u64
}

/// Ways of writing that have the same terms as one, the commonest first.
fn joined(written: BTreeMap<String, Studies>) -> Vec<SenseGroup> {
    let mut commonest: Vec<(String, Studies)> = written.into_iter().collect();
    commonest.sort_by_key(|(_, studies)| std::cmp::Reverse(studies.len()));
    let mut by_terms: BTreeMap<Vec<String>, SenseGroup> = BTreeMap::new();
    let mut analyzer = text::parts_analyzer();
    for (written, studies) in commonest {
        let terms = terms_of(&mut analyzer, &written);
        let entry = by_terms.entry(terms.clone());
        let group = entry.or_insert_with(|| SenseGroup {
            written,
            terms,
            others: Vec::new(),
            studies: Studies::new(),
        });
        group.studies.extend(studies);
    }
    sorted(by_terms.into_values().collect())
}

fn sorted(mut groups: Vec<SenseGroup>) -> Vec<SenseGroup> {
    groups.sort_by(|one, other| {
        let order = other.studies.len().cmp(&one.studies.len());
        order.then_with(|| one.written.cmp(&other.written))
    });
    groups
}

/// Long forms that are nearly the same as one, under the name of the
/// commonest.
fn grouped(
    names: Vec<SenseGroup>,
    concepts: impl Fn(&[String]) -> Vec<ConceptId>,
) -> Vec<SenseGroup> {
    let mut groups: Vec<(SenseGroup, Vec<ConceptId>)> = Vec::new();
    for name in names {
        let known = concepts(&name.terms);
        let alike = |(group, concepts): &&mut (SenseGroup, Vec<ConceptId>)| {
            are_nearly_the_same(&group.terms, &name.terms)
                || concepts.iter().any(|concept| known.contains(concept))
        };
        match groups.iter_mut().take(COMPARED).find(alike) {
            Some((group, _)) => {
                group.others.push(name.terms);
                group.studies.extend(name.studies);
            }
            None => groups.push((name, known)),
        }
    }
    sorted(groups.into_iter().map(|(group, _)| group).collect())
}

/// Whether nearly all of the studies that define an abbreviation give the
/// sense.
fn is_dominant(short: &[String], sense: &SenseGroup, all: u64) -> bool {
    let letters: usize = short.iter().map(|term| term.chars().count()).sum();
    let least = if letters <= 2 { DOMINANT_OF_TWO_LETTERS } else { DOMINANT };
    let defined = sense.studies.len() as u64;
    defined >= FEWEST && defined as f64 >= least * all as f64
}

fn is_everyday_name(name: &[String]) -> bool {
    matches!(name, [only] if is_everyday(only))
}

/// Whether two long forms of one abbreviation are the same but for endings
/// and words around them.
fn are_nearly_the_same(one: &[String], other: &[String]) -> bool {
    let (one, other) = (told(one), told(other));
    if one.concat() == other.concat() {
        return !one.is_empty();
    }
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    // Drugs differ in their endings: `prednisone`, `prednisolone`.
    let ending = if long.len() == 1 { 1 } else { 2 };
    let same = |part: &[String]| {
        part.iter().zip(&short).all(|(one, other)| differ_in_ending(one, other, ending))
    };
    !short.is_empty() && long.windows(short.len()).any(same)
}

/// Whether one of two long forms that are nearly the same has fewer words, and
/// may be broader.
pub(crate) fn is_part_of(part: &[String], whole: &[String]) -> bool {
    let (one, other) = (told(part), told(whole));
    one.len() < other.len() && one.concat() != other.concat() && are_nearly_the_same(part, whole)
}

/// The words in which names differ.
fn told(terms: &[String]) -> Vec<String> {
    terms.iter().filter(|term| !UNTOLD.contains(&term.as_str())).cloned().collect()
}

/// Letters that endings differ in at most: `chloroquine` is no
/// `chloroquinoxaline`.
const LONGEST_ENDING: usize = 4;

/// Whether the shorter of two words, without that many letters at its end,
/// is how the longer one begins. It needs to be five letters.
fn differ_in_ending(one: &str, other: &str, ending: usize) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let stem = short.char_indices().rev().nth(ending - 1).map_or("", |(at, _)| &short[..at]);
    let close = long.chars().count().abs_diff(short.chars().count()) <= LONGEST_ENDING;
    one == other || close && stem.chars().count() >= 5 && long.starts_with(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        terms_of(&mut text::parts_analyzer(), text)
    }

    fn alike(one: &str, other: &str) -> bool {
        are_nearly_the_same(&terms(one), &terms(other))
    }

    #[test]
    fn long_forms_are_nearly_the_same_but_for_endings_and_words_around() {
        assert!(alike("mesenchymal stem cells", "human mesenchymal stem cell"));
        assert!(alike("multiple myeloma", "myeloma"));
        assert!(alike("computed tomography", "computerized tomography"));
        assert!(alike("acute myelogenous leukemia", "acute myeloid leukaemia"));
        assert!(alike("magnetic resonance imaging", "imaging by magnetic resonance imaging"));
        assert!(!alike("prednisone", "prednisolone"));
        assert!(!alike("chloroquine", "chloroquinoxaline sulfonamide"));
        assert!(!alike("interferon", "interleukin"));
        assert!(!alike("mesenchymal stem cell", "multiple sclerosis cohort"));
        assert!(!alike("partial response", "complete response"));
        assert!(alike("post-traumatic stress disorder", "posttraumatic stress disorder"));
        assert!(!alike("of the", "in"), "nothing is told");
        let part = |part: &str, whole: &str| is_part_of(&terms(part), &terms(whole));
        assert!(part("ventilation", "ventilator-induced lung injury"));
        assert!(!part("small-cell lung cancer", "smallcell lung cancer"));
    }

    #[test]
    fn groups_have_the_studies_of_all_and_the_name_of_the_commonest() {
        let studies = |keys: &[StudyKey]| keys.iter().copied().collect::<Studies>();
        let written = BTreeMap::from([
            ("magnetic stimulation".to_owned(), studies(&[7])),
            ("human mesenchymal stem cells".to_owned(), studies(&[4])),
            ("mesenchymal stem cell".to_owned(), studies(&[1, 2])),
            ("mesenchymal stem cells".to_owned(), studies(&[1, 2, 3])),
        ]);
        let groups = grouped(joined(written), |_| Vec::new());
        let seen: Vec<(&str, usize)> =
            groups.iter().map(|group| (group.written.as_str(), group.studies.len())).collect();
        assert_eq!(seen, [("mesenchymal stem cells", 4), ("magnetic stimulation", 1)]);
        assert_eq!(studies_of(&groups), 5);
    }
}
