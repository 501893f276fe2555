//! Reading packs: every footer, and the data of as many as asked.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use store::{ChunkId, Footer, FrameEntry, PackName, Repository, Wanted, chunks_in};

use super::{Damage, Depth, VerifyError, VerifyReport};
use crate::backup::error_chain;
use crate::env::{Computed, Env, compute};
use crate::frames::{ExpandFault, Expanding, FrameRun, runs_of_pack};
use crate::progress::{Event, Progress};
use crate::reader::FrameKey;

/// Reads whose frames wait for the pool, so that it has work while the next is read. Their stored bytes are at most
/// 2 MiB each.
const UNDER_WAY_MAX: usize = 3;

/// Damaged chunks that are reported one by one; of more, only their number is.
const DAMAGE_MAX: usize = 1000;

/// What is known to be wrong, to find the copies that suffer from it.
#[derive(Default)]
pub(super) struct Bad {
    /// Packs without a readable footer.
    pub(super) packs: BTreeSet<PackName>,
    /// Chunks whose bytes are damaged.
    pub(super) chunks: BTreeSet<ChunkId>,
}

/// Reads the footers of all packs and the data of the chosen ones.
pub(super) async fn read(
    env: &Env,
    depth: Depth,
    report: &mut VerifyReport,
    progress: &dyn Progress,
) -> Result<Bad, VerifyError> {
    let mut bad = Bad::default();
    let mut chosen = Vec::new();
    for pack in env.repository.packs().await? {
        match env.repository.footer(&pack).await {
            Ok(footer) => {
                report.packs += 1;
                let wanted = match depth {
                    Depth::Names => false,
                    Depth::Sample(percent) => env.chance.below(100) < u64::from(percent),
                    Depth::Data => true,
                };
                if wanted {
                    chosen.push(pack);
                    progress.event(Event::Total {
                        bytes: plain_bytes(&footer),
                    });
                }
            }
            Err(error) => {
                note(report, format!("pack {pack}"), error_chain(&error));
                bad.packs.insert(pack);
            }
        }
    }
    let mut reading = Reading {
        env,
        expanding: Expanding::default(),
        under_way: VecDeque::new(),
        report,
        bad,
        progress,
    };
    for pack in chosen {
        // Read again rather than kept: the footers of a large repository do not fit into memory.
        let Ok(footer) = env.repository.footer(&pack).await else {
            continue;
        };
        reading.report.packs_read += 1;
        for run in runs_of_pack(pack, &footer) {
            reading.read(&footer, &run).await;
        }
    }
    Ok(reading.finish().await)
}

/// Frames on their way through the pool.
struct Reading<'a> {
    env: &'a Env,
    expanding: Expanding,
    under_way: VecDeque<Computed<Vec<Hashed>>>,
    report: &'a mut VerifyReport,
    bad: Bad,
    progress: &'a dyn Progress,
}

impl Reading<'_> {
    /// Reads neighbouring frames and hands them to the pool, which is still busy with those before.
    async fn read(&mut self, footer: &Arc<Footer>, run: &FrameRun) {
        match self.env.repository.fetch_frames(&run.pack, &run.entries).await {
            Ok(stored) => self.hash(footer, run, &stored).await,
            // Which of them it is is worth knowing: the others may be whole.
            Err(_) if run.entries.len() > 1 => {
                for single in run.singles() {
                    Box::pin(self.read(footer, &single)).await;
                }
            }
            Err(error) => {
                self.bad
                    .chunks
                    .extend(footer.chunks_of(run.first).iter().map(|chunk| chunk.id));
                let object = format!("pack {}, frame {}", run.pack, run.first);
                note(self.report, object, error_chain(&error));
            }
        }
    }

    async fn hash(&mut self, footer: &Arc<Footer>, run: &FrameRun, stored: &Bytes) {
        let (expanding, footer) = (self.expanding.clone(), Arc::clone(footer));
        let (repository, frames) = (self.env.repository.clone(), run.cut(stored));
        let work = move || hash_frames(&expanding, &repository, &footer, &frames);
        self.under_way.push_back(compute(&*self.env.compute, work));
        while self.under_way.len() > UNDER_WAY_MAX {
            self.take().await;
        }
    }

    async fn take(&mut self) {
        let Some(frames) = self.under_way.pop_front() else {
            return;
        };
        for hashed in frames.await {
            let (pack, number) = hashed.place;
            let object = format!("pack {pack}, frame {number}");
            self.report.chunks_hashed += hashed.good;
            self.report.bytes_hashed += hashed.bytes;
            self.progress.event(Event::Done { bytes: hashed.bytes });
            if let Some(problem) = hashed.torn {
                note(self.report, object.clone(), problem);
            }
            for (id, problem) in hashed.bad {
                if let Some(problem) = problem {
                    note(self.report, format!("{object}, chunk {id}"), problem);
                }
                self.bad.chunks.insert(id);
            }
        }
    }

    async fn finish(mut self) -> Bad {
        while !self.under_way.is_empty() {
            self.take().await;
        }
        self.bad
    }
}

/// What hashing the chunks of one frame gave.
struct Hashed {
    place: FrameKey,
    good: u64,
    bytes: u64,
    /// Why the stored bytes are not those of the frame: then none of its chunks is there.
    torn: Option<String>,
    /// Chunks that are not what they should be, and why where that is not said already.
    bad: Vec<(ChunkId, Option<String>)>,
}

/// Hashes the chunks of several frames together: those of one would leave the last lanes empty.
fn hash_frames(
    expanding: &Expanding,
    repository: &Repository,
    footer: &Footer,
    frames: &[(FrameKey, FrameEntry, Bytes)],
) -> Vec<Hashed> {
    let plain: Vec<_> = frames
        .iter()
        .map(|(place, entry, stored)| expanding.expand(repository, *place, entry, stored))
        .collect();
    let chunks = |place: &FrameKey| footer.chunks_of(place.1);
    let mut wanted: Vec<Wanted<'_>> = Vec::new();
    for ((place, ..), plain) in frames.iter().zip(&plain) {
        let Ok(plain) = plain else { continue };
        wanted.extend(chunks(place).iter().map(|chunk| Wanted {
            plain,
            offset: chunk.offset,
            len: chunk.len,
            id: chunk.id,
        }));
    }
    let mut found = chunks_in(&wanted).into_iter();
    let mut hash = |(place, entry, _): &(FrameKey, FrameEntry, Bytes), plain: &Result<_, ExpandFault>| {
        let mut hashed = Hashed {
            place: *place,
            good: 0,
            bytes: u64::from(entry.plain_len),
            torn: None,
            bad: Vec::new(),
        };
        let none = |reason: Option<&String>| {
            chunks(place)
                .iter()
                .map(|chunk| (chunk.id, reason.cloned()))
                .collect()
        };
        match plain {
            Ok(_) => {
                for (chunk, found) in chunks(place).iter().zip(found.by_ref()) {
                    match found {
                        Ok(_) => hashed.good += 1,
                        Err(fault) => hashed.bad.push((chunk.id, Some(error_chain(&fault)))),
                    }
                }
            }
            Err(ExpandFault::Stored(error)) => {
                hashed.bytes = 0;
                hashed.torn = Some(error_chain(error));
                hashed.bad = none(None);
            }
            Err(ExpandFault::Frame(fault)) => hashed.bad = none(Some(&error_chain(fault))),
        }
        hashed
    };
    frames
        .iter()
        .zip(&plain)
        .map(|(frame, plain)| hash(frame, plain))
        .collect()
}

fn plain_bytes(footer: &Footer) -> u64 {
    footer
        .frames()
        .iter()
        .map(|frame| u64::from(frame.plain_len))
        .sum()
}

pub(super) fn note(report: &mut VerifyReport, object: String, problem: String) {
    if report.damage.len() < DAMAGE_MAX {
        report.damage.push(Damage { object, problem });
    }
}
