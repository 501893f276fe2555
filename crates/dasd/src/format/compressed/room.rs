//! Where new images go in a file that is written to: into a gap, or behind everything.

use std::collections::BTreeMap;

use super::free::Free;

/// The gaps of a file, and its end.
#[derive(Debug)]
pub(super) struct Room {
    /// A gap shorter than this cannot be listed in the file: a list of it would reach into its neighbour. None is left
    /// but where a damaged file had an image that short.
    least: u64,
    end: u64,
    /// By offset; no two touch one another or the end.
    gaps: BTreeMap<u64, u64>,
}

impl Room {
    /// What is left between `begin` and the end of the last of `spaces`, which are sorted.
    ///
    /// # Errors
    /// The offset at which two spaces overlap.
    pub(super) fn between(begin: u64, least: u64, spaces: &[Free]) -> Result<Room, u64> {
        let mut room = Room {
            least,
            end: begin,
            gaps: BTreeMap::new(),
        };
        for space in spaces {
            if space.offset < room.end {
                return Err(space.offset);
            }
            if space.offset > room.end {
                room.gaps.insert(room.end, space.offset - room.end);
            }
            room.end = space.offset.saturating_add(space.length);
        }
        Ok(room)
    }

    /// Takes a place for `length` bytes. It is longer than that, but at most `most`, where the rest of a gap could not
    /// be listed.
    pub(super) fn take(&mut self, length: u64, most: u64) -> Free {
        let least = self.least;
        let whole = |gap: u64| gap == length || (length < gap && gap <= most && gap - length < least);
        let fits = |gap: u64| whole(gap) || gap >= length + least;
        let found = self.gaps.iter().find(|(_, gap)| fits(**gap));
        let Some((&offset, &gap)) = found else {
            let offset = self.end;
            self.end += length;
            return Free::new(offset, length);
        };
        self.gaps.remove(&offset);
        if whole(gap) {
            return Free::new(offset, gap);
        }
        self.gaps.insert(offset + length, gap - length);
        Free::new(offset, length)
    }

    /// Takes a place back.
    pub(super) fn give(&mut self, free: Free) {
        let Free { mut offset, length } = free;
        let mut end = offset + length;
        if let Some(behind) = self.gaps.remove(&end) {
            end += behind;
        }
        let before = self.gaps.range(..offset).next_back();
        if let Some((&begin, &length)) = before.filter(|(begin, length)| *begin + *length == offset) {
            self.gaps.remove(&begin);
            debug_assert_eq!(begin + length, offset);
            offset = begin;
        }
        if end == self.end {
            self.end = offset;
        } else {
            self.gaps.insert(offset, end - offset);
        }
    }

    /// Where the file may end.
    pub(super) const fn end(&self) -> u64 {
        self.end
    }

    /// The gaps that can be listed, by offset.
    pub(super) fn gaps(&self) -> impl Iterator<Item = Free> {
        let all = self
            .gaps
            .iter()
            .map(|(offset, length)| Free::new(*offset, *length));
        all.filter(|gap| gap.length >= self.least)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn gaps_are_used_joined_and_given_up_at_the_end() {
        let spaces = [Free::new(100, 50), Free::new(200, 30), Free::new(260, 10)];
        let mut room = Room::between(100, 8, &spaces).unwrap();
        assert_eq!(
            room.gaps().collect::<Vec<_>>(),
            [Free::new(150, 50), Free::new(230, 30)]
        );
        assert_eq!(room.take(25, 1000), Free::new(150, 25));
        // 25 are left: 20 would leave 5 that cannot be listed, so all are taken if they may be.
        assert_eq!(room.take(20, 24), Free::new(230, 20));
        assert_eq!(room.take(20, 25), Free::new(175, 25));
        room.give(Free::new(200, 30));
        assert_eq!(
            room.gaps().collect::<Vec<_>>(),
            [Free::new(200, 30), Free::new(250, 10)]
        );
        room.give(Free::new(230, 20));
        room.give(Free::new(260, 10));
        assert_eq!((room.end(), room.gaps().count()), (200, 0));
        assert_eq!(
            Room::between(100, 8, &[Free::new(100, 50), Free::new(140, 5)]).unwrap_err(),
            140
        );
    }

    #[test]
    fn what_is_too_short_is_not_listed_until_it_has_grown() {
        let spaces = [Free::new(100, 5), Free::new(105, 50), Free::new(155, 10)];
        let mut room = Room::between(100, 8, &spaces).unwrap();
        room.give(spaces[0]);
        assert_eq!(room.gaps().count(), 0);
        room.give(spaces[1]);
        assert_eq!(room.gaps().collect::<Vec<_>>(), [Free::new(100, 55)]);
    }

    proptest! {
        /// Whatever is taken and given back: nothing overlaps, no gap is too short, and together it is the file.
        #[test]
        fn every_byte_has_one_owner(steps in prop::collection::vec((any::<bool>(), 1..200_u64, any::<prop::sample::Index>()), 1..80)) {
            let mut room = Room::between(1000, 8, &[]).unwrap();
            let mut taken: Vec<Free> = Vec::new();
            for (give, length, which) in steps {
                if give && !taken.is_empty() {
                    room.give(taken.swap_remove(which.index(taken.len())));
                } else {
                    // As images are: never shorter than what can be listed.
                    let length = length + 7;
                    let place = room.take(length, length + 20);
                    prop_assert!(place.length >= length && place.length <= length + 20);
                    taken.push(place);
                }
                let mut all: Vec<Free> = taken.iter().copied().chain(room.gaps()).collect();
                all.sort_by_key(|free| free.offset);
                let mut at = 1000;
                for free in all {
                    prop_assert_eq!(free.offset, at);
                    at += free.length;
                }
                prop_assert_eq!(at, room.end());
                prop_assert!(room.gaps().all(|gap| gap.length >= 8));
            }
        }
    }
}
