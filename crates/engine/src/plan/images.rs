//! The plan for images without a site: one job that copies every image as a volume.

use catalog::{BackupKind, DomainName};
use dasd::Geometry;
use zvm::{JobName, MemberName, Shortcuts};

use super::{JobPlan, PlannedDomain};
use crate::env::ImageShelf;

/// The job under which images are backed up.
const JOB: &str = "IMAGES";

/// The member that stands for the machine which has the images.
const MEMBER: &str = "LOCAL";

/// A job over everything on the shelf.
pub fn plan_images(shelf: &ImageShelf, kind: BackupKind) -> JobPlan {
    let domains = shelf.volumes().map(|(volser, geometry)| PlannedDomain {
        name: DomainName::Volume { volser, member: None },
        volser,
        volume_member: None,
        run: None,
        device: match geometry {
            Geometry::Ckd(ckd) => ckd.device.name.to_owned(),
            Geometry::Fba(_) => "FBA".to_owned(),
        },
        bytes: Some(geometry.size()),
    });
    JobPlan {
        job: JobName::new(JOB).expect("the name is made of letters"),
        member: MemberName::new(MEMBER).expect("the name is made of letters"),
        kind,
        base: None,
        shortcuts: Shortcuts::default(),
        retention: None,
        domains: domains.collect(),
        left_out: Vec::new(),
    }
}
