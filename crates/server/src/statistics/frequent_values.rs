//! The commonest values of a field, in memory of a fixed size.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use datasketches::hll::{HllSketch, HllType, HllUnion};

/// Values that are counted one by one. With more, the rarest half is forgotten.
const MOST: usize = 16_384;

/// Binary logarithm of the registers that estimate how many different values there are: the
/// standard error is 0.8 %.
const REGISTERS: u8 = 14;

/// Counts values by their hashes. As long as there are no more than [`MOST`] different ones, all
/// counts are exact. Past that, a value that was not forgotten has at least its count
/// (lossy counting, Manku and Motwani, 2002), and the number of values is an estimate
/// (`HyperLogLog`). `P` is a place of a study.
#[derive(Debug)]
pub(super) struct FrequentValues<P> {
    values: HashMap<u64, CountedValue<P>>,
    /// How often a value may have been counted that is not here.
    forgotten: u32,
    /// There is one once values were forgotten.
    different: Option<Box<HllSketch>>,
}

/// How often a value was counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct CountedValue<P> {
    /// At least.
    pub(super) studies: u32,
    /// How many may be missing.
    missing: u32,
    /// A study that has it.
    pub(super) place: P,
}

impl<P> CountedValue<P> {
    /// How often at most.
    fn most(&self) -> u32 {
        self.studies.saturating_add(self.missing)
    }
}

impl<P> Default for FrequentValues<P> {
    fn default() -> Self {
        Self { values: HashMap::new(), forgotten: 0, different: None }
    }
}

impl<P: Copy + Ord> FrequentValues<P> {
    /// Counts a study with a value.
    pub(super) fn add(&mut self, hash: u64, place: P) {
        if let Some(different) = &mut self.different {
            different.update(hash);
        }
        match self.values.entry(hash) {
            Entry::Occupied(mut known) => known.get_mut().studies += 1,
            Entry::Vacant(room) => {
                room.insert(CountedValue { studies: 1, missing: self.forgotten, place });
                if self.values.len() > MOST {
                    self.forget();
                }
            }
        }
    }

    /// Adds what was counted of other studies.
    pub(super) fn join(&mut self, other: Self) {
        if self.different.is_some() || other.different.is_some() {
            self.different = united(self.sketch(), other.sketch()).map(Box::new);
        }
        for (hash, value) in &mut self.values {
            let known = other.values.get(hash);
            value.studies += known.map_or(0, |known| known.studies);
            value.missing += known.map_or(other.forgotten, |known| known.missing);
        }
        for (hash, value) in other.values {
            let missing = value.missing + self.forgotten;
            self.values.entry(hash).or_insert(CountedValue { missing, ..value });
        }
        self.forgotten += other.forgotten;
        if self.values.len() > MOST {
            self.forget();
        }
    }

    /// How many different values there are; an estimate where some were forgotten.
    pub(super) fn different(&self) -> u64 {
        let estimate = self.different.as_ref().map(|different| different.estimate().round() as u64);
        estimate.unwrap_or_default().max(self.values.len() as u64)
    }

    /// The commonest values by their hashes. Where as many studies have each, the one that was
    /// found first is first: the same in every run.
    pub(super) fn top(&self, most: usize) -> Vec<(u64, CountedValue<P>)> {
        let mut all: Vec<(u64, CountedValue<P>)> =
            self.values.iter().map(|(hash, value)| (*hash, *value)).collect();
        all.sort_unstable_by_key(|(hash, value)| {
            (std::cmp::Reverse(value.studies), value.place, *hash)
        });
        all.truncate(most);
        all
    }

    /// Forgets the rarer half.
    fn forget(&mut self) {
        if self.different.is_none() {
            self.different = self.sketch().map(Box::new);
        }
        let mut counts: Vec<u32> = self.values.values().map(CountedValue::most).collect();
        let middle = counts.len() / 2;
        let (_, middle, _) = counts.select_nth_unstable(middle);
        let end = *middle;
        self.values.retain(|_, value| value.most() > end);
        self.forgotten = self.forgotten.max(end);
    }

    /// What estimates the number of values; `None` where there is no memory for it.
    fn sketch(&self) -> Option<HllSketch> {
        if let Some(different) = &self.different {
            return Some((**different).clone());
        }
        let mut sketch = HllSketch::new(REGISTERS, HllType::Hll8).ok()?;
        self.values.keys().for_each(|hash| sketch.update(*hash));
        Some(sketch)
    }
}

fn united(one: Option<HllSketch>, other: Option<HllSketch>) -> Option<HllSketch> {
    let mut union = HllUnion::new(REGISTERS).ok()?;
    union.update(&one?);
    union.update(&other?);
    Some(union.to_sketch(HllType::Hll8))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of which the first ones are common, each with one more study than the next.
    fn counted(values: u64, common: u64) -> FrequentValues<u64> {
        let mut counted = FrequentValues::default();
        for value in 0..values.max(common) {
            counted.add(value, value);
        }
        for value in 0..common {
            (value..common).for_each(|place| counted.add(value, place));
        }
        counted
    }

    fn top(counted: &FrequentValues<u64>) -> Vec<(u64, u32)> {
        counted.top(3).into_iter().map(|(value, counted)| (value, counted.studies)).collect()
    }

    #[test]
    fn few_values_are_counted_exactly() {
        let mut all = counted(1_000, 40);
        assert_eq!((all.different(), top(&all)), (1_000, vec![(0, 41), (1, 40), (2, 39)]));
        all.join(counted(2_000, 40));
        assert_eq!((all.different(), top(&all)), (2_000, vec![(0, 82), (1, 80), (2, 78)]));
    }

    #[test]
    fn of_many_values_the_common_ones_are_kept() {
        let mut all = counted(100, 100);
        for value in 0..300_000 {
            all.add(1_000 + value, value);
        }
        assert!(all.values.len() <= MOST);
        assert_eq!(top(&all), [(0, 101), (1, 100), (2, 99)]);
        let within = |different: u64, exact: u64| different.abs_diff(exact) * 40 < exact;
        assert!(within(all.different(), 300_100), "{}", all.different());
        // The others were counted after these and may have been forgotten before.
        let mut others = counted(100, 100);
        (0..50_000).for_each(|value| others.add(900_000 + value, value));
        all.join(others);
        assert!(all.values.len() <= 2 * MOST && within(all.different(), 350_100));
        assert_eq!(top(&all), [(0, 202), (1, 200), (2, 198)]);
    }
}
