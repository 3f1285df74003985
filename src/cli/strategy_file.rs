//! A line of a strategy as a query.

use std::path::{Path, PathBuf};

use clap::Args;

use trialdex_plan::{StrategyError, UnderstoodStrategy};
use trialdex_query::{Request, StrategyLineError};
use trialdex_records::encoding::decode;

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

/// Reads a strategy. Words are looked for and match as `like` says.
pub(crate) fn read(file: &Path, like: &Request) -> Result<UnderstoodStrategy, Failure> {
    of_bytes(file, &read_bytes(file, InputPurpose::List)?, like)
}

/// The same of a file that is read already.
pub(crate) fn of_bytes(
    file: &Path,
    bytes: &[u8],
    like: &Request,
) -> Result<UnderstoodStrategy, Failure> {
    let digest = blake3::hash(bytes).to_hex()[..DIGITS].to_owned();
    let (file, text) = (file.display().to_string(), decode(bytes).text);
    Ok(UnderstoodStrategy::read(file, &text, digest, like)?)
}

/// A strategy and the number of the line that is asked for; `typed` is `FILE`
/// or `FILE#4`.
pub(crate) fn chosen(typed: &str, like: &Request) -> Result<(UnderstoodStrategy, u32), Failure> {
    let (file, number) = parted(typed);
    let strategy = read(&file, like)?;
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
pub(crate) fn wrong_lines(file: &str, wrong: &[StrategyLineError]) -> Failure {
    let marks = wrong.iter().flat_map(StrategyLineError::marks);
    Failure::new(format!("{file}: the strategy cannot be understood")).marked(marks)
}

impl From<StrategyError> for Failure {
    fn from(error: StrategyError) -> Self {
        let failure = Self::new(error.to_string());
        match error {
            StrategyError::NotUnderstood { file, lines } => wrong_lines(&file, &lines),
            StrategyError::Empty { .. } => failure
                .hint("write lines such as `1. aplastic anemia` and `2. #1 AND cyclosporine`"),
            StrategyError::Several { file, last } => {
                let lines: Vec<String> =
                    last.iter().map(|line| format!("`{file}#{line}`")).collect();
                failure.hint(format!("type the last line of one of them: {}", lines.join(", ")))
            }
            StrategyError::NoLine { known, .. } => {
                let lines: Vec<String> = known.iter().map(|number| format!("#{number}")).collect();
                failure.hint(format!("its lines are {}", lines.join(", ")))
            }
            StrategyError::NotRead { .. } => failure,
        }
    }
}
