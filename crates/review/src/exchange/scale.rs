//! How the cells of one column of decisions are read.

use std::collections::BTreeMap;

use super::ImportError;
use super::decision_words::{CellVerdict, plain, said};
use super::heading::ColumnHeading;
use super::import_fields::ImportColumn;
use super::record_sheet::RecordSheet;
use crate::event::Verdict;

/// Codes that a heading can explain: digits and letters.
const CODES: usize = 6;

/// What the codes below a heading mean, by that heading.
type CodeLegend = [Option<(char, Verdict)>; CODES];

/// Values that are shown of a column.
const SHOWN: usize = 6;

/// How a column answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AnswerMeaning {
    /// To whether a study is included.
    Include,
    /// To whether it is excluded: yes is an exclusion.
    Exclude,
    /// A mark means this verdict, no mark says nothing.
    Mark(Verdict),
}

/// What -1 and 0 are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NegativeMeaning {
    /// -1 was not decided, 0 is excluded: ASReview.
    Unseen,
    /// -1 is excluded, 0 is a maybe: Abstrackr, Rayyan's log.
    Signed,
    /// -1 is excluded, and there is no 0.
    Minus,
}

/// How the cells of a column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DecisionScale {
    answers: AnswerMeaning,
    sign: NegativeMeaning,
    legend: CodeLegend,
    /// `x` means yes: the column has marks alone.
    has_marks: bool,
    /// Abstrackr's: `x` is a conflict, `o` no label.
    is_abstrackr: bool,
}

impl DecisionScale {
    /// That of a column.
    ///
    /// # Errors
    ///
    /// Where -1, 0 and 1, or 1, 2 and 3, are in it and nothing says what they
    /// are.
    pub(super) fn of(
        sheet: &RecordSheet,
        at: usize,
        heading: &ColumnHeading,
        cells: &[&str],
        choice: &super::ColumnChoice,
    ) -> Result<Self, ImportError> {
        let column = sheet.names[at].text.clone();
        let answers =
            if heading.negative { AnswerMeaning::Exclude } else { AnswerMeaning::Include };
        let has = |number: &str| {
            let mapped = choice.map.iter().any(|(word, _)| word == number);
            !mapped && cells.iter().any(|cell| number_of(cell) == Some(number))
        };
        let asreview =
            matches!(sheet.names[at].column, Some(ImportColumn::Included | ImportColumn::Screened));
        let is_abstrackr = sheet.is_abstrackr;
        let sign = match (has("-1"), has("0")) {
            (true, _) if is_abstrackr => NegativeMeaning::Signed,
            (true, true) if !asreview => {
                return Err(ImportError::Scale { column, codes: vec![-1, 0, 1] });
            }
            (true, false) if !asreview => NegativeMeaning::Minus,
            _ => NegativeMeaning::Unseen,
        };
        let has_marks = cells
            .iter()
            .all(|cell| is_mark(&plain(cell)) || matches!(said(cell), CellVerdict::Nothing));
        let bare = Self { answers, sign, legend: [None; CODES], has_marks, is_abstrackr };
        let legend = bare.legend(&column);
        let codes = codes(cells, choice);
        if legend[0].is_none() && codes.len() > 1 && codes.last() > Some(&1) {
            return Err(ImportError::Scale { column, codes });
        }
        Ok(Self { legend, ..bare })
    }

    /// `Decision (1=include; 2=exclude)`, `Excluded (1=yes)`.
    fn legend(self, heading: &str) -> CodeLegend {
        let mut legend = [None; CODES];
        let parts = legend_parts(heading);
        let parts = parts.iter().filter_map(|part| {
            let (one, other) = part.split_once('=').or_else(|| part.split_once(':'))?;
            let one = one.rsplit(':').next().unwrap_or(one);
            let code = |text: &str| {
                let text = text.trim().to_lowercase();
                text.chars().next().filter(|c| c.len_utf8() == text.len() && c.is_alphanumeric())
            };
            let (code, word) = match (code(one), code(other)) {
                (Some(code), _) => (code, other),
                (None, Some(code)) => (code, one),
                (None, None) => return None,
            };
            match self.read(word, &[]) {
                CellVerdict::Verdict(verdict, _) => Some((code, verdict)),
                CellVerdict::Nothing | CellVerdict::Unread => None,
            }
        });
        for (place, part) in legend.iter_mut().zip(parts) {
            *place = Some(part);
        }
        legend
    }

    /// The same where a mark is below the verdict that it means.
    pub(super) fn marked(self, heading: &ColumnHeading) -> Self {
        let verdict = match () {
            () if heading.positive => Verdict::Include,
            () if heading.negative => Verdict::Exclude,
            () => Verdict::Maybe,
        };
        Self { answers: AnswerMeaning::Mark(verdict), ..self }
    }

    /// Whether marks are below the verdict that they mean.
    pub(super) fn is_mark(self) -> bool {
        matches!(self.answers, AnswerMeaning::Mark(_))
    }

    /// Reads a cell; `map` has what the user says that words mean.
    pub(super) fn read(self, cell: &str, map: &[(String, Option<Verdict>)]) -> CellVerdict {
        let word = plain(cell);
        if let Some((_, verdict)) = map.iter().find(|(known, _)| *known == word) {
            return verdict
                .map_or(CellVerdict::Nothing, |verdict| CellVerdict::Verdict(verdict, None));
        }
        let by_legend = self
            .legend
            .iter()
            .flatten()
            .find(|(code, _)| word.strip_suffix(".0").unwrap_or(&word).chars().eq([*code]));
        if let Some((_, verdict)) = by_legend {
            return CellVerdict::Verdict(*verdict, None);
        }
        match word.as_str() {
            "x" if self.is_abstrackr => return CellVerdict::Verdict(Verdict::Maybe, None),
            "o" if self.is_abstrackr => return CellVerdict::Nothing,
            _ => {}
        }
        if let Some(number) = number_of(cell) {
            match (self.sign, number) {
                (NegativeMeaning::Unseen, "-1") => return CellVerdict::Nothing,
                (_, "-1") => return CellVerdict::Verdict(Verdict::Exclude, None),
                (NegativeMeaning::Signed, "0") => {
                    return CellVerdict::Verdict(Verdict::Maybe, None);
                }
                _ => {}
            }
        }
        let yes = matches!(word.as_str(), "yes" | "y" | "1" | "1.0" | "true" | "t");
        let no = matches!(word.as_str(), "no" | "n" | "0" | "0.0" | "false" | "f");
        let mark = is_mark(&word) && (word != "x" || self.has_marks || self.is_mark());
        match self.answers {
            AnswerMeaning::Mark(verdict) if yes || mark => CellVerdict::Verdict(verdict, None),
            AnswerMeaning::Mark(_) if no => CellVerdict::Nothing,
            AnswerMeaning::Exclude if yes || mark => CellVerdict::Verdict(Verdict::Exclude, None),
            AnswerMeaning::Exclude if no => CellVerdict::Verdict(Verdict::Include, None),
            AnswerMeaning::Include if mark => CellVerdict::Verdict(Verdict::Include, None),
            _ => said(cell),
        }
    }

    /// What the values of a column were read as, where that is not plain.
    pub(super) fn said(self, cells: &[&str], map: &[(String, Option<Verdict>)]) -> String {
        let mut values: BTreeMap<&str, Verdict> = BTreeMap::new();
        for cell in cells {
            let cell = cell.trim();
            if let CellVerdict::Verdict(verdict, _) = self.read(cell, map)
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

/// The parts of a heading that each explain one code: `1=no, 2=yes`, and
/// `1=no 2=yes` without anything between them.
fn legend_parts(heading: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for part in heading.split(['(', ')', ',', ';', '/', '|', '[', ']']) {
        let sign = if part.contains('=') { '=' } else { ':' };
        if part.matches(sign).count() < 2 {
            parts.push(part.to_owned());
            continue;
        }
        let sides = part.split(sign).map(str::trim).collect::<Vec<_>>();
        let glued = sides.join(&sign.to_string());
        let is_code = |text: &str| text.chars().count() == 1;
        // The code is before the sign, or behind it.
        let code_first = sides[0].split_whitespace().next_back().is_some_and(is_code);
        let mut open: Vec<&str> = Vec::new();
        for word in glued.split_whitespace() {
            if code_first && word.contains(sign) && !open.is_empty() {
                parts.push(joined(&open));
                open.clear();
            }
            open.push(word);
            if !code_first && word.contains(sign) {
                parts.push(joined(&open));
                open.clear();
            }
        }
        parts.push(joined(&open));
    }
    parts
}

/// Words without what joins them with the next ones.
fn joined(words: &[&str]) -> String {
    let joins = |word: &&str| ["and", "or", "&", "und", "et", "y"].contains(word);
    let end = words.iter().rposition(|word| !joins(word)).map_or(0, |at| at + 1);
    let start = words.iter().position(|word| !joins(word)).unwrap_or(end);
    words[start..end].join(" ")
}

fn is_mark(word: &str) -> bool {
    matches!(word, "x" | "✓" | "✔" | "☑")
}

/// The digits that mean decisions in a column, in their order; none if there
/// are other cells, too, or the user says what they mean.
fn codes(cells: &[&str], choice: &super::ColumnChoice) -> Vec<i64> {
    let mut codes = Vec::new();
    for cell in cells.iter().filter(|cell| !matches!(said(cell), CellVerdict::Nothing)) {
        let cell = cell.trim();
        let known = choice.map.iter().any(|(word, _)| *word == plain(cell));
        match cell.strip_suffix(".0").unwrap_or(cell).parse() {
            Ok(code @ 0..=9) if !known => codes.push(code),
            _ => return Vec::new(),
        }
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// -1, 0 or 1, also as pandas and Excel write them.
fn number_of(cell: &str) -> Option<&'static str> {
    let cell = cell.trim();
    let cell = cell.strip_suffix(".0").unwrap_or(cell);
    ["-1", "0", "1"].into_iter().find(|number| *number == cell)
}
