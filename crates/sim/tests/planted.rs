//! One mistake planted in a generated site gives the finding of that mistake, and beside it only what follows from
//! it, whatever the layout, the number of members and the seed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::collections::BTreeSet;

use common::resolve;
use proptest::prelude::*;
use sim::{
    seed::Seed,
    site_builder::{self, Layout, Scale, SitePlan, SiteText},
};

/// A mistake, the rule that must find it, and the rules that may find something because of it.
struct Planter {
    code: &'static str,
    plant: fn(&mut SiteText),
    follows: &'static [&'static str],
}

const fn plain(code: &'static str, plant: fn(&mut SiteText)) -> Planter {
    Planter {
        code,
        plant,
        follows: &[],
    }
}

/// What nobody has a BUILD for is dead data, and whatever a lost BUILD gave its member is missed there.
const NOT_BUILT: &[&str] = &[
    "SSI-DIR-002",
    "SSI-DIR-004",
    "SSI-MD-003",
    "SSI-COV-001",
    "SSI-COV-011",
    "SSI-COV-016",
];

const PLANTERS: &[Planter] = &[
    plain("SSI-CFG-001", |site| config(site, "", "SSI OTHER SLOT 1 GRIDA\n")),
    plain("SSI-CFG-003", |site| {
        config(site, "  System_Identifier LPAR LPB1 GRIDB\n", "")
    }),
    plain("SSI-CFG-008", |site| {
        config(site, "", "GRIDX: User_Volume_List GX1W01\n")
    }),
    plain("SSI-CFG-009", |site| config(site, "", "GRIDA: BEGIN\n")),
    plain("SSI-CFG-010", |site| {
        config(site, "", "Features Disable Clear_TDisk ,\n")
    }),
    plain("SSI-DST-002", |site| {
        config(site, "  Distribute IUCV", "  GRIDA: Distribute IUCV")
    }),
    plain("SSI-VOL-005", |site| {
        config(site, "  GRIDA: CP_Owned Slot 255", "  CP_Owned Slot 254")
    }),
    plain("SSI-VOL-006", |site| config(site, "GSF*", "GSF* GA1W*")),
    plain("SSI-VOL-008", |site| {
        directory(site, "GSCOM1 MR ALL", "NOWHER MR ALL")
    }),
    Planter {
        code: "SSI-DIR-001",
        plant: |site| directory(site, "USING SUBCONFIG MAINT-2", "USING SUBCONFIG MAINT-9"),
        follows: NOT_BUILT,
    },
    plain("SSI-DIR-005", |site| directory(site, "", "USER PMAINT NOLOG\n")),
    Planter {
        code: "SSI-DIR-007",
        plant: |site| {
            directory(
                site,
                "ON GRIDB USING SUBCONFIG MAINT-2",
                "ON GRIDX USING SUBCONFIG MAINT-2",
            )
        },
        follows: NOT_BUILT,
    },
    Planter {
        code: "SSI-DIR-008",
        plant: |site| {
            directory(
                site,
                "ON GRIDB USING SUBCONFIG MAINT-2",
                "ON * USING SUBCONFIG MAINT-2",
            )
        },
        // The other members build it too, over packs that are not theirs.
        follows: NOT_BUILT,
    },
    plain("SSI-DIR-009", |site| {
        directory(site, "", "USER PLANTED NOLOG\n LINK PMAINT 0999 0999 RR\n")
    }),
    plain("SSI-DIR-010", |site| {
        directory(site, "", "USER PLANTED NOLOG\n LINK MAINT 0190 0190 RR\n")
    }),
    plain("SSI-DIR-011", |site| {
        directory(site, "", "USER PLANTED NOLOG\n INCLUDE NOSUCH\n")
    }),
    plain("SSI-DIR-012", |site| directory(site, "", "USER LOGN0001 NOLOG\n")),
    plain("SSI-DIR-013", |site| {
        directory(site, "", "USER PLANTED LBYONLY 8G 4G G\n")
    }),
    Planter {
        code: "SSI-MD-001",
        plant: |site| {
            directory(
                site,
                "",
                "USER PLANTED NOLOG\n MDISK 0191 3390 0003 0001 GA1W01 MR\n",
            )
        },
        // The cylinder is another's already, jobs of members copy it, and nobody links it.
        follows: &["SSI-MD-006", "SSI-COV-002", "SSI-COV-016"],
    },
    Planter {
        code: "SSI-MD-006",
        plant: |site| {
            directory(
                site,
                "",
                "USER PLANTED NOLOG\n MDISK 0191 3390 0004 0001 GSCOM1 MR\n",
            )
        },
        // Nobody can log on or links it.
        follows: &["SSI-COV-016"],
    },
    plain("SSI-MD-010", |site| {
        directory(
            site,
            "",
            "USER PLANTED NOLOG\n MDISK 0191 3390 AUTOG 5 LINUX MR\n",
        )
    }),
    plain("SSI-MD-014", |site| {
        directory(site, "$ALLOC$  NOLOG", "$ALLOC$  SECRET")
    }),
    Planter {
        code: "SSI-MD-015",
        plant: |site| {
            directory(
                site,
                " OPTION MAINTCCW",
                " MDISK 0333 FB-512 V-DISK 1000 MR\n OPTION MAINTCCW",
            )
        },
        // It stands before OPTION.
        follows: &["SSI-DIR-014"],
    },
];

/// Replaces the first `old` of SYSTEM CONFIG; without one, `new` goes to the end.
fn config(site: &mut SiteText, old: &str, new: &str) {
    edit(&mut site.system_config, old, new);
}

/// The same in USER DIRECT.
fn directory(site: &mut SiteText, old: &str, new: &str) {
    edit(&mut site.user_direct, old, new);
}

fn edit(text: &mut String, old: &str, new: &str) {
    if old.is_empty() {
        text.push_str(new);
        return;
    }
    assert!(text.contains(old), "nothing to plant in: {old}");
    *text = text.replacen(old, new, 1);
}

fn found(text: &SiteText) -> BTreeSet<&'static str> {
    let site = resolve(text).value;
    let findings = rules::check_all(&rules::Subject::new(&site), &rules::Selection::default());
    findings.iter().map(|finding| finding.code).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_planted_mistake_is_found_and_only_what_follows_from_it(
        members in 2_u8..=8,
        brm in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let layout = if brm { Layout::Brm } else { Layout::VmBackup };
        let plan = SitePlan::new("grid", members, layout, Scale::Small, Seed(seed));
        let site = site_builder::write(&plan).unwrap();
        prop_assert_eq!(found(&site), BTreeSet::new());
        for planter in PLANTERS {
            let mut planted = site.clone();
            (planter.plant)(&mut planted);
            let mut codes = found(&planted);
            prop_assert!(codes.remove(planter.code), "{} of {plan:?}: {codes:?}", planter.code);
            codes.retain(|code| !planter.follows.contains(code));
            prop_assert!(codes.is_empty(), "{} of {plan:?} also gives {codes:?}", planter.code);
        }
    }
}
