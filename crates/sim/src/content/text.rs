//! Source text in cards of 80 bytes: assembler with sequence numbers, or REXX.

use super::words::Words;
use crate::seed::{Chance, Seed};

/// Bytes of a card image.
const CARD: usize = 80;

/// Statement text ends before the continuation column.
const STATEMENT: usize = 71;

/// How many names of its own a program has.
const NAMES: u32 = 256;

/// Writes the part of the file that begins at `offset`. Files are written without regard to blocks, so the first
/// and the last card may be cut.
pub(super) fn paint(file: Seed, offset: u64, words: &Words, into: &mut [u8]) {
    let card_len = u64::try_from(CARD).unwrap_or(80);
    let (mut card, cut) = (offset / card_len, offset % card_len);
    let mut skip = usize::try_from(cut).unwrap_or_default();
    let mut image = [0; CARD];
    // One stream for the whole call costs less than one per card; a block always begins with a stream of its own.
    let mut chance = file.number(offset).chance();
    let mut written = 0;
    while written < into.len() {
        paint_card(file, card, words, &mut chance, &mut image);
        let part = &image[skip..];
        let take = part.len().min(into.len() - written);
        into[written..written + take].copy_from_slice(&part[..take]);
        written += take;
        skip = 0;
        card += 1;
    }
}

fn paint_card(file: Seed, number: u64, words: &Words, chance: &mut Chance, card: &mut [u8; CARD]) {
    card.fill(words.blank);
    let mut pen = Pen { card, at: 0 };
    match file.0 % 4 {
        0 => rexx(file, words, chance, &mut pen),
        _ => assembler(file, words, chance, &mut pen),
    }
    match words.newline {
        Some(newline) => card[CARD - 1] = newline,
        // One program in three was never renumbered.
        None if !file.0.is_multiple_of(3) => words.number((number + 1) * 100, &mut card[STATEMENT + 1..]),
        None => {}
    }
}

fn assembler(file: Seed, words: &Words, chance: &mut Chance, pen: &mut Pen<'_>) {
    let style = chance.below(16);
    if style < 6 {
        pen.put(&[words.star]);
        pen.at = 2;
        for _ in 0..chance.range(3, 8) {
            pen.word(words.any(chance));
        }
        return;
    }
    if style >= 12 {
        pen.put(own_name(file, words, chance));
    }
    pen.column(9);
    pen.put(words.operation(chance));
    pen.column(15);
    pen.put(own_name(file, words, chance));
    pen.put(&[words.comma]);
    pen.put(own_name(file, words, chance));
    if style.is_multiple_of(2) {
        pen.column(35);
        for _ in 0..chance.range(1, 4) {
            pen.word(words.any(chance));
        }
    }
}

fn rexx(file: Seed, words: &Words, chance: &mut Chance, pen: &mut Pen<'_>) {
    pen.at = usize::try_from(chance.skewed(5) * 2).unwrap_or_default();
    if chance.percent(40) {
        pen.word(own_name(file, words, chance));
        pen.word(&[words.equals]);
    } else {
        pen.word(words.clause(chance));
    }
    for _ in 0..chance.range(1, 5) {
        pen.word(own_name(file, words, chance));
    }
}

/// One of the names that this program uses again and again.
fn own_name<'w>(file: Seed, words: &'w Words, chance: &mut Chance) -> &'w [u8] {
    let name = u64::from(chance.skewed(NAMES));
    words.word(u32::try_from((file.0 >> 20).wrapping_add(name * 2_654_435_761) & 0xFFF).unwrap_or_default())
}

/// Where the next character of a card goes.
struct Pen<'c> {
    card: &'c mut [u8; CARD],
    at: usize,
}

impl Pen<'_> {
    /// Writes as much as fits in front of the continuation column.
    #[inline]
    fn put(&mut self, text: &[u8]) {
        let end = (self.at + text.len()).min(STATEMENT);
        if self.at < end {
            self.card[self.at..end].copy_from_slice(&text[..end - self.at]);
            self.at = end;
        }
    }

    /// Writes a word and leaves a blank behind it.
    #[inline]
    fn word(&mut self, text: &[u8]) {
        self.put(text);
        self.at += 1;
    }

    /// Goes on at this column, or one behind what is written.
    fn column(&mut self, column: usize) {
        self.at = column.max(self.at + 1);
    }
}
