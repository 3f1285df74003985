//! Re-ranking in the background.

use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::{fmt, thread};

use trialdex_records::study::{NctId, Study};
use trialdex_review::StudyScores;

/// Studies that the reviewer decided, and whether they are included.
pub(super) type DecisionLabels = Vec<(NctId, bool)>;

/// Words, those that add most to a score first.
pub(super) type StrongestWords = Vec<String>;

/// Words of a study that speak for its inclusion, and against.
pub(super) type WordReasons = dyn Fn(NctId, &Study) -> (StrongestWords, StrongestWords) + Send;

/// What was learned from decisions.
pub(super) struct LearnedRanking {
    /// Name of the model.
    pub(super) name: String,
    pub(super) scores: StudyScores,
    pub(super) why: Box<WordReasons>,
}

impl fmt::Debug for LearnedRanking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ranking").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Learns from all decisions; `None` where they teach nothing yet.
pub(super) type LearnFunction = Box<dyn FnMut(&DecisionLabels) -> Option<LearnedRanking>>;

/// A thread that learns. Of decisions that come while it is busy, only the
/// last state is learned from.
#[derive(Debug)]
pub(super) struct Ranker {
    asked: Sender<DecisionLabels>,
    learned: Receiver<Option<LearnedRanking>>,
    /// The thread has ended: no other ranking will come.
    pub(super) ended: bool,
}

impl Ranker {
    /// Begins the thread. It first runs `prepare`, which reads all records and
    /// takes its time.
    pub(super) fn start(prepare: impl FnOnce() -> Option<LearnFunction> + Send + 'static) -> Self {
        let (asked, questions) = channel::<DecisionLabels>();
        let (answers, learned) = channel();
        thread::spawn(move || {
            let Some(mut learn) = prepare() else { return };
            while let Ok(mut labels) = questions.recv() {
                while let Ok(later) = questions.try_recv() {
                    labels = later;
                }
                if answers.send(learn(&labels)).is_err() {
                    return;
                }
            }
        });
        Self { asked, learned, ended: false }
    }

    /// Asks for a ranking by these decisions.
    pub(super) fn learn(&self, labels: DecisionLabels) {
        // Where the thread has ended, `ranked` says so.
        let _ = self.asked.send(labels);
    }

    /// The newest ranking, if one came. `Some(None)`: there is none any
    /// longer, since what it was learned from was taken back.
    pub(super) fn ranked(&mut self) -> Option<Option<LearnedRanking>> {
        let mut newest = None;
        loop {
            match self.learned.try_recv() {
                Ok(ranking) => newest = Some(ranking),
                Err(TryRecvError::Empty) => return newest,
                Err(TryRecvError::Disconnected) => {
                    self.ended = true;
                    return newest;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn waited(ranker: &mut Ranker) -> Option<Option<LearnedRanking>> {
        for _ in 0..1000 {
            if let Some(ranking) = ranker.ranked() {
                return Some(ranking);
            }
            if ranker.ended {
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
        None
    }

    #[test]
    fn a_thread_learns_and_can_fail() {
        let nct = NctId::parse("NCT90000001").expect("a number");
        let learn = |labels: &DecisionLabels| {
            let scores = labels.iter().map(|(nct, included)| (*nct, f32::from(*included)));
            Some(LearnedRanking {
                name: labels.len().to_string(),
                scores: scores.collect(),
                why: Box::new(|_, _| (Vec::new(), Vec::new())),
            })
        };
        let mut ranker = Ranker::start(move || Some(Box::new(learn)));
        ranker.learn(vec![(nct, true)]);
        let learned = waited(&mut ranker).flatten().expect("a ranking");
        assert_eq!((learned.name.as_str(), learned.scores[&nct]), ("1", 1.0));

        let mut ended = Ranker::start(|| None);
        ended.learn(Vec::new());
        assert!(waited(&mut ended).is_none() && ended.ended);
    }
}
