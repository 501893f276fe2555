//! Reading packs: every footer, and the data of as many as asked.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use store::{ChunkId, ChunkPlace, Effort, Footer, FrameCodec, FrameEntry, PackName, chunk_in};

use super::{Damage, Depth, VerifyError, VerifyReport};
use crate::backup::error_chain;
use crate::env::{Computed, Env, compute};
use crate::progress::{Event, Progress};

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
    let codecs: Codecs = Arc::default();
    let mut under_way: VecDeque<Frame> = VecDeque::new();
    for pack in chosen {
        // Read again rather than kept: the footers of a large repository do not fit into memory.
        let Ok(footer) = env.repository.footer(&pack).await else {
            continue;
        };
        let footer = Arc::new(footer);
        report.packs_read += 1;
        for (number, entry) in (0_u32..).zip(footer.frames()) {
            let place = (pack, number);
            match env.repository.fetch_frame(&pack, entry).await {
                Ok(stored) => {
                    let (codecs, footer, entry) = (Arc::clone(&codecs), Arc::clone(&footer), entry.clone());
                    let work = move || hash_frame(&codecs, &footer, &entry, place, &stored);
                    under_way.push_back(Frame {
                        place,
                        work: compute(&*env.compute, work),
                    });
                }
                Err(error) => {
                    bad.chunks.extend(chunks_of(&footer, place).map(|(id, _)| id));
                    note(
                        report,
                        format!("pack {pack}, frame {number}"),
                        error_chain(&error),
                    );
                }
            }
            while under_way.len() > env.compute.width() + 1 {
                take(&mut under_way, report, &mut bad, progress).await;
            }
        }
    }
    while !under_way.is_empty() {
        take(&mut under_way, report, &mut bad, progress).await;
    }
    Ok(bad)
}

type Codecs = Arc<Mutex<Vec<FrameCodec>>>;

struct Frame {
    place: (PackName, u32),
    work: Computed<Hashed>,
}

/// What hashing the chunks of one frame gave.
struct Hashed {
    good: u64,
    bytes: u64,
    /// Chunks that are not what they should be, and why.
    bad: Vec<(ChunkId, String)>,
}

async fn take(
    under_way: &mut VecDeque<Frame>,
    report: &mut VerifyReport,
    bad: &mut Bad,
    progress: &dyn Progress,
) {
    let Some(frame) = under_way.pop_front() else {
        return;
    };
    let hashed = frame.work.await;
    report.chunks_hashed += hashed.good;
    report.bytes_hashed += hashed.bytes;
    progress.event(Event::Done { bytes: hashed.bytes });
    let (pack, number) = frame.place;
    for (id, problem) in hashed.bad {
        note(
            report,
            format!("pack {pack}, frame {number}, chunk {id}"),
            problem,
        );
        bad.chunks.insert(id);
    }
}

fn hash_frame(
    codecs: &Codecs,
    footer: &Footer,
    entry: &FrameEntry,
    place: (PackName, u32),
    stored: &[u8],
) -> Hashed {
    let idle = codecs.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut codec = idle.unwrap_or_else(|| FrameCodec::new(Effort::DEFAULT));
    let mut plain = Vec::new();
    let expanded = codec.decompress(stored, entry.codec, entry.plain_len, &mut plain);
    codecs.lock().unwrap_or_else(PoisonError::into_inner).push(codec);
    let mut hashed = Hashed {
        good: 0,
        bytes: u64::from(entry.plain_len),
        bad: Vec::new(),
    };
    for (id, at) in chunks_of(footer, place) {
        let problem = match &expanded {
            Ok(()) => chunk_in(&plain, at.offset, at.len, &id)
                .err()
                .map(|fault| error_chain(&fault)),
            Err(fault) => Some(error_chain(fault)),
        };
        match problem {
            None => hashed.good += 1,
            Some(problem) => hashed.bad.push((id, problem)),
        }
    }
    hashed
}

fn chunks_of(footer: &Footer, (pack, frame): (PackName, u32)) -> impl Iterator<Item = (ChunkId, ChunkPlace)> {
    footer
        .chunks()
        .iter()
        .map(move |chunk| (chunk.id, chunk.place(pack)))
        .filter(move |(_, at)| at.frame == frame)
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
