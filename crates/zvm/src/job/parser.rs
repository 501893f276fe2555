//! Reads job files.

use crate::{
    job::{
        Changes, Data, Job, JobKind, JobMember, Medium, Output, OwnerScope, Retention, Selector, Shortcuts,
        template,
    },
    names::{JobName, MemberName, UserId, Vdev},
    parsed::{Complaints, Parsed},
    place::Located,
    text::{
        fields::{self, Fields},
        mask::Mask,
        source::Source,
    },
};

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
    let changes = fields.parsed("changes", complaints, str::parse);
    let skip_unchanged = fields.boolean("skip_unchanged", complaints);
    let include = read_selectors(&mut fields, "include", complaints);
    let exclude = read_selectors(&mut fields, "exclude", complaints);
    let retention = read_retention(&mut fields, complaints);
    let schedule = fields.string("schedule", complaints);
    let output = read_output(&mut fields, complaints);
    let server = fields.parsed("server", complaints, UserId::new);
    let window_minutes = fields.number("window_minutes", "a whole number of minutes", complaints);
    let template = fields
        .table("template", complaints)
        .map(|table| template::read(table, complaints));
    let missing_name = fields.get("name").is_none();
    let (start, keys) = (fields.place().clone(), fields.keys());
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
        shortcuts: Shortcuts {
            changes: changes.map_or(Changes::Ignored, |changes| changes.value),
            skip_unchanged: skip_unchanged.unwrap_or(false),
        },
        include,
        exclude,
        retention_place: retention.as_ref().map(|retention| retention.place.clone()),
        retention: retention.map(|retention| retention.value),
        keys,
        schedule: schedule.map(|schedule| schedule.value),
        output,
        server: server.map(|server| server.value),
        window_minutes: window_minutes.map(|minutes| minutes.value),
        template,
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
        let logged_on = table.boolean("logged_on", complaints).unwrap_or(false);
        let scope_given = table.get("scope").is_some();
        let scope = table.parsed("scope", complaints, |word| match word {
            "any" => Ok(OwnerScope::Any),
            "single" => Ok(OwnerScope::Single),
            "identity" => Ok(OwnerScope::Identity),
            other => Err(format!("{other:?} is none of \"any\", \"single\", \"identity\"")),
        });
        let (place, keys) = (table.place().clone(), table.keys());
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
                logged_on,
                place,
                keys,
            });
        }
    }
    selectors
}

const RETENTION: &str = "retention is { days = N } or { instances = N }, or \"N days\" or \"N instances\"; without \
                         it instances are kept for ever";

fn read_retention(fields: &mut Fields<'_, '_>, complaints: &mut Complaints) -> Option<Located<Retention>> {
    if fields.is_string("retention") {
        return fields.parsed("retention", complaints, |text| {
            let mut words = text.split_whitespace();
            let number = words.next().and_then(|word| word.parse().ok()).ok_or(RETENTION)?;
            match (words.next(), words.next()) {
                (Some("day" | "days"), None) => Ok(Retention::Days(number)),
                (Some("instance" | "instances"), None) => Ok(Retention::Instances(number)),
                _ => Err(RETENTION),
            }
        });
    }
    let mut table = fields.table("retention", complaints)?;
    let days = table.number("days", "a whole number of days", complaints);
    let instances = table.number("instances", "a whole number of instances", complaints);
    let place = table.place().clone();
    table.finish(complaints);
    match (days, instances) {
        (Some(days), None) => Some(Located::new(Retention::Days(days.value), days.place)),
        (None, Some(instances)) => Some(Located::new(
            Retention::Instances(instances.value),
            instances.place,
        )),
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
#[path = "parser_tests.rs"]
mod tests;
