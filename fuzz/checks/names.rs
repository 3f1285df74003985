//! Lists of synonyms and vocabularies.

use std::borrow::Cow;

use trialdex_text::vocabulary::{ConceptSource, OwnSynonyms, Vocabulary, read_concepts};

/// The user's own synonyms.
pub(super) fn synonyms(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().count();
    let terms: Vec<String> =
        text.split_whitespace().take(8).map(|word| word.to_lowercase()).collect();
    match OwnSynonyms::read(&text) {
        Ok(own) => {
            let longest = own.longest_name(&terms);
            assert!(longest <= terms.len(), "a name of more words than there are");
            assert!(longest == 0 || !own.names(&terms[..longest]).is_empty(), "a name of nothing");
            let known = own.names(&terms[..longest]);
            assert!(known.iter().all(|name| (1..=lines).contains(&name.line)));
        }
        Err(wrong) => {
            assert!(!wrong.is_empty(), "refused without a reason");
            assert!(wrong.iter().all(|wrong| (1..=lines).contains(&wrong.line)));
        }
    }
}

/// The file of a vocabulary, and the sources of one. The bytes after a form
/// feed are changes to the file that is made of the sources: place and byte,
/// three bytes each.
pub(super) fn vocabulary(bytes: &[u8]) {
    if let Ok(read) = Vocabulary::of("any", Cow::Owned(sealed(bytes))) {
        looked_through(&read);
    }
    let feed = bytes.iter().position(|byte| *byte == 0x0c).unwrap_or(bytes.len());
    let (bytes, changes) = bytes.split_at(feed);
    let mut concepts = Vec::new();
    let read = read_concepts(bytes, &mut |concept: ConceptSource| concepts.push(concept));
    if let Err(error) = &read {
        assert!(error.byte <= bytes.len() as u64 || is_packed(bytes), "{error} is not there");
    }
    if concepts.is_empty() {
        return;
    }
    let mut file = Vec::new();
    if Vocabulary::write(concepts.into_iter(), "any", &mut file).is_err() {
        return;
    }
    let written = Vocabulary::of("any", Cow::Owned(file.clone())).expect("what was written");
    assert!(written.is_whole(), "written, and damaged");
    let sources = written.to_sources().expect("its concepts");
    let mut again = Vec::new();
    Vocabulary::write(sources.into_iter(), "any", &mut again).expect("written again");
    assert!(file == again, "the same concepts make another file");
    for change in changes.get(1..).unwrap_or_default().chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % file.len();
        file[at] = change[2];
    }
    if let Ok(read) = Vocabulary::of("any", Cow::Owned(sealed(&file))) {
        looked_through(&read);
    }
}

fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b") || bytes.starts_with(b"\x28\xb5\x2f\xfd")
}

/// The bytes with the check of their header put right, where they have one:
/// nobody guesses a digest.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    const MAGIC: usize = 22;
    let mut file = bytes.to_vec();
    let length = file.get(MAGIC..MAGIC + 4).map(|four| [four[0], four[1], four[2], four[3]]);
    let Some(length) = length.and_then(|length| usize::try_from(u32::from_le_bytes(length)).ok())
    else {
        return file;
    };
    let start = MAGIC + 4 + 16;
    if let Some(header) = start.checked_add(length).and_then(|end| file.get(start..end)) {
        let digest = blake3::hash(header);
        file[MAGIC + 4..start].copy_from_slice(&digest.as_bytes()[..16]);
    }
    file
}

/// Everything that can be asked of a vocabulary, whatever is wrong with it.
fn looked_through(read: &Vocabulary) {
    let terms: Vec<String> = ["heart", "attack", "a"].map(str::to_owned).to_vec();
    assert!(read.longest_name(&terms) <= terms.len());
    let found = read.concepts(&terms);
    let _ = (read.is_whole(), read.digest(), read.read(&found));
    for id in read.ids().take(50) {
        let _ = read.concept(id);
        if let Ok(below) = read.narrower(id) {
            assert!(!below.contains(&id), "a concept below itself");
        }
    }
    let _ = read.to_sources();
}
