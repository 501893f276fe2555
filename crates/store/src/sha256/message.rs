//! A message under way: which of its blocks come next, and how far its hash is.

use zerocopy::IntoBytes;
use zerocopy::big_endian::{U32, U64};

/// What one step of SHA-256 takes in.
pub(super) type Block = [u8; 64];

/// The hash between two blocks: the words a to h of FIPS 180-4, section 6.2.
pub(super) type State = [u32; 8];

/// FIPS 180-4, section 5.3.3: the fractional parts of the square roots of the first eight primes.
const INITIAL: State = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// Where the length of the message stands in its last block.
const LENGTH_AT: usize = size_of::<Block>() - size_of::<u64>();

/// A message that has not been hashed to its end.
///
/// Its whole blocks are read where they lie; only what is left behind them is copied, to be padded.
#[derive(Debug)]
pub(super) struct Stream<'a> {
    /// The place of the message in the caller's list.
    pub(super) number: usize,
    /// The hash when the message came; up to date only while it is in no lane.
    pub(super) state: State,
    whole: &'a [Block],
    last: [Block; 2],
    /// The first block of `last` that is still to come.
    last_from: usize,
}

impl<'a> Stream<'a> {
    pub(super) fn new(number: usize, message: &'a [u8]) -> Stream<'a> {
        let (whole, rest) = message.as_chunks();
        let mut last = [[0; 64]; 2];
        // The bit that ends the message and its length need 9 bytes; where they do not fit, the padding is two blocks.
        let last_from = usize::from(rest.len() < LENGTH_AT);
        last[last_from][..rest.len()].copy_from_slice(rest);
        last[last_from][rest.len()] = 0x80;
        let bits = U64::new(message.len() as u64 * 8);
        last[1][LENGTH_AT..].copy_from_slice(bits.as_bytes());
        Stream {
            number,
            state: INITIAL,
            whole,
            last,
            last_from,
        }
    }

    /// Blocks that lie behind each other and come next; none when the message is finished.
    pub(super) fn next_blocks(&self) -> &[Block] {
        match self.whole {
            [] => &self.last[self.last_from..],
            whole => whole,
        }
    }

    /// Passes over the first `count` of [`Self::next_blocks`].
    pub(super) fn advance(&mut self, count: usize) {
        match self.whole {
            [] => self.last_from += count,
            whole => self.whole = &whole[count..],
        }
    }

    pub(super) fn is_finished(&self) -> bool {
        self.next_blocks().is_empty()
    }
}

/// The hash of a finished message.
pub(super) fn digest_of(state: &State) -> [u8; 32] {
    let words = state.map(U32::new);
    zerocopy::transmute!(words)
}
