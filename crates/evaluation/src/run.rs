//! Reads runs: the hits of each query, best first, in TREC's format.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use super::{MalformedInput, columns, numbered_lines};

/// What a line of a run looks like.
const SHAPE: &str = "write a result as `query Q0 document rank score run`, such as \
                     `7 Q0 NCT90000001 1 12.5 mine`";

/// Rankings of all queries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    rankings: Vec<QueryRanking>,
}

/// What was found for one query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryRanking {
    /// The name of the query.
    pub query: String,
    /// The documents found, best first.
    pub documents: Vec<String>,
}

/// A document with its score in a file.
struct ScoredDocument {
    document: String,
    /// `trec_eval` keeps scores in single precision: what differs beyond that
    /// is a tie to it.
    score: f32,
}

impl ScoredDocument {
    /// By score, then by document, both descending, whatever the ranks say:
    /// the order of `trec_eval` (its `form_res_rels.c`).
    fn before(&self, other: &Self) -> Ordering {
        let by_score = other.score.partial_cmp(&self.score).unwrap_or(Ordering::Equal);
        by_score.then_with(|| other.document.cmp(&self.document))
    }
}

/// A run while it is read.
#[derive(Default)]
struct RunDraft {
    queries: Vec<(String, Vec<ScoredDocument>)>,
    /// Where each query is in the list.
    places: HashMap<String, usize>,
    seen: HashSet<(usize, String)>,
}

impl RunDraft {
    fn take(&mut self, number: usize, line: &str) -> Result<(), MalformedInput> {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [query, _, document, _, score, _] = cells.as_slice() else {
            let problem = format!("{} where a result has 6", columns(cells.len()));
            return Err(MalformedInput::at(number, problem, SHAPE));
        };
        let Some(score) = score.parse::<f64>().ok().filter(|score| score.is_finite()) else {
            let problem = format!("the score `{score}` is not a number");
            return Err(MalformedInput::at(number, problem, SHAPE));
        };
        let place = *self.places.entry((*query).to_owned()).or_insert(self.queries.len());
        if place == self.queries.len() {
            self.queries.push(((*query).to_owned(), Vec::new()));
        }
        if !self.seen.insert((place, (*document).to_owned())) {
            let problem = format!("`{document}` is listed twice for query `{query}`");
            return Err(MalformedInput::at(
                number,
                problem,
                "a run has a document once for each query",
            ));
        }
        let document = (*document).to_owned();
        self.queries[place].1.push(ScoredDocument { document, score: score as f32 });
        Ok(())
    }

    fn finish(self) -> Run {
        let rankings = self.queries.into_iter().map(|(query, mut scored)| {
            scored.sort_by(ScoredDocument::before);
            let documents = scored.into_iter().map(|scored| scored.document).collect();
            QueryRanking { query, documents }
        });
        Run { rankings: rankings.collect() }
    }
}

impl Run {
    /// Reads lines of `query Q0 document rank score run`, with blanks or tabs
    /// between. The score orders the documents, and the document where scores
    /// are the same: the higher, as text, comes first. The second, fourth and
    /// last column mean nothing.
    ///
    /// # Errors
    ///
    /// The first line that is no result, or that has a document again; a file
    /// without any.
    pub fn parse(text: &str) -> Result<Self, MalformedInput> {
        let mut draft = RunDraft::default();
        for (number, line) in numbered_lines(text) {
            draft.take(number, line)?;
        }
        if draft.queries.is_empty() {
            return Err(MalformedInput::whole("no results in it", SHAPE));
        }
        Ok(draft.finish())
    }

    /// Adds the hits of a new query, in this order.
    pub fn push(&mut self, ranking: QueryRanking) {
        self.rankings.push(ranking);
    }

    /// Adds those of the queries that are not there: they found nothing, which
    /// a file has no line for.
    pub fn complete<'a>(&mut self, queries: impl IntoIterator<Item = &'a str>) {
        let known: HashSet<String> =
            self.rankings.iter().map(|ranking| ranking.query.clone()).collect();
        let missing = queries.into_iter().filter(|query| !known.contains(*query));
        self.rankings.extend(
            missing.map(|query| QueryRanking { query: query.to_owned(), documents: Vec::new() }),
        );
    }

    /// What was found for each query.
    #[must_use]
    pub fn rankings(&self) -> &[QueryRanking] {
        &self.rankings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> (Option<usize>, String) {
        let malformed = Run::parse(text).expect_err("malformed");
        (malformed.line, malformed.problem)
    }

    #[test]
    fn scores_order_a_file_and_ties_go_to_the_higher_document() {
        let text =
            "\u{feff}2 Q0 A 1 0.5 x\r\n1 Q0 B 1 1 x\r\n1\tQ0\tC\t9\t2e0\tx\r\n1 Q0 D 1 1.0 x";
        let run = Run::parse(text).expect("a run");
        let shown: Vec<(&str, String)> = run
            .rankings()
            .iter()
            .map(|ranking| (ranking.query.as_str(), ranking.documents.concat()))
            .collect();
        assert_eq!(shown, [("2", "A".to_owned()), ("1", "CDB".to_owned())]);
    }

    #[test]
    fn what_single_precision_does_not_tell_apart_is_a_tie() {
        let run =
            Run::parse("1 Q0 A 1 1.0000000001 x\n1 Q0 B 2 1.0 x\n1 Q0 C 3 0 x\n1 Q0 D 4 -0 x");
        assert_eq!(run.expect("a run").rankings()[0].documents.concat(), "BADC");
    }

    #[test]
    fn queries_that_found_nothing_can_be_added() {
        let mut run = Run::parse("1 Q0 A 1 1 x").expect("a run");
        run.complete(["2", "1"]);
        let queries: Vec<&str> =
            run.rankings().iter().map(|ranking| ranking.query.as_str()).collect();
        assert_eq!(queries, ["1", "2"]);
        assert_eq!(run.rankings()[0].documents, ["A"]);
    }

    #[test]
    fn what_is_no_result_is_said_with_its_line() {
        assert_eq!(problem(" \n"), (None, "no results in it".to_owned()));
        let columns = "4 columns where a result has 6".to_owned();
        assert_eq!(problem("1 0 NCT90000001 1"), (Some(1), columns));
        for score in ["NaN", "inf", "-infinity", "high", "1,5"] {
            let expected = format!("the score `{score}` is not a number");
            assert_eq!(problem(&format!("\n1 Q0 A 1 {score} x")), (Some(2), expected));
        }
        let twice = "`A` is listed twice for query `1`".to_owned();
        assert_eq!(problem("1 Q0 A 1 1 x\n2 Q0 A 1 1 x\n1 Q0 A 2 0.5 x"), (Some(3), twice));
    }
}
