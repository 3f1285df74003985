//! Everything that can be typed: commands, flags, their help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use trialdex::output::{EvaluationFormat, FacetFormat, HitFormat};
use trialdex::query::dialect::Dialect;

use super::asked::QueryArgs;
use super::batch::BatchArgs;
use super::ranking::{RankingArgs, path_or_none};
use super::review::args::ReviewArgs;
use super::strategy::StrategyArgs;
use super::translate::systems;
use super::work::{PruneArg, WorkArgs};

const EXAMPLES: &str = "\
Examples:
  trialdex search aplastic anemia mesenchymal       ranked trials from ./index
  trialdex index dump.zip                           build or refresh ./index
  trialdex index ~/registry --index ~/trials        another input, another index
  trialdex search '\"bone marrow\" cyclosporine' --limit 5
  trialdex show NCT01305694                         one study, whole
  trialdex status                                   what the index holds";

const INDEX_EXAMPLES: &str = "\
Examples:
  trialdex index                                    read ./corpus into ./index
  trialdex index AllPublicXML.zip extra/ late.csv   several inputs at once
  curl .../studies | trialdex index -               from standard input
  trialdex index dump --prune --strict              for a nightly job
  trialdex index dump --format json | jq .rejects   what was not readable";

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
  trialdex check --sources                          and has it all that its sources have?
  trialdex check --repair                           put back what damaged files held
  trialdex check --format json | jq .findings";

const FIELDS_EXAMPLES: &str = "\
Examples:
  trialdex fields                                   every field, and how many studies have it
  trialdex fields Phase                             one, with its values in this index
  trialdex fields NumArmGroups --format json";

const FACETS_EXAMPLES: &str = "\
Examples:
  trialdex facets status,phase                      of all studies
  trialdex facets country aplastic anemia           of those with the words
  trialdex facets year --cond asthma --phase 3 --format csv";

const VERIFY_EXAMPLES: &str = "\
Examples:
  trialdex search --cond asthma --phase 3 --receipt asthma.json
  trialdex verify asthma.json                       the same hits, years later?";

const SHOW_EXAMPLES: &str = "\
Examples:
  trialdex show NCT01305694                         one study, whole
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
  trialdex translate strategy.txt                   what it is written for is guessed
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
  trialdex thesaurus heart attack                   what else it is called
  trialdex thesaurus MI --synonyms ours.txt         and in a list of your own
  trialdex thesaurus MI --with 'heart failure'      what it stands for beside other words
  trialdex thesaurus heart diseases --explode       with all that is narrower
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

const CONFIGURATION: &str = "\
Flags win over variables (TRIALDEX_INDEX, TRIALDEX_COLOR, TRIALDEX_PAGER, TRIALDEX_LIMIT, \
TRIALDEX_FORMAT, TRIALDEX_SYNONYMS, TRIALDEX_REVIEWER), these over ~/.config/trialdex/config.toml or the file that TRIALDEX_CONFIG \
names, with lines such as `limit = 50`.";

/// Full-text search over clinical-trial study records.
#[derive(Debug, Parser)]
#[command(version, before_help = EXAMPLES, after_help = CONFIGURATION, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Directory of the index
    #[arg(
        long,
        global = true,
        env = "TRIALDEX_INDEX",
        default_value = "index",
        value_name = "DIR"
    )]
    pub(crate) index: PathBuf,
    /// Colour and hyperlinks: on a terminal only, always or never
    #[arg(
        long,
        global = true,
        env = "TRIALDEX_COLOR",
        default_value = "auto",
        value_name = "WHEN"
    )]
    pub(crate) color: When,
    /// Nothing on standard error but errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Program to read text in, on a terminal [default: PAGER, else less]
    #[arg(long, global = true, env = "TRIALDEX_PAGER", value_name = "COMMAND")]
    pub(crate) pager: Option<String>,
    /// Write text to the terminal without a pager
    #[arg(long, global = true)]
    pub(crate) no_pager: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build or refresh the index from study records
    Index(IndexArgs),
    /// Rank the trials that have the words
    Search(SearchArgs),
    /// Print studies whole
    Show(ShowArgs),
    /// Write whole studies for other programs
    Export(ExportArgs),
    /// Tell what the index holds
    Status(StatusArgs),
    /// Prove that the index is whole, and repair it
    Check(CheckArgs),
    /// Tell what fields there are, and what one holds
    Fields(FieldsArgs),
    /// Count the studies found by the values of fields
    Facets(FacetsArgs),
    /// Run a search again from its receipt and compare
    Verify(VerifyArgs),
    /// Run many queries, or the lines of a search strategy, from a file
    Batch(BatchArgs),
    /// Put a search strategy for Ovid, PubMed and others into our language
    Translate(TranslateArgs),
    /// Measure the ranking against judgments of relevance
    Eval(EvalArgs),
    /// Read what was found, decide, and report
    Review(Box<ReviewArgs>),
    /// Tell what else something is called
    Thesaurus(ThesaurusArgs),
    /// Write manual pages and completions for shells
    Generate(GenerateArgs),
}

#[derive(Debug, Args)]
#[command(before_help = INDEX_EXAMPLES)]
pub(crate) struct IndexArgs {
    /// Files, directories and archives with study records; `-` is standard
    /// input [default: corpus]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Take studies out of the index that no source has any longer [`--prune`
    /// alone: `gone`]
    #[arg(
        long,
        value_name = "WHICH",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "gone"
    )]
    pub(crate) prune: Option<PruneArg>,
    /// Exit with 3 where anything was rejected
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
#[command(before_help = SEARCH_EXAMPLES)]
pub(crate) struct SearchArgs {
    #[command(flatten)]
    pub(crate) query: QueryArgs,
    #[command(flatten)]
    pub(crate) strategy: StrategyArgs,
    /// Print the number of hits alone
    #[arg(long)]
    pub(crate) count: bool,
    /// Tell how the query is understood, what each part of it leaves, and why
    /// each hit has its score
    #[arg(long)]
    pub(crate) explain: bool,
    /// Tell for each search area which words and other names were looked for,
    /// how many studies have each, and how many hits came by it alone
    #[arg(long)]
    pub(crate) details: bool,
    /// Sort by a date, a number or an age, such as `StartDate` or
    /// `EnrollmentCount:asc`; two keys at most [default: @relevance]
    #[arg(long, value_name = "FIELD[:asc|desc]", value_delimiter = ',')]
    pub(crate) sort: Vec<String>,
    /// Write down the search and all its hits, to be run again by `verify`
    #[arg(long, value_name = "FILE")]
    pub(crate) receipt: Option<PathBuf>,
    /// Hits to write; 0 for all. By default, text has 20 (TRIALDEX_LIMIT or the
    /// setting), every other format all
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
    /// Hits to pass over
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) offset: usize,
    /// How to write the hits
    #[arg(long, env = "TRIALDEX_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub(crate) format: HitFormatArg,
    /// Fields to print besides (text, json, jsonl) or as columns (csv, tsv; by
    /// default those of the registry's download): names of the registry's data
    /// model, such as `BriefTitle,Phase`
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
#[command(before_help = FIELDS_EXAMPLES)]
pub(crate) struct FieldsArgs {
    /// A field, by name, older name or path, such as `Phase`, `Phase:size` or
    /// `StudyFirstPostYear`; without it all are listed
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Values of this index to print; 0 for all
    #[arg(long, short = 'n', default_value_t = 10, value_name = "N")]
    pub(crate) limit: usize,
    /// How to write it
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
#[command(before_help = FACETS_EXAMPLES)]
pub(crate) struct FacetsArgs {
    /// Fields with commas between: names of the data model, or `status`,
    /// `phase`, `type`, `country`, `condition`, `year`, `sponsor`, `sex`, `age`
    #[arg(value_name = "FIELD,...", default_value = "status,phase,type,sponsor")]
    pub(crate) fields: String,
    #[command(flatten)]
    pub(crate) query: QueryArgs,
    #[command(flatten)]
    pub(crate) strategy: StrategyArgs,
    /// Values to write of each field; 0 for all [default: 20 as text, all in
    /// other formats]
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
#[command(before_help = VERIFY_EXAMPLES)]
pub(crate) struct VerifyArgs {
    /// The receipt; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// How to write what differs
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
#[command(before_help = SHOW_EXAMPLES)]
pub(crate) struct ShowArgs {
    /// NCT numbers; `-` reads them from standard input, one a line
    #[arg(required = true, value_name = "NCT")]
    pub(crate) numbers: Vec<String>,
    /// How to write a study: `json` is the whole record, one a line
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
#[command(before_help = EXPORT_EXAMPLES)]
pub(crate) struct ExportArgs {
    /// NCT numbers; `-` reads them from standard input, one a line [default:
    /// all studies]
    #[arg(value_name = "NCT")]
    pub(crate) numbers: Vec<String>,
    /// How to write the studies: `jsonl` is a study of API v2 a line, `json`
    /// one object with all, `csv` has the registry's own columns
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
    /// List everything that was rejected or holds no study
    #[arg(long)]
    pub(crate) rejects: bool,
    /// How to write it
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
#[command(before_help = CHECK_EXAMPLES)]
pub(crate) struct CheckArgs {
    /// Read the sources again, and hold every record against the index
    #[arg(long)]
    pub(crate) sources: bool,
    /// Put back what damaged files held, from what is left in the index and
    /// from the sources, and name what is lost
    #[arg(long)]
    pub(crate) repair: bool,
    /// Compare checksums and numbers only, without reading every study
    #[arg(long, conflicts_with = "repair")]
    pub(crate) quick: bool,
    /// How to write what is wrong
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) work: WorkArgs,
}

#[derive(Debug, Args)]
#[command(before_help = TRANSLATE_EXAMPLES)]
pub(crate) struct TranslateArgs {
    /// File with the strategy, as it was published or exported; `-` is
    /// standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What it is written for [default: guessed]
    #[arg(long, value_name = "SYSTEM", value_parser = systems())]
    pub(crate) from: Option<Dialect>,
    /// How to write it: `text` can be given to `batch`
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
#[command(before_help = EVAL_EXAMPLES)]
pub(crate) struct EvalArgs {
    /// What to ask: lines of `id<TAB>words` or a topic file of TREC; `-` is
    /// standard input
    #[arg(long, value_name = "FILE", required_unless_present = "from")]
    pub(crate) topics: Option<PathBuf>,
    /// Which studies are relevant: lines of `topic 0 NCT grade`
    #[arg(long, value_name = "FILE")]
    pub(crate) qrels: PathBuf,
    /// Evaluate this run instead of asking the index; with `--topics`, queries
    /// that it does not have found nothing
    #[arg(long, value_name = "RUN", conflicts_with_all = ["run", "all_words", "limit", "tag"])]
    pub(crate) from: Option<PathBuf>,
    /// Compare with this run, topic by topic
    #[arg(long, value_name = "RUN")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write what was found as a run
    #[arg(long, value_name = "OUT")]
    pub(crate) run: Option<PathBuf>,
    /// Write a row for each topic, too (text; the other formats have them)
    #[arg(long)]
    pub(crate) per_topic: bool,
    /// Count 0 for judged topics that no query asks for, instead of leaving
    /// them out
    #[arg(long)]
    pub(crate) complete: bool,
    /// Find studies with all of the words instead of any
    #[arg(long)]
    pub(crate) all_words: bool,
    /// Hits to rank for each query; 0 for all
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
    before_help = THESAURUS_EXAMPLES,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    subcommand_negates_reqs = true
)]
pub(crate) struct ThesaurusArgs {
    #[command(subcommand)]
    pub(crate) change: Option<ThesaurusCommand>,
    /// Words of a name
    #[arg(required_unless_present = "doubtful", value_name = "TERM")]
    pub(crate) terms: Vec<String>,
    /// List the names that records and texts give and that are not searched,
    /// since they may mean something else, with the reasons; without a name,
    /// those of all names
    #[arg(long)]
    pub(crate) doubtful: bool,
    /// Other words of the query, by which an abbreviation may be told
    #[arg(long, value_name = "WORDS")]
    pub(crate) with: Vec<String>,
    /// List what is narrower, and the names that `search --explode` adds
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
    /// Use the headings of other files instead of those built in
    Import(ImportArgs),
}

#[derive(Debug, Args)]
#[command(before_help = IMPORT_EXAMPLES)]
pub(crate) struct ImportArgs {
    /// Files of MeSH as the U.S. National Library of Medicine publishes them,
    /// in XML or ASCII, packed or not, or tables of identifier, name, entry
    /// terms and tree numbers with tabs; of concepts in several files, the
    /// last one counts
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// What the files are, to be shown with the names [default: the files'
    /// names]
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
}

#[derive(Debug, Args)]
#[command(before_help = GENERATE_EXAMPLES)]
pub(crate) struct GenerateArgs {
    #[command(subcommand)]
    pub(crate) what: Generated,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Generated {
    /// Write manual pages
    Man {
        /// Directory for a page for each command; without it, the main page
        /// goes to standard output
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
