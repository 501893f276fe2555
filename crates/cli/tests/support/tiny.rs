//! A site of a few megabytes, for tests that make it many times: two members, one shared volume, a private volume
//! on each, and a private pack of one and the same name on both.

use super::Folder;

const SITE: &str = r#"name = "tiny"
level = "7.2"
layout = "brm"
repository = "repository"
seed = 3
[[volume]]
volser = "GSCOM1"
image = "volumes/GSCOM1.ckd"
device = "3390"
cylinders = 2
[[volume]]
volser = "GSU001"
image = "volumes/GSU001.ckd"
device = "3390"
cylinders = 4
[[volume]]
volser = "GSF001"
image = "volumes/GSF001.fba"
device = "9336"
blocks = 1024
[[volume]]
volser = "GA1W01"
image = "volumes/GA1W01.ckd"
device = "3390"
cylinders = 3
member = "GRIDA"
[[volume]]
volser = "GB1W01"
image = "volumes/GB1W01.ckd"
device = "3390"
cylinders = 3
member = "GRIDB"
[[volume]]
volser = "GSCRAT"
image = "volumes/GSCRAT-A.ckd"
device = "3390"
cylinders = 2
member = "GRIDA"
[[volume]]
volser = "GSCRAT"
image = "volumes/GSCRAT-B.ckd"
device = "3390"
cylinders = 2
member = "GRIDB"
"#;

const SYSTEM_CONFIG: &str = "System_Identifier 8561 012345 GRIDA
System_Identifier 8561 067890 GRIDB
SSI GRIDSSI PDR_VOLume GSCOM1 ,
  SLOT 1 GRIDA ,
  SLOT 2 GRIDB
Distribute IUCV TOLERATE
CP_Owned Slot 5 GSCOM1
User_Volume_List GSU001 GSF001
GRIDA: User_Volume_List GA1W01 GSCRAT
GRIDB: User_Volume_List GB1W01 GSCRAT
";

const USER_DIRECT: &str = "DIRECTORY 0123 3390 GA1W01
*
IDENTITY MAINT NOLOG 64M 128M G
 BUILD ON GRIDA USING SUBCONFIG MAINT-1
 BUILD ON GRIDB USING SUBCONFIG MAINT-2
SUBCONFIG MAINT-1
 MDISK 0190 3390 0001 0001 GA1W01 MR
 MDISK 0191 3390 0002 0001 GA1W01 MR
 MDISK 0192 3390 0001 0001 GSCRAT MR
SUBCONFIG MAINT-2
 MDISK 0190 3390 0001 0001 GB1W01 MR
 MDISK 0191 3390 0002 0001 GB1W01 MR
 MDISK 0192 3390 0001 0001 GSCRAT MR
USER LNX00001 NOLOG 1G 1G G
 MDISK 0100 3390 0001 0002 GSU001 MR
USER LNX00002 NOLOG 1G 1G G
 MDISK 0100 3390 0003 0001 GSU001 MR
USER LNX00003 NOLOG 1G 1G G
 MDISK 0200 FB-512 0016 1000 GSF001 MR
";

/// Writes the files of the tiny site into `site` and makes its volumes.
pub(crate) fn make(folder: &Folder) {
    folder.write("site/site.toml", SITE);
    folder.write("site/SYSTEM.CONFIG", SYSTEM_CONFIG);
    folder.write("site/USER.DIRECT", USER_DIRECT);
    for (job, member, scope) in [
        ("SINGLE", "GRIDA", "single"),
        ("IDENTA", "GRIDA", "identity"),
        ("IDENTB", "GRIDB", "identity"),
    ] {
        let text = format!(
            "name = \"{job}\"\nmember = \"{member}\"\nkind = \"full\"\ndata = \"auto\"\n\
             [[include]]\nuser = \"*\"\nscope = \"{scope}\"\n"
        );
        folder.write(&format!("site/jobs/{job}.toml"), text);
    }
    folder.ok("site build site");
}

/// Checks the site by the rules that it is meant to keep. It is too small for those about a whole installation.
pub(crate) const CHECK: &str = "check site --only SSI-MD-001,SSI-MD-002,SSI-MD-003";

/// The disks of the site: how a restore selects each, and where it lies: image, first byte, bytes.
pub(crate) const DISKS: &[(&str, &str, u32, u32)] = &[
    ("--user MAINT --vdev 190 --member GRIDA", "GA1W01.ckd", 1, 1),
    ("--user MAINT --vdev 191 --member GRIDA", "GA1W01.ckd", 2, 1),
    ("--user MAINT --vdev 192 --member GRIDA", "GSCRAT-A.ckd", 1, 1),
    ("--user MAINT --vdev 190 --member GRIDB", "GB1W01.ckd", 1, 1),
    ("--user MAINT --vdev 191 --member GRIDB", "GB1W01.ckd", 2, 1),
    ("--user MAINT --vdev 192 --member GRIDB", "GSCRAT-B.ckd", 1, 1),
    ("--user LNX00001 --vdev 100", "GSU001.ckd", 1, 2),
    ("--user LNX00002 --vdev 100", "GSU001.ckd", 3, 1),
    ("--user LNX00003 --vdev 200", "GSF001.fba", 16, 1000),
];

/// Bytes of one cylinder of a 3390 in a plain image, and of the header before the first.
pub(crate) const CYLINDER: usize = 15 * 56_832;
pub(crate) const HEADER: usize = 512;

/// The bytes of a disk of [`DISKS`] as they lie in an image of the site's volumes.
pub(crate) fn place(image: &str, first: u32, count: u32) -> std::ops::Range<usize> {
    let (first, count) = (first as usize, count as usize);
    if image.ends_with(".fba") {
        first * 512..(first + count) * 512
    } else {
        HEADER + first * CYLINDER..HEADER + (first + count) * CYLINDER
    }
}
