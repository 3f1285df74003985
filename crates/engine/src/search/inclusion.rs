//! What is near each other in what the eligibility criteria say of
//! inclusion. The index holds those parts of the criteria without their
//! boundaries, so that each study which may have it is looked at.

use std::collections::BTreeMap;

use serde::Deserialize;
use tantivy::schema::Field;
use tantivy::schema::document::Value as _;
use tantivy::store::StoreReader;
use tantivy::tokenizer::{TextAnalyzer, TokenStream as _};
use tantivy::{DocId, Searcher, SegmentReader, TantivyDocument};

use super::filtered::{DocumentCheck, StudyCheck};
use super::stretch::StretchReader;
use crate::study_lists::StudyList;
use trialdex_plan::Stretch;
use trialdex_records::study::Study;
use trialdex_records::study::criteria::{self, PIECE};
use trialdex_text as text;

/// Blocks of stored studies that are kept while neighbours are read.
const BLOCKS: usize = 1;

/// The studies that have a stretch in a part about inclusion, of those that
/// have it anywhere in the criteria, without those that are known.
pub(super) fn having(
    searcher: &Searcher,
    study: Field,
    anywhere: &StudyList,
    stretch: &Stretch,
    known: &StudyList,
) -> tantivy::Result<StudyList> {
    let mut analyzer = text::analyzer();
    let mut having = BTreeMap::new();
    for reader in searcher.segment_readers() {
        let docs = anywhere.docs(reader);
        if docs.is_empty() {
            continue;
        }
        let stored = reader.get_store_reader(BLOCKS)?;
        let mut kept = Vec::new();
        for (doc, _) in docs.iter().filter(|(doc, _)| !known.has(reader, *doc)) {
            let texts = criteria_of(&stored, study, *doc)?;
            let times = times_included(stretch, &texts, &mut analyzer);
            if times > 0 {
                kept.push((*doc, u32::try_from(times).unwrap_or(u32::MAX)));
            }
        }
        having.insert(reader.segment_id(), kept);
    }
    Ok(StudyList::of(having))
}

/// A check that a study has a stretch in a part about inclusion.
#[derive(Debug)]
pub(super) struct Inclusion {
    /// The field that studies are stored in.
    pub(super) study: Field,
    pub(super) stretch: Stretch,
}

impl StudyCheck for Inclusion {
    fn looker(&self, reader: &SegmentReader) -> tantivy::Result<DocumentCheck> {
        let stored = reader.get_store_reader(BLOCKS)?;
        let (field, stretch) = (self.study, self.stretch.clone());
        let mut analyzer = text::analyzer();
        Ok(Box::new(move |doc| {
            let texts = criteria_of(&stored, field, doc);
            texts.is_ok_and(|texts| times_included(&stretch, &texts, &mut analyzer) > 0)
        }))
    }
}

/// Whether the criteria of a study have a stretch in a part about inclusion.
#[must_use]
pub fn includes(study: &Study, stretch: &Stretch) -> bool {
    let texts: Vec<String> = study.texts(PIECE).into_iter().map(str::to_owned).collect();
    times_included(stretch, &texts, &mut text::analyzer()) > 0
}

/// How often the parts about inclusion have a stretch.
fn times_included(stretch: &Stretch, texts: &[String], analyzer: &mut TextAnalyzer) -> usize {
    let parts = texts.iter().flat_map(|text| {
        let parts = criteria::parts(text).into_iter().filter(|part| !part.exclusion);
        parts.map(|part| &text[part.span])
    });
    parts.map(|part| times(stretch, part, analyzer)).sum()
}

/// The criteria of a stored study; one that cannot be read is no hit, and
/// `trialdex check` names it.
fn criteria_of(stored: &StoreReader, field: Field, doc: DocId) -> tantivy::Result<Vec<String>> {
    let document: TantivyDocument = stored.get(doc)?;
    let json = document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
    if let Ok(only) = serde_json::from_str::<OnlyCriteria>(json) {
        let text = only.protocol_section.eligibility_module.eligibility_criteria;
        return Ok(text.into_iter().collect());
    }
    let study = Study::from_map(serde_json::from_str(json).unwrap_or_default());
    Ok(study.texts(PIECE).into_iter().map(str::to_owned).collect())
}

/// The path of the criteria in a study: to read nothing else takes a part of
/// the time that the whole study takes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OnlyCriteria {
    #[serde(default)]
    protocol_section: OnlyEligibility,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OnlyEligibility {
    eligibility_module: OnlyText,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OnlyText {
    eligibility_criteria: Option<String>,
}

/// How often a text has a stretch.
fn times(stretch: &Stretch, text: &str, analyzer: &mut TextAnalyzer) -> usize {
    let mut words: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let mut stream = analyzer.token_stream(text);
    stream.process(&mut |token| {
        let at = u32::try_from(token.position).unwrap_or(u32::MAX);
        words.entry(token.text.clone()).or_default().push(at);
    });
    let read = StretchReader::of_text(stretch, &words);
    read.map_or(0, |mut read| read.found(0, &[]).len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: &str, other: &str, distance: u32) -> Stretch {
        let phrase = |words: &str| {
            Stretch::Phrase(words.split(' ').map(|word| vec![word.to_owned()]).collect())
        };
        Stretch::Near(vec![phrase(one), phrase(other)], distance)
    }

    #[test]
    fn a_text_has_a_stretch_as_often_as_its_last_part_fits() {
        let count = |stretch, text| times(&stretch, text, &mut text::analyzer());
        assert_eq!(count(near("tea", "scone", 1), "Tea with scones, and scones"), 1);
        assert_eq!(count(near("tea", "scone", 3), "Tea with scones, and scones"), 2);
        assert_eq!(count(near("tea", "hot scone", 0), "hot scones, tea"), 1);
        assert_eq!(count(near("tea", "milk", 9), "Tea with scones"), 0);
    }
}
