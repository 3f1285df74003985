//! How early an order of reading finds the included studies.
//!
//! All are of an order of reading: whether each study was included, first
//! read first, to the last unread one. Studies that were decided before the
//! reading began have no part in it.

/// The measures of one reading.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SimulationMeasures {
    /// [`work_saved`] at a recall of 0.95.
    pub wss95: f64,
    /// The same at a recall of 1.
    pub wss100: f64,
    /// [`recall_within`] a tenth: also called RRF@10, relevant records
    /// found.
    pub recall10: f64,
    /// Average time to discovery: the mean place, from 1, at which an
    /// included study is read (Ferdinands and others, "Performance of active
    /// learning models for screening prioritization in systematic reviews",
    /// Systematic Reviews 12, 2023; in records, as asreview-insights 1.6
    /// gives it).
    pub atd: f64,
    /// The area between the best possible recall curve and this one, as a
    /// share of that between the best and the worst (`loss` of ASReview 3):
    /// 0 where all includes are read first, 1 where they are read last.
    pub loss: f64,
}

impl SimulationMeasures {
    /// The measures of a reading; `None` where nothing is included, or
    /// everything is.
    #[must_use]
    pub fn of(reading: &[bool]) -> Option<Self> {
        let places = places(reading);
        if places.is_empty() || places.len() == reading.len() {
            return None;
        }
        Some(Self {
            wss95: work_saved(reading, 0.95),
            wss100: work_saved(reading, 1.0),
            recall10: recall_within(reading, 0.1),
            atd: places.iter().sum::<usize>() as f64 / places.len() as f64,
            loss: loss(&places, reading.len()),
        })
    }

    /// Each measure's mean.
    #[must_use]
    pub fn mean(all: &[Self]) -> Option<Self> {
        if all.is_empty() {
            return None;
        }
        let mean = |value: fn(&Self) -> f64| all.iter().map(value).sum::<f64>() / all.len() as f64;
        Some(Self {
            wss95: mean(|one| one.wss95),
            wss100: mean(|one| one.wss100),
            recall10: mean(|one| one.recall10),
            atd: mean(|one| one.atd),
            loss: mean(|one| one.loss),
        })
    }
}

/// Places of the included ones, from 1.
fn places(reading: &[bool]) -> Vec<usize> {
    let included = reading.iter().enumerate().filter(|(_, included)| **included);
    included.map(|(at, _)| at + 1).collect()
}

/// How many studies are read when each of the included ones is found, with
/// the recall from there on.
#[must_use]
pub fn recall_curve(reading: &[bool]) -> Vec<(usize, f64)> {
    let places = places(reading);
    let all = places.len() as f64;
    places.into_iter().zip(1..).map(|(place, found)| (place, f64::from(found) / all)).collect()
}

/// Work saved over sampling: the share of studies that need not be read for a
/// recall, less what an order by chance would save for it (Cohen and others,
/// "Reducing workload in systematic review preparation using automated
/// citation classification", JAMIA 13, 2006): `(n - read) / n - (1 - recall)`.
/// 0 where nothing is included.
#[must_use]
pub fn work_saved(reading: &[bool], recall: f64) -> f64 {
    let places = places(reading);
    // 0.95 of 20 are 19, though the product is a little more.
    let needed = (recall * places.len() as f64 - 1e-9).ceil().max(1.0) as usize;
    places.get(needed - 1).map_or(0.0, |read| {
        let all = reading.len() as f64;
        (all - *read as f64) / all - (1.0 - recall)
    })
}

/// The share of included studies that are found within a share of the
/// reading, whole studies; 0 where nothing is included.
#[must_use]
pub fn recall_within(reading: &[bool], share: f64) -> f64 {
    let read = (share * reading.len() as f64 + 1e-9) as usize;
    let places = places(reading);
    let found = places.iter().filter(|place| **place <= read).count();
    found as f64 / places.len().max(1) as f64
}

/// The normalised area above the recall curve. The sum of `n - place + 1`
/// over the includes is the area below it.
fn loss(places: &[usize], all: usize) -> f64 {
    let (includes, all) = (places.len() as f64, all as f64);
    let area: f64 = places.iter().map(|place| all - *place as f64 + 1.0).sum();
    let best = includes * (all - (includes - 1.0) / 2.0);
    (best - area) / (includes * (all - includes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reading with the included ones at these places.
    fn reading(all: usize, places: &[usize]) -> Vec<bool> {
        (1..=all).map(|place| places.contains(&place)).collect()
    }

    fn close(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-12, "{value} is not {expected}");
    }

    #[test]
    fn measures_of_a_small_reading() {
        // 10 studies, includes read 1st, 2nd and 5th.
        let measures = SimulationMeasures::of(&reading(10, &[1, 2, 5])).expect("measures");
        // All three are needed for 95 %: five read, five saved of ten.
        close(measures.wss95, 0.5 - 0.05);
        close(measures.wss100, 0.5);
        // One study is a tenth, and one of three is found.
        close(measures.recall10, 1.0 / 3.0);
        close(measures.atd, 8.0 / 3.0);
        // Two places too late, of at most 3 * 7.
        close(measures.loss, 2.0 / 21.0);
    }

    #[test]
    fn the_best_and_the_worst_reading() {
        let best = SimulationMeasures::of(&reading(20, &[1, 2])).expect("measures");
        close(best.loss, 0.0);
        close(best.wss100, 0.9);
        close(best.recall10, 1.0);
        let worst = SimulationMeasures::of(&reading(20, &[19, 20])).expect("measures");
        close(worst.loss, 1.0);
        close(worst.wss100, 0.0);
        close(worst.wss95, -0.05);
        close(worst.recall10, 0.0);
    }

    #[test]
    fn recall_of_19_in_20_is_95_in_100() {
        let mut places: Vec<usize> = (1..=19).collect();
        places.push(100);
        let reading = reading(100, &places);
        close(work_saved(&reading, 0.95), 0.81 - 0.05);
        close(work_saved(&reading, 1.0), 0.0);
    }

    #[test]
    fn the_curve_has_a_step_for_each_include() {
        assert_eq!(
            recall_curve(&reading(9, &[2, 3, 7, 8])),
            [(2, 0.25), (3, 0.5), (7, 0.75), (8, 1.0)]
        );
    }

    #[test]
    fn nothing_is_measured_without_includes_or_without_excludes() {
        assert_eq!(SimulationMeasures::of(&reading(5, &[])), None);
        assert_eq!(SimulationMeasures::of(&reading(2, &[1, 2])), None);
        assert_eq!(SimulationMeasures::of(&[]), None);
        close(work_saved(&[false], 0.95), 0.0);
        close(recall_within(&[], 0.1), 0.0);
        assert_eq!(SimulationMeasures::mean(&[]), None);
    }

    #[test]
    fn a_mean_is_of_each_measure() {
        let one = SimulationMeasures::of(&reading(10, &[1])).expect("measures");
        let other = SimulationMeasures::of(&reading(10, &[10])).expect("measures");
        let mean = SimulationMeasures::mean(&[one, other]).expect("a mean");
        close(mean.atd, 5.5);
        close(mean.loss, 0.5);
        close(mean.recall10, 0.5);
    }
}
