//! How long learning takes: features of studies of real size, and models of
//! decisions on them.
//!
//! ```text
//! cargo bench --bench learning -- [--studies N] [--bytes N] [FILE]
//! ```
//!
//! FILE has a study of API v2 a line; without one, or for as many as it
//! lacks, texts are made up: words by Zipf's law, each as often as its rank
//! says.

use std::env;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use trialdex_records::study::Study;
use trialdex_review::learning::{
    FeatureMatrix, LearningMethod, LinearModel, SimulationPlan, simulate, text_of,
};

/// Studies, and bytes of each that is made up.
const STUDIES: usize = 10_000;
const BYTES: usize = 5_000;

/// Different words of made-up texts.
const VOCABULARY: usize = 60_000;

/// Numbers of decisions that are learned from.
const DECISIONS: [usize; 4] = [20, 200, 1_000, 3_000];

/// Each is done so often, and the fastest counts.
const ROUNDS: usize = 5;

struct LearningInput {
    studies: usize,
    bytes: usize,
    file: Option<String>,
}

fn asked() -> Result<LearningInput, Box<dyn Error>> {
    let mut asked = LearningInput { studies: STUDIES, bytes: BYTES, file: None };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--bench" => {}
            "--studies" => asked.studies = words.next().ok_or("--studies N")?.parse()?,
            "--bytes" => asked.bytes = words.next().ok_or("--bytes N")?.parse()?,
            _ => asked.file = Some(word),
        }
    }
    Ok(asked)
}

fn main() -> Result<(), Box<dyn Error>> {
    let asked = asked()?;
    let texts = texts(&asked)?;
    let mut out = io::stdout().lock();
    let size = texts.iter().map(String::len).sum::<usize>() as f64 / 1e6;
    let (features, time) = fastest(|| FeatureMatrix::of(&texts));
    let (rows, width) = (features.rows(), features.width());
    writeln!(out, "{rows} studies, {size:.1} MB, {width} words and pairs: features in {time:.0?}")?;
    for method in [LearningMethod::Svm, LearningMethod::Logistic] {
        for count in DECISIONS.into_iter().filter(|count| *count <= rows) {
            let decisions = decisions(rows, count);
            let (model, time) = fastest(|| LinearModel::train(&features, &decisions, method));
            let name = model.ok_or("a model")?.name();
            writeln!(out, "{name}: trained and {rows} studies scored in {time:.1?}")?;
        }
    }
    let labels: Vec<bool> = (0..rows).map(is_included).collect();
    let start = Instant::now();
    let simulation =
        simulate(&features, &labels, &SimulationPlan { every: 10, ..SimulationPlan::default() })?;
    let (models, time) = (simulation.models, start.elapsed());
    writeln!(out, "reading all, a model every 10 studies: {models} models in {time:.1?}")?;
    Ok(())
}

fn fastest<T>(work: impl Fn() -> T) -> (T, Duration) {
    let mut best = (work(), Duration::MAX);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let done = black_box(work());
        best = (done, best.1.min(start.elapsed()));
    }
    best
}

/// One study in twenty is included.
fn is_included(row: usize) -> bool {
    row.is_multiple_of(20)
}

/// Decisions on studies all over the rows.
fn decisions(rows: usize, count: usize) -> Vec<(usize, bool)> {
    (0..count).map(|at| at * rows / count).map(|row| (row, is_included(row))).collect()
}

fn texts(asked: &LearningInput) -> Result<Vec<String>, Box<dyn Error>> {
    let mut texts = Vec::new();
    if let Some(file) = &asked.file {
        for line in fs::read_to_string(file)?.lines().take(asked.studies) {
            texts.push(text_of(&Study::from_map(serde_json::from_str(line)?)));
        }
    }
    let mut state = 1;
    while texts.len() < asked.studies {
        let included = is_included(texts.len());
        texts.push(made_up(asked.bytes, included, &mut state));
    }
    Ok(texts)
}

/// A text of words of letters; that of an include has some of their own.
fn made_up(bytes: usize, included: bool, state: &mut u64) -> String {
    let mut text = String::with_capacity(bytes + 16);
    while text.len() < bytes {
        let share = chance(state);
        let rank = (VOCABULARY as f64).powf(share) as usize;
        let own = included && chance(state) < 0.02;
        spell(if own { VOCABULARY + rank % 50 } else { rank }, &mut text);
        text.push_str(if chance(state) < 0.06 { ". " } else { " " });
    }
    text
}

/// A number from 0 to 1 (xorshift64*).
fn chance(state: &mut u64) -> f64 {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A word for a number, in syllables.
fn spell(mut number: usize, text: &mut String) {
    loop {
        text.push(char::from(b"bcdfglmnprstvz"[number % 14]));
        text.push(char::from(b"aeiou"[number / 14 % 5]));
        number /= 70;
        if number == 0 {
            return;
        }
    }
}
