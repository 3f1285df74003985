//! The numbers of a review, as they are reported.

use insta::assert_snapshot;

use super::exchange::decided;
use super::harness::Sandbox;

fn report(sandbox: &Sandbox, format: &str) -> String {
    sandbox.run(&["review", "report", "tea", "--format", format, "--reviewer", "ann"]).success().out
}

/// A report without day, version and digest.
fn masked(report: &str) -> String {
    let words = report.split_inclusive([' ', '\n']).map(|word| {
        let bare = word.trim_end_matches([' ', '\n', ',', ')']);
        let digest = bare.len() == 32 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
        let day = bare.len() == 10 && bare.split('-').count() == 3;
        match () {
            () if digest => word.replace(bare, "DIGEST"),
            () if day => word.replace(bare, "DAY"),
            () => word.to_owned(),
        }
    });
    words.collect::<String>().replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

#[test]
fn a_table_is_for_people() {
    assert_snapshot!(masked(&report(&decided(), "text")), @r###"
    tea

    3  Records identified
    3    search 1
    0  Duplicate records
    3  Studies to be screened
    1    not yet screened
    2    screened
    0  Excluded
    0  To be looked at again
    1  Conflicts
    1  Included

    Screened: 1 study by 1 person, 1 study by 2 people.

    Order of reading: not on record (3).

    ann and bo: 0 of 1 study alike, Cohen's kappa 0.00.

    ann decided 2 of 3 studies, the last 1 without an include.

    bo decided 1 of 3 studies, the last 1 without an include.

    No sample of the unread was drawn: recall is not known.

    Searches

    search 1, run on DAY by trialdex VERSION
      3 studies, index digest DIGEST
      3 found by AREA[Words]tea
      Words were looked for in any form and spelling, and by their synonyms (--expand concept). No other name was searched.
    "###);
}

#[test]
fn methods_and_results_are_for_a_paper() {
    assert_snapshot!(masked(&report(&decided(), "markdown")), @r###"
    # tea

    ## Sources and searches

    ### search 1

    ClinicalTrials.gov records (3 studies, index digest DIGEST) were searched on DAY with trialdex VERSION for:

    ```text
    tea
    ```

    which was understood as:

    ```text
    AREA[Words]tea
    ```

    Words were looked for in any form and spelling, and by their synonyms (--expand concept). No other name was searched. Names were looked up in MeSH descriptors, U.S. National Library of Medicine, as of 2024 (30,764 descriptors, the newest D000098002).

    3 records were found.

    ## Study selection

    3 records were identified; 0 were removed as duplicates. Of 3 studies, 2 were screened and 0 excluded; 1 was included. 1 is not yet screened. 1 is in conflict between reviewers.

    ## How studies were screened

    Screened: 1 study by 1 person, 1 study by 2 people.

    Order of reading: not on record (3).

    ann and bo: 0 of 1 study alike, Cohen's kappa 0.00.

    ann decided 2 of 3 studies, the last 1 without an include.

    bo decided 1 of 3 studies, the last 1 without an include.

    No sample of the unread was drawn: recall is not known.

    ## Flow of records

    | stage | records |
    |---|---|
    | Identification | Records identified (n = 3)<br>ClinicalTrials.gov (n = 3)<br>search 1 (n = 3) |
    | Identification | Records removed before screening:<br>Duplicate records (n = 0) |
    | Screening | Records to be screened (n = 3) |
    | Screening | Records not yet screened (n = 1) |
    | Screening | Records screened (n = 2) |
    | Screening | Records excluded (n = 0) |
    | Screening | Records awaiting classification (n = 1)<br>Reviewers disagree (n = 1) |
    | Included | Studies included in the review (n = 1) |
    "###);
}

#[test]
fn json_has_every_number() {
    let report: serde_json::Value =
        serde_json::from_str(&report(&decided(), "json")).expect("JSON");
    let counts = &report["counts"];
    let number = |name: &str| counts[name].as_u64().expect("a number");
    assert_eq!(
        number("identified") - number("duplicates") - number("unnumbered"),
        number("studies")
    );
    let outcomes = ["unread", "excluded", "included", "maybe", "conflicts"].map(number);
    assert_eq!(outcomes, [1, 0, 1, 0, 1]);
    assert_eq!(report["agreement"][0]["studies"], 1);
}

#[test]
fn the_diagram_is_one_picture() {
    let svg = report(&decided(), "svg");
    assert!(svg.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg "), "{svg}");
    assert!(svg.ends_with("</svg>\n"), "{svg}");
    assert!(svg.contains("<title id=\"title\">PRISMA 2020 flow diagram: tea</title>"), "{svg}");
    assert!(!svg.contains("<script") && !svg.contains("href"), "{svg}");
}
