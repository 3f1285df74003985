//! How soon the screen of a review answers a key, from the key to the last byte
//! that is drawn, with ten thousand studies and their model.
//!
//! ```text
//! cargo bench --bench triage_screen            10,000 studies
//! cargo bench --bench triage_screen -- 2000    another number
//! ```

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words = std::env::args().skip(1).find(|word| word != "--bench");
    unix::run(words.map_or(Ok(10_000), |word| word.parse())?)
}

#[cfg(unix)]
mod unix {
    use std::error::Error;
    use std::io::{Read, Write};
    use std::num::NonZeroU16;
    use std::process::Command;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::{Duration, Instant};

    use pty_process::Size;
    use pty_process::blocking::open;
    use serde_json::{Value, json};
    use trialdex_records::study::Study;
    use trialdex_review::{Act, Fingerprint, Review, ReviewError, ReviewSource, SourceOrigin};

    const AT: &str = "2026-11-01T10:00:00Z";

    /// How long nothing must come for an answer to be whole.
    const SILENCE: Duration = Duration::from_millis(8);

    /// How long a reader looks before the next key: new scores are drawn
    /// meanwhile.
    const LOOK: Duration = Duration::from_millis(300);

    /// Words that invented texts are made of.
    const WORDS: [&str; 16] = [
        "patients",
        "asthma",
        "budesonide",
        "placebo",
        "weeks",
        "therapy",
        "lung",
        "dose",
        "children",
        "randomized",
        "steroid",
        "symptoms",
        "smoking",
        "trial",
        "volume",
        "school",
    ];

    /// Keys that are pressed before, those that are timed, what they are
    /// called, and how often they are pressed.
    const KEYS: [(&str, &str, &str, usize); 10] = [
        ("", "i", "include", 40),
        ("e", "1", "exclude, with a reason", 40),
        ("", "u", "undo", 20),
        ("", "\u{1b}[C", "next", 40),
        ("", "\u{1b}[D", "back", 20),
        ("", "j", "a line down", 40),
        ("", " ", "a page down", 20),
        ("", "\t", "next section", 20),
        ("", "d\u{3}", "list of decided, and back", 20),
        ("/weeks", "\r", "find", 10),
    ];

    type Outcome<T> = Result<T, Box<dyn Error>>;

    /// A study of the size of real ones, about 10 KB.
    fn study(number: usize) -> Study {
        let mut seed = number as u64 + 1;
        let mut text = |words: usize| {
            let mut text = String::new();
            for at in 0..words {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push_str(WORDS[(seed >> 60) as usize % WORDS.len()]);
                text.push_str(if at % 12 == 11 { ".\n* " } else { " " });
                if at % 9 == 0 {
                    text.push_str(&format!("w{} ", (seed >> 40) % 50_000));
                }
            }
            text
        };
        let outcome = |text: String| json!({"measure": text, "timeFrame": "12 weeks"});
        let json = json!({"protocolSection": {
            "identificationModule":
                {"nctId": format!("NCT9{number:07}"), "briefTitle": text(12)},
            "statusModule": {"overallStatus": "COMPLETED"},
            "conditionsModule": {"conditions": ["Asthma"]},
            "descriptionModule": {"briefSummary": text(150), "detailedDescription": text(500)},
            "eligibilityModule": {"eligibilityCriteria":
                format!("Inclusion Criteria:\n\n* {}\n\nExclusion Criteria:\n\n* {}", text(150), text(150))},
            "outcomesModule": {"primaryOutcomes": [outcome(text(20)), outcome(text(20))]},
        }});
        match json {
            Value::Object(map) => Study::from_map(map),
            _ => Study::new(),
        }
    }

    fn source(studies: &[Study]) -> Outcome<Act> {
        let hits = studies.iter().map(|study| {
            let record = Fingerprint::of(&serde_json::to_vec(study.as_map()).unwrap_or_default());
            json!({"nctId": study.nct_id(), "record": record})
        });
        let receipt = json!({
            "schema": "trialdex.receipt.v1", "program": "0", "date": AT, "typed": [["", "asthma"]],
            "understood": "asthma AND budesonide",
            "index": {"digest": "", "studies": studies.len(), "latestUpdate": null},
            "required": 1, "clauses": 1, "total": studies.len(), "hits": hits.collect::<Vec<_>>(),
        });
        let origin = SourceOrigin::Search(serde_json::from_value(receipt)?);
        Ok(Act::Source(ReviewSource { name: "search 1".to_owned(), origin }))
    }

    /// Waits for an answer; gives when the last bytes of it came.
    fn answered(shown: &Receiver<Vec<u8>>, screen: &mut vt100::Parser) -> Option<Instant> {
        let mut last = None;
        // The first may take its time.
        let mut patience = Duration::from_secs(2);
        while let Ok(bytes) = shown.recv_timeout(patience) {
            last = Some(Instant::now());
            patience = SILENCE;
            screen.process(&bytes);
        }
        let end = Instant::now() + LOOK;
        while let Ok(bytes) = shown.recv_timeout(end.saturating_duration_since(Instant::now())) {
            screen.process(&bytes);
        }
        last
    }

    pub(super) fn run(count: usize) -> Outcome<()> {
        let mut out = std::io::stdout();
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("bench.review");
        let studies: Vec<Study> = (1..=count).map(study).collect();
        let begun = Act::Begin { title: "Bench".to_owned() };
        let reason = Act::Reason { key: "design".to_owned(), wording: "Wrong design".to_owned() };
        let acts = vec![begun, reason, source(&studies)?];
        Review::create::<ReviewError>(&path, |review| {
            review.keep(&studies)?;
            review.append(AT, "ann", acts).map(|_| ())
        })?;
        let (pty, pts) = open()?;
        pty.resize(Size::new(40, 120))?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_trialdex"));
        command.arg("review").arg(&path).args(["--reviewer", "ann"]).env("TERM", "xterm-256color");
        let start = Instant::now();
        let mut child = pty_process::blocking::Command::from(command).spawn(pts)?;
        let (send, shown) = channel();
        let (size, pty) =
            (|number| NonZeroU16::new(number).ok_or("a size"), std::sync::Arc::new(pty));
        let mut screen = vt100::Parser::new(size(40)?, size(120)?, 0);
        let reader = pty.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 65_536];
            while let Ok(count @ 1..) = (&*reader).read(&mut bytes) {
                if send.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let first = answered(&shown, &mut screen).ok_or("nothing is drawn")?;
        // Until all records are read to be learned from.
        std::thread::sleep(Duration::from_secs(20));
        writeln!(out, "{count} studies; the first is shown after {:.0} ms", millis(first - start))?;
        for (before, keys, name, times) in KEYS {
            let mut took: Vec<f64> = Vec::new();
            for _ in 0..times {
                if !before.is_empty() {
                    (&*pty).write_all(before.as_bytes())?;
                    answered(&shown, &mut screen);
                }
                let pressed = Instant::now();
                (&*pty).write_all(keys.as_bytes())?;
                took.extend(answered(&shown, &mut screen).map(|last| millis(last - pressed)));
            }
            took.sort_by(f64::total_cmp);
            let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
            if took.is_empty() {
                writeln!(out, "{name:28} nothing changed")?;
            } else {
                let (half, most, last) = (at(0.5), at(0.95), at(1.0));
                writeln!(
                    out,
                    "{name:28} median {half:6.1} ms   95 % {most:6.1} ms   all {last:6.1} ms"
                )?;
            }
        }
        writeln!(out, "{}", screen.screen().contents().lines().next().unwrap_or_default())?;
        (&*pty).write_all(b"q")?;
        child.wait()?;
        Ok(())
    }

    fn millis(time: Duration) -> f64 {
        time.as_secs_f64() * 1000.0
    }
}
