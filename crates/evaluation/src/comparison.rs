//! Compares two runs topic by topic, and tests whether they differ by more than
//! chance.

use std::collections::HashMap;

use super::{Evaluation, Measure, MeasureScores};

/// Differences below this are rounding.
const ROUNDING: f64 = 1e-9;

/// Random assignments of signs.
const SHUFFLES: u32 = 10_000;

/// Where the random numbers begin, so that a test gives the same each time.
const SEED: u64 = 0x7472_6961_6c64_6578;

/// Two runs on the topics that both have.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The topics, with the scores of the run and of the baseline.
    pub topics: Vec<(String, MeasureScores, MeasureScores)>,
    /// Topics that only one of the two has.
    pub left_out: Vec<String>,
    /// The measures, in the order of [`Measure::ALL`].
    pub measures: Vec<MeasureComparison>,
}

/// Two runs by one measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasureComparison {
    /// The measure.
    pub measure: Measure,
    /// Mean of the run.
    pub run: f64,
    /// Mean of the baseline.
    pub baseline: f64,
    /// Mean of the differences: positive where the run is better.
    pub difference: f64,
    /// Student's t of the differences; `None` for fewer than two topics, and
    /// where all differences are the same.
    pub t: Option<f64>,
    /// How probable so large a t is by chance, either way; `None` where there
    /// is no t.
    pub p_student: Option<f64>,
    /// How probable so large a mean difference is where the signs of the
    /// differences are chance; `None` for fewer than two topics.
    pub p_randomization: Option<f64>,
    /// Topics on which the run is better.
    pub wins: usize,
    /// Topics on which the two are the same.
    pub ties: usize,
    /// Topics on which the baseline is better.
    pub losses: usize,
}

impl Comparison {
    /// Compares a run with a baseline.
    #[must_use]
    pub fn new(run: &Evaluation, baseline: &Evaluation) -> Self {
        let mut others: HashMap<&str, MeasureScores> =
            baseline.topics.iter().map(|topic| (topic.topic.as_str(), topic.scores)).collect();
        let (mut topics, mut left_out) = (Vec::new(), Vec::new());
        for topic in &run.topics {
            match others.remove(topic.topic.as_str()) {
                Some(other) => topics.push((topic.topic.clone(), topic.scores, other)),
                None => left_out.push(topic.topic.clone()),
            }
        }
        let only_there = baseline.topics.iter().map(|topic| topic.topic.as_str());
        let only_there = only_there.filter(|topic| others.contains_key(topic));
        left_out.extend(only_there.map(str::to_owned));
        let measures =
            Measure::ALL.map(|measure| MeasureComparison::new(measure, &topics)).to_vec();
        Self { topics, left_out, measures }
    }
}

impl MeasureComparison {
    fn new(measure: Measure, topics: &[(String, MeasureScores, MeasureScores)]) -> Self {
        let differences: Vec<f64> = topics
            .iter()
            .map(|(_, run, baseline)| run.get(measure) - baseline.get(measure))
            .map(|difference| if difference.abs() < ROUNDING { 0.0 } else { difference })
            .collect();
        let enough = differences.len() > 1;
        let (t, p_student) = student(&differences).unzip();
        Self {
            measure,
            run: MeasureScores::mean(topics.iter().map(|(_, run, _)| *run)).get(measure),
            baseline: MeasureScores::mean(topics.iter().map(|(.., other)| *other)).get(measure),
            difference: mean(&differences),
            t,
            p_student,
            p_randomization: enough.then(|| randomization(&differences)),
            wins: differences.iter().filter(|difference| **difference > 0.0).count(),
            ties: differences.iter().filter(|difference| **difference == 0.0).count(),
            losses: differences.iter().filter(|difference| **difference < 0.0).count(),
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / (values.len().max(1) as f64)
}

/// Student's paired test: t, and its two-sided probability. If all differences
/// are the same, their spread is unknown.
fn student(differences: &[f64]) -> Option<(f64, f64)> {
    let (count, mean) = (differences.len() as f64, mean(differences));
    let squares: f64 = differences.iter().map(|value| (value - mean).powi(2)).sum();
    if squares.sqrt() < ROUNDING {
        return None;
    }
    let freedom = count - 1.0;
    let t = mean / (squares / freedom / count).sqrt();
    Some((t, incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5)))
}

/// The regularised incomplete beta function, by its continued fraction (DLMF
/// 8.17.22) where that converges fast, and by symmetry (8.17.4) elsewhere.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let logarithm = a * x.ln() + b * (1.0 - x).ln() - a.ln() - log_beta(a, b);
    logarithm.exp() / beta_fraction(x, a, b)
}

/// The continued fraction 1 + d1/(1 + d2/(1 + ...)), by the method of Lentz.
fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    /// Terms that are enough for any number of topics.
    const MOST: u32 = 10_000;
    /// In place of a zero to divide by.
    const TINY: f64 = 1e-300;
    let not_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut fraction, mut above, mut below) = (1.0, 1.0, 0.0);
    for number in 1..=MOST {
        let m = f64::from(number / 2);
        let term = if number % 2 == 0 {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        };
        below = 1.0 / not_zero(1.0 + term * below);
        above = not_zero(1.0 + term / above);
        fraction *= above * below;
        if (above * below - 1.0).abs() < 1e-15 {
            break;
        }
    }
    fraction
}

fn log_beta(a: f64, b: f64) -> f64 {
    log_gamma(a) + log_gamma(b) - log_gamma(a + b)
}

/// The logarithm of the gamma function of a positive number, by Stirling's
/// series (DLMF 5.11.1) for the number raised to where that is exact.
fn log_gamma(mut x: f64) -> f64 {
    /// Coefficients of 1/x, 1/x^3 and so on.
    const SERIES: [f64; 6] =
        [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0];
    let mut raised = 0.0;
    while x < 15.0 {
        raised += x.ln();
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series = SERIES.iter().rev().fold(0.0, |sum, term| sum * inverse + term) / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - raised
}

/// Fisher's randomization test: how often the mean is as far from 0 as it is
/// when every difference gets a random sign. The assignment that there is
/// counts as one of them (Phipson and Smyth, 2010).
fn randomization(differences: &[f64]) -> f64 {
    let observed = differences.iter().sum::<f64>().abs() - ROUNDING;
    let mut chance = SplitMix(SEED);
    let as_far = (0..SHUFFLES).filter(|_| {
        let signed = differences.iter().map(|value| if chance.coin() { *value } else { -value });
        signed.sum::<f64>().abs() >= observed
    });
    (as_far.count() as f64 + 1.0) / f64::from(SHUFFLES + 1)
}

/// The generator SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn coin(&mut self) -> bool {
        self.next() >> 63 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Judgments, Run};
    use super::*;

    fn near(value: f64, expected: f64, tolerance: f64) {
        assert!((value - expected).abs() < tolerance, "{value}, not {expected}");
    }

    #[test]
    fn the_functions_have_their_known_values() {
        // Gamma(1/2) is the root of pi, Gamma(5) is 24.
        near(log_gamma(0.5), 0.572_364_942_924_700_1, 1e-13);
        near(log_gamma(5.0), 24_f64.ln(), 1e-13);
        near(log_gamma(1.0), 0.0, 1e-13);
        // I_x(1, b) = 1 - (1 - x)^b, I_x(a, 1) = x^a, I_1/2(a, a) = 1/2.
        near(incomplete_beta(0.3, 1.0, 2.5), 1.0 - 0.7_f64.powf(2.5), 1e-13);
        near(incomplete_beta(0.9, 4.0, 1.0), 0.9_f64.powi(4), 1e-13);
        near(incomplete_beta(0.5, 7.5, 7.5), 0.5, 1e-13);
        assert_eq!((incomplete_beta(0.0, 2.0, 3.0), incomplete_beta(1.0, 2.0, 3.0)), (0.0, 1.0));
    }

    #[test]
    fn student_is_worked_out_by_hand_for_few_topics() {
        // Two differences, 1 and 3: mean 2, deviation root 2, t = 2. With one
        // degree of freedom t is Cauchy's: p = 1 - 2/pi atan(2).
        let (t, p) = student(&[1.0, 3.0]).expect("two");
        near(t, 2.0, 1e-12);
        near(p, 1.0 - 2.0 / std::f64::consts::PI * 2_f64.atan(), 1e-12);
        // Three, 0, 1 and 2: mean 1, deviation 1, t = root 3. With two degrees
        // p = 1 - t / root(2 + t^2).
        let (t, p) = student(&[0.0, 1.0, 2.0]).expect("three");
        near(t, 3_f64.sqrt(), 1e-12);
        near(p, 1.0 - 3_f64.sqrt() / 5_f64.sqrt(), 1e-12);
    }

    #[test]
    fn differences_that_are_all_the_same_have_no_t() {
        for differences in [&[0.0; 5][..], &[0.1; 5], &[1.0], &[]] {
            assert_eq!(student(differences), None, "{differences:?}");
        }
        near(randomization(&[0.0; 5]), 1.0, 1e-15);
    }

    #[test]
    fn randomization_gives_the_share_of_assignments() {
        // Of the 2^5 assignments two have all the same sign: 1/16. The standard
        // deviation of 10,000 draws is 0.0024.
        let p = randomization(&[1.0; 5]);
        near(p, 1.0 / 16.0, 0.01);
        near(p, randomization(&[1.0; 5]), 1e-15);
        // 3, -1, 1: sums of the assignments 5 3 3 1 and their opposites; 6 of 8
        // are at least 3 from 0.
        near(randomization(&[3.0, -1.0, 1.0]), 0.75, 0.02);
    }

    #[test]
    fn the_generator_gives_its_published_numbers() {
        let mut chance = SplitMix(1_234_567);
        assert_eq!(chance.next(), 6_457_827_717_110_365_317);
        assert_eq!(chance.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn runs_are_compared_on_the_topics_of_both() {
        let judgments = Judgments::parse("1 0 a 1\n2 0 a 1\n3 0 a 1\n4 0 a 1\n");
        let judgments = judgments.expect("judgments");
        let evaluation =
            |run: &str| Evaluation::new(&judgments, &Run::parse(run).expect("a run"), false);
        let run = evaluation("1 Q0 a 1 1 x\n2 Q0 a 1 1 x\n3 Q0 b 1 1 x\n");
        let baseline = evaluation("1 Q0 b 1 1 x\n2 Q0 a 1 1 x\n4 Q0 a 1 1 x\n");
        let comparison = Comparison::new(&run, &baseline);
        assert_eq!(comparison.left_out, ["3", "4"]);
        let paired = comparison.measures[Measure::AveragePrecision as usize];
        // Topics 1 and 2: 1 and 1 against 0 and 1.
        assert_eq!((paired.run, paired.baseline, paired.difference), (1.0, 0.5, 0.5));
        assert_eq!((paired.wins, paired.ties, paired.losses), (1, 1, 0));
        let itself = Comparison::new(&run, &run);
        assert!(itself.measures.iter().all(|paired| paired.ties == 3));
        assert_eq!(itself.measures[0].p_randomization, Some(1.0));
    }
}
