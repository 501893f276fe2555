//! Which known word a mistyped one was meant to be.

/// The one known word that is one typing error away: a letter too many, too few, another one, or two that changed
/// places. None where no word is, or several are.
pub(crate) fn meant<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let mut near = known.into_iter().filter(|known| one_error(word, known));
    let first = near.next()?;
    near.all(|other| other == first).then_some(first)
}

fn one_error(word: &str, known: &str) -> bool {
    let (word, known) = (word.as_bytes(), known.as_bytes());
    if word == known {
        return false;
    }
    let alike = word.iter().zip(known).take_while(|(a, b)| a == b).count();
    let (word, known) = (&word[alike..], &known[alike..]);
    let changed_places = || match (word, known) {
        ([a, b, rest @ ..], [c, d, others @ ..]) => (a, b, rest) == (d, c, others),
        _ => false,
    };
    let rest = |of: &'_ [u8]| of.get(1..).map(<[u8]>::to_vec).unwrap_or_default();
    rest(word) == rest(known) && !word.is_empty() && !known.is_empty()
        || !word.is_empty() && rest(word) == known
        || !known.is_empty() && word == rest(known)
        || changed_places()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_error_is_forgiven_when_there_is_no_doubt() {
        let members = ["GRIDA", "GRIDB", "OTHER"];
        for (word, is) in [
            ("OTHR", Some("OTHER")),
            ("OHTER", Some("OTHER")),
            ("OTHERS", Some("OTHER")),
            ("ATHER", Some("OTHER")),
            ("GRIDC", None),
            ("GRDIA", Some("GRIDA")),
            ("OTHER", None),
            ("OTRHE", None),
            ("", None),
        ] {
            assert_eq!(meant(word, members), is, "{word}");
        }
    }
}
