//! Statistics in a file beside the segments, so that they need not be counted again after a start.

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

/// The file, in the directory of the index.
const NAME: &str = "statistics.json.gz";

/// How the content of the file is arranged.
const VERSION: u64 = 1;

/// Bytes that are read at most, whatever a file unpacks to.
const MOST: u64 = 256 << 20;

/// What statistics hold, by the digest of the index's state.
#[derive(Debug, Default, PartialEq)]
pub(super) struct KeptStatistics {
    pub(super) size: Value,
    /// Of the values of each field, in the order of the fields.
    pub(super) values: Vec<Value>,
    /// Of the lengths of each list.
    pub(super) lists: Vec<Value>,
}

/// Reads the statistics of a state; `None` where there are none, or others.
pub(super) fn read(directory: &Path, digest: &str) -> Option<KeptStatistics> {
    let file = BufReader::new(File::open(directory.join(NAME)).ok()?);
    let text = io::read_to_string(GzDecoder::new(file).take(MOST)).ok()?;
    let mut kept: Value = serde_json::from_str(&text).ok()?;
    let fits = kept["version"] == VERSION
        && kept["program"] == env!("CARGO_PKG_VERSION")
        && kept["state"] == digest;
    let mut list = |name: &str| match kept[name].take() {
        Value::Array(values) => Some(values),
        _ => None,
    };
    let (values, lists) = (list("values")?, list("lists")?);
    fits.then(|| KeptStatistics { size: kept["size"].take(), values, lists })
}

/// Writes the statistics of a state, whole or not at all.
pub(super) fn write(directory: &Path, digest: &str, kept: &KeptStatistics) -> io::Result<()> {
    let text = json!({
        "version": VERSION, "program": env!("CARGO_PKG_VERSION"), "state": digest,
        "size": kept.size, "values": kept.values, "lists": kept.lists,
    });
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    serde_json::to_writer(&mut packed, &text)?;
    trialdex_files::write(&directory.join(NAME), &packed.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_for_its_own_state_alone() {
        let scratch = tempfile::tempdir().expect("a directory");
        let directory = scratch.path();
        let kept = KeptStatistics {
            size: json!({"totalStudies": 1}),
            values: vec![json!({"piece": "Phase"})],
            lists: Vec::new(),
        };
        assert_eq!(read(directory, "a state"), None);
        write(directory, "a state", &kept).expect("written");
        assert_eq!(read(directory, "a state"), Some(kept));
        assert_eq!(read(directory, "another"), None);
        std::fs::write(directory.join(NAME), "damaged").expect("written");
        assert_eq!(read(directory, "a state"), None);
        write(&directory.join("nowhere"), "a state", &KeptStatistics::default())
            .expect_err("no directory");
    }
}
