//! Random numbers that a seed reproduces.

use super::word_hashes::mixed;

/// A stream of numbers (`SplitMix64`, Steele and others, OOPSLA 2014).
#[derive(Debug, Clone)]
pub(super) struct RandomStream(u64);

impl RandomStream {
    pub(super) fn of(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number below `bound`, which is above 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.next()) * bound as u128;
        (wide >> 64) as usize
    }

    /// The first `count` of a random order of the elements.
    pub(super) fn draw(&mut self, mut from: Vec<usize>, count: usize) -> Vec<usize> {
        for at in 0..count.min(from.len()) {
            let other = at + self.below(from.len() - at);
            from.swap(at, other);
        }
        from.truncate(count);
        from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_again_and_each_element_once() {
        let drawn = RandomStream::of(7).draw((0..100).collect(), 100);
        assert_eq!(drawn, RandomStream::of(7).draw((0..100).collect(), 100));
        assert_ne!(drawn, RandomStream::of(8).draw((0..100).collect(), 100));
        let mut sorted = drawn;
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..100));
    }

    #[test]
    fn every_element_is_drawn_about_as_often() {
        let mut chance = RandomStream::of(1);
        let mut counts = [0; 5];
        (0..5_000).for_each(|_| counts[chance.below(5)] += 1);
        assert!(counts.iter().all(|count| (900..1_100).contains(count)), "{counts:?}");
    }
}
