//! What is in a file, or comes from standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use trialdex::format::plain_text;

use super::Failure;

/// Bytes that an input may have that is read as a whole: some, such as a
/// device, have no end.
const LARGEST: u64 = 512 << 20;

/// The bytes of a file, of standard input where it is `-`.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = if path == Path::new("-") {
        bounded(io::stdin().lock(), LARGEST)
    } else {
        File::open(path).and_then(|file| bounded(file, LARGEST))
    };
    read.map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

/// All bytes of an input that has no more than these.
pub(crate) fn bounded(input: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let most = trialdex::output::bytes(most);
        return Err(io::Error::other(format!("has more than {most}")));
    }
    Ok(bytes)
}

/// The same as text, in whatever encoding it came.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    Ok(plain_text(&read_bytes(path)?).into_owned())
}
