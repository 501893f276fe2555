use super::*;
use crate::ebcdic::{from_ebcdic, to_ebcdic};

fn block(text: &str) -> [u8; LABEL_LEN] {
    to_ebcdic(&format!("{text:80}")).try_into().unwrap()
}

const HDR1: &str = "HDR1SMPMCS           J9000900010001       74114 000000000000IBM OS/VS 370";
const HDR2: &str = "HDR2F072000008040MODTAPE /MAKEMCS     B   30001";

#[test]
fn real_labels_are_understood_and_come_back() {
    let label = DatasetLabel::parse(&block(HDR1)).unwrap();
    assert_eq!((label.name.as_str(), label.set.as_str()), ("SMPMCS", "J90009"));
    assert_eq!(
        (label.volume_sequence, label.dataset_sequence, label.generation),
        (1, 1, None)
    );
    assert_eq!((label.created, label.expires), (LabelDate::new(1974, 114), None));
    assert_eq!(
        (label.security, label.blocks, label.system.as_str()),
        ('0', 0, "IBM OS/VS 370")
    );
    assert_eq!(from_ebcdic(&label.encode(Role::Header)).trim_end(), HDR1);

    let label = FormatLabel::parse(&block(HDR2)).unwrap();
    assert_eq!(
        label.format.to_string(),
        "FB, block length 7200, record length 80"
    );
    assert_eq!(
        (label.density, label.position, label.job.as_str()),
        ('4', '0', "MODTAPE /MAKEMCS")
    );
    // The device serial (columns 43 to 47) is not kept.
    assert_eq!(from_ebcdic(&label.encode(Role::Header)).trim_end(), &HDR2[..39]);

    let label = VolumeLabel::parse(&block("VOL1J900090                              PUBLIC"));
    assert_eq!(
        label,
        VolumeLabel {
            volser: "J90009".into(),
            access: '0',
            owner: "PUBLIC".into()
        }
    );
    assert_eq!(VolumeLabel::parse(&label.encode()), label);
}

#[test]
fn large_counts_and_blocks_use_their_high_fields() {
    let mut label = DatasetLabel::parse(&block(HDR1)).unwrap();
    label.blocks = 12_345_678;
    label.generation = Some((12, 3));
    label.expires = LabelDate::new(2031, 1);
    let text = from_ebcdic(&label.encode(Role::EndOfVolume));
    assert_eq!(
        (&text[..4], &text[35..41], &text[54..60], &text[76..]),
        ("EOV1", "001203", "345678", "0012")
    );
    assert_eq!(DatasetLabel::parse(&block(&text)).unwrap(), label);

    let mut label = FormatLabel::parse(&block(HDR2)).unwrap();
    label.format.block_length = 65_536;
    let text = from_ebcdic(&label.encode(Role::EndOfFile));
    assert_eq!((&text[5..10], &text[70..]), ("00000", "0000065536"));
    assert_eq!(FormatLabel::parse(&block(&text)).unwrap(), label);
}

#[test]
fn a_bad_field_names_label_column_and_text() {
    let error = DatasetLabel::parse(&block(&HDR1.replace(" 74114", " 74X14"))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the HDR1 label has \" 74X14\" as its creation date, at column 42"
    );
    let error = FormatLabel::parse(&block(&HDR2.replace("F072", "Q072"))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the HDR2 label has \"Q\" as its record format, at column 5"
    );
    assert!(DatasetLabel::parse(&block(&HDR1.replace("00010001", "0001+001"))).is_err());
}
