//! Studies as rows of weights of words and pairs of words.

use std::ops::Range;
use std::thread;

use super::word_hashes::{HashKeyMap, WordHasher, hash_of_pair};

/// Share of the studies beyond which a word says nothing.
const MOST: f64 = 0.95;

/// Threads that read texts, and shares that words are counted in.
const SHARES: usize = 2;

/// Weights of words and pairs of words of all studies of a review, a row a
/// study.
///
/// A weight is `(1 + ln tf) * (ln((1 + n) / (1 + df)) + 1)`, for `tf`
/// occurrences in the text and `df` of `n` texts with the word; rows have the
/// length 1. Words of more than 95 % of the texts are left out. Those
/// of one text alone count for the length of its row but are not kept, since
/// they tell nothing of another study; a model that is trained is the same as
/// if they were.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeatureMatrix {
    /// Where each row ends in `columns` and `weights`.
    ends: Vec<usize>,
    /// Features of the rows, ascending within a row.
    columns: Vec<u32>,
    weights: Vec<f32>,
    /// What the features are: hashes of words and pairs. The most frequent
    /// one is the first, so that weights of a model that are often looked up
    /// are side by side.
    names: Vec<u64>,
    /// Squared length of the part of each row that it alone has.
    own: Vec<f32>,
}

/// Words of some texts with their counts.
#[derive(Default)]
struct TextCounts {
    ends: Vec<usize>,
    keys: Vec<u64>,
    counts: Vec<u16>,
}

/// What is known of a word or pair.
#[derive(Clone, Copy)]
struct FeatureUse {
    texts: u32,
    column: u32,
}

/// The columns of words that are kept, by the share of their hash.
type FeatureColumns = Vec<HashKeyMap<FeatureUse>>;

impl FeatureMatrix {
    /// The features of texts, a row a text.
    #[must_use]
    pub fn of<T: AsRef<str> + Sync>(texts: &[T]) -> Self {
        let halves: Vec<&[T]> = texts.chunks(texts.len().div_ceil(SHARES).max(1)).collect();
        let counted = in_threads(&halves, |texts| count(texts));
        let shares: Vec<usize> = (0..SHARES).collect();
        let mut columns = in_threads(&shares, |share| spread(&counted, *share));
        let names = number(&mut columns, texts.len());
        let scale = WeightScale::of(&columns, names.len(), texts.len());
        let parts = in_threads(&counted, |counted| weigh(counted, &columns, &scale));
        let mut features = Self { names, ..Self::default() };
        parts.into_iter().for_each(|part| features.append(part));
        features
    }

    /// Adds a row of that squared length, which becomes 1.
    fn push(&mut self, row: &[(u32, f32)], own: f64, shared: f64) {
        let square = if own + shared > 0.0 { own + shared } else { 1.0 };
        let length = square.sqrt() as f32;
        self.columns.extend(row.iter().map(|(column, _)| *column));
        self.weights.extend(row.iter().map(|(_, weight)| weight / length));
        self.ends.push(self.columns.len());
        self.own.push((own / square) as f32);
    }

    fn append(&mut self, mut part: Self) {
        let offset = self.columns.len();
        self.ends.extend(part.ends.iter().map(|end| end + offset));
        self.columns.append(&mut part.columns);
        self.weights.append(&mut part.weights);
        self.own.append(&mut part.own);
    }

    /// Number of studies.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// Number of different words and pairs of words that are kept.
    #[must_use]
    pub fn width(&self) -> usize {
        self.names.len()
    }

    fn range(&self, row: usize) -> Range<usize> {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[row]
    }

    /// The features of a row, ascending, and their weights.
    pub(super) fn row(&self, row: usize) -> (&[u32], &[f32]) {
        let range = self.range(row);
        (&self.columns[range.clone()], &self.weights[range])
    }

    /// Squared length of the features that no other row has.
    pub(super) fn own(&self, row: usize) -> f32 {
        self.own[row]
    }

    /// The hash of the word or pair of a feature.
    pub(super) fn name(&self, column: u32) -> u64 {
        self.names[column as usize]
    }

    /// Product of a row with a vector.
    pub(super) fn dot(&self, row: usize, vector: &[f32]) -> f32 {
        let (columns, weights) = self.row(row);
        let products =
            columns.iter().zip(weights).map(|(column, weight)| vector[*column as usize] * weight);
        products.sum()
    }

    /// Adds a row, so many times, to a vector.
    pub(super) fn add(&self, row: usize, times: f32, vector: &mut [f32]) {
        let (columns, weights) = self.row(row);
        for (column, weight) in columns.iter().zip(weights) {
            vector[*column as usize] += times * weight;
        }
    }
}

/// Does the same with each, in a thread of its own.
pub(super) fn in_threads<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let work = &work;
    thread::scope(|scope| {
        let running: Vec<_> = all.iter().map(|one| scope.spawn(move || work(one))).collect();
        let done = running.into_iter().map(|thread| thread.join());
        done.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// Counts words and pairs of each text. A pair does not reach across the end
/// of a sentence.
fn count<T: AsRef<str>>(texts: &[T]) -> TextCounts {
    let (mut words, mut counted, mut keys) = (WordHasher::new(), TextCounts::default(), Vec::new());
    for text in texts {
        keys.clear();
        let mut before = 0;
        words.visit(text.as_ref(), &mut |word, _, ended| {
            keys.push(word);
            if !ended {
                keys.push(hash_of_pair(before, word));
            }
            before = word;
        });
        keys.sort_unstable();
        for same in keys.chunk_by(|one, other| one == other) {
            counted.keys.push(same[0]);
            counted.counts.push(same.len().min(usize::from(u16::MAX)) as u16);
        }
        counted.ends.push(counted.keys.len());
    }
    counted
}

fn share_of(key: u64) -> usize {
    // Not by the bits that the map goes by.
    (key >> 40) as usize % SHARES
}

/// In how many texts the words of a share are.
fn spread(counted: &[TextCounts], share: usize) -> HashKeyMap<FeatureUse> {
    let mut spread: HashKeyMap<FeatureUse> = HashKeyMap::default();
    for key in counted.iter().flat_map(|counted| &counted.keys) {
        if share_of(*key) == share {
            spread.entry(*key).or_insert(FeatureUse { texts: 0, column: u32::MAX }).texts += 1;
        }
    }
    spread
}

/// Gives the words that are kept their columns, the most frequent first, and
/// forgets the others.
fn number(columns: &mut FeatureColumns, texts: usize) -> Vec<u64> {
    let most = (MOST * texts as f64) as u32;
    let mut kept = Vec::new();
    for share in columns.iter_mut() {
        share.retain(|_, spread| spread.texts > 1);
        let useful = share.iter().filter(|(_, spread)| spread.texts <= most);
        kept.extend(useful.map(|(key, spread)| (u32::MAX - spread.texts, *key)));
    }
    kept.sort_unstable();
    for (column, (_, key)) in kept.iter().enumerate() {
        if let Some(spread) = columns[share_of(*key)].get_mut(key) {
            spread.column = column as u32;
        }
    }
    kept.into_iter().map(|(_, key)| key).collect()
}

/// What weights are made of, each worked out once.
struct WeightScale {
    /// By number of occurrences, up to where they are rare.
    frequencies: Vec<f32>,
    /// By column.
    rarities: Vec<f32>,
    /// Of what one text alone has.
    once: f32,
}

impl WeightScale {
    fn of(columns: &FeatureColumns, width: usize, texts: usize) -> Self {
        let rarity = |with: u32| (((1 + texts) as f64 / f64::from(1 + with)).ln() + 1.0) as f32;
        let mut rarities = vec![0.0; width];
        for spread in columns.iter().flat_map(HashKeyMap::values) {
            if let Some(place) = rarities.get_mut(spread.column as usize) {
                *place = rarity(spread.texts);
            }
        }
        let frequencies = (0..256).map(frequency).collect();
        Self { frequencies, rarities, once: rarity(1) }
    }

    fn frequency(&self, count: u16) -> f32 {
        let known = self.frequencies.get(usize::from(count));
        known.copied().unwrap_or_else(|| frequency(count))
    }
}

fn frequency(count: u16) -> f32 {
    1.0 + f32::from(count).ln()
}

/// The rows of counted texts.
fn weigh(counted: &TextCounts, columns: &FeatureColumns, scale: &WeightScale) -> FeatureMatrix {
    let mut rows = FeatureMatrix::default();
    let (mut row, mut start) = (Vec::new(), 0);
    for end in &counted.ends {
        let (mut own, mut shared) = (0.0, 0.0);
        row.clear();
        for at in start..*end {
            let key = counted.keys[at];
            let frequency = scale.frequency(counted.counts[at]);
            match columns[share_of(key)].get(&key) {
                None => own += f64::from(frequency * scale.once).powi(2),
                Some(FeatureUse { column: u32::MAX, .. }) => {}
                Some(FeatureUse { column, .. }) => {
                    let weight = frequency * scale.rarities[*column as usize];
                    shared += f64::from(weight).powi(2);
                    row.push((*column, weight));
                }
            }
        }
        row.sort_unstable_by_key(|(column, _)| *column);
        rows.push(&row, own, shared);
        start = *end;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a row weighs, by descending weight.
    fn weights(features: &FeatureMatrix, row: usize) -> Vec<f32> {
        let mut weights = features.row(row).1.to_vec();
        weights.sort_by(|one, other| other.total_cmp(one));
        weights
    }

    #[test]
    fn weights_are_those_worked_out_by_hand() {
        // Of 4 texts, 3 have `asthma`, 2 `adult`; `knee` is in one alone,
        // and the pairs, too.
        let features =
            FeatureMatrix::of(&["asthma. adult. adult", "asthma", "adult. asthma", "knee"]);
        assert_eq!([features.rows(), features.width()], [4, 2]);
        let (asthma, adult) = ((5.0_f64 / 4.0).ln() + 1.0, (5.0_f64 / 3.0).ln() + 1.0);
        let twice = adult * (1.0 + 2.0_f64.ln());
        let length = asthma.hypot(twice);
        let [first, second] = weights(&features, 0)[..] else { panic!("two words") };
        assert!((f64::from(first) - twice / length).abs() < 1e-6);
        assert!((f64::from(second) - asthma / length).abs() < 1e-6);
        assert_eq!(weights(&features, 1), [1.0]);
        assert_eq!(weights(&features, 3), [0.0; 0], "what one text has alone is not kept");
        assert_eq!([features.own(0), features.own(3)], [0.0, 1.0]);
    }

    #[test]
    fn pairs_do_not_reach_across_sentences() {
        let together = FeatureMatrix::of(&["heart failure", "heart failure", ""]);
        let apart = FeatureMatrix::of(&["heart. failure", "heart. failure", ""]);
        assert_eq!([together.width(), apart.width()], [3, 2]);
    }

    #[test]
    fn words_of_all_texts_and_texts_without_words_say_nothing() {
        let features = FeatureMatrix::of(&["study", "study", "", "study of studies"]);
        assert_eq!(features.rows(), 4);
        assert_eq!(weights(&features, 2), [0.0; 0]);
        assert_eq!(FeatureMatrix::of::<&str>(&[]).rows(), 0);
        let all = FeatureMatrix::of(&["study"; 30]);
        assert_eq!(all.width(), 0);
    }

    #[test]
    fn texts_give_the_same_features_each_time() {
        let texts: Vec<String> = (0..200)
            .map(|at| format!("word{} and word{} of {}", at % 7, at % 11, at % 3))
            .collect();
        assert_eq!(FeatureMatrix::of(&texts), FeatureMatrix::of(&texts));
    }
}
