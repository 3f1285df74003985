//! `trialdex thesaurus`

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use trialdex::index::VOCABULARY_FILE;
use trialdex::output::{clean_line, grouped, plural};
use trialdex::text::vocabulary::{
    Concept, ConceptId, ConceptSource, Name, OwnName, OwnSynonyms, Vocabulary, VocabularyError,
    Written, read_concepts,
};
use trialdex::text::{parts_analyzer, words};

use super::args::{Global, ImportArgs, ReportFormat, ThesaurusArgs, ThesaurusCommand};
use super::{Console, Failure, Outcome};

pub(crate) fn run(
    console: &mut Console,
    global: &Global,
    arguments: &ThesaurusArgs,
) -> super::Result {
    match &arguments.change {
        Some(ThesaurusCommand::Import(arguments)) => import(console, global, arguments),
        None => show(console, global, arguments),
    }
}

/// The vocabulary of an index: its own, or the one that is built in.
pub(crate) enum Chosen {
    Own(Box<Vocabulary>),
    BuiltIn,
}

impl Chosen {
    pub(crate) fn of(index: &Path) -> Result<Self, VocabularyError> {
        match Vocabulary::open(&index.join(VOCABULARY_FILE)) {
            Ok(own) => Ok(Self::Own(Box::new(own))),
            Err(VocabularyError::Io { error, .. }) if is_absent(&error) => Ok(Self::BuiltIn),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn get(&self) -> &Vocabulary {
        match self {
            Self::Own(own) => own,
            Self::BuiltIn => Vocabulary::built_in(),
        }
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The user's own synonyms.
pub(crate) fn own_synonyms(path: &Path) -> Result<OwnSynonyms, Failure> {
    let shown = path.display();
    let text =
        std::fs::read_to_string(path).map_err(|error| Failure::new(format!("{shown}: {error}")))?;
    OwnSynonyms::read(&text).map_err(|wrong| {
        let lines = wrong.iter().map(|line| format!("{shown}:{line}"));
        Failure::lines(lines).hint("write a line as `heart attack = MI`, or as `MI => infarction`")
    })
}

/// What is known of a name.
struct Known {
    concepts: Vec<(Concept, Vec<ConceptId>)>,
    own: Vec<OwnName>,
}

fn show(console: &mut Console, global: &Global, arguments: &ThesaurusArgs) -> super::Result {
    let chosen = Chosen::of(&global.index)?;
    let vocabulary = chosen.get();
    let own = arguments.synonyms.as_deref().map(own_synonyms).transpose()?.unwrap_or_default();
    let typed = arguments.terms.join(" ");
    let words = words(&mut parts_analyzer(), &typed);
    let terms: Vec<String> = words.into_iter().map(|word| word.term).collect();
    let mut known = Known { concepts: Vec::new(), own: own.names(&terms).to_vec() };
    for id in vocabulary.concepts(&terms) {
        known.concepts.push((vocabulary.concept(id)?, vocabulary.narrower(id)?));
    }
    match arguments.format {
        ReportFormat::Text => write_text(console, vocabulary, &known)?,
        ReportFormat::Json => {
            let json = json_of(vocabulary, &typed, &known)?;
            writeln!(console.out, "{json:#}")?;
        }
    }
    console.out.flush()?;
    if known.concepts.is_empty() && known.own.is_empty() {
        console.say(&format!("no other name for `{}` is known", clean_line(&typed)));
        return Ok(Outcome::NothingFound);
    }
    Ok(Outcome::Done)
}

fn write_text(
    console: &mut Console,
    vocabulary: &Vocabulary,
    known: &Known,
) -> Result<(), Failure> {
    for (concept, narrower) in &known.concepts {
        let (id, preferred) = (clean_line(&concept.id), clean_line(&concept.preferred));
        let names: Vec<Cow<'_, str>> = others(concept).map(|name| clean_line(name)).collect();
        let trees: Vec<Cow<'_, str>> = concept.trees.iter().map(|tree| clean_line(tree)).collect();
        writeln!(console.out, "{preferred}  {id}")?;
        for (title, values) in [("names", names.join("; ")), ("trees", trees.join(", "))] {
            if !values.is_empty() {
                writeln!(console.out, "  {title:<9} {values}")?;
            }
        }
        if !narrower.is_empty() {
            let count = plural(narrower.len() as u64, "concept", "concepts");
            writeln!(console.out, "  {:<9} {count}", "narrower")?;
        }
    }
    if !known.concepts.is_empty() {
        writeln!(console.out, "from {}", clean_line(vocabulary.source()))?;
    }
    for own in &known.own {
        let written = clean_line(&own.name.written);
        writeln!(console.out, "{written}  line {} of your own synonyms", own.line)?;
    }
    Ok(())
}

/// The names of a concept besides the preferred one.
fn others(concept: &Concept) -> impl Iterator<Item = &str> {
    let written = concept.names.iter().map(|Name { written, .. }| written.as_str());
    written.filter(|written| *written != concept.preferred)
}

fn json_of(vocabulary: &Vocabulary, typed: &str, known: &Known) -> Result<Value, VocabularyError> {
    let mut concepts = Vec::new();
    for (concept, narrower) in &known.concepts {
        let below = vocabulary.read(narrower)?;
        let below: Vec<Value> = below
            .iter()
            .map(|concept| json!({"id": concept.id, "preferred": concept.preferred}))
            .collect();
        concepts.push(json!({
            "id": concept.id,
            "preferred": concept.preferred,
            "names": others(concept).collect::<Vec<_>>(),
            "trees": concept.trees,
            "narrower": below,
        }));
    }
    let own = known.own.iter().map(|own| json!({"name": own.name.written, "line": own.line}));
    Ok(json!({
        "schema": "trialdex.thesaurus.v1",
        "typed": typed,
        "source": vocabulary.source(),
        "digest": vocabulary.digest(),
        "concepts": concepts,
        "own": own.collect::<Vec<Value>>(),
    }))
}

fn import(console: &mut Console, global: &Global, arguments: &ImportArgs) -> super::Result {
    let mut concepts = BTreeMap::new();
    let mut replaced = 0;
    for path in &arguments.files {
        replaced += read_file(path, &mut concepts)?;
    }
    if concepts.is_empty() {
        return Err(Failure::new("the files hold no concept"));
    }
    let source = arguments.source.clone().unwrap_or_else(|| names_of(&arguments.files));
    let mut file = Vec::new();
    let written = Vocabulary::write(concepts.into_values(), &source, &mut file)?;
    let path = global.index.join(VOCABULARY_FILE);
    put(&path, &file).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    console.say(&report(&written, replaced));
    console.say(&format!("written to {}", clean_line(&path.display().to_string())));
    Ok(Outcome::Done)
}

/// Adds the concepts of a file; tells how many of them took the place of one
/// that was there.
fn read_file(path: &Path, concepts: &mut BTreeMap<String, ConceptSource>) -> Result<u64, Failure> {
    let shown = path.display();
    let mut replaced = 0;
    let mut take = |concept: ConceptSource| {
        replaced += u64::from(concepts.insert(concept.id.clone(), concept).is_some());
    };
    let read = if path == Path::new("-") {
        read_concepts(io::stdin().lock(), &mut take)
    } else {
        let file = File::open(path).map_err(|error| Failure::new(format!("{shown}: {error}")))?;
        read_concepts(file, &mut take)
    };
    read.map_err(|error| Failure::new(format!("{shown}:{error}")))?;
    Ok(replaced)
}

fn names_of(files: &[PathBuf]) -> String {
    let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    files.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Writes a file so that it is there whole or not at all.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(directory)?;
    let mut file = tempfile::Builder::new()
        .prefix(VOCABULARY_FILE)
        .suffix(".unfinished")
        .tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn report(written: &Written, replaced: u64) -> String {
    let mut lines = vec![
        format!(
            "{} with {}",
            plural(written.concepts, "concept", "concepts"),
            plural(written.names, "name", "names")
        ),
        format!(
            "left out: {} with the words of another name, {} inverted, {} without a letter or too long",
            grouped(written.same_words),
            grouped(written.inverted),
            grouped(written.unfit)
        ),
    ];
    if replaced > 0 {
        lines.push(format!(
            "{} given more than once; the last counts",
            plural(replaced, "concept", "concepts")
        ));
    }
    lines.join("\n")
}
