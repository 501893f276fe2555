//! All rules, in the order of their codes.

use crate::{
    minidisk::{
        local_minidisk_elsewhere::LocalMinidiskElsewhere,
        local_minidisk_not_private::LocalMinidiskNotPrivate, user_minidisk_not_shared::UserMinidiskNotShared,
    },
    rule::Rule,
};

/// All rules, in the order of their codes.
pub static RULES: &[&dyn Rule] = &[
    &UserMinidiskNotShared,
    &LocalMinidiskNotPrivate,
    &LocalMinidiskElsewhere,
];

/// The rule with this code, in any case.
pub fn rule(code: &str) -> Option<&'static dyn Rule> {
    RULES
        .iter()
        .copied()
        .find(|rule| rule.meta().code.eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_order() {
        let codes: Vec<_> = RULES.iter().map(|rule| rule.meta().code).collect();
        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
        assert_eq!(
            rule("ssi-md-002").unwrap().meta().name,
            "local-minidisk-not-private"
        );
        assert!(rule("SSI-MD-000").is_none());
    }
}
