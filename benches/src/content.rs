//! Records with the content that volumes have, in the proportions measured on them.

/// The length of a CMS block, and of most records.
pub const RECORD_LEN: usize = 4096;

/// A stream of numbers from a seed: a linear congruential generator with the constants of Knuth's MMIX.
#[derive(Debug, Clone)]
pub struct Numbers(u64);

impl Numbers {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Numbers {
        Numbers(seed)
    }

    /// The next number below 256: the high byte of the state, the low ones repeat too soon.
    pub fn byte(&mut self) -> u8 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u8::try_from(self.0 >> 56).expect("eight bits are left")
    }
}

/// The next record of a volume: of twenty, nine are all zero, six hold EBCDIC text, three look like modules, two like noise.
pub fn record(numbers: &mut Numbers) -> [u8; RECORD_LEN] {
    let mut record = [0; RECORD_LEN];
    match numbers.byte() % 20 {
        0..9 => {}
        9..15 => fill_with_text(numbers, &mut record),
        15..18 => fill_with_code(numbers, &mut record),
        _ => record.fill_with(|| numbers.byte()),
    }
    record
}

/// A chunk of `len` bytes without zero records: text, code and noise by turns.
pub fn chunk(numbers: &mut Numbers, len: usize) -> Vec<u8> {
    let filled = std::iter::repeat_with(|| record(numbers)).filter(|record| record[..16] != [0; 16]);
    filled.flatten().take(len).collect()
}

/// Card images in EBCDIC: words of a small vocabulary, blanks up to column 72.
fn fill_with_text(numbers: &mut Numbers, record: &mut [u8]) {
    const BLANK: u8 = 0x40;
    for card in record.chunks_mut(80) {
        card.fill(BLANK);
        let mut column = 0;
        while column + 10 < card.len() {
            let word = numbers.byte() % 64;
            let len = usize::from(word % 7) + 2;
            for (letter, byte) in (0..).zip(&mut card[column..column + len]) {
                *byte = 0xc1 + (word.wrapping_mul(5) + letter * 3) % 9 + 0x10 * (word % 3);
            }
            column += len + 1 + usize::from(numbers.byte() % 4);
        }
    }
}

/// Like load modules: instructions of six bytes of which some are alike.
fn fill_with_code(numbers: &mut Numbers, record: &mut [u8]) {
    for instruction in record.chunks_mut(6) {
        let common = [0x41, 0x58, 0x47, 0x50, 0x05, 0x07][usize::from(numbers.byte() % 6)];
        instruction.fill(0);
        instruction[0] = common;
        for byte in instruction.iter_mut().skip(1).step_by(2) {
            *byte = numbers.byte();
        }
    }
}
