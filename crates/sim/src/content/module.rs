//! Load modules: instructions, idioms that a compiler repeats, constants, padding.

use super::words::Words;
use crate::seed::{Chance, Seed};

/// Opcodes, the frequent ones first. The two leading bits of an opcode say how long the instruction is.
const OPCODES: [u8; 32] = [
    0x58, 0x50, 0x41, 0x47, 0xD2, 0x18, 0x07, 0x95, 0x91, 0x45, 0x05, 0x1A, 0x1B, 0x12, 0x43, 0x42, 0x98,
    0x90, 0xD5, 0x96, 0x94, 0x4A, 0x5A, 0x5B, 0x59, 0x19, 0x54, 0x56, 0x89, 0x88, 0xD7, 0x0D,
];

/// How many idioms a module repeats, and how long the longest is.
const IDIOMS: u32 = 48;
const IDIOM: usize = 40;

/// Writes one piece of the module made from `file`.
pub(super) fn paint(file: Seed, offset: u64, words: &Words, into: &mut [u8]) {
    let mut chance = file.number(offset).chance();
    let mut at = 0;
    while at < into.len() {
        let rest = &mut into[at..];
        at += match chance.below(32) {
            0 => zeros(&mut chance, rest),
            1 => put(rest, words.any(&mut chance)),
            2..6 => idiom(file, &mut chance, rest),
            _ => instruction(&mut chance, rest),
        };
    }
}

fn zeros(chance: &mut Chance, rest: &mut [u8]) -> usize {
    let count = chance.index(56).saturating_add(8).min(rest.len());
    rest[..count].fill(0);
    count
}

/// Macro expansions and prologues: byte runs that come back through a module.
fn idiom(file: Seed, chance: &mut Chance, rest: &mut [u8]) -> usize {
    let number = u64::from(chance.skewed(IDIOMS));
    let mut bytes = [0; IDIOM];
    let mut source = file.number(!number).chance();
    source.fill(&mut bytes);
    let length = 8 + source.index(IDIOM - 8);
    put(rest, &bytes[..length])
}

fn instruction(chance: &mut Chance, rest: &mut [u8]) -> usize {
    let opcode = OPCODES[usize::try_from(chance.skewed(32)).unwrap_or_default() % OPCODES.len()];
    let bits = chance.bits();
    let byte = |shift: u32| u8::try_from((bits >> shift) & 0xFF).unwrap_or_default();
    let registers = byte(0) & 0x70 | if byte(8) < 80 { byte(16) & 0x0F } else { 0 };
    // Few base registers, and displacements that are mostly small and full words.
    let base = [0xC0, 0xD0, 0xC0, 0xB0][usize::from(byte(24) & 3)];
    let (high, low) = if byte(32) < 112 {
        (byte(40) & 0x0F, byte(48))
    } else {
        (0, byte(48) & 0x7C)
    };
    let code = [opcode, registers, base | high, low, 0xD0, byte(56) & 0xFC];
    let length = match opcode >> 6 {
        0 => 2,
        3 => 6,
        _ => 4,
    };
    put(rest, &code[..length])
}

fn put(rest: &mut [u8], bytes: &[u8]) -> usize {
    let count = bytes.len().min(rest.len());
    rest[..count].copy_from_slice(&bytes[..count]);
    count
}
