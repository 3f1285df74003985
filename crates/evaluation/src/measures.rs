//! Measures of one ranking, as `trec_eval` 9 defines them
//! (<https://github.com/usnistgov/trec_eval>).

use super::JudgedTopic;

/// Ranks that a reader is taken to look at.
const READ: usize = 10;

/// A measure; all of them are from 0 to 1, and higher is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Normalised discounted cumulative gain of the first 10: grades are gains,
    /// divided by the logarithm to base 2 of rank and one (`ndcg_cut_10`).
    Ndcg10,
    /// Share of relevant documents among the first 10 (`P_10`).
    Precision10,
    /// Mean over all relevant documents of the precision at the rank of each,
    /// 0 for those not found (`map`).
    AveragePrecision,
    /// Share of the relevant documents that is among the first 100
    /// (`recall_100`).
    Recall100,
    /// Share of the relevant documents that is among the first 1,000
    /// (`recall_1000`).
    Recall1000,
    /// [`Self::Ndcg10`] after documents without a judgment were taken out of
    /// the ranking (`ndcg_cut_10` with `-J`; Sakai, SIGIR 2007, calls the rest
    /// a condensed list).
    JudgedNdcg10,
}

impl Measure {
    /// All of them, in the order that they are shown in.
    pub const ALL: [Self; 6] = [
        Self::Ndcg10,
        Self::Precision10,
        Self::AveragePrecision,
        Self::Recall100,
        Self::Recall1000,
        Self::JudgedNdcg10,
    ];

    /// What people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Ndcg10 => "nDCG@10",
            Self::Precision10 => "P@10",
            Self::AveragePrecision => "MAP",
            Self::Recall100 => "recall@100",
            Self::Recall1000 => "recall@1000",
            Self::JudgedNdcg10 => "nDCG@10 among judged",
        }
    }

    /// What programs call it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Ndcg10 => "ndcg10",
            Self::Precision10 => "precision10",
            Self::AveragePrecision => "map",
            Self::Recall100 => "recall100",
            Self::Recall1000 => "recall1000",
            Self::JudgedNdcg10 => "judgedNdcg10",
        }
    }

    fn of(self, documents: &[String], topic: &JudgedTopic) -> f64 {
        let found = || documents.iter().map(String::as_str);
        match self {
            Self::Ndcg10 => ndcg(found(), topic),
            Self::Precision10 => relevant(documents, topic, READ) as f64 / READ as f64,
            Self::AveragePrecision => average_precision(documents, topic),
            Self::Recall100 => recall(documents, topic, 100),
            Self::Recall1000 => recall(documents, topic, 1000),
            Self::JudgedNdcg10 => {
                ndcg(found().filter(|document| topic.grade(document).is_some()), topic)
            }
        }
    }
}

/// The values of all measures.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MeasureScores([f64; Measure::ALL.len()]);

impl MeasureScores {
    /// Measures documents, best first, each there once. Without a relevant
    /// document in the judgments, all is 0.
    #[must_use]
    pub fn of(documents: &[String], topic: &JudgedTopic) -> Self {
        Self(Measure::ALL.map(|measure| measure.of(documents, topic)))
    }

    /// The mean of each measure; 0 of none.
    #[must_use]
    pub fn mean(all: impl IntoIterator<Item = Self>) -> Self {
        let (mut sums, mut count) = ([0.0; Measure::ALL.len()], 0_u32);
        for Self(values) in all {
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
            count += 1;
        }
        Self(sums.map(|sum| sum / f64::from(count.max(1))))
    }

    /// The value of a measure.
    #[must_use]
    pub fn get(&self, measure: Measure) -> f64 {
        // `Measure::ALL` has the measures in the order of their declaration.
        self.0[measure as usize]
    }
}

/// The gains of grades in this order, from the first rank on.
fn discounted(grades: impl Iterator<Item = i64>) -> f64 {
    let ranks = (1..=READ).zip(grades);
    ranks.map(|(rank, grade)| grade as f64 / (rank as f64 + 1.0).log2()).sum()
}

fn ndcg<'a>(documents: impl Iterator<Item = &'a str>, topic: &JudgedTopic) -> f64 {
    let gained = discounted(documents.map(|document| topic.grade(document).unwrap_or(0)));
    share(gained, discounted(topic.relevant_grades().into_iter()))
}

/// Number of relevant documents among the first ones.
fn relevant(documents: &[String], topic: &JudgedTopic, first: usize) -> usize {
    documents.iter().take(first).filter(|document| topic.is_relevant(document)).count()
}

fn recall(documents: &[String], topic: &JudgedTopic, first: usize) -> f64 {
    share(relevant(documents, topic, first) as f64, topic.relevant_grades().len() as f64)
}

fn average_precision(documents: &[String], topic: &JudgedTopic) -> f64 {
    let ranks = (1_u32..).zip(documents).filter(|(_, document)| topic.is_relevant(document));
    let precisions =
        (1_u32..).zip(ranks).map(|(found, (rank, _))| f64::from(found) / f64::from(rank));
    share(precisions.sum(), topic.relevant_grades().len() as f64)
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::Judgments;
    use super::*;

    fn scores(judgments: &str, documents: &[&str]) -> MeasureScores {
        let judgments = Judgments::parse(judgments).expect("judgments");
        let documents: Vec<String> = documents.iter().map(|&document| document.into()).collect();
        MeasureScores::of(&documents, &judgments.topics()[0])
    }

    fn assert_scores(scores: MeasureScores, expected: [f64; Measure::ALL.len()]) {
        for (measure, expected) in Measure::ALL.into_iter().zip(expected) {
            let value = scores.get(measure);
            assert!((value - expected).abs() < 1e-9, "{}: {value}", measure.title());
        }
    }

    #[test]
    fn values_are_those_worked_out_by_hand() {
        // Relevant: a (2), b (1), d (1); c is judged 0; x and y are not judged.
        // Ranking: x a c b. Gains: 2/log2(3) at 2, 1/log2(5) at 4, which are
        // 1.261859507 and 0.430676558. Ideal 2, 1, 1: 2 + 0.630929754 + 0.5.
        // Precision at 2: 1/2, at 4: 2/4, of three relevant: (1/2 + 1/2) / 3.
        // Without x: 2 at 1, 1 at 3, so 2 + 0.5.
        let ideal = 2.0 + 0.630_929_753_571 + 0.5;
        let gained = 1.261_859_507_143 + 0.430_676_558_073;
        let expected = [gained / ideal, 0.2, 1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0, 2.5 / ideal];
        let judgments = "1 0 a 2\n1 0 b 1\n1 0 c 0\n1 0 d 1\n";
        assert_scores(scores(judgments, &["x", "a", "c", "b"]), expected);
    }

    #[test]
    fn ranks_count_up_to_the_cut() {
        // The one relevant document at rank 11: nothing at 10, precision 1/11.
        // Of eleven documents only it and the first are judged, so it is second
        // of the condensed list: 1/log2(3).
        let mut documents = vec!["a"; 11];
        let others = ["o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9"];
        documents[..10].copy_from_slice(&others);
        let expected = [0.0, 0.0, 1.0 / 11.0, 1.0, 1.0, 0.630_929_753_571];
        assert_scores(scores("1 0 a 1\n1 0 o0 0\n", &documents), expected);
        // At rank 101 it is beyond the first cut of recall.
        let fillers: Vec<String> = (0..100).map(|number| format!("f{number}")).collect();
        let mut long: Vec<&str> = fillers.iter().map(String::as_str).collect();
        long.push("a");
        assert_scores(scores("1 0 a 1\n", &long), [0.0, 0.0, 1.0 / 101.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn the_best_order_is_1_and_nothing_found_is_0() {
        let judgments = "1 0 a 1\n1 0 b 3\n1 0 c -2\n1 0 d -1\n";
        assert_scores(scores(judgments, &["b", "a"]), [1.0, 0.2, 1.0, 1.0, 1.0, 1.0]);
        assert_eq!(scores(judgments, &[]), MeasureScores::default());
        assert_eq!(scores("1 0 a 0\n", &["a"]), MeasureScores::default());
        // A negative grade is no judgment. Ideal: 3 + 1/log2(3); found at 3, and
        // at 1 of the condensed list: 3/log2(4), 3.
        let ideal = 3.0 + 0.630_929_753_571;
        let expected = [1.5 / ideal, 0.1, 1.0 / 6.0, 0.5, 0.5, 3.0 / ideal];
        assert_scores(scores(judgments, &["d", "c", "b"]), expected);
    }

    #[test]
    fn measures_are_kept_in_the_order_that_they_are_shown_in() {
        for (at, measure) in Measure::ALL.into_iter().enumerate() {
            assert_eq!(measure as usize, at);
        }
        let mean = MeasureScores::mean([MeasureScores([1.0; 6]), MeasureScores([0.5; 6])]);
        assert_eq!(
            (mean, MeasureScores::mean([])),
            (MeasureScores([0.75; 6]), MeasureScores::default())
        );
    }
}
