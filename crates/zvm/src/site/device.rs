//! What a device type in the directory means: cylinders or blocks, and how many where the type alone says it.

use crate::site::volume::VolumeSize;

/// FBA devices, by the names that directories use.
const FBA: &[&str] = &[
    "FB-512", "FBA", "0671", "3310", "3370", "9313", "9332", "9335", "9336",
];

/// CKD devices; the size is given where all models of the type, or this model, have the same number of cylinders
/// (primary ones: alternates are not for minidisks).
const CKD: &[(&str, Option<u32>)] = &[
    ("2305", None),
    ("2311", Some(200)),
    ("2314", Some(203)),
    ("2319", Some(203)),
    ("3330", Some(404)),
    ("3330-1", Some(404)),
    ("3330-11", Some(808)),
    ("3340", None),
    ("3350", Some(555)),
    ("3375", Some(959)),
    ("3380", None),
    ("3380-A", Some(885)),
    ("3380-D", Some(885)),
    ("3380-J", Some(885)),
    ("3380-E", Some(1770)),
    ("3380-K", Some(2655)),
    ("3390", None),
    ("3390-1", Some(1113)),
    ("3390-2", Some(2226)),
    ("3390-3", Some(3339)),
    ("3390-9", Some(10017)),
    ("3390-27", Some(32760)),
    ("3390-54", Some(65520)),
    ("3390-A", None),
    ("9345", None),
];

/// Whether extents on this device are counted in blocks; None for a type that is not known.
pub(super) fn counts_blocks(device: &str) -> Option<bool> {
    if FBA.contains(&device) {
        return Some(true);
    }
    CKD.iter().any(|(name, _)| *name == device).then_some(false)
}

/// The size that follows from the device type alone.
pub(super) fn usual_size(device: &str) -> Option<VolumeSize> {
    let (_, cylinders) = CKD.iter().find(|(name, _)| *name == device)?;
    cylinders.map(VolumeSize::Cylinders)
}

/// Whether some model of this device type has so many cylinders. A type without a model (3390) has those of all its
/// models.
pub(super) fn is_size_of_a_model(device: &str, cylinders: u32) -> bool {
    CKD.iter().any(|(name, size)| {
        let of_type = name
            .strip_prefix(device)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        of_type && *size == Some(cylinders)
    })
}
