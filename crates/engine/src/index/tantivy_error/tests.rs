use tantivy::Index;
use tantivy::directory::RamDirectory;

use super::*;

/// What is said of an index whose `meta.json` has this content.
fn said_of(meta: &str) -> String {
    let directory = RamDirectory::create();
    tantivy::Directory::atomic_write(&directory, Path::new("meta.json"), meta.as_bytes())
        .expect("written");
    let error = Index::open(directory).expect_err("no index");
    tantivy_error(Path::new("index"), error).to_string()
}

#[test]
fn the_content_of_a_damaged_file_is_not_shown() {
    let said = said_of(r#"{"segments": [], "secret": "NCT90000001"}"#);
    assert!(said.contains("cannot be deserialized"), "{said}");
    assert!(!said.contains("NCT90000001") && !said.contains("Content"), "{said}");
    assert_eq!(short("cut. Content: \"a\""), "cut");
    assert_eq!(short("nothing of the kind"), "nothing of the kind");
}
