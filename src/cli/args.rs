//! The commands and flags of the program, with their help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use trialdex_output::{EvaluationFormat, FacetFormat, HitFormat};
use trialdex_query::dialect::Dialect;

use super::asked::QueryArgs;
use super::batch::BatchArgs;
use super::ranking::{RankingArgs, path_or_none};
use super::review::review_args::ReviewArgs;
use super::strategy_file::StrategyArgs;
use super::translate::systems;
use super::work::{PruneArg, WorkArgs};

const EXAMPLES: &str = "\
A flag overrides its variable (TRIALDEX_INDEX, TRIALDEX_COLOR, TRIALDEX_PAGER, \
TRIALDEX_LIMIT, TRIALDEX_FORMAT, TRIALDEX_SYNONYMS, TRIALDEX_REVIEWER), and the variable \
overrides the file ~/.config/trialdex/config.toml, or the one that TRIALDEX_CONFIG names, with \
lines such as `limit = 50`.

Examples:
  trialdex index dump.zip                           build or refresh ./index
  trialdex index ~/registry --index ~/trials        another input, another index
  trialdex search aplastic anemia mesenchymal       ranked trials from ./index
  trialdex search '\"bone marrow\" cyclosporine' --limit 5
  trialdex show NCT01305694                         one whole study
  trialdex review new anemia --query 'aplastic anemia'
  trialdex review anemia                            screen the hits in the terminal
  trialdex status                                   what the index holds";

const INDEX_EXAMPLES: &str = "\
Examples:
  trialdex index                                    read ./corpus into ./index
  trialdex index AllPublicXML.zip extra/ late.csv   several inputs at once
  curl .../studies | trialdex index -               from standard input
  trialdex index dump --prune --strict              for a nightly job
  trialdex index dump --format json | jq .rejects   what could not be read";

const SEARCH_EXAMPLES: &str = "\
Examples:
  trialdex search aplastic anemia mesenchymal
  trialdex search '\"graft versus host\"' steroid --limit 50
  trialdex search sepsis fluids --any --format jsonl | jq -r .briefTitle
  trialdex search insomnia --format csv --fields NCTId,BriefTitle,Sex > insomnia.csv
  trialdex search lymphoma --format ris > lymphoma.ris
  trialdex search --cond lymphoma --intr rituximab --details";

const CHECK_EXAMPLES: &str = "\
Examples:
  trialdex check                                    is ./index whole?
  trialdex check --sources                          and does it have all records of its sources?
  trialdex check --repair                           restore what damaged files held
  trialdex check --format json | jq .findings";

const FIELDS_EXAMPLES: &str = "\
Examples:
  trialdex fields                                   all fields, and how many studies have each
  trialdex fields Phase                             one, with its values in this index
  trialdex fields NumArmGroups --format json";

const FACETS_EXAMPLES: &str = "\
Examples:
  trialdex facets status,phase                      of all studies
  trialdex facets country aplastic anemia           of those that match the words
  trialdex facets year --cond asthma --phase 3 --format csv";

const VERIFY_EXAMPLES: &str = "\
Examples:
  trialdex search --cond asthma --phase 3 --receipt asthma.json
  trialdex verify asthma.json                       the same hits, years later?";

const SHOW_EXAMPLES: &str = "\
Examples:
  trialdex show NCT01305694                         one whole study
  trialdex show 'https://clinicaltrials.gov/study/NCT01305694'
  trialdex search sepsis --format ids | trialdex show -
  trialdex show NCT01305694 --format json | jq .protocolSection.designModule";

const EXPORT_EXAMPLES: &str = "\
Examples:
  trialdex export > all.jsonl                       every study, one a line
  trialdex export NCT01305694 NCT02385292 --format csv
  trialdex search lymphoma --format ids | trialdex export - > lymphoma.jsonl
  trialdex export - --format ris < chosen.txt > chosen.ris";

const TRANSLATE_EXAMPLES: &str = "\
Examples:
  trialdex translate strategy.txt                   guess the system
  trialdex translate strategy.txt --from ovid > mine.txt && trialdex batch mine.txt
  echo \"exp Heparin/ and thrombo$.tw.\" | trialdex translate -
  trialdex translate strategy.txt --format json | jq .lines";

const EVAL_EXAMPLES: &str = "\
Examples:
  trialdex eval --topics topics.xml --qrels qrels.txt
  trialdex eval --topics topics.xml --qrels qrels.txt --run mine.txt --per-topic
  trialdex eval --from mine.txt --qrels qrels.txt --baseline theirs.txt
  trialdex eval --from mine.txt --qrels qrels.txt --format json | jq .mean.ndcg10";

const THESAURUS_EXAMPLES: &str = "\
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

const GENERATE_EXAMPLES: &str = "\
Examples:
  trialdex generate man --dir ~/.local/share/man/man1
  trialdex generate man | man -l -                  the main page alone
  trialdex generate completions --shell bash > ~/.local/share/bash-completion/completions/trialdex
  trialdex generate completions --shell fish > ~/.config/fish/completions/trialdex.fish";

/// Search clinical-trial records, and screen them for a systematic review.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Heading of the options that every command has.
const GLOBAL: &str = "Global options";

#[derive(Debug, Args)]
pub(crate) struct GlobalArgs {
    /// Directory of the index
    #[arg(
        long,
        global = true,
        env = "TRIALDEX_INDEX",
        default_value = "index",
        value_name = "DIR", help_heading = GLOBAL)]
    pub(crate) index: PathBuf,
    /// When to use colour and hyperlinks; `auto` means on a terminal only
    #[arg(
        long,
        global = true,
        env = "TRIALDEX_COLOR",
        default_value = "auto",
        value_name = "WHEN", help_heading = GLOBAL)]
    pub(crate) color: ColorChoice,
    /// Write nothing but errors to standard error
    #[arg(long, short, global = true, help_heading = GLOBAL)]
    pub(crate) quiet: bool,
    /// Program that shows text on a terminal [default: PAGER, else less]
    #[arg(long, global = true, env = "TRIALDEX_PAGER", value_name = "COMMAND", help_heading = GLOBAL)]
    pub(crate) pager: Option<String>,
    /// Write text to the terminal without a pager
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) no_pager: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build or refresh the index from study records
    Index(IndexArgs),
    /// Find and rank the studies that match a query
    Search(SearchArgs),
    /// Print whole studies
    Show(ShowArgs),
    /// Write whole studies for other programs
    Export(ExportArgs),
    /// Show what the index holds
    Status(StatusArgs),
    /// Verify the index, and repair it
    Check(CheckArgs),
    /// List the fields, or the values of one field
    Fields(FieldsArgs),
    /// Count the hits by the values of fields
    Facets(FacetsArgs),
    /// Run a search again from its receipt, and compare the hits
    Verify(VerifyArgs),
    /// Run many queries, or the lines of a search strategy, from a file
    Batch(BatchArgs),
    /// Translate a search strategy written for Ovid, PubMed or another system
    Translate(TranslateArgs),
    /// Measure the ranking against relevance judgments
    Eval(EvalArgs),
    /// Screening for a systematic review: read, decide, settle conflicts, report
    Review(Box<ReviewArgs>),
    /// Show the synonyms of a term
    Thesaurus(ThesaurusArgs),
    /// Write manual pages and shell completions
    Generate(GenerateArgs),
}

#[derive(Debug, Args)]
#[command(after_help = INDEX_EXAMPLES)]
pub(crate) struct IndexArgs {
    /// Files, directories and archives with study records; `-` is standard
    /// input [default: corpus]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Remove studies that no source has any longer [`--prune` alone: `gone`]
    #[arg(
        long,
        value_name = "WHICH",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "gone"
    )]
    pub(crate) prune: Option<PruneArg>,
    /// Exit with code 3 if anything was rejected
    #[arg(long)]
    pub(crate) strict: bool,
    /// How to write the audit: `text` goes to standard error, `json` to
    /// standard output
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) work: WorkArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = SEARCH_EXAMPLES)]
pub(crate) struct SearchArgs {
    #[command(flatten)]
    pub(crate) query: QueryArgs,
    #[command(flatten)]
    pub(crate) strategy: StrategyArgs,
    /// Print only the number of hits
    #[arg(long)]
    pub(crate) count: bool,
    /// Show how the query was understood, how many studies each part leaves,
    /// and why each hit has its score
    #[arg(long)]
    pub(crate) explain: bool,
    /// Show, for each search area, the words and synonyms that were looked for,
    /// how many studies have each, and how many hits come only from it
    #[arg(long)]
    pub(crate) details: bool,
    /// Sort by a date, a number or an age, such as `StartDate` or
    /// `EnrollmentCount:asc`; two keys at most [default: @relevance]
    #[arg(long, value_name = "FIELD[:asc|desc]", value_delimiter = ',')]
    pub(crate) sort: Vec<String>,
    /// Record the search and all its hits in a file for `verify`
    #[arg(long, value_name = "FILE")]
    pub(crate) receipt: Option<PathBuf>,
    /// Number of hits to write; 0 for all. By default, text has 20
    /// (TRIALDEX_LIMIT or the setting), other formats have all
    #[arg(
        long,
        short = 'n',
        env = "TRIALDEX_LIMIT",
        default_value_t = 20,
        value_name = "N",
        hide_default_value = true,
        hide_env = true
    )]
    pub(crate) limit: usize,
    /// The limit was typed: it holds for every format.
    #[arg(skip)]
    pub(crate) limit_typed: bool,
    /// Number of hits to skip
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) offset: usize,
    /// How to write the hits
    #[arg(long, env = "TRIALDEX_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub(crate) format: HitFormatArg,
    /// Fields to add to each hit (text, json, jsonl) or to use as columns (csv,
    /// tsv): names of the registry's data model, such as `BriefTitle,Phase`
    #[arg(long, value_delimiter = ',', value_name = "FIELD,...")]
    pub(crate) fields: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HitFormatArg {
    Text,
    Json,
    Jsonl,
    Csv,
    Tsv,
    Ids,
    Ris,
}

impl From<HitFormatArg> for HitFormat {
    fn from(format: HitFormatArg) -> Self {
        match format {
            HitFormatArg::Text => Self::Text,
            HitFormatArg::Json => Self::Json,
            HitFormatArg::Jsonl => Self::JsonLines,
            HitFormatArg::Csv => Self::Csv,
            HitFormatArg::Tsv => Self::Tsv,
            HitFormatArg::Ids => Self::Ids,
            HitFormatArg::Ris => Self::Ris,
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = FIELDS_EXAMPLES)]
pub(crate) struct FieldsArgs {
    /// Name, older name or path of a field, such as `Phase`, `Phase:size` or
    /// `StudyFirstPostYear` [default: all fields]
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Number of values to print; 0 for all
    #[arg(long, short = 'n', default_value_t = 10, value_name = "N")]
    pub(crate) limit: usize,
    /// How to write it
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
#[command(after_help = FACETS_EXAMPLES)]
pub(crate) struct FacetsArgs {
    /// Fields with commas between: names of the data model, or `status`,
    /// `phase`, `type`, `country`, `condition`, `year`, `sponsor`, `sex`, `age`
    #[arg(value_name = "FIELD,...", default_value = "status,phase,type,sponsor")]
    pub(crate) fields: String,
    #[command(flatten)]
    pub(crate) query: QueryArgs,
    #[command(flatten)]
    pub(crate) strategy: StrategyArgs,
    /// Number of values to write for each field; 0 for all [default: 20 for
    /// text, all for other formats]
    #[arg(long, short = 'n', value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// How to write the counts
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: FacetFormatArg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FacetFormatArg {
    Text,
    Json,
    Csv,
}

impl From<FacetFormatArg> for FacetFormat {
    fn from(format: FacetFormatArg) -> Self {
        match format {
            FacetFormatArg::Text => Self::Text,
            FacetFormatArg::Json => Self::Json,
            FacetFormatArg::Csv => Self::Csv,
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = VERIFY_EXAMPLES)]
pub(crate) struct VerifyArgs {
    /// The receipt; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// How to write the differences
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub(crate) struct ShowArgs {
    /// NCT numbers; `-` reads them from standard input, one a line
    #[arg(required = true, value_name = "NCT")]
    pub(crate) numbers: Vec<String>,
    /// How to write a study: `json` is the whole record, one a line
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
    /// Say which records each study is from, in place of the study
    #[arg(long)]
    pub(crate) sources: bool,
}

#[derive(Debug, Args)]
#[command(after_help = EXPORT_EXAMPLES)]
pub(crate) struct ExportArgs {
    /// NCT numbers; `-` reads them from standard input, one a line [default:
    /// all studies]
    #[arg(value_name = "NCT")]
    pub(crate) numbers: Vec<String>,
    /// How to write the studies: `jsonl` is one study of API v2 a line, `json`
    /// one object with all, `csv` has the registry's columns
    #[arg(long, default_value = "jsonl", value_name = "FORMAT")]
    pub(crate) format: ExportFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    Jsonl,
    Json,
    Csv,
    Ris,
    Ids,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// List all rejects, and all files without a study
    #[arg(long)]
    pub(crate) rejects: bool,
    /// How to write it
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct CheckArgs {
    /// Read the sources again, and compare every record with the index
    #[arg(long)]
    pub(crate) sources: bool,
    /// Restore what damaged files held, from the rest of the index and from the
    /// sources, and list what is lost
    #[arg(long)]
    pub(crate) repair: bool,
    /// Compare checksums and numbers only; do not read every study
    #[arg(long, conflicts_with = "repair")]
    pub(crate) quick: bool,
    /// How to write the findings
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) work: WorkArgs,
}

#[derive(Debug, Args)]
#[command(after_help = TRANSLATE_EXAMPLES)]
pub(crate) struct TranslateArgs {
    /// File with the strategy, as it was published or exported; `-` is
    /// standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// System that the strategy is written for [default: guessed]
    #[arg(long, value_name = "SYSTEM", value_parser = systems())]
    pub(crate) from: Option<Dialect>,
    /// How to write it; `batch` reads `text`
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
#[command(after_help = EVAL_EXAMPLES)]
pub(crate) struct EvalArgs {
    /// Queries: lines of `id<TAB>words`, or a topic file of TREC; `-` is
    /// standard input
    #[arg(long, value_name = "FILE", required_unless_present = "from")]
    pub(crate) topics: Option<PathBuf>,
    /// Which studies are relevant: lines of `topic 0 NCT grade`
    #[arg(long, value_name = "FILE")]
    pub(crate) qrels: PathBuf,
    /// Evaluate this run instead of searching the index; with `--topics`,
    /// queries without a line found nothing
    #[arg(long, value_name = "RUN", conflicts_with_all = ["run", "all_words", "limit", "tag"])]
    pub(crate) from: Option<PathBuf>,
    /// Compare with this run, topic by topic
    #[arg(long, value_name = "RUN")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the hits as a run
    #[arg(long, value_name = "OUT")]
    pub(crate) run: Option<PathBuf>,
    /// Add a row for each topic (text; other formats always have them)
    #[arg(long)]
    pub(crate) per_topic: bool,
    /// Count judged topics without a query as 0, instead of leaving them out
    #[arg(long)]
    pub(crate) complete: bool,
    /// Match studies with all words instead of any
    #[arg(long)]
    pub(crate) all_words: bool,
    /// Number of hits to rank for each query; 0 for all
    #[arg(long, short = 'n', default_value_t = 1000, value_name = "N")]
    pub(crate) limit: usize,
    /// Name of the run, in the file of `--run`
    #[arg(long, default_value = "trialdex", value_name = "NAME")]
    pub(crate) tag: String,
    /// How to write the measures
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: EvalFormat,
    #[command(flatten)]
    pub(crate) ranking: RankingArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvalFormat {
    Text,
    Json,
    Csv,
}

impl From<EvalFormat> for EvaluationFormat {
    fn from(format: EvalFormat) -> Self {
        match format {
            EvalFormat::Text => Self::Text,
            EvalFormat::Json => Self::Json,
            EvalFormat::Csv => Self::Csv,
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = THESAURUS_EXAMPLES,
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

#[derive(Debug, Args)]
#[command(after_help = GENERATE_EXAMPLES)]
pub(crate) struct GenerateArgs {
    #[command(subcommand)]
    pub(crate) what: GenerateCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GenerateCommand {
    /// Write manual pages
    Man {
        /// Directory for one page for each command [default: the main page, to
        /// standard output]
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Write a script that completes commands and flags
    Completions {
        /// The shell [default: that of SHELL]
        #[arg(long, value_name = "SHELL")]
        shell: Option<Shell>,
    },
}
