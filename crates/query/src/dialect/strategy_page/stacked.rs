//! Histories whose columns a copy put otherwise: number, search and count each
//! on a line of its own, and words of further columns behind counts.

use super::counts::{COUNT, is_count, is_number};
use super::page_lines::{PageLine, PassedOver};
use super::strategy_table::names_column;
use crate::word_list::WordList;

/// Such a history as lines with numbers. What it passes over is named.
pub(super) fn arranged(lines: Vec<PageLine>, passed: &mut Vec<PassedOver>) -> Vec<PageLine> {
    let lines = without_actions(lines, passed);
    let filled: Vec<&PageLine> = lines.iter().filter(|line| !line.text.trim().is_empty()).collect();
    let Some(first) = filled.iter().position(|line| number_alone(line) == Some(1)) else {
        return lines;
    };
    let Some(stack) =
        [3, 2].into_iter().find_map(|height| StackedRows::of(&filled[first..], height))
    else {
        return lines;
    };
    let mut arranged = Vec::new();
    for line in &filled[..first] {
        match names_column(line.text.trim()) {
            true => passed.push(passed_over(line, "a heading")),
            false => arranged.push((*line).clone()),
        }
    }
    let end = first + stack.rows * stack.height;
    for row in filled[first..end].chunks(stack.height) {
        let (number, search) = (row[0].text.trim(), row[1].text.trim());
        let number = number.trim_end_matches(['.', ')']);
        arranged.push(PageLine { at: row[0].at, text: format!("{number}\t{search}") });
        passed.extend(row.get(2).map(|count| passed_over(count, COUNT)));
    }
    arranged.extend(filled[end..].iter().map(|line| (*line).clone()));
    arranged
}

fn passed_over(line: &PageLine, why: &'static str) -> PassedOver {
    PassedOver { at: line.at, typed: line.text.trim().to_owned(), why }
}

/// The number that a line is, and nothing else.
fn number_alone(line: &PageLine) -> Option<usize> {
    let bare = line.text.trim().trim_start_matches(['#', 'S']).trim_end_matches(['.', ')']);
    bare.parse().ok().filter(|_| bare.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Rows of so many lines each.
struct StackedRows {
    height: usize,
    rows: usize,
}

impl StackedRows {
    /// The rows from the first line on: two at least, each with the next number
    /// and a search; of three lines, the last one is a count.
    fn of(lines: &[&PageLine], height: usize) -> Option<Self> {
        let is_row = |(at, row): &(usize, &[&PageLine])| {
            row.len() == height
                && number_alone(row[0]) == Some(at + 1)
                && !is_count(row[1].text.trim())
                && row
                    .get(2)
                    .is_none_or(|count| is_count(count.text.trim().trim_matches(['(', ')'])))
        };
        let rows = lines.chunks(height).enumerate().take_while(is_row).count();
        (rows > 1).then_some(Self { height, rows })
    }
}

/// Words of the columns `Type` and `Actions` of a history (in small letters).
const ACTIONS: WordList = WordList(
    "advanced|basic|multi-field|display|results|more|contract|expand|save|delete|edit|rerun|\
     view|details|share|annotations|search|type|select|\u{bb}",
);

/// Takes words of such columns off lines, if two lines or more have some.
fn without_actions(lines: Vec<PageLine>, passed: &mut Vec<PassedOver>) -> Vec<PageLine> {
    let ends: Vec<Option<usize>> = lines.iter().map(|line| actions(&line.text)).collect();
    if ends.iter().flatten().count() < 2 {
        return lines;
    }
    let cut = |(line, end): (PageLine, Option<usize>)| match end {
        Some(end) => {
            let typed = line.text[end..].trim().to_owned();
            passed.push(PassedOver { at: line.at, typed, why: "another column" });
            PageLine { at: line.at, text: line.text[..end].trim_end().to_owned() }
        }
        None => line,
    };
    lines.into_iter().zip(ends).map(cut).collect()
}

/// Where words of such columns begin behind a count.
fn actions(text: &str) -> Option<usize> {
    let mut end = text.len();
    let mut names = false;
    loop {
        let before = text[..end].trim_end();
        let start = before.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let start = before[start..].chars().next().map_or(start, |_| start);
        let word = before[start..].to_lowercase();
        if !ACTIONS.contains(word.as_str()) {
            let counted = is_number(&word) && is_count(&word);
            return (names && counted && start > 0).then_some(before.len());
        }
        names |= matches!(word.as_str(), "advanced" | "basic" | "multi-field" | "display");
        end = start;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_behind_counts_are_found() {
        let parted = |text: &'static str| actions(text).map(|at| &text[at..]);
        assert_eq!(parted("1 exp Gout/ 1234 Advanced Display"), Some(" Advanced Display"));
        assert_eq!(
            parted("2 gout.ti. 567 Basic Display Results More"),
            Some(" Basic Display Results More")
        );
        for text in
            ["advanced", "1 gout advanced", "advanced search 12", "more 3 results", "12 advanced"]
        {
            assert_eq!(parted(text), None, "{text}");
        }
    }
}
