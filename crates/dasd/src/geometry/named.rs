//! Shapes from what people say: a device type or model, and perhaps a size.

use super::{CkdDevice, CkdGeometry, FbaDevice, FbaGeometry, Geometry};
use crate::address::{BlockCount, CylinderCount};

/// No device of that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} is no DASD that is known here; there are CKD types such as 3390, 3390-3 and 3350, and FBA types such as 3370 and 9336-20"
)]
pub struct UnknownDevice(pub String);

impl Geometry {
    /// The shape of a device type or model ("3390", "3380-K", "9336-20") with `size` cylinders or blocks. Without a
    /// size it is that of the model, its alternate cylinders left out; of a bare type, that of its first model.
    /// Sizes that were never built are as good as others; images are refused when they are made, if no format has
    /// room for them.
    ///
    /// # Errors
    /// There is no such device.
    pub fn named(device: &str, size: Option<u32>) -> Result<Geometry, UnknownDevice> {
        if let Some(ckd) = CkdDevice::by_name(device) {
            let model = ckd.model(device).or(ckd.models.first());
            let cylinders = size.or(model.map(|model| model.cylinders));
            let cylinders = CylinderCount::new(cylinders.unwrap_or(0));
            return Ok(Geometry::Ckd(CkdGeometry::new(ckd, cylinders)));
        }
        let fba = FbaDevice::by_name(device).ok_or_else(|| UnknownDevice(device.trim().to_owned()))?;
        Ok(Geometry::Fba(FbaGeometry {
            blocks: BlockCount::new(size.unwrap_or(fba.blocks)),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_sizes() {
        for (device, size, expected) in [
            ("3390", None, "3390, 1113 cylinders"),
            ("3390-3", None, "3390, 3339 cylinders"),
            ("3380-k", None, "3380, 2655 cylinders"),
            ("3390-3", Some(17), "3390, 17 cylinders"),
            ("3350", Some(65_520), "3350, 65520 cylinders"),
            ("9336-20", None, "FBA, 1672881 blocks"),
            ("3370", Some(64), "FBA, 64 blocks"),
        ] {
            assert_eq!(Geometry::named(device, size).unwrap().to_string(), expected);
        }
        assert!(
            Geometry::named("3391", None)
                .unwrap_err()
                .to_string()
                .starts_with("3391 is no DASD")
        );
        for device in super::super::CKD_DEVICES {
            assert!(
                Geometry::named(device.name, None).unwrap().size() > 0,
                "{}",
                device.name
            );
        }
    }
}
