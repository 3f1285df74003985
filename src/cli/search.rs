//! `trialdex search`

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::json;

use trialdex_engine::index::{IndexError, Store, VOCABULARY_FILE, rfc3339};
use trialdex_engine::search::receipt::{Receipt, SCHEMA};
use trialdex_engine::search::{
    ClauseMatching, Disclosure, HitWindow, Hits, SearchOptions, SynonymKind, search, senses,
};
use trialdex_files as files;
use trialdex_output::{
    HitFormat, HitWriter, SearchHeading, chosen_pieces, clean_line, details_text, disclosure_json,
    funnel_lines, plural,
};
use trialdex_query::SortKey;
use trialdex_records::study::pieces::Piece;

use super::args::{GlobalArgs, SearchArgs};
use super::asked::{ParsedQuery, order};
use super::disclosure::AbsentStudies;
use super::index::{DEFAULT_INPUT, build};
use super::work::new_options;
use super::{CommandOutcome, Console, Failure, disclosure};

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &SearchArgs,
) -> super::Result {
    let asked = ParsedQuery::new(console, &arguments.query, &arguments.strategy)?;
    // As on the site, every study is found where nothing is asked but how to
    // show them.
    let shown = arguments.count || !arguments.sort.is_empty() || !arguments.fields.is_empty();
    if asked.is_empty() && !shown {
        return Err(Failure::new("no words to look for")
            .hint("type some, such as `trialdex search aplastic anemia`"));
    }
    arguments.receipt.as_deref().map_or(Ok(()), check_place)?;
    let order = order(&arguments.sort)?;
    let fields = chosen_pieces(&arguments.fields)?;
    let store = open_or_build(console, &global.index)?;
    // A number is that of what was asked for.
    let mut wish = SearchOptions { order: &order, ..asked.wish() };
    if arguments.count {
        wish.matching = ClauseMatching::All;
        wish.window.limit = Some(0);
    } else {
        wish.window = window(arguments.offset, limit(arguments));
    }
    let hits = search(&store, &wish)?;
    let disclosure = if is_unheard(console, arguments) {
        Disclosure::default()
    } else {
        asked.disclosure(&hits, &wish)?
    };
    let absent = AbsentStudies::of_filters(&store, &asked.pairs)?;
    if let Some(path) = &arguments.receipt {
        write_receipt(console, path, &store, &asked, &order, &arguments.sort)?;
    }
    say_what_is_cut(console, &hits);
    say_what_is_damaged(console, &store)?;
    say_what_is_ambiguous(console, &store, &hits)?;
    if arguments.count && HitFormat::from(arguments.format) == HitFormat::Json {
        let count = json!({"total": hits.total, "query": disclosure_json(&disclosure)});
        writeln!(console.out, "{count:#}")?;
    } else if arguments.count {
        writeln!(console.out, "{}", hits.total)?;
    } else {
        write_hits(console, arguments, &fields, (&asked, &disclosure), &wish, &hits)?;
    }
    console.out.flush()?;
    say_beside(console, arguments, (&asked, &disclosure), &wish, &hits)?;
    if let Some(absent) = absent.filter(|absent| !absent.numbers.is_empty()) {
        console.close();
        absent.say(console);
    }
    Ok(if hits.total == 0 { CommandOutcome::NothingFound } else { CommandOutcome::Done })
}

/// Whether nobody reads the numbers of studies taken in and left out: they are
/// not counted then.
fn is_unheard(console: &Console, arguments: &SearchArgs) -> bool {
    let inside = matches!(HitFormat::from(arguments.format), HitFormat::Text | HitFormat::Json);
    console.is_quiet() && (arguments.count || !inside)
}

/// Hits to be written; 0 for all. What is set for good is for people's
/// screens: files and programs get all unless they say otherwise.
fn limit(arguments: &SearchArgs) -> usize {
    let screen = HitFormat::from(arguments.format) == HitFormat::Text;
    if screen || arguments.limit_typed { arguments.limit } else { 0 }
}

/// Writes remarks to standard error that the output itself does not have: what
/// the number of hits takes in and leaves out, whether not all hits were
/// written, and the likely meaning of words that no study has.
fn say_beside(
    console: &mut Console,
    arguments: &SearchArgs,
    (asked, disclosure): (&ParsedQuery, &Disclosure),
    wish: &SearchOptions<'_>,
    hits: &Hits<'_>,
) -> Result<(), Failure> {
    let format = HitFormat::from(arguments.format);
    let (text, json) = (format == HitFormat::Text, format == HitFormat::Json);
    if arguments.count || !(text || json) {
        if arguments.explain {
            let funnel = hits.funnel(wish, &asked.understood.parts)?;
            funnel_lines(&funnel).iter().for_each(|line| console.say(line));
        }
        if arguments.details {
            let details =
                details_text(console.error_paint, hits.understood(), &hits.matched(wish)?);
            details.iter().for_each(|line| console.say_painted(line));
        }
        disclosure::say(console, "", disclosure);
    }
    if !arguments.count && !text {
        disclosure::say_cut(console, arguments.offset, hits.hits.len(), hits.total);
    }
    if arguments.count || !matches!(format, HitFormat::Json | HitFormat::JsonLines) {
        say_what_is_meant(console, hits)?;
    }
    Ok(())
}

fn write_hits(
    console: &mut Console,
    arguments: &SearchArgs,
    fields: &[&'static Piece],
    (asked, disclosure): (&ParsedQuery, &Disclosure),
    wish: &SearchOptions<'_>,
    hits: &Hits<'_>,
) -> Result<(), Failure> {
    let format = HitFormat::from(arguments.format);
    if format == HitFormat::Text {
        console.page();
    } else {
        console.data();
    }
    if format != HitFormat::Text && hits.required < hits.clauses && hits.total > 0 {
        let (required, clauses) = (hits.required, hits.clauses);
        console.say(&format!("no study has all of the words; these have {required} of {clauses}"));
    }
    let (typed, understood) = (asked.typed.as_str(), asked.understood.text.as_str());
    let heading = SearchHeading { typed, understood, area: asked.area.as_deref() };
    let funnel = arguments.explain.then(|| hits.funnel(wish, &asked.understood.parts));
    let (paint, funnel) = (console.paint, funnel.transpose()?);
    let (explain, details) = (funnel.as_deref(), arguments.details);
    let writer = HitWriter { format, paint, fields, wish, disclosure, explain, details };
    Ok(writer.write(&mut console.out, heading, hits)?)
}

/// Names truncated or misspelt words that were only partly looked for.
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

/// Letters of an abbreviation at most.
const LONGEST_ABBREVIATION: usize = 6;

/// Says what abbreviations may mean whose long forms are not looked for.
fn say_what_is_ambiguous(console: &Console, store: &Store, hits: &Hits<'_>) -> Result<(), Failure> {
    const MOST: usize = 3;
    const FEWEST_STUDIES: u64 = 2;
    let alone = hits.understood().iter().filter(|words| {
        let letters = words.typed.chars().all(|c| c.is_ascii_uppercase());
        letters && (2..=LONGEST_ABBREVIATION).contains(&words.typed.len())
    });
    let alone = alone.filter(|it| it.synonyms.iter().all(|name| name.kind == SynonymKind::Form));
    for typed in alone.map(|words| words.typed.as_str()).collect::<BTreeSet<_>>() {
        let senses = senses(store, typed)?.into_iter();
        let senses = senses.filter(|sense| sense.studies >= FEWEST_STUDIES).take(MOST);
        let names: Vec<String> = senses
            .map(|sense| {
                let studies = plural(sense.studies, "study", "studies");
                format!("`{}` ({studies})", sense.written)
            })
            .collect();
        if !names.is_empty() {
            console.say(&clean_line(&format!(
                "note: `{typed}` may mean {}; hint: type the name that is meant with `OR {typed}`, or alone",
                names.join(", ")
            )));
        }
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
    asked: &ParsedQuery,
    order: &[SortKey],
    sort: &[String],
) -> Result<(Hits<'a>, Receipt), Failure> {
    let wish = SearchOptions { order, ..asked.wish() };
    let hits = search(store, &wish)?;
    let disclosure = asked.disclosure(&hits, &wish)?;
    let mut typed = asked.pairs.clone();
    typed.extend(sort.iter().map(|key| ("--sort".to_owned(), key.clone())));
    let date = rfc3339(SystemTime::now());
    let (own, understood) = (asked.own.as_ref(), asked.understood.text.clone());
    let strategy = asked.strategy.as_ref();
    let used = strategy.map(|(strategy, line)| strategy.used(*line, store, own)).transpose()?;
    let strategy = used.map(Box::new);
    let receipt = Receipt::new(store, &hits, own, typed, understood, date)?;
    let disclosure = Some(Box::new(disclosure));
    Ok((hits, Receipt { strategy, disclosure, ..receipt }))
}

/// Writes down the search with all its hits.
fn write_receipt(
    console: &Console,
    path: &Path,
    store: &Store,
    asked: &ParsedQuery,
    order: &[SortKey],
    sort: &[String],
) -> Result<(), Failure> {
    let (_, receipt) = receipt(store, asked, order, sort)?;
    save_receipt(path, &receipt)?;
    console.say(&clean_line(&format!(
        "receipt of {} written to {}",
        plural(receipt.total as u64, "study", "studies"),
        path.display()
    )));
    Ok(())
}

/// Bytes at the beginning of a receipt that say that it is one.
const BEGINNING: u64 = 4096;

/// Refuses to write a receipt over a file that is none: it would be lost.
pub(crate) fn check_place(path: &Path) -> Result<(), Failure> {
    let there = std::fs::metadata(path);
    if !there.is_ok_and(|there| there.is_file() && there.len() > 0) {
        return Ok(());
    }
    let mut beginning = Vec::new();
    let read = File::open(path).and_then(|file| file.take(BEGINNING).read_to_end(&mut beginning));
    read.map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    let beginning = String::from_utf8_lossy(&beginning);
    let schema = SCHEMA.trim_end_matches(char::is_numeric);
    if beginning.trim_start().starts_with('{') && beginning.contains(schema) {
        return Ok(());
    }
    let message = format!("{}: is there already, and no receipt", path.display());
    Err(Failure::new(message).hint(format!(
        "a receipt would take its place: name another file, such as `{}.receipt.json`",
        path.display()
    )))
}

/// Writes a receipt into a file.
pub(crate) fn save_receipt(path: &Path, receipt: &Receipt) -> Result<(), Failure> {
    let mut json = serde_json::to_string_pretty(receipt).map_err(std::io::Error::from)?;
    json.push('\n');
    files::write(path, json.as_bytes()).map_err(|error| {
        let hint = match files::is_written(&error) {
            true => "the search is done, and its receipt is there: look after the disk",
            false => "the search is done, its receipt is not written: name a file that can be",
        };
        Failure::new(format!("{}: {error}", path.display())).hint(hint)
    })
}

pub(crate) fn window(offset: usize, limit: usize) -> HitWindow {
    HitWindow { offset, limit: (limit > 0).then_some(limit) }
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
            let audit = build(console, directory, &inputs, &new_options())?;
            console.say(&format!(
                "indexed {} from {}; `trialdex status` shows more\n",
                plural(audit.studies, "study", "studies"),
                plural(audit.files, "file", "files"),
            ));
            Ok(Store::open(directory)?)
        }
        opened => Ok(opened?),
    }
}
