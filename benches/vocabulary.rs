//! How long it takes until the built-in vocabulary can be used, and what a
//! look-up takes.
//!
//! ```text
//! cargo bench --bench vocabulary
//! ```

use std::error::Error;
use std::hint::black_box;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use trialdex_text::vocabulary::Vocabulary;
use trialdex_text::{parts_analyzer, words};

/// Turns of each look-up.
const ROUNDS: u32 = 1000;

fn timed(mut work: impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..ROUNDS {
        work();
    }
    start.elapsed() / ROUNDS
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    let words = words(&mut parts_analyzer(), "myocardial infarction in adults with diabetes");
    let terms: Vec<String> = words.into_iter().map(|word| word.term).collect();

    let start = Instant::now();
    let vocabulary = Vocabulary::built_in();
    let opened = start.elapsed();
    let found = vocabulary.concepts(&terms[..2]);
    let concept = *found.first().ok_or("the name is not known")?;
    black_box(vocabulary.concept(concept)?);
    writeln!(out, "open                    {opened:>10.1?}")?;
    writeln!(out, "open and first look-up  {:>10.1?}", start.elapsed())?;

    let neoplasms = vocabulary.concepts(&["neoplasm".to_owned()]);
    let neoplasms = *neoplasms.first().ok_or("the name is not known")?;
    let below = vocabulary.narrower(neoplasms)?;
    let all = below.len();
    for (what, time) in [
        ("concepts of a name", timed(|| drop(black_box(vocabulary.concepts(&terms[..2]))))),
        ("longest name", timed(|| _ = black_box(vocabulary.longest_name(black_box(&terms))))),
        ("a concept", timed(|| drop(black_box(vocabulary.concept(concept))))),
        ("narrower", timed(|| drop(black_box(vocabulary.narrower(concept))))),
    ] {
        writeln!(out, "{what:<24}{time:>10.1?}")?;
    }
    let start = Instant::now();
    black_box(vocabulary.narrower(neoplasms)?);
    writeln!(out, "narrower than neoplasms {:>10.1?}, {all} concepts", start.elapsed())?;
    let start = Instant::now();
    black_box(vocabulary.read(&below)?);
    writeln!(out, "and their names         {:>10.1?}", start.elapsed())?;
    Ok(())
}
