//! `trialdex search`

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use trialdex::index::{IndexError, Store, VOCABULARY_FILE, rfc3339};
use trialdex::output::{Heading, HitFormat, HitWriter, chosen_pieces, clean_line, plural};
use trialdex::query::SortKey;
use trialdex::search::receipt::Receipt;
use trialdex::search::{Hits, Matching, Window, Wish, search};
use trialdex::study::pieces::Piece;

use super::args::{Global, SearchArgs};
use super::asked::{Asked, order};
use super::index::{DEFAULT_INPUT, build};
use super::work::WorkArgs;
use super::{Console, Failure, Outcome};

pub(crate) fn run(console: &mut Console, global: &Global, arguments: &SearchArgs) -> super::Result {
    let asked = Asked::new(console, &arguments.query, &arguments.strategy)?;
    // As on the site, every study is found where nothing is asked but how to
    // show them.
    let shown = arguments.count || !arguments.sort.is_empty() || !arguments.fields.is_empty();
    if asked.is_empty() && !shown {
        return Err(Failure::new("no words to look for")
            .hint("type some, such as `trialdex search aplastic anemia`"));
    }
    let order = order(&arguments.sort)?;
    let fields = chosen_pieces(&arguments.fields)?;
    let store = open_or_build(console, &global.index)?;
    // A number is that of what was asked for.
    let mut wish = Wish { order: &order, ..asked.wish() };
    if arguments.count {
        wish.matching = Matching::All;
        wish.window.limit = Some(0);
    } else {
        wish.window = window(arguments.offset, arguments.limit);
    }
    let hits = search(&store, &wish)?;
    if let Some(path) = &arguments.receipt {
        write_receipt(console, path, &store, &asked, &order, &arguments.sort)?;
    }
    say_what_is_cut(console, &hits);
    say_what_is_damaged(console, &store)?;
    if arguments.count {
        writeln!(console.out, "{}", hits.total)?;
    } else {
        write_hits(console, arguments, &fields, &asked, &wish, &hits)?;
    }
    console.out.flush()?;
    if !matches!(HitFormat::from(arguments.format), HitFormat::Json | HitFormat::JsonLines) {
        say_what_is_meant(console, &hits)?;
    }
    Ok(if hits.total == 0 { Outcome::NothingFound } else { Outcome::Done })
}

fn write_hits(
    console: &mut Console,
    arguments: &SearchArgs,
    fields: &[&'static Piece],
    asked: &Asked,
    wish: &Wish<'_>,
    hits: &Hits<'_>,
) -> Result<(), Failure> {
    let format = HitFormat::from(arguments.format);
    if format == HitFormat::Text {
        console.page();
    } else if hits.required < hits.clauses && hits.total > 0 {
        let (required, clauses) = (hits.required, hits.clauses);
        console.say(&format!("no study has all of the words; these have {required} of {clauses}"));
    }
    let (typed, understood) = (asked.typed.as_str(), asked.understood.text.as_str());
    let heading = Heading { typed, understood, area: asked.area.as_deref() };
    let explain = arguments.explain.then_some(wish);
    let writer = HitWriter { format, paint: console.paint, fields, explain };
    Ok(writer.write(&mut console.out, heading, hits)?)
}

/// Says of which truncated or misspelt words not all was looked for.
pub(crate) fn say_what_is_cut(console: &Console, hits: &Hits<'_>) {
    let cut = hits.understood().iter().filter(|words| words.cut);
    for typed in cut.map(|words| words.typed.as_str()).collect::<BTreeSet<_>>() {
        console.say(&clean_line(&format!(
            "note: more words or names fit `{typed}` than are looked for; the commonest were"
        )));
    }
}

/// Says that not all names are known, where the vocabulary is damaged.
pub(crate) fn say_what_is_damaged(console: &Console, store: &Store) -> Result<(), Failure> {
    if !store.vocabulary_is_whole()? {
        let file = store.directory().join(VOCABULARY_FILE);
        console.say(&clean_line(&format!(
            "note: {} is damaged: other names of what is looked for may be missing; make it anew with \
             `trialdex thesaurus import`, or remove it",
            file.display()
        )));
    }
    Ok(())
}

/// Misspelt words that are asked about at most.
const MOST_ASKED: usize = 5;

/// Asks of words that no study has whether others are meant.
fn say_what_is_meant(console: &mut Console, hits: &Hits<'_>) -> Result<(), Failure> {
    for (typed, meant) in hits.meant()?.into_iter().take(MOST_ASKED) {
        // Not before the reader of a pager is through: it would be written
        // across the text.
        console.close();
        let studies = meant.found.map(|found| format!(" ({})", plural(found, "study", "studies")));
        let (name, studies) = (&meant.written, studies.unwrap_or_default());
        console
            .say(&clean_line(&format!("no study has `{typed}`: did you mean `{name}`{studies}?")));
    }
    Ok(())
}

/// Runs a search for all its hits, and writes down what it gave.
pub(crate) fn receipt<'a>(
    store: &'a Store,
    asked: &Asked,
    order: &[SortKey],
    sort: &[String],
) -> Result<(Hits<'a>, Receipt), Failure> {
    let hits = search(store, &Wish { order, ..asked.wish() })?;
    let mut typed = asked.pairs.clone();
    typed.extend(sort.iter().map(|key| ("--sort".to_owned(), key.clone())));
    let date = rfc3339(SystemTime::now());
    let (own, understood) = (asked.own.as_ref(), asked.understood.text.clone());
    let strategy = asked.strategy.as_ref();
    let used = strategy.map(|(strategy, line)| strategy.used(*line, store, own)).transpose()?;
    let strategy = used.map(Box::new);
    let receipt = Receipt::new(store, &hits, own, typed, understood, date)?;
    Ok((hits, Receipt { strategy, ..receipt }))
}

/// Writes down the search with all its hits.
fn write_receipt(
    console: &Console,
    path: &Path,
    store: &Store,
    asked: &Asked,
    order: &[SortKey],
    sort: &[String],
) -> Result<(), Failure> {
    let (_, receipt) = receipt(store, asked, order, sort)?;
    save_receipt(path, &receipt)?;
    console.say(&format!(
        "receipt of {} written to {}",
        plural(receipt.total as u64, "study", "studies"),
        path.display()
    ));
    Ok(())
}

/// Writes a receipt into a file.
pub(crate) fn save_receipt(path: &Path, receipt: &Receipt) -> Result<(), Failure> {
    let mut json = serde_json::to_string_pretty(receipt).map_err(std::io::Error::from)?;
    json.push('\n');
    std::fs::write(path, json).map_err(|error| {
        Failure::new(format!("{}: {error}", path.display()))
            .hint("the search is done, its receipt is not written: name a file that can be")
    })
}

pub(crate) fn window(offset: usize, limit: usize) -> Window {
    Window { offset, limit: (limit > 0).then_some(limit) }
}

/// Opens the index; where there is none but there is a `./corpus`, builds it.
pub(crate) fn open_or_build(console: &Console, directory: &Path) -> Result<Store, Failure> {
    match Store::open(directory) {
        Err(IndexError::Missing(_) | IndexError::Unfinished(_))
            if Path::new(DEFAULT_INPUT).is_dir() =>
        {
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
