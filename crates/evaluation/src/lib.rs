//! Measures how good a ranking is, against judgments of people.
//!
//! [`Judgments`] say which studies are relevant to a topic, a [`Run`] what was
//! found for each query, in order. [`Evaluation`] scores the queries with the
//! measures of TREC ([`Measure`]) and averages them; [`Comparison`] says
//! whether two of them differ by more than chance.
//!
//! ```
//! use trialdex_evaluation::{Evaluation, Judgments, Measure, Run};
//!
//! let judgments = Judgments::parse("insomnia 0 NCT90000001 1\ninsomnia 0 NCT90000002 0\n")?;
//! let run = Run::parse("insomnia Q0 NCT90000002 1 2.5 x\ninsomnia Q0 NCT90000001 2 1.5 x\n")?;
//! let evaluation = Evaluation::new(&judgments, &run, false);
//! assert_eq!(evaluation.mean.get(Measure::AveragePrecision), 0.5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod averages;
mod comparison;
mod judgments;
mod measures;
mod run;
mod topics;

pub use averages::{Evaluation, SetAside, TopicScores};
pub use comparison::{Comparison, MeasureComparison};
pub use judgments::{JudgedTopic, Judgments};
pub use measures::{Measure, MeasureScores};
pub use run::{QueryRanking, Run};
pub use topics::{Topic, topics};

/// What is wrong with a file of topics, judgments or results.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct MalformedInput {
    /// Line of the file, from 1; `None` where it is the file as a whole.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub hint: String,
}

impl MalformedInput {
    fn at(line: usize, problem: String, hint: &str) -> Self {
        Self { line: Some(line), problem, hint: hint.to_owned() }
    }

    fn whole(problem: &str, hint: &str) -> Self {
        Self { line: None, problem: problem.to_owned(), hint: hint.to_owned() }
    }
}

/// The lines that are not blank, with their numbers; a byte order mark is
/// passed over.
fn numbered_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.trim_start_matches('\u{feff}');
    (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty())
}

/// A number of columns, as people read it.
fn columns(count: usize) -> String {
    if count == 1 { "1 column".to_owned() } else { format!("{count} columns") }
}
