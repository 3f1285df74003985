//! The sample corpus, damaged at random: whatever it is, reading it ends, and
//! no converter panics.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use trialdex_records::format::convert;
use trialdex_records::source::{ReadLimits, SourceFile, SourceItem, WalkOptions, read, walk};

/// Damaged copies of each file.
const COPIES: u64 = 24;

/// Bytes that matter to one of the formats.
const SIGNS: &[u8] = b"{}[]\",:\\<>&;/!-|\n\r\t\0\xff\x80= #";

/// Marsaglia's xorshift generator: the same numbers in every run.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap_or(0)
    }
}

/// Damages bytes in one of the ways that files come to harm.
pub(super) fn damage(bytes: &mut Vec<u8>, chance: &mut Chance) {
    for _ in 0..=chance.below(6) {
        let at = chance.below(bytes.len());
        let end = (at + chance.below(200)).min(bytes.len());
        match chance.below(6) {
            0 => bytes.truncate(at),
            1 => {
                bytes.drain(at..end);
            }
            2 => {
                let part = bytes[at..end].to_vec();
                let to = chance.below(bytes.len());
                bytes.splice(to..to, part);
            }
            3 if at < bytes.len() => bytes[at] = SIGNS[chance.below(SIGNS.len())],
            4 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            _ => bytes.insert(at, SIGNS[chance.below(SIGNS.len())]),
        }
    }
}

/// Reads and converts all that is in a file; gives the number of things found.
fn found(path: PathBuf) -> usize {
    let limits = ReadLimits { record: 4 << 20, ..ReadLimits::default() };
    let mut count = 0;
    let _ = read(&SourceFile::at(path), &limits, &AtomicU64::new(0), &mut |found| {
        count += 1;
        if let SourceItem::Record(record) = found {
            let _ = convert(&record);
        }
        ControlFlow::Continue(())
    });
    count
}

#[test]
fn damaged_files_are_read_to_their_end_without_a_panic() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let scratch = tempfile::tempdir().expect("a directory");
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    for file in walk(&corpus, &WalkOptions::default()) {
        let file = file.expect("a file of the corpus");
        let whole = std::fs::read(&file.path).expect("its bytes");
        for copy in 0..COPIES {
            let mut bytes = whole.clone();
            damage(&mut bytes, &mut chance);
            let path = scratch.path().join(copy.to_string());
            std::fs::write(&path, &bytes).expect("written");
            let count = found(path);
            assert!(count > 0, "{} (copy {copy}): nothing was said of it", file.path.display());
        }
    }
}
