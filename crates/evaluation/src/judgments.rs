//! Reads judgments of relevance (TREC's qrels).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{MalformedInput, columns, numbered_lines};

/// What a line of judgments looks like.
const SHAPE: &str = "write a judgment as `topic 0 document grade`, such as `7 0 NCT90000001 1`";

/// The lowest grade that says that a study is relevant.
const RELEVANT: i64 = 1;

/// The lowest grade that is a judgment. To `trec_eval` a document with a
/// negative one is in the file without having been judged (as its `-J`
/// shows; -1 and -2 have names in its `trec_eval.h`).
const JUDGED: i64 = 0;

/// Judgments of all topics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgments {
    topics: Vec<JudgedTopic>,
    /// Where each topic is in the list.
    places: HashMap<String, usize>,
}

/// Judgments of one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedTopic {
    /// As the file names it.
    pub id: String,
    grades: HashMap<String, i64>,
}

impl Judgments {
    /// Reads lines of `topic 0 document grade`, with blanks or tabs between.
    /// The second column means nothing.
    ///
    /// # Errors
    ///
    /// The first line that is no judgment, or that contradicts an earlier line;
    /// a file without any.
    pub fn parse(text: &str) -> Result<Self, MalformedInput> {
        let mut judgments = Self { topics: Vec::new(), places: HashMap::new() };
        for (number, line) in numbered_lines(text) {
            judgments.take(number, line)?;
        }
        if judgments.topics.is_empty() {
            return Err(MalformedInput::whole("no judgments in it", SHAPE));
        }
        Ok(judgments)
    }

    fn take(&mut self, number: usize, line: &str) -> Result<(), MalformedInput> {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [topic, _, document, grade] = cells.as_slice() else {
            let problem = format!("{} where a judgment has 4", columns(cells.len()));
            return Err(MalformedInput::at(number, problem, SHAPE));
        };
        let Ok(grade) = grade.parse::<i64>() else {
            let problem = format!("the grade `{grade}` is not a whole number");
            return Err(MalformedInput::at(number, problem, SHAPE));
        };
        match self.topic_mut(topic).grades.entry((*document).to_owned()) {
            Entry::Occupied(before) if *before.get() != grade => {
                let before = before.get();
                let problem = format!(
                    "`{document}` is judged {grade} for topic `{topic}`, and {before} further up"
                );
                Err(MalformedInput::at(number, problem, "leave one of the two judgments"))
            }
            Entry::Occupied(_) => Ok(()),
            Entry::Vacant(place) => {
                place.insert(grade);
                Ok(())
            }
        }
    }

    fn topic_mut(&mut self, id: &str) -> &mut JudgedTopic {
        let place = match self.places.get(id) {
            Some(place) => *place,
            None => {
                self.places.insert(id.to_owned(), self.topics.len());
                self.topics.push(JudgedTopic { id: id.to_owned(), grades: HashMap::new() });
                self.topics.len() - 1
            }
        };
        &mut self.topics[place]
    }

    /// The topics, in the order of the file.
    #[must_use]
    pub fn topics(&self) -> &[JudgedTopic] {
        &self.topics
    }

    /// The topic that a query asks for: that of the same name, else that of
    /// its name before the last `-`.
    #[must_use]
    pub fn topic_of(&self, query: &str) -> Option<&JudgedTopic> {
        let place = self.places.get(query).or_else(|| {
            let (topic, _) = query.rsplit_once('-')?;
            self.places.get(topic)
        });
        place.map(|place| &self.topics[*place])
    }
}

impl JudgedTopic {
    /// The grade of a document, 0 or more; `None` where it was not judged.
    #[must_use]
    pub fn grade(&self, document: &str) -> Option<i64> {
        self.grades.get(document).copied().filter(|grade| *grade >= JUDGED)
    }

    /// Whether a document was judged relevant.
    #[must_use]
    pub fn is_relevant(&self, document: &str) -> bool {
        self.grade(document).is_some_and(|grade| grade >= RELEVANT)
    }

    /// The grades of the relevant documents, best first.
    #[must_use]
    pub fn relevant_grades(&self) -> Vec<i64> {
        let mut grades: Vec<i64> =
            self.grades.values().copied().filter(|grade| *grade >= RELEVANT).collect();
        grades.sort_unstable_by(|a, b| b.cmp(a));
        grades
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> (Option<usize>, String) {
        let malformed = Judgments::parse(text).expect_err("malformed");
        (malformed.line, malformed.problem)
    }

    #[test]
    fn marks_and_line_ends_of_other_systems_are_read() {
        let text = "\u{feff}b 0 X 2\r\nb\t0\tY\t-1\r\n\r\n  a Q0 X 0  \r\nb 0 X 2\r\n";
        let judgments = Judgments::parse(text).expect("judgments");
        let ids: Vec<&str> = judgments.topics().iter().map(|topic| topic.id.as_str()).collect();
        assert_eq!(ids, ["b", "a"]);
        let topic = &judgments.topics()[0];
        assert_eq!((topic.grade("X"), topic.grade("Y"), topic.grade("Z")), (Some(2), None, None));
        assert_eq!(topic.relevant_grades(), [2]);
        assert!(!judgments.topics()[1].is_relevant("X"));
    }

    #[test]
    fn a_query_belongs_to_the_topic_before_its_last_hyphen() {
        let judgments = Judgments::parse("1 0 X 1\n1-2 0 X 1\n").expect("judgments");
        let topic = |query| judgments.topic_of(query).map(|topic| topic.id.as_str());
        assert_eq!(topic("1"), Some("1"));
        assert_eq!(topic("1-A"), Some("1"));
        assert_eq!(topic("1-2"), Some("1-2"));
        assert_eq!(topic("1-2-3"), Some("1-2"));
        assert_eq!((topic("1-A-3"), topic("2-A"), topic("2")), (None, None, None));
    }

    #[test]
    fn what_is_no_judgment_is_said_with_its_line() {
        assert_eq!(problem(""), (None, "no judgments in it".to_owned()));
        assert_eq!(problem("\n\r\n"), (None, "no judgments in it".to_owned()));
        let columns = |count: &str| format!("{count} where a judgment has 4");
        assert_eq!(problem("1 0 X 1\n\n1 X 1\n"), (Some(3), columns("3 columns")));
        assert_eq!(problem("1\n"), (Some(1), columns("1 column")));
        assert_eq!(problem("1 Q0 X 1 0.5 run\n"), (Some(1), columns("6 columns")));
        for grade in ["good", "1.5", "NaN", "99999999999999999999"] {
            let (line, problem) = problem(&format!("1 0 X {grade}\n"));
            assert_eq!(line, Some(1));
            assert!(problem.contains(grade), "{problem}");
        }
        let twice = "`X` is judged 0 for topic `1`, and 1 further up".to_owned();
        assert_eq!(problem("1 0 X 1\n2 0 X 0\n1 0 X 0\n"), (Some(3), twice));
    }
}
