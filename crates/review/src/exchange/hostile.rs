//! Files that are cut short, bent or made to take too much.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{ColumnChoice, ImportError, ImportInput, members, read, read_all, read_with};
use crate::event::Verdict;

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a part");
        writer.write_all(bytes).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}

const BOOK: &str = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Notes\" r:id=\"rId1\"/>\
    <sheet name=\"One\" r:id=\"rId2\"/><sheet name=\"Two\" r:id=\"rId3\"/></sheets></workbook>";
const RELS: &str = "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>\
    <Relationship Id=\"rId2\" Target=\"/xl/worksheets/sheet2.xml\"/>\
    <Relationship Id=\"rId3\" Target=\"worksheets/sheet3.xml\"/></Relationships>";
const TEXTS: &str = "<sst><si><t>NCT Number</t></si><si><r><t>Deci</t></r><r><t>sion</t></r>\
    <rPh><t>x</t></rPh></si><si><t>Excluded</t></si></sst>";
const STYLES: &str =
    "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";

/// A workbook with a sheet of notes and two tables; the second has numbers
/// where the first has words.
fn workbook(second: &str) -> Vec<u8> {
    let notes = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Read me</t>\
        </is></c></row></sheetData></worksheet>";
    let first = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Our trials</t>\
        </is></c></row><row r=\"3\"><c r=\"B3\" t=\"s\"><v>0</v></c><c r=\"C3\" t=\"s\"><v>1</v></c>\
        <c r=\"D3\" t=\"str\"><v>Year</v></c></row><row r=\"5\"><c r=\"B5\" t=\"str\"><v>NCT90000001</v>\
        </c><c r=\"C5\" t=\"s\"><v>2</v></c><c r=\"D5\" s=\"1\"><v>43831</v></c></row></sheetData>\
        </worksheet>";
    let parts: [(&str, &[u8]); 7] = [
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELS.as_bytes()),
        ("xl/sharedStrings.xml", TEXTS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/worksheets/sheet1.xml", notes.as_bytes()),
        ("xl/worksheets/sheet2.xml", first.as_bytes()),
        ("xl/worksheets/sheet3.xml", second.as_bytes()),
    ];
    zipped(&parts)
}

const SECOND: &str = "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>nct</t></is></c>\
    <c t=\"inlineStr\"><is><t>included</t></is></c></row><row><c><v>90000002</v></c><c><v>1</v></c>\
    </row><row><c t=\"str\"><v>NCT90000003</v></c><c t=\"b\"><v>0</v></c></row><row><c t=\"str\">\
    <v>NCT90000004</v></c><c><v>7</v></c></row></sheetData></worksheet>";

#[test]
fn workbooks_are_read_sheet_by_sheet() {
    let import = read(&workbook(SECOND), "a.xlsx").expect("records");
    assert_eq!((import.format, import.total), ("an Excel workbook", 4));
    let said: Vec<_> = import
        .studies
        .iter()
        .map(|it| (it.line, it.year, it.decisions.opinions.first().and_then(|it| it.verdict)))
        .collect();
    let (include, exclude) = (Some(Verdict::Include), Some(Verdict::Exclude));
    let first = (5, Some(2020), exclude);
    assert_eq!(said, [first, (2, None, include), (3, None, exclude), (4, None, None)]);
    let told: Vec<&str> = import.problems.iter().map(|it| it.what.as_str()).collect();
    assert!(told[0].starts_with("the sheet `Notes` is not read"), "{told:?}");
    assert!(told[1].starts_with("sheet `Two`: `7` in `included` is no known"), "{told:?}");
    let one = ColumnChoice { sheet: Some("two".to_owned()), ..ColumnChoice::default() };
    assert_eq!(read_with(&workbook(SECOND), "a.xlsx", &one).expect("records").total, 3);
    let none = ColumnChoice { sheet: Some("three".to_owned()), ..ColumnChoice::default() };
    let error = read_with(&workbook(SECOND), "a.xlsx", &none).expect_err("no sheet");
    assert_eq!(error.hint(str::to_owned), "its sheets are `Notes`, `One` and `Two`");
}

#[test]
fn workbooks_that_unpack_to_too_much_are_refused() {
    let blanks = vec![b' '; 300 << 20];
    let large = zipped(&[
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELS.as_bytes()),
        ("xl/sharedStrings.xml", &blanks),
    ]);
    assert!(large.len() < 1 << 20);
    assert_eq!(read(&large, "a.xlsx"), Err(ImportError::TooLarge));
    // One long text that many cells refer to.
    let text = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(1 << 20));
    let cells = "<c t=\"s\"><v>0</v></c>".repeat(1000);
    let sheet = format!("<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>");
    let many = zipped(&[
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELS.as_bytes()),
        ("xl/sharedStrings.xml", text.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ]);
    assert_eq!(read(&many, "a.xlsx"), Err(ImportError::TooLarge));
}

#[test]
fn archives_give_their_files_together() {
    let log = b"article_id,key,value,user_id,user_email,created_at\n7,included,1,1,ann,2026\n";
    let articles = b"key,title,url\nrayyan-7,A,https://clinicaltrials.gov/study/NCT90000001\n";
    let archive = zipped(&[
        ("x/articles.csv", articles),
        ("x/customizations_log.csv", log),
        ("__MACOSX/x/._articles.csv", b"x"),
        ("x/read me.txt", b"nothing of the kind"),
    ]);
    assert!(super::is_archive(&archive) && !super::is_archive(&workbook(SECOND)));
    let files = members(&archive).expect("files");
    let inputs = files.into_iter().map(|(name, bytes)| ImportInput { name, bytes, named: false });
    let all = read_all(&inputs.collect::<Vec<_>>(), &ColumnChoice::default()).expect("read");
    let verdict = all.files[0].studies[0].decisions.opinions[0].verdict;
    assert_eq!((all.files.len(), verdict), (1, Some(Verdict::Include)));
    assert!(all.remarks[0].1.starts_with("not read:"), "{:?}", all.remarks);
}

/// A small file of each format.
fn seeds() -> Vec<Vec<u8>> {
    let texts = [
        "nct,title,Decision,Reason,RAYYAN-INCLUSION\nNCT90000001,A,no,x,\"{\"\"a\"\"=>\"\"Included\"\"}\"\n",
        "TI  - A\nTY  - JOUR\nU1  - 1[EPPI-Reviewer ID]\nN1  - EXCLUDE on x\nAN  - NCT90000001\nER  - \n",
        "PMID- 1\nTI  - A\n      b\nSI  - ClinicalTrials.gov/NCT90000001\n",
        "Record #1 of 1\nID: CN-1\nTI: A\nC3: NCT90000001\n",
        "<xml><records><record><titles><title>A&amp;</title></titles><accession-num>NCT90000001\
         </accession-num></record></records></xml>",
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID></MedlineCitation>\
         </PubmedArticle></PubmedArticleSet>",
        "{\"CodeSets\":[{\"SetName\":\"S\",\"Attributes\":{\"AttributesList\":[{\"AttributeId\":1,\
         \"AttributeName\":\"INCLUDE\"}]}}],\"References\":[{\"Title\":\"NCT90000001\",\"Codes\":\
         [{\"AttributeId\":1}]}]}",
        "NCT90000001\nNCT90000002 (ongoing)\n",
        "article_id,key,value,user_id,user_email,created_at\n7,included,1,1,ann,2026\n",
    ];
    let mut seeds: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    seeds.push(workbook(SECOND));
    seeds
}

/// Reads a file in every way that it can be read.
fn try_all(bytes: &[u8]) {
    let _ = read(bytes, "x");
    let _ = super::labelled(bytes);
    let input = |name: &str, bytes: &[u8]| ImportInput {
        name: name.into(),
        bytes: bytes.into(),
        named: true,
    };
    let articles = input("a", b"key,title\n7,NCT90000001\n");
    let _ = read_all(&[input("x", bytes), articles], &ColumnChoice::default());
    if super::is_archive(bytes) {
        let _ = members(bytes);
    }
}

#[test]
fn files_that_break_off_anywhere_are_no_panic() {
    for seed in seeds() {
        let step = (seed.len() / 400).max(1);
        for end in (0..seed.len()).step_by(step) {
            try_all(&seed[..end]);
        }
    }
}

#[test]
fn deep_and_long_files_come_to_an_end() {
    let deep = |open: &str, close: &str| [open.repeat(200_000), close.repeat(200_000)].concat();
    for text in [
        format!("<xml><records><record>{}", deep("<a>", "</a>")),
        format!("{{\"References\":{}", deep("[", "]")),
        format!("title,{}\n", "decision,".repeat(2000)),
        format!("title\n{}", "\"NCT".repeat(200_000)),
        format!("PMID- 1\n{}", "      x\n".repeat(200_000)),
        format!("TY  - JOUR\nN1  - {}", "RAYYAN-INCLUSION: {".repeat(50_000)),
        "nct 9".repeat(200_000),
        "<record".repeat(200_000),
    ] {
        try_all(text.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn files_with_wrong_bytes_are_no_panic(
        which in 0usize..10,
        wrong in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = seeds().swap_remove(which);
        for (at, byte) in wrong {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        try_all(&bytes);
    }
}
