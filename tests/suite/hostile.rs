//! Input that is broken, or made to break something: the audit names it, it
//! harms nothing, and its neighbours are read.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::harness::{JsonAudit, Sandbox, files_below};
use super::invented::{gz, lines, nct, record, study, tar, xml, zip, zst};

const MEGABYTE: usize = 1 << 20;

/// Indexes hostile bytes beside a sound file, which must get in.
fn beside_a_sound_one(name: &str, bytes: &[u8]) -> (Sandbox, JsonAudit) {
    let sandbox = Sandbox::with(&[(name, bytes), ("sound.json", record(999, "Sound").as_bytes())]);
    let audit = sandbox.index(&[name, "sound.json"]);
    assert_eq!(sandbox.titles().get(&nct(999)).map(String::as_str), Some("Sound"), "{audit:?}");
    audit.adds_up();
    (sandbox, audit)
}

/// The one reject that hostile bytes give, and the studies read besides.
fn reject_of(name: &str, bytes: &[u8]) -> (String, u64) {
    let (_, audit) = beside_a_sound_one(name, bytes);
    (audit.reject(), audit.count("studies") - 1)
}

/// A gzip file as small as can be.
fn tight(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).expect("bytes packed");
    packed.finish().expect("a gzip file")
}

/// Text that shrinks a thousandfold.
fn blank(megabytes: usize) -> Vec<u8> {
    vec![b' '; megabytes * MEGABYTE]
}

#[test]
fn a_gzip_bomb_is_stopped() {
    let bomb = [record(1, "One").as_bytes(), br#"{"x":""#, &blank(100)[..]].concat();
    let (reason, studies) = reject_of("bomb.gz", &tight(&bomb));
    assert!(reason.contains("unpacks to more than 200 times its size"), "{reason}");
    assert!(reason.contains("`--max-ratio` raises the limit"), "{reason}");
    assert_eq!(studies, 1, "what came before the bomb is kept");
}

#[test]
fn a_bomb_is_stopped_in_every_container() {
    let bomb = [br#"{"x":""#, &blank(100)[..]].concat();
    for (name, bytes) in [
        ("bomb.zst", zst(&bomb)),
        ("bomb.zip", zip(&[("a", &bomb)])),
        ("bomb.tar.gz", tight(&tar(&[("a", &bomb)]))),
        ("bomb.gz.zip", zip(&[("a.gz", &tight(&bomb))])),
    ] {
        let (_, audit) = beside_a_sound_one(name, &bytes);
        assert!(audit.rejects().iter().any(|reject| reject.contains("--max-ratio")), "{audit:?}");
    }
}

#[test]
fn a_bomb_of_zeros_is_no_study() {
    let zeros = vec![0; 100 * MEGABYTE];
    let (reason, _) = reject_of("zeros.gz", &tight(&zeros));
    assert_eq!(reason, "zeros.gz: a binary file");
    let member = record(1, "One");
    let archive = tight(&tar(&[("zeros", &zeros), ("one.json", member.as_bytes())]));
    let (_, audit) = beside_a_sound_one("zeros.tar.gz", &archive);
    assert!(audit.rejects().iter().any(|reject| reject.contains("--max-ratio")), "{audit:?}");
}

#[test]
fn the_limit_of_a_bomb_can_be_raised() {
    let text = [&blank(100)[..], record(1, "One").as_bytes()].concat();
    let sandbox = Sandbox::with(&[("blank.gz", &tight(&[b"[".as_slice(), &text, b"]"].concat()))]);
    assert_eq!(sandbox.index(&["blank.gz", "--max-ratio", "100000"]).count("added"), 1);
}

#[test]
fn archives_too_deep_inside_each_other_are_rejected() {
    let mut bytes = record(1, "One").into_bytes();
    for _ in 0..20 {
        bytes = gz(&bytes);
    }
    let (reason, _) = reject_of("deep.gz", &bytes);
    assert_eq!(
        reason,
        "deep.gz: archives inside archives, deeper than 6; `--max-depth` raises the limit"
    );
}

#[test]
fn names_of_members_lead_nowhere() {
    let absolute = "/tmp/trialdex-evil-member.json";
    let text = record(1, "One");
    let members: [(&str, &[u8]); 3] = [
        ("../../evil.json", text.as_bytes()),
        (absolute, text.as_bytes()),
        ("..\\evil.json", text.as_bytes()),
    ];
    for (name, bytes) in [("evil.tar", tar(&members)), ("evil.zip", zip(&members))] {
        let (sandbox, audit) = beside_a_sound_one(name, &bytes);
        assert_eq!(audit.counts(["records", "added", "duplicates"]), [4, 2, 2], "{audit:?}");
        let files = files_below(sandbox.outside());
        let strange = files.iter().filter(|file| file.contains("evil.json"));
        assert_eq!(strange.count(), 0, "{files:#?}");
        assert!(!fs::exists(absolute).expect("to be seen"));
    }
}

#[test]
fn names_of_members_do_not_steer_the_terminal() {
    let sandbox = Sandbox::with(&[("a.tar", &tar(&[("\u{1b}[2J\u{7}\u{202e}x", b"hello\n")]))]);
    let run = sandbox.run(&["index", "a.tar"]).success();
    assert!(run.err.contains("text without study records"), "{run:?}");
    assert_harmless(&run.err);
    assert_harmless(&sandbox.run(&["status", "--rejects"]).success().out);
}

#[test]
fn directories_links_and_devices_in_a_tar_are_passed_over() {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, kind) in [
        ("directory", tar::EntryType::Directory),
        ("link", tar::EntryType::Symlink),
        ("hard", tar::EntryType::Link),
        ("device", tar::EntryType::Char),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_path(name).expect("a name");
        header.set_entry_type(kind);
        header.set_link_name("/etc/passwd").expect("a target");
        header.set_size(0);
        header.set_cksum();
        archive.append(&header, io::empty()).expect("a member");
    }
    let bytes = archive.into_inner().expect("an archive");
    let (_, audit) = beside_a_sound_one("odd.tar", &bytes);
    assert_eq!(audit.counts(["members", "rejected", "notStudies"]), [0, 0, 0], "{audit:?}");
}

#[test]
fn a_record_of_150_megabytes_is_rejected_and_the_next_one_read() {
    let sandbox = Sandbox::new();
    let audit = sandbox.index_fed(|input| {
        let text = record(1, "Huge").replace("An invented study.", "\u{1}");
        let (head, tail) = text.split_once('\u{1}').expect("a place for the text");
        let chunk = vec![b'x'; MEGABYTE];
        input.write_all(head.as_bytes()).expect("taken");
        (0..150).for_each(|_| input.write_all(&chunk).expect("taken"));
        write!(input, "{tail}\n{}\n", record(2, "Next")).expect("taken");
    });
    assert_eq!(
        audit.reject(),
        "-: a study of more than 33554432 bytes; `--max-record` raises the limit"
    );
    assert_eq!(sandbox.titles().into_keys().collect::<Vec<_>>(), [nct(2)]);
}

#[test]
fn a_line_that_does_not_end_is_no_study() {
    let sandbox = Sandbox::new();
    let audit = sandbox.index_fed(|input| {
        let chunk = vec![b'x'; MEGABYTE];
        // The program may have seen enough before the end.
        (0..150).for_each(|_| drop(input.write_all(&chunk)));
    });
    assert_eq!(audit.reject(), "-: text without study records");
}

#[test]
fn a_cell_and_an_element_of_40_megabytes_are_rejected() {
    let long = "x".repeat(40 * MEGABYTE);
    let csv = format!("NCT Number,Study Title\n{},\"{long}\"\n", nct(1));
    let (reason, _) = reject_of("long.csv", csv.as_bytes());
    assert!(reason.contains("a row of more than 33554432 bytes"), "{reason}");
    let (reason, studies) = reject_of("long.xml", (xml(1, &long) + &xml(2, "Next")).as_bytes());
    assert!(reason.contains("a study of more than 33554432 bytes"), "{reason}");
    assert_eq!(studies, 1);
}

#[test]
fn deep_nesting_is_rejected() {
    let brackets = "[".repeat(100_000);
    let (reason, _) = reject_of("deep.json", brackets.as_bytes());
    assert!(reason.contains("JSON nested deeper than 1000"), "{reason}");
    let closed = brackets.clone() + &"]".repeat(100_000);
    let study = study(1, "Deep").to_string();
    let deep = study.replacen('{', &format!("{{\"deep\":{closed},"), 1);
    let deep_inside = study.replace("\"An invented study.\"", &closed);
    for text in [deep, deep_inside.clone()] {
        let (_, audit) = beside_a_sound_one("deep.json", text.as_bytes());
        assert!(audit.count("rejected") > 0, "{audit:?}");
    }
    let (reason, studies) =
        reject_of("deep.json", (deep_inside + "\n" + &record(2, "Next")).as_bytes());
    assert!(reason.contains("recursion limit exceeded"), "{reason}");
    assert_eq!(studies, 1);
}

#[test]
fn deep_xml_is_harmless() {
    let deep = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
    let text = xml(1, "Deep").replace("<id_info>", &format!("{deep}<id_info>"));
    let (_, audit) = beside_a_sound_one("deep.xml", text.as_bytes());
    assert_eq!(audit.count("records") + audit.count("rejected"), 2, "{audit:?}");
}

#[test]
fn a_broken_byte_costs_a_character() {
    let mut text = record(1, "Zażółć gęślą jaźń, wszystko w porządku? B\u{1}").into_bytes();
    let title = br"B\u0001";
    let at = text.windows(title.len()).position(|part| part == title).expect("the title");
    text.splice(at..at + title.len(), *b"B\xff");
    let (sandbox, audit) = beside_a_sound_one("broken.json", &text);
    assert_eq!(audit.json["encodings"], json!({"UTF-8 with broken bytes": 1}));
    assert!(sandbox.titles()[&nct(1)].ends_with("porządku? B\u{fffd}"));
}

#[test]
fn zeros_in_text_are_no_characters() {
    let (reason, _) = reject_of("zero.json", record(1, "One").replace("One", "O\0e").as_bytes());
    assert!(reason.contains("not valid JSON: control character"), "{reason}");
    let (_, audit) = beside_a_sound_one("zero.xml", xml(1, "O\0e").as_bytes());
    assert_eq!(audit.count("records") + audit.count("rejected"), 2, "{audit:?}");
    let csv = format!("NCT Number,Study Title\n{},O\0e\n", nct(1));
    let (sandbox, audit) = beside_a_sound_one("zero.csv", csv.as_bytes());
    assert_eq!(audit.counts(["records", "rejected"]), [2, 0], "{audit:?}");
    assert!(sandbox.titles().values().all(|title| !title.contains('\0')));
}

#[test]
fn text_that_begins_as_a_program_does_is_read_from_its_start() {
    let csv = format!("MZ,NCT Number,Study Title\n1,{},One\n2,{},Two invented\n", nct(1), nct(2));
    let (sandbox, audit) = beside_a_sound_one("mz.csv", csv.as_bytes());
    assert_eq!(audit.counts(["records", "rejected"]), [3, 0], "{audit:?}");
    assert_eq!(sandbox.titles()[&nct(2)], "Two invented");
}

/// Characters that steer a terminal or turn the direction of text.
const STEERING: &str = "\u{1b}[2J\u{7}\u{8}\u{9b}\u{7f}\u{202e}\u{2066}\u{200f}\r";

fn assert_harmless(text: &str) {
    let harmful = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    let found: Vec<char> = text.chars().filter(|c| harmful(*c)).collect();
    assert!(found.is_empty(), "{found:?} in {text:?}");
}

#[test]
fn characters_that_steer_a_terminal_do_not_reach_it() {
    let mut study = study(1, &format!("Title{STEERING}"));
    let protocol = &mut study["protocolSection"];
    protocol["descriptionModule"]["briefSummary"] = format!("An invented{STEERING} study.").into();
    protocol["conditionsModule"] = json!({"conditions": [format!("Cold{STEERING}")]});
    protocol["statusModule"]["overallStatus"] = format!("WEIRD{STEERING}").into();
    protocol["identificationModule"][format!("key{STEERING}")] = STEERING.into();
    let sandbox = Sandbox::with(&[("a.json", study.to_string().as_bytes())]);
    assert_harmless(&sandbox.run(&["index", "a.json"]).success().err);
    assert_harmless(&sandbox.run(&["search", "invented"]).success().out);
    assert_harmless(
        &sandbox.run(&["search", "invented", "--fields", "Condition,OverallStatus"]).out,
    );
    assert_harmless(&sandbox.run(&["search", "invented", "--format", "tsv"]).success().out);
    assert_harmless(&sandbox.run(&["show", &nct(1)]).success().out);
    let ris = sandbox.run(&["search", "invented", "--format", "ris"]).success().out;
    assert_harmless(&ris.replace("\r\n", "\n"));
    assert_eq!(sandbox.show(&nct(1)), study, "the record itself is kept");
}

#[test]
fn what_is_typed_does_not_steer_the_terminal() {
    let sandbox = Sandbox::with(&[("a.json", record(1, "One").as_bytes())]);
    sandbox.index(&["a.json"]);
    for arguments in [
        &["search", "\u{1b}[2J\u{202e}OR"][..],
        &["search", "\u{1b}[2J\u{202e} invented", "--any"],
        &["search", "invented", "b\u{1b}[2J\u{202e}sent"],
        &["show", "\u{1b}[2J"],
        &["search", "x", "--fields", "\u{1b}[2J"],
        &["search", "x", "--index", "\u{1b}[2J"],
        &["index", "\u{1b}[2J"],
    ] {
        let run = sandbox.run(arguments);
        assert_harmless(&run.out);
        assert_harmless(&run.err);
    }
}

#[test]
fn formulas_are_defused_in_tables() {
    let sandbox = Sandbox::with(&[("a.json", record(1, "=cmd()").as_bytes())]);
    sandbox.index(&["a.json"]);
    for format in ["csv", "tsv"] {
        let run =
            sandbox.run(&["search", "invented", "--format", format, "--fields", "BriefTitle"]);
        let row = run.out.lines().nth(1).expect("a row");
        assert!(row.ends_with("'=cmd()"), "{row}");
    }
}

#[test]
fn a_csv_with_an_unclosed_quote_is_rejected() {
    let csv = format!(
        "NCT Number,Study Title\n{},Sound\n{},\"Unclosed\n{},Lost\n",
        nct(1),
        nct(2),
        nct(3)
    );
    let (_, audit) = beside_a_sound_one("a.csv", csv.as_bytes());
    assert!(audit.count("rejected") > 0, "{audit:?}");
}

#[test]
fn cut_streams_keep_what_came_before() {
    let text: String =
        (1..=300).map(|number| record(number, &random_title(number)) + "\n").collect();
    let bytes = text.as_bytes();
    for (name, bytes) in [
        ("a.gz", gz(bytes)),
        ("a.zst", zst(bytes)),
        ("a.tar", tar(&[("a.ndjson", bytes)])),
        ("a.json", bytes.to_vec()),
    ] {
        let (_, audit) = beside_a_sound_one(name, &bytes[..bytes.len() * 2 / 3]);
        let [studies, rejected] = audit.counts(["studies", "rejected"]);
        assert!((50..300).contains(&studies), "{name}: {studies}");
        assert!(rejected > 0, "{name}: {:?}", audit.rejects());
    }
}

/// A title that does not shrink, for streams to be read in several steps.
fn random_title(number: u32) -> String {
    let mixed = |at: u64| (u64::from(number) * 64 + at).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (0..64).map(|at| format!("{:x}", mixed(at))).collect()
}

#[test]
fn a_cut_zip_is_rejected_whole() {
    let archive = zip(&[("a.json", record(1, "One").as_bytes())]);
    let (reason, studies) = reject_of("a.zip", &archive[..archive.len() - 30]);
    assert!(reason.starts_with("a.zip: the zip archive cannot be read"), "{reason}");
    assert_eq!(studies, 0);
}

#[test]
fn a_cut_line_is_rejected_and_the_others_kept() {
    let whole = record(2, "Two");
    let text =
        format!("{}\n{}\n{}\n", record(1, "One"), &whole[..whole.len() / 2], record(3, "Three"));
    let (reason, studies) = reject_of("a.ndjson", text.as_bytes());
    assert_eq!(reason, "a.ndjson: cut: the line ends inside the study");
    assert_eq!(studies, 2);
}

#[test]
fn a_broken_object_in_an_array_costs_itself() {
    let broken = record(2, "Two").replace(":{\"nctId\"", ":{nctId");
    let text = format!("[{},\n{broken},\n{}]", record(1, "One"), record(3, "Three"));
    let (reason, studies) = reject_of("a.json", text.as_bytes());
    assert!(reason.contains("not valid JSON"), "{reason}");
    assert_eq!(studies, 2);
    let stray = format!("[{}, {{\"a\": 1}}, {}]", record(1, "One"), record(3, "Three"));
    let (reason, studies) = reject_of("a.json", stray.as_bytes());
    assert_eq!(reason, "a.json: an object without any section of a study");
    assert_eq!(studies, 2);
}

#[test]
fn bad_numbers_are_rejected() {
    for (text, expected) in [
        (
            record(1, "One").replace(&nct(1), "NCT9"),
            "a: `NCT9` is not an NCT number (NCT and eight digits)",
        ),
        (r#"{"protocolSection":{}}"#.to_owned(), "a: no NCT number"),
        (xml(1, "One").replace(&nct(1), ""), "a: no NCT number"),
        ("NCT Number,Study Title\n,One\n".to_owned(), "a: no NCT number"),
    ] {
        assert_eq!(reject_of("a", text.as_bytes()), (expected.to_owned(), 0));
    }
}

#[test]
fn files_that_hold_no_study_are_told_what_they_are() {
    let rss = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel></channel></rss>";
    for (bytes, expected, kind) in [
        (&b""[..], "a: empty", "rejected"),
        (b" \n\t\n", "a: empty", "rejected"),
        (b"\x7fELF\x02\x01\x01\0\0\0", "a: a binary file", "notStudies"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "a: an HTML page", "notStudies"),
        (rss.as_bytes(), "a: XML with no clinical_study in its `rss`", "notStudies"),
        (b"{\"a\": 1}", "a: JSON without a study; its first key is `a`", "notStudies"),
        (b"[]", "a: JSON without a study", "notStudies"),
        (b"%PDF-1.4\n", "a: a PDF file", "notStudies"),
        (b"Dear all,\n", "a: text without study records", "notStudies"),
        (b"NCT Number,Study Title\n", "a: a table with a heading only", "notStudies"),
        (
            b"BZh91AY&SY",
            "a: cannot be read: decompression not finished but EOF reached",
            "rejected",
        ),
        (
            b"7z\xbc\xaf\x27\x1c",
            "a: an archive of 7z, which is not read; unpack it first",
            "rejected",
        ),
    ] {
        let (_, audit) = beside_a_sound_one("a", bytes);
        assert_eq!(audit.reject(), expected);
        assert_eq!(audit.count(kind), 1, "{expected}");
    }
}

#[test]
fn a_link_that_leads_back_is_named() {
    let sandbox = Sandbox::with(&[("in/a.json", record(1, "One").as_bytes())]);
    std::os::unix::fs::symlink(".", sandbox.path("in/loop")).expect("a link");
    std::os::unix::fs::symlink("nowhere", sandbox.path("in/nowhere")).expect("a link");
    let audit = sandbox.index(&["in"]);
    assert_eq!(audit.counts(["added", "rejected"]), [1, 2]);
    let rejects = audit.rejects().join("\n");
    assert!(rejects.contains("a link leads back to in"), "{rejects}");
}

#[cfg(unix)]
#[test]
fn links_do_not_multiply_what_they_lead_to() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::with(&[("in/00/a.json", record(1, "One").as_bytes())]);
    for level in 1..40 {
        let (here, before) = (format!("in/{level:02}"), format!("../{:02}", level - 1));
        fs::create_dir(sandbox.path(&here)).expect("a directory");
        for name in ["a", "b"] {
            symlink(&before, sandbox.path(&here).join(name)).expect("a link");
        }
    }
    symlink("in", sandbox.path("named")).expect("a link");
    let audit = sandbox.index(&["in"]);
    assert_eq!(audit.counts(["added", "rejected"]), [1, 0]);
    assert_eq!(sandbox.index(&["named", "--index", "other"]).counts(["added", "rejected"]), [1, 0]);
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    let sandbox = Sandbox::with(&[
        ("in/a.json", record(1, "One").as_bytes()),
        ("in/b.json", record(2, "Two").as_bytes()),
    ]);
    let secret = sandbox.path("in/a.json");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).expect("permissions set");
    if fs::File::open(&secret).is_ok() {
        writeln!(io::stderr(), "skipped: root may read every file").expect("written");
        return;
    }
    let audit = sandbox.index(&["in"]);
    assert_eq!(audit.count("added"), 1);
    assert!(audit.reject().starts_with("a.json: cannot be opened"), "{audit:?}");
}

#[test]
fn entities_are_not_expanded_again_and_again() {
    let entities: String = (1..10)
        .map(|at| format!("<!ENTITY l{at} \"{}\">", format!("&l{};", at - 1).repeat(10)))
        .collect();
    let head = format!("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY l0 \"lol\">{entities}]>");
    let text = head + &xml(1, "&l9;");
    let (sandbox, audit) = beside_a_sound_one("lol.xml", text.as_bytes());
    assert_eq!(audit.count("records") + audit.count("rejected"), 2, "{audit:?}");
    assert!(sandbox.titles().values().all(|title| title.len() < 100));
}

#[test]
fn entities_read_no_files() {
    let head = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY p SYSTEM \"file:///etc/passwd\">]>";
    let (sandbox, _) = beside_a_sound_one("a.xml", (head.to_owned() + &xml(1, "&p;")).as_bytes());
    assert!(sandbox.titles().values().all(|title| !title.contains("root")));
}

#[test]
fn tags_in_comments_and_cdata_are_no_tags() {
    let text = xml(1, "One").replace(
        "An invented study.",
        "<!-- </clinical_study> <clinical_study> -->An invented <![CDATA[</clinical_study>]]> study.",
    );
    let (sandbox, audit) = beside_a_sound_one("a.xml", (text + &xml(2, "Two")).as_bytes());
    assert_eq!(audit.counts(["added", "rejected"]), [3, 0], "{audit:?}");
    let summary = &sandbox.show(&nct(1))["protocolSection"]["descriptionModule"]["briefSummary"];
    assert_eq!(summary, "An invented </clinical_study> study.");
}

#[test]
fn a_cut_xml_study_costs_itself() {
    let whole = xml(1, "One");
    let text = whole[..whole.len() / 2].to_owned() + "\n" + &xml(2, "Two");
    let (reason, studies) = reject_of("a.xml", text.as_bytes());
    assert_eq!(reason, "a.xml: cut: another study starts before this one ends");
    assert_eq!(studies, 1);
    let (reason, _) = reject_of("a.xml", &whole.as_bytes()[..whole.len() / 2]);
    assert!(reason.starts_with("a.xml: cut: the file ends"), "{reason}");
}

#[test]
fn many_broken_lines_are_all_named() {
    let text: String = (0..50).map(|_| "{\"protocolSection\": {oops}}\n").collect();
    let text = text + &lines(&[(1, "One")]);
    let (_, audit) = beside_a_sound_one("a.ndjson", text.as_bytes());
    assert_eq!(audit.counts(["rejected", "added"]), [50, 2]);
    let listed = audit.json["rejects"].as_array().expect("a list");
    assert_eq!(listed[49]["line"], 50);
}
