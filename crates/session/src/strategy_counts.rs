//! What the lines of a strategy find.

use trialdex_engine::search::{FoundHits as _, SearchOptions, SearchableIndex};
use trialdex_plan::UnderstoodStrategy;
use trialdex_query::StrategyLine;
use trialdex_text::vocabulary::OwnSynonyms;

/// The number of studies that each line of a strategy finds. It is counted once.
///
/// # Errors
///
/// An index that cannot be read, or a line that looks at too much of it.
pub fn strategy_counts<'a, I: SearchableIndex>(
    strategy: &'a UnderstoodStrategy,
    index: &I,
    own: Option<&OwnSynonyms>,
) -> Result<&'a [usize], I::Error> {
    if strategy.counts().is_none() {
        let count = |line: &StrategyLine| -> Result<usize, I::Error> {
            let question = &line.understood.question;
            let options = SearchOptions { own, ..SearchOptions::new(question) }.counting();
            Ok(index.find(&options)?.counts().total)
        };
        strategy.counted(strategy.lines.iter().map(count).collect::<Result<_, _>>()?);
    }
    Ok(strategy.counts().unwrap_or_default())
}
