//! Makes the vectors of words that the program has built in, out of studies.
//!
//! ```console
//! $ trialdex export > studies.jsonl
//! $ cargo run --release --example word_vectors -- studies.jsonl words.bin left-out.txt
//! ```
//!
//! A latent semantic analysis (Deerwester and others, JASIS 1990): the matrix of studies and words
//! is reduced to the directions in which it extends furthest, by iterations on a random subspace
//! (Halko, Martinsson and Tropp, SIAM Review 2011). Studies whose numbers are lines of the third
//! file are left out, such as those of a judged collection. The same studies make the same file.

#![expect(clippy::print_stderr, reason = "says what it made the file of")]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};

use serde_json::Value;
use trialdex_engine::index::words_of_study;
use trialdex_records::study::Study;
use trialdex_text::vectors::{DIMENSIONS, VectorSum, WordVectors};

/// Studies that have a word at least: of rarer ones too little is known.
const FEWEST: usize = 4;

/// Words at most, the commonest, so that the file has less than 2 MB.
const MOST: usize = 20_000;

/// Directions that are computed, so that the last ones wanted are exact.
const SPACE: usize = DIMENSIONS + 16;

/// Times that the subspace is turned towards the widest directions.
const ITERATIONS: usize = 12;

/// A row for each study: numbers of words and their weights.
type Rows = Vec<Vec<(usize, f32)>>;

/// A dense matrix with a row for each word, or each study.
type Dense = Vec<[f32; SPACE]>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [studies, file, rest @ ..] = arguments.as_slice() else {
        return Err(
            "type a file of studies, the file to write, and a file of numbers to leave out".into(),
        );
    };
    let left_out = rest.first().map(fs::read_to_string).transpose()?.unwrap_or_default();
    let studies = read(studies, &left_out.lines().collect())?;
    let words = words(&studies);
    let rows = rows(&studies, &words);
    let (vectors, idf) = (reduced(&rows, words.len()), idfs(&studies, &words));
    // The rarer a word is, the more it says.
    let vector = |(word, number): (&String, &usize)| {
        let numbers = vectors[*number].map(|part| part * idf[*number]);
        (word.clone(), VectorSum::of(&numbers[..DIMENSIONS]))
    };
    let made: Vec<(String, VectorSum)> = words.iter().map(vector).collect();
    fs::write(file, WordVectors::file(&made))?;
    eprintln!("{} words of {} studies", words.len(), studies.len());
    Ok(())
}

/// Words with their weights, of each study that is not left out.
fn read(
    path: &str,
    left_out: &HashSet<&str>,
) -> Result<Vec<BTreeMap<String, f32>>, Box<dyn Error>> {
    let mut studies = Vec::new();
    for line in BufReader::new(fs::File::open(path)?).lines() {
        let Value::Object(map) = serde_json::from_str(&line?)? else { continue };
        let study = Study::from_map(map);
        let number = study.text("NCTId").unwrap_or_default();
        if !left_out.contains(number) {
            studies.push(words_of_study(&study));
        }
    }
    Ok(studies)
}

/// The numbers of words that enough studies have.
fn words(studies: &[BTreeMap<String, f32>]) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in studies.iter().flat_map(BTreeMap::keys) {
        *counts.entry(word).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> =
        counts.into_iter().filter(|(_, studies)| *studies >= FEWEST).collect();
    counts.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    counts.truncate(MOST);
    let words: BTreeSet<String> = counts.into_iter().map(|(word, _)| word.to_owned()).collect();
    words.into_iter().zip(0..).collect()
}

/// The studies as rows of length 1, words weighted by how rare they are.
fn rows(studies: &[BTreeMap<String, f32>], words: &BTreeMap<String, usize>) -> Rows {
    let idf = idfs(studies, words);
    let row = |study: &BTreeMap<String, f32>| {
        let known = study.iter().filter_map(|(word, weight)| {
            let number = *words.get(word)?;
            Some((number, weight * idf[number]))
        });
        let mut row: Vec<(usize, f32)> = known.collect();
        let length = row.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        row.iter_mut().for_each(|(_, weight)| *weight /= length.max(f32::MIN_POSITIVE));
        row
    };
    studies.iter().map(row).collect()
}

/// How rare each word is.
fn idfs(studies: &[BTreeMap<String, f32>], words: &BTreeMap<String, usize>) -> Vec<f32> {
    let mut counts = vec![0_usize; words.len()];
    for number in studies.iter().flat_map(BTreeMap::keys).filter_map(|word| words.get(word)) {
        counts[*number] += 1;
    }
    counts.into_iter().map(|with| (studies.len() as f32 / with.max(1) as f32).ln()).collect()
}

/// The widest directions among the rows: for each word its part in them, by the root of how wide
/// they are.
fn reduced(rows: &Rows, words: usize) -> Dense {
    let mut chance = 1;
    let mut space: Dense =
        (0..words).map(|_| [0.0; SPACE].map(|_: f32| random(&mut chance))).collect();
    for _ in 0..ITERATIONS {
        orthonormalize(&mut space);
        space = transposed_times(rows, &times(rows, &space), words);
    }
    orthonormalize(&mut space);
    // Within the subspace, the directions are those of a small matrix.
    let projected = times(rows, &space);
    let mut small = [[0.0_f64; SPACE]; SPACE];
    for row in &projected {
        for (one, line) in row.iter().zip(&mut small) {
            for (other, sum) in row.iter().zip(line) {
                *sum += f64::from(*one) * f64::from(*other);
            }
        }
    }
    let directions = eigenvectors(small);
    let turned = |row: &[f32; SPACE]| {
        std::array::from_fn(|at| {
            let (square, direction) = &directions[at];
            let part = row.iter().zip(direction).map(|(number, part)| f64::from(*number) * part);
            (part.sum::<f64>() * square.max(0.0).powf(0.25)) as f32
        })
    };
    space.iter().map(turned).collect()
}

fn times(rows: &Rows, dense: &Dense) -> Dense {
    let product = |row: &Vec<(usize, f32)>| {
        let mut sums = [0.0; SPACE];
        for (number, weight) in row {
            sums.iter_mut().zip(&dense[*number]).for_each(|(sum, number)| *sum += weight * number);
        }
        sums
    };
    rows.iter().map(product).collect()
}

fn transposed_times(rows: &Rows, dense: &Dense, words: usize) -> Dense {
    let mut product = vec![[0.0; SPACE]; words];
    for (row, numbers) in rows.iter().zip(dense) {
        for (number, weight) in row {
            product[*number]
                .iter_mut()
                .zip(numbers)
                .for_each(|(sum, number)| *sum += weight * number);
        }
    }
    product
}

/// Makes the columns of a matrix orthogonal and of length 1, by Gram and Schmidt.
fn orthonormalize(dense: &mut Dense) {
    for at in 0..SPACE {
        for before in 0..at {
            let shared: f64 =
                dense.iter().map(|row| f64::from(row[at]) * f64::from(row[before])).sum();
            dense.iter_mut().for_each(|row| row[at] -= shared as f32 * row[before]);
        }
        let length = dense.iter().map(|row| f64::from(row[at]).powi(2)).sum::<f64>().sqrt();
        dense.iter_mut().for_each(|row| row[at] /= length.max(1e-12) as f32);
    }
}

/// The eigenvalues and eigenvectors of a symmetric matrix, the greatest first, by Jacobi's
/// rotations.
fn eigenvectors(mut matrix: [[f64; SPACE]; SPACE]) -> Vec<(f64, [f64; SPACE])> {
    let mut vectors: Vec<[f64; SPACE]> = (0..SPACE)
        .map(|row| std::array::from_fn(|column| if row == column { 1.0 } else { 0.0 }))
        .collect();
    for _ in 0..30 {
        for one in 0..SPACE {
            for other in one + 1..SPACE {
                rotate(&mut matrix, &mut vectors, one, other);
            }
        }
    }
    let mut order: Vec<usize> = (0..SPACE).collect();
    order.sort_by(|one, other| matrix[*other][*other].total_cmp(&matrix[*one][*one]));
    order.into_iter().map(|at| (matrix[at][at], vectors[at])).collect()
}

/// Makes an element beside the diagonal 0; rows of `vectors` are turned along.
fn rotate(
    matrix: &mut [[f64; SPACE]; SPACE],
    vectors: &mut [[f64; SPACE]],
    one: usize,
    other: usize,
) {
    let beside = matrix[one][other];
    if beside.abs() < 1e-15 {
        return;
    }
    let angle = 0.5 * (2.0 * beside).atan2(matrix[one][one] - matrix[other][other]);
    let (sine, cosine) = angle.sin_cos();
    for line in matrix.iter_mut() {
        let (a, b) = (line[one], line[other]);
        (line[one], line[other]) = (cosine * a + sine * b, cosine * b - sine * a);
    }
    for at in 0..SPACE {
        let (a, b) = (matrix[one][at], matrix[other][at]);
        (matrix[one][at], matrix[other][at]) = (cosine * a + sine * b, cosine * b - sine * a);
        let (a, b) = (vectors[one][at], vectors[other][at]);
        (vectors[one][at], vectors[other][at]) = (cosine * a + sine * b, cosine * b - sine * a);
    }
}

/// A number from -0.5 to 0.5, by Marsaglia's generator (JSS 2003).
fn random(chance: &mut u64) -> f32 {
    *chance ^= *chance << 13;
    *chance ^= *chance >> 7;
    *chance ^= *chance << 17;
    (*chance >> 40) as f32 / (1_u64 << 24) as f32 - 0.5
}
