//! `trialdex thesaurus`

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use trialdex_engine::index::{IndexError, Store, VOCABULARY_FILE};
use trialdex_engine::search::{doubtful, look_up, look_up_without_index};
use trialdex_files as files;
use trialdex_output::{
    clean_line, doubtful_json, doubtful_text, grouped, looked_up_json, looked_up_text, plural,
};
use trialdex_session::AnyIndex;
use trialdex_text::vocabulary::{
    ConceptSource, Vocabulary, VocabularyCounts, VocabularyError, read_concepts,
};

use crate::cli::args::{GlobalArgs, ReportFormat};
use crate::cli::named_index::{address_of, open};
use crate::cli::ranking::path_or_none;
use crate::cli::synonyms_file::own_synonyms;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

const EXAMPLES: &str = "\
Examples:
  trialdex thesaurus heart attack                   synonyms of a term
  trialdex thesaurus MI --synonyms ours.txt         also those of your own list
  trialdex thesaurus MI --with 'heart failure'      what it means beside other words
  trialdex thesaurus heart diseases --explode       also narrower concepts
  trialdex thesaurus import desc2026.xml.gz         MeSH of another year, for ./index";

const IMPORT_EXAMPLES: &str = "\
Examples:
  trialdex thesaurus import desc2026.xml.gz
  trialdex thesaurus import d2026.bin c2026.bin --source 'MeSH 2026 with supplement'
  trialdex thesaurus import desc2026.xml --index ~/trials";

#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    subcommand_negates_reqs = true
)]
pub(crate) struct ThesaurusArgs {
    #[command(subcommand)]
    pub(crate) change: Option<ThesaurusCommand>,
    /// The term
    #[arg(required_unless_present = "doubtful", value_name = "TERM")]
    pub(crate) terms: Vec<String>,
    /// List the names from records and texts that are not searched because they
    /// may mean something else, with the reasons; without TERM, those of all
    /// terms
    #[arg(long)]
    pub(crate) doubtful: bool,
    /// Other words of the query, which may decide what an abbreviation means
    #[arg(long, value_name = "WORDS")]
    pub(crate) with: Vec<String>,
    /// List narrower concepts, and the names that `search --explode` adds
    #[arg(long)]
    pub(crate) explode: bool,
    /// File with your own synonyms, in lines such as `heart attack = MI` or
    /// `tumor board => multidisciplinary meeting`; empty for none
    #[arg(long, env = "TRIALDEX_SYNONYMS", value_name = "FILE", value_parser = path_or_none())]
    pub(crate) synonyms: Option<PathBuf>,
    /// How to write it
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ThesaurusCommand {
    /// Replace the built-in headings by those of other files
    Import(VocabularyImportArgs),
}

#[derive(Debug, Args)]
#[command(after_help = IMPORT_EXAMPLES)]
pub(crate) struct VocabularyImportArgs {
    /// Files of MeSH as the U.S. National Library of Medicine publishes them,
    /// in XML or ASCII, packed or not; or tables of identifier, name, entry
    /// terms and tree numbers with tabs. If a concept is in several files, the
    /// last one counts
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Name of the files, shown with the synonyms [default: the file names]
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &ThesaurusArgs,
) -> CommandResult {
    match &arguments.change {
        Some(ThesaurusCommand::Import(arguments)) => import(console, global, arguments),
        None if arguments.doubtful => doubt(console, global, arguments),
        None => show(console, global, arguments),
    }
}

/// The vocabulary of an index: its own, or the one that is built in.
pub(crate) enum VocabularyChoice {
    Own(Box<Vocabulary>),
    BuiltIn,
}

impl VocabularyChoice {
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

fn show(console: &mut Console, global: &GlobalArgs, arguments: &ThesaurusArgs) -> CommandResult {
    let own = own_synonyms(arguments.synonyms.as_deref())?;
    let typed = arguments.terms.join(" ");
    let others = arguments.with.join(" ");
    let opened = match address_of(&global.index) {
        Some(_) => Ok(open(&global.index)?),
        None => Store::open(&global.index).map(AnyIndex::from),
    };
    let looked_up = match opened {
        Ok(index) => look_up(&index, own.as_ref(), &typed, &others, arguments.explode)?,
        Err(IndexError::Missing(_) | IndexError::Unfinished(_)) => {
            let chosen = VocabularyChoice::of(&global.index)?;
            let shown = global.index.display().to_string();
            let alone = "what records say is not known, only the vocabulary and your own list";
            console.say(&clean_line(&format!("no index in `{shown}`: {alone}")));
            look_up_without_index(chosen.get(), own.as_ref(), &typed)?
        }
        Err(error) => return Err(error.into()),
    };
    match arguments.format {
        ReportFormat::Text => {
            write!(
                console.out,
                "{}",
                looked_up_text(&looked_up, arguments.explode, console.paint.spelling)
            )?;
        }
        ReportFormat::Json => writeln!(console.out, "{:#}", looked_up_json(&looked_up))?,
    }
    console.out.flush()?;
    if looked_up.is_empty() {
        console.say(&format!("no other name for `{}` is known", clean_line(&typed)));
        return Ok(CommandOutcome::NothingFound);
    }
    Ok(CommandOutcome::Done)
}

/// Lists the names that are doubted.
fn doubt(console: &mut Console, global: &GlobalArgs, arguments: &ThesaurusArgs) -> CommandResult {
    let index = open(&global.index)?;
    let typed = arguments.terms.join(" ");
    let pairs = if typed.is_empty() {
        doubtful(&index)?
    } else {
        let own = own_synonyms(arguments.synonyms.as_deref())?;
        let others = arguments.with.join(" ");
        look_up(&index, own.as_ref(), &typed, &others, false)?.doubtful()
    };
    match arguments.format {
        ReportFormat::Text => write!(console.out, "{}", doubtful_text(&pairs))?,
        ReportFormat::Json => writeln!(console.out, "{:#}", doubtful_json(&pairs))?,
    }
    console.out.flush()?;
    if pairs.is_empty() {
        let of = if typed.is_empty() { String::new() } else { format!(" of `{typed}`") };
        console.say(&format!("no name{} is in doubt", clean_line(&of)));
        return Ok(CommandOutcome::NothingFound);
    }
    Ok(CommandOutcome::Done)
}

fn import(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &VocabularyImportArgs,
) -> CommandResult {
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
    Ok(CommandOutcome::Done)
}

/// Adds the concepts of a file; returns how many of them replaced one that was
/// there.
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

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    files::create_directories(files::directory_of(path))?;
    files::write(path, bytes)
}

fn report(written: &VocabularyCounts, replaced: u64) -> String {
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
