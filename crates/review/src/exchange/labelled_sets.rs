//! Sets that were screened already, for simulations.

use super::export_row::relevance;
use super::foreign_record::imported;
use super::import_fields::ImportColumn;
use super::read::fields;
use super::{ColumnChoice, ImportError, ImportProblem};
use trialdex_records::study::NctId;

/// A record and whether it was included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelledRecord {
    /// The line that it begins in.
    pub line: u64,
    /// Its title.
    pub title: String,
    /// Its abstract.
    pub summary: String,
    /// Its keywords.
    pub keywords: Vec<String>,
    /// Whether it was included; `None` where that is not said.
    pub included: Option<bool>,
    /// Its registry number.
    pub nct: Option<NctId>,
    /// Another name that the file gives it.
    pub key: Option<String>,
}

/// The records of a file in its order, each one for itself, and what could
/// not be read.
///
/// # Errors
///
/// Where there is no record in it, or nothing says which of its columns counts.
pub fn labelled(bytes: &[u8]) -> Result<(Vec<LabelledRecord>, Vec<ImportProblem>), ImportError> {
    let file = fields(bytes, &ColumnChoice::default())?;
    let mut problems = file.problems;
    let records = file.records.iter().map(|fields| {
        let foreign = imported(fields);
        problems.extend(foreign.problems);
        let record = foreign.record;
        LabelledRecord {
            line: record.line,
            title: record.title,
            summary: record.summary,
            keywords: record.keywords,
            included: relevance(record.decisions.agreed()),
            nct: record.nct,
            key: fields.first(ImportColumn::Key).map(str::to_owned),
        }
    });
    let records = records.collect();
    problems.sort_by_key(|problem| problem.line);
    Ok((records, problems))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, Option<bool>)> {
        let (records, problems) = labelled(text.as_bytes()).expect("records");
        assert_eq!(problems, []);
        records.into_iter().map(|record| (record.title, record.included)).collect()
    }

    #[test]
    fn labels_of_asreview_are_read() {
        let expected = [("A", Some(true)), ("B", Some(false)), ("C", None)];
        let expected = expected.map(|(title, included)| (title.to_owned(), included));
        for text in [
            "title,abstract,label_included\nA,x,1\nB,y,0\nC,z,\n",
            ",title,abstract,asreview_label,asreview_time\n0,A,x,1.0,17.5\n1,B,y,0.0,18\n2,C,z,,\n",
            "Title\tIncluded\nA\tyes\nB\tno\nC\t-1\n",
            "TY  - JOUR\nTI  - A\nN1  - ASReview_relevant\nER  - \n\
             TY  - JOUR\nTI  - B\nN1  - x\nN1  - <p>ASReview_irrelevant</p>\nER  - \n\
             TY  - JOUR\nTI  - C\nN1  - ASReview_not_seen\nER  - \n",
            "{\"title\":\"A\",\"included\":1}\n{\"title\":\"B\",\"included\":false}\n{\"title\":\"C\"}\n",
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
