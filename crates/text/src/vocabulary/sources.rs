//! Concepts from the files that NLM publishes each year
//! (<https://www.nlm.nih.gov/databases/download/mesh.html>), packed by gzip or
//! zstd or not at all. The content shows which form it is.

mod concept_table;
mod line_limit;
mod line_reader;
mod mesh_ascii;
mod mesh_xml;

use std::io::{self, BufRead, BufReader, Cursor, Read};

use self::line_limit::LineLimitReader;
use super::ConceptSource;

/// Bytes that are looked at to recognise a form.
const HEAD: u64 = 4096;

/// A file may be packed that many times.
const PACKED: usize = 2;

/// Takes the concepts that are read.
pub type ConceptSink<'s> = dyn FnMut(ConceptSource) + 's;

/// A form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceForm {
    /// XML: `DescriptorRecordSet` or `SupplementalRecordSet`.
    Xml,
    /// Records of lines such as `MH = Calcimycin`.
    Ascii,
    /// Lines of identifier, preferred name, entry terms and tree numbers with
    /// tabs between; several of the latter with `|` between.
    Table,
}

/// What is wrong with a file, and where.
#[derive(Debug, thiserror::Error)]
#[error("{line}: {problem}")]
pub struct SourceError {
    /// Line of the unpacked text, from 1.
    pub line: u64,
    /// Bytes of the unpacked text before the problem.
    pub byte: u64,
    /// What it is.
    pub problem: String,
}

/// Reads the concepts of a file, as a stream: one record at a time is kept.
/// Records of qualifiers, which name nothing by themselves, are skipped.
///
/// # Errors
///
/// Where the file is in none of the forms, cut, or breaks their rules. What
/// was read before went to the sink.
pub fn read_concepts<'i>(
    input: impl Read + 'i,
    sink: &mut ConceptSink<'_>,
) -> Result<SourceForm, SourceError> {
    let start = |error: io::Error| at_start(format!("cannot be read: {error}"));
    let mut input: Box<dyn BufRead + 'i> = Box::new(BufReader::new(input));
    for _ in 0..PACKED {
        let (head, whole) = peeked(input).map_err(start)?;
        input = if head.starts_with(&[0x1f, 0x8b]) {
            Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(whole)))
        } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            let unpacked = zstd::stream::read::Decoder::with_buffer(whole).map_err(start)?;
            Box::new(BufReader::new(unpacked))
        } else {
            whole
        };
    }
    let (head, whole) = peeked(input).map_err(start)?;
    let form = form(&head).ok_or_else(|| {
        at_start("neither MeSH in XML or ASCII, nor a table of concepts with tabs".to_owned())
    })?;
    let whole = LineLimitReader::new(whole);
    match form {
        SourceForm::Xml => mesh_xml::read(whole, sink)?,
        SourceForm::Ascii => mesh_ascii::read(whole, sink)?,
        SourceForm::Table => concept_table::read(whole, sink)?,
    }
    Ok(form)
}

fn at_start(problem: String) -> SourceError {
    SourceError { line: 1, byte: 0, problem }
}

/// The first bytes of a stream, and the stream with them.
fn peeked<'i>(mut input: Box<dyn BufRead + 'i>) -> io::Result<(Vec<u8>, Box<dyn BufRead + 'i>)> {
    let mut head = Vec::new();
    (&mut input).take(HEAD).read_to_end(&mut head)?;
    Ok((head.clone(), Box::new(Cursor::new(head).chain(input))))
}

fn form(head: &[u8]) -> Option<SourceForm> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if head.starts_with(b"<") {
        return Some(SourceForm::Xml);
    }
    if head.starts_with(mesh_ascii::START.as_bytes()) {
        return Some(SourceForm::Ascii);
    }
    let mut rows = head.split(|byte| *byte == b'\n');
    let row = rows.find(|row| !row.starts_with(b"#") && !row.trim_ascii().is_empty())?;
    row.contains(&b'\t').then_some(SourceForm::Table)
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use super::*;

    pub(in super::super) const XML: &str = r#"<?xml version="1.0"?>
<!DOCTYPE DescriptorRecordSet SYSTEM "https://www.nlm.nih.gov/databases/dtd/nlmdescriptorrecordset_20260101.dtd">
<DescriptorRecordSet LanguageCode = "eng">
<DescriptorRecord DescriptorClass = "1">
  <DescriptorUI>D990001</DescriptorUI>
  <DescriptorName>
   <String>Tea &amp; Biscuit Fever</String>
  </DescriptorName>
  <DateCreated>
   <Year>2025</Year>
   <Month>01</Month>
   <Day>01</Day>
  </DateCreated>
  <AllowableQualifiersList>
   <AllowableQualifier>
    <QualifierReferredTo>
     <QualifierUI>Q000188</QualifierUI>
     <QualifierName>
      <String>drug therapy</String>
     </QualifierName>
    </QualifierReferredTo>
    <Abbreviation>DT</Abbreviation>
   </AllowableQualifier>
  </AllowableQualifiersList>
  <PharmacologicalActionList>
   <PharmacologicalAction>
    <DescriptorReferredTo>
     <DescriptorUI>D990077</DescriptorUI>
     <DescriptorName><String>Not This One</String></DescriptorName>
    </DescriptorReferredTo>
   </PharmacologicalAction>
  </PharmacologicalActionList>
  <TreeNumberList>
   <TreeNumber>C99.100</TreeNumber>
   <TreeNumber>C98.200.300</TreeNumber>
  </TreeNumberList>
  <ConceptList>
   <Concept PreferredConceptYN="Y">
    <ConceptUI>M9900001</ConceptUI>
    <ConceptName>
     <String>Tea &amp; Biscuit Fever</String>
    </ConceptName>
    <ScopeNote>An invented illness.</ScopeNote>
    <ConceptRelationList>
     <ConceptRelation RelationName="NRW">
      <Concept1UI>M9900001</Concept1UI>
      <Concept2UI>M9900002</Concept2UI>
     </ConceptRelation>
    </ConceptRelationList>
    <TermList>
     <Term  ConceptPreferredTermYN="Y"  IsPermutedTermYN="N"  LexicalTag="NON"  RecordPreferredTermYN="Y">
      <TermUI>T9900001</TermUI>
      <String>Tea &amp; Biscuit Fever</String>
      <ThesaurusIDlist>
       <ThesaurusID>NLM (2026)</ThesaurusID>
      </ThesaurusIDlist>
     </Term>
     <Term  ConceptPreferredTermYN="N"  IsPermutedTermYN="Y"  LexicalTag="NON"  RecordPreferredTermYN="N">
      <TermUI>T9900001</TermUI>
      <String>Fever, Tea &#38; Biscuit</String>
     </Term>
    </TermList>
   </Concept>
   <Concept PreferredConceptYN="N">
    <ConceptUI>M9900002</ConceptUI>
    <ConceptName>
     <String>Scone Fever</String>
    </ConceptName>
    <TermList>
     <Term  ConceptPreferredTermYN="Y"  IsPermutedTermYN="N"  LexicalTag="NON"  RecordPreferredTermYN="N">
      <TermUI>T9900002</TermUI>
      <String>Scone Fever</String>
     </Term>
    </TermList>
   </Concept>
  </ConceptList>
</DescriptorRecord>
</DescriptorRecordSet>
"#;

    pub(in super::super) const ASCII: &str = "\
*NEWRECORD
RECTYPE = D
MH = Tea & Biscuit Fever
AQ = CI DT PC
ENTRY = Fever, Tea & Biscuit
PRINT ENTRY = Scone Fever|T047|NON|NRW|NLM (2026)|250101|abbcdef
MN = C99.100
MN = C98.200.300
MS = An invented illness: MH = is not a field here.
DA = 20250101
UI = D990001

*NEWRECORD
RECTYPE = Q
SH = drug therapy
UI = Q000188
";

    const TABLE: &str = "\
# id, preferred, entries, trees
D990001\tTea & Biscuit Fever\tFever, Tea & Biscuit|Scone Fever\tC99.100|C98.200.300
";

    const SUPPLEMENT: &str = "\
<SupplementalRecordSet LanguageCode = \"eng\">
<SupplementalRecord SCRClass = \"1\"><SupplementalRecordUI>C990001</SupplementalRecordUI>
<SupplementalRecordName><String>invented-mab</String></SupplementalRecordName>
<HeadingMappedToList><HeadingMappedTo><DescriptorReferredTo><DescriptorUI>*D000911</DescriptorUI>
<DescriptorName><String>*Antibodies</String></DescriptorName></DescriptorReferredTo></HeadingMappedTo>
</HeadingMappedToList><ConceptList><Concept PreferredConceptYN=\"Y\"><TermList><Term>
<String>invented-mab</String></Term><Term><String>TD-001</String></Term></TermList></Concept></ConceptList>
</SupplementalRecord></SupplementalRecordSet>";

    const ASCII_SUPPLEMENT: &str = "\
*NEWRECORD
RECTYPE = C
NM = invented-mab
NM_TH = NLM (2026)
RN = 0
SY = TD-001|T109|T121|NON|EQV|NLM (2026)|250101|abbcdef
HM = *Antibodies
UI = C990001
";

    fn read(bytes: &[u8]) -> (SourceForm, Vec<ConceptSource>) {
        let mut found = Vec::new();
        let form = read_concepts(bytes, &mut |concept| found.push(concept)).expect("a right file");
        (form, found)
    }

    fn wrong(text: &str) -> (u64, u64, String) {
        let error = read_concepts(text.as_bytes(), &mut |_| {}).expect_err("a wrong file");
        (error.line, error.byte, error.problem)
    }

    fn names(concept: &ConceptSource) -> Vec<&str> {
        concept.names.iter().map(String::as_str).collect()
    }

    #[test]
    fn all_forms_say_the_same() {
        for (text, form) in [
            (XML, SourceForm::Xml),
            (ASCII, SourceForm::Ascii),
            (TABLE, SourceForm::Table),
            (&TABLE.replace('\n', "\r\n"), SourceForm::Table),
            (&format!("\u{feff}{ASCII}"), SourceForm::Ascii),
        ] {
            let (found, concepts) = read(text.as_bytes());
            assert_eq!((found, concepts.len()), (form, 1));
            let concept = &concepts[0];
            assert_eq!(
                (concept.id.as_str(), concept.preferred.as_str()),
                ("D990001", "Tea & Biscuit Fever")
            );
            let others: Vec<&str> =
                names(concept).into_iter().filter(|name| *name != concept.preferred).collect();
            assert_eq!(others, ["Fever, Tea & Biscuit", "Scone Fever"]);
            assert_eq!(concept.trees, ["C99.100", "C98.200.300"]);
        }
    }

    #[test]
    fn supplementary_concepts_are_read_in_both_forms() {
        for text in [SUPPLEMENT, ASCII_SUPPLEMENT] {
            let concept = read(text.as_bytes()).1.remove(0);
            assert_eq!(
                (concept.id.as_str(), concept.preferred.as_str()),
                ("C990001", "invented-mab")
            );
            assert!(names(&concept).contains(&"TD-001") && concept.trees.is_empty());
        }
    }

    #[test]
    fn packed_files_are_unpacked() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(XML.as_bytes()).expect("packed");
        let gzip = gzip.finish().expect("packed");
        let zstd = zstd::stream::encode_all(ASCII.as_bytes(), 1).expect("packed");
        assert_eq!(read(&gzip), read(XML.as_bytes()));
        assert_eq!(read(&zstd), read(ASCII.as_bytes()));
        let cut = read_concepts(&gzip[..gzip.len() / 2], &mut |_| {});
        assert!(cut.is_err_and(|error| error.problem.contains("cannot be read")));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let neither = "neither MeSH in XML or ASCII, nor a table of concepts with tabs";
        for text in ["", "hello", "# only\n", "{\"a\": 1}"] {
            assert_eq!(wrong(text), (1, 0, neither.to_owned()));
        }
        let cut = wrong(&XML[..XML.find("</TermList>").expect("an element")]);
        assert_eq!((cut.0, cut.2.as_str()), (62, "the file ends within `TermList`"));
        let mixed = wrong(&XML.replace("</DescriptorName>", "</DescriptorNames>"));
        assert_eq!(mixed.0, 8);
        assert!(mixed.2.starts_with("not valid XML: "), "{}", mixed.2);
        let unknown = wrong(&XML.replace("&amp;", "&tea;"));
        assert_eq!((unknown.0, unknown.2.as_str()), (7, "the entity `&tea;` is unknown"));
        let long = wrong(&XML.replace("Tea &amp;", &"Tea\n".repeat(3 << 20)));
        assert_eq!(long.2, "cannot be read: a text or a tag is longer than 8 MiB");
        let long = wrong(&XML.replace("&amp;", &"&amp;\n".repeat(5 << 20)));
        assert_eq!(long.2, "a text is longer than 8 MiB");
        let other = wrong("<QualifierRecordSet></QualifierRecordSet>");
        assert!(other.2.starts_with("the root element is `QualifierRecordSet`"));
        let nameless = wrong(&XML.replace("D990001", " "));
        assert_eq!(nameless.2, "a record without an identifier");
    }

    #[test]
    fn wrong_lines_are_told_with_their_place() {
        for (from, to, line, problem) in [
            ("MN = C99.100", "MN C99.100", 7, "no ` = ` between field and value"),
            ("RECTYPE = D", "RECTYPE = X", 1, "a record of the unknown type `X`"),
            ("UI = D990001\n", "", 1, "a record without an identifier"),
            ("MH = Tea & Biscuit Fever\n", "", 1, "a record without a name"),
        ] {
            let (at, _, found) = wrong(&ASCII.replace(from, to));
            assert_eq!((at, found.as_str()), (line, problem));
        }
        let few = wrong("D1\tTea\t\t\n\nD2\n");
        assert_eq!(few, (3, 10, "no tab between identifier and name".to_owned()));
        assert_eq!(wrong("D1\t\n").2, "a record without a name");
        let mut bytes = ASCII.as_bytes().to_vec();
        bytes[30] = 0xff;
        let error = read_concepts(bytes.as_slice(), &mut |_| {}).expect_err("a wrong file");
        assert_eq!((error.line, error.problem.as_str()), (3, "not UTF-8"));
    }
}
