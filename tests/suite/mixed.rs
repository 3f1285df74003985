//! Studies in files that begin with something else, or go on with it.

use serde_json::{Value, json};

use super::harness::Sandbox;
use super::invented::{nct, page, record, xml};

fn title(sandbox: &Sandbox, number: u32) -> Value {
    sandbox.show(&nct(number))["protocolSection"]["identificationModule"]["briefTitle"].take()
}

#[test]
fn studies_behind_a_page_are_read() {
    let first = page(1, "Conditions Module", "Conditions: Cold\n");
    let table = "NCT Number,Study Title\nNCT90000002,Two\nNCT90000003,Three\n";
    for (name, behind, studies) in [
        ("json.txt", record(2, "Two"), 2),
        ("xml.txt", xml(2, "Two"), 2),
        ("csv.txt", format!("\n{table}"), 3),
    ] {
        let sandbox = Sandbox::with(&[(name, (first.clone() + &behind).as_bytes())]);
        let audit = sandbox.index(&[name]);
        assert_eq!(audit.counts(["studies", "rejected"]), [studies, 0], "{name}: {audit:?}");
        assert_eq!(title(&sandbox, 2), "Two", "{name}");
        let study = sandbox.show(&nct(1));
        assert_eq!(study["protocolSection"]["conditionsModule"]["conditions"], json!(["Cold"]));
    }
}

#[test]
fn studies_below_a_banner_are_read() {
    let prose = "Trials of the library.\nMade on Monday, 3 March.\n\n";
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: x\r\n\r\n";
    let (one, two) = (record(1, "One"), record(2, "Two"));
    let table = "NCT Number,Study Title\nNCT90000001,One\nNCT90000002,Two\n";
    let unnamed = "Trial;Title;Phase\nNCT90000001;One;1\nNCT90000002;Two;2\n";
    let ris = "TY  - DATA\nTI  - One\nAN  - NCT90000001\nER  - \n";
    let element = xml(1, "One");
    for (name, text, studies, above) in [
        ("log.json", format!("INFO 2 studies\n{one}\n{two}\n"), 2, "a line above the JSON"),
        ("array.json", format!("INFO 2 studies\n[\n{one},\n{two}]\n"), 2, "a line above the JSON"),
        ("answer.txt", format!("{answer}{{\"studies\": [{one}]}}"), 1, "3 lines above the JSON"),
        ("call.js", format!("f({{\"studies\": [{one}]}});\n"), 1, "text before the JSON"),
        ("value.js", format!("var x = [{one}];\n"), 1, "text before the JSON"),
        ("prose.xml", format!("{prose}{element}"), 1, "3 lines above the XML"),
        ("prose.ris", format!("{prose}{ris}"), 1, "3 lines above the records"),
        ("prose.csv", format!("{prose}{table}"), 2, "3 lines above the heading of the table"),
        ("unnamed.csv", format!("{prose}{unnamed}"), 2, "3 lines above the heading of the table"),
        (
            "far.csv",
            format!("{}{table}", "prose\n".repeat(40)),
            2,
            "40 lines above the heading of the table",
        ),
    ] {
        let sandbox = Sandbox::with(&[(name, text.as_bytes())]);
        let audit = sandbox.index(&[name, "--strict"]);
        let said = audit.counts(["studies", "rejected", "notStudies"]);
        assert_eq!(said, [studies, 0, 1], "{name}: {audit:?}");
        assert_eq!(audit.reject(), format!("{name}: {above}"));
        assert_eq!(title(&sandbox, 1), "One", "{name}");
    }
}

#[test]
fn what_is_behind_a_banner_is_found_at_its_line() {
    let two = record(2, "Two");
    let sandbox = Sandbox::with(&[("a.json", format!("INFO\n{two}\nWARN\n{two}\n").as_bytes())]);
    let audit = sandbox.index(&["a.json"]);
    assert_eq!(
        audit.rejects(),
        ["a.json: a line above the JSON", "a.json: a line that is no JSON"]
    );
    assert_eq!(audit.json["rejects"][1]["line"], 3);
}

#[test]
fn studies_in_text_that_is_not_read_are_named() {
    for (name, text, reason) in [
        (
            "a.yaml",
            "protocolSection:\n  statusModule: {}\n",
            "YAML, which is not read; convert it to JSON",
        ),
        (
            "b.yaml",
            "- nct_id: NCT90000001\n  title: T\n",
            "YAML, which is not read; convert it to JSON",
        ),
        (
            "a.sql",
            "INSERT INTO studies VALUES ('NCT90000001', 'T');\n",
            "a script of SQL, which is not read; export its tables as CSV",
        ),
        (
            "a.csv",
            "\"NCT Number,Study Title\"\n\"NCT90000001,T\"\n",
            "a table with quotes around each whole row; save it without them",
        ),
    ] {
        let sandbox = Sandbox::with(&[(name, text.as_bytes())]);
        let audit = sandbox.index(&[name]);
        assert_eq!(audit.counts(["studies", "rejected"]), [0, 1], "{name}: {audit:?}");
        assert_eq!(audit.reject(), format!("{name}: {reason}"));
    }
    let sandbox = Sandbox::with(&[("list.txt", b"NCT90000001\nNCT90000002\n")]);
    let audit = sandbox.index(&["list.txt"]);
    assert_eq!(audit.reject(), "list.txt: text with NCT numbers, but without study records");
}

#[test]
fn json_among_the_rows_of_a_table_is_no_row() {
    let table = format!("NCT Number,Study Title,Status\nNCT90000001,One,x\n{}\n", record(2, "Two"));
    let sandbox = Sandbox::with(&[("a.csv", table.as_bytes())]);
    let audit = sandbox.index(&["a.csv"]);
    assert_eq!(audit.counts(["studies", "rejected"]), [1, 1], "{audit:?}");
    assert_eq!(audit.reject(), "a.csv: a line of JSON in a table, which is not read");
    assert_eq!(audit.json["rejects"][0]["line"], 3);
}
