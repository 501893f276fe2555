//! What people mean by the place they name.

use std::path::Path;

use anyhow::Result;

use super::SiteFolder;

/// What the WHERE of a command means.
pub(crate) enum Place {
    /// A site, and with it its repository.
    Site(Box<SiteFolder>),
    /// A repository.
    Repository,
}

impl Place {
    /// A folder with a site.toml is a site; everything else should be a repository. Returns its location too.
    pub(crate) fn find(text: &str) -> Result<(Self, String)> {
        // A site that lost its site.toml is still no repository.
        let of_a_site = ["site.toml", "USER.DIRECT", "SYSTEM.CONFIG"];
        if of_a_site.iter().any(|name| Path::new(text).join(name).is_file()) {
            let site = SiteFolder::load(Path::new(text))?;
            let repository = site.repository(None)?;
            return Ok((Self::Site(Box::new(site)), repository));
        }
        Ok((Self::Repository, text.to_owned()))
    }
}
