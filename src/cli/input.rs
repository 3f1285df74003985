//! Reads a file or standard input, up to a bound.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use trialdex_records::encoding::decode;

use super::failure::Failure;

/// What an input is read for. It is read as a whole, so that each has a bound:
/// some inputs, such as a device, have no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InputPurpose {
    /// One query, or the record of a patient.
    Query,
    /// Strategies, lists of queries and synonyms.
    List,
    /// Records of another program, a receipt, judgments and runs: some hundred
    /// bytes for each study of a registry.
    Records,
}

impl InputPurpose {
    /// Bytes that it may have.
    const fn most(self) -> u64 {
        match self {
            Self::Query => 1 << 20,
            Self::List => 64 << 20,
            Self::Records => 512 << 20,
        }
    }
}

/// The bytes of a file, of standard input where it is `-`.
pub(crate) fn read_bytes(path: &Path, purpose: InputPurpose) -> Result<Vec<u8>, Failure> {
    let most = purpose.most();
    let (shown, read) = if path == Path::new("-") {
        ("standard input".to_owned(), bounded(io::stdin().lock(), most))
    } else {
        let read = File::open(path).and_then(|file| bounded(file, most));
        (path.display().to_string(), read)
    };
    read.map_err(|error| Failure::new(format!("{shown}: {error}")))
}

/// All bytes of an input that has no more than these.
pub(crate) fn bounded(input: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let most = trialdex_output::bytes(most);
        return Err(io::Error::other(format!("has more than {most}")));
    }
    Ok(bytes)
}

/// The same as text, in whatever encoding it came.
pub(crate) fn read_text(path: &Path, purpose: InputPurpose) -> Result<String, Failure> {
    Ok(decode(&read_bytes(path, purpose)?).text.into_owned())
}
