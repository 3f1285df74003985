//! The vector of a study, kept in a column, so that a search can put what is
//! like its first hits before what is not.
//!
//! Its direction takes 64 bytes. A study without a word that has a vector has
//! none.

use std::collections::BTreeMap;

use trialdex_records::study::Study;
use trialdex_text as text;
use trialdex_text::vectors::{PACKED, VectorSum, WordVectors};

use super::topic::{beginning, tells};

/// The pieces that are looked at, and how often their words count: by what
/// names the subject of a study; a summary also says how it is studied.
#[rustfmt::skip]
const PIECES: &[(f32, &[&str])] = &[
    (4.0, &["Acronym", "BriefTitle", "Condition", "InterventionName", "InterventionOtherName", "Keyword"]),
    (0.5, &["BriefSummary"]),
];

/// The words that tell what a study is about, each with its weight, from 0 to
/// 2: a word that occurs often counts little more than one that occurs twice.
#[must_use]
pub fn words_of_study(study: &Study) -> BTreeMap<String, f32> {
    let mut analyzer = text::parts_analyzer();
    let mut words: BTreeMap<String, f32> = BTreeMap::new();
    for (weight, names) in PIECES {
        for text in names.iter().flat_map(|name| study.texts(name)) {
            analyzer.token_stream(beginning(text)).process(&mut |token| {
                if let Some(counted) = words.get_mut(&token.text) {
                    *counted += weight;
                } else if tells(&token.text) {
                    words.insert(token.text.clone(), *weight);
                }
            });
        }
    }
    for counted in words.values_mut() {
        *counted = 2.0 * *counted / (*counted + 1.0);
    }
    words
}

/// The direction of the sum of the vectors of a study's words.
pub(in crate::index) fn of(study: &Study) -> Option<[u64; PACKED]> {
    let vectors = WordVectors::built_in();
    let mut sum = VectorSum::default();
    for (word, weight) in words_of_study(study) {
        if let Some((direction, length)) = vectors.of(&word) {
            sum.add(&direction, weight * length);
        }
    }
    Some(sum.direction()?.packed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use trialdex_text::vectors::Direction;

    fn study(title: &str) -> Study {
        match json!({"protocolSection": {"identificationModule": {"briefTitle": title}}}) {
            Value::Object(root) => Study::from_map(root),
            other => panic!("not an object: {other}"),
        }
    }

    fn direction(title: &str) -> Direction {
        let packed = of(&study(title)).expect("a vector");
        Direction::unpacked(packed.into_iter()).expect("a direction")
    }

    #[test]
    fn studies_of_one_subject_have_like_vectors() {
        let of_lungs = direction("Inhaled steroids for asthma");
        let like = of_lungs.likeness(&direction("Bronchodilators in wheezing"));
        assert!(like > 0.3 + of_lungs.likeness(&direction("Chemotherapy of ovarian cancer")));
        assert_eq!(of(&study("Of the 12")), None);
    }

    #[test]
    fn a_word_that_occurs_often_counts_at_most_twice() {
        let words = words_of_study(&study("Anemia, anemias and the anaemia of gout"));
        let weights: Vec<(&str, f32)> =
            words.iter().map(|(word, at)| (word.as_str(), *at)).collect();
        assert_eq!(weights, [("anemia", 24.0 / 13.0), ("gout", 1.6)]);
    }
}
