//! Keywords and their abbreviations, written as IBM's diagrams write them: the leading upper-case letters are the
//! shortest form that is accepted (`PDR_VOLume`, `Mdisk`).

/// Whether `word` is the keyword or one of its abbreviations, in any case.
pub(crate) fn abbreviates(word: &[u8], diagram: &str) -> bool {
    let shortest = diagram
        .bytes()
        .position(|byte| byte.is_ascii_lowercase())
        .unwrap_or(diagram.len());
    word.len() >= shortest
        && word.len() <= diagram.len()
        && word.eq_ignore_ascii_case(&diagram.as_bytes()[..word.len()])
}

#[cfg(test)]
mod tests {
    use super::abbreviates;

    #[test]
    fn the_upper_case_letters_are_the_minimum() {
        assert!(abbreviates(b"pdr_vol", "PDR_VOLume"));
        assert!(abbreviates(b"PDR_VOLUME", "PDR_VOLume"));
        assert!(!abbreviates(b"PDR_VO", "PDR_VOLume"));
        assert!(!abbreviates(b"PDR_VOLUMES", "PDR_VOLume"));
        assert!(abbreviates(b"M", "Mdisk"));
        assert!(!abbreviates(b"", "Mdisk"));
        assert!(!abbreviates(b"US", "USER"));
    }
}
