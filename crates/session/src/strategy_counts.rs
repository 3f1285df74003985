//! What the lines of a strategy find.

use trialdex_engine::index::{IndexError, Store};
use trialdex_engine::search::{SearchOptions, search};
use trialdex_plan::UnderstoodStrategy;
use trialdex_query::StrategyLine;
use trialdex_text::vocabulary::OwnSynonyms;

/// The number of studies that each line of a strategy finds. It is counted once.
///
/// # Errors
///
/// Files of the index that cannot be read, or a line that looks at too much of it.
pub fn strategy_counts<'a>(
    strategy: &'a UnderstoodStrategy,
    store: &Store,
    own: Option<&OwnSynonyms>,
) -> Result<&'a [usize], IndexError> {
    if strategy.counts().is_none() {
        let count = |line: &StrategyLine| -> Result<usize, IndexError> {
            let question = &line.understood.question;
            let options = SearchOptions { own, ..SearchOptions::new(question) }.counting();
            Ok(search(store, &options)?.total)
        };
        strategy.counted(strategy.lines.iter().map(count).collect::<Result<_, _>>()?);
    }
    Ok(strategy.counts().unwrap_or_default())
}
