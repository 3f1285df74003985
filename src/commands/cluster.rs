//! Commands on an index that is on a cluster.

use std::io::Write;
use std::time::Instant;

use trialdex_cluster::{
    Access, Address, AddressError, Client, ClusterError, ClusterIndex, ClusterStatus, publish,
};
use trialdex_engine::index::{PruneMode, Store};
use trialdex_engine::search::{Disclosure, FoundHits as _, HitWindow, SearchOptions};
use trialdex_output::{
    HitFormat, HitWriter, SearchHeading, bytes, chosen_pieces, clean_line, grouped, plural,
};
use trialdex_plan::receipt::Receipt;
use trialdex_session::AskedSearch;

use super::Command;
use super::index::{self, IndexArgs};
use super::search::{self, SearchArgs};
use super::show::{self, ShowArgs};
use super::status::StatusArgs;
use crate::cli::args::ReportFormat;
use crate::cli::build::build;
use crate::cli::disclosure::AbsentStudies;
use crate::cli::nct_input::numbers;
use crate::cli::notes::say_what_is_cut;
use crate::cli::receipt_file::{check_place, now};
use crate::cli::run_lines::window;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

/// The user that a cluster is asked as.
const USER: &str = "TRIALDEX_CLUSTER_USER";

/// The file with the user's password.
const PASSWORD_FILE: &str = "TRIALDEX_CLUSTER_PASSWORD_FILE";

/// Plain HTTP to other machines is allowed, where this is `1`.
const INSECURE: &str = "TRIALDEX_CLUSTER_INSECURE";

pub(super) fn run(console: &mut Console, address: &str, command: &Command) -> CommandResult {
    let access = access()?;
    let address = Address::parse(address, access.insecure)?;
    match command {
        Command::Index(arguments) => index(console, &address, &access, arguments),
        Command::Search(arguments) => search(console, &open(address, &access)?, arguments),
        Command::Show(arguments) => show(console, &open(address, &access)?, arguments),
        Command::Status(arguments) => status(console, &open(address, &access)?, arguments),
        _ => Err(ClusterError::NotYet("this command does not work".to_owned()).into()),
    }
}

fn open(address: Address, access: &Access) -> Result<ClusterIndex, Failure> {
    let client = Client::new(&address, access);
    Ok(ClusterIndex::open(address, client)?)
}

/// Who asks, by the environment.
fn access() -> Result<Access, Failure> {
    let insecure = std::env::var(INSECURE).is_ok_and(|value| value == "1");
    let Ok(user) = std::env::var(USER) else { return Ok(Access { user: None, insecure }) };
    let file = std::env::var(PASSWORD_FILE).map_err(|_| {
        Failure::new(format!("{USER} is set, and {PASSWORD_FILE} is not"))
            .hint(format!("name the file with the password: {PASSWORD_FILE}=FILE"))
    })?;
    let password = std::fs::read_to_string(&file)
        .map_err(|error| Failure::new(format!("{PASSWORD_FILE}: {file}: {error}")))?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    Ok(Access { user: Some((user, password)), insecure })
}

/// Sends what is indexed to the cluster, as a new version.
fn index(
    console: &mut Console,
    address: &Address,
    access: &Access,
    arguments: &IndexArgs,
) -> CommandResult {
    if arguments.prune.is_some() {
        let problem =
            "--prune has nothing to take out, since each version is made of its sources alone,";
        return Err(ClusterError::NotYet(problem.to_owned()).into());
    }
    let inputs = index::inputs(arguments)?;
    let start = Instant::now();
    let scratch = tempfile::tempdir()?;
    let options = arguments.work.options(PruneMode::Nothing);
    let mut audit = build(console, scratch.path(), &inputs, &options)?;
    let store = Store::open(scratch.path())?;
    let client = Client::new(address, access);
    let published = publish(address, &client, &store, &|_| ())?;
    audit.index = address.to_string();
    match arguments.format {
        ReportFormat::Text => {
            console.say(&index::text(&audit, start.elapsed().as_secs_f64()));
            let before = published.before.as_ref().map(|it| format!("; {it} is kept"));
            console.say(&clean_line(&format!(
                "{} sent as {}{}",
                bytes(published.bytes),
                published.version,
                before.unwrap_or_default(),
            )));
        }
        ReportFormat::Json => {
            let json = serde_json::to_string_pretty(&audit).map_err(std::io::Error::other)?;
            writeln!(console.out, "{json}")?;
            console.out.flush()?;
        }
    }
    Ok(match arguments.strict && audit.rejected > 0 {
        true => CommandOutcome::Rejects,
        false => CommandOutcome::Done,
    })
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
    let (matched, meant) = (|| Ok(hits.matched(&options)?), || Ok(hits.meant()?));
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
    let options = SearchOptions { window, ..asked.options() };
    let all = index.search(&options)?;
    let disclosure = all.disclosure(&options, &asked.search.understood.parts)?;
    let receipt = all.receipt(&asked.search, asked.own.as_deref(), now())?;
    Ok(Receipt { disclosure: Some(Box::new(disclosure)), ..receipt })
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

impl From<AddressError> for Failure {
    fn from(error: AddressError) -> Self {
        let failure = Self::new(error.to_string());
        match error {
            AddressError::Password => failure.hint(format!(
                "{USER} names the user, and {PASSWORD_FILE} a file with the password"
            )),
            AddressError::Plain(_) => failure.hint(format!(
                "begin it with `https://`; {INSECURE}=1 allows plain HTTP to other machines"
            )),
            AddressError::Shape(_) | AddressError::Name(_) => failure.hint(
                "type scheme, host, port and a name in small letters, such as \
                 `https://search.example.org:9200/ctgov`",
            ),
        }
    }
}

impl From<ClusterError> for Failure {
    fn from(error: ClusterError) -> Self {
        if let ClusterError::Directory(error) = error {
            return error.into();
        }
        let failure = Self::new(error.to_string());
        match error {
            ClusterError::Unreachable { .. } => {
                failure.hint("see whether the cluster runs, and whether the address is right")
            }
            ClusterError::Refused { status: 401 | 403, .. } => failure.hint(format!(
                "{USER} names the user, and {PASSWORD_FILE} a file with the password"
            )),
            ClusterError::Missing(address) => {
                failure.hint(format!("build one with `trialdex index PATH --index {address}`"))
            }
            ClusterError::OtherFormat { .. } | ClusterError::Foreign(_) => failure.hint(
                "index the sources under another name: `trialdex index PATH --index ADDRESS`",
            ),
            ClusterError::Partial { .. } => failure
                .hint("see which machines of the cluster are away; no answer is given from a part"),
            ClusterError::Unequal { .. } => {
                failure.hint("the name stands for what it stood for; run `trialdex index` again")
            }
            ClusterError::NotYet(_) => failure.hint(
                "index the sources into a directory for it: `trialdex index PATH --index DIR`",
            ),
            ClusterError::Plan(_) => {
                failure.hint("type more letters before `*`, or ask for the parts one by one")
            }
            ClusterError::Refused { .. }
            | ClusterError::Unreadable { .. }
            | ClusterError::Directory(_) => failure,
        }
    }
}
