//! What learns from a reviewer's decisions, in a thread of its own.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use trialdex::study::{NctId, Study};
use trialdex::triage::learning::{Features, Method, Model, Witness, text_of};
use trialdex::triage::{Review, ReviewError};

use super::super::next::LearnedRanking;
use super::ranker::{Labels, Learn, Ranking, Strongest};

/// The records of a review as a model sees them.
struct Rows {
    features: Features,
    numbers: Vec<NctId>,
    rows: HashMap<NctId, usize>,
}

/// Reads all records of a review, to learn from decisions on them; `None`
/// where they cannot be read.
pub(super) fn prepare(path: &Path) -> Option<Learn> {
    let rows = Arc::new(Rows::of(&Review::open(path).ok()?).ok()?);
    Some(Box::new(move |labels| rank(&rows, labels)))
}

impl Rows {
    fn of(review: &Review) -> Result<Self, ReviewError> {
        let (mut numbers, mut texts) = (Vec::new(), Vec::new());
        for study in review.state().studies() {
            if let Some(record) = review.study(study.nct)? {
                numbers.push(study.nct);
                texts.push(text_of(&record));
            }
        }
        let rows = numbers.iter().copied().zip(0..).collect();
        Ok(Self { features: Features::of(&texts), numbers, rows })
    }
}

fn rank(rows: &Arc<Rows>, labels: &Labels) -> Option<Ranking> {
    let decided = labels.iter();
    let decided: Vec<(usize, bool)> =
        decided.filter_map(|(nct, included)| Some((*rows.rows.get(nct)?, *included))).collect();
    let model = Model::train(&rows.features, &decided, Method::default())?;
    let scores = rows.numbers.iter().copied().zip(model.scores().iter().copied()).collect();
    let learned = LearnedRanking { name: model.name(), scores };
    let rows = rows.clone();
    let why = move |nct: NctId, study: &Study| {
        let Some(row) = rows.rows.get(&nct) else { return (Vec::new(), Vec::new()) };
        let evidence = model.evidence(&rows.features, *row, &text_of(study));
        (strongest(evidence.pro), strongest(evidence.contra))
    };
    Some(Ranking { learned, why: Box::new(why) })
}

fn strongest(words: Vec<Witness>) -> Strongest {
    words.into_iter().map(|word| word.words).collect()
}
