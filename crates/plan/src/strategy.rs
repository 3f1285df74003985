//! A strategy with all its lines understood.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use trialdex_query::dialect::{Dialect, TranslatedLine, translate};
use trialdex_query::{Parameter, Request, StrategyLine, UnderstoodRequest, strategy};

use crate::request::SearchRequestError;
use crate::strategy_error::StrategyError;
use crate::used_strategy::{LeftOutLine, UsedLine, UsedStrategy};

/// The lines of a strategy, understood.
#[derive(Debug)]
pub struct UnderstoodStrategy {
    /// The file, as typed.
    pub file: String,
    /// See [`UsedStrategy::digest`].
    digest: String,
    published: PublishedStrategy,
    /// Its lines in their order.
    pub lines: Vec<StrategyLine>,
    /// Studies that each line finds, once they are counted.
    counts: OnceLock<Vec<usize>>,
}

impl UnderstoodStrategy {
    /// Reads the text of a file. Words are looked for and match as `like` says, which also says the
    /// system that it is written for. `digest` is that of the file's bytes, as a receipt has it.
    ///
    /// # Errors
    ///
    /// All that cannot be understood.
    pub fn read(
        file: String,
        text: &str,
        digest: String,
        like: &Request,
    ) -> Result<Self, SearchRequestError> {
        let published = like.from.map(|from| PublishedStrategy::of(text, from));
        Self::understood(file, text, digest, published.unwrap_or_default(), like)
    }

    /// The strategy of a receipt, as it was when it was run.
    ///
    /// # Errors
    ///
    /// All that cannot be understood.
    pub fn kept(used: &UsedStrategy, like: &Request) -> Result<Self, SearchRequestError> {
        let ours = Request { from: None, ..like.clone() };
        let (file, digest) = (used.file.clone(), used.digest.clone());
        Self::understood(file, &used.text(), digest, PublishedStrategy::kept(used), &ours)
    }

    fn understood(
        file: String,
        text: &str,
        digest: String,
        published: PublishedStrategy,
        like: &Request,
    ) -> Result<Self, SearchRequestError> {
        // What is wrong with the area is not wrong with every line.
        let queries = vec![(Parameter::Words, "area".to_owned())];
        Request { queries, filters: Vec::new(), ..like.clone() }.understand()?;
        match strategy(text, like) {
            Err(lines) => Err(StrategyError::NotUnderstood { file, lines }.into()),
            Ok(lines) if lines.is_empty() => Err(StrategyError::Empty { file }.into()),
            Ok(lines) => Ok(Self { file, digest, published, lines, counts: OnceLock::new() }),
        }
    }

    /// The line that is asked for: of a file with several strategies it has to be named.
    ///
    /// # Errors
    ///
    /// Several strategies without a number; a number that there is not.
    pub fn chosen(&self, number: Option<u32>) -> Result<&StrategyLine, StrategyError> {
        let last = &self.published.last;
        if number.is_none() && last.len() > 1 {
            return Err(StrategyError::Several { file: self.file.clone(), last: last.clone() });
        }
        self.line(number)
    }

    /// The line with a number; without one, the last line.
    ///
    /// # Errors
    ///
    /// A number that there is not.
    pub fn line(&self, number: Option<u32>) -> Result<&StrategyLine, StrategyError> {
        let wanted = |line: &&StrategyLine| number.is_none_or(|number| line.number == number);
        self.lines.iter().rev().find(wanted).ok_or_else(|| StrategyError::NoLine {
            file: self.file.clone(),
            number: number.unwrap_or_default(),
            known: self.lines.iter().map(|line| line.number).collect(),
        })
    }

    /// The line with a number and those that are part of it.
    fn parts_of(&self, number: u32) -> impl Iterator<Item = &StrategyLine> {
        let whole = self.lines.iter().find(move |line| line.number == number);
        self.lines.iter().filter(move |line| {
            line.number == number || whole.is_some_and(|whole| whole.has(line.number))
        })
    }

    /// Remarks about a line appear with the lines that are part of it, where they were typed.
    pub(crate) fn place_remarks(&self, understood: &mut UnderstoodRequest, number: u32) {
        let whole = self.lines.iter().find(|line| line.number == number).map(|line| &line.whole);
        understood.remarks.retain(|remark| Some(&remark.typed) != whole);
        let parts = self.parts_of(number);
        understood.remarks.extend(parts.flat_map(|line| line.understood.remarks.clone()));
    }

    /// Takes it that each line finds so many studies.
    pub fn counted(&self, counts: Vec<usize>) {
        // What is counted already is the same.
        let _ = self.counts.set(counts);
    }

    /// Studies that each line finds, if they were counted.
    #[must_use]
    pub fn counts(&self) -> Option<&[usize]> {
        self.counts.get().map(Vec::as_slice)
    }

    /// The strategy as it was run for its line with a number, with the studies that each line
    /// finds, if they were counted.
    #[must_use]
    pub fn used(&self, line: u32) -> UsedStrategy {
        let counts = self.counts().unwrap_or_default().iter().copied().chain(std::iter::repeat(0));
        let lines = self.lines.iter().zip(counts).map(|(line, found)| {
            let published = self.published.lines.get(&line.number);
            let (typed, remarks) = published.cloned().unwrap_or((line.typed.clone(), Vec::new()));
            UsedLine {
                number: line.number,
                translated: (typed != line.ours).then(|| line.ours.clone()),
                typed,
                remarks,
                understood: line.understood.text.clone(),
                found,
            }
        });
        let (file, digest, lines) = (self.file.clone(), self.digest.clone(), lines.collect());
        let PublishedStrategy { from, left_out, .. } = self.published.clone();
        UsedStrategy { file, digest, line, from, lines, left_out }
    }
}

/// A strategy, and the number of its line that is asked for.
pub(crate) fn of_receipt(
    used: &UsedStrategy,
    like: &Request,
) -> Result<(Arc<UnderstoodStrategy>, u32), SearchRequestError> {
    Ok((Arc::new(UnderstoodStrategy::kept(used, like)?), used.line))
}

/// What a strategy was before it was translated.
#[derive(Debug, Clone, Default)]
struct PublishedStrategy {
    /// The system that it was written for.
    from: Option<String>,
    /// By number: the line as it was typed, and what changed in meaning.
    lines: HashMap<u32, (String, Vec<String>)>,
    left_out: Vec<LeftOutLine>,
    /// The last line of each strategy in the file.
    last: Vec<u32>,
}

impl PublishedStrategy {
    fn of(text: &str, from: Dialect) -> Self {
        let mut published = Self { from: Some(from.key().to_owned()), ..Self::default() };
        let mut strategies = BTreeMap::new();
        for line in translate(text, from).lines {
            let TranslatedLine { number, typed, translated, remarks, strategy, .. } = line;
            if translated.is_some() {
                strategies.insert(strategy, number);
                published.lines.insert(number, (typed, remarks));
            } else {
                published.left_out.push(LeftOutLine { number, typed, remarks });
            }
        }
        published.last = strategies.into_values().collect();
        published
    }

    fn kept(used: &UsedStrategy) -> Self {
        let lines = used.lines.iter();
        let lines = lines.map(|line| (line.number, (line.typed.clone(), line.remarks.clone())));
        let (from, left_out) = (used.from.clone(), used.left_out.clone());
        Self { from, lines: lines.collect(), left_out, last: Vec::new() }
    }
}
