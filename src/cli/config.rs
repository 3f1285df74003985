//! Settings in a file, which replace flags that are not given.
//!
//! They become the flags' defaults, so that flags win over the environment
//! and that over the file.

use std::ffi::OsString;
use std::fs::File;
use std::path::PathBuf;
use std::{env, io};

use clap::builder::Resettable;
use clap::{Arg, Command};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::failure::Failure;
use super::input::bounded;

/// The variable with the file's name; empty, there is no file.
const VARIABLE: &str = "TRIALDEX_CONFIG";

/// Keys: names of flags, and the commands that take them from here; none where
/// all do.
const KEYS: [(&str, &[&str]); 7] = [
    ("index", &[]),
    ("color", &[]),
    ("pager", &[]),
    ("limit", &["search"]),
    ("format", &["search"]),
    ("synonyms", &["search", "facets", "batch", "thesaurus", "serve"]),
    ("reviewer", &["review"]),
];

/// Keys whose value is a path.
const PATHS: [&str; 2] = ["index", "synonyms"];

/// The command with the settings of the file as defaults.
pub(crate) fn with_settings(command: Command) -> Result<Command, Failure> {
    match read(|name| env::var_os(name))? {
        Some((path, text)) => apply(command, &path.display().to_string(), &text),
        None => Ok(command),
    }
}

/// The file and its text, if there is one.
fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<Option<(PathBuf, String)>, Failure> {
    let named = variable(VARIABLE);
    let path = match &named {
        Some(name) if name.is_empty() => return Ok(None),
        Some(name) => PathBuf::from(name),
        None => match usual(variable) {
            Some(path) => path,
            None => return Ok(None),
        },
    };
    match File::open(&path).and_then(|file| bounded(file, LARGEST)).and_then(text) {
        Ok(text) => Ok(Some((path, text))),
        Err(error) if named.is_none() && is_absent(&error) => Ok(None),
        Err(error) => Err(Failure::new(format!("{}: {error}", path.display()))
            .hint(format!("`{VARIABLE}` names the configuration; set it to nothing to use none"))),
    }
}

/// Bytes that settings may have.
const LARGEST: u64 = 1 << 20;

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Where the file is if the variable does not say so. A relative directory is
/// passed over, as the XDG Base Directory Specification (0.8) asks.
fn usual(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let directory =
        |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = if cfg!(windows) {
        directory("APPDATA")
    } else {
        directory("XDG_CONFIG_HOME").or_else(|| Some(directory("HOME")?.join(".config")))
    };
    Some(base?.join("trialdex").join("config.toml"))
}

/// The command with the file's settings as defaults.
fn apply(mut command: Command, path: &str, text: &str) -> Result<Command, Failure> {
    let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(1, |span| line(span.start));
        Failure::new(format!("{path}:{at}: {}", error.message()))
            .hint("write a setting as `limit = 50` or `color = \"never\"`, one a line")
    })?;
    for (key, value) in table.get_ref() {
        let place = format!("{path}:{}", line(key.span().start));
        command = set(command, &place, key.get_ref(), value)?;
    }
    Ok(command)
}

fn set(
    command: Command,
    place: &str,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Result<Command, Failure> {
    let Some((_, of)) = KEYS.iter().find(|(name, _)| *name == key) else {
        let known: Vec<String> = KEYS.iter().map(|(name, _)| format!("`{name}`")).collect();
        return Err(Failure::new(format!("{place}: `{key}` is not a setting"))
            .hint(format!("the settings are {}", known.join(", "))));
    };
    let owner = of.first().map_or(Some(&command), |name| command.find_subcommand(name));
    let flag = owner.and_then(|owner| owner.get_arguments().find(|flag| flag.get_id() == key));
    let path = PATHS.contains(&key);
    let text = plain(value.get_ref()).map(|text| if path { at_home(text) } else { text });
    let text = text.filter(|text| flag.is_some_and(|flag| accepts(flag, text)));
    let Some(text) = text else {
        return Err(Failure::new(format!("{place}: `{key}` cannot be set to this value"))
            .hint(expected(key, flag)));
    };
    if of.is_empty() {
        return Ok(command.mut_arg(key, |flag| flag.default_value(text.clone())));
    }
    Ok(of.iter().fold(command, |command, name| {
        command.mut_subcommand(name, |owner| with_default(owner, key, &text))
    }))
}

/// The command with a default for the flag, and so all commands below it that
/// have one of this name.
fn with_default(mut command: Command, key: &str, text: &str) -> Command {
    if command.get_arguments().any(|flag| flag.get_id() == key) {
        command = command.mut_arg(key, |flag| flag.default_value(text.to_owned()));
    }
    let below: Vec<String> =
        command.get_subcommands().map(|below| below.get_name().to_owned()).collect();
    below.iter().fold(command, |command, name| {
        command.mut_subcommand(name, |below| with_default(below, key, text))
    })
}

/// A value as it would be typed.
fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        _ => None,
    }
}

/// `~/trials` below the home directory: no shell has seen the file.
fn at_home(path: String) -> String {
    match (path.strip_prefix("~/"), env::home_dir()) {
        (Some(below), Some(home)) => home.join(below).display().to_string(),
        _ => path,
    }
}

/// Whether the flag could be given with that value.
fn accepts(flag: &Arg, value: &str) -> bool {
    let flag = flag.clone().env(Resettable::Reset).global(false);
    let typed = format!("--{}={value}", flag.get_id());
    Command::new("setting").no_binary_name(true).arg(flag).try_get_matches_from([typed]).is_ok()
}

fn expected(key: &str, flag: Option<&Arg>) -> String {
    let values = flag.map(Arg::get_possible_values).unwrap_or_default();
    let values: Vec<String> =
        values.iter().map(|value| format!("\"{}\"", value.get_name())).collect();
    match key {
        "limit" => "write a number, such as `limit = 50`".to_owned(),
        key if values.is_empty() => format!("write a text, such as `{key} = \"...\"`"),
        key => format!("`{key}` is one of {}", values.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::commands::Cli;

    fn variables(known: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        |name| known.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_where_the_platform_has_such_files() {
        let path = |known| usual(variables(known)).map(|path| path.display().to_string());
        assert_eq!(path(&[("HOME", "/h")]).as_deref(), Some("/h/.config/trialdex/config.toml"));
        let both = &[("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")];
        assert_eq!(path(both).as_deref(), Some("/x/trialdex/config.toml"));
        let relative = &[("HOME", "/h"), ("XDG_CONFIG_HOME", "x")];
        assert_eq!(path(relative).as_deref(), Some("/h/.config/trialdex/config.toml"));
        assert_eq!(path(&[]), None);
    }

    #[test]
    fn every_key_is_a_flag() {
        let command = Cli::command();
        for (key, of) in KEYS {
            let named = of.iter().map(|name| command.find_subcommand(name).expect("a command"));
            let owners = if of.is_empty() { vec![&command] } else { named.collect() };
            for owner in owners {
                let mut flags = owner.get_arguments();
                assert!(flags.any(|flag| flag.get_long() == Some(key)), "{key}");
            }
        }
    }
}
