//! What the fuzz targets found, and inputs that are worth to be kept, put to
//! the same checks. Each file of `fuzz/found/TARGET` is an input of that
//! target, named by what it broke.

#[path = "../../fuzz/checks/mod.rs"]
mod checks;

use std::path::Path;

#[test]
fn what_was_found_stays_mended() {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/found");
    let mut tried = 0;
    for (name, check) in checks::CHECKS {
        let Ok(entries) = std::fs::read_dir(found.join(name)) else { continue };
        for entry in entries {
            let path = entry.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("its bytes");
            let passed = std::panic::catch_unwind(|| check(&bytes));
            assert!(passed.is_ok(), "{}", path.display());
            tried += 1;
        }
    }
    assert!(tried > 0, "nothing is kept in {}", found.display());
}

#[test]
fn every_target_has_a_check_and_every_check_a_target() {
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let mut named: Vec<String> = std::fs::read_dir(targets)
        .expect("the targets")
        .map(|entry| entry.expect("an entry").path())
        .filter_map(|path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))
        .collect();
    named.sort();
    let mut known: Vec<&str> = checks::CHECKS.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    assert_eq!(named, known);
    // A name that is run is one of them.
    checks::run("ledger", b"");
}
