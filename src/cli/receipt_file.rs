//! Files with receipts of searches.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::SystemTime;

use trialdex_engine::index::rfc3339;
use trialdex_files as files;
use trialdex_plan::receipt::{Receipt, ReceiptError, SCHEMA};

use super::failure::Failure;
use super::input::{InputPurpose, read_text};

/// When a search is run, as its receipt says it.
pub(crate) fn now() -> String {
    rfc3339(SystemTime::now())
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

/// Reads the receipt of a search.
pub(crate) fn read(path: &Path) -> Result<Receipt, Failure> {
    let json = read_text(path, InputPurpose::Records)?;
    Receipt::from_json(&json).map_err(|error| {
        let failure = Failure::new(format!("{}: {error}", path.display()));
        match error {
            ReceiptError::Json(_) => {
                failure.hint("write one with `trialdex search ... --receipt FILE`")
            }
            ReceiptError::OtherSchema(_) => failure.hint(format!("this program reads `{SCHEMA}`")),
        }
    })
}
