//! How the cells of one column of decisions are read.

use std::collections::BTreeMap;

use super::ImportError;
use super::fields::Column;
use super::heading::Heading;
use super::sheet::Sheet;
use super::words::{Said, plain, said};
use crate::triage::event::Verdict;

/// Values that are shown of a column.
const SHOWN: usize = 6;

/// How a column answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answers {
    /// To whether a study is included.
    Include,
    /// To whether it is excluded: yes is an exclusion.
    Exclude,
    /// A mark means this verdict, no mark says nothing.
    Mark(Verdict),
}

/// What -1 and 0 are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// -1 was not decided, 0 is excluded: ASReview.
    Unseen,
    /// -1 is excluded, 0 is a maybe: Abstrackr, Rayyan's log.
    Signed,
    /// -1 is excluded, and there is no 0.
    Minus,
}

/// How the cells of a column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    answers: Answers,
    sign: Sign,
}

impl Scale {
    /// That of a column.
    ///
    /// # Errors
    ///
    /// Where -1, 0 and 1 stand in it and nothing says what they are.
    pub(super) fn of(
        sheet: &Sheet,
        at: usize,
        heading: &Heading,
        cells: &[&str],
        choice: &super::Choice,
    ) -> Result<Self, ImportError> {
        let answers = if heading.negative { Answers::Exclude } else { Answers::Include };
        let has = |number: &str| {
            let mapped = choice.map.iter().any(|(word, _)| word == number);
            !mapped && cells.iter().any(|cell| number_of(cell) == Some(number))
        };
        let asreview = matches!(sheet.names[at].column, Some(Column::Included | Column::Screened));
        // What Abstrackr calls its own number of a record.
        let abstrackr = sheet.names.iter().any(|name| name.text == "(internal) id");
        let sign = match (has("-1"), has("0")) {
            (true, _) if abstrackr => Sign::Signed,
            (true, true) if !asreview => {
                return Err(ImportError::Scale { column: sheet.names[at].text.clone() });
            }
            (true, false) if !asreview => Sign::Minus,
            _ => Sign::Unseen,
        };
        Ok(Self { answers, sign })
    }

    /// The same where a mark stands below the verdict that it means.
    pub(super) fn marked(self, heading: &Heading) -> Self {
        let verdict = match () {
            () if heading.positive => Verdict::Include,
            () if heading.negative => Verdict::Exclude,
            () => Verdict::Maybe,
        };
        Self { answers: Answers::Mark(verdict), ..self }
    }

    /// Whether marks stand below the verdict that they mean.
    pub(super) fn is_mark(self) -> bool {
        matches!(self.answers, Answers::Mark(_))
    }

    /// Reads a cell; `map` has what the user says that words mean.
    pub(super) fn read(self, cell: &str, map: &[(String, Option<Verdict>)]) -> Said {
        let word = plain(cell);
        if let Some((_, verdict)) = map.iter().find(|(known, _)| *known == word) {
            return verdict.map_or(Said::Nothing, |verdict| Said::Verdict(verdict, None));
        }
        if let Some(number) = number_of(cell) {
            match (self.sign, number) {
                (Sign::Unseen, "-1") => return Said::Nothing,
                (_, "-1") => return Said::Verdict(Verdict::Exclude, None),
                (Sign::Signed, "0") => return Said::Verdict(Verdict::Maybe, None),
                _ => {}
            }
        }
        let yes = matches!(word.as_str(), "yes" | "y" | "1" | "1.0" | "true" | "t");
        let no = matches!(word.as_str(), "no" | "n" | "0" | "0.0" | "false" | "f");
        let mark = matches!(word.as_str(), "x" | "✓" | "✔" | "☑");
        match self.answers {
            Answers::Mark(verdict) if yes || mark => Said::Verdict(verdict, None),
            Answers::Mark(_) if no => Said::Nothing,
            Answers::Exclude if yes || mark => Said::Verdict(Verdict::Exclude, None),
            Answers::Exclude if no => Said::Verdict(Verdict::Include, None),
            Answers::Include if mark => Said::Verdict(Verdict::Include, None),
            _ => said(cell),
        }
    }

    /// What the values of a column were read as, where that is not plain.
    pub(super) fn said(
        self,
        sheet: &Sheet,
        at: usize,
        map: &[(String, Option<Verdict>)],
    ) -> String {
        let mut values: BTreeMap<&str, Verdict> = BTreeMap::new();
        for cell in sheet.rows.iter().flat_map(|row| row.all(at)) {
            let cell = cell.trim();
            if let Said::Verdict(verdict, _) = self.read(cell, map)
                && !plain(cell).starts_with(&verdict.name()[..6.min(verdict.name().len())])
            {
                values.insert(cell, verdict);
            }
            if values.len() > SHOWN {
                break;
            }
        }
        let shown: Vec<String> = values
            .into_iter()
            .take(SHOWN)
            .map(|(cell, verdict)| format!("`{cell}` as {verdict}"))
            .collect();
        if shown.is_empty() { String::new() } else { format!(" ({})", shown.join(", ")) }
    }
}

/// -1, 0 or 1, also as pandas and Excel write them.
fn number_of(cell: &str) -> Option<&'static str> {
    let cell = cell.trim();
    let cell = cell.strip_suffix(".0").unwrap_or(cell);
    ["-1", "0", "1"].into_iter().find(|number| *number == cell)
}
