//! RECFM, LRECL and BLKSIZE as the command line gives them.

use tape::recfm::{Form, RecordFormat};

use crate::args::RecordFormatArgs;
use crate::exit::Usage;

/// The longest block that every system reads.
const BLOCK_DEFAULT: u32 = 32_760;

/// The record length of cards, which most fixed records have.
const CARD: u32 = 80;

/// The format of data that are read: what was asked for, otherwise what the label says, otherwise blocks as they are.
pub(super) fn for_reading(
    args: &RecordFormatArgs,
    label: Option<RecordFormat>,
) -> Result<RecordFormat, Usage> {
    let Some(asked) = named(args)? else {
        return Ok(label.unwrap_or(RecordFormat::new(Form::Undefined, false, 0, 0)));
    };
    let known = label.filter(|label| label.form == asked.form && label.record_length != 0);
    let record = match asked.form {
        Form::Fixed => known.map_or(CARD, |label| label.record_length),
        Form::Variable | Form::Undefined => 0,
    };
    Ok(RecordFormat {
        record_length: args.lrecl.unwrap_or(record),
        ..asked
    })
}

/// The format of data that are written; `text` are lines.
pub(super) fn for_writing(
    args: &RecordFormatArgs,
    blksize: Option<u32>,
    text: bool,
) -> Result<RecordFormat, Usage> {
    let form = if text { Form::Variable } else { Form::Undefined };
    let asked = named(args)?.unwrap_or(RecordFormat::new(form, text, 0, 0));
    let (block, record) = match asked.form {
        Form::Fixed => fixed(args.lrecl, blksize, asked.blocked)?,
        Form::Variable if asked.spanned => {
            return Err(Usage(
                "spanned records (VS, VBS) are read, not written; choose --recfm VB".to_owned(),
            ));
        }
        Form::Variable => variable(args.lrecl, blksize)?,
        Form::Undefined => (blksize.unwrap_or(BLOCK_DEFAULT), 0),
    };
    Ok(RecordFormat {
        block_length: block,
        record_length: record,
        ..asked
    })
}

fn named(args: &RecordFormatArgs) -> Result<Option<RecordFormat>, Usage> {
    let Some(text) = &args.recfm else {
        return Ok(None);
    };
    let format = RecordFormat::from_recfm(&text.to_uppercase());
    format.map(Some).ok_or_else(|| {
        Usage(format!(
            "{text:?} is no record format; choose F, FB, V, VB or U, with A or M behind it for printer control"
        ))
    })
}

fn fixed(lrecl: Option<u32>, blksize: Option<u32>, blocked: bool) -> Result<(u32, u32), Usage> {
    let record = lrecl.unwrap_or(CARD);
    let most = if blocked {
        (BLOCK_DEFAULT / record).max(1) * record
    } else {
        record
    };
    let block = blksize.unwrap_or(most);
    let whole = if blocked {
        block.is_multiple_of(record)
    } else {
        block == record
    };
    if !whole {
        let rule = if blocked { "a multiple of" } else { "equal to" };
        let text = format!("--blksize {block} must be {rule} the record length, which is {record}");
        return Err(Usage(text));
    }
    Ok((block, record))
}

fn variable(lrecl: Option<u32>, blksize: Option<u32>) -> Result<(u32, u32), Usage> {
    let block = blksize.unwrap_or(BLOCK_DEFAULT);
    let record = lrecl.unwrap_or(block.saturating_sub(4));
    if !(9..=BLOCK_DEFAULT).contains(&block) {
        return Err(Usage(format!(
            "--blksize {block} is not possible with variable records; choose 9 to {BLOCK_DEFAULT}"
        )));
    }
    if record < 5 || record + 4 > block {
        return Err(Usage(format!(
            "--lrecl {record} is not possible with --blksize {block}: variable records have 5 bytes or more, their \
             four-byte length included, and a block has four bytes of its own"
        )));
    }
    Ok((block, record))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(recfm: Option<&str>, lrecl: Option<u32>) -> RecordFormatArgs {
        RecordFormatArgs {
            recfm: recfm.map(str::to_owned),
            lrecl,
        }
    }

    #[test]
    fn formats_for_writing_are_completed() {
        for (recfm, lrecl, blksize, text, expected) in [
            (None, None, None, false, "U, block length 32760, record length 0"),
            (
                None,
                None,
                None,
                true,
                "VB, block length 32760, record length 32756",
            ),
            (
                Some("fb"),
                None,
                None,
                false,
                "FB, block length 32720, record length 80",
            ),
            (
                Some("F"),
                Some(133),
                None,
                false,
                "F, block length 133, record length 133",
            ),
            (
                Some("FBA"),
                Some(121),
                Some(1210),
                false,
                "FBA, block length 1210, record length 121",
            ),
            (
                Some("FB"),
                Some(40_000),
                None,
                false,
                "FB, block length 40000, record length 40000",
            ),
            (
                Some("V"),
                Some(84),
                Some(88),
                false,
                "V, block length 88, record length 84",
            ),
        ] {
            let format = for_writing(&args(recfm, lrecl), blksize, text).unwrap();
            assert_eq!(format.to_string(), expected);
        }
    }

    #[test]
    fn impossible_formats_are_wrong_usage() {
        for (recfm, lrecl, blksize) in [
            ("X", None, None),
            ("FB", Some(80), Some(100)),
            ("F", Some(80), Some(160)),
            ("VB", Some(100), Some(103)),
            ("VB", None, Some(40_000)),
            ("VB", None, Some(4)),
            ("VBS", None, None),
        ] {
            assert!(
                for_writing(&args(Some(recfm), lrecl), blksize, false).is_err(),
                "{recfm}"
            );
        }
    }

    #[test]
    fn a_label_gives_way_to_what_was_asked_for() {
        let label = RecordFormat::new(Form::Fixed, true, 3600, 120);
        let read = |recfm| for_reading(&args(recfm, None), Some(label)).unwrap().to_string();
        assert_eq!(read(None), "FB, block length 3600, record length 120");
        assert_eq!(read(Some("F")), "F, block length 0, record length 120");
        assert_eq!(read(Some("U")), "U, block length 0, record length 0");
    }
}
