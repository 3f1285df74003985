//! Vectors of words: words of the same studies have like ones.
//!
//! They are static: the vector of a text is the sum of those of its words. The
//! built-in ones are made by `examples/word_vectors.rs` of the project, by a
//! latent semantic analysis of registry records (Deerwester and others, JASIS
//! 1990). `docs/ranking.md` says of which.

use std::sync::OnceLock;

/// Numbers of a vector: with 128, the ranking is the same.
pub const DIMENSIONS: usize = 64;

/// Numbers of eight bytes that a direction is kept in.
pub const PACKED: usize = DIMENSIONS / 8;

/// The first bytes of a file of vectors.
const MAGIC: &[u8; 8] = b"TDXVEC1\n";

static BUILT_IN: &[u8] = include_bytes!("vectors/words.bin");

/// What a number of a direction of length 1 is multiplied by.
const UNIT: f32 = 127.0;

/// The direction of a vector, its length left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Direction([i8; DIMENSIONS]);

impl Direction {
    /// How alike two directions are: the cosine of the angle between them, -1 to 1.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f32 {
        let products =
            self.0.iter().zip(&other.0).map(|(one, other)| i32::from(*one) * i32::from(*other));
        // No sum has more than 64 · 127².
        products.sum::<i32>() as f32 / (UNIT * UNIT)
    }

    /// The same in fewer numbers, as a column of an index keeps it.
    #[must_use]
    pub fn packed(&self) -> [u64; PACKED] {
        let mut packed = [0; PACKED];
        for (number, bytes) in packed.iter_mut().zip(self.0.chunks(8)) {
            for byte in bytes.iter().rev() {
                *number = *number << 8 | u64::from(byte.to_le_bytes()[0]);
            }
        }
        packed
    }

    /// The direction of packed numbers; `None` where they are too few.
    pub fn unpacked(packed: impl Iterator<Item = u64>) -> Option<Self> {
        let mut numbers = [0; DIMENSIONS];
        let mut read = 0;
        for (eight, packed) in numbers.chunks_mut(8).zip(packed) {
            for (number, byte) in eight.iter_mut().zip(packed.to_le_bytes()) {
                *number = i8::from_le_bytes([byte]);
            }
            read += 1;
        }
        (read == PACKED).then_some(Self(numbers))
    }
}

/// A sum of vectors.
#[derive(Debug, Clone)]
pub struct VectorSum([f32; DIMENSIONS]);

impl Default for VectorSum {
    fn default() -> Self {
        Self([0.0; DIMENSIONS])
    }
}

impl VectorSum {
    /// A vector by its numbers, of which the first ones count.
    #[must_use]
    pub fn of(numbers: &[f32]) -> Self {
        let mut sum = Self::default();
        sum.0.iter_mut().zip(numbers).for_each(|(sum, number)| *sum = *number);
        sum
    }

    /// Adds a vector of that direction and length.
    pub fn add(&mut self, direction: &Direction, length: f32) {
        for (sum, number) in self.0.iter_mut().zip(&direction.0) {
            *sum += length * f32::from(*number);
        }
    }

    /// Its direction; `None` where it has none.
    #[must_use]
    pub fn direction(&self) -> Option<Direction> {
        let length = self.0.iter().map(|number| number * number).sum::<f32>().sqrt();
        (length > 0.0).then(|| {
            #[expect(clippy::cast_possible_truncation, reason = "no number is beyond 127")]
            let step = |number: &f32| (number / length * UNIT).round() as i8;
            Direction(self.0.each_ref().map(step))
        })
    }
}

/// Vectors of words.
#[derive(Debug, Clone, Copy)]
pub struct WordVectors<'a> {
    /// Where each word ends in `text`, as numbers of four bytes.
    ends: &'a [[u8; 4]],
    /// The words, sorted, one after another.
    text: &'a [u8],
    /// The length of each vector.
    lengths: &'a [[u8; 4]],
    directions: &'a [[u8; DIMENSIONS]],
}

impl WordVectors<'static> {
    /// Those that the program has built in.
    #[must_use]
    pub fn built_in() -> Self {
        static READ: OnceLock<WordVectors<'static>> = OnceLock::new();
        // A test holds that they can be read.
        *READ.get_or_init(|| WordVectors::read(BUILT_IN).unwrap_or(WordVectors::NONE))
    }
}

impl<'a> WordVectors<'a> {
    const NONE: Self = Self { ends: &[], text: &[], lengths: &[], directions: &[] };

    /// Those of a file; `None` where it is none of vectors.
    ///
    /// After its first bytes it has, in little endian: the number of words and
    /// the bytes of their text, where each word ends, the text, the lengths of
    /// the vectors, and their directions, a byte a number.
    #[must_use]
    pub fn read(file: &'a [u8]) -> Option<Self> {
        let rest = file.strip_prefix(MAGIC)?;
        let (words, rest) = number(rest)?;
        let (bytes, rest) = number(rest)?;
        let (ends, rest) = rest.split_at_checked(words.checked_mul(4)?)?;
        let (text, rest) = rest.split_at_checked(bytes)?;
        let (lengths, directions) = rest.split_at_checked(words.checked_mul(4)?)?;
        let (ends, lengths) = (ends.as_chunks().0, lengths.as_chunks().0);
        let (directions, over) = directions.as_chunks();
        (directions.len() == words && over.is_empty()).then_some(Self {
            ends,
            text,
            lengths,
            directions,
        })
    }

    /// A file of vectors, given by their words in order.
    #[must_use]
    pub fn file(vectors: &[(String, VectorSum)]) -> Vec<u8> {
        let (mut ends, mut text) = (Vec::new(), Vec::new());
        let (mut lengths, mut directions) = (Vec::new(), Vec::new());
        let known = vectors.iter().filter_map(|(word, sum)| Some((word, sum, sum.direction()?)));
        for (word, sum, direction) in known {
            text.extend_from_slice(word.as_bytes());
            ends.push(text.len());
            let length = sum.0.iter().map(|number| number * number).sum::<f32>().sqrt();
            lengths.extend_from_slice(&length.to_le_bytes());
            directions.extend(direction.0.iter().map(|number| number.to_le_bytes()[0]));
        }
        let in_four = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
        let mut file = MAGIC.to_vec();
        file.extend(in_four(ends.len()));
        file.extend(in_four(text.len()));
        file.extend(ends.into_iter().flat_map(in_four));
        for part in [text, lengths, directions] {
            file.extend(part);
        }
        file
    }

    /// How many words have one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether no word has one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Direction and length of the vector of a word in the form that it has in
    /// an index; the more the word says, the longer it is.
    #[must_use]
    pub fn of(&self, word: &str) -> Option<(Direction, f32)> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.word(middle).cmp(word.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(self.vector(middle)),
            }
        }
        None
    }

    /// The words whose directions are most like one, the most alike first,
    /// each with how alike it is; of as many as asked for.
    #[must_use]
    pub fn nearest(&self, direction: &Direction, most: usize) -> Vec<(&'a str, f32)> {
        let mut all: Vec<(usize, f32)> =
            (0..self.len()).map(|at| (at, self.vector(at).0.likeness(direction))).collect();
        all.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        all.truncate(most);
        let named = |(at, likeness)| Some((std::str::from_utf8(self.word(at)).ok()?, likeness));
        all.into_iter().filter_map(named).collect()
    }

    fn word(&self, at: usize) -> &'a [u8] {
        let end = |at: usize| u32::from_le_bytes(self.ends[at]) as usize;
        let start = at.checked_sub(1).map_or(0, end);
        self.text.get(start..end(at)).unwrap_or_default()
    }

    fn vector(&self, at: usize) -> (Direction, f32) {
        let numbers = self.directions[at].map(|byte| i8::from_le_bytes([byte]));
        (Direction(numbers), f32::from_le_bytes(self.lengths[at]) / UNIT)
    }
}

/// A number of four bytes, and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((usize::try_from(u32::from_le_bytes(*number)).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(numbers: &[f32]) -> VectorSum {
        VectorSum::of(numbers)
    }

    fn direction(numbers: &[f32]) -> Direction {
        vector(numbers).direction().expect("a direction")
    }

    #[test]
    fn directions_are_as_alike_as_their_angle_is_small() {
        let (east, north) = (direction(&[3.0]), direction(&[0.0, 0.2]));
        assert_eq!((east.likeness(&east), east.likeness(&north)), (1.0, 0.0));
        assert!((east.likeness(&direction(&[1.0, 1.0])) - 0.5_f32.sqrt()).abs() < 0.01);
        assert_eq!(east.likeness(&direction(&[-1.0])), -1.0);
        assert_eq!(vector(&[]).direction(), None);
    }

    #[test]
    fn a_direction_comes_back_out_of_a_column() {
        let numbers: Vec<f32> = (0..64).map(|at| at as f32 - 30.0).collect();
        let direction = direction(&numbers);
        assert_eq!(Direction::unpacked(direction.packed().into_iter()), Some(direction));
        assert_eq!(Direction::unpacked([1, 2].into_iter()), None);
    }

    #[test]
    fn a_file_gives_back_its_words() {
        let words = [("anemia", [1.0, 0.5]), ("flu", [-2.0, 0.0]), ("zinc", [0.1, 0.3])];
        let words = words.map(|(word, numbers)| (word.to_owned(), vector(&numbers)));
        let file = WordVectors::file(&words);
        let read = WordVectors::read(&file).expect("a file of vectors");
        assert_eq!((read.len(), read.of("gout")), (3, None));
        for (word, numbers) in words {
            let (found, length) = read.of(&word).expect("a vector");
            assert_eq!(Some(found), numbers.direction());
            let mut sum = VectorSum::default();
            sum.add(&found, length);
            assert!(sum.0.iter().zip(&numbers.0).all(|(one, other)| (one - other).abs() < 0.02));
        }
        assert_eq!(read.nearest(&direction(&[-1.0]), 1), [("flu", 1.0)]);
        assert!(WordVectors::read(&file[..file.len() - 1]).is_none());
        assert!(WordVectors::read(b"something else").is_none());
    }

    #[test]
    fn words_of_one_subject_are_alike() {
        let vectors = WordVectors::built_in();
        assert!(vectors.len() > 10_000 && BUILT_IN.len() < 2_000_000);
        let of = |word: &str| vectors.of(word).expect(word).0;
        for (one, like, unlike) in [
            ("heart", "cardiac", "kidney"),
            ("asthma", "inhaler", "melanoma"),
            ("nutrition", "nutritional", "tumor"),
        ] {
            assert!(of(one).likeness(&of(like)) > of(one).likeness(&of(unlike)) + 0.2, "{one}");
        }
    }
}
