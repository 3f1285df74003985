//! From the words of a name to the concepts that have it.
//!
//! A key is kept as the first bits of a hash instead of its text: a look-up
//! only needs to know whether a run of words is a name, and of which concepts;
//! the names themselves are in the concepts. That takes 0.5 MB for the
//! descriptors of MeSH, where a finite-state transducer with the texts takes
//! 0.9 MB, and damaged bytes can neither lead out of the table nor in a circle.
//! In a table of 100,000 keys a run of words that is no name is taken for one
//! with a probability of about 2^-37: 40 bits are kept, besides those that
//! choose the bucket.
//!
//! ```text
//! bits   u8                 the first bits of a hash number its bucket
//! width  u8                 bytes of a concept's number, 2 or 4
//! ends   2^bits x u32       where each bucket ends, in entries
//! entry  5 + width bytes    the next 40 bits, the concept; in order
//! ```
//!
//! Numbers begin with their least byte, but for the bits of the hash.

use super::bytes::{number, u32_at};

/// Bytes of a hash in an entry.
const KEPT: usize = 5;

/// Entries of a bucket on average.
const BUCKET: usize = 8;

/// Bits that number a bucket at most.
const MOST_BITS: u32 = 24;

/// Hashes of the first word, the first two words, and so on.
///
/// FNV-1a over the words with a blank after each
/// (<http://www.isthe.com/chongo/tech/comp/fnv/>), then the finalizer of
/// MurmurHash3, since the first bits of the former are not mixed well.
pub(super) fn hashes(terms: &[String]) -> impl Iterator<Item = u64> + '_ {
    let start: u64 = 0xcbf2_9ce4_8422_2325;
    terms.iter().scan(start, |state, term| {
        for byte in term.bytes().chain([b' ']) {
            *state = (*state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Some(mixed(*state))
    })
}

fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}

/// The table of keys in a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeyTable<'a> {
    bits: u32,
    width: usize,
    ends: &'a [u8],
    entries: &'a [u8],
}

impl<'a> KeyTable<'a> {
    /// `None` where the bytes are no such table.
    pub(super) fn of(section: &'a [u8]) -> Option<Self> {
        let (&[bits, width], rest) = section.split_first_chunk()?;
        let (bits, width) = (u32::from(bits), usize::from(width));
        if !(1..=MOST_BITS).contains(&bits) || !matches!(width, 2 | 4) {
            return None;
        }
        let (ends, entries) = rest.split_at_checked(4 << bits)?;
        let whole = entries.len().is_multiple_of(KEPT + width);
        whole.then_some(Self { bits, width, ends, entries })
    }

    /// The numbers of the concepts whose key has that hash, in order.
    pub(super) fn find(self, hash: u64) -> impl Iterator<Item = u32> + 'a {
        let kept = self.kept(hash);
        let entries = self.bucket(hash).unwrap_or_default().chunks_exact(KEPT + self.width);
        entries.filter(move |entry| entry[..KEPT] == kept).map(|entry| number(&entry[KEPT..]))
    }

    fn bucket(self, hash: u64) -> Option<&'a [u8]> {
        let bucket = usize::try_from(hash >> (64 - self.bits)).ok()?;
        let end = u32_at(self.ends, bucket)?;
        let start = if bucket == 0 { 0 } else { u32_at(self.ends, bucket - 1)? };
        let at = |entry: u32| usize::try_from(entry).ok()?.checked_mul(KEPT + self.width);
        self.entries.get(at(start)?..at(end)?)
    }

    fn kept(self, hash: u64) -> [u8; KEPT] {
        let [first, second, third, fourth, fifth, ..] = (hash << self.bits).to_be_bytes();
        [first, second, third, fourth, fifth]
    }
}

/// Writes the table of pairs of a hash and a concept's number, below
/// `concepts`. `None` where there are too many for the format.
pub(super) fn write(mut pairs: Vec<(u64, u32)>, concepts: u32, out: &mut Vec<u8>) -> Option<()> {
    pairs.sort_unstable();
    pairs.dedup();
    u32::try_from(pairs.len()).ok()?;
    let bits = (pairs.len() / BUCKET).max(2).ilog2().min(MOST_BITS);
    let width = if concepts <= 1 << 16 { 2 } else { 4 };
    let table = KeyTable { bits, width, ends: &[], entries: &[] };
    out.extend([bits as u8, width as u8]);
    for bucket in 0..1u64 << bits {
        let end = pairs.partition_point(|(hash, _)| hash >> (64 - bits) <= bucket);
        out.extend((end as u32).to_le_bytes());
    }
    for (hash, concept) in pairs {
        out.extend(table.kept(hash));
        out.extend(&concept.to_le_bytes()[..width]);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_found_and_nothing_else() {
        let hash = |of: u32| mixed(u64::from(of));
        for (count, concepts) in [(0, 1), (3, 3), (5000, 5000), (5000, 100_000)] {
            let mut table = Vec::new();
            let pairs = (0..count).map(|at| (hash(at), concepts - at - 1)).collect();
            write(pairs, concepts, &mut table).expect("few pairs");
            let keys = KeyTable::of(&table).expect("a table");
            for at in 0..count {
                assert_eq!(keys.find(hash(at)).collect::<Vec<_>>(), [concepts - at - 1]);
            }
            assert!((count..count + 5000).all(|at| keys.find(hash(at)).next().is_none()));
        }
    }

    #[test]
    fn a_key_may_belong_to_several_concepts() {
        let mut table = Vec::new();
        write(vec![(7, 2), (7, 1), (7, 2), (8 << 24, 9)], 10, &mut table).expect("few pairs");
        let keys = KeyTable::of(&table).expect("a table");
        assert_eq!(keys.find(7).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn each_beginning_has_its_hash() {
        let terms = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let whole = terms("heart attack");
        let all: Vec<u64> = hashes(&whole).collect();
        assert_eq!(all[0], hashes(&terms("heart")).next().expect("a word"));
        assert_ne!(all[1], hashes(&terms("heartattack")).next().expect("a word"));
    }
}
