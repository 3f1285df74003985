//! Makes a text of each of many studies in several threads, and gives the
//! texts in order.
//!
//! Hits by relevance are anywhere in the store, which packs a dozen studies
//! into a block. So a list is gone through in rounds: the studies of a round
//! are read in the order in which they are stored, which unpacks each block
//! once, and their texts wait in a file without a name until all are there.
//! Rounds grow: the first texts come at once, and who stops reading soon has
//! few made in vain.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::study_reader::{DocumentPlace, StudyReader};
use trialdex_records::study::{ChosenPieces, Study};

/// Studies whose texts are given one after another, before the first round.
const ONE_BY_ONE: usize = 32;

/// How many times as large as all before it a round is.
const GROWTH: usize = 7;

/// Studies of a round at most.
const LARGEST: usize = 1 << 17;

/// Studies that a thread reads before it takes more.
const SHARE: usize = 64;

/// Threads at most.
const THREADS: usize = 8;

/// How texts of studies are made.
#[derive(Debug, Clone, Copy)]
pub struct TextOptions<'a> {
    /// The pieces of studies that texts are made of; `None` for all.
    pub pieces: Option<&'a ChosenPieces>,
    /// A directory in which texts wait until it is their turn. Where it cannot
    /// be written to, texts are made one by one.
    pub scratch: &'a Path,
}

/// A text that was made.
enum Made {
    /// Its bytes in the file.
    Kept(Range<u64>),
    /// It could not be kept: it is made once more.
    Lost,
    Failed(io::Error),
}

/// Texts that wait, one after another in a file.
struct WaitingTexts {
    file: File,
    end: u64,
}

impl WaitingTexts {
    fn new(scratch: &Path) -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile_in(scratch)?, end: 0 })
    }

    /// Forgets all.
    fn clear(&mut self) {
        self.end = 0;
    }

    /// Gives the place of the first byte.
    fn add(&mut self, texts: &[u8]) -> io::Result<u64> {
        let start = self.end;
        self.file.seek(SeekFrom::Start(start))?;
        self.file.write_all(texts)?;
        self.end += texts.len() as u64;
        Ok(start)
    }

    fn read(&mut self, at: &Range<u64>, text: &mut Vec<u8>) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(at.start))?;
        let length = usize::try_from(at.end - at.start).map_err(io::Error::other)?;
        text.resize(length, 0);
        self.file.read_exact(text)
    }
}

impl StudyReader<'_> {
    /// Makes a text of each study of a list, and gives them to `take` in the
    /// order of the list. `maker` gives a function for each thread, which is
    /// called with the position of a study in the list and adds its text to
    /// the bytes.
    ///
    /// # Errors
    ///
    /// The first study that cannot be read or put into a text, after all texts
    /// before it were given; and what `take` gives.
    pub fn texts<M>(
        &self,
        places: &[DocumentPlace],
        options: TextOptions<'_>,
        maker: impl Fn() -> M + Sync,
        mut take: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()>
    where
        M: FnMut(usize, &Study, &mut Vec<u8>) -> io::Result<()>,
    {
        let pieces = options.pieces;
        let mut single =
            SingleTexts { reader: self, places, pieces, make: maker(), text: Vec::new() };
        let mut done = places.len().min(ONE_BY_ONE);
        (0..done).try_for_each(|at| take(single.text(at)?))?;
        if done == places.len() {
            return Ok(());
        }
        let Ok(waiting) = WaitingTexts::new(options.scratch).map(Mutex::new) else {
            return (done..places.len()).try_for_each(|at| take(single.text(at)?));
        };
        while done < places.len() {
            let round = done..places.len().min(done + LARGEST.min(done * GROWTH));
            done = round.end;
            let made = self.made((places, pieces), round.clone(), &maker, &waiting);
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            for (at, made) in round.zip(made) {
                take(single.kept(at, made, &mut waiting)?)?;
            }
            waiting.clear();
        }
        Ok(())
    }

    /// The texts of a part of a list, made by all threads.
    fn made<M>(
        &self,
        (places, pieces): (&[DocumentPlace], Option<&ChosenPieces>),
        round: Range<usize>,
        maker: &(impl Fn() -> M + Sync),
        waiting: &Mutex<WaitingTexts>,
    ) -> Vec<Made>
    where
        M: FnMut(usize, &Study, &mut Vec<u8>) -> io::Result<()>,
    {
        let start = round.start;
        let mut made: Vec<Made> = round.clone().map(|_| Made::Lost).collect();
        let mut stored: Vec<usize> = round.collect();
        stored.sort_unstable_by_key(|at| places[*at]);
        let shares = RoundShares {
            reader: self,
            places,
            pieces,
            stored: &stored,
            waiting,
            next: AtomicUsize::new(0),
            failed: AtomicUsize::new(usize::MAX),
        };
        let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
        thread::scope(|scope| {
            let work = || shares.work(maker());
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            for worker in workers {
                let of_worker = worker.join();
                let of_worker = of_worker.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                for (at, text) in of_worker {
                    made[at - start] = text;
                }
            }
        });
        made
    }
}

/// Texts that are made when they are asked for.
struct SingleTexts<'a, M> {
    reader: &'a StudyReader<'a>,
    places: &'a [DocumentPlace],
    pieces: Option<&'a ChosenPieces>,
    make: M,
    text: Vec<u8>,
}

impl<M: FnMut(usize, &Study, &mut Vec<u8>) -> io::Result<()>> SingleTexts<'_, M> {
    fn text(&mut self, at: usize) -> io::Result<&[u8]> {
        self.text.clear();
        let study = self.reader.pieces(self.places[at], self.pieces).map_err(io::Error::other)?;
        (self.make)(at, &study, &mut self.text)?;
        Ok(&self.text)
    }

    /// A text that was made in a round.
    fn kept(&mut self, at: usize, made: Made, waiting: &mut WaitingTexts) -> io::Result<&[u8]> {
        match made {
            Made::Failed(error) => Err(error),
            Made::Kept(place) if waiting.read(&place, &mut self.text).is_ok() => Ok(&self.text),
            Made::Kept(_) | Made::Lost => self.text(at),
        }
    }
}

/// The studies of a round, which threads share among them.
struct RoundShares<'a> {
    reader: &'a StudyReader<'a>,
    places: &'a [DocumentPlace],
    pieces: Option<&'a ChosenPieces>,
    /// Positions in the list, in the order in which studies are stored.
    stored: &'a [usize],
    waiting: &'a Mutex<WaitingTexts>,
    /// The first study that no thread has taken.
    next: AtomicUsize,
    /// The first position in the list whose text failed: none after it is
    /// given.
    failed: AtomicUsize,
}

impl RoundShares<'_> {
    /// Makes texts as long as there are shares; gives them with their
    /// positions in the list.
    fn work(
        &self,
        mut make: impl FnMut(usize, &Study, &mut Vec<u8>) -> io::Result<()>,
    ) -> Vec<(usize, Made)> {
        let (mut all, mut texts) = (Vec::new(), Vec::new());
        loop {
            let start = self.next.fetch_add(SHARE, Ordering::Relaxed);
            let Some(left) = self.stored.get(start..).filter(|left| !left.is_empty()) else {
                return all;
            };
            texts.clear();
            let share = &left[..left.len().min(SHARE)];
            let made = share.iter().map(|at| (*at, self.text(*at, &mut make, &mut texts)));
            let made: Vec<_> = made.collect();
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let added = waiting.add(&texts);
            drop(waiting);
            all.extend(made.into_iter().map(|(at, made)| match (made, &added) {
                (Ok(range), Ok(first)) => {
                    (at, Made::Kept(first + range.start as u64..first + range.end as u64))
                }
                (Ok(_), Err(_)) => (at, Made::Lost),
                (Err(error), _) => (at, Made::Failed(error)),
            }));
        }
    }

    /// Adds the text of a study; gives its bytes.
    fn text(
        &self,
        at: usize,
        make: &mut impl FnMut(usize, &Study, &mut Vec<u8>) -> io::Result<()>,
        texts: &mut Vec<u8>,
    ) -> io::Result<Range<usize>> {
        let start = texts.len();
        if at > self.failed.load(Ordering::Relaxed) {
            return Ok(start..start);
        }
        let study = self.reader.pieces(self.places[at], self.pieces).map_err(io::Error::other);
        match study.and_then(|study| make(at, &study, texts)) {
            Ok(()) => Ok(start..texts.len()),
            Err(error) => {
                texts.truncate(start);
                self.failed.fetch_min(at, Ordering::Relaxed);
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests;
