//! Generated sites are understood by the parsers without a complaint, and each minidisk is where SSI wants it and in
//! exactly one weekly job.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::{all_plans, resolved};
use sim::{
    seed::Seed,
    site_builder::{Layout, Scale, SitePlan},
};
use zvm::{Data, JobKind, JobMember, MinidiskKind, Ownership, Reach, Scope};

#[test]
fn there_is_nothing_to_complain_about() {
    for plan in all_plans() {
        let site = resolved(&plan);
        let complaints: Vec<String> = site.complaints.iter().map(ToString::to_string).collect();
        assert!(complaints.is_empty(), "{plan:?}\n{}", complaints.join("\n"));
        assert_eq!(site.value.cluster.members.len(), usize::from(plan.members));
        assert_eq!(site.value.seed, Some(plan.seed.0));
    }
}

#[test]
fn no_rule_finds_anything() {
    for plan in all_plans() {
        let site = resolved(&plan).value;
        let findings = rules::check_all(&rules::Subject::new(&site), &rules::Selection::default());
        let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(shown.is_empty(), "{plan:?}\n{}", shown.join("\n"));
    }
}

#[test]
fn shared_disks_lie_on_shared_volumes_and_local_ones_on_their_members() {
    for plan in all_plans() {
        let site = resolved(&plan).value;
        let mut local = 0;
        for minidisk in site
            .minidisks
            .iter()
            .filter(|minidisk| minidisk.kind == MinidiskKind::Data)
        {
            let Some(volser) = minidisk.volser else { continue };
            let ownership = site.ownership(&volser);
            match minidisk.scope {
                Scope::Global => assert_eq!(ownership, Ownership::Shared, "{minidisk:?}"),
                // In a cluster of one the statement that names the member is all that tells private from shared.
                Scope::Local(_) if plan.members == 1 => local += 1,
                Scope::Local(member) => {
                    assert_eq!(ownership, Ownership::Private(member), "{minidisk:?}");
                    local += 1;
                }
                Scope::None => assert!(minidisk.extent().is_none(), "{minidisk:?}"),
            }
        }
        assert!(local >= 3 * usize::from(plan.members), "{plan:?}");
    }
}

#[test]
fn every_minidisk_is_in_one_full_and_one_incremental_that_can_reach_it() {
    for plan in all_plans() {
        let site = resolved(&plan).value;
        for minidisk in site
            .minidisks
            .iter()
            .filter(|minidisk| minidisk.scope != Scope::None)
        {
            let chosen: Vec<_> = site
                .jobs
                .iter()
                .filter(|job| job.data != Data::Volumes && job.selects(minidisk))
                .collect();
            match minidisk.kind {
                MinidiskKind::SpaceMap => assert!(chosen.is_empty(), "{minidisk:?}"),
                MinidiskKind::Overlay => {}
                MinidiskKind::Data => {
                    let mut kinds: Vec<_> = chosen.iter().map(|job| job.kind).collect();
                    kinds.sort();
                    assert_eq!(kinds, [JobKind::Full, JobKind::Incremental], "{minidisk:?}");
                    for job in chosen {
                        let members = match job.member {
                            JobMember::At(member) => vec![member],
                            JobMember::Any => site.cluster.members.iter().map(|member| member.name).collect(),
                        };
                        for member in members {
                            let reach = site.can_read(&member, minidisk);
                            assert!(
                                matches!(reach, Reach::Readable(_)),
                                "{minidisk:?} at {member}: {reach:?}"
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn one_scratch_volser_on_each_member_is_one_pack_for_each() {
    for layout in [Layout::Brm, Layout::VmBackup] {
        let plan = SitePlan::new("grid", 3, layout, Scale::Small, Seed(1));
        let site = resolved(&SitePlan {
            same_private_volser: true,
            ..plan
        });
        assert!(site.complaints.is_empty(), "{:?}", site.complaints);
        let site = site.value;
        let volser = dasd::Volser::new("GWRK00").unwrap();
        let packs: Vec<_> = site
            .volumes
            .iter()
            .filter(|volume| volume.key.volser == volser)
            .collect();
        assert_eq!(packs.len(), 3);
        for member in &site.cluster.members {
            let pack = site.volume_at(&member.name, &volser).unwrap();
            assert_eq!(pack.key.member, Some(member.name));
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_name_and_seed_will_do(name in ".{0,12}", members in 1_u8..=8, brm: bool, seed: u64) {
        let layout = if brm { Layout::Brm } else { Layout::VmBackup };
        let site = resolved(&SitePlan::new(&name, members, layout, Scale::Small, Seed(seed)));
        proptest::prop_assert!(site.complaints.is_empty(), "{:?}", site.complaints);
        proptest::prop_assert_eq!(site.value.name, name);
    }
}
