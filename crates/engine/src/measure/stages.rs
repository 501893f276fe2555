//! What the stages of the copy path took.

use serde::Serialize;

/// The stages, in the order in which a volume goes through them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StageTimes {
    /// Reading tracks or blocks of the image.
    pub read: Stage,
    /// Taking their witnesses.
    pub witness: Stage,
    /// Bringing those that changed into canonical form.
    pub canonicalise: Stage,
    /// SHA-256 of the canonical form.
    pub hash: Stage,
    /// Asking the catalog whether it still has what the base has, and for what the base does not have.
    pub look_up: Stage,
    /// Gathering new chunks in frames.
    pub gather: Stage,
    /// Compressing the frames.
    pub compress: Stage,
    /// Making packs durable.
    pub write: Stage,
    /// Reading their frames back from the page cache.
    pub fetch: Stage,
    /// Expanding the frames again.
    pub expand: Stage,
    /// SHA-256 of every chunk in them.
    pub prove: Stage,
    /// Putting tracks or blocks together from their canonical form.
    pub put_together: Stage,
    /// Writing them to a new image.
    pub restore: Stage,
}

/// One stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stage {
    /// Bytes that went in.
    pub bytes: u64,
    /// Microseconds that it took on one thread.
    pub micros: u64,
}

impl Stage {
    pub(super) fn add(&mut self, bytes: usize, micros: u64) {
        self.bytes += bytes as u64;
        self.micros += micros;
    }
}

impl StageTimes {
    /// Every stage, in the order of the path.
    const ALL: [fn(&mut StageTimes) -> &mut Stage; 13] = [
        |times| &mut times.read,
        |times| &mut times.witness,
        |times| &mut times.canonicalise,
        |times| &mut times.hash,
        |times| &mut times.look_up,
        |times| &mut times.gather,
        |times| &mut times.compress,
        |times| &mut times.write,
        |times| &mut times.fetch,
        |times| &mut times.expand,
        |times| &mut times.prove,
        |times| &mut times.put_together,
        |times| &mut times.restore,
    ];

    /// Of several measurements of the same work, the middle one of each stage; the lower one of two.
    pub fn middle(mut measured: Vec<StageTimes>) -> StageTimes {
        let mut middle = StageTimes::default();
        for stage in Self::ALL {
            measured.sort_by_key(|times| {
                let mut times = *times;
                stage(&mut times).micros
            });
            let halfway = measured.len().saturating_sub(1) / 2;
            if let Some(times) = measured.get_mut(halfway) {
                *stage(&mut middle) = *stage(times);
            }
        }
        middle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_has_a_middle_of_its_own() {
        let times = |read, hash| StageTimes {
            read: Stage {
                bytes: 1,
                micros: read,
            },
            hash: Stage {
                bytes: 2,
                micros: hash,
            },
            ..StageTimes::default()
        };
        let middle = StageTimes::middle(vec![times(1, 9), times(3, 7), times(2, 8)]);
        assert_eq!(middle, times(2, 8));
        assert_eq!(StageTimes::middle(vec![times(5, 5), times(4, 6)]), times(4, 5));
        assert_eq!(StageTimes::middle(Vec::new()), StageTimes::default());
    }
}
