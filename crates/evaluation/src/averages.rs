//! Averages the scores of queries to those of topics and of a run.

use std::collections::HashMap;

use super::{JudgedTopic, Judgments, MeasureScores, Run};

/// How good a run is.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The topics that count, in the order of the judgments.
    pub topics: Vec<TopicScores>,
    /// The mean over these topics; 0 where there is none.
    pub mean: MeasureScores,
    /// What does not count.
    pub set_aside: SetAside,
}

/// How good a run is on a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicScores {
    /// As the judgments name it.
    pub topic: String,
    /// The queries that ask for it, in the order of the run; none where it
    /// counts without having been asked for.
    pub queries: Vec<(String, MeasureScores)>,
    /// The mean over its queries.
    pub scores: MeasureScores,
}

/// Queries and topics that are in no mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetAside {
    /// Queries of no judged topic.
    pub queries: Vec<String>,
    /// Judged topics that no query asks for.
    pub unasked: Vec<String>,
    /// Topics to which no document is relevant.
    pub without_relevant: Vec<String>,
}

impl Evaluation {
    /// Scores every query of a run, and averages those of a topic first, then
    /// the topics: one with many queries counts like one with few. With
    /// `complete`, a topic that no query asks for counts 0, as with `-c` of
    /// `trec_eval`.
    #[must_use]
    pub fn new(judgments: &Judgments, run: &Run, complete: bool) -> Self {
        let mut set_aside = SetAside::default();
        let mut asked: HashMap<&str, Vec<(String, MeasureScores)>> = HashMap::new();
        for ranking in run.rankings() {
            let query = ranking.query.clone();
            match judgments.topic_of(&query) {
                Some(topic) => {
                    let scores = MeasureScores::of(&ranking.documents, topic);
                    asked.entry(&topic.id).or_default().push((query, scores));
                }
                None => set_aside.queries.push(query),
            }
        }
        let mut topics = Vec::new();
        for JudgedTopic { id, .. } in relevant_topics(judgments, &mut set_aside) {
            let queries = asked.remove(id.as_str()).unwrap_or_default();
            if queries.is_empty() && !complete {
                set_aside.unasked.push(id.clone());
                continue;
            }
            let scores = MeasureScores::mean(queries.iter().map(|(_, scores)| *scores));
            topics.push(TopicScores { topic: id.clone(), queries, scores });
        }
        let mean = MeasureScores::mean(topics.iter().map(|topic| topic.scores));
        Self { topics, mean, set_aside }
    }

    /// Number of queries of the topics that count.
    #[must_use]
    pub fn queries(&self) -> usize {
        self.topics.iter().map(|topic| topic.queries.len()).sum()
    }
}

/// The topics that have relevant documents; the others are set aside.
fn relevant_topics<'a>(judgments: &'a Judgments, set_aside: &mut SetAside) -> Vec<&'a JudgedTopic> {
    let (with, without): (Vec<_>, Vec<_>) =
        judgments.topics().iter().partition(|topic| !topic.relevant_grades().is_empty());
    set_aside.without_relevant = without.into_iter().map(|topic| topic.id.clone()).collect();
    with
}

#[cfg(test)]
mod tests {
    use super::super::Measure;
    use super::*;

    fn evaluation(complete: bool) -> Evaluation {
        // Topic 2 is never asked for, 3 has nothing relevant, 4 is found first.
        let judgments = "1 0 a 1\n2 0 a 1\n3 0 a 0\n4 0 b 1\n";
        let run = "1-A Q0 a 1 1 x\n1-B Q0 b 1 1 x\n3 Q0 a 1 1 x\n4 Q0 b 1 1 x\n5-A Q0 a 1 1 x\n";
        let judgments = Judgments::parse(judgments).expect("judgments");
        Evaluation::new(&judgments, &Run::parse(run).expect("a run"), complete)
    }

    #[test]
    fn queries_are_averaged_within_their_topic_first() {
        let evaluation = evaluation(false);
        let ap = |scores: &MeasureScores| scores.get(Measure::AveragePrecision);
        let topics: Vec<(&str, usize, f64)> = evaluation
            .topics
            .iter()
            .map(|topic| (topic.topic.as_str(), topic.queries.len(), ap(&topic.scores)))
            .collect();
        // Topic 1: (1 + 0) / 2. All: (0.5 + 1) / 2, not (1 + 0 + 1) / 3.
        assert_eq!(topics, [("1", 2, 0.5), ("4", 1, 1.0)]);
        assert_eq!((ap(&evaluation.mean), evaluation.queries()), (0.75, 3));
    }

    #[test]
    fn what_does_not_count_is_named() {
        let SetAside { queries, unasked, without_relevant } = evaluation(false).set_aside;
        assert_eq!((queries.concat(), unasked.concat()), ("5-A".to_owned(), "2".to_owned()));
        assert_eq!(without_relevant, ["3"]);
    }

    #[test]
    fn a_topic_that_was_not_asked_for_can_count_0() {
        let evaluation = evaluation(true);
        assert_eq!(evaluation.topics[1].topic, "2");
        assert_eq!(evaluation.topics[1].scores, MeasureScores::default());
        // (0.5 + 0 + 1) / 3
        assert_eq!(evaluation.mean.get(Measure::AveragePrecision), 0.5);
        assert!(evaluation.set_aside.unasked.is_empty());
    }
}
