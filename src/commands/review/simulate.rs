//! `trialdex review simulate`

mod curve;
mod labelled_studies;
mod simulate_args;

use std::io::Write;

use serde_json::{Value, json};

use trialdex_output::{clean_line, grouped, plural};
use trialdex_review::learning::{
    FeatureMatrix, PriorStudies, Simulation, SimulationMeasures, SimulationPlan, recall_curve,
    simulate,
};

use crate::cli::args::ReportFormat;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};
use labelled_studies::LabelledStudy;
use simulate_args::ReadingOrderArg;

pub(crate) use simulate_args::SimulateArgs;

/// One simulation.
struct SimulatedRun {
    seed: u64,
    simulation: Simulation,
    measures: SimulationMeasures,
}

pub(crate) fn run(console: &mut Console, arguments: &SimulateArgs) -> CommandResult {
    let source = &arguments.source;
    let (studies, unlabelled) = labelled_studies::read(console, arguments)?;
    if unlabelled > 0 {
        let count = plural(unlabelled as u64, "study", "studies");
        console.say(&format!("note: {source}: {count} without a label, left out"));
    }
    let texts: Vec<&str> = studies.iter().map(|study| study.text.as_str()).collect();
    let labels: Vec<bool> = studies.iter().map(|study| study.included).collect();
    let priors = priors(arguments, &studies)?;
    let features = FeatureMatrix::of(&texts);
    let mut runs = Vec::new();
    for number in 0..u64::from(arguments.runs) {
        let seed = arguments.seed.wrapping_add(number);
        let plan = SimulationPlan {
            method: arguments.method.into(),
            order: arguments.order.into(),
            every: arguments.every as usize,
            priors: priors.clone(),
            seed,
        };
        let fail = |problem: String| Failure::new(format!("{source}: {problem}"));
        let simulation =
            simulate(&features, &labels, &plan).map_err(|error| fail(error.to_string()))?;
        let measures = SimulationMeasures::of(&simulation.reading()).ok_or_else(|| {
            fail("nothing is left to be found".to_owned())
                .hint("a simulation needs includes and excludes beside those that are known before")
        })?;
        runs.push(SimulatedRun { seed, simulation, measures });
    }
    match arguments.format {
        ReportFormat::Text => write_text(console, arguments, &studies, &runs)?,
        ReportFormat::Json => write_json(console, arguments, &studies, &runs)?,
    }
    console.out.flush()?;
    Ok(CommandOutcome::Done)
}

/// What is known before; rows of the source become rows of the labelled
/// studies.
fn priors(arguments: &SimulateArgs, studies: &[LabelledStudy]) -> Result<PriorStudies, Failure> {
    let Some(rows) = &arguments.prior_rows else {
        let (includes, excludes) = (arguments.prior_include, arguments.prior_exclude);
        return Ok(PriorStudies::Drawn { includes, excludes });
    };
    let at = |row: &usize| {
        studies.binary_search_by_key(row, |study| study.row).map_err(|_| {
            Failure::new(format!("{}: row {row} has no labelled study", arguments.source))
                .hint("rows are counted from 0, without the line of names")
        })
    };
    rows.iter().map(at).collect::<Result<Vec<_>, _>>().map(PriorStudies::Rows)
}

fn mean(runs: &[SimulatedRun]) -> Option<SimulationMeasures> {
    SimulationMeasures::mean(&runs.iter().map(|run| run.measures).collect::<Vec<_>>())
}

fn write_text(
    console: &mut Console,
    arguments: &SimulateArgs,
    studies: &[LabelledStudy],
    runs: &[SimulatedRun],
) -> Result<(), Failure> {
    let includes = studies.iter().filter(|study| study.included).count();
    let of = format!(
        "{}, {} included",
        plural(studies.len() as u64, "study", "studies"),
        grouped(includes as u64)
    );
    writeln!(console.out, "{of}; {}\n", how(arguments, runs))?;
    if let Some(measures) = mean(runs) {
        for (name, value, meaning) in lines(&measures) {
            writeln!(console.out, "  {name:<20} {value:>8}  {meaning}")?;
        }
    }
    let readings: Vec<Vec<bool>> = runs.iter().map(|run| run.simulation.reading()).collect();
    writeln!(console.out, "\n{}", curve::draw(&readings))?;
    Ok(())
}

/// How the studies were read.
fn how(arguments: &SimulateArgs, runs: &[SimulatedRun]) -> String {
    let models: usize = runs.iter().map(|run| run.simulation.models).sum();
    let order = match arguments.order {
        ReadingOrderArg::Certainty => "most certain first",
        ReadingOrderArg::Uncertainty => "least certain first",
        ReadingOrderArg::Random => "in random order",
    };
    let mean =
        if runs.len() > 1 { format!(", mean of {} runs", runs.len()) } else { String::new() };
    format!("{order}, {}{mean}", plural(models as u64, "model", "models"))
}

fn lines(measures: &SimulationMeasures) -> [(&'static str, String, &'static str); 5] {
    let share = |value: f64| format!("{value:.3}");
    [
        ("WSS@95", share(measures.wss95), "work saved over sampling for 95 % of the includes"),
        ("WSS@100", share(measures.wss100), "and for all of them"),
        (
            "recall at 10 % read",
            share(measures.recall10),
            "includes found within a tenth of the reading",
        ),
        (
            "ATD",
            format!("{:.1}", measures.atd),
            "studies read until an include is found, on average",
        ),
        ("loss", share(measures.loss), "from 0, all includes first, to 1, all last"),
    ]
}

fn write_json(
    console: &mut Console,
    arguments: &SimulateArgs,
    studies: &[LabelledStudy],
    runs: &[SimulatedRun],
) -> Result<(), Failure> {
    let includes = studies.iter().filter(|study| study.included).count();
    let written: Vec<Value> = runs.iter().map(|run| run_json(run, studies)).collect();
    let said = json!({
        "source": arguments.source.to_string(),
        "studies": studies.len(),
        "includes": includes,
        "mean": mean(runs).map(|measures| measures_json(&measures)),
        "runs": written,
    });
    serde_json::to_writer(&mut console.out, &said).map_err(std::io::Error::from)?;
    writeln!(console.out)?;
    Ok(())
}

fn measures_json(measures: &SimulationMeasures) -> Value {
    let SimulationMeasures { wss95, wss100, recall10, atd, loss } = measures;
    json!({"wss95": wss95, "wss100": wss100, "recall10": recall10, "atd": atd, "loss": loss})
}

fn run_json(run: &SimulatedRun, studies: &[LabelledStudy]) -> Value {
    let order = run.simulation.order.iter().map(|reading| {
        let study = &studies[reading.row];
        let mut step = json!({"row": study.row, "included": reading.included});
        let more = [
            ("id", study.id.as_deref().map(|id| json!(clean_line(id)))),
            ("title", (!study.title.is_empty()).then(|| json!(study.title))),
            ("score", reading.score.map(|score| json!(score))),
        ];
        more.into_iter().for_each(|(name, value)| {
            if let Some(value) = value {
                step[name] = value;
            }
        });
        step
    });
    let curve = recall_curve(&run.simulation.reading());
    let curve = curve.into_iter().map(|(read, recall)| json!({"read": read, "recall": recall}));
    json!({
        "seed": run.seed,
        "priorRows": run.simulation.priors.iter().map(|row| studies[*row].row).collect::<Vec<_>>(),
        "models": run.simulation.models,
        "measures": measures_json(&run.measures),
        "recallCurve": curve.collect::<Vec<_>>(),
        "order": order.collect::<Vec<_>>(),
    })
}
