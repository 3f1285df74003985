//! Defects that were mended, each named by what broke.

use std::process::Command;

use super::harness::Sandbox;
use super::invented::{gz, lines, nct, page, record, tar, updated, xml};

/// Indexes a file; gives the titles found and the rejects.
fn indexed(name: &str, bytes: &[u8], flags: &[&str]) -> (Vec<String>, Vec<String>) {
    let sandbox = Sandbox::with(&[(name, bytes)]);
    let audit = sandbox.index(&[&[name], flags].concat());
    let titles = if audit.count("studies") > 0 {
        sandbox.titles().into_values().collect()
    } else {
        Vec::new()
    };
    (titles, audit.rejects())
}

fn one_reject(name: &str, bytes: &[u8], reason: &str) -> Vec<String> {
    let (titles, rejects) = indexed(name, bytes, &[]);
    assert!(rejects.len() == 1 && rejects[0].contains(reason), "{rejects:?}");
    titles
}

#[test]
fn a_string_of_backslashes_beyond_the_limit_made_the_scan_panic() {
    let text = [br#"{"kk":""#, &b"\\".repeat(3 << 20)[..]].concat();
    let (_, rejects) = indexed("a.json", &text, &["--max-record", "1"]);
    assert_eq!(rejects.len(), 1, "{rejects:?}");
}

#[test]
fn lines_among_records_that_are_no_json_were_passed_over() {
    let text =
        format!("{}\n<html>503 {{x}}</html>\n\u{1e}{}\n", record(1, "One"), record(2, "Two"));
    let titles = one_reject("a", text.as_bytes(), "a line that is no JSON");
    assert_eq!(titles, ["One", "Two"]);
}

#[test]
fn the_tail_of_an_xml_study_was_passed_over() {
    let tail = xml(1, "One").split_off(60);
    let text = tail + &xml(2, "Two");
    assert_eq!(one_reject("a.xml", text.as_bytes(), "whose start is missing"), ["Two"]);
}

#[test]
fn a_small_gzip_file_with_a_wrong_checksum_was_believed() {
    let mut packed = gz(lines(&[(1, "One")]).as_bytes());
    let at = packed.len() - 8;
    packed[at] ^= 1;
    assert_eq!(one_reject("a.gz", &packed, "cannot be read"), ["One"]);
}

#[test]
fn of_joined_tar_archives_only_the_first_was_read() {
    let (one, two) = (record(1, "One"), record(2, "Two"));
    let joined = [tar(&[("a", one.as_bytes())]), tar(&[("b", two.as_bytes())])].concat();
    assert_eq!(indexed("a.tar", &joined, &[]), (vec!["One".into(), "Two".into()], Vec::new()));
}

#[test]
fn a_tar_archive_cut_between_members_was_taken_for_whole() {
    let (one, two) = (record(1, "One"), record(2, "Two"));
    let whole = tar(&[("a", one.as_bytes()), ("b", two.as_bytes())]);
    let first = 512 + one.len().next_multiple_of(512);
    let cut: Vec<u8> =
        whole[..first].iter().map(|byte| if *byte == 0 { b' ' } else { *byte }).collect();
    let cut = [&whole[..512], &cut[512..]].concat();
    assert_eq!(one_reject("a.tar", &cut, "the tar archive has no end"), ["One"]);
}

#[test]
fn the_title_of_the_next_page_leaked_into_the_one_before() {
    let text = page(1, "Description Module", "Detailed Description: the world\n")
        .replace("Study: NCT90000001\nStudy Brief:\nProtocol Section: NCT90000001\n", "")
        + &page(1, "Identification Module", "Brief Title: One\n");
    let sandbox = Sandbox::with(&[("a.txt", text.as_bytes())]);
    assert_eq!(sandbox.index(&["a.txt"]).counts(["pages", "joined"]), [2, 1]);
    let protocol = &sandbox.show(&nct(1))["protocolSection"];
    assert_eq!(protocol["descriptionModule"]["detailedDescription"], "the world");
    assert_eq!(protocol["identificationModule"]["briefTitle"], "One");
}

#[test]
fn a_page_of_the_same_content_as_another_was_not_read_for_the_joining() {
    let module = "Identification Module";
    let (first, second) = ("Brief Title: AAA\n", "Brief Title: BBB\n");
    let sandbox = Sandbox::with(&[
        ("in/a.txt", page(1, module, first).as_bytes()),
        ("in/b.txt", page(1, module, second).as_bytes()),
    ]);
    sandbox.age(&["in/a.txt", "in/b.txt"]);
    sandbox.index(&["in"]);
    sandbox.write("in/c.txt", page(1, module, first));
    sandbox.index(&["in"]);
    let title = &sandbox.show(&nct(1))["protocolSection"]["identificationModule"]["briefTitle"];
    assert_eq!(title, "AAA");
}

#[test]
fn a_limit_that_was_raised_had_no_effect_on_a_file_that_had_run_into_it() {
    let long = record(1, &"x".repeat(2 << 20));
    let sandbox = Sandbox::with(&[("a.json", long.as_bytes())]);
    sandbox.age(&["a.json"]);
    let audit = sandbox.index(&["a.json", "--max-record", "1"]);
    assert!(audit.reject().contains("`--max-record` raises the limit"));
    assert_eq!(
        sandbox.index(&["a.json", "--max-record", "4"]).counts(["added", "rejected"]),
        [1, 0]
    );
}

#[test]
fn a_record_that_broke_was_pruned() {
    let sound = lines(&[(1, "One"), (2, "Two")]);
    let sandbox = Sandbox::with(&[("a.ndjson", sound.as_bytes())]);
    sandbox.index(&["a.ndjson"]);
    sandbox.write("a.ndjson", sound.replacen("}}}", "}},}", 1));
    let audit = sandbox.index(&["a.ndjson", "--prune"]);
    assert_eq!(audit.counts(["rejected", "kept", "removed"]), [1, 1, 0]);
    assert!(sandbox.holds(&nct(1)));
}

#[test]
fn a_runner_up_that_cannot_be_read_hid_the_one_behind_it() {
    let sandbox = Sandbox::with(&[
        ("in/a.json", updated(1, "Best", "2024-01-01").to_string().as_bytes()),
        ("in/c.json", updated(1, "Third", "2022-01-01").to_string().as_bytes()),
    ]);
    sandbox.index(&["in"]);
    let second = updated(1, "Second", "2023-01-01").to_string();
    sandbox.index_fed(move |feed| feed.write_all(second.as_bytes()).expect("fed"));
    sandbox.remove("in/a.json");
    for _ in 0..2 {
        sandbox.index(&["in", "--prune"]);
        assert_eq!(sandbox.titles()[&nct(1)], "Third");
    }
}

#[test]
fn one_file_under_two_names_counted_twice() {
    let sandbox = Sandbox::with(&[("in/a.json", record(1, "One").as_bytes()), ("x/y", b"")]);
    let audit = sandbox.index(&["in", "x/../in"]);
    assert_eq!(audit.counts(["files", "records", "duplicates"]), [1, 1, 0]);
}

#[test]
fn a_pipe_in_a_directory_was_waited_for() {
    let sandbox = Sandbox::with(&[("in/a.json", record(1, "One").as_bytes())]);
    let made = Command::new("mkfifo").arg(sandbox.path("in/pipe")).status().expect("mkfifo");
    assert!(made.success());
    let audit = sandbox.index(&["in"]);
    assert!(audit.reject().contains("a pipe, socket or device"), "{audit:?}");
    assert_eq!(audit.count("added"), 1);
}

#[test]
fn a_second_title_column_overwrote_the_first() {
    let table = format!("NCT Number,Title,Study Title\n{},One,Uno\n", nct(1));
    let sandbox = Sandbox::with(&[("a.csv", table.as_bytes())]);
    let audit = sandbox.index(&["a.csv"]);
    let title = &sandbox.show(&nct(1))["protocolSection"]["identificationModule"]["briefTitle"];
    assert_eq!(title, "One");
    assert!(audit.json["unplaced"].to_string().contains("Study Title"), "{audit:?}");
}

/// The sign before a string had left the window by when its end was found.
#[test]
fn a_string_whose_sign_left_the_window_ended_the_run() {
    for length in [1_000, 70_000, 300_000, 1_100_000] {
        let long = "tea ".repeat(length / 4);
        for text in [
            format!("[\"{long}\", {}]", record(1, "One")),
            format!("[[\"a\", \"{long}\"], {}]", record(1, "One")),
            format!("[\"{}\\\"{long}\", {}]", " ".repeat(length % 7), record(1, "One")),
        ] {
            let (titles, _) = indexed("a.json", text.as_bytes(), &[]);
            assert_eq!(titles, ["One"], "{length}");
        }
    }
}
