//! `trialdex serve`

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use clap::{Args, ValueEnum};

use trialdex_assistants::{Toolbox, ToolboxOptions, over_http};
use trialdex_output::clean_line;
use trialdex_server::{Router, Server, ServerOptions};
use trialdex_session::Session;

use crate::cli::args::GlobalArgs;
use crate::cli::named_index::opener_of;
use crate::cli::ranking::path_or_none;
use crate::cli::synonyms_file::{is_named, own_synonyms};
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

const EXAMPLES: &str = "\
Examples:
  trialdex serve                                    on this machine alone, at port 7878
  curl 'http://127.0.0.1:7878/api/v2/studies?query.cond=asthma&countTotal=true'
  trialdex serve --index ~/trials --listen 127.0.0.1:0
  trialdex serve --listen 0.0.0.0:7878 --token-file ~/trialdex.token";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ServeArgs {
    /// Address and port to answer at; port 0 takes one that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878")]
    pub(crate) listen: SocketAddr,
    /// File with a token that every request has to bring, as
    /// `Authorization: Bearer TOKEN`
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Name that clients know this machine by; may be given several times.
    /// Addresses and `localhost` are known
    #[arg(long = "host-name", value_name = "NAME")]
    pub(crate) host_names: Vec<String>,
    /// Seconds after which a request is stopped
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) time_limit: u64,
    /// File with synonyms of your own, as of `search`; empty for none
    #[arg(long, env = "TRIALDEX_SYNONYMS", value_name = "FILE", value_parser = path_or_none())]
    pub(crate) synonyms: Option<PathBuf>,
    /// What to write to standard error: `info` has a line for each request
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(crate) log: LogLevel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
}

impl From<LogLevel> for tracing_subscriber::filter::LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
        }
    }
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &ServeArgs,
) -> CommandResult {
    let token = arguments.token_file.as_deref().map(token).transpose()?;
    let synonyms = arguments.synonyms.as_deref().filter(|path| is_named(path));
    let session = Arc::new(Session::with(opener_of(&global.index)?, own_synonyms(synonyms)?)?);
    let tools = ToolboxOptions {
        now: SystemTime::now,
        synonyms: synonyms.map(|path| path.display().to_string()),
        time_limit: Duration::from_secs(arguments.time_limit),
        ..ToolboxOptions::default()
    };
    let tools = Arc::new(Toolbox::new(session.clone(), tools));
    let mut options = ServerOptions {
        listen: arguments.listen,
        hosts: arguments.host_names.clone(),
        token,
        ..ServerOptions::default()
    };
    options.limits.time = Duration::from_secs(arguments.time_limit);
    let open = !arguments.listen.ip().is_loopback() && options.token.is_none();
    let studies = session.current().state().studies;
    let server = Server::bind(session, options).map_err(|error| {
        Failure::new(format!("{}: {error}", arguments.listen))
            .hint("name another address, such as `--listen 127.0.0.1:0` for any free port")
    })?;
    log(if console.is_quiet() { LogLevel::Error } else { arguments.log });
    if open {
        say_open(console, arguments.listen);
    }
    let server = server.mount(Router::new().route_service("/mcp", over_http(tools)));
    let stopper = server.stopper();
    // Where no handler can be set, Ctrl-C ends the process at once.
    let _ = ctrlc::set_handler(move || stopper.stop());
    let studies = trialdex_output::plural(studies, "study", "studies");
    console.say(&clean_line(&format!(
        "{studies} of {} at the address below; Ctrl-C ends it",
        global.index.display()
    )));
    writeln!(console.out, "http://{}/api/v2", server.address())?;
    console.out.flush()?;
    server.run().map_err(|error| Failure::new(error.to_string()))?;
    console.say("ended");
    Ok(CommandOutcome::Done)
}

/// Says that everybody can ask.
fn say_open(console: &Console, listen: SocketAddr) {
    console.say(&format!(
        "warning: whoever reaches {listen} from other machines can ask without a token; hint: \
         `--token-file FILE` asks for one"
    ));
}

/// The token of a file, which has nothing else in it.
fn token(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    let text =
        fs::read_to_string(path).map_err(|error| Failure::new(format!("{shown}: {error}")))?;
    let token = text.trim();
    if token.is_empty() || token.contains(char::is_whitespace) {
        return Err(Failure::new(format!("{shown}: not a token"))
            .hint("write one word that nobody can guess, such as with `openssl rand -hex 32`"));
    }
    Ok(token.to_owned())
}

/// Writes what the server says to standard error.
fn log(level: LogLevel) {
    let level = tracing_subscriber::filter::LevelFilter::from(level);
    let lines = tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(level);
    // Only one can be set, and this is the only place.
    let _ = lines.with_target(false).with_ansi(false).try_init();
}
