//! A four-member site of a few megabytes, for worlds that are made many times.

use std::fmt::Write;

use zvm::{Site, SiteFiles, Source};

const MEMBERS: [&str; 4] = ["GRIDA", "GRIDB", "GRIDC", "GRIDD"];

/// The files of the tiny site: shared volumes with disks of single users, and on each member a private volume with
/// a system disk that is the same everywhere and a work disk that is not. Every member also has a scratch pack of
/// one and the same volser.
pub fn tiny_site_files() -> SiteFiles {
    let mut config = String::from("System_Identifier * * GRIDA\n");
    let mut directory = String::from("DIRECTORY 0123 3390 GA1W01\n*\n");
    let mut site = String::from(
        "name = \"tiny\"\nlevel = \"7.2\"\nlayout = \"brm\"\nrepository = \"repository\"\nseed = 1\n",
    );
    let mut jobs = vec![job("SINGLE", "GRIDA", "single")];
    config.push_str("SSI GRIDSSI PDR_VOLume GSCOM1");
    for (slot, member) in (1..).zip(MEMBERS) {
        write!(config, " ,\n  SLOT {slot} {member}").expect("a string takes every text");
    }
    config.push_str("\nDistribute IUCV TOLERATE\nCP_Owned Slot 5 GSCOM1\nUser_Volume_List GSU001 GSF001\n");
    for member in MEMBERS {
        let letter = &member[4..];
        writeln!(config, "{member}: User_Volume_List G{letter}1W01 GSCRAT")
            .expect("a string takes every text");
        site.push_str(&volume(
            &format!("G{letter}1W01"),
            "3390",
            "cylinders = 6",
            Some(member),
        ));
        site.push_str(&volume("GSCRAT", "3390", "cylinders = 3", Some(member)));
        jobs.push(job(&format!("IDENT{letter}"), member, "identity"));
    }
    site.push_str(&volume("GSCOM1", "3390", "cylinders = 5", None));
    site.push_str(&volume("GSU001", "3390", "cylinders = 9", None));
    site.push_str(&volume("GSF001", "9336", "blocks = 4096", None));
    directory.push_str("IDENTITY MAINT NOLOG 64M 128M G\n");
    for (number, member) in (1..).zip(MEMBERS) {
        writeln!(directory, " BUILD ON {member} USING SUBCONFIG MAINT-{number}")
            .expect("a string takes every text");
    }
    for (number, member) in (1..).zip(MEMBERS) {
        let letter = &member[4..];
        write!(
            directory,
            "SUBCONFIG MAINT-{number}\n MDISK 0190 3390 0001 0003 G{letter}1W01 MR\n \
             MDISK 0191 3390 0004 0002 G{letter}1W01 MR\n MDISK 0192 3390 0001 0002 GSCRAT MR\n"
        )
        .expect("a string takes every text");
    }
    directory.push_str("USER PMAINT NOLOG 64M 128M G\n MDISK 0CF0 3390 0001 0002 GSCOM1 MR\n");
    directory.push_str("USER LNX00001 NOLOG 1G 1G G\n MDISK 0100 3390 0001 0005 GSU001 MR\n");
    directory.push_str("USER LNX00002 NOLOG 1G 1G G\n MDISK 0100 3390 0006 0003 GSU001 MR\n");
    directory.push_str("USER LNX00003 NOLOG 1G 1G G\n MDISK 0200 FB-512 0016 4000 GSF001 MR\n");
    SiteFiles {
        site_toml: Source::new("site.toml", site.into_bytes()),
        system_config: Source::new("SYSTEM.CONFIG", config.into_bytes()),
        directory: Source::new("USER.DIRECT", directory.into_bytes()),
        directory_parts: Vec::new(),
        extent_control: None,
        jobs,
    }
}

/// The tiny site, resolved.
pub fn tiny_site() -> Site {
    Site::resolve(&tiny_site_files()).value
}

fn volume(volser: &str, device: &str, size: &str, member: Option<&str>) -> String {
    let image = format!("volumes/{volser}{}.image", member.unwrap_or_default());
    let member = member
        .map(|member| format!("member = \"{member}\"\n"))
        .unwrap_or_default();
    format!("[[volume]]\nvolser = \"{volser}\"\nimage = \"{image}\"\ndevice = \"{device}\"\n{size}\n{member}")
}

fn job(name: &str, member: &str, scope: &str) -> Source {
    let text = format!(
        "name = \"{name}\"\nmember = \"{member}\"\nkind = \"full\"\ndata = \"auto\"\n\
         [[include]]\nuser = \"*\"\nscope = \"{scope}\"\n"
    );
    Source::new(format!("jobs/{name}.toml"), text.into_bytes())
}
