//! Each limit is named with the flag that raises it, and raised by it; and
//! input that is made to grow beyond all bounds takes no more time than its
//! size allows. `benches/hostile.py` measures the same, and memory, at sizes
//! that are too large for here.

use std::fs;
use std::io::Write;

use trialdex_query::{Parameter, Request, expression};

use super::harness::{ProgramRun, Sandbox, files_below};
use super::invented::{gz, lines, nct, record, tar, xml, zip, zst};

/// The rejects of bytes with the default limits, and the studies with a flag.
fn limited(name: &str, bytes: &[u8], flag: &[&str]) -> (Vec<String>, u64) {
    let sandbox = Sandbox::with(&[(name, bytes)]);
    let audit = sandbox.index(&[name]);
    let rejects = audit.rejects();
    let raised: Vec<&str> = [&[name, "--index", "raised"], flag].concat();
    (rejects, sandbox.index(&raised).count("studies"))
}

#[test]
fn every_limit_is_named_with_its_flag_and_raised_by_it() {
    let mut deep = record(1, "One").into_bytes();
    (0..8).for_each(|_| deep = gz(&deep));
    let many = format!("{{\"x\":[{}0],", "0,".repeat(4_000_001));
    let values = record(1, "One").replacen('{', &many, 1);
    let cells = format!("NCT Number,Study Title\n{},One{}\n", nct(1), ",".repeat(20_000));
    for (name, bytes, flag, value) in [
        ("deep.gz", deep, "--max-depth", "10"),
        ("cells.csv", cells.into_bytes(), "--max-cells", "30000"),
        ("values.json", values.into_bytes(), "--max-values", "40000000"),
    ] {
        let (rejects, studies) = limited(name, &bytes, &[flag, value]);
        let named = format!("`{flag}` raises the limit");
        assert!(rejects.iter().any(|reject| reject.contains(&named)), "{flag}: {rejects:?}");
        assert_eq!(studies, 1, "{flag}");
    }
}

/// Three records in each format, the second of more than a megabyte.
fn long_ones() -> Vec<(&'static str, Vec<u8>)> {
    let long = "x".repeat(1_500_000);
    let titles = ["One", long.as_str(), "Three"];
    let all = |one: &dyn Fn(u32, &str) -> String| -> String {
        (1..).zip(titles).map(|(number, title)| one(number, title)).collect()
    };
    let row = |number, title: &str| format!("{},{title}\n", nct(number));
    let csv = format!("NCT Number,Study Title\n{}", all(&row));
    let ris = |number, title: &str| {
        format!("TY  - DBASE\nAN  - {}\nTI  - {title}\nKW  - tea\nER  - \n\n", nct(number))
    };
    vec![
        ("a.csv", csv.into_bytes()),
        ("a.ndjson", all(&|number, title| record(number, title) + "\n").into_bytes()),
        ("a.xml", format!("<search_results>{}</search_results>", all(&xml)).into_bytes()),
        ("a.ris", all(&ris).into_bytes()),
    ]
}

#[test]
fn what_ran_into_a_limit_is_read_by_the_next_run_that_raises_it() {
    let records = [1, 2, 3].map(|number| record(number, "A study"));
    let split = ["1.json", "2.json", "3.json"];
    let split: Vec<(&str, &[u8])> =
        split.into_iter().zip(records.iter().map(String::as_bytes)).collect();
    let mut inputs = long_ones();
    let packed: Vec<_> = inputs.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let packed = [("long.zip", zip(&packed)), ("many.zip", zip(&split)), ("many.tar", tar(&split))];
    inputs.extend(packed);
    inputs.push(("deep.zip", zip(&[("in.zip", &zip(&split))])));
    for (name, bytes) in inputs {
        let sandbox = Sandbox::with(&[(name, &bytes)]);
        sandbox.age(&[name]);
        let low = ["--max-record", "1", "--max-members", "2", "--max-depth", "1"];
        let of_files = if name == "long.zip" { &low[..2] } else { &low[..] };
        let audit = sandbox.index(&[&[name], of_files].concat());
        assert!(audit.rejects().iter().any(|reject| reject.contains("raises the limit")), "{name}");
        assert!(audit.count("studies") < 3 || name == "long.zip", "{name}: {audit:?}");
        let raised = sandbox.index(&[name]);
        assert_eq!(raised.counts(["studies", "rejected"]), [3, 0], "{name}: {raised:?}");
        assert_eq!(sandbox.index(&[name]).count("filesUnchanged"), 1, "{name}");
    }
}

#[test]
fn a_long_record_of_a_reference_manager_costs_itself() {
    let (name, bytes) = long_ones().pop().expect("the last one");
    let sandbox = Sandbox::with(&[(name, &bytes)]);
    let audit = sandbox.index(&[name, "--max-record", "1"]);
    assert_eq!(audit.counts(["studies", "rejected"]), [2, 1], "{audit:?}");
}

#[test]
fn a_long_row_costs_itself_and_the_lines_behind_it_keep_their_numbers() {
    let row = |number: u32, text: &str| format!("NCT9000000{number},{text},Completed\n");
    let long = "tea \n".repeat(400_000);
    for (quote, long) in
        [("\"", long.clone()), ("\"", long.replace("tea", "\"\"")), ("", "tea ".repeat(500_000))]
    {
        let middle = row(2, &format!("{quote}{long}{quote}"));
        let table = format!(
            "NCT Number,Study Title,Status\n{}{middle}{}NCT9,No number,Completed\n",
            row(1, "One"),
            row(3, "Three"),
        );
        let sandbox = Sandbox::with(&[("a.csv", table.as_bytes())]);
        let audit = sandbox.index(&["a.csv", "--max-record", "1"]);
        assert_eq!(audit.counts(["studies", "rejected"]), [2, 2], "{audit:?}");
        let last = table.lines().count();
        let rejects = audit.rejects();
        assert!(rejects[0].contains("a row of more than 1048576 bytes"), "{rejects:?}");
        assert!(rejects[1].contains("`NCT9`"), "{rejects:?}");
        let line = |at: usize| audit.json["rejects"][at]["line"].as_u64();
        assert_eq!((line(0), line(1)), (Some(3), Some(last as u64)));
        assert_eq!(sandbox.index(&["a.csv"]).counts(["studies", "rejected"]), [3, 1]);
    }
    let unclosed = format!(
        "NCT Number,Study Title\nNCT90000001,One\nNCT90000002,\"{}",
        "tea ".repeat(500_000)
    );
    let sandbox = Sandbox::with(&[("a.csv", unclosed.as_bytes())]);
    let audit = sandbox.index(&["a.csv", "--max-record", "1"]);
    assert_eq!(audit.counts(["studies", "rejected"]), [1, 1], "{audit:?}");
}

#[test]
fn an_archive_that_could_not_be_set_aside_is_read_by_the_next_run() {
    let sandbox = Sandbox::with(&[(
        "a.zip",
        &zip(&[("in.zip", &zip(&[("1.json", record(1, "One").as_bytes())]))]),
    )]);
    sandbox.age(&["a.zip"]);
    let mut command = sandbox.command(&["index", "a.zip", "--format", "json"]);
    let failed =
        ProgramRun::of(command.env("TMPDIR", "/nonexistent").output().expect("run")).audit();
    assert_eq!(failed.counts(["studies", "rejected"]), [0, 1], "{failed:?}");
    assert_eq!(sandbox.index(&["a.zip"]).counts(["studies", "rejected"]), [1, 0]);
}

#[test]
fn members_are_counted_in_every_archive() {
    let text = record(1, "One");
    let member = |number: usize| (format!("{number}.json"), text.as_bytes());
    let members: Vec<_> = (0..50).map(member).collect();
    let members: Vec<(&str, &[u8])> =
        members.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    for (name, bytes) in [("a.tar", tar(&members)), ("a.zip", zip(&members))] {
        let sandbox = Sandbox::with(&[(name, &bytes)]);
        let audit = sandbox.index(&[name, "--max-members", "20"]);
        assert_eq!(audit.counts(["members", "studies"]), [20, 1], "{audit:?}");
        let expected =
            format!("{name}: more than 20 members of archives; `--max-members` raises the limit");
        assert_eq!(audit.reject(), expected);
        assert_eq!(sandbox.index(&[name, "--max-members", "50"]).count("rejected"), 0);
    }
}

/// A zip archive whose end promises any number of members.
fn promising(members: u64) -> Vec<u8> {
    let mut bytes = zip(&[("a.json", record(1, "One").as_bytes())]);
    let end = bytes.len() - 22;
    let start = u32::from_le_bytes(bytes[end + 16..end + 20].try_into().expect("four bytes"));
    let size = u32::from_le_bytes(bytes[end + 12..end + 16].try_into().expect("four bytes"));
    let mut record = b"PK\x06\x06".to_vec();
    record.extend(44u64.to_le_bytes());
    record.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    record.extend(members.to_le_bytes());
    record.extend(members.to_le_bytes());
    record.extend(u64::from(size).to_le_bytes());
    record.extend(u64::from(start).to_le_bytes());
    record.extend(b"PK\x06\x07\0\0\0\0");
    record.extend((end as u64).to_le_bytes());
    record.extend(1u32.to_le_bytes());
    let mut last = bytes.split_off(end);
    last[8..20].fill(0xff);
    [bytes, record, last].concat()
}

#[test]
fn a_zip_that_promises_more_members_than_there_are_costs_itself() {
    let sandbox = Sandbox::with(&[("one.zip", &promising(1))]);
    assert_eq!(sandbox.index(&["one.zip"]).count("studies"), 1, "the promise is well formed");
    for members in [2, 1_000, 5_000_000, u64::from(u32::MAX), u64::MAX] {
        let sandbox = Sandbox::with(&[("a.zip", &promising(members))]);
        let audit = sandbox.index(&["a.zip"]);
        assert!(audit.count("rejected") > 0, "{members}: {audit:?}");
    }
}

#[test]
fn members_over_one_another_cannot_unpack_to_more_than_the_source_may() {
    // As in D. Fifield, A better zip bomb (WOOT 2019): every entry of the
    // directory is the same kernel, under another name.
    let kernel = [&br#"{"x":""#[..], &vec![b' '; 80 << 20]].concat();
    let one = zip(&[("00", &kernel)]);
    let end = one.len() - 22;
    let start = u32::from_le_bytes(one[end + 16..end + 20].try_into().expect("four bytes"));
    let (content, entry) = (&one[..start as usize], &one[start as usize..end]);
    let mut bytes = content.to_vec();
    for number in 0..40 {
        let mut entry = entry.to_vec();
        entry[46..48].copy_from_slice(format!("{number:02}").as_bytes());
        bytes.extend(entry);
    }
    let size = u32::try_from(bytes.len() - content.len()).expect("small");
    let mut last = one[end..].to_vec();
    last[8..10].copy_from_slice(&40u16.to_le_bytes());
    last[10..12].copy_from_slice(&40u16.to_le_bytes());
    last[12..16].copy_from_slice(&size.to_le_bytes());
    bytes.extend(last);
    let sandbox = Sandbox::with(&[("a.zip", &bytes)]);
    let audit = sandbox.index(&["a.zip"]);
    let all = "the source unpacks to more than 200 times its size in all";
    let stopped = audit.rejects().iter().filter(|reject| reject.contains(all)).count();
    assert!(stopped > 20, "{:#?}", audit.rejects());
}

#[test]
fn headers_of_a_tar_that_do_not_end_and_holes_cost_the_archive() {
    let mut long = tar::Builder::new(Vec::new());
    let name = vec![b'x'; 3 << 20];
    for kind in [tar::EntryType::GNULongName, tar::EntryType::Regular] {
        let mut header = tar::Header::new_gnu();
        header.set_path("a").expect("a name");
        header.set_entry_type(kind);
        header.set_size(name.len() as u64);
        header.set_cksum();
        long.append(&header, &name[..]).expect("a member");
    }
    let sandbox = Sandbox::with(&[("a.tar", &long.into_inner().expect("an archive"))]);
    let reject = sandbox.index(&["a.tar"]).reject();
    assert!(reject.contains("a member with headers of more than 1048576 bytes"), "{reject}");
    // A file of a petabyte that only stores its beginning.
    let mut header = tar::Header::new_gnu();
    header.set_path("holes").expect("a name");
    header.set_entry_type(tar::EntryType::GNUSparse);
    header.set_size(512);
    let gnu = header.as_gnu_mut().expect("a GNU header");
    gnu.sparse[0].offset.copy_from_slice(b"000000000000");
    gnu.sparse[0].numbytes.copy_from_slice(b"000000001000");
    gnu.sparse[1].offset.copy_from_slice(&[0x80, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0]);
    gnu.sparse[1].numbytes.copy_from_slice(b"000000000000");
    gnu.realsize.copy_from_slice(&[0x80, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0]);
    header.set_cksum();
    let content = format!("{:<512}", "{\"x\": \"");
    let bytes = [header.as_bytes(), content.as_bytes(), &[0; 1024]].concat();
    let sandbox = Sandbox::with(&[("a.tar", &bytes), ("b.json", record(2, "Two").as_bytes())]);
    let audit = sandbox.index(&["a.tar", "b.json"]);
    assert_eq!(audit.counts(["studies", "rejected"]), [1, 1], "{audit:?}");
}

#[test]
fn a_window_of_zstd_is_bounded() {
    // A frame with a window of 2 GiB, and a block that is cut.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x02, 0x00, 0x40];
    let sandbox = Sandbox::with(&[("a.zst", &frame)]);
    assert_eq!(sandbox.index(&["a.zst"]).count("rejected"), 1);
    assert_eq!(limited("b.zst", &zst(record(1, "One").as_bytes()), &[]).1, 1);
}

#[test]
fn links_and_names_of_archives_leave_the_file_system_as_it_is() {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_path("link").expect("a name");
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_link_name("..").expect("a target");
    header.set_size(0);
    header.set_cksum();
    archive.append(&header, std::io::empty()).expect("a member");
    let text = record(1, "One");
    let mut header = tar::Header::new_gnu();
    header.set_path("link/through").expect("a name");
    header.set_size(text.len() as u64);
    header.set_cksum();
    archive.append(&header, text.as_bytes()).expect("a member");
    let sandbox = Sandbox::with(&[("in/a.tar", &archive.into_inner().expect("an archive"))]);
    let listed = |sandbox: &Sandbox| {
        let mut files = files_below(sandbox.outside());
        files.retain(|file| !file.starts_with("work/index/"));
        files
    };
    let before = listed(&sandbox);
    assert_eq!(sandbox.index(&["in"]).count("studies"), 1);
    assert_eq!(listed(&sandbox), before);
    assert!(fs::symlink_metadata(sandbox.path("link")).is_err());
}

#[test]
fn values_among_studies_that_are_none_are_named() {
    let text = format!("[{}, null, 3, \"x\", true, {}]", record(1, "One"), record(2, "Two"));
    let sandbox = Sandbox::with(&[("a.json", text.as_bytes())]);
    let audit = sandbox.index(&["a.json"]);
    assert_eq!(audit.counts(["studies", "rejected"]), [2, 4], "{audit:?}");
    assert!(audit.rejects().iter().all(|reject| reject == "a.json: a value that is no study"));
    // Other places do not matter here.
    let page = format!("{{\"studies\":[{}],\"facets\":[1,2,\"x\"]}}", record(1, "One"));
    let sandbox = Sandbox::with(&[("a.json", page.as_bytes())]);
    assert_eq!(sandbox.index(&["a.json"]).counts(["studies", "rejected"]), [1, 0]);
}

#[test]
fn a_table_below_the_line_that_excel_reads_is_read() {
    for (line, delimiter) in [("sep=;", ';'), ("SEP=,", ','), ("\"sep=\t\"", '\t'), ("sep=|", '|')]
    {
        let heading = format!("NCT Number{delimiter}Study Title");
        let text = format!("{line}\r\n{heading}\r\n{}{delimiter}One\r\n", nct(1));
        let sandbox = Sandbox::with(&[("a.csv", text.as_bytes())]);
        assert_eq!(sandbox.index(&["a.csv"]).counts(["studies", "rejected"]), [1, 0], "{line}");
    }
}

#[test]
fn utf_16_without_a_mark_is_read() {
    let text = lines(&[(1, "Zażółć"), (2, "Two")]);
    for (name, bytes) in [
        ("le.json", text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
        ("be.json", text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ("le.xml", xml(1, "One").encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ] {
        let sandbox = Sandbox::with(&[(name, &bytes)]);
        assert_eq!(sandbox.index(&[name]).count("rejected"), 0, "{name}");
        assert!(!sandbox.titles().is_empty(), "{name}");
    }
}

/// What long queries can be made of.
const SHAPES: [&str; 30] = [
    "(",
    ")",
    "\"",
    "AND ",
    "NOT ",
    "a OR ",
    "a AND ",
    "AREA[",
    "AREA[Phase]",
    "]",
    "[",
    "\\",
    "NEAR/3 ",
    "a NEAR/3 ",
    "é",
    " ",
    "#1 ",
    "*",
    "a~1 ",
    "RANGE[",
    "{",
    "-",
    "a,",
    "1. ",
    "a:b ",
    "\"a\" ",
    "SEARCH[Location](",
    "NCT90000001 ",
    "DISTANCE[1,",
    "a/exp ",
];

#[test]
fn long_queries_of_every_shape_are_read_or_refused() {
    for shape in SHAPES {
        let typed = shape.repeat((1 << 18) / shape.len());
        let queries = vec![(Parameter::Condition, typed.clone())];
        let read = Request { queries, ..Request::default() }.understand();
        assert!(read.err().is_none_or(|wrong| wrong.diagnostics().count() > 0), "{shape:?}");
        assert!(expression(&typed).err().is_none_or(|reasons| !reasons.is_empty()), "{shape:?}");
    }
}

#[test]
fn a_query_of_more_words_than_anybody_types_is_refused() {
    let sandbox = Sandbox::with(&[("a.json", record(1, "One").as_bytes())]);
    sandbox.index(&["a.json"]);
    let words: Vec<String> = (0..2_001).map(|number| format!("word{number}")).collect();
    let run = sandbox.run(&["search", &words.join(" OR ")]);
    assert!(run.err.contains("more than 2000 words and values"), "{}", run.err);
    let fewer = words[1..].join(" OR ");
    assert_eq!(sandbox.run(&["search", &fewer]).code, Some(1), "no hits, but understood");
    let mut numbers = String::from("invented AND (");
    (1..3_000).for_each(|number| numbers += &format!("{} OR ", nct(number)));
    numbers += &format!("{})", nct(3_000));
    sandbox.run(&["search", &numbers]).success();
    std::io::stderr().flush().expect("flushed");
}
