//! The sites of `sim-fixtures/directories`, resolved as a whole.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use dasd::{Run, Volser};
use zvm::{
    ListedBy, MemberName, Minidisk, MinidiskKind, Ownership, Parsed, Reach, Scope, Site, SiteFiles, Source,
    Space,
};

macro_rules! fixture {
    ($name:literal) => {
        Source::new(
            $name,
            include_str!(concat!("../../../sim-fixtures/directories/", $name)),
        )
    };
}

fn volser(text: &str) -> Volser {
    Volser::new(text).unwrap()
}

fn member(text: &str) -> MemberName {
    MemberName::new(text).unwrap()
}

fn grid() -> Site {
    let Parsed { value, complaints } = Site::resolve(&SiteFiles {
        site_toml: fixture!("gridssi.site.toml"),
        system_config: fixture!("gridssi.system.config"),
        directory: fixture!("gridssi.user.direct"),
        directory_parts: Vec::new(),
        extent_control: Some(fixture!("gridssi.extent.control")),
        jobs: Vec::new(),
    });
    assert!(complaints.is_empty(), "{complaints:#?}");
    value
}

fn threesome() -> Site {
    let Parsed { value, complaints } = Site::resolve(&SiteFiles {
        site_toml: fixture!("threesome.site.toml"),
        system_config: fixture!("threesome.system.config"),
        directory: fixture!("threesome.user.direct"),
        directory_parts: Vec::new(),
        extent_control: None,
        jobs: Vec::new(),
    });
    assert!(complaints.is_empty(), "{complaints:#?}");
    value
}

fn disk<'a>(site: &'a Site, user: &str, vdev: &str, scope: Scope) -> &'a Minidisk {
    let wanted =
        |disk: &&Minidisk| disk.user.as_str() == user && disk.vdev.to_string() == vdev && disk.scope == scope;
    site.minidisks
        .iter()
        .find(wanted)
        .unwrap_or_else(|| panic!("{user} {vdev} {scope}"))
}

#[test]
fn the_cluster_and_its_volumes() {
    let site = grid();
    let members: Vec<_> = site
        .cluster
        .members
        .iter()
        .map(|member| (member.slot, member.name.as_str().to_owned()))
        .collect();
    assert_eq!(
        members,
        [
            (1, "GRIDA".into()),
            (2, "GRIDB".into()),
            (3, "GRIDC".into()),
            (4, "GRIDD".into())
        ]
    );
    for (name, ownership) in [
        ("GSCOM1", Ownership::Shared),
        ("GD1S01", Ownership::Shared),
        ("GSCOM2", Ownership::Shared),
        ("GSL001", Ownership::Shared),
        ("GA1W01", Ownership::Private(member("GRIDA"))),
        ("GB1P01", Ownership::Private(member("GRIDB"))),
        ("GSL990", Ownership::Unlisted),
        ("NOBODY", Ownership::Unlisted),
    ] {
        assert_eq!(site.ownership(&volser(name)), ownership, "{name}");
    }
    let listing = &site.listings(&volser("GA1W01"))[0];
    assert_eq!(
        (listing.by, listing.place.to_string()),
        (ListedBy::UserList, "gridssi.system.config:49:25".into())
    );
    assert_eq!(site.listings(&volser("GSL001"))[0].by, ListedBy::UserInclude);
}

#[test]
fn scopes_spaces_and_kinds() {
    let site = grid();
    let a = Scope::Local(member("GRIDA"));
    let work = disk(&site, "MAINT", "0191", a);
    assert_eq!(work.subconfig.unwrap().as_str(), "MAINT-1");
    assert_eq!(work.extent().unwrap().run, Run::cylinders(415, 175));
    assert_eq!(work.place.to_string(), "gridssi.user.direct:39:2");

    let sysres = disk(&site, "MAINT", "0123", a);
    assert_eq!(sysres.extent().unwrap().to_string(), "GA1RES cylinders 0-10016");
    assert_eq!(sysres.kind, MinidiskKind::Overlay);
    assert_eq!(
        disk(&site, "PMAINT", "0141", Scope::Global).kind,
        MinidiskKind::Overlay
    );
    assert_eq!(
        disk(&site, "$ALLOC$", "0A01", Scope::Global).kind,
        MinidiskKind::SpaceMap
    );
    let alone = disk(&site, "LNXDB201", "0100", Scope::Global);
    assert_eq!(
        alone.kind,
        MinidiskKind::Data,
        "a full pack that is alone on its pack is data"
    );
    assert_eq!(alone.extent().unwrap().run, Run::cylinders(0, 10017));

    assert!(matches!(
        disk(&site, "LNXPAY01", "0102", Scope::None).space,
        Space::VDisk { blocks: 2_097_152 }
    ));
    assert!(matches!(
        disk(&site, "LNXPAY01", "0555", Scope::None).space,
        Space::TDisk { size: 50 }
    ));
    assert_eq!(site.minidisks.len(), 26);
    let maint = site
        .users
        .iter()
        .find(|user| user.id.as_str() == "MAINT")
        .unwrap();
    assert_eq!((maint.multi, maint.builds.len(), maint.links.len()), (true, 4, 3));
}

#[test]
fn who_can_read_what() {
    let site = grid();
    let [a, b] = ["GRIDA", "GRIDB"].map(member);
    let reach = |who: &MemberName, disk: &Minidisk| match site.can_read(who, disk) {
        Reach::Readable(key) => key.to_string(),
        Reach::Unreachable(reason) => format!("no: {reason}"),
    };
    let local = disk(&site, "MAINT", "0191", Scope::Local(a));
    assert_eq!(reach(&a, local), "GA1W01 of GRIDA");
    assert_eq!(reach(&b, local), "no: it is local to GRIDA");
    assert_eq!(reach(&b, disk(&site, "PMAINT", "0CF0", Scope::Global)), "GSCOM1");
    assert_eq!(
        reach(&b, disk(&site, "LNXPAY01", "0102", Scope::None)),
        "no: it is temporary space"
    );
    let stranger = disk(&site, "$ALLOC$", "0A02", Scope::Global);
    assert_eq!(reach(&b, stranger), "no: volume GA1W01 is not attached to GRIDB");
    let devno = disk(&site, "DB2PROD", "0200", Scope::Global);
    assert!(
        reach(&a, devno).starts_with("no: no volume of GRIDA has the device number 5A80"),
        "GSDB2P is listed nowhere"
    );
}

#[test]
fn private_packs_of_one_serial_are_different_volumes() {
    let site = threesome();
    let members = ["TRIOA", "TRIOB", "TRIOC"].map(member);
    assert_eq!(
        site.ownership(&volser("TWORK1")),
        Ownership::PrivateEach(members.to_vec())
    );
    for (home, size) in members.iter().zip([100, 100, 60]) {
        let tools = disk(&site, "TOOLS", "0191", Scope::Local(*home));
        for who in &members {
            match site.can_read(who, tools) {
                Reach::Readable(key) => assert_eq!((who, key.member), (home, Some(*home))),
                Reach::Unreachable(reason) => assert!(who != home && reason.contains("local to")),
            }
        }
        let pack = site.volume_at(home, &volser("TWORK1")).unwrap();
        assert_eq!(pack.size, Some(zvm::VolumeSize::Cylinders(size)));
    }
    let to_end = disk(&site, "TOOLS", "0191", Scope::Local(members[2]));
    assert_eq!(
        to_end.extent().unwrap().run,
        Run::cylinders(1, 59),
        "END of its own pack, not of the others"
    );
}

#[test]
fn partial_sharing_and_orphans() {
    let site = threesome();
    let [a, b, c] = ["TRIOA", "TRIOB", "TRIOC"].map(member);
    assert_eq!(site.ownership(&volser("THALF1")), Ownership::Partial(vec![a, b]));
    let half = disk(&site, "HALF", "0191", Scope::Global);
    assert!(matches!(site.can_read(&b, half), Reach::Readable(_)));
    assert!(matches!(site.can_read(&c, half), Reach::Unreachable(_)));
    let orphan = disk(&site, "TOOLS-9", "0191", Scope::None);
    let Reach::Unreachable(reason) = site.can_read(&a, orphan) else {
        panic!()
    };
    assert_eq!(reason, "no BUILD statement names its SUBCONFIG");
}

#[test]
fn a_list_for_all_and_packs_for_each() {
    let text = "SSI X SLOT 1 A SLOT 2 B\nUser_Volume_List WORK1\n";
    let toml = "[[volume]]\nvolser=\"WORK1\"\nmember=\"A\"\n[[volume]]\nvolser=\"WORK1\"\nmember=\"B\"\n";
    let mut files = SiteFiles {
        site_toml: Source::new("site.toml", toml),
        system_config: Source::new("c", text),
        directory: Source::new("d", ""),
        directory_parts: Vec::new(),
        extent_control: None,
        jobs: Vec::new(),
    };
    let site = Site::resolve(&files).value;
    assert_eq!(
        site.ownership(&volser("WORK1")),
        Ownership::PrivateEach(vec![member("A"), member("B")])
    );
    files.site_toml = Source::new("site.toml", "[[volume]]\nvolser=\"WORK1\"\nmember=\"A\"\n");
    let site = Site::resolve(&files).value;
    assert_eq!(
        site.ownership(&volser("WORK1")),
        Ownership::Private(member("A")),
        "there is no pack for B"
    );
    assert!(!site.attached(&member("B"), &volser("WORK1")));
}

#[test]
fn excludes_take_back_includes_but_not_lists() {
    let text = "SSI X SLOT 1 A SLOT 2 B\nUser_Volume_Include W*\nB: User_Volume_Exclude W%2\nUser_Volume_Exclude W*3\n\
                User_Volume_List W03\n";
    let directory =
        "USER U\nMDISK 1 3390 1 1 W01\nMDISK 2 3390 1 1 W02\nMDISK 3 3390 1 1 W03\nMDISK 4 3390 1 1 W13\n";
    let site = Site::resolve(&SiteFiles {
        site_toml: Source::new("site.toml", ""),
        system_config: Source::new("c", text),
        directory: Source::new("d", directory),
        directory_parts: Vec::new(),
        extent_control: None,
        jobs: Vec::new(),
    });
    let ownership = |name| site.value.ownership(&volser(name));
    assert_eq!(ownership("W01"), Ownership::Shared);
    assert_eq!(ownership("W02"), Ownership::Private(member("A")));
    assert_eq!(ownership("W03"), Ownership::Shared);
    assert_eq!(ownership("W13"), Ownership::Unlisted);
    assert_eq!(
        ownership("W99"),
        Ownership::Unlisted,
        "a mask attaches only what is known to exist"
    );
}

#[test]
fn continuation_horrors() {
    let Parsed { value, complaints } = zvm::parse_system_config(&fixture!("horrors.system.config"));
    let shown: Vec<_> = complaints.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "horrors.system.config:25:21: error: the statement goes on after this comma, but line 27 starts a new one; \
          remove the comma"
        ]
    );
    let lists = value.statements.iter().map(|statement| match &statement.kind {
        zvm::ConfigKind::Ssi(ssi) => ssi.slots.len(),
        zvm::ConfigKind::UserVolumeList(list) => list.len(),
        zvm::ConfigKind::UserVolumeInclude(masks) => masks.len(),
        zvm::ConfigKind::CpOwned { .. } => 10,
        zvm::ConfigKind::Other { operands, .. } => operands.len(),
        _ => 0,
    });
    assert_eq!(lists.collect::<Vec<_>>(), [0, 0, 2, 5, 10, 10, 3, 1, 10]);
}

#[test]
fn a_directory_in_parts() {
    let resolve = |parts: Vec<Source>| {
        Site::resolve(&SiteFiles {
            site_toml: Source::new("site.toml", ""),
            system_config: Source::new("c", "SSI X SLOT 1 A SLOT 2 B\nCP_Owned Slot 1 W01"),
            directory: Source::new(
                "d",
                "LOAD USERA DIRECT A\nLOAD MORE DIRECT A\nLOAD USERA DIRECT\n",
            ),
            directory_parts: parts,
            extent_control: None,
            jobs: Vec::new(),
        })
    };
    let part = |name: &str, text: &str| Source::new(name, text);
    let all = resolve(vec![
        part("parts/usera.direct", "USER A\nMDISK 1 3390 1 1 W01\n"),
        part("parts/more.direct", "LOAD USERB DIRECT A\nLOAD MORE DIRECT A\n"),
        part("USERB DIRECT A", "USER B\nMDISK 1 3390 2 1 W01\n"),
    ]);
    let users: Vec<_> = all.value.users.iter().map(|user| user.id.to_string()).collect();
    assert_eq!(users, ["A", "B"]);
    assert_eq!(
        all.complaints.len(),
        2,
        "USERA and MORE are loaded twice: {:?}",
        all.complaints
    );
    assert_eq!(resolve(Vec::new()).complaints.len(), 3);
}

#[test]
fn profiles_give_their_minidisks_to_all_who_include_them() {
    let directory =
        "PROFILE P\nMDISK 999 3390 5 1 W01 RR\nUSER A\nINCLUDE P\nIDENTITY B\nINCLUDE P\nUSER C\nINCLUDE Q\n";
    let parsed = Site::resolve(&SiteFiles {
        site_toml: Source::new("site.toml", ""),
        system_config: Source::new("c", "SSI X SLOT 1 A SLOT 2 B\nCP_Owned Slot 1 W01"),
        directory: Source::new("d", directory),
        directory_parts: Vec::new(),
        extent_control: None,
        jobs: Vec::new(),
    });
    let owners: Vec<_> = parsed
        .value
        .minidisks
        .iter()
        .map(|disk| (disk.user.to_string(), disk.multi))
        .collect();
    assert_eq!(owners, [("A".into(), false), ("B".into(), true)]);
    assert!(
        parsed
            .value
            .minidisks
            .iter()
            .all(|disk| disk.place.line == 2 && disk.scope == Scope::Global)
    );
    assert_eq!(
        parsed.complaints.len(),
        1,
        "PROFILE Q is missing: {:?}",
        parsed.complaints
    );
}

#[test]
fn of_several_minidisks_over_one_pack_one_stays_data() {
    let directory = "USER $ALLOC$ NOLOG\nMDISK 1 3350 0 1 AAAAAA\nMDISK 2 3350 0 1 BBBBBB\nUSER U\n\
                     MDISK 194 3350 0 555 AAAAAA\nMDISK 191 3350 1 50 BBBBBB\nMDISK 148 3350 0 555 CCCCCC\n\
                     MDISK 149 3350 0 100 DDDDDD\nMDISK 150 3350 20 10 DDDDDD\n\
                     USER MAINT\nMDISK 6AD 3350 000 555 AAAAAA\nMDISK 6AE 3350 000 555 BBBBBB\nMDISK 6D0 2314 0 203 EEEEEE\n";
    let site = Site::resolve(&SiteFiles {
        site_toml: Source::new("site.toml", ""),
        system_config: Source::new("c", ""),
        directory: Source::new("d", directory),
        directory_parts: Vec::new(),
        extent_control: None,
        jobs: Vec::new(),
    });
    let shown: Vec<_> = site
        .value
        .minidisks
        .iter()
        .map(|disk| (disk.vdev.get(), disk.kind, disk.covers_others))
        .collect();
    use MinidiskKind::{Data, Overlay, SpaceMap};
    assert_eq!(
        shown,
        [
            (0x1, SpaceMap, false),
            (0x2, SpaceMap, false),
            (0x194, Data, true),
            (0x191, Data, false),
            (0x148, Data, false),
            (0x149, Data, false),
            (0x150, Data, false),
            (0x6ad, Overlay, true),
            (0x6ae, Overlay, true),
            (0x6d0, Data, false),
        ]
    );
}
