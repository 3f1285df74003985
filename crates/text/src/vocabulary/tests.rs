//! Files that are written and read, whole and damaged.

use super::*;

fn source(id: &str, names: &[&str], trees: &[&str]) -> ConceptSource {
    let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
    let (preferred, names) = names.split_first().expect("a name");
    ConceptSource {
        id: id.to_owned(),
        preferred: (*preferred).to_owned(),
        names: owned(names),
        trees: owned(trees),
    }
}

/// A few concepts, as many blocks of them as needed, and an ambiguous name.
fn sources() -> Vec<ConceptSource> {
    let mut sources = vec![
        source("D1", &["Fevers", "Fever", "Pyrexia", "Fever, High", "High Fever"], &["C1"]),
        source("D2", &["Tea Fever", "TF"], &["C1.100", "C2.7"]),
        source("D3", &["Scone Fever", "Fever, Scone", "TF"], &["C1.100.5"]),
        source("D4", &["17-23", "no tree"], &[]),
        source("D5", &["Another Branch"], &["C1100.5", "C1-2"]),
    ];
    sources.extend((0..200).map(|number| {
        source(
            &format!("D9{number}"),
            &[&format!("Kind {number} Fever")],
            &[&format!("C3.{number}")],
        )
    }));
    sources
}

fn written(sources: Vec<ConceptSource>) -> (Vec<u8>, VocabularyCounts) {
    let mut file = Vec::new();
    let written = Vocabulary::write(sources.into_iter(), "Invented, 2026", &mut file);
    (file, written.expect("a file"))
}

fn opened(file: Vec<u8>) -> Result<Vocabulary, VocabularyError> {
    Vocabulary::of("a.bin", Cow::Owned(file))
}

fn terms(text: &str) -> Vec<String> {
    NameAnalyzer::new().terms(text)
}

fn ids(vocabulary: &Vocabulary, found: &[ConceptId]) -> Vec<String> {
    let read = |id: &ConceptId| vocabulary.concept(*id).expect("a concept").id;
    found.iter().map(read).collect()
}

#[test]
fn what_was_written_is_read() {
    let (file, counts) = written(sources());
    let vocabulary = opened(file).expect("a vocabulary");
    assert_eq!((vocabulary.source(), vocabulary.len()), ("Invented, 2026", 205));
    assert!(vocabulary.is_whole());
    let expected =
        VocabularyCounts { concepts: 205, names: 209, unfit: 1, inverted: 2, same_words: 1 };
    assert_eq!((counts, vocabulary.names()), (expected, 209));
    let found = |name: &str| ids(&vocabulary, &vocabulary.concepts(&terms(name)));
    assert_eq!(found("pyrexias"), ["D1"]);
    assert_eq!(found("TF"), ["D2", "D3"]);
    assert_eq!(found("Kind 199 fevers"), ["D9199"]);
    assert!(found("fever high").is_empty() && found("17 23").is_empty() && found("").is_empty());
    let fever = vocabulary.concept(vocabulary.concepts(&terms("fever"))[0]).expect("a concept");
    assert_eq!(
        (fever.preferred.as_str(), fever.trees.as_slice()),
        ("Fevers", &["C1".to_owned()][..])
    );
    let names: Vec<&str> = fever.names.iter().map(|name| name.written.as_str()).collect();
    assert_eq!(names, ["Fevers", "Pyrexia", "High Fever"]);
}

#[test]
fn narrower_is_what_is_below_at_any_depth() {
    let vocabulary = opened(written(sources()).0).expect("a vocabulary");
    let below = |name: &str| {
        let found = vocabulary.narrower(vocabulary.concepts(&terms(name))[0]).expect("a concept");
        ids(&vocabulary, &found)
    };
    assert_eq!(below("fever"), ["D2", "D3"]);
    assert_eq!(below("tea fever"), ["D3"]);
    assert!(below("scone fever").is_empty() && below("no tree").is_empty());
}

#[test]
fn several_concepts_are_read_at_once() {
    let vocabulary = opened(written(sources()).0).expect("a vocabulary");
    let all: Vec<ConceptId> = vocabulary.ids().collect();
    let some = [all[204], all[0], all[130], all[0]];
    let read = vocabulary.read(&some).expect("concepts");
    let one_by_one = [all[0], all[130], all[204]].map(|id| vocabulary.concept(id).expect("one"));
    assert_eq!(read, one_by_one);
    assert!(vocabulary.read(&[]).expect("nothing").is_empty());
    assert!(
        vocabulary.concept(ConceptId(205)).is_err() && vocabulary.read(&[ConceptId(205)]).is_err()
    );
}

#[test]
fn a_file_makes_itself_again_in_whatever_order() {
    let (file, _) = written(sources());
    let vocabulary = opened(file.clone()).expect("a vocabulary");
    let mut again = vocabulary.to_sources().expect("concepts");
    again.reverse();
    assert_eq!(written(again).0, file);
}

#[test]
fn other_content_has_another_digest() {
    let digest = |count: usize| {
        let file = written(sources().into_iter().take(count).collect()).0;
        opened(file).expect("a vocabulary").digest()
    };
    assert_eq!(digest(3).len(), 64);
    assert_ne!(digest(3), digest(4));
}

#[test]
fn a_concept_is_given_once() {
    let mut file = Vec::new();
    let twice = [source("D1", &["a"], &[]), source("D2", &["b"], &[]), source("D1", &["c"], &[])];
    let error = Vocabulary::write(twice.into_iter(), "", &mut file).expect_err("twice");
    assert_eq!(error.to_string(), "the concept D1 is given twice");
}

#[test]
fn an_empty_vocabulary_is_one() {
    let vocabulary = opened(written(Vec::new()).0).expect("a vocabulary");
    assert!(vocabulary.is_empty() && vocabulary.concepts(&terms("fever")).is_empty());
    assert_eq!(vocabulary.longest_name(&terms("fever")), 0);
}

#[test]
fn other_files_are_told_apart() {
    let told = |file: &[u8]| opened(file.to_vec()).expect_err("no vocabulary").to_string();
    let (file, _) = written(sources());
    assert_eq!(told(b"PK"), "a.bin: not a vocabulary of trialdex");
    assert_eq!(told(b""), "a.bin: not a vocabulary of trialdex");
    assert_eq!(
        told(b"trialdex vocabulary 2\n"),
        "a.bin: a vocabulary of another version of trialdex"
    );
    assert_eq!(told(&file[..file.len() - 1]), "a.bin: the vocabulary is damaged");
    assert_eq!(told(&file[..30]), "a.bin: the vocabulary is damaged");
    let absent = Vocabulary::open(Path::new("/nowhere/a.bin")).expect_err("no file");
    assert!(absent.to_string().starts_with("/nowhere/a.bin: "), "{absent}");
}

/// Numbers that look random and are the same each time (xorshift64*).
struct RandomNumbers(u64);

impl RandomNumbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}

/// Calls everything; what it gives does not matter.
fn use_all(vocabulary: &Vocabulary) {
    let _ = (vocabulary.source(), vocabulary.digest(), vocabulary.names(), vocabulary.is_whole());
    for name in ["fever", "TF", "kind 7 fever", "kind 199 fever"] {
        let _ = vocabulary.longest_name(&terms(name));
        for id in vocabulary.concepts(&terms(name)) {
            let _ = (vocabulary.concept(id), vocabulary.narrower(id));
        }
    }
    let all: Vec<ConceptId> = vocabulary.ids().take(300).collect();
    let _ = (vocabulary.read(&all), all.last().map(|id| vocabulary.narrower(*id)));
}

/// A file whose header is right for what has become of its sections, as one
/// who means harm would make it.
fn with_right_header(mut content: Vec<u8>, numbers: &mut RandomNumbers) -> Vec<u8> {
    let (whole, _) = written(sources());
    let (mut header, _) = VocabularyHeader::read(&whole).expect("a header");
    header.sections = [0, 0, content.len() as u64];
    for section in 0..2 {
        let length = numbers.below(content.len() + 1) as u64;
        header.sections[section] = length.min(header.sections[2]);
        header.sections[2] -= header.sections[section];
    }
    header.concepts = numbers.below(1 << 31) as u32 >> numbers.below(31);
    let mut file = Vec::new();
    header.write(&mut file).expect("a header");
    file.append(&mut content);
    file
}

#[test]
fn damaged_files_do_no_harm() {
    let (whole, _) = written(sources());
    let (_, sections) = VocabularyHeader::read(&whole).expect("a header");
    let mut numbers = RandomNumbers(20_260_101);
    let mut opened_some = 0;
    for round in 0..1500 {
        let mut file = whole.clone();
        for _ in 0..=numbers.below(8) {
            let start = if round % 3 == 0 { 0 } else { sections[0].start };
            let at = start + numbers.below(file.len() - start);
            file[at] = numbers.below(256) as u8;
        }
        if round % 5 == 0 {
            file.truncate(numbers.below(file.len()));
        }
        if let Ok(vocabulary) = opened(file) {
            opened_some += 1;
            use_all(&vocabulary);
        }
    }
    assert!(opened_some > 500, "{opened_some}");
}

#[test]
fn hostile_files_do_no_harm() {
    let (whole, _) = written(sources());
    let (header, sections) = VocabularyHeader::read(&whole).expect("a header");
    let mut numbers = RandomNumbers(7);
    for round in 0..1000 {
        let mut content = whole[sections[0].start..].to_vec();
        for _ in 0..numbers.below(16) {
            // Lengths and directories are at the beginnings of sections.
            let section = &sections[numbers.below(3)];
            let at = section.start - sections[0].start + numbers.below(40.min(section.len()));
            content[at] = numbers.below(256) as u8;
        }
        let file = if round % 2 == 0 {
            with_right_header(content, &mut numbers)
        } else {
            let mut file = Vec::new();
            let concepts = u32::MAX >> numbers.below(32);
            VocabularyHeader { concepts, ..header.clone() }.write(&mut file).expect("a header");
            file.append(&mut content);
            file
        };
        use_all(&opened(file).expect("a right header"));
    }
}
