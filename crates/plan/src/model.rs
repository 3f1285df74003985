//! The scoring model: every constant of it, with its reason.
//!
//! A word is scored by BM25F (Robertson, Zaragoza and Taylor, CIKM 2004): its
//! occurrences in all fields are added, each by the field's weight, and
//! discounted by the length of the text before the sum is saturated. A study
//! in which a word is in title, summary and description is then hardly
//! better than one in which it is in the title twice, which is what it
//! should be: the three say the same.
//!
//! What each constant does to a judged collection is in `docs/ranking.md`.

use crate::Score;

/// Version of the ranking: another one may put the same hits into another
/// order. It is counted up with each change of a formula, of the default of a
/// constant, or of the vectors that are built in. Receipts say it.
pub const VERSION: u32 = 3;

/// What the registry's weights of fields are multiplied by, so that they are
/// on the scale of the zones: a title counts there like six words of a
/// description.
pub const SCALE: Score = 6.0;

/// By how much hits that keep their place have a higher score than those behind them: more than
/// rounding takes away from scores that are written with four digits behind the point.
pub const LEAD: Score = 0.001;

/// Weight of a study's own number, above what any mention of it scores.
pub const ITSELF: Score = 100.0;

/// Score of a condition that a study fulfils or not, before the weight of
/// its field: about that of a common word.
pub const FULFILLED: Score = 1.0;

/// Score of a study at the low end of the field that it is tilted by, of that
/// at the high end.
pub const TILT_LOW: Score = 0.5;

/// What can be varied to measure its worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Model {
    /// How soon further occurrences of a word stop counting: a little later
    /// than with Lucene's 1.2, since a word of a title counts as six.
    pub k1: f32,
    /// How far the length of a text discounts occurrences: less than Lucene's
    /// 0.75, since records are long where they are complete, not where they
    /// wander.
    pub b: f32,
    /// Worth of an occurrence of a synonym, of that of the word itself: the
    /// registry ranks synonyms a little below.
    pub synonym: f32,
    /// The same for other forms of the word (`infective`, `infection`), which
    /// are looked for where any word will do.
    pub form: f32,
    /// Worth of words that any question about trials may have.
    pub filler: f32,
    /// Exponent of a word's rarity, above what BM25 makes of it: in a long
    /// question the rare words say what it is about.
    pub rarity: f32,
    /// Exponent of the share of studies with the word that have it in their
    /// title: words of titles are what studies are about, others how they are
    /// done.
    pub topicality: f32,
    /// What counts of the lesser one of two readings of a name: its words one
    /// by one, and the name as a whole with its synonyms.
    pub tie: f32,
    /// What words that the first hits share are worth, of the score by the
    /// query's own words; 0 for none.
    pub feedback: f32,
    /// What being like the first hits is worth, of the best score; 0 for
    /// nothing.
    pub likeness: f32,
    /// Exponent of what a hit gains by learned words, as a part of the most that any gains: a hit
    /// with most of the words gains far more than one with a few of them.
    pub contrast: f32,
    /// First hits that are learned from.
    pub feedback_hits: usize,
    /// First hits that have the order of the query's own words and of their
    /// likeness, whatever words were learned.
    pub kept_hits: usize,
    /// Words that are learned.
    pub feedback_words: usize,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            k1: 1.5,
            b: 0.6,
            synonym: 0.7,
            form: 0.4,
            filler: 0.2,
            rarity: 0.5,
            topicality: 0.3,
            tie: 0.2,
            feedback: 0.8,
            likeness: 0.25,
            contrast: 2.0,
            feedback_hits: 10,
            kept_hits: 10,
            feedback_words: 20,
        }
    }
}

impl Model {
    /// The model with another value for one of its constants; `None` where
    /// there is none of that name, or the value is no number from 0 to 1000.
    #[must_use]
    pub fn with(mut self, name: &str, value: f32) -> Option<Self> {
        let constant = match name {
            "k1" => &mut self.k1,
            "b" => &mut self.b,
            "synonym" => &mut self.synonym,
            "form" => &mut self.form,
            "filler" => &mut self.filler,
            "rarity" => &mut self.rarity,
            "topicality" => &mut self.topicality,
            "tie" => &mut self.tie,
            "feedback" => &mut self.feedback,
            "likeness" => &mut self.likeness,
            "contrast" => &mut self.contrast,
            _ => return self.with_number(name, value),
        };
        if !(0.0..=1000.0).contains(&value) {
            return None;
        }
        *constant = value;
        Some(self)
    }

    fn with_number(mut self, name: &str, value: f32) -> Option<Self> {
        let number = match name {
            "feedback_hits" => &mut self.feedback_hits,
            "kept_hits" => &mut self.kept_hits,
            "feedback_words" => &mut self.feedback_words,
            _ => return None,
        };
        if !(1.0..=100.0).contains(&value) {
            return None;
        }
        // Within these bounds it is a whole number after rounding.
        *number = value.round() as usize;
        Some(self)
    }

    /// Names of the constants that can be varied.
    pub const NAMES: [&str; 14] = [
        "k1",
        "b",
        "synonym",
        "form",
        "filler",
        "rarity",
        "topicality",
        "tie",
        "feedback",
        "likeness",
        "contrast",
        "feedback_hits",
        "kept_hits",
        "feedback_words",
    ];

    /// Whether anything is learned from the first hits.
    #[must_use]
    pub fn learns(&self) -> bool {
        self.feedback > 0.0 || self.likeness > 0.0
    }

    /// The model by which the words of the query alone rank.
    #[must_use]
    pub fn without_feedback(self) -> Self {
        Self { feedback: 0.0, likeness: 0.0, ..self }
    }

    /// The score of weighted occurrences of a word that is worth so much.
    #[inline]
    pub fn saturated(&self, worth: Score, occurrences: Score) -> Score {
        worth * occurrences * (self.k1 + 1.0) / (occurrences + self.k1)
    }

    /// What no number of occurrences of a word scores more than, but for rounding.
    #[inline]
    pub fn most(&self, worth: Score) -> Score {
        worth * (self.k1 + 1.0)
    }

    /// Weighted occurrences of a word that is worth so much without which nothing scores so much;
    /// 0 where nothing is needed. A score so near to the most of all that rounding makes up for the
    /// rest needs many.
    #[inline]
    pub fn saturating(&self, worth: Score, score: Score) -> Score {
        if score <= 0.0 {
            return 0.0;
        }
        score * self.k1 / (self.most(worth) - score).max(score * NEARLY_MOST)
    }

    /// What the length of a text does to the occurrences in it.
    pub fn length_norm(&self, length: u32, average: Score) -> Score {
        1.0 - self.b + self.b * length as Score / average.max(1.0)
    }
}

/// Part of a score by which rounding may raise it, at most.
const NEARLY_MOST: Score = 1e-4;

/// The inverse document frequency of a word that so many of the studies have.
pub fn idf(with_word: u64, studies: u64) -> Score {
    let (with_word, studies) = (with_word.min(studies) as Score, studies as Score);
    (1.0 + (studies - with_word + 0.5) / (with_word + 0.5)).ln()
}

/// Studies that are added when the share of titles is computed, so that the
/// share says little about words that few studies have.
const TITLE_PRIOR: Score = 20.0;

/// The share of the studies with a word that have it in their title.
pub fn title_share(in_title: u64, with_word: u64) -> Score {
    (in_title as Score + 1.0) / (with_word as Score + TITLE_PRIOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_can_be_varied_within_bounds() {
        for name in Model::NAMES {
            let varied = Model::default().with(name, 7.0).expect(name);
            assert_ne!(varied, Model::default(), "{name}");
            assert_eq!(Model::default().with(name, f32::NAN), None, "{name}");
        }
        assert_eq!(Model::default().with("k2", 1.0), None);
    }

    #[test]
    fn more_occurrences_and_shorter_texts_score_higher() {
        let model = Model::default();
        assert!(model.saturated(2.0, 2.0) > model.saturated(2.0, 1.0));
        assert!(model.length_norm(10, 100.0) < model.length_norm(100, 100.0));
        assert!(idf(1, 100) > idf(50, 100));
        assert!(title_share(50, 100) > title_share(1, 100));
    }

    /// A model that differs from the default in no constant that is used
    /// below, so that a change of the default does not change what is worked
    /// out by hand.
    fn model() -> Model {
        Model { k1: 1.2, b: 0.6, ..Model::default() }
    }

    fn assert_near(value: Score, expected: Score) {
        assert!((value - expected).abs() < 1e-5, "{value} is not {expected}");
    }

    #[test]
    fn what_a_score_needs_is_what_gives_it() {
        for occurrences in [0.01, 0.5, 1.0, 3.0, 40.0] {
            let score = model().saturated(2.0, occurrences);
            let needed = model().saturating(2.0, score);
            assert!((needed / occurrences - 1.0).abs() < 1e-4, "{needed} of {occurrences}");
        }
        // Nothing is needed for nothing, and many are enough for more than any number gives.
        assert_eq!(model().saturating(2.0, 0.0), 0.0);
        assert_eq!(model().saturating(2.0, Score::NEG_INFINITY), 0.0);
        let most = model().most(2.0);
        for score in [most * 0.99999, most, most * 2.0] {
            assert_near(model().saturating(2.0, score) / 12_000.0, 1.0);
        }
    }

    #[test]
    fn occurrences_are_worth_more_and_more_up_to_a_bound() {
        // 2 · f · 2.2 / (f + 1.2)
        assert_near(model().saturated(2.0, 0.0), 0.0);
        assert_near(model().saturated(2.0, 1.0), 2.0);
        assert_near(model().saturated(2.0, 3.0), 13.2 / 4.2);
        assert!(model().saturated(2.0, 1e6) < 2.0 * 2.2);
        assert!(model().saturated(2.0, 1e6) > 2.0 * 2.199);
        // Without saturation, and where one occurrence is as good as many.
        let with = |k1| Model { k1, ..model() };
        assert_near(with(0.0).saturated(2.0, 7.0), 2.0);
        assert!(with(1000.0).saturated(2.0, 7.0) > 13.9);
    }

    #[test]
    fn a_text_of_average_length_changes_nothing() {
        assert_near(model().length_norm(250, 250.0), 1.0);
        // 0.4 + 0.6 · length / average
        assert_near(model().length_norm(0, 250.0), 0.4);
        assert_near(model().length_norm(1000, 250.0), 2.8);
        let without = Model { b: 0.0, ..model() };
        assert_near(without.length_norm(1000, 250.0), 1.0);
        // Texts that are empty on average count as of one word.
        assert_near(model().length_norm(1, 0.0), 1.0);
    }

    #[test]
    fn rare_words_are_worth_more_and_none_is_worth_nothing() {
        // ln(1 + (10 - 1 + 0.5) / 1.5), ln(1 + 7.5 / 3.5), ln(1 + 0.5 / 10.5)
        assert_near(idf(1, 10), 1.992_43);
        assert_near(idf(3, 10), 1.145_132);
        assert_near(idf(10, 10), 0.046_52);
        assert_near(idf(0, 10), 3.091_042);
        // An estimate of more studies than there are is one of all.
        assert_near(idf(12, 10), idf(10, 10));
        assert!(idf(0, 0) > 0.0);
    }

    #[test]
    fn few_studies_say_little_about_the_share_of_titles() {
        assert_near(title_share(0, 0), 0.05);
        assert_near(title_share(3, 20), 0.1);
        assert_near(title_share(979, 980), 0.98);
        assert!(title_share(1, 1) < title_share(100, 100));
    }

    #[test]
    fn numbers_of_hits_and_words_are_whole_and_above_none() {
        let with = |name, value| Model::default().with(name, value);
        assert_eq!(with("feedback_hits", 7.4).map(|model| model.feedback_hits), Some(7));
        assert_eq!(with("feedback_words", 100.0).map(|model| model.feedback_words), Some(100));
        assert_eq!((with("feedback_hits", 0.0), with("feedback_words", 101.0)), (None, None));
        assert_eq!((with("b", -0.1), with("k1", 1000.5)), (None, None));
        assert_eq!(with("b", 0.0).map(|model| model.b), Some(0.0));
    }
}
