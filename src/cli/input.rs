//! Text from a file or from standard input.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::Failure;

/// The text of a file, of standard input where it is `-`. What is not UTF-8
/// becomes U+FFFD.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
