//! What lies where on the volumes of a site: derived from the resolved site, so that it works for a site that was
//! written by hand as well as for a generated one.

use dasd::{
    BlockCount, CkdDevice, CkdGeometry, CylinderCount, FbaDevice, FbaGeometry, Geometry, Run, Volser,
    cp::Purpose,
};
use zvm::{Minidisk, MinidiskKind, Scope, Site, SiteVolume, VolumeKey, VolumeSize};

/// A volume that can be made.
#[derive(Debug, Clone, PartialEq)]
pub struct VolumeContent {
    /// Which pack.
    pub key: VolumeKey,
    /// The image file, relative to the site folder.
    pub image: String,
    /// Its shape.
    pub geometry: Geometry,
    /// The owner for the label: cluster and member, or NOSYS. Packs without one are plain user volumes.
    pub owner: Option<String>,
    /// What lies on it, by place. Areas never overlap and leave out cylinder 0, or the first blocks, which belong to
    /// the label.
    pub areas: Vec<Area>,
}

/// Neighbouring cylinders or blocks with one content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Where.
    pub run: Run,
    /// The first cylinder or block of the minidisk, from which its own numbers count. It is in front of the run when
    /// the minidisk begins with the label or below another one.
    pub origin: u32,
    /// How it is formatted.
    pub layout: AreaLayout,
    /// What its content is made from: equal names give equal content.
    pub content: String,
    /// What the first part is made from instead, when several guests were cloned from one image.
    pub base: Option<String>,
}

/// How an area is formatted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AreaLayout {
    /// Blocks of 4096 bytes as CMS FORMAT leaves them: count fields relative to the minidisk.
    Cms,
    /// The same blocks with the content of a Linux guest.
    Linux,
    /// Records with keys and blocked card images, as operating systems without fixed blocks have them.
    Records,
    /// Pages as CPFMTXA leaves them: count fields with real addresses.
    Pages,
}

/// Why a volume cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownShape {
    /// The files do not say how large it is.
    #[error("volume {key}: no size is known; give cylinders or blocks in its entry in site.toml")]
    NoSize {
        /// Which pack.
        key: VolumeKey,
    },
    /// The device type is not known, or does not go with the size.
    #[error(
        "volume {key}: a {device} of {size} cannot be made; check device, cylinders and blocks in site.toml"
    )]
    Device {
        /// Which pack.
        key: VolumeKey,
        /// The type as written.
        device: String,
        /// The size as people say it.
        size: String,
    },
}

/// The volumes of the site for which `present` says that their image does not exist.
///
/// # Errors
/// The first volume whose shape the files do not tell.
pub fn missing_volumes(
    site: &Site,
    present: impl Fn(&SiteVolume) -> bool,
) -> Result<Vec<VolumeContent>, UnknownShape> {
    let missing = site.volumes.iter().filter(|volume| !present(volume));
    missing.map(|volume| content_of(site, volume)).collect()
}

/// What lies on one volume of the site.
///
/// # Errors
/// The files do not tell its shape.
pub fn content_of(site: &Site, volume: &SiteVolume) -> Result<VolumeContent, UnknownShape> {
    let geometry = geometry_of(volume)?;
    let mut areas = minidisk_areas(site, volume, &geometry);
    if volume.owner.is_some() {
        areas = fill_gaps(areas, volume, &geometry);
    }
    Ok(VolumeContent {
        key: volume.key,
        image: volume.image.clone(),
        geometry,
        owner: volume.owner.clone(),
        areas,
    })
}

fn geometry_of(volume: &SiteVolume) -> Result<Geometry, UnknownShape> {
    let key = volume.key;
    let unknown = |size: String| UnknownShape::Device {
        key,
        device: volume.device.clone(),
        size,
    };
    let ckd = CkdDevice::by_name(&volume.device);
    match volume.size {
        Some(VolumeSize::Cylinders(cylinders)) => {
            let device = ckd
                .filter(|_| cylinders > 0)
                .ok_or_else(|| unknown(format!("{cylinders} cylinders")))?;
            Ok(Geometry::Ckd(CkdGeometry::new(
                device,
                CylinderCount::new(cylinders),
            )))
        }
        Some(VolumeSize::Blocks(blocks)) => {
            let known = FbaDevice::by_name(&volume.device).is_some() || volume.device.starts_with("FB");
            if !known || blocks == 0 {
                return Err(unknown(format!("{blocks} blocks")));
            }
            Ok(Geometry::Fba(FbaGeometry {
                blocks: BlockCount::new(blocks),
            }))
        }
        // A model name such as 3390-3 says the size by itself.
        None => match ckd.and_then(|device| Some((device, device.model(&volume.device)?))) {
            Some((device, model)) => Ok(Geometry::Ckd(CkdGeometry::new(
                device,
                CylinderCount::new(model.cylinders),
            ))),
            None => Err(UnknownShape::NoSize { key }),
        },
    }
}

/// The blocks in front of the first minidisk of an FBA volume: label and CP's map.
const FBA_LABEL_BLOCKS: u32 = 16;

/// First and one-past-last number of what may be filled.
fn usable(geometry: &Geometry) -> (u32, u32) {
    match geometry {
        Geometry::Ckd(ckd) => (1, ckd.cylinders.get()),
        Geometry::Fba(fba) => (FBA_LABEL_BLOCKS, fba.blocks.get()),
    }
}

fn run_of(geometry: &Geometry, first: u32, count: u32) -> Run {
    match geometry {
        Geometry::Ckd(_) => Run::cylinders(first, count),
        Geometry::Fba(_) => Run::blocks(first, count),
    }
}

/// First number and length, when the run is of the volume's kind.
fn numbers(geometry: &Geometry, run: Run) -> Option<(u32, u32)> {
    match (geometry, run) {
        (Geometry::Ckd(_), Run::Cylinders { first, count }) => Some((first.get(), count.get())),
        (Geometry::Fba(_), Run::Blocks { first, count }) => Some((first.get(), count.get())),
        _ => None,
    }
}

fn minidisk_areas(site: &Site, volume: &SiteVolume, geometry: &Geometry) -> Vec<Area> {
    let mut placed: Vec<(u32, u32, &Minidisk)> = Vec::new();
    for minidisk in site
        .minidisks
        .iter()
        .filter(|minidisk| minidisk.kind == MinidiskKind::Data)
    {
        let extent = minidisk
            .extent()
            .filter(|extent| extent.volser == volume.key.volser);
        let Some((first, count)) = extent.and_then(|extent| numbers(geometry, extent.run)) else {
            continue;
        };
        let here = match &minidisk.scope {
            Scope::Local(member) => site.pack_at(member, &volume.key.volser) == Some(volume.key),
            Scope::Global | Scope::None => true,
        };
        if here {
            placed.push((first, first.saturating_add(count), minidisk));
        }
    }
    placed.sort_by_key(|(first, end, minidisk)| (*first, *end, minidisk.user, minidisk.vdev));
    let (mut free, last) = usable(geometry);
    let mut areas = Vec::new();
    for (first, end, minidisk) in placed {
        // Where minidisks overlap, the one that begins earlier keeps its content.
        let (start, end) = (first.max(free), end.min(last));
        if start < end {
            areas.push(area_of(
                site,
                minidisk,
                first,
                run_of(geometry, start, end - start),
            ));
            free = end;
        }
    }
    areas
}

fn area_of(site: &Site, minidisk: &Minidisk, origin: u32, run: Run) -> Area {
    let (user, vdev) = (minidisk.user.as_str(), minidisk.vdev);
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| user.starts_with(prefix));
    let layout = if starts(&["VSE", "DOS", "MVS"]) {
        AreaLayout::Records
    } else if starts(&["LNX", "LIN", "ZLX", "SLES", "RHEL"]) {
        AreaLayout::Linux
    } else {
        AreaLayout::Cms
    };
    let boot = site
        .minidisks
        .iter()
        .filter(|other| other.user == minidisk.user)
        .map(|other| other.vdev)
        .min();
    let base = (layout == AreaLayout::Linux && boot == Some(vdev)).then(|| golden_image(user));
    let content = match (system_disk(&vdev.to_string()), minidisk.scope) {
        (Some(system), _) if layout == AreaLayout::Cms => format!("system disk {system}"),
        (_, Scope::Local(member)) => format!("minidisk {user} {vdev} {member}"),
        _ => format!("minidisk {user} {vdev}"),
    };
    Area {
        run,
        origin,
        layout,
        content,
        base,
    }
}

/// The CMS system disks are the same on every member, and the same as where the release was built: one name for each.
fn system_disk(vdev: &str) -> Option<&'static str> {
    match vdev {
        "0190" | "0490" => Some("S"),
        "019E" | "049E" => Some("Y"),
        "019D" | "049D" => Some("HELP"),
        _ => None,
    }
}

/// Guests are cloned from one of four images.
fn golden_image(user: &str) -> String {
    let number = user.bytes().fold(0_u8, |sum, byte| sum.wrapping_add(byte)) % 4;
    format!("golden image {number}")
}

/// What is left of a CP-owned volume is space of CP: pages, spool, directory, checkpoint.
fn fill_gaps(areas: Vec<Area>, volume: &SiteVolume, geometry: &Geometry) -> Vec<Area> {
    let (mut free, last) = usable(geometry);
    let mut filled = Vec::new();
    let gap = |first: u32, end: u32| Area {
        run: run_of(geometry, first, end - first),
        origin: 0,
        layout: AreaLayout::Pages,
        content: format!("CP space {} {first}", volume.key),
        base: None,
    };
    for area in areas {
        let Some((first, count)) = numbers(geometry, area.run) else {
            continue;
        };
        if free < first {
            filled.push(gap(free, first));
        }
        free = first.saturating_add(count);
        filled.push(area);
    }
    if free < last {
        filled.push(gap(free, last));
    }
    filled
}

impl VolumeContent {
    /// The serial on the label.
    pub fn volser(&self) -> Volser {
        self.key.volser
    }

    /// Where minidisks lie: what a day's work changes. The space of CP is left out.
    pub fn minidisk_runs(&self) -> Vec<Run> {
        self.areas
            .iter()
            .filter(|area| area.layout != AreaLayout::Pages)
            .map(|area| area.run)
            .collect()
    }

    /// What CP may use its own volume for. A volume without minidisks is for pages and spool files, its last quarter
    /// for temporary disks where only one member has it; a residence volume keeps the object directory in front of
    /// its minidisks. Everything else is for minidisks.
    pub fn allocation(&self) -> Vec<(Run, Purpose)> {
        // The map of the label ends here; cylinders behind it can only be for minidisks.
        const MAPPED_MAX: u32 = 4_095;
        let Geometry::Ckd(ckd) = &self.geometry else {
            return Vec::new();
        };
        let (private, end) = (self.key.member.is_some(), ckd.cylinders.get().min(MAPPED_MAX));
        let mut allocation = Vec::new();
        let mut allot = |first: u32, end: u32, purpose| {
            if first < end {
                allocation.push((Run::cylinders(first, end - first), purpose));
            }
        };
        match self.minidisk_runs().first() {
            None if self.owner.is_some() => {
                let temporary = if private { end / 4 } else { 0 };
                allot(1, end - temporary, Purpose::Temp);
                allot(end - temporary, end, Purpose::Tdsk);
            }
            Some(Run::Cylinders { first, .. }) if self.owner.is_some() && private && first.get() > 1 => {
                allot(1, 2, Purpose::Drct);
            }
            _ => {}
        }
        allocation
    }
}
