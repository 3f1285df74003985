//! Which words of a study speak for its inclusion, and which against.

use std::collections::HashMap;
use std::ops::Range;

use super::features::FeatureMatrix;
use super::linear_model::LinearModel;
use super::word_hashes::{WordHasher, hash_of_pair};

/// A word or a pair of words, with what it adds to the score of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct WordWeight {
    /// The words as the study has them first, in lower case.
    pub words: String,
    /// Positive where they speak for inclusion.
    pub weight: f32,
}

/// What the score of a study is made of, the strongest first. The sum is the
/// score, but for the constant that all studies of a model share.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScoreEvidence {
    /// Words for inclusion.
    pub pro: Vec<WordWeight>,
    /// Words against it.
    pub contra: Vec<WordWeight>,
}

impl LinearModel {
    /// The evidence in a study. `text` is the one that its row was made of.
    #[must_use]
    pub fn evidence(&self, features: &FeatureMatrix, row: usize, text: &str) -> ScoreEvidence {
        let (columns, values) = features.row(row);
        let parts = columns
            .iter()
            .zip(values)
            .map(|(column, value)| (features.name(*column), self.weight(*column) * value));
        let mut weights: HashMap<u64, f32> = parts.collect();
        let mut found = Vec::new();
        let mut before: (u64, Range<usize>) = (0, 0..0);
        let mut words = WordHasher::new();
        words.visit(text, &mut |word, span, ended| {
            let mut see = |name: u64, words: String| {
                found.extend(weights.remove(&name).map(|weight| WordWeight { words, weight }));
            };
            see(word, text[span.clone()].to_lowercase());
            if !ended {
                let both = format!("{} {}", &text[before.1.clone()], &text[span.clone()]);
                see(hash_of_pair(before.0, word), both.to_lowercase());
            }
            before = (word, span);
        });
        sorted(found)
    }
}

fn sorted(found: Vec<WordWeight>) -> ScoreEvidence {
    let mut witnesses: Vec<WordWeight> =
        found.into_iter().filter(|witness| witness.weight != 0.0).collect();
    let strength = |witness: &WordWeight| witness.weight.abs();
    witnesses.sort_by(|one, other| {
        strength(other).total_cmp(&strength(one)).then_with(|| one.words.cmp(&other.words))
    });
    let (pro, contra) = witnesses.into_iter().partition(|witness| witness.weight > 0.0);
    ScoreEvidence { pro, contra }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::LearningMethod;

    const TEXTS: [&str; 6] = [
        "Heart failure in adults",
        "Knee pain in adults",
        "Heart failures of children",
        "Knee pain",
        "Chronic heart failure, knee",
        "Adults",
    ];

    #[test]
    fn words_speak_for_and_against() {
        let features = FeatureMatrix::of(&TEXTS);
        let model = LinearModel::train(&features, &[(0, true), (1, false)], LearningMethod::Svm);
        let model = model.expect("a model");
        let evidence = model.evidence(&features, 4, TEXTS[4]);
        let words = |witnesses: &[WordWeight]| -> Vec<String> {
            witnesses.iter().map(|witness| witness.words.clone()).collect()
        };
        assert_eq!(words(&evidence.pro), ["failure", "heart", "heart failure"]);
        assert_eq!(words(&evidence.contra), ["knee"]);
        // The score is the sum, but for the constant: that of a study whose
        // words say nothing.
        let bare = model.scores()[4];
        let sum: f32 = evidence.pro.iter().chain(&evidence.contra).map(|one| one.weight).sum();
        let other = model.evidence(&features, 2, TEXTS[2]);
        let of_other: f32 = other.pro.iter().chain(&other.contra).map(|one| one.weight).sum();
        assert!(((bare - sum) - (model.scores()[2] - of_other)).abs() < 1e-5);
    }
}
