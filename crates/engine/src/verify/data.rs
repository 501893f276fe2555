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

/// Frames that wait for the pool: as many as one read brings, so that it has work while the next is read. Their
/// stored bytes are at most three reads of 4 MiB.
const UNDER_WAY_MAX: usize = 12;

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
    under_way: VecDeque<Frame>,
    report: &'a mut VerifyReport,
    bad: Bad,
    progress: &'a dyn Progress,
}

struct Frame {
    place: FrameKey,
    work: Computed<Hashed>,
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
        for (place, entry, stored) in run.cut(stored) {
            let (expanding, footer) = (self.expanding.clone(), Arc::clone(footer));
            let repository = self.env.repository.clone();
            let work = move || hash_frame(&expanding, &repository, &footer, &entry, place, &stored);
            self.under_way.push_back(Frame {
                place,
                work: compute(&*self.env.compute, work),
            });
            while self.under_way.len() > UNDER_WAY_MAX {
                self.take().await;
            }
        }
    }

    async fn take(&mut self) {
        let Some(frame) = self.under_way.pop_front() else {
            return;
        };
        let hashed = frame.work.await;
        let (pack, number) = frame.place;
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

    async fn finish(mut self) -> Bad {
        while !self.under_way.is_empty() {
            self.take().await;
        }
        self.bad
    }
}

/// What hashing the chunks of one frame gave.
#[derive(Default)]
struct Hashed {
    good: u64,
    bytes: u64,
    /// Why the stored bytes are not those of the frame: then none of its chunks is there.
    torn: Option<String>,
    /// Chunks that are not what they should be, and why where that is not said already.
    bad: Vec<(ChunkId, Option<String>)>,
}

fn hash_frame(
    expanding: &Expanding,
    repository: &Repository,
    footer: &Footer,
    entry: &FrameEntry,
    place: FrameKey,
    stored: &[u8],
) -> Hashed {
    let chunks = footer.chunks_of(place.1);
    let none = |reason: Option<&String>| chunks.iter().map(|chunk| (chunk.id, reason.cloned())).collect();
    let bytes = u64::from(entry.plain_len);
    let plain = match expanding.expand(repository, place, entry, stored) {
        Ok(plain) => plain,
        Err(ExpandFault::Stored(error)) => {
            return Hashed {
                torn: Some(error_chain(&error)),
                bad: none(None),
                ..Hashed::default()
            };
        }
        Err(ExpandFault::Frame(fault)) => {
            return Hashed {
                bytes,
                bad: none(Some(&error_chain(&fault))),
                ..Hashed::default()
            };
        }
    };
    let wanted: Vec<Wanted<'_>> = chunks
        .iter()
        .map(|chunk| Wanted {
            plain: &plain,
            offset: chunk.offset,
            len: chunk.len,
            id: chunk.id,
        })
        .collect();
    let mut hashed = Hashed {
        bytes,
        ..Hashed::default()
    };
    for (chunk, found) in chunks.iter().zip(chunks_in(&wanted)) {
        match found {
            Ok(_) => hashed.good += 1,
            Err(fault) => hashed.bad.push((chunk.id, Some(error_chain(&fault)))),
        }
    }
    hashed
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
