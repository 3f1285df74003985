//! The built-in vocabulary: that it is right, and how it is made again.

use std::env;
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};

use trialdex_text::vocabulary::{
    ConceptId, ConceptSource, NameExclusion, Vocabulary, read_concepts,
};
use trialdex_text::{parts_analyzer, words};

/// Makes the file again where it is set.
const BLESS: &str = "TRIALDEX_BLESS";

/// Files to make it from, with the system's separator of paths between; the
/// built-in file where it is not set.
const FILES: &str = "TRIALDEX_MESH";

/// What these files are, in words.
const SOURCE: &str = "TRIALDEX_MESH_SOURCE";

/// Names beside those of the files.
const FURTHER: &str = "crates/text/src/vocabulary/further.tsv";

/// Bytes of the file at most, since it is part of every program.
const LARGEST: u64 = 3 << 20;

fn file_itself() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/text/src/vocabulary/mesh.bin")
}

fn of_files(paths: &OsStr) -> (Vec<ConceptSource>, String) {
    let mut concepts = Vec::new();
    for path in env::split_paths(paths) {
        let file = File::open(&path).expect("a file");
        read_concepts(file, &mut |concept| concepts.push(concept)).expect("a file of concepts");
    }
    (concepts, env::var(SOURCE).expect("what the files are"))
}

fn further() -> Vec<ConceptSource> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FURTHER);
    let mut concepts = Vec::new();
    let file = File::open(path).expect("a file");
    read_concepts(file, &mut |concept| concepts.push(concept)).expect("a file of concepts");
    concepts
}

fn bless() {
    let (concepts, source) = match env::var_os(FILES) {
        Some(paths) => of_files(&paths),
        None => {
            let before = Vocabulary::built_in();
            (before.to_sources().expect("a whole file"), before.source().to_owned())
        }
    };
    let mut concepts = concepts;
    for further in further() {
        let known = concepts.iter_mut().find(|concept| concept.id == further.id);
        known.expect("a heading of the files").names.extend(further.names);
    }
    let mut file = Vec::new();
    let written = Vocabulary::write(concepts.into_iter(), &source, &mut file);
    assert!(written.expect("a file").concepts > 0);
    std::fs::write(file_itself(), file).expect("a file written");
}

#[test]
fn every_name_is_found_by_its_own_words() {
    if env::var_os(BLESS).is_some() {
        return bless();
    }
    let vocabulary = Vocabulary::built_in();
    let all: Vec<ConceptId> = vocabulary.ids().collect();
    let concepts = vocabulary.read(&all).expect("a whole file");
    let mut lost = Vec::new();
    for (id, concept) in all.iter().zip(&concepts) {
        for name in &concept.names {
            let found = vocabulary.concepts(&name.terms).contains(id);
            if !found || vocabulary.longest_name(&name.terms) != name.terms.len() {
                lost.push(name.written.as_str());
            }
        }
    }
    let names: usize = concepts.iter().map(|concept| concept.names.len()).sum();
    assert!(
        lost.is_empty() && names == vocabulary.names(),
        "the analysis of text has changed: {} of {names} names are not found by their words, such \
         as {:?}; make the file again with `{BLESS}=1 cargo test --test main vocabulary`",
        lost.len(),
        &lost[..lost.len().min(5)],
    );
}

#[test]
fn it_is_whole_and_small() {
    let vocabulary = Vocabulary::built_in();
    assert!(vocabulary.is_whole());
    assert!(vocabulary.len() > 30_000 && !vocabulary.is_empty());
    let source = vocabulary.source();
    assert!(source.contains("MeSH") && source.ends_with(')'), "{source:?}");
    assert!(source.is_ascii() && !source.contains(|c: char| c.is_control()), "{source:?}");
    let size = std::fs::metadata(file_itself()).expect("the file").len();
    assert!(size <= LARGEST, "{size} bytes");
}

fn terms(text: &str) -> Vec<String> {
    words(&mut parts_analyzer(), text).into_iter().map(|word| word.term).collect()
}

#[test]
fn a_heart_attack_is_a_myocardial_infarction() {
    let vocabulary = Vocabulary::built_in();
    let found = vocabulary.concepts(&terms("Heart attacks"));
    assert_eq!(found, vocabulary.concepts(&terms("myocardial infarction")));
    let concept = vocabulary.concept(found[0]).expect("a concept");
    assert_eq!(
        (concept.id.as_str(), concept.preferred.as_str()),
        ("D009203", "Myocardial Infarction")
    );
    assert!(concept.trees.iter().any(|tree| tree == "C14.280.647.500"), "{:?}", concept.trees);
    let inverted = ("Infarction, Myocardial".to_owned(), NameExclusion::Inverted);
    assert!(concept.left_out.contains(&inverted), "{:?}", concept.left_out);
    let names: Vec<&str> = concept.names.iter().map(|name| name.written.as_str()).collect();
    assert!(names.contains(&"Heart Attack") && !names.contains(&"Heart Attacks"), "{names:?}");
}

#[test]
fn headings_are_found_as_registries_write_them() {
    let vocabulary = Vocabulary::built_in();
    for (heading, natural) in [
        ("Diabetes Mellitus, Type 2", "type 2 diabetes mellitus"),
        ("Carcinoma, Non-Small-Cell Lung", "non small cell lung carcinoma"),
        ("Shock, Cardiogenic", "cardiogenic shock"),
    ] {
        let found = vocabulary.concepts(&terms(heading));
        assert_eq!((found.len(), &found), (1, &vocabulary.concepts(&terms(natural))), "{heading}");
    }
}

#[test]
fn further_names_lead_to_their_headings_and_to_no_other() {
    let vocabulary = Vocabulary::built_in();
    let further = further();
    assert!(further.len() > 100, "{}", further.len());
    for ConceptSource { id, preferred, names, .. } in further {
        for name in names {
            let found = vocabulary.read(&vocabulary.concepts(&terms(&name))).expect("a whole file");
            let headings: Vec<(&str, &str)> = found
                .iter()
                .map(|concept| (concept.id.as_str(), concept.preferred.as_str()))
                .collect();
            assert_eq!(headings, [(id.as_str(), preferred.as_str())], "{name}");
        }
    }
}

#[test]
fn neoplasms_of_a_site_are_cancers_of_it() {
    let vocabulary = Vocabulary::built_in();
    for (cancer, heading) in [
        ("lung cancer", "Lung Neoplasms"),
        ("prostate cancer", "Prostatic Neoplasms"),
        ("head and neck cancer", "Head and Neck Neoplasms"),
    ] {
        let found = vocabulary.concepts(&terms(cancer));
        assert_eq!(found, vocabulary.concepts(&terms(heading)), "{cancer}");
        assert_eq!(found.len(), 1, "{cancer}");
    }
    assert!(vocabulary.concepts(&terms("cancer")).is_empty(), "a neoplasm may be benign");
}

#[test]
fn narrower_concepts_are_below() {
    let vocabulary = Vocabulary::built_in();
    let of = |name: &str| vocabulary.concepts(&terms(name));
    let below = vocabulary.narrower(of("myocardial infarction")[0]).expect("a concept");
    assert!(below.contains(&of("cardiogenic shock")[0]));
    assert!(!below.contains(&of("myocardial ischemia")[0]));
    let neoplasms = vocabulary.narrower(of("neoplasms")[0]).expect("a concept");
    assert!(neoplasms.len() > 600 && neoplasms.is_sorted(), "{}", neoplasms.len());
    assert!(neoplasms.contains(&of("lung neoplasms")[0]));
    assert!(vocabulary.narrower(of("cardiogenic shock")[0]).expect("a concept").is_empty());
}

#[test]
fn the_longest_name_wins() {
    let vocabulary = Vocabulary::built_in();
    let longest = |text: &str| vocabulary.longest_name(&terms(text));
    assert_eq!(longest("type 2 diabetes mellitus in adults"), 4);
    assert_eq!(longest("heart attack"), 2);
    assert_eq!(longest("heart xyzzy attack"), 1);
    assert_eq!(longest("xyzzy heart attack"), 0);
    assert_eq!(longest(""), 0);
}
