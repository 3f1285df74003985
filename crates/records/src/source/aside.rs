//! Why something could not be set aside in a temporary file.

use std::io;

/// What the reason of a reject says where the directory for temporary files
/// cannot be written to, or is full. A program can put in its place how a user
/// names another one.
pub const TEMPORARY_NOTE: &str = " (directory for temporary files)";

/// What is said of an error: where the system failed, the directory is named.
pub(super) fn reason(what: &str, error: &io::Error) -> String {
    if error.raw_os_error().is_none() {
        return format!("{what} cannot be set aside: {error}");
    }
    // Where the crate that makes the files puts them.
    let place = tempfile::env::temp_dir();
    format!("{what} cannot be set aside in `{}`: {error}{TEMPORARY_NOTE}", place.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_named_and_a_limit_is_not_its_fault() {
        let full = reason("it", &io::Error::from_raw_os_error(28));
        let place = tempfile::env::temp_dir();
        assert!(full.starts_with(&format!("it cannot be set aside in `{}`: ", place.display())));
        assert!(full.ends_with(TEMPORARY_NOTE), "{full}");
        assert_eq!(reason("it", &io::Error::other("too long")), "it cannot be set aside: too long");
    }
}
