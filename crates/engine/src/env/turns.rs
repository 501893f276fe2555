//! Whose piece is next: several askers share one machine by their weights.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU32;

/// One unit of weight is charged this much for each unit of cost, so that small weights divide without loss.
const SCALE: u64 = 1 << 10;

/// One of those who share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LaneId(u64);

/// A piece that was taken, and what its lane was charged in advance.
#[derive(Debug)]
pub(super) struct Turn<T> {
    pub(super) piece: T,
    pub(super) lane: LaneId,
    charged: u64,
}

/// Weighted fair queueing: a lane is charged what its pieces cost, divided by its weight, and the lane with the lowest
/// account has the next turn. What a piece costs is known only when it has run, so a lane is charged what its last
/// one came to, and the difference later. Within a lane, pieces are taken in the order of their coming.
#[derive(Debug)]
pub(super) struct Turns<T> {
    lanes: BTreeMap<LaneId, Lane<T>>,
    opened: u64,
    /// The account of the lane that had the last turn.
    level: u64,
}

#[derive(Debug)]
struct Lane<T> {
    weight: u64,
    waiting: VecDeque<T>,
    account: u64,
    /// What its last piece cost.
    usual: u64,
    under_way: usize,
    closed: bool,
}

impl<T> Turns<T> {
    pub(super) fn new() -> Self {
        Self {
            lanes: BTreeMap::new(),
            opened: 0,
            level: 0,
        }
    }

    /// Another one who shares.
    pub(super) fn open(&mut self, weight: NonZeroU32) -> LaneId {
        let id = LaneId(self.opened);
        self.opened += 1;
        let lane = Lane {
            weight: u64::from(weight.get()),
            waiting: VecDeque::new(),
            account: self.level,
            usual: 0,
            under_way: 0,
            closed: false,
        };
        self.lanes.insert(id, lane);
        id
    }

    /// Nothing more will come from this lane; what waits in it still has its turns.
    pub(super) fn close(&mut self, id: LaneId) {
        if let Some(lane) = self.lanes.get_mut(&id) {
            lane.closed = true;
        }
        self.forget(id);
    }

    pub(super) fn push(&mut self, id: LaneId, piece: T) {
        let level = self.level;
        if let Some(lane) = self.lanes.get_mut(&id) {
            // Whoever asked for nothing for a while has not saved up turns.
            if lane.waiting.is_empty() && lane.under_way == 0 {
                lane.account = lane.account.max(level);
            }
            lane.waiting.push_back(piece);
        }
    }

    /// The next piece, if any waits.
    pub(super) fn take(&mut self) -> Option<Turn<T>> {
        let waiting = self.lanes.iter_mut().filter(|(_, lane)| !lane.waiting.is_empty());
        let (id, lane) = waiting.min_by_key(|(id, lane)| (lane.account, **id))?;
        self.level = self.level.max(lane.account);
        let charged = lane.usual;
        lane.account = lane.account.saturating_add(lane.price(charged));
        lane.under_way += 1;
        Some(Turn {
            piece: lane.waiting.pop_front().expect("the lane has a piece that waits"),
            lane: *id,
            charged,
        })
    }

    /// The piece of a turn ended, at this cost.
    pub(super) fn settle(&mut self, lane: LaneId, charged: u64, cost: u64) {
        if let Some(lane) = self.lanes.get_mut(&lane) {
            lane.under_way = lane.under_way.saturating_sub(1);
            let (paid, due) = (lane.price(charged), lane.price(cost));
            lane.account = lane.account.saturating_sub(paid).saturating_add(due);
            lane.usual = cost;
        }
        self.forget(lane);
    }

    /// Whether no piece waits.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.lanes.values().all(|lane| lane.waiting.is_empty())
    }

    fn forget(&mut self, id: LaneId) {
        let done = |lane: &Lane<T>| lane.closed && lane.waiting.is_empty() && lane.under_way == 0;
        if self.lanes.get(&id).is_some_and(done) {
            self.lanes.remove(&id);
        }
    }
}

impl<T> Lane<T> {
    fn price(&self, cost: u64) -> u64 {
        cost.saturating_mul(SCALE) / self.weight
    }
}

impl<T> Turn<T> {
    /// The piece, and what [`Turns::settle`] has to be told once it has run.
    pub(super) fn parts(self) -> (T, LaneId, u64) {
        (self.piece, self.lane, self.charged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn weight(of: u32) -> NonZeroU32 {
        NonZeroU32::new(of).unwrap()
    }

    #[test]
    fn one_lane_is_a_queue() {
        let mut turns = Turns::new();
        let lane = turns.open(weight(7));
        (0..5).for_each(|piece| turns.push(lane, piece));
        for expected in 0..5 {
            let (piece, lane, charged) = turns.take().unwrap().parts();
            assert_eq!(piece, expected);
            turns.settle(lane, charged, 100);
        }
        assert!(turns.take().is_none());
    }

    #[test]
    fn who_was_away_has_not_saved_up_turns() {
        let mut turns = Turns::new();
        let (busy, away) = (turns.open(weight(1)), turns.open(weight(1)));
        for _ in 0..100 {
            turns.push(busy, busy);
            let (_, lane, charged) = turns.take().unwrap().parts();
            turns.settle(lane, charged, 10);
        }
        (0..10).for_each(|_| turns.push(busy, busy));
        (0..10).for_each(|_| turns.push(away, away));
        let first: Vec<LaneId> = (0..6)
            .map(|_| {
                let (piece, lane, charged) = turns.take().unwrap().parts();
                turns.settle(lane, charged, 10);
                piece
            })
            .collect();
        assert_eq!(first.iter().filter(|lane| **lane == busy).count(), 3);
    }

    #[test]
    fn a_closed_lane_still_has_its_turns_and_is_then_forgotten() {
        let mut turns = Turns::new();
        let lane = turns.open(weight(1));
        turns.push(lane, 1);
        turns.push(lane, 2);
        turns.close(lane);
        for _ in 0..2 {
            let (_, lane, charged) = turns.take().unwrap().parts();
            turns.settle(lane, charged, 1);
        }
        assert!(turns.is_empty() && turns.lanes.is_empty());
    }

    proptest! {
        /// While all lanes have work, each gets its share of the time, whatever its pieces cost and however many
        /// threads take them.
        #[test]
        fn time_goes_by_weight(
            lanes in proptest::collection::vec((1_u32..=8, 1_u64..=1_000), 1..=8),
            threads in 1_usize..=4,
        ) {
            let mut turns = Turns::new();
            let ids: Vec<LaneId> = lanes.iter().map(|(share, _)| turns.open(weight(*share))).collect();
            let number = |id: LaneId| ids.iter().position(|other| *other == id).unwrap();
            ids.iter().for_each(|id| (0..=threads).for_each(|_| turns.push(*id, ())));
            // Each thread with the moment at which it is free, and what it runs.
            let mut crew: Vec<(u64, Option<(LaneId, u64)>)> = vec![(0, None); threads];
            let mut got = vec![0_u64; lanes.len()];
            let dearest = lanes.iter().map(|(_, cost)| *cost).max().unwrap();
            let end = dearest * 2_000;
            while let Some(thread) = (0..threads).filter(|thread| crew[*thread].0 < end).min_by_key(|thread| crew[*thread].0) {
                let (now, ran) = crew[thread];
                if let Some((lane, charged)) = ran {
                    let cost = lanes[number(lane)].1;
                    turns.settle(lane, charged, cost);
                    turns.push(lane, ());
                    got[number(lane)] += cost;
                }
                let ((), lane, charged) = turns.take().unwrap().parts();
                crew[thread] = (now + lanes[number(lane)].1, Some((lane, charged)));
            }
            let (all, total): (u64, u64) = (lanes.iter().map(|(share, _)| u64::from(*share)).sum(), got.iter().sum());
            // A lane can have at most so many pieces at once as there are threads that may work on it.
            let slack = dearest * 4 * (threads as u64 + 1);
            for (lane, got) in lanes.iter().zip(&got) {
                let due = total * u64::from(lane.0) / all;
                prop_assert!(got.abs_diff(due) <= slack * u64::from(lane.0).max(1), "{lanes:?} on {threads}: {got} of {due}");
            }
        }
    }
}
