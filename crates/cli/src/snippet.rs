//! The line of a file that a finding speaks of, with carets under the words.

use std::io::{self, Write};

use zvm::{Place, SiteFiles, Source};

/// The files of a site, by name.
pub(crate) struct Sources<'a> {
    files: Vec<&'a Source>,
}

impl<'a> Sources<'a> {
    pub(crate) fn of(files: &'a SiteFiles) -> Self {
        let mut all = vec![&files.site_toml, &files.system_config, &files.directory];
        all.extend(&files.directory_parts);
        all.extend(&files.extent_control);
        all.extend(&files.jobs);
        Self { files: all }
    }

    /// Writes the line at `place`; nothing when the place is a whole file.
    pub(crate) fn show(&self, place: &Place, out: &mut dyn Write) -> io::Result<()> {
        let Some(line) = self.line(place) else {
            return Ok(());
        };
        // Bytes of other alphabets and control characters would move the carets.
        let plain = |byte: &u8| {
            if byte.is_ascii_graphic() {
                char::from(*byte)
            } else {
                ' '
            }
        };
        let text: String = line.iter().map(plain).collect();
        let text = text.trim_end();
        let before = usize::try_from(place.column.saturating_sub(1))
            .unwrap_or(usize::MAX)
            .min(text.len());
        let carets = usize::try_from(place.len)
            .unwrap_or(usize::MAX)
            .clamp(1, (text.len() - before).max(1));
        writeln!(out, "{:>6} | {text}", place.line)?;
        writeln!(out, "       | {}{}", " ".repeat(before), "^".repeat(carets))
    }

    fn line(&self, place: &Place) -> Option<&'a [u8]> {
        let source = self.files.iter().find(|source| source.name == place.file)?;
        let number = usize::try_from(place.line.checked_sub(1)?).ok()?;
        source.bytes.split(|byte| *byte == b'\n').nth(number)
    }
}
