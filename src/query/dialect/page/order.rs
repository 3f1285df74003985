//! The order of lines, and where one strategy of a file ends and the next one
//! begins.

use super::{Entry, Page};

/// Whether a line of the same strategy that has a number stands before
/// another one.
pub(super) fn is_above(entries: &[Entry], at: usize, number: u32) -> bool {
    let strategy = entries[at].strategy;
    entries[..at].iter().any(|entry| entry.strategy == strategy && entry.number == number)
}

impl Page {
    /// Parts the strategies of a file, and puts the lines of each in order.
    /// Histories that begin with the last line are turned round.
    pub(super) fn in_order(&mut self) {
        let mut begin = 0;
        let mut strategy = 0;
        for at in 1..=self.entries.len() {
            let ends = at == self.entries.len() || self.begins_again(begin, at);
            if !ends {
                continue;
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

    /// Whether the numbers of lines begin from the first one again.
    fn begins_again(&self, begin: usize, at: usize) -> bool {
        let part = &self.entries[begin..at];
        let (first, last, next) =
            (part[0].number, part[part.len() - 1].number, self.entries[at].number);
        let rises = part.windows(2).all(|pair| pair[0].number <= pair[1].number);
        let falls = part.windows(2).all(|pair| pair[0].number >= pair[1].number);
        if next == 0 {
            return false;
        }
        let from_first = rises && next == first;
        let again = self.entries[at..].iter().any(|entry| entry.number == last);
        let from_last = falls && part.len() > 1 && last == 1 && next > 1 && again;
        from_first || from_last
    }
}

/// Whether each line has a number that no other one has.
fn has_own_numbers(entries: &[Entry]) -> bool {
    let mut numbers: Vec<u32> = entries.iter().map(|entry| entry.number).collect();
    numbers.sort_unstable();
    numbers.windows(2).all(|pair| pair[0] != pair[1]) && numbers.first() != Some(&0)
}
