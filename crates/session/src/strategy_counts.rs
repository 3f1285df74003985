//! What the lines of a strategy find.

use trialdex_engine::search::{SearchOptions, SearchableIndex as _};
use trialdex_plan::UnderstoodStrategy;
use trialdex_query::StrategyLine;
use trialdex_text::vocabulary::OwnSynonyms;

use crate::any_error::AnyError;
use crate::any_index::AnyIndex;

/// The number of studies that each line of a strategy finds. It is counted once.
///
/// # Errors
///
/// An index that cannot be read, or a line that looks at too much of it.
pub fn strategy_counts<'a>(
    strategy: &'a UnderstoodStrategy,
    index: &AnyIndex,
    own: Option<&OwnSynonyms>,
) -> Result<&'a [usize], AnyError> {
    if strategy.counts().is_none() {
        let count = |line: &StrategyLine| -> Result<usize, AnyError> {
            let question = &line.understood.question;
            let options = SearchOptions { own, ..SearchOptions::new(question) }.counting();
            Ok(index.find(&options)?.total())
        };
        strategy.counted(strategy.lines.iter().map(count).collect::<Result<_, _>>()?);
    }
    Ok(strategy.counts().unwrap_or_default())
}
