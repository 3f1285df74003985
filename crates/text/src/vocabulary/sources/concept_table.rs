//! A line a concept: identifier, preferred name, entry terms, tree numbers.

use std::io::BufRead;

use super::line_reader::{LineReader, missing};
use super::{ConceptSink, ConceptSource, SourceError};

pub(super) fn read(input: impl BufRead, sink: &mut ConceptSink<'_>) -> Result<(), SourceError> {
    let mut lines = LineReader::new(input);
    while let Some(line) = lines.next()? {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let concept = concept(line).ok_or("no tab between identifier and name");
        let whole = concept.and_then(|concept| missing(&concept).map_or(Ok(concept), Err));
        sink(whole.map_err(|problem| lines.wrong(problem))?);
    }
    Ok(())
}

fn concept(line: &str) -> Option<ConceptSource> {
    let mut cells = line.split('\t').map(str::trim);
    let (id, preferred) = (cells.next()?, cells.next()?);
    let mut list = || -> Vec<String> {
        let parts = cells.next().unwrap_or_default().split('|').map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (names, trees) = (list(), list());
    Some(ConceptSource { id: id.to_owned(), preferred: preferred.to_owned(), names, trees })
}
