use dasd::Volser;

use super::*;
use crate::{
    job::{BackupFormat, ChangeTest, ExclusionFile, RecordType},
    link_mode::Mode,
    parsed::Severity,
    site::minidisk::{Minidisk, MinidiskKind, Scope, Space},
};

fn parse(text: &str) -> Parsed<Option<Job>> {
    parse_job(&Source::new("jobs/j.toml", text))
}

const COMPLETE: &str = r#"
name = "multia"
member = "GRIDA"
kind = "incremental"
base = "FULLA"
data = "image"
changes = "sampled"
skip_unchanged = true
retention = "30 days"
schedule = "daily 01:00"
output = { tape = "LTO", copies = 2 }
server = "BKRBKUP"

[[include]]
scope = "identity"
[[exclude]]
user = "$*"
[[exclude]]
vdev = "19e"
volser = "GA%RES"
"#;

#[test]
fn a_complete_job() {
    let Parsed { value, complaints } = parse(COMPLETE);
    assert!(complaints.is_empty(), "{complaints:?}");
    let job = value.unwrap();
    assert_eq!(job.name.as_str(), "MULTIA");
    assert_eq!(job.member, JobMember::At(MemberName::new("GRIDA").unwrap()));
    assert_eq!(job.kind, JobKind::Incremental);
    assert_eq!(job.shortcuts.changes, Changes::Sampled);
    assert!(job.shortcuts.skip_unchanged);
    assert_eq!(job.retention, Some(Retention::Days(30)));
    assert_eq!(
        job.output,
        Some(Output {
            medium: Medium::Tape,
            pool: Some("LTO".into()),
            copies: 2
        })
    );
    assert_eq!(job.place.to_string(), "jobs/j.toml:2:8");
    assert_eq!(job.exclude[1].vdev.as_str(), "019E");
}

fn minidisk(user: &str, vdev: u16, volser: Option<&str>, multi: bool) -> Minidisk {
    Minidisk {
        user: UserId::new(user).unwrap(),
        multi,
        subconfig: None,
        profile: None,
        vdev: Vdev::new(vdev),
        device: "3390".into(),
        volser: volser.map(|text| Volser::new(text).unwrap()),
        space: Space::Unresolved {
            reason: "irrelevant here".into(),
        },
        scope: Scope::Global,
        mode: Mode::default(),
        kind: MinidiskKind::Data,
        covers_others: false,
        place: Source::new("d", "").place(1, 0, 1),
    }
}

#[test]
fn exclude_beats_include() {
    let job = parse(COMPLETE).value.unwrap();
    let selects = |user, vdev, volser, multi| job.selects(&minidisk(user, vdev, volser, multi));
    assert!(selects("MAINT", 0x19e, Some("GA1W01"), true));
    assert!(
        !selects("MAINT", 0x19e, Some("GA1RES"), true),
        "excluded by vdev and volser"
    );
    assert!(
        selects("MAINT", 0x190, Some("GA1RES"), true),
        "both must fit to exclude"
    );
    assert!(
        !selects("$ALLOC$", 0x19e, Some("GA1W01"), true),
        "excluded by user"
    );
    assert!(
        !selects("PMAINT", 0x19e, Some("GA1W01"), false),
        "not an identity"
    );
    assert!(selects("MAINT", 0x19e, None, true), "no volume fits the mask *");
}

#[test]
fn volume_jobs_select_by_volser() {
    let text =
        "name = \"DR\"\ndata = \"volumes\"\n[[include]]\nvolser = \"G*\"\n[[exclude]]\nvolser = \"GA*\"\n";
    let job = parse(text).value.unwrap();
    assert_eq!(job.data, Data::Volumes);
    assert!(job.selects_volume(&Volser::new("GSCOM1").unwrap()));
    assert!(!job.selects_volume(&Volser::new("GA1RES").unwrap()));
}

#[test]
fn what_is_not_understood_has_a_line_and_a_column() {
    let text =
        "name = \"J\"\nkind = \"weekly\"\ndata = \"cms-files\"\nspeed = 3\n[[include]]\nscope = \"all\"\n";
    let Parsed { value, complaints } = parse(text);
    let shown: Vec<_> = complaints.iter().map(ToString::to_string).collect();
    assert!(value.unwrap().include.is_empty());
    assert_eq!(shown.len(), 5, "{shown:#?}");
    let starts = [
        "jobs/j.toml:1:8: warning: job J selects nothing",
        "jobs/j.toml:2:8: error: kind: \"weekly\"",
        "jobs/j.toml:3:8: warning: data",
        "jobs/j.toml:4:1: warning: \"speed\" is not known",
        "jobs/j.toml:6:9: error: scope",
    ];
    for (text, start) in shown.iter().zip(starts) {
        assert!(text.starts_with(start), "{text}");
    }
    assert_eq!(complaints[0].severity, Severity::Warning);
}

#[test]
fn no_name_no_toml_no_utf8() {
    assert!(parse("kind = \"full\"").value.is_none());
    assert!(parse("name = \"J\"\n= =\n").has_errors());
    let odd = parse_job(&Source::new("j", b"name = \"\xff\"".to_vec()));
    assert_eq!(odd.complaints[0].place.to_string(), "j:1:9");
    assert!(odd.value.is_none());
}

#[test]
fn a_template_of_vm_backup() {
    let text = r#"
name = "VMBACKUP"
schedule = "SAT 01:00"
window_minutes = 90
[[include]]
logged_on = true
[template]
exclusion = "screen"
format = "cmsalloc"
change = "hash"
catalog = false
discard = 60
streams = 20
file_pools = ["vmsys"]
[[template.exception]]
record = "account"
name = "12*"
format = "physical"
"#;
    let Parsed { value, complaints } = parse(text);
    assert!(complaints.is_empty(), "{complaints:?}");
    let job = value.unwrap();
    assert_eq!(job.times().unwrap().longest_gap_hours(), 168);
    assert_eq!((job.window_minutes, job.include[0].logged_on), (Some(90), true));
    let template = job.template.unwrap();
    assert_eq!(template.exclusion, Some(ExclusionFile::Screen));
    assert_eq!(
        (template.format, template.change),
        (BackupFormat::CmsAlloc, Some(ChangeTest::Hash))
    );
    assert_eq!(
        (template.catalog, template.discard, template.condense),
        (false, 60, 15)
    );
    assert_eq!(
        (template.streams, template.file_pools),
        (20, vec!["VMSYS".to_owned()])
    );
    assert_eq!(template.exceptions[0].record, RecordType::Account);
}

#[test]
fn changes_are_ignored_unless_the_job_says_otherwise() {
    let changes = |line: &str| {
        let parsed = parse(&format!("name = \"J\"\n{line}\n[[include]]\nuser = \"*\"\n"));
        let said: Vec<String> = parsed
            .complaints
            .iter()
            .map(|complaint| complaint.text.clone())
            .collect();
        (parsed.value.unwrap().shortcuts.changes, said.concat())
    };
    assert_eq!(changes(""), (Changes::Ignored, String::new()));
    assert_eq!(
        changes("changes = \"trusted\""),
        (Changes::Trusted, String::new())
    );
    let (read, said) = changes("changes = \"believed\"");
    assert_eq!(read, Changes::Ignored);
    assert!(said.contains("believed") && said.contains("sampled"), "{said}");
}

#[test]
fn values_have_places_for_those_who_want_to_change_them() {
    let text = "name = \"A\"\nretention = { days = 14 }\ninclude = [{ user = \"B\" }]\n[[exclude]]\nuser = \"C\"\n\
                [template]\n discard = 30\nfile_pools = [\n]\n";
    let job = parse_job(&Source::new("jobs/A.toml", text)).value.unwrap();
    assert_eq!(job.retention_place.unwrap().to_string(), "jobs/A.toml:2:22");
    assert_eq!(job.keys.at("retention"), None);
    let (include, exclude) = (&job.include[0].keys, &job.exclude[0].keys);
    assert_eq!((include.header(), include.lines().len()), (None, 0));
    assert_eq!(exclude.header().unwrap().to_string(), "jobs/A.toml:4:1");
    assert_eq!(exclude.lines().len(), 2);
    let template = job.template.unwrap().keys;
    assert_eq!(template.at("discard").unwrap().to_string(), "jobs/A.toml:7:12");
    assert_eq!((template.at("file_pools"), template.lines().len()), (None, 0));
}
