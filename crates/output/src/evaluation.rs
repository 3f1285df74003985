//! How good a ranking is, for people and programs.

use std::io::{self, Write};

use serde_json::{Map, Value, json};
use unicode_width::UnicodeWidthStr;

use super::{DisplayOptions, clean, plural};
use trialdex_evaluation::{Comparison, Evaluation, Measure, MeasureComparison, MeasureScores};

/// How measures are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluationFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// A row for each measure: of the mean, of the comparison, of each topic.
    Csv,
}

/// What to write.
#[derive(Debug, Clone, Copy)]
pub struct EvaluationReport<'a> {
    /// How good a run is.
    pub evaluation: &'a Evaluation,
    /// How it differs from another.
    pub comparison: Option<&'a Comparison>,
    /// Whether people read of each topic.
    pub per_topic: bool,
}

/// Writes the measurements.
///
/// # Errors
///
/// Where the place cannot be written to.
pub fn write_evaluation(
    out: &mut dyn Write,
    format: EvaluationFormat,
    paint: DisplayOptions,
    report: &EvaluationReport<'_>,
) -> io::Result<()> {
    match format {
        EvaluationFormat::Text => write_text(out, paint, report),
        EvaluationFormat::Json => writeln!(out, "{}", json_of(report)),
        EvaluationFormat::Csv => write_csv(out, report),
    }
}

fn write_text(
    out: &mut dyn Write,
    paint: DisplayOptions,
    report: &EvaluationReport<'_>,
) -> io::Result<()> {
    let Evaluation { topics, mean, .. } = report.evaluation;
    let counts = [
        plural(topics.len() as u64, "topic", "topics"),
        plural(report.evaluation.queries() as u64, "query", "queries"),
    ];
    writeln!(out, "{}", paint.faint(&counts.join(", ")))?;
    let mut rows = vec![("mean".to_owned(), *mean)];
    if report.per_topic {
        let name = |topic: &str| clean::line(topic).into_owned();
        rows.extend(topics.iter().map(|topic| (name(&topic.topic), topic.scores)));
    }
    let width = rows.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    let titles = Measure::ALL.map(Measure::title);
    writeln!(out, "{}{}", " ".repeat(width), paint.title(&cells(&titles.map(str::to_owned))))?;
    for (name, scores) in rows {
        let blanks = " ".repeat(width - name.width());
        let values = Measure::ALL.map(|measure| format!("{:.4}", scores.get(measure)));
        writeln!(out, "{name}{blanks}{}", cells(&values))?;
    }
    match report.comparison {
        Some(comparison) => write_comparison(out, paint, comparison),
        None => Ok(()),
    }
}

/// Cells below the titles of the measures.
fn cells(cells: &[String; Measure::ALL.len()]) -> String {
    let widths = Measure::ALL.map(|measure| measure.title().len().max("0.0000".len()));
    widths.iter().zip(cells).map(|(width, cell)| format!("  {cell:>width$}")).collect()
}

fn write_comparison(
    out: &mut dyn Write,
    paint: DisplayOptions,
    comparison: &Comparison,
) -> io::Result<()> {
    let topics = plural(comparison.topics.len() as u64, "topic", "topics");
    writeln!(out, "\n{}", paint.faint(&format!("compared on {topics}")))?;
    let width = Measure::ALL.map(|measure| measure.title().len()).into_iter().max().unwrap_or(0);
    let heading = format!(
        "{:width$}     run  baseline  difference  p (t test)  p (random)  better  same  worse",
        ""
    );
    writeln!(out, "{}", paint.title(&heading))?;
    for paired in &comparison.measures {
        let MeasureComparison { measure, run, baseline, difference, wins, ties, losses, .. } =
            paired;
        let (student, random) = (shown_p(paired.p_student), shown_p(paired.p_randomization));
        let title = measure.title();
        writeln!(
            out,
            "{title:width$}  {run:.4}    {baseline:.4}  {:>10}  {student:>10}  {random:>10}  \
             {wins:>6}  {ties:>4}  {losses:>5}",
            signed(*difference)
        )?;
    }
    Ok(())
}

/// A difference with its sign, except where it is rounded to zero.
fn signed(difference: f64) -> String {
    let shown = format!("{difference:+.4}");
    if shown.trim_start_matches(['+', '-']) == "0.0000" { "0.0000".to_owned() } else { shown }
}

fn shown_p(p: Option<f64>) -> String {
    match p {
        None => "-".to_owned(),
        Some(p) if p < 0.0001 => "<0.0001".to_owned(),
        Some(p) => format!("{p:.4}"),
    }
}

fn json_of(report: &EvaluationReport<'_>) -> Value {
    let Evaluation { topics, mean, set_aside } = report.evaluation;
    let per_topic = topics.iter().map(|topic| {
        let queries = topic
            .queries
            .iter()
            .map(|(query, scores)| json!({"query": query, "scores": scores_json(scores)}));
        let queries: Vec<Value> = queries.collect();
        json!({"topic": topic.topic, "scores": scores_json(&topic.scores), "queries": queries})
    });
    let mut json = json!({
        "schema": "trialdex.eval.v1",
        "topics": topics.len(),
        "queries": report.evaluation.queries(),
        "mean": scores_json(mean),
        "perTopic": per_topic.collect::<Vec<Value>>(),
        "leftOut": {
            "queriesOfNoTopic": set_aside.queries,
            "topicsWithoutQuery": set_aside.unasked,
            "topicsWithoutRelevant": set_aside.without_relevant,
        },
    });
    if let Some(comparison) = report.comparison {
        json["comparison"] = comparison_json(comparison);
    }
    json
}

fn scores_json(scores: &MeasureScores) -> Value {
    let values = Measure::ALL.map(|measure| (measure.key().to_owned(), scores.get(measure).into()));
    Value::Object(Map::from_iter(values))
}

fn comparison_json(comparison: &Comparison) -> Value {
    let measures = comparison.measures.iter().map(|paired| {
        let value = json!({
            "run": paired.run,
            "baseline": paired.baseline,
            "difference": paired.difference,
            "t": paired.t,
            "pStudent": paired.p_student,
            "pRandomization": paired.p_randomization,
            "wins": paired.wins,
            "ties": paired.ties,
            "losses": paired.losses,
        });
        (paired.measure.key().to_owned(), value)
    });
    let per_topic = comparison.topics.iter().map(|(topic, run, baseline)| {
        json!({"topic": topic, "run": scores_json(run), "baseline": scores_json(baseline)})
    });
    json!({
        "topics": comparison.topics.len(),
        "measures": Map::from_iter(measures),
        "perTopic": per_topic.collect::<Vec<Value>>(),
        "leftOut": comparison.left_out,
    })
}

/// Columns; those from [`COMPARED`] on are there where something is compared.
const COLUMNS: [&str; 12] = [
    "row",
    "topic",
    "measure",
    "run",
    "baseline",
    "difference",
    "t",
    "p_student",
    "p_randomization",
    "wins",
    "ties",
    "losses",
];

const COMPARED: usize = 4;

/// Writes the mean, the comparison and each topic; a row has one measure.
fn write_csv(out: &mut dyn Write, report: &EvaluationReport<'_>) -> io::Result<()> {
    let Evaluation { topics, mean, .. } = report.evaluation;
    let columns = if report.comparison.is_some() { COLUMNS.len() } else { COMPARED };
    let mut writer = csv::Writer::from_writer(out);
    let mut write = |mut row: Vec<String>| {
        row.resize(columns, String::new());
        writer.write_record(row)
    };
    write(COLUMNS[..columns].iter().map(|column| (*column).to_owned()).collect())?;
    for measure in Measure::ALL {
        write(csv_row("mean", "", measure, mean))?;
    }
    for paired in report.comparison.iter().flat_map(|comparison| &comparison.measures) {
        write(compared_row(paired))?;
    }
    for topic in topics {
        let of_topic = |comparison: &'_ Comparison| {
            let mut compared = comparison.topics.iter();
            compared.find(|(id, ..)| *id == topic.topic).map(|(.., baseline)| *baseline)
        };
        let baseline = report.comparison.and_then(of_topic);
        for measure in Measure::ALL {
            let mut row = csv_row("topic", &topic.topic, measure, &topic.scores);
            let value = topic.scores.get(measure);
            row.extend(baseline.iter().flat_map(|other| {
                let other = other.get(measure);
                [other.to_string(), (value - other).to_string()]
            }));
            write(row)?;
        }
    }
    writer.flush()
}

fn csv_row(row: &str, topic: &str, measure: Measure, scores: &MeasureScores) -> Vec<String> {
    let value = scores.get(measure).to_string();
    vec![row.to_owned(), clean::cell(topic).into_owned(), measure.key().to_owned(), value]
}

fn compared_row(paired: &MeasureComparison) -> Vec<String> {
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    vec![
        "compared".to_owned(),
        String::new(),
        paired.measure.key().to_owned(),
        paired.run.to_string(),
        paired.baseline.to_string(),
        paired.difference.to_string(),
        number(paired.t),
        number(paired.p_student),
        number(paired.p_randomization),
        paired.wins.to_string(),
        paired.ties.to_string(),
        paired.losses.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use trialdex_evaluation::{Judgments, Run};

    /// Two topics: the run finds the relevant studies of the first, the
    /// baseline none.
    fn written(format: EvaluationFormat, compared: bool) -> String {
        let judgments = Judgments::parse("=1 0 a 1\n2 0 a 1\n").expect("judgments");
        let evaluation =
            |run: &str| Evaluation::new(&judgments, &Run::parse(run).expect("a run"), false);
        let run = evaluation("=1 Q0 a 1 1 x\n2 Q0 b 1 1 x\n");
        let baseline = evaluation("=1 Q0 b 1 1 x\n2 Q0 b 1 1 x\n");
        let comparison = Comparison::new(&run, &baseline);
        let comparison = compared.then_some(&comparison);
        let report = EvaluationReport { evaluation: &run, comparison, per_topic: true };
        let mut out = Vec::new();
        write_evaluation(&mut out, format, DisplayOptions::default(), &report).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn people_read_tables() {
        let expected = "\
2 topics, 2 queries
      nDCG@10    P@10     MAP  recall@100  recall@1000  nDCG@10 among judged
mean   0.5000  0.0500  0.5000      0.5000       0.5000                0.5000
=1     1.0000  0.1000  1.0000      1.0000       1.0000                1.0000
2      0.0000  0.0000  0.0000      0.0000       0.0000                0.0000
";
        assert_eq!(written(EvaluationFormat::Text, false), expected);
        let compared = written(EvaluationFormat::Text, true);
        let (_, compared) = compared.split_once("\n\n").expect("a second table");
        // Two differences, 1 and 0: t = 1, p = 1/2 with one degree of freedom.
        let lines: Vec<&str> = compared.lines().collect();
        assert_eq!(lines[0], "compared on 2 topics");
        let blanks = " ".repeat(25);
        let expected = "\
run  baseline  difference  p (t test)  p (random)  better  same  worse
nDCG@10               0.5000    0.0000     +0.5000      0.5000      1.0000       1     1      0";
        assert_eq!(lines[1..3].join("\n"), format!("{blanks}{expected}"));
        assert_eq!(lines.len(), 2 + Measure::ALL.len());
    }

    #[test]
    fn programs_read_every_value() {
        let csv = written(EvaluationFormat::Csv, false);
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines[..2], ["row,topic,measure,run", "mean,,ndcg10,0.5"]);
        assert_eq!(lines[7], "topic,'=1,ndcg10,1");
        assert_eq!(lines.len(), 1 + 3 * Measure::ALL.len());
        let csv = written(EvaluationFormat::Csv, true);
        assert!(csv.contains("\ncompared,,map,0.5,0,0.5,"), "{csv}");
        assert!(csv.contains("\ntopic,'=1,map,1,0,1,,,,,,\n"), "{csv}");
        let json: Value =
            serde_json::from_str(&written(EvaluationFormat::Json, true)).expect("JSON");
        assert_eq!(json["schema"], "trialdex.eval.v1");
        assert_eq!(json["perTopic"][0]["queries"][0]["scores"]["precision10"], 0.1);
        assert_eq!(json["comparison"]["measures"]["map"]["wins"], 1);
    }

    #[test]
    fn what_rounds_to_nothing_has_no_sign() {
        assert_eq!(
            [signed(-0.000_01), signed(0.0), signed(-0.02)],
            ["0.0000", "0.0000", "-0.0200"]
        );
        let shown = [None, Some(0.000_01), Some(0.05)].map(shown_p);
        assert_eq!(shown, ["-", "<0.0001", "0.0500"]);
    }
}
