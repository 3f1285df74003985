//! Commands on an index that is on a cluster.

mod access;
mod publishing;

use std::io::Write;

use trialdex_cluster::{Access, Address, Client, ClusterError, ClusterIndex, ClusterStatus};
use trialdex_engine::search::{
    Disclosure, FoundHits as _, HitWindow, IndexHits as _, SearchOptions,
};
use trialdex_output::{HitFormat, HitWriter, SearchHeading, chosen_pieces, grouped, plural};
use trialdex_plan::receipt::Receipt;
use trialdex_session::{AskedSearch, SearchAnswer};

use super::export::{self, ExportArgs};
use super::search::{self, SearchArgs};
use super::show::{self, ShowArgs};
use super::status::StatusArgs;
use super::{Command, batch, eval, facets, verify};
use crate::cli::args::ReportFormat;
use crate::cli::disclosure::AbsentStudies;
use crate::cli::nct_input::numbers;
use crate::cli::notes::say_what_is_cut;
use crate::cli::receipt_file::{check_place, now};
use crate::cli::run_lines::window;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};
use access::access;

pub(super) fn run(console: &mut Console, address: &str, command: &Command) -> CommandResult {
    let access = access()?;
    let address = Address::parse(address, access.insecure)?;
    match command {
        Command::Index(arguments) => publishing::index(console, &address, &access, arguments),
        Command::Search(arguments) => search(console, &open(address, &access)?, arguments),
        Command::Show(arguments) => show(console, &open(address, &access)?, arguments),
        Command::Status(arguments) => status(console, &open(address, &access)?, arguments),
        Command::Facets(arguments) => facets::count(console, arguments, |_| open(address, &access)),
        Command::Batch(arguments) => batch::ask_all(console, arguments, |_| open(address, &access)),
        Command::Eval(arguments) => eval::measure(console, arguments, |_| open(address, &access)),
        Command::Verify(arguments) => {
            verify::compare(console, arguments, || open(address, &access))
        }
        Command::Export(arguments) => export(console, &open(address, &access)?, arguments),
        _ => Err(ClusterError::NotYet("this command does not work".to_owned()).into()),
    }
}

fn open(address: Address, access: &Access) -> Result<ClusterIndex, Failure> {
    let client = Client::new(&address, access)?;
    Ok(ClusterIndex::open(address, client)?)
}

fn search(console: &mut Console, index: &ClusterIndex, arguments: &SearchArgs) -> CommandResult {
    let refused = [("--explain", arguments.explain), ("--profile", arguments.profile)];
    if let Some((flag, _)) = refused.iter().find(|(_, typed)| *typed) {
        return Err(ClusterError::NotYet(format!("{flag} does not work")).into());
    }
    let asked = search::asked(console, arguments)?;
    arguments.receipt.as_deref().map_or(Ok(()), check_place)?;
    let fields = chosen_pieces(&arguments.fields)?;
    let options = match arguments.count {
        true => asked.options().counting(),
        false => {
            let window = window(arguments.offset, search::limit(arguments));
            SearchOptions { window, ..asked.options() }
        }
    };
    let hits = index.search(&options)?;
    let parts = &asked.search.understood.parts;
    let disclosure = match search::is_unheard(console, arguments) {
        true => Disclosure::default(),
        false => hits.disclosure(&options, parts)?,
    };
    let numbers = asked.search.request.request.numbers();
    let absent = index.absent(&numbers)?;
    if let Some(path) = &arguments.receipt {
        search::write_receipt(console, path, &receipt(index, &asked)?)?;
    }
    say_what_is_cut(console, hits.understood());
    let format = HitFormat::from(arguments.format);
    if arguments.count {
        search::write_count(console, format, &disclosure, hits.total, None)?;
    } else {
        search::begin_hits(console, format, hits.counts());
        let (typed, area) = (asked.typed(), asked.search.area.as_deref());
        let heading = SearchHeading { typed: &typed, understood: asked.expression(), area };
        let writer = HitWriter {
            format,
            paint: console.paint,
            fields: &fields,
            wish: &options,
            disclosure: &disclosure,
            explain: None,
            details: arguments.details,
            scratch: &std::env::temp_dir(),
        };
        writer.write(&mut console.out, heading, &hits)?;
    }
    console.out.flush()?;
    let (matched, meant) = (|| Ok(hits.word_matches(&options)?), || Ok(hits.meant()?));
    search::say_beside(console, arguments, &disclosure, &hits, matched, meant)?;
    if !absent.is_empty() {
        console.close();
        AbsentStudies::known(&absent, &numbers).say(console);
    }
    Ok(if hits.total == 0 { CommandOutcome::NothingFound } else { CommandOutcome::Done })
}

/// The receipt of a search, with all its hits.
fn receipt(index: &ClusterIndex, asked: &AskedSearch) -> Result<Receipt, Failure> {
    let window = HitWindow { offset: 0, limit: None };
    Ok(SearchAnswer::find(index, asked, window)?.receipt(now())?)
}

fn export(console: &mut Console, index: &ClusterIndex, arguments: &ExportArgs) -> CommandResult {
    if arguments.numbers.is_empty() {
        return export::write(console, arguments.format, &index.all_studies());
    }
    let numbers = numbers(&arguments.numbers)?;
    let known = index.numbers_of(&numbers)?;
    let named = export::named(console, &numbers, |nct| Ok(known.get(&nct).copied()))?;
    export::write(console, arguments.format, &index.named_studies(named))
}

fn show(console: &mut Console, index: &ClusterIndex, arguments: &ShowArgs) -> CommandResult {
    if arguments.sources {
        return Err(ClusterError::NotYet("--sources does not work".to_owned()).into());
    }
    let numbers = numbers(&arguments.numbers)?;
    if arguments.format == ReportFormat::Text {
        console.page();
    }
    show::write_studies(console, &numbers, arguments.format, |nct| Ok(index.study(nct)?))
}

fn status(console: &mut Console, index: &ClusterIndex, arguments: &StatusArgs) -> CommandResult {
    if arguments.rejects {
        return Err(ClusterError::NotYet("--rejects does not work".to_owned()).into());
    }
    let status = index.status()?;
    match arguments.format {
        ReportFormat::Text => writeln!(console.out, "{}", status_text(&status))?,
        ReportFormat::Json => {
            let json = serde_json::to_string_pretty(&status).map_err(std::io::Error::other)?;
            writeln!(console.out, "{json}")?;
        }
    }
    console.out.flush()?;
    Ok(CommandOutcome::Done)
}

fn status_text(status: &ClusterStatus) -> String {
    let unknown = || "unknown".to_owned();
    let lines = [
        format!("index      {}", status.index),
        format!("version    {}", status.version),
        format!("studies    {}", grouped(status.studies)),
        format!("sources    {}", plural(status.sources, "file", "files")),
        format!(
            "updated    {} to {}",
            status.earliest_update.clone().unwrap_or_else(unknown),
            status.latest_update.clone().unwrap_or_else(unknown)
        ),
        format!("not in it  {} rejected", grouped(status.rejected)),
        format!("parts      {}, all there", plural(status.shards, "shard", "shards")),
        format!(
            "written    {} by trialdex {} (format {})",
            status.written, status.program, status.format
        ),
    ];
    lines.join("\n")
}
