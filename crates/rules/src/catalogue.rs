//! All rules, area by area.

use crate::{
    brm, cfg, cov, dir, dst, exp, job, lgr, md, ret, rst, rule::Rule, st, suppression, tap, vmb, vol,
};

/// The areas in the order in which people read about them: what the cluster is, what lies where, what is copied, and
/// what happens to the copies.
const AREAS: [&[&dyn Rule]; 16] = [
    cfg::RULES,
    dst::RULES,
    vol::RULES,
    md::RULES,
    dir::RULES,
    brm::RULES,
    job::RULES,
    vmb::RULES,
    ret::RULES,
    cov::RULES,
    tap::RULES,
    exp::RULES,
    rst::RULES,
    lgr::RULES,
    st::RULES,
    suppression::RULES,
];

const COUNT: usize = {
    let (mut count, mut area) = (0, 0);
    while area < AREAS.len() {
        count += AREAS[area].len();
        area += 1;
    }
    count
};

/// All rules: the areas one after another, each in the order of its codes.
pub static RULES: &[&dyn Rule] = &{
    let mut all: [&dyn Rule; COUNT] = [suppression::RULES[0]; COUNT];
    let (mut at, mut area) = (0, 0);
    while area < AREAS.len() {
        let mut nth = 0;
        while nth < AREAS[area].len() {
            all[at] = AREAS[area][nth];
            at += 1;
            nth += 1;
        }
        area += 1;
    }
    all
};

/// The rule with this code, in any case.
pub fn rule(code: &str) -> Option<&'static dyn Rule> {
    RULES
        .iter()
        .copied()
        .find(|rule| rule.meta().code.eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_in_order_within_their_area_and_nothing_is_there_twice() {
        for area in AREAS {
            let codes: Vec<_> = area.iter().map(|rule| rule.meta().code).collect();
            assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
            let prefixes: BTreeSet<_> = codes.iter().map(|code| &code[..code.len() - 3]).collect();
            assert!(prefixes.len() <= 1, "one area, one prefix: {prefixes:?}");
        }
        let names: BTreeSet<_> = RULES.iter().map(|rule| rule.meta().name).collect();
        let codes: BTreeSet<_> = RULES.iter().map(|rule| rule.meta().code).collect();
        assert_eq!((names.len(), codes.len()), (RULES.len(), RULES.len()));
    }

    #[test]
    fn what_a_rule_says_of_itself_is_complete() {
        for meta in RULES.iter().map(|rule| rule.meta()) {
            let code = meta.code;
            assert!(
                meta.name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{code}"
            );
            for text in [meta.source, meta.text, meta.why, meta.example, meta.repair] {
                assert!(!text.trim().is_empty() && text == text.trim(), "{code}: {text:?}");
            }
            for sentence in [meta.text, meta.why, meta.repair] {
                assert!(
                    sentence.ends_with('.') && !sentence.contains("  "),
                    "{code}: {sentence:?}"
                );
            }
        }
    }

    #[test]
    fn a_rule_is_found_by_its_code() {
        assert_eq!(
            rule("ssi-md-002").unwrap().meta().name,
            "local-minidisk-not-private"
        );
        assert!(rule("SSI-MD-000").is_none());
    }
}
