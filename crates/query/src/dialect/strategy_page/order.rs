//! The order of lines, and where one strategy of a file ends and the next one
//! begins.

use super::page_lines::{StrategyEntry, StrategyPage};

/// How the numbers of a strategy go on, as far as it is read.
struct NumberOrder {
    first: u32,
    last: u32,
    lines: usize,
    rises: bool,
    falls: bool,
}

impl NumberOrder {
    fn new(number: u32) -> Self {
        Self { first: number, last: number, lines: 1, rises: true, falls: true }
    }

    fn add(&mut self, number: u32) {
        self.rises &= number >= self.last;
        self.falls &= number <= self.last;
        self.last = number;
        self.lines += 1;
    }

    /// Whether the numbers of lines begin from the first one again. `again` is
    /// whether one is below.
    fn ends_before(&self, next: u32, again: impl Fn(u32) -> bool) -> bool {
        let from_first = self.rises && next == self.first;
        let turns = self.falls && self.lines > 1 && self.last == 1 && next > 1;
        next > 0 && (from_first || (turns && again(self.last)))
    }
}

impl StrategyPage {
    /// Parts the strategies of a file, and puts the lines of each in order.
    /// Histories that begin with the last line are turned round.
    pub(super) fn in_order(&mut self) {
        let numbers: Vec<u32> = self.entries.iter().map(|entry| entry.number).collect();
        let Some(mut course) = numbers.first().map(|first| NumberOrder::new(*first)) else {
            return;
        };
        let (mut begin, mut strategy) = (0, 0);
        for at in 1..=numbers.len() {
            if let Some(next) = numbers.get(at) {
                if !course.ends_before(*next, |number| numbers[at..].contains(&number)) {
                    course.add(*next);
                    continue;
                }
                course = NumberOrder::new(*next);
            }
            let part = &mut self.entries[begin..at];
            part.iter_mut().for_each(|entry| entry.strategy = strategy);
            if has_own_numbers(part) {
                part.sort_by_key(|entry| entry.number);
            }
            strategy += 1;
            begin = at;
        }
    }
}

/// Whether each line has a number that no other one has.
fn has_own_numbers(entries: &[StrategyEntry]) -> bool {
    let mut numbers: Vec<u32> = entries.iter().map(|entry| entry.number).collect();
    numbers.sort_unstable();
    numbers.windows(2).all(|pair| pair[0] != pair[1]) && numbers.first() != Some(&0)
}
