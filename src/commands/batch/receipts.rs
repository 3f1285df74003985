//! Writes a receipt of each query.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use trialdex_engine::search::HitWindow;
use trialdex_files as files;
use trialdex_output::plural;
use trialdex_session::{AnyIndex, SearchAnswer};

use super::queries::BatchQuery;
use crate::cli::receipt_file::{check_place, now, save_receipt};
use crate::cli::{Console, Failure};

/// The paths of receipts, all in a directory: `line-4.json` for a line of a
/// strategy, `ID.json` for a query.
pub(super) fn places(
    directory: &Path,
    queries: &[BatchQuery],
    strategy: bool,
) -> Result<Vec<PathBuf>, Failure> {
    let mut names: HashMap<String, &str> = HashMap::new();
    let mut places = Vec::with_capacity(queries.len());
    for BatchQuery { id, .. } in queries {
        let stem = if strategy { format!("line-{id}") } else { file_name(id) };
        // Names of files may not differ by capitals alone.
        if let Some(other) = names.insert(stem.to_lowercase(), id) {
            let message = format!("the receipts of `{other}` and `{id}` would be one file");
            return Err(Failure::new(message).hint("give each query an id of its own"));
        }
        let place = directory.join(format!("{stem}.json"));
        check_place(&place)?;
        places.push(place);
    }
    Ok(places)
}

/// An id as the name of a file.
fn file_name(id: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = id.trim().chars().map(|c| if plain(c) { c } else { '_' }).collect();
    if name.starts_with('.') || name.is_empty() { format!("_{name}") } else { name }
}

/// Runs each query for all its hits, and writes down what it gave.
pub(super) fn write(
    console: &Console,
    index: &AnyIndex,
    queries: &[BatchQuery],
    places: &[PathBuf],
    directory: &Path,
) -> Result<(), Failure> {
    files::create_directories(directory)
        .map_err(|error| Failure::new(format!("{}: {error}", directory.display())))?;
    for (query, place) in queries.iter().zip(places) {
        let all = HitWindow { offset: 0, limit: None };
        let answer = SearchAnswer::find(index, &query.asked, all)?;
        save_receipt(place, &answer.receipt(now())?)?;
    }
    let count = plural(places.len() as u64, "receipt", "receipts");
    console.say(&format!("{count} written to {}", directory.display()));
    Ok(())
}
