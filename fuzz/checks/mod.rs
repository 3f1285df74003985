//! What has to hold of any bytes, for each thing that reads what others wrote.
//!
//! The fuzz targets call these with generated input. `cargo test` calls them
//! with inputs that broke a check, which are kept in `fuzz/found`.

mod judging;
mod names;
mod queries;
mod records;
mod reviews;
mod stored;

/// Checks that any bytes have to pass.
pub(crate) type Check = fn(&[u8]);

/// Each check with the name of its target.
pub(crate) const CHECKS: [(&str, Check); 15] = [
    ("container", records::container),
    ("csv", records::csv),
    ("json", records::json),
    ("json_v1", records::json_v1),
    ("json_v2", records::json_v2),
    ("page", records::page),
    ("xml", records::xml),
    ("query", queries::query),
    ("request", queries::request),
    ("evaluation", judging::evaluation),
    ("synonyms", names::synonyms),
    ("vocabulary", names::vocabulary),
    ("ledger", stored::ledger),
    ("receipt", stored::receipt),
    ("decisions", reviews::decisions),
];

/// Runs the check of that name.
pub(crate) fn run(name: &str, bytes: &[u8]) {
    let (_, check) = CHECKS.iter().find(|(known, _)| *known == name).expect("a check");
    check(bytes);
}
