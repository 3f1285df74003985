//! A line of a strategy as a query.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use clap::Args;

use trialdex_engine::index::Store;
use trialdex_engine::search::receipt::{LeftOutLine, UsedLine, UsedStrategy};
use trialdex_engine::search::{HitWindow, SearchOptions, search};
use trialdex_query::dialect::{Dialect, TranslatedLine, translate};
use trialdex_query::{Request, StrategyLine, StrategyLineError, strategy};
use trialdex_records::encoding::decode;
use trialdex_text::vocabulary::OwnSynonyms;

use super::failure::Failure;
use super::input::{InputPurpose, read_bytes};

/// Digits of a digest.
const DIGITS: usize = 32;

#[derive(Debug, Default, Args)]
pub(crate) struct StrategyArgs {
    /// Search a line of a strategy file: `FILE#4` is line 4, `FILE` the last
    /// line; `-` is standard input
    #[arg(long, value_name = "FILE[#N]")]
    pub(crate) strategy: Option<String>,
}

/// The lines of a strategy, understood.
#[derive(Debug)]
pub(crate) struct StrategyFile {
    /// The file, as typed.
    pub(crate) file: String,
    digest: String,
    published: PublishedStrategy,
    pub(crate) lines: Vec<StrategyLine>,
    /// Studies that each line finds, once they are counted.
    counts: OnceCell<Vec<usize>>,
}

impl StrategyFile {
    /// Reads a file. Words are looked for and match as `like` says.
    pub(crate) fn read(file: &Path, like: &Request) -> Result<Self, Failure> {
        Self::of(file, &read_bytes(file, InputPurpose::List)?, like)
    }

    /// The same of a file that is read already.
    pub(crate) fn of(file: &Path, bytes: &[u8], like: &Request) -> Result<Self, Failure> {
        let digest = blake3::hash(bytes).to_hex()[..DIGITS].to_owned();
        let text = decode(bytes).text;
        let published =
            like.from.map(|from| PublishedStrategy::of(&text, from)).unwrap_or_default();
        Self::understood(file, &text, digest, published, like)
    }

    /// The strategy of a receipt, as it was when it was run.
    fn kept(used: &UsedStrategy, like: &Request) -> Result<Self, Failure> {
        let ours = Request { from: None, ..like.clone() };
        let (file, digest) = (Path::new(&used.file), used.digest.clone());
        Self::understood(file, &used.text(), digest, PublishedStrategy::kept(used), &ours)
    }

    fn understood(
        file: &Path,
        text: &str,
        digest: String,
        published: PublishedStrategy,
        like: &Request,
    ) -> Result<Self, Failure> {
        let lines = strategy(text, like).map_err(|wrong| wrong_lines(file, wrong))?;
        let file = file.display().to_string();
        if lines.is_empty() {
            return Err(Failure::new(format!("{file}: no line of a strategy"))
                .hint("write lines such as `1. aplastic anemia` and `2. #1 AND cyclosporine`"));
        }
        Ok(Self { file, digest, published, lines, counts: OnceCell::new() })
    }

    /// The line that is asked for: of a file with several strategies it has to
    /// be named.
    fn chosen(&self, number: Option<u32>) -> Result<&StrategyLine, Failure> {
        let (file, last) = (&self.file, &self.published.last);
        if number.is_none() && last.len() > 1 {
            let lines: Vec<String> = last.iter().map(|line| format!("`{file}#{line}`")).collect();
            return Err(Failure::new(format!("{file}: it has {} strategies", last.len()))
                .hint(format!("type the last line of one of them: {}", lines.join(", "))));
        }
        self.line(number)
    }

    /// The line with a number; without one, the last line.
    pub(crate) fn line(&self, number: Option<u32>) -> Result<&StrategyLine, Failure> {
        let wanted = |line: &&StrategyLine| number.is_none_or(|number| line.number == number);
        self.lines.iter().rev().find(wanted).ok_or_else(|| {
            let numbers: Vec<String> =
                self.lines.iter().map(|line| format!("#{}", line.number)).collect();
            let number = number.unwrap_or_default();
            Failure::new(format!("{}: there is no line `#{number}`", self.file))
                .hint(format!("its lines are {}", numbers.join(", ")))
        })
    }

    /// The line with a number and those that are part of it.
    pub(crate) fn parts_of(&self, number: u32) -> impl Iterator<Item = &StrategyLine> {
        let whole = self.lines.iter().find(move |line| line.number == number);
        self.lines.iter().filter(move |line| {
            line.number == number || whole.is_some_and(|whole| whole.has(line.number))
        })
    }

    /// Takes it that each line finds so many studies.
    pub(crate) fn counted(&self, counts: Vec<usize>) {
        // What is counted already is the same.
        let _ = self.counts.set(counts);
    }

    /// Studies that each line finds.
    pub(crate) fn counts(
        &self,
        store: &Store,
        own: Option<&OwnSynonyms>,
    ) -> Result<&[usize], Failure> {
        if self.counts.get().is_none() {
            let count = |line: &StrategyLine| -> Result<usize, Failure> {
                let window = HitWindow { offset: 0, limit: Some(0) };
                let question = &line.understood.question;
                Ok(search(store, &SearchOptions { window, own, ..SearchOptions::new(question) })?
                    .total)
            };
            self.counted(self.lines.iter().map(count).collect::<Result<_, _>>()?);
        }
        Ok(self.counts.get().map_or(&[], Vec::as_slice))
    }

    /// The strategy as it was run for its line with a number.
    pub(crate) fn used(
        &self,
        line: u32,
        store: &Store,
        own: Option<&OwnSynonyms>,
    ) -> Result<UsedStrategy, Failure> {
        let counts = self.counts(store, own)?;
        let lines = self.lines.iter().zip(counts).map(|(line, found)| {
            let published = self.published.lines.get(&line.number);
            let (typed, remarks) = published.cloned().unwrap_or((line.typed.clone(), Vec::new()));
            UsedLine {
                number: line.number,
                translated: (typed != line.ours).then(|| line.ours.clone()),
                typed,
                remarks,
                understood: line.understood.text.clone(),
                found: *found,
            }
        });
        let (file, digest, lines) = (self.file.clone(), self.digest.clone(), lines.collect());
        let PublishedStrategy { from, left_out, .. } = self.published.clone();
        Ok(UsedStrategy { file, digest, line, from, lines, left_out })
    }
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

/// A strategy from a file, or as a receipt has it, and the number of the line
/// that is asked for; `typed` is `FILE` or `FILE#4`.
pub(crate) fn chosen(
    typed: &str,
    kept: Option<&UsedStrategy>,
    like: &Request,
) -> Result<(StrategyFile, u32), Failure> {
    if let Some(used) = kept {
        return Ok((StrategyFile::kept(used, like)?, used.line));
    }
    let (file, number) = parted(typed);
    let strategy = StrategyFile::read(&file, like)?;
    let number = strategy.chosen(number)?.number;
    Ok((strategy, number))
}

/// The file and the number of `FILE#4`. A file that is called so is taken
/// whole.
fn parted(typed: &str) -> (PathBuf, Option<u32>) {
    let whole = || (PathBuf::from(typed), None);
    let Some((file, number)) = typed.rsplit_once('#').filter(|(file, _)| !file.is_empty()) else {
        return whole();
    };
    match number.parse() {
        Ok(number) if !Path::new(typed).exists() => (PathBuf::from(file), Some(number)),
        _ => whole(),
    }
}

/// Everything that is wrong with the lines of a strategy.
pub(crate) fn wrong_lines(path: &Path, wrong: Vec<StrategyLineError>) -> Failure {
    let mut failure =
        Failure::new(format!("{}: the strategy cannot be understood", path.display()));
    for line in wrong {
        let shown = format!("{}: {}", line.at, line.typed);
        for diagnostic in line.diagnostics {
            failure.mark(&shown, diagnostic, shown.len() - line.typed.len());
        }
    }
    failure
}
