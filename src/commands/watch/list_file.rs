//! The file with the watched searches, as it is read and written.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;

use trialdex_files as files;
use trialdex_output::clean_line;
use trialdex_plan::watch::{SCHEMA, WatchList, WatchListError, WatchedSearch};
use trialdex_records::source::absolute;
use trialdex_records::study::nearest_of;

use crate::cli::Failure;
use crate::cli::args::GlobalArgs;
use crate::cli::input::{InputPurpose, read_text};
use crate::cli::named_index::address_of;

/// What the name of the file adds to that of the index.
const ENDING: &str = ".watch.json";

#[derive(Debug, Default, Args)]
pub(crate) struct ListFileArgs {
    /// File with the watched searches [default: the index with `.watch.json` behind it]
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
}

impl ListFileArgs {
    /// The file: beside the index, which can be removed and built again. That of an index on a
    /// cluster has its name, and is where the user is.
    pub(crate) fn path(&self, global: &GlobalArgs) -> PathBuf {
        if let Some(named) = &self.list {
            return named.clone();
        }
        if let Some(address) = address_of(&global.index) {
            let name = address.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            return PathBuf::from(format!("{name}{ENDING}"));
        }
        let index = match global.index.file_name() {
            Some(_) => global.index.clone(),
            None => absolute(&global.index),
        };
        let mut name = index.file_name().map_or_else(OsString::new, OsString::from);
        name.push(ENDING);
        index.with_file_name(name)
    }
}

/// Reads the searches; `None` where there is no file.
pub(crate) fn read(path: &Path) -> Result<Option<WatchList>, Failure> {
    if !path.exists() {
        return Ok(None);
    }
    let json = read_text(path, InputPurpose::Records)?;
    WatchList::from_json(&json).map(Some).map_err(|error| {
        let failure = Failure::new(clean_line(&format!("{}: {error}", path.display())));
        failure.hint(match error {
            WatchListError::OtherSchema(_) => format!("this program reads `{SCHEMA}`"),
            WatchListError::NameTwice(_) => "give one of them another name in the file".to_owned(),
            WatchListError::Json(_) => "restore the file from a copy, or remove it and add its \
                                        searches again; `--list FILE` names another one"
                .to_owned(),
        })
    })
}

/// Reads the searches of a file that has to be there.
pub(crate) fn read_all(path: &Path) -> Result<WatchList, Failure> {
    let list = read(path)?.filter(|list| !list.searches.is_empty());
    list.ok_or_else(|| {
        Failure::new(format!("{}: no search is watched yet", path.display())).hint(
            "type `trialdex watch add NAME QUERY` to add one; `--list FILE` names another list",
        )
    })
}

/// Changes the searches of a file. What others write meanwhile is waited for and kept.
pub(crate) fn change(
    path: &Path,
    make: impl FnOnce(&mut WatchList) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let _lock = locked(path)?;
    let mut list = read(path)?.unwrap_or_default();
    make(&mut list)?;
    let json = list.to_json().map_err(std::io::Error::from)?;
    files::write(path, json.as_bytes()).map_err(|error| {
        let hint = match files::is_written(&error) {
            true => "the list is there: look after the disk",
            false => "the list is as it was: see whether the disk has room",
        };
        Failure::new(format!("{}: {error}", path.display())).hint(hint)
    })
}

/// A lock that ends with what is given, or with the process.
fn locked(path: &Path) -> Result<File, Failure> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let path = PathBuf::from(name);
    let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", path.display()));
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(file)
}

/// The searches of some names, each once; all where none is named.
pub(crate) fn chosen<'l>(
    list: &'l WatchList,
    names: &[String],
) -> Result<Vec<&'l WatchedSearch>, Failure> {
    if names.is_empty() {
        return Ok(list.searches.iter().collect());
    }
    let mut chosen: Vec<&WatchedSearch> = Vec::new();
    for name in names {
        let search = list.named(name).ok_or_else(|| unknown(list, name))?;
        if !chosen.iter().any(|known| known.name == search.name) {
            chosen.push(search);
        }
    }
    Ok(chosen)
}

fn unknown(list: &WatchList, name: &str) -> Failure {
    let failure = Failure::new(clean_line(&format!("no watched search is called `{name}`")));
    let names = || list.searches.iter().map(|search| search.name.as_str());
    let near = nearest_of(name, names());
    let quoted = |names: Vec<&str>| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        clean_line(&names.join(", ")).into_owned()
    };
    match near.is_empty() {
        false => failure.hint(format!("the nearest names are {}", quoted(near))),
        true => failure.hint(format!(
            "there are {}; `trialdex watch add NAME QUERY` adds one",
            quoted(names().collect())
        )),
    }
}
