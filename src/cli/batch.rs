//! `trialdex batch`

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use trialdex::query;
use trialdex::search::{Matching, Window, Wish, search};

use super::args::{BatchArgs, BatchFormat, Global};
use super::search::{open_or_build, window};
use super::{Console, Failure, Outcome};

pub(crate) fn run(console: &mut Console, global: &Global, arguments: &BatchArgs) -> super::Result {
    let lines = open(&arguments.file)?;
    let store = open_or_build(console, &global.index)?;
    let matching = Matching::All;
    let window = match arguments.format {
        BatchFormat::Counts => Window { offset: 0, limit: Some(0) },
        BatchFormat::Trec => window(0, arguments.limit),
    };
    for (number, line) in (1..).zip(lines.split(b'\n')) {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_start_matches('\u{feff}').trim_end();
        if line.is_empty() {
            continue;
        }
        let (id, text) = line.split_once('\t').ok_or_else(|| no_tab(&arguments.file, number))?;
        let question = query::plain(text, arguments.any);
        let hits = search(&store, &Wish { question: &question, matching, order: &[], window })?;
        match arguments.format {
            BatchFormat::Counts => writeln!(console.out, "{id}\t{}", hits.total)?,
            BatchFormat::Trec => {
                for hit in &hits.hits {
                    let (nct, rank, score) = (hit.nct_id, hit.rank, hit.score);
                    writeln!(console.out, "{id} Q0 {nct} {rank} {score:.6} {}", arguments.tag)?;
                }
            }
        }
    }
    console.out.flush()?;
    Ok(Outcome::Done)
}

fn open(path: &Path) -> Result<Box<dyn BufRead>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let file =
        File::open(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    Ok(Box::new(BufReader::new(file)))
}

fn no_tab(path: &Path, number: u64) -> Failure {
    Failure::new(format!("{}:{number}: no tab between id and query", path.display()))
        .hint("write a line as `id<TAB>query`")
}
