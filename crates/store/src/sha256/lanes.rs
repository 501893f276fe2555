//! Giving messages to lanes: a lane whose message ends takes the next one of the queue.

use super::message::{Block, State, Stream, digest_of};

/// The states of `N` lanes, word by word: what stands together is the same word of every lane.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(super) struct Words<const N: usize>(pub(super) [[u32; N]; 8]);

impl<const N: usize> Words<N> {
    fn put(&mut self, lane: usize, state: &State) {
        for (words, word) in self.0.iter_mut().zip(state) {
            words[lane] = *word;
        }
    }

    fn get(&self, lane: usize) -> State {
        self.0.map(|words| words[lane])
    }
}

/// Hashes the messages of `queue` in `N` lanes as long as at least `keep` of them are in use, and reports each with its
/// number to `done`. Those that are left, fewer than `keep`, come back with their state so far.
///
/// `compress` advances every lane by the blocks it is given, the same number for each.
pub(super) fn run<'a, const N: usize>(
    mut queue: impl Iterator<Item = Stream<'a>>,
    keep: usize,
    compress: impl Fn(&mut Words<N>, &[&[Block]; N]),
    done: &mut impl FnMut(usize, [u8; 32]),
) -> [Option<Stream<'a>>; N] {
    let mut lanes: [Option<Stream<'a>>; N] = [const { None }; N];
    let mut words = Words([[0; N]; 8]);
    loop {
        for (lane, place) in lanes.iter_mut().enumerate().filter(|(_, place)| place.is_none()) {
            *place = queue.next().inspect(|stream| words.put(lane, &stream.state));
        }
        // A lane is empty only when the queue is.
        let in_use = lanes.iter().flatten().count();
        let stretch = lanes
            .iter()
            .flatten()
            .map(Stream::next_blocks)
            .min_by_key(|blocks| blocks.len());
        let Some(shortest) = stretch.filter(|_| in_use >= keep) else {
            break;
        };
        let count = shortest.len();
        // An empty lane hashes the blocks of another, and nobody asks for the result.
        let blocks = lanes.each_ref().map(|place| match place {
            Some(stream) => &stream.next_blocks()[..count],
            None => shortest,
        });
        compress(&mut words, &blocks);
        for (lane, place) in lanes.iter_mut().enumerate() {
            let finished = place.as_mut().is_some_and(|stream| {
                stream.advance(count);
                stream.is_finished()
            });
            if let Some(stream) = place.take_if(|_| finished) {
                done(stream.number, digest_of(&words.get(lane)));
            }
        }
    }
    for (lane, place) in lanes.iter_mut().enumerate() {
        if let Some(stream) = place {
            stream.state = words.get(lane);
        }
    }
    lanes
}
