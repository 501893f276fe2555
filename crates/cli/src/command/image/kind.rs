//! Which kind of image is written, from what was said and from the name of the file.

use std::path::Path;

use dasd::convert::{Compression, ImageKind, PackedFormat};

use crate::args::{ImageCompressArg, KindArg, KindArgs};
use crate::exit::Usage;

/// The kind that was asked for, or the one that the name of the file stands for.
pub(super) fn resolve(args: &KindArgs, file: &Path) -> Result<ImageKind, Usage> {
    let kind = args.kind.unwrap_or_else(|| named(file));
    let wide = match kind {
        KindArg::Plain | KindArg::Split => {
            return match args.compress {
                None | Some(ImageCompressArg::None) if kind == KindArg::Plain => Ok(ImageKind::Plain),
                None | Some(ImageCompressArg::None) => Ok(ImageKind::Split),
                Some(_) => Err(Usage(format!(
                    "{} would be a plain image, and those are never compressed; give --kind cckd, or leave out \
                     --compress",
                    file.display()
                ))),
            };
        }
        KindArg::Cckd => false,
        KindArg::Cckd64 => true,
    };
    let compression = match args.compress {
        Some(ImageCompressArg::None) => Compression::None,
        Some(ImageCompressArg::Bzip2) => Compression::Bzip2(args.level),
        None | Some(ImageCompressArg::Zlib) => Compression::Zlib(args.level),
    };
    Ok(ImageKind::Packed(PackedFormat { wide, compression }))
}

/// What files of this name usually are.
fn named(file: &Path) -> KindArg {
    let extension = file.extension().unwrap_or_default().to_string_lossy();
    match extension.to_ascii_lowercase().as_str() {
        "cckd" | "cfba" => KindArg::Cckd,
        "cckd64" | "cfba64" => KindArg::Cckd64,
        _ => KindArg::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(kind: Option<KindArg>, compress: Option<ImageCompressArg>, file: &str) -> Option<ImageKind> {
        let level = 9;
        let args = KindArgs {
            kind,
            compress,
            level,
        };
        resolve(&args, Path::new(file)).ok()
    }

    fn packed(wide: bool, compression: Compression) -> Option<ImageKind> {
        Some(ImageKind::Packed(PackedFormat { wide, compression }))
    }

    #[test]
    fn names_stand_for_kinds_and_options_beat_them() {
        use ImageCompressArg::{Bzip2, None as Raw, Zlib};
        for (given, compress, file, expected) in [
            (None, None, "a.ckd", Some(ImageKind::Plain)),
            (None, None, "a.3390", Some(ImageKind::Plain)),
            (None, None, "a.CCKD", packed(false, Compression::Zlib(9))),
            (None, None, "a.cfba64", packed(true, Compression::Zlib(9))),
            (None, Some(Bzip2), "a.cckd", packed(false, Compression::Bzip2(9))),
            (
                Some(KindArg::Cckd),
                Some(Raw),
                "a.ckd",
                packed(false, Compression::None),
            ),
            (Some(KindArg::Split), None, "a.cckd", Some(ImageKind::Split)),
            (Some(KindArg::Plain), Some(Raw), "a", Some(ImageKind::Plain)),
            (None, Some(Zlib), "a.ckd", None),
            (Some(KindArg::Split), Some(Zlib), "a.ckd", None),
        ] {
            assert_eq!(kind(given, compress, file), expected, "{file}");
        }
    }
}
