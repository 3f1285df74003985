//! The reference of fields, held to the tables that it is written from.

use std::fs;
use std::path::Path;

use trialdex_output::field_reference;
use trialdex_records::study::study_fields::StudyField;

use super::real_data::computed_by_the_registry;

/// Writes the reference again where it is set.
const BLESS: &str = "TRIALDEX_BLESS";

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_reference_of_fields_is_what_the_tables_say() {
    let path = package().join("docs/fields.md");
    let expected = field_reference();
    if std::env::var_os(BLESS).is_some() {
        fs::write(&path, &expected).expect("the reference written");
    }
    let page = fs::read_to_string(&path).unwrap_or_default();
    let differs = page.lines().zip(expected.lines()).position(|(there, made)| there != made);
    assert!(
        page == expected,
        "docs/fields.md is not what the tables say, from line {} on; write it again with \
         `{BLESS}=1 cargo test --test main reference`",
        differs.unwrap_or_else(|| page.lines().count().min(expected.lines().count())) + 1,
    );
}

#[test]
fn every_value_that_the_registry_computes_is_a_field() {
    let Some(rows) = computed_by_the_registry() else { return };
    assert_eq!(rows.len(), 77);
    for row in rows {
        let field = |key: &str| {
            let name = row[key].as_str().expect("a name");
            StudyField::named(name).unwrap_or_else(|| panic!("`{name}` is no field"))
        };
        assert_eq!(field("piece"), field("path"), "{row}");
    }
}
