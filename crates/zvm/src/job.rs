//! Job definitions: `jobs/*.toml`, one job per file.
//!
//! The language is our own, because no public text gives the products' template syntax. What a job selects follows one
//! sentence: a minidisk is selected when at least one `[[include]]` fits it and no `[[exclude]]` does.

use dasd::Volser;

use crate::{
    names::{JobName, MemberName, UserId, Vdev},
    parsed::{Complaints, Parsed},
    place::{Located, Place},
    site::minidisk::Minidisk,
    text::{
        fields::{self, Fields},
        mask::Mask,
        source::Source,
    },
};

/// One backup job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The name under which its instances are numbered.
    pub name: JobName,
    /// Where it runs.
    pub member: JobMember,
    /// Whether it copies everything or what has changed.
    pub kind: JobKind,
    /// The job whose newest instance an incremental is compared with; without it, the job itself.
    pub base: Option<JobName>,
    /// How the content of a minidisk is copied.
    pub data: Data,
    /// What is selected.
    pub include: Vec<Selector>,
    /// What is left out again; beats every include.
    pub exclude: Vec<Selector>,
    /// How long an instance is kept; None means for ever.
    pub retention: Option<Retention>,
    /// When the job runs, as written.
    pub schedule: Option<String>,
    /// Where the copies go.
    pub output: Option<Output>,
    /// The service machine that runs the job.
    pub server: Option<UserId>,
    /// Where the name stands.
    pub place: Place,
    /// Where the member stands, or the name when no member is given.
    pub member_place: Place,
}

/// Where a job runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobMember {
    /// On any member that is up; right only for what all members can reach.
    Any,
    /// On this member and no other.
    At(MemberName),
}

/// Whether a job copies everything or what has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobKind {
    /// Everything that is selected.
    Full,
    /// What differs from the base.
    Incremental,
}

/// How the content of a minidisk is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Data {
    /// The engine chooses what fits the content.
    Auto,
    /// Every track or block of the extent.
    Image,
    /// Whole volumes instead of minidisks, as a disaster recovery job does: includes and excludes are matched on the
    /// volser only, and the domains are the volumes that the job's member reaches.
    Volumes,
}

/// How long an instance is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Retention {
    /// Days after its end.
    Days(u32),
    /// So many newer complete instances.
    Instances(u32),
}

/// Where the copies of a job go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Output {
    /// Disk or tape.
    pub medium: Medium,
    /// The disk or tape pool, when one is named.
    pub pool: Option<String>,
    /// How many copies are written, at least 1.
    pub copies: u32,
}

/// What copies are written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Medium {
    /// A disk pool.
    Disk,
    /// Tapes.
    Tape,
}

/// One `[[include]]` or `[[exclude]]`: all four conditions must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// The owner, as people name it.
    pub user: Mask,
    /// The device number in its four-digit form; a mask of one to four hexadecimal digits is padded with zeros.
    pub vdev: Mask,
    /// The volume; a minidisk that lies on no volume fits only `*`.
    pub volser: Mask,
    /// The kind of owner.
    pub scope: OwnerScope,
    /// Where the selector starts.
    pub place: Place,
}

/// Which kind of owner a selector means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnerScope {
    /// Every minidisk.
    Any,
    /// Minidisks of single-configuration users (USER entries).
    Single,
    /// Minidisks of multiconfiguration users (IDENTITY entries and their SUBCONFIGs).
    Identity,
}

impl Selector {
    /// Whether the minidisk fits.
    pub fn matches(&self, minidisk: &Minidisk) -> bool {
        let scope = match self.scope {
            OwnerScope::Any => true,
            OwnerScope::Single => !minidisk.multi,
            OwnerScope::Identity => minidisk.multi,
        };
        scope
            && self.user.matches(minidisk.user.as_str())
            && self.vdev.matches(&minidisk.vdev.to_string())
            && self
                .volser
                .matches(minidisk.volser.as_ref().map_or("", Volser::as_str))
    }
}

impl Job {
    /// Whether the job selects the minidisk: an include fits and no exclude does. Whether there is anything to copy
    /// is not asked, so a mask may well select a T-DISK.
    pub fn selects(&self, minidisk: &Minidisk) -> bool {
        let fits = |selector: &Selector| selector.matches(minidisk);
        self.include.iter().any(fits) && !self.exclude.iter().any(fits)
    }

    /// Whether the volser masks of a job with [`Data::Volumes`] select the volume.
    pub fn selects_volume(&self, volser: &Volser) -> bool {
        let fits = |selector: &Selector| selector.volser.matches(volser.as_str());
        self.include.iter().any(fits) && !self.exclude.iter().any(fits)
    }
}

/// Reads one job file. A job without a usable name is no job.
pub fn parse_job(source: &Source) -> Parsed<Option<Job>> {
    let mut complaints = Complaints::default();
    let job = fields::text(source, &mut complaints).and_then(|text| {
        let table = fields::table(source, text, &mut complaints);
        read_job(Fields::new(source, table.get_ref(), &(0..0)), &mut complaints)
    });
    complaints.with(job)
}

fn read_job(mut fields: Fields<'_, '_>, complaints: &mut Complaints) -> Option<Job> {
    let name = fields.parsed("name", complaints, JobName::new);
    let member = fields.parsed("member", complaints, |word| match word {
        any if any.eq_ignore_ascii_case("ANY") || any == "*" => Ok(JobMember::Any),
        member => MemberName::new(member).map(JobMember::At),
    });
    let kind = fields.parsed("kind", complaints, |word| match word {
        "full" => Ok(JobKind::Full),
        "incremental" => Ok(JobKind::Incremental),
        other => Err(format!("{other:?} is neither \"full\" nor \"incremental\"")),
    });
    let base = fields.parsed("base", complaints, JobName::new);
    let data = read_data(&mut fields, complaints);
    let include = read_selectors(&mut fields, "include", complaints);
    let exclude = read_selectors(&mut fields, "exclude", complaints);
    let retention = read_retention(&mut fields, complaints);
    let schedule = fields.string("schedule", complaints);
    let output = read_output(&mut fields, complaints);
    let server = fields.parsed("server", complaints, UserId::new);
    let missing_name = fields.get("name").is_none();
    let start = fields.place().clone();
    fields.finish(complaints);
    if missing_name {
        complaints.error(start.clone(), "the job has no name; add name = \"...\"");
    }
    let name = name?;
    if include.is_empty() {
        complaints.warning(
            name.place.clone(),
            format!("job {} selects nothing; add an [[include]]", name.value),
        );
    }
    let kind = kind.map_or(JobKind::Full, |kind| kind.value);
    if let (JobKind::Full, Some(base)) = (kind, &base) {
        complaints.warning(
            base.place.clone(),
            "a full job has no base; the line has no effect",
        );
    }
    Some(Job {
        member_place: member
            .as_ref()
            .map_or(&name.place, |member| &member.place)
            .clone(),
        member: member.map_or(JobMember::Any, |member| member.value),
        name: name.value,
        place: name.place,
        kind,
        base: base.map(|base| base.value),
        data,
        include,
        exclude,
        retention,
        schedule: schedule.map(|schedule| schedule.value),
        output,
        server: server.map(|server| server.value),
    })
}

fn read_data(fields: &mut Fields<'_, '_>, complaints: &mut Complaints) -> Data {
    let Some(Located { value, place }) = fields.string("data", complaints) else {
        return Data::Auto;
    };
    match value.as_str() {
        "auto" => Data::Auto,
        "image" => Data::Image,
        "volumes" => Data::Volumes,
        planned @ ("used-blocks" | "cms-files") => {
            let text = format!(
                "data = {planned:?} is not available in this version; whole images are copied instead"
            );
            complaints.warning(place, text);
            Data::Image
        }
        other => {
            complaints.error(
                place,
                format!("data = {other:?} is not known; use \"auto\", \"image\" or \"volumes\""),
            );
            Data::Auto
        }
    }
}

fn read_selectors(
    fields: &mut Fields<'_, '_>,
    key: &'static str,
    complaints: &mut Complaints,
) -> Vec<Selector> {
    let mut selectors = Vec::new();
    for mut table in fields.tables(key, complaints) {
        let mut mask = |key| {
            table
                .string(key, complaints)
                .map_or_else(|| Mask::new("*"), |text| Mask::new(&text))
        };
        let (user, vdev, volser) = (mask("user"), mask("vdev"), mask("volser"));
        let scope_given = table.get("scope").is_some();
        let scope = table.parsed("scope", complaints, |word| match word {
            "any" => Ok(OwnerScope::Any),
            "single" => Ok(OwnerScope::Single),
            "identity" => Ok(OwnerScope::Identity),
            other => Err(format!("{other:?} is none of \"any\", \"single\", \"identity\"")),
        });
        let place = table.place().clone();
        table.finish(complaints);
        // A selector whose scope is not understood would select or exclude too much; it is left out.
        if scope.is_some() || !scope_given {
            let vdev = vdev
                .as_str()
                .parse::<Vdev>()
                .map_or(vdev, |number| Mask::new(&number.to_string()));
            let scope = scope.map_or(OwnerScope::Any, |scope| scope.value);
            selectors.push(Selector {
                user,
                vdev,
                volser,
                scope,
                place,
            });
        }
    }
    selectors
}

const RETENTION: &str = "retention is { days = N } or { instances = N }, or \"N days\" or \"N instances\"; without \
                         it instances are kept for ever";

fn read_retention(fields: &mut Fields<'_, '_>, complaints: &mut Complaints) -> Option<Retention> {
    if fields.is_string("retention") {
        let text = fields.parsed("retention", complaints, |text| {
            let mut words = text.split_whitespace();
            let number = words.next().and_then(|word| word.parse().ok()).ok_or(RETENTION)?;
            match (words.next(), words.next()) {
                (Some("day" | "days"), None) => Ok(Retention::Days(number)),
                (Some("instance" | "instances"), None) => Ok(Retention::Instances(number)),
                _ => Err(RETENTION),
            }
        });
        return text.map(|retention| retention.value);
    }
    let mut table = fields.table("retention", complaints)?;
    let days = table.number("days", "a whole number of days", complaints);
    let instances = table.number("instances", "a whole number of instances", complaints);
    let place = table.place().clone();
    table.finish(complaints);
    match (days, instances) {
        (Some(days), None) => Some(Retention::Days(days.value)),
        (None, Some(instances)) => Some(Retention::Instances(instances.value)),
        _ => {
            complaints.error(place, RETENTION);
            None
        }
    }
}

const OUTPUT: &str =
    "output is { disk = \"POOL\" } or { tape = \"POOL\", copies = N }, or \"disk\" or \"tape\"";

fn read_output(fields: &mut Fields<'_, '_>, complaints: &mut Complaints) -> Option<Output> {
    if fields.is_string("output") {
        let medium = fields.parsed("output", complaints, |text| match text {
            "disk" => Ok(Medium::Disk),
            "tape" => Ok(Medium::Tape),
            _ => Err(OUTPUT),
        });
        return medium.map(|medium| Output {
            medium: medium.value,
            pool: None,
            copies: 1,
        });
    }
    let mut table = fields.table("output", complaints)?;
    let disk = table.string("disk", complaints);
    let tape = table.string("tape", complaints);
    let copies = table.number("copies", "a whole number of copies, at least 1", complaints);
    let place = table.place().clone();
    table.finish(complaints);
    let copies = copies.map_or(1, |copies| copies.value).max(1);
    match (disk, tape) {
        (Some(pool), None) => Some(Output {
            medium: Medium::Disk,
            pool: Some(pool.value),
            copies,
        }),
        (None, Some(pool)) => Some(Output {
            medium: Medium::Tape,
            pool: Some(pool.value),
            copies,
        }),
        _ => {
            complaints.error(place, OUTPUT);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        link_mode::Mode,
        parsed::Severity,
        site::minidisk::{MinidiskKind, Scope, Space},
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
        let text = "name = \"DR\"\ndata = \"volumes\"\n[[include]]\nvolser = \"G*\"\n[[exclude]]\nvolser = \"GA*\"\n";
        let job = parse(text).value.unwrap();
        assert_eq!(job.data, Data::Volumes);
        assert!(job.selects_volume(&Volser::new("GSCOM1").unwrap()));
        assert!(!job.selects_volume(&Volser::new("GA1RES").unwrap()));
    }

    #[test]
    fn what_is_not_understood_has_a_line_and_a_column() {
        let text = "name = \"J\"\nkind = \"weekly\"\ndata = \"cms-files\"\nspeed = 3\n[[include]]\nscope = \"all\"\n";
        let Parsed { value, complaints } = parse(text);
        let shown: Vec<_> = complaints.iter().map(ToString::to_string).collect();
        assert!(value.unwrap().include.is_empty());
        assert_eq!(shown.len(), 5, "{shown:#?}");
        assert!(
            shown[0].starts_with("jobs/j.toml:2:8: error: kind: \"weekly\""),
            "{}",
            shown[0]
        );
        assert!(
            shown[1].starts_with("jobs/j.toml:3:8: warning: data"),
            "{}",
            shown[1]
        );
        assert!(
            shown[2].starts_with("jobs/j.toml:6:9: error: scope"),
            "{}",
            shown[2]
        );
        assert!(
            shown[3].starts_with("jobs/j.toml:4:1: warning: \"speed\" is not known"),
            "{}",
            shown[3]
        );
        assert_eq!(complaints[4].severity, Severity::Warning);
    }

    #[test]
    fn no_name_no_toml_no_utf8() {
        assert!(parse("kind = \"full\"").value.is_none());
        assert!(parse("name = \"J\"\n= =\n").has_errors());
        let odd = parse_job(&Source::new("j", b"name = \"\xff\"".to_vec()));
        assert_eq!(odd.complaints[0].place.to_string(), "j:1:9");
        assert!(odd.value.is_none());
    }
}
