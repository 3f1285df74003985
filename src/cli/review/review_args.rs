//! The arguments of `trialdex review`.

use std::ffi::OsString;

use clap::{Args, Command, Subcommand, ValueEnum};

use trialdex_review::{Act, AgainstMaybe, Verdict};

use super::super::args::ReportFormat;
use super::exchange::{ExportDecisionsArgs, ReviewImportArgs};
use super::report::ReportArgs;
use super::simulate::SimulateArgs;
use super::typed_searches::OrderedSearches;

const EXAMPLES: &str = "\
Examples:
  trialdex review new asthma --query 'asthma budesonide' --query 'AREA[Condition]asthma AND steroid'
  trialdex review asthma                            screen the studies in the terminal
  trialdex review next asthma                       the next study, for scripts
  trialdex review decide asthma NCT90000002 --exclude --reason population
  trialdex review list asthma --verdict include --format ids
  trialdex review report asthma --format markdown";

const NEW_EXAMPLES: &str = "\
Examples:
  trialdex review new asthma --query 'asthma budesonide'
  trialdex review new asthma --cond asthma --status completed,recruiting
  trialdex review new asthma --strategy asthma.txt  the last line of a strategy
  trialdex review new asthma --name 'ClinicalTrials.gov, 1 May' --strategy asthma.txt#7 \\
    --name 'Trials of steroids' --query 'asthma AND steroid'
  trialdex review new asthma --query asthma --reason 'population=Wrong population' \\
    --reason 'design=Not randomized'";

const SEARCH_EXAMPLES: &str = "\
Examples:
  trialdex review search asthma budesonide          plain words
  trialdex review search asthma --cond asthma --status recruiting --name 'Recruiting, 1 June'
  trialdex review search asthma --strategy asthma.txt#7
  trialdex review search asthma --receipt search.json";

const DECIDE_EXAMPLES: &str = "\
Examples:
  trialdex review decide asthma NCT90000002 --exclude --reason population
  trialdex review decide asthma NCT90000001 --include --note 'ask for the protocol' --label phase3
  trialdex search asthma --phase NA --format ids | trialdex review decide asthma - --exclude";

const COPY_EXAMPLES: &str = "\
Examples:
  trialdex review copy asthma asthma-bo             mail it to Bo, and merge it later
  trialdex review copy asthma /media/stick          into a directory, with the same name";

const SETTINGS_EXAMPLES: &str = "\
Examples:
  trialdex review settings asthma                   show the settings
  trialdex review settings asthma --readers 2
  trialdex review settings asthma --include-against-maybe include";

/// Verbs of `trialdex review`, which no review can be called by.
pub(crate) const VERBS: [&str; 25] = [
    "new",
    "search",
    "next",
    "decide",
    "undo",
    "settle",
    "list",
    "show",
    "history",
    "why",
    "reasons",
    "settings",
    "sample",
    "stopping",
    "conflicts",
    "merge",
    "copy",
    "update",
    "import",
    "export",
    "report",
    "simulate",
    "status",
    "help",
    "review",
];

#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    disable_help_subcommand = true
)]
pub(crate) struct ReviewArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ReviewCommand>,
    #[command(flatten)]
    pub(crate) screen: ScreenArgs,
}

/// `review asthma list` as `review list asthma`: the name of a review may
/// come before the verb.
pub(crate) fn in_order(all: &Command, mut typed: Vec<OsString>) -> Vec<OsString> {
    let is_verb = |at: usize| {
        typed.get(at).and_then(|word| word.to_str()).is_some_and(|word| VERBS.contains(&word))
    };
    let is_command = |word: &OsString| all.get_subcommands().any(|it| word == it.get_name());
    let command = typed.iter().position(is_command);
    if let Some(at) = command
        && typed[at] == "review"
        && !is_verb(at + 1)
        && is_verb(at + 2)
    {
        typed.swap(at + 1, at + 2);
    }
    typed
}

/// A review and who works on it.
#[derive(Debug, Args)]
pub(crate) struct NamedReview {
    /// The review: its file, with or without `.review`
    #[arg(value_name = "NAME")]
    pub(crate) name: OsString,
    #[command(flatten)]
    pub(crate) who: ReviewerArg,
}

#[derive(Debug, Args)]
pub(crate) struct ReviewerArg {
    /// Your name in the review [default: that of the user]
    #[arg(long, env = "TRIALDEX_REVIEWER", value_name = "NAME")]
    pub(crate) reviewer: Option<String>,
}

/// The screen.
#[derive(Debug, Args)]
pub(crate) struct ScreenArgs {
    /// The review: its file, with or without `.review`
    #[arg(value_name = "NAME", required = true)]
    pub(crate) name: Option<OsString>,
    #[command(flatten)]
    pub(crate) who: ReviewerArg,
    /// Which studies come first
    #[arg(long, default_value = "certainty", value_name = "ORDER")]
    pub(crate) order: OrderArg,
    /// Words of your own to mark
    #[arg(long, value_name = "WORDS")]
    pub(crate) highlight: Vec<String>,
    /// Show what other reviewers decided
    #[arg(long)]
    pub(crate) unblind: bool,
    /// Show the studies on which reviewers differ, and settle them
    #[arg(long)]
    pub(crate) settle: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OrderArg {
    /// Most likely relevant, by a model that learns from your decisions
    Certainty,
    /// What the model is least sure about
    Uncertainty,
    /// In the order of the searches
    Relevance,
    /// In random order, always the same
    Random,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// Begin a review with the hits of one or more searches
    New(Box<NewArgs>),
    /// Add the hits of more searches
    Search(Box<SearchReviewArgs>),
    /// Show the progress of a review, and where its studies come from
    Status(StatusReviewArgs),
    /// Print the next studies to read
    Next(NextArgs),
    /// Decide without the screen
    Decide(DecideArgs),
    /// Take back your last command, or an event by its name
    Undo(UndoArgs),
    /// List studies with their decisions
    List(ListArgs),
    /// Show which words speak for and against a study, by your decisions
    Why(WhyArgs),
    /// List all events, or those of some studies
    History(HistoryArgs),
    /// List or add reasons to exclude studies
    Reasons(ReasonsArgs),
    /// Show or change how many people read each study, and how verdicts combine
    Settings(SettingsArgs),
    /// Draw a random sample of your unread studies
    Sample(SampleArgs),
    /// Show what speaks for and against stopping
    Stopping(StoppingArgs),
    /// List the studies on which reviewers differ, and their agreement
    Conflicts(ConflictsArgs),
    /// Settle a conflict with a third verdict
    Settle(DecideArgs),
    /// Merge the decisions of other copies of the review
    Merge(MergeArgs),
    /// Copy the review safely, even while others decide
    Copy(CopyArgs),
    /// Compare the review with the current index
    Update(UpdateArgs),
    /// Replay a finished review to measure how early the model finds the
    /// includes
    Simulate(SimulateArgs),
    /// Import decisions from other programs
    Import(ReviewImportArgs),
    /// Export studies and decisions for other programs
    Export(ExportDecisionsArgs),
    /// Report the numbers of PRISMA 2020, or draw the flow diagram
    Report(ReportArgs),
}

#[derive(Debug, Args)]
#[command(after_help = NEW_EXAMPLES)]
pub(crate) struct NewArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    #[command(flatten)]
    pub(crate) searches: OrderedSearches,
    /// Title of the review in reports [default: NAME]
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// A reason to exclude studies [default: the usual ones]
    #[arg(long, value_name = "KEY=WORDING")]
    pub(crate) reason: Vec<String>,
    #[command(flatten)]
    pub(crate) settings: SettingFlags,
}

#[derive(Debug, Args)]
#[command(after_help = SEARCH_EXAMPLES)]
pub(crate) struct SearchReviewArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    #[command(flatten)]
    pub(crate) searches: OrderedSearches,
}

#[derive(Debug, Args)]
pub(crate) struct StatusReviewArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// How to write it
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
pub(crate) struct NextArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// Number of studies to print; 0 for all
    #[arg(long, short = 'n', default_value_t = 1, value_name = "N")]
    pub(crate) limit: usize,
    /// Which studies come first
    #[arg(long, default_value = "certainty", value_name = "ORDER")]
    pub(crate) order: OrderArg,
    /// How to write them
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: NextFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NextFormat {
    Text,
    Jsonl,
    Ids,
}

#[derive(Debug, Args)]
#[command(after_help = DECIDE_EXAMPLES)]
pub(crate) struct DecideArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// NCT numbers; `-` reads them from standard input, one a line
    #[arg(required = true, value_name = "NCT")]
    pub(crate) numbers: Vec<String>,
    #[command(flatten)]
    pub(crate) verdict: VerdictArgs,
    /// Reason to exclude it: key, number or wording of a reason of the review
    #[arg(long, value_name = "KEY")]
    pub(crate) reason: Option<String>,
    /// Note that replaces the earlier one; empty for none
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) note: Option<String>,
    /// Add a label
    #[arg(long, value_name = "LABEL")]
    pub(crate) label: Vec<String>,
    /// Remove a label
    #[arg(long, value_name = "LABEL")]
    pub(crate) unlabel: Vec<String>,
    /// Order in which the studies were read; it is recorded with the rank of
    /// each among the unread [default: neither is recorded]
    #[arg(long, value_name = "ORDER")]
    pub(crate) order: Option<OrderArg>,
    /// Change earlier decisions when deciding several studies
    #[arg(long)]
    pub(crate) again: bool,
}

/// One of them at most.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct VerdictArgs {
    /// Include it
    #[arg(long)]
    include: bool,
    /// Exclude it
    #[arg(long)]
    exclude: bool,
    /// Look at it again
    #[arg(long)]
    maybe: bool,
    /// Skip it for now
    #[arg(long)]
    pub(crate) skip: bool,
}

impl VerdictArgs {
    pub(crate) fn verdict(&self) -> Option<Verdict> {
        let chosen = [self.include, self.exclude, self.maybe];
        let named = chosen.into_iter().zip(Verdict::ALL);
        named.into_iter().find_map(|(chosen, verdict)| chosen.then_some(verdict))
    }
}

#[derive(Debug, Args)]
pub(crate) struct UndoArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// Name of the event, or its beginning, as `history` shows it
    #[arg(long, value_name = "EVENT")]
    pub(crate) event: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// Only studies with this verdict
    #[arg(long, value_name = "VERDICT")]
    pub(crate) verdict: Option<ListedVerdict>,
    /// Only studies with this label
    #[arg(long, value_name = "LABEL")]
    pub(crate) label: Option<String>,
    /// Only studies excluded for this reason
    #[arg(long, value_name = "KEY")]
    pub(crate) reason: Option<String>,
    /// Use the combined verdict of all reviewers instead of yours
    #[arg(long)]
    pub(crate) unblind: bool,
    /// How to write them
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: NextFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListedVerdict {
    Include,
    Exclude,
    Maybe,
    /// Any of these three
    Decided,
    Unread,
    /// Reviewers differ; needs `--unblind`
    Conflict,
    /// Too few people have read it; needs `--unblind`
    Waiting,
    /// The record has changed since the decision
    Changed,
    /// No longer in the index
    Vanished,
}

#[derive(Debug, Args)]
pub(crate) struct WhyArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// NCT numbers
    #[arg(required = true, value_name = "NCT")]
    pub(crate) numbers: Vec<String>,
    /// Number of words to print for the study, and against it
    #[arg(long, short = 'n', default_value_t = 10, value_name = "N")]
    pub(crate) limit: usize,
    /// How to write it: `json` is a study a line
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// NCT numbers [default: all that happened]
    #[arg(value_name = "NCT")]
    pub(crate) numbers: Vec<String>,
    /// Show what other reviewers did
    #[arg(long)]
    pub(crate) unblind: bool,
    /// How to write it: `json` is an event a line
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ReasonsArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// Add a reason, or change its wording
    #[arg(long, value_name = "KEY=WORDING")]
    pub(crate) add: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = SETTINGS_EXAMPLES)]
pub(crate) struct SettingsArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    #[command(flatten)]
    pub(crate) settings: SettingFlags,
    /// How to write them
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

/// What a review is set to.
#[derive(Debug, Args)]
pub(crate) struct SettingFlags {
    /// Number of people who must read each study before a combined verdict
    /// counts [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) readers: Option<u32>,
    /// Combined verdict if one person includes a study and another says maybe
    /// [default: conflict]
    #[arg(long = "include-against-maybe", value_name = "WHAT")]
    pub(crate) maybe: Option<AgainstMaybeArg>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AgainstMaybeArg {
    Conflict,
    Include,
}

impl SettingFlags {
    /// What is written down; `None` where nothing was given.
    pub(crate) fn act(&self) -> Option<Act> {
        let maybe = self.maybe.map(|maybe| match maybe {
            AgainstMaybeArg::Conflict => AgainstMaybe::Conflict,
            AgainstMaybeArg::Include => AgainstMaybe::Include,
        });
        let any = self.readers.is_some() || maybe.is_some();
        any.then_some(Act::Settings { readers: self.readers, maybe })
    }
}

#[derive(Debug, Args)]
pub(crate) struct SampleArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// Number of studies to draw
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) size: u32,
    /// Seed, to repeat the draw [default: from the clock]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct StoppingArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// How to write it
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ConflictsArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// How to write them
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// Copies to merge; they do not change
    #[arg(required = true, value_name = "OTHER")]
    pub(crate) others: Vec<OsString>,
    /// Also merge reviews that are no copies of this one
    #[arg(long)]
    pub(crate) unrelated: bool,
}

#[derive(Debug, Args)]
#[command(after_help = COPY_EXAMPLES)]
pub(crate) struct CopyArgs {
    /// The review: its file, with or without `.review`
    #[arg(value_name = "NAME")]
    pub(crate) name: OsString,
    /// The copy, with or without `.review`, or a directory for it
    #[arg(value_name = "TO")]
    pub(crate) to: OsString,
}

#[derive(Debug, Args)]
pub(crate) struct UpdateArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// How to write the changes
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[cfg(test)]
mod tests {
    use super::super::super::args::Cli;
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn a_name_may_stand_before_its_verb() {
        let words = |typed: &str| -> Vec<OsString> { typed.split(' ').map(Into::into).collect() };
        let command = Cli::command();
        let ordered = |typed: &str| in_order(&command, words(typed));
        assert_eq!(ordered("t review asthma list --x"), words("t review list asthma --x"));
        assert_eq!(ordered("t review list asthma"), words("t review list asthma"));
        assert_eq!(ordered("t review new list"), words("t review new list"));
        assert_eq!(ordered("t search review a list"), words("t search review a list"));
    }

    #[test]
    fn the_verbs_are_the_commands() {
        let command = Cli::command();
        let review = command.find_subcommand("review").expect("a command");
        for verb in review.get_subcommands() {
            assert!(VERBS.contains(&verb.get_name()), "{}", verb.get_name());
        }
    }
}
