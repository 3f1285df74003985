//! Numbers about the work of a server, in the text format of Prometheus
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use trialdex_session::OpenState;

/// Upper ends of the classes of durations, in seconds.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Durations of the requests to a route.
#[derive(Debug, Default, Clone)]
struct Durations {
    /// Requests of each class, and of all longer ones.
    classes: [u64; SECONDS.len() + 1],
    sum: f64,
}

/// Numbers that only grow, and how many requests are worked on now.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    /// By route and status.
    requests: Mutex<BTreeMap<(String, u16), u64>>,
    durations: Mutex<BTreeMap<String, Durations>>,
    pub(crate) running: AtomicU64,
    pub(crate) connections: AtomicU64,
    refreshes: AtomicU64,
    stopped: AtomicU64,
    busy: AtomicU64,
}

impl Metrics {
    /// A request was answered.
    pub(crate) fn answered(&self, route: &str, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        *requests.entry((route.to_owned(), status)).or_default() += 1;
        drop(requests);
        let seconds = took.as_secs_f64();
        let class = SECONDS.iter().position(|end| seconds <= *end).unwrap_or(SECONDS.len());
        let mut durations = self.durations.lock().unwrap_or_else(PoisonError::into_inner);
        let of_route = durations.entry(route.to_owned()).or_default();
        of_route.classes[class] += 1;
        of_route.sum += seconds;
    }

    pub(crate) fn refreshed(&self) {
        self.refreshes.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn stopped(&self) {
        self.stopped.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn busy(&self) {
        self.busy.fetch_add(1, Ordering::Relaxed);
    }

    /// All numbers as text.
    pub(crate) fn text(&self, state: &OpenState) -> String {
        let mut text = String::new();
        let numbers: [(&str, &str, &str, u64); 6] = [
            ("index_studies", "gauge", "Studies in the index.", state.studies),
            ("requests_running", "gauge", "Requests that are worked on.", now(&self.running)),
            ("connections", "gauge", "Connections that are open.", now(&self.connections)),
            ("index_refreshes_total", "counter", "Later states opened.", now(&self.refreshes)),
            (
                "requests_stopped_total",
                "counter",
                "Requests past the limit of time.",
                now(&self.stopped),
            ),
            (
                "requests_refused_busy_total",
                "counter",
                "Requests that waited too long.",
                now(&self.busy),
            ),
        ];
        for (name, kind, help, number) in numbers {
            head(&mut text, name, kind, help);
            line(&mut text, name, "", &number);
        }
        let name = "requests_total";
        head(&mut text, name, "counter", "Requests by route and status.");
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        for ((route, status), count) in requests.iter() {
            line(&mut text, name, &format!("{{route=\"{route}\",status=\"{status}\"}}"), count);
        }
        drop(requests);
        let name = "request_duration_seconds";
        head(&mut text, name, "histogram", "Time to the beginning of the answer, by route.");
        let durations = self.durations.lock().unwrap_or_else(PoisonError::into_inner);
        for (route, of_route) in durations.iter() {
            of_route.write(&mut text, name, route);
        }
        text
    }
}

impl Durations {
    fn write(&self, text: &mut String, name: &str, route: &str) {
        let ends = SECONDS.iter().map(f64::to_string).chain(["+Inf".to_owned()]);
        let mut sum = 0;
        for (end, count) in ends.zip(self.classes) {
            sum += count;
            let labels = format!("{{route=\"{route}\",le=\"{end}\"}}");
            line(text, &format!("{name}_bucket"), &labels, &sum);
        }
        line(text, &format!("{name}_sum"), &format!("{{route=\"{route}\"}}"), &self.sum);
        line(text, &format!("{name}_count"), &format!("{{route=\"{route}\"}}"), &sum);
    }
}

fn now(number: &AtomicU64) -> u64 {
    number.load(Ordering::Relaxed)
}

// Writing to a string does not fail.
fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP trialdex_{name} {help}\n# TYPE trialdex_{name} {kind}");
}

fn line(text: &mut String, name: &str, labels: &str, number: &dyn std::fmt::Display) {
    let _ = writeln!(text, "trialdex_{name}{labels} {number}");
}
