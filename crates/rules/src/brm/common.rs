//! The virtual machines of Backup and Restore Manager.

use zvm::{Layout, Place, Site, UserId};

/// Reads the jobs and gives work to the workers.
pub(super) const MASTER: &str = "BKRBKUP";
/// Keeps the results.
pub(super) const CATALOG: &str = "BKRCATLG";

/// Whether this is one of BKRWRK01, BKRWRK02, ...
pub(super) fn is_worker(user: UserId) -> bool {
    let number = user.as_str().strip_prefix("BKRWRK");
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
}

/// Whether this is the SFS server of the catalog, BKRSVSFS in the samples.
pub(super) fn is_catalog_server(user: UserId) -> bool {
    user.as_str().starts_with("BKRSV")
}

/// Where to speak of a server that is not there: the first of the product's virtual machines, or the first job that
/// one of them runs. None where the site has nothing of the product, as a directory without jobs has not.
pub(super) fn anchor(site: &Site) -> Option<Place> {
    if site.layout != Layout::Brm || site.cluster.members.is_empty() {
        return None;
    }
    let known = |id: UserId| {
        is_worker(id) || is_catalog_server(id) || [MASTER, CATALOG, "BKRADMIN"].contains(&id.as_str())
    };
    let user = site
        .users
        .iter()
        .find(|user| known(user.id))
        .map(|user| &user.place);
    let served = |server: &Option<UserId>| server.is_some_and(known);
    let job = || {
        site.jobs
            .iter()
            .find(|job| served(&job.server))
            .map(|job| &job.place)
    };
    user.or_else(job).cloned()
}
