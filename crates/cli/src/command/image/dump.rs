//! Bytes in hexadecimal beside their EBCDIC text, as CP displays storage.

use std::io::{self, Write};

use dasd::ebcdic::from_ebcdic;

/// Bytes of a line.
const LINE: usize = 16;

/// Writes the bytes in lines of sixteen. Lines that repeat the one before are left out and named.
pub(super) fn dump(out: &mut dyn Write, indent: &str, bytes: &[u8]) -> io::Result<()> {
    let mut before: Option<&[u8]> = None;
    let mut repeated = 0_usize;
    let mut lines = bytes.chunks(LINE).zip((0..).step_by(LINE)).peekable();
    while let Some((line, offset)) = lines.next() {
        // The last line is always shown: it tells where the bytes end.
        if before == Some(line) && lines.peek().is_some() {
            repeated += 1;
            continue;
        }
        if repeated > 0 {
            let noun = if repeated == 1 { "line" } else { "lines" };
            writeln!(out, "{indent}      {repeated} {noun} the same as above")?;
        }
        repeated = 0;
        before = Some(line);
        let mut words = String::with_capacity(36);
        for (place, byte) in line.iter().enumerate() {
            if place > 0 && place % 4 == 0 {
                words.push(' ');
            }
            words.push_str(&format!("{byte:02X}"));
        }
        writeln!(out, "{indent}{offset:04X}  {words:<35}  *{}*", text(line))?;
    }
    Ok(())
}

/// EBCDIC as text; what cannot be shown is a point.
pub(super) fn text(bytes: &[u8]) -> String {
    let shown = |letter: char| {
        let visible = letter == ' ' || letter.is_ascii_graphic() || (letter > '\u{A0}' && letter != '\u{AD}');
        if visible { letter } else { '.' }
    };
    from_ebcdic(bytes).chars().map(shown).collect()
}

/// Hexadecimal digits without blanks, for programs.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_repetitions() {
        let mut bytes = dasd::ebcdic::to_ebcdic("VOL1VM50U1");
        bytes.resize(16 * 5 + 3, 0);
        let mut out = Vec::new();
        dump(&mut out, "  ", &bytes).unwrap();
        let expected = "  0000  E5D6D3F1 E5D4F5F0 E4F10000 00000000  *VOL1VM50U1......*\n\
                        \x20 0010  00000000 00000000 00000000 00000000  *................*\n\
                        \x20       3 lines the same as above\n\
                        \x20 0050  000000                               *...*\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        assert_eq!(hex(&[0xE5, 0x0F]), "e50f");
        assert_eq!(text(&[0xC1, 0x41, 0xCA, 0x00]), "A...");
    }
}
