//! The rules, one by one, without a store and without a runtime.

mod claims;
mod instances;
mod liveness;

use super::{Facts, Settlements, Settling, State, WaitId};
use crate::ids::WorkerId;
use crate::samples::{member, places};

fn state() -> (State, Facts) {
    (State::default(), Facts::default())
}

fn worker(state: &mut State, on: &str) -> WorkerId {
    state.register(member(on)).unwrap()
}

fn waiting(settling: Settling) -> WaitId {
    match settling {
        Settling::Waiting(wait) => wait,
        Settling::Done(answer) => panic!("answered at once: {answer:?}"),
    }
}

/// Records chunks and hands out whose wait that ended.
fn record(state: &mut State, facts: &mut Facts, numbers: std::ops::Range<u64>) -> Settlements {
    state.record_pack(&places(1, numbers), facts).unwrap().1
}
