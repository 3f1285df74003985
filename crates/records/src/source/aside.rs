//! Why something could not be set aside in a temporary file.

use std::io;

/// What is said of an error: where the system failed, that is named with what
/// to do.
pub(super) fn reason(what: &str, error: &io::Error) -> String {
    let of_system = error.raw_os_error().is_some();
    let place = || tempfile::env::temp_dir().display().to_string();
    match of_system {
        true => format!(
            "{what} cannot be set aside in `{}`: {error}; `TMPDIR` names another directory",
            place()
        ),
        false => format!("{what} cannot be set aside: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_named_and_a_limit_is_not_its_fault() {
        let full = reason("it", &io::Error::from_raw_os_error(28));
        let place = tempfile::env::temp_dir();
        assert!(full.starts_with(&format!("it cannot be set aside in `{}`: ", place.display())));
        assert!(full.ends_with("; `TMPDIR` names another directory"), "{full}");
        assert_eq!(reason("it", &io::Error::other("too long")), "it cannot be set aside: too long");
    }
}
