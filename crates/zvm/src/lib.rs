//! The files of a z/VM installation, resolved into a site: members, users, minidisks, ownership, jobs.
