//! Masks: `*` stands for any string, also none, and `%` for exactly one character.

use std::fmt;

/// A mask as it is written in SYSTEM CONFIG, EXTENT CONTROL and job files; matching ignores case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mask(Box<str>);

impl Mask {
    /// Every text is a mask; one without `*` and `%` matches only itself.
    pub fn new(text: &str) -> Mask {
        Mask(text.to_ascii_uppercase().into())
    }

    /// The mask in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the mask can match more than one name.
    pub fn is_wild(&self) -> bool {
        self.0.contains(['*', '%'])
    }

    /// Whether the name fits the mask. The time is bounded by the product of both lengths.
    pub fn matches(&self, name: &str) -> bool {
        let (mask, name) = (self.0.as_bytes(), name.as_bytes());
        let (mut at_mask, mut at_name) = (0, 0);
        // Where to go on after the last `*`, and how much of the name it has swallowed so far.
        let mut retry: Option<(usize, usize)> = None;
        while at_name < name.len() {
            match mask.get(at_mask) {
                Some(b'*') => {
                    retry = Some((at_mask + 1, at_name));
                    at_mask += 1;
                }
                Some(wanted) if *wanted == b'%' || wanted.eq_ignore_ascii_case(&name[at_name]) => {
                    at_mask += 1;
                    at_name += 1;
                }
                _ => match retry {
                    Some((after_star, swallowed)) => {
                        retry = Some((after_star, swallowed + 1));
                        at_mask = after_star;
                        at_name = swallowed + 1;
                    }
                    None => return false,
                },
            }
        }
        mask[at_mask..].iter().all(|rest| *rest == b'*')
    }
}

impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn masks_of_the_books() {
        for (mask, name, fits) in [
            ("GSL99%", "GSL990", true),
            ("GSL99%", "GSL99", false),
            ("GSL99%", "GSL9901", false),
            ("LNX*", "LNX", true),
            ("lnx*", "LNXPAY01", true),
            ("*", "", true),
            ("", "", true),
            ("", "A", false),
            ("*A*B", "XAYAB", true),
            ("*A*B", "XAYABC", false),
            ("MAINT-*", "MAINT-1", true),
            ("MAINT-*", "MAINT", false),
        ] {
            assert_eq!(Mask::new(mask).matches(name), fits, "{mask} {name}");
        }
    }

    /// The definition, as slow as it is plain.
    fn oracle(mask: &[u8], name: &[u8]) -> bool {
        match (mask.split_first(), name.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) => {
                oracle(rest, name)
                    || name
                        .split_first()
                        .is_some_and(|(_, shorter)| oracle(mask, shorter))
            }
            (Some((wanted, rest)), Some((found, name))) => {
                (*wanted == b'%' || wanted == found) && oracle(rest, name)
            }
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(mask in "[AB%*]{0,6}", name in "[AB]{0,6}") {
            prop_assert_eq!(Mask::new(&mask).matches(&name), oracle(mask.as_bytes(), name.as_bytes()));
        }
    }
}
