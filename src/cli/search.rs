//! `trialdex search`

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use trialdex::index::{IndexError, Store};
use trialdex::output::{HitFormat, HitWriter, chosen_pieces, plural};
use trialdex::query;
use trialdex::search::{Matching, Window, search};

use super::args::{Global, SearchArgs, WorkArgs};
use super::index::{DEFAULT_INPUT, build};
use super::{Console, Failure, Outcome};

pub(crate) fn run(console: &mut Console, global: &Global, arguments: &SearchArgs) -> super::Result {
    let typed = typed(&arguments.words)?;
    let query = query::parse(&typed).map_err(|diagnostics| Failure::query(&typed, diagnostics))?;
    let fields = chosen_pieces(&arguments.fields)?;
    let store = open_or_build(console, &global.index)?;
    let matching = if arguments.any { Matching::Any } else { Matching::Closest };
    let hits = search(&store, &query, matching, window(arguments.offset, arguments.limit))?;
    let format = HitFormat::from(arguments.format);
    if format != HitFormat::Text
        && hits.required < hits.clauses
        && matching == Matching::Closest
        && hits.total > 0
    {
        console.say(&format!(
            "no study has all of the words; these have {} of {}",
            hits.required, hits.clauses
        ));
    }
    if format == HitFormat::Text {
        console.page();
    }
    let writer = HitWriter { format, paint: console.paint, fields: &fields };
    writer.write(&mut console.out, &query, &hits, matching)?;
    console.out.flush()?;
    Ok(if hits.total == 0 { Outcome::NothingFound } else { Outcome::Done })
}

/// The words as one text; a word with blanks in it was quoted in the shell
/// and is taken as it is.
fn typed(words: &[String]) -> Result<String, Failure> {
    if words != ["-"] {
        return Ok(words.join(" "));
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

pub(crate) fn window(offset: usize, limit: usize) -> Window {
    Window { offset, limit: (limit > 0).then_some(limit) }
}

/// Opens the index; where there is none but there is a `./corpus`, builds it.
pub(crate) fn open_or_build(console: &Console, directory: &Path) -> Result<Store, Failure> {
    match Store::open(directory) {
        Err(IndexError::Missing(_)) if Path::new(DEFAULT_INPUT).is_dir() => {
            console.say(&format!(
                "no index in `{}` yet: building it from ./{DEFAULT_INPUT}",
                directory.display()
            ));
            let inputs = [PathBuf::from(DEFAULT_INPUT)];
            let audit = build(console, directory, &inputs, false, &WorkArgs::default())?;
            console.say(&format!(
                "indexed {} from {}; `trialdex status` tells more\n",
                plural(audit.studies, "study", "studies"),
                plural(audit.files, "file", "files"),
            ));
            Ok(Store::open(directory)?)
        }
        opened => Ok(opened?),
    }
}
