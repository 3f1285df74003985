//! Counts of hits beside searches.

use super::line_combinations;
use super::page_lines::{LineRefusal, PassedOver, StrategyEntry, StrategyPage};
use super::search_signs::{is_ended, is_operator};
use crate::dialect::systems::Dialect;
use crate::dialect::{additions, date_limits};
use crate::word_list::WordList;

/// What a number behind a line is read as.
pub(in super::super) const COUNT: &str = "a count of hits elsewhere";

/// Words for hits (in small letters).
pub(super) const HITS: WordList = WordList(
    "hit|hits|result|results|record|records|reference|references|citation|citations|article|\
     articles|document|documents|item|items|studies",
);

/// Whether a word (in small letters) beside a number says that it counts hits.
pub(in super::super) fn is_counted(word: &str) -> bool {
    const BESIDE: WordList = WordList("retrieved|found|n|total|approx|approximately");
    HITS.contains(word) || BESIDE.contains(word)
}

/// Words that name the hits of a count (in small letters).
const OF_HITS: WordList = WordList(
    "new|unique|duplicates|duplicate|after|before|deduplication|screened|imported|exported|\
     of|which",
);

/// Words that a number follows in names (in small letters).
const BEFORE_NUMBERS: WordList = WordList(
    "covid|cov|sars-cov|interleukin|il|type|phase|stage|grade|factor|omega|hepatitis|vitamin|\
     grade|class|level|group|trisomy|chromosome|hpv|hsv|pd|ca|day",
);

/// Whether a text ends in a word that a number follows in names: `covid 19`,
/// `type 2`.
fn is_before_number(text: &str) -> bool {
    let last = text.split_whitespace().next_back().unwrap_or_default().to_lowercase();
    BEFORE_NUMBERS.contains(last.trim_start_matches(['(', '"']))
}

/// Words before which a number at the end is a year of a range.
const BEFORE_YEARS: [&str; 5] = ["to", "from", "and", "-", "until"];

impl StrategyPage {
    /// Takes Web of Science's counts of hits off the beginnings of lines, if
    /// all have one.
    pub(super) fn without_counts_before(&mut self) {
        let front = |text: &str| -> Option<usize> {
            let (first, rest) = text.split_once(char::is_whitespace)?;
            (is_count(first) && !rest.trim().is_empty()).then_some(first.len())
        };
        let fronts: Vec<_> = self.entries.iter().map(|entry| front(&entry.text)).collect();
        if !self.numbered || !fronts.iter().all(Option::is_some) {
            return;
        }
        for (entry, front) in self.entries.iter_mut().zip(fronts.into_iter().flatten()) {
            let (count, rest) = entry.text.split_at(front);
            let typed = count.to_owned();
            self.passed_over.push(PassedOver { at: entry.at, typed, why: COUNT });
            entry.text = rest.trim().to_owned();
        }
    }

    /// Takes the counts of hits off the lines.
    pub(super) fn without_counts(&mut self, dialect: Option<Dialect>) {
        let Some(of) = dialect else {
            self.without_columns();
            return;
        };
        if !self.numbered {
            let kind = CountStyle::Labelled;
            let found = self.entries.iter().map(|entry| kind.of_entry(entry, of)).collect();
            self.take_off(kind, found, of);
        } else {
            self.without_days();
            let by_blanks = self.entries.iter().any(|entry| needs_blank(&entry.text, of));
            let kinds: [CountStyle; 5] = [
                CountStyle::Tab,
                CountStyle::Labelled,
                CountStyle::Blanks,
                CountStyle::Brackets,
                CountStyle::Bare { by_blanks },
            ];
            for kind in kinds {
                let found: Vec<Option<CountMatch>> =
                    self.entries.iter().map(|entry| kind.of_entry(entry, of)).collect();
                if kind.is_doubtful(&found) {
                    self.refuse_counts(found);
                    break;
                }
                if kind.is_enough(&found, of) {
                    self.take_off(kind, found, of);
                    break;
                }
            }
        }
        self.without_counts_behind_lines(of);
    }

    /// In our own language numbers are words, unless they have a column.
    fn without_columns(&mut self) {
        if !self.numbered {
            return;
        }
        for entry in &mut self.entries {
            let Some((end, count)) = by_tab(&entry.text) else { continue };
            let passed = cut(&mut entry.text, end, count, entry.at, None);
            self.passed_over.extend(passed);
        }
    }

    /// Separates a line's limits from the search, since a count may be between
    /// them.
    pub(super) fn part_additions(&mut self, of: Dialect) {
        for entry in &mut self.entries {
            let start = additions::start(&entry.text, of);
            if start > 0 && start < entry.text.len() {
                let tail = entry.text.split_off(start);
                entry.text.truncate(entry.text.trim_end_matches([' ', '\t']).len());
                entry.additions.insert(0, tail);
            }
        }
    }

    /// Takes the counts, and the text after them, off the lines.
    fn take_off(&mut self, kind: CountStyle, found: Vec<Option<CountMatch>>, of: Dialect) {
        let all = found.iter().all(Option::is_some);
        for (entry, found) in self.entries.iter_mut().zip(found) {
            let Some(found) = found else { continue };
            if matches!(kind, CountStyle::Bare { .. }) && !all && !found.is_sure && found.is_small {
                let number = entry.text[found.count..].trim().to_owned();
                entry.refuse(may_be_count(&number));
                continue;
            }
            let text = match found.in_addition {
                true => entry.additions.last_mut(),
                false => Some(&mut entry.text),
            };
            if let Some(text) = text {
                let passed = cut(text, found.end, found.count, entry.at, Some(of));
                self.passed_over.extend(passed);
            }
        }
    }

    /// Refuses lines whose small number at the end may be a count, unless it
    /// belongs to a name.
    fn refuse_counts(&mut self, found: Vec<Option<CountMatch>>) {
        for (entry, found) in self.entries.iter_mut().zip(found) {
            let Some(found) = found.filter(|found| !found.is_named) else { continue };
            let number = entry.text[found.count..].trim().to_owned();
            entry.refuse(may_be_count(&number));
        }
    }

    /// A number behind a line that joins others is a count, whatever other
    /// lines have.
    fn without_counts_behind_lines(&mut self, of: Dialect) {
        for entry in &mut self.entries {
            let found = in_brackets(&entry.text).or_else(|| after_blank(&entry.text, false));
            let Some((end, count)) = found else { continue };
            if joins(&entry.text[..end], of) && !joins(&entry.text, of) {
                let passed = cut(&mut entry.text, end, count, entry.at, Some(of));
                self.passed_over.extend(passed);
            }
        }
    }

    /// Takes the days that searches were run on off the lines, if all have
    /// one: `12,000 12 Jan 2024`.
    fn without_days(&mut self) {
        let days: Vec<_> = self.entries.iter().map(|entry| day_at_end(&entry.text)).collect();
        if !days.iter().all(Option::is_some) {
            return;
        }
        for (entry, at) in self.entries.iter_mut().zip(days.into_iter().flatten()) {
            let typed = entry.text.split_off(at).trim().to_owned();
            entry.text.truncate(entry.text.trim_end().len());
            self.passed_over.push(PassedOver { at: entry.at, typed, why: "another column" });
        }
    }
}

fn may_be_count(number: &str) -> LineRefusal {
    LineRefusal {
        message: format!("`{number}` at the end may be a count of hits, or part of the search"),
        hint: format!("delete `{number}`, or put it into quotes with the word before it"),
    }
}

fn joins(text: &str, of: Dialect) -> bool {
    matches!(
        line_combinations::joined(text, of, &|_| None),
        Some(line_combinations::LineCombination::Lines(..))
    )
}

/// Cuts a count off a text: `end` is where the text ends, `count` where its
/// count begins. Columns that limit the line stay.
fn cut(
    text: &mut String,
    end: usize,
    count: usize,
    at: usize,
    dialect: Option<Dialect>,
) -> Vec<PassedOver> {
    let rest = text.split_off(count);
    text.truncate(end);
    let mut passed = Vec::new();
    for column in rest.split('\t').map(str::trim).filter(|column| !column.is_empty()) {
        if dialect.is_some_and(|of| additions::is_addition(column, of)) {
            text.push_str("  ");
            text.push_str(column);
            continue;
        }
        let bare = column.trim_matches(['(', ')', '[', ']', '.']);
        let why = if is_count(bare) || is_labelled(bare) { COUNT } else { "another column" };
        passed.push(PassedOver { at, typed: column.to_owned(), why });
    }
    passed
}

/// A count in a line.
#[derive(Debug, Clone, Copy)]
struct CountMatch {
    /// Where the search ends.
    end: usize,
    /// Where the count begins.
    count: usize,
    /// It follows the limits of the line.
    in_addition: bool,
    /// The text before it is complete, so that it is no part of it.
    is_sure: bool,
    /// It has two digits at most.
    is_small: bool,
    /// The word before it is one that numbers follow in names.
    is_named: bool,
}

/// A way in which counts are printed.
#[derive(Debug, Clone, Copy)]
enum CountStyle {
    /// Behind a tabulator.
    Tab,
    /// With a word that says so.
    Labelled,
    /// Behind two blanks.
    Blanks,
    /// In brackets.
    Brackets,
    /// Behind a blank. `by_blanks`: a blank parts thousands.
    Bare { by_blanks: bool },
}

impl CountStyle {
    fn find(self, text: &str) -> Option<(usize, usize)> {
        match self {
            Self::Tab => by_tab(text),
            Self::Labelled => labelled(text),
            Self::Blanks => by_two_blanks(text),
            Self::Brackets => in_brackets(text),
            Self::Bare { by_blanks } => after_blank(text, by_blanks),
        }
    }

    fn of_entry(self, entry: &StrategyEntry, of: Dialect) -> Option<CountMatch> {
        let found = |text: &str, in_addition: bool| {
            let (end, count) = self.find(text)?;
            let before = &text[..end];
            let number = text[count..].trim();
            Some(CountMatch {
                end,
                count,
                in_addition,
                is_sure: in_addition || is_ended(before) || joins(before, of),
                is_small: number.len() < 3,
                is_named: is_before_number(before),
            })
        };
        found(&entry.text, false).or_else(|| {
            let last = entry.additions.last()?;
            found(last, true).filter(|found| !is_year_of_range(last, found.end))
        })
    }

    /// Whether all lines have a small number at the end, with no sign that it
    /// is no part of the search.
    fn is_doubtful(self, found: &[Option<CountMatch>]) -> bool {
        const FEWEST: usize = 4;
        let small = |found: &Option<CountMatch>| found.is_some_and(|it| it.is_small && !it.is_sure);
        let named = found.iter().flatten().filter(|found| found.is_named).count();
        matches!(self, Self::Bare { .. })
            && !found.is_empty()
            && found.iter().all(small)
            && (found.len() < FEWEST || named * 2 >= found.len())
    }

    /// Whether enough lines have a number at the end for it to be a count: it
    /// may be part of the search.
    fn is_enough(self, found: &[Option<CountMatch>], of: Dialect) -> bool {
        let with = found.iter().flatten().count();
        let sure = found.iter().flatten().filter(|found| found.is_sure).count();
        let most = with * 2 > found.len();
        match self {
            Self::Tab | Self::Labelled => with > 0,
            Self::Blanks => with > 0 && (most || sure == with),
            Self::Brackets => most || (with > 0 && of == Dialect::Ovid),
            Self::Bare { .. } if with == found.len() => with > 1,
            Self::Bare { .. } => with > 2 && with * 4 >= found.len() * 3 && sure > 0,
        }
    }
}

fn is_year_of_range(text: &str, end: usize) -> bool {
    let word = text[..end].split_whitespace().next_back().unwrap_or_default().to_lowercase();
    BEFORE_YEARS.contains(&word.as_str())
}

/// Whether the number at the end of a text is a count only with the digits
/// before a blank: `1 or 2 1 234`, `gout.ti. 1 234`.
fn needs_blank(text: &str, of: Dialect) -> bool {
    let (Some((long, _)), Some((short, _))) = (after_blank(text, true), after_blank(text, false))
    else {
        return false;
    };
    let (before, between) = (&text[..long], &text[..short]);
    long < short && (is_ended(before) || (joins(before, of) && !joins(between, of)))
}

/// The columns behind the first one of a table: where the text ends, and
/// where the rest begins.
fn by_tab(text: &str) -> Option<(usize, usize)> {
    let end = text[..text.find('\t')?].trim_end().len();
    (end > 0).then_some((end, end))
}

fn by_two_blanks(text: &str) -> Option<(usize, usize)> {
    let (before, last) = text.rsplit_once("  ")?;
    let end = before.trim_end().len();
    (is_count(last.trim()) && end > 0).then_some((end, end))
}

/// A count in brackets at the end: `exp Heparin/ (65432)`.
fn in_brackets(text: &str) -> Option<(usize, usize)> {
    let inner = text.trim_end().strip_suffix(')')?;
    let open = inner.rfind('(')?;
    let end = text[..open].trim_end().len();
    let counts = end > 0 && end < open && is_count(&inner[open + 1..]);
    (counts && !ends_with_operator(&text[..end])).then_some((end, open))
}

/// A count that says so, at the end: `Results: 120`, `(n = 1,204)`, `[310]`,
/// `1,204 hits`, `(45 hits, 12 new)`.
fn labelled(text: &str) -> Option<(usize, usize)> {
    let whole = text.trim_end().trim_end_matches('.');
    for (open, close) in [('(', ')'), ('[', ']')] {
        let Some(inner) = whole.strip_suffix(close) else { continue };
        let at = inner.rfind(open)?;
        let inner = &inner[at + 1..];
        let end = text[..at].trim_end().len();
        let counts = is_labelled(inner) || (open == '[' && is_count(inner));
        return (counts && end > 0 && !ends_with_operator(&text[..end])).then_some((end, at));
    }
    let starts = whole.char_indices().rev().filter(|(_, c)| c.is_whitespace());
    let starts: Vec<usize> = starts.map(|(at, _)| at).take(3).collect();
    let start = starts.into_iter().rfind(|at| is_labelled(&whole[*at..]))?;
    let before = text[..start].trim_end();
    let end = before.trim_end_matches([',', ';', '-', '\u{2192}', '=']).trim_end().len();
    (end > 0).then_some((end, start))
}

/// Whether a text is a count and what it counts: `Results: 120`, `n = 7`, `45
/// hits, 12 new`.
pub(super) fn is_labelled(text: &str) -> bool {
    let marked = text.contains(['=', ':']);
    let small = text.to_lowercase().replace(['=', ':', ';'], " ").replace(", ", " ");
    let words: Vec<&str> = small.split_whitespace().collect();
    let label = |word: &&str| is_counted(word) && (marked || *word != "n");
    let more = |word: &&str| OF_HITS.contains(word);
    let counts = words.iter().filter(|word| is_count(word)).count();
    let labels = words.iter().filter(|word| label(word)).count();
    let others = words.iter().filter(|word| more(word) && !label(word)).count();
    let first = words.first().is_some_and(|word| is_count(word));
    counts > 0
        && labels > 0
        && (counts == 1 || labels + others >= counts)
        && counts + labels + others == words.len()
        && (marked || first)
}

/// The place of a day at the end, such as `12 Jan 2024`.
fn day_at_end(text: &str) -> Option<usize> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [.., day, month, year] = words.as_slice() else { return None };
    let digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let month = month.len() >= 3 && month.starts_with(|c: char| c.is_ascii_uppercase());
    let dated = digits(day) && day.len() < 3 && digits(year) && year.len() == 4 && month;
    let written = format!("{day} {} {year}", words[words.len() - 2]);
    let date = dated.then(|| date_limits::date(&written)).flatten();
    date.and_then(|_| {
        let rest = (0..3).try_fold(text, |rest, _| {
            rest.trim_end().rsplit_once(char::is_whitespace).map(|(rest, _)| rest)
        })?;
        Some(rest.len())
    })
}

/// A number at the end.
fn after_blank(text: &str, by_blanks: bool) -> Option<(usize, usize)> {
    let (before, last) = text.trim_end().rsplit_once(' ')?;
    let digits = |word: &str, most: usize| {
        word.len() <= most && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    if by_blanks
        && last.len() == 3
        && digits(last, 3)
        && let Some((before, thousands)) = before.trim_end().rsplit_once(' ')
        && !thousands.is_empty()
        && digits(thousands, 3)
        && !ends_with_operator(before)
    {
        let end = before.trim_end().len();
        return (end > 0).then_some((end, end));
    }
    let end = before.trim_end().len();
    (end > 0 && is_count(last) && !ends_with_operator(before)).then_some((end, end))
}

fn ends_with_operator(text: &str) -> bool {
    let word = text.split_whitespace().next_back().unwrap_or_default().to_lowercase();
    is_operator(&word)
}

/// Whether a text is a number of hits: digits, with signs or blanks between
/// thousands.
pub(super) fn is_count(text: &str) -> bool {
    // ProQuest marks counts that include duplicates.
    let text = text.trim().trim_end_matches('\u{b0}');
    let groups: Vec<&str> = text.split('.').collect();
    let dotted = groups.len() == 1 || groups[1..].iter().all(|group| group.len() == 3);
    text.starts_with(|c: char| c.is_ascii_digit())
        && dotted
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '\'' | ' ' | '.'))
}

/// Whether a word is a number of hits, with signs around it.
pub(in super::super) fn is_number(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let digits = |c: char| c.is_ascii_digit() || matches!(c, ',' | '\u{a0}');
    bare.starts_with(|c: char| c.is_ascii_digit()) && bare.chars().all(digits)
}
