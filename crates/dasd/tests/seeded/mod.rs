//! A sound image to be damaged, and what a check has to say about it then.

#![allow(dead_code, reason = "every test file takes what it needs")]

use std::sync::Arc;

use dasd::bytes::MemoryBytes;
use dasd::check::{Findings, Severity, check};
use dasd::convert::{self, PackedFormat};
use dasd::{Access, Volume};

use crate::specimen::PLAIN;

pub(crate) fn check_bytes(image: &[u8]) -> Findings {
    check("TEST", Arc::new(MemoryBytes::new(image.to_vec())), &mut |_| {}).unwrap()
}

pub(crate) fn said(findings: &Findings) -> Vec<String> {
    findings.faults.iter().map(ToString::to_string).collect()
}

/// A sound packed image with the tracks of the specimen, and where its ten images begin.
pub(crate) fn packed() -> (Vec<u8>, Vec<usize>) {
    let source = Volume::mount("S", Arc::new(MemoryBytes::new(PLAIN.clone())), Access::Read).unwrap();
    let target = MemoryBytes::default();
    convert::pack(
        &source,
        "T",
        Arc::new(target.clone()),
        PackedFormat::default(),
        &mut |_| {},
    )
    .unwrap();
    let image = target.to_vec();
    assert_eq!(said(&check_bytes(&image)), [] as [String; 0]);
    let offset = |track: usize| {
        let entry = &image[1028 + 8 * track..];
        usize::try_from(u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]])).unwrap()
    };
    let offsets = (0..10).map(offset).collect();
    (image, offsets)
}

/// What is expected of a damaged image: a fault of this severity whose place and text contain these words.
pub(crate) fn finds(image: &[u8], severity: Severity, place: &str, text: &str) {
    let findings = check_bytes(image);
    assert!(
        findings.faults.iter().any(|fault| fault.severity == severity
            && fault.place.to_string().contains(place)
            && fault.text.contains(text)),
        "expected {severity:?} at {place}: {text}; found {:#?}",
        said(&findings)
    );
}
