//! One entry of the user directory: general statements first, then device statements, as CP wants them.

/// An entry while it is being written.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    head: String,
    general: Vec<String>,
    devices: Vec<String>,
}

impl Entry {
    pub(super) fn profile(name: &str) -> Entry {
        Entry::new(format!("PROFILE {name}"))
    }

    /// A single-configuration user. `rest` is password, storage, maximum storage and privilege classes.
    pub(super) fn user(id: &str, rest: &str) -> Entry {
        Entry::new(format!("USER {id:8} {rest}"))
    }

    /// A multiconfiguration user, which gets a SUBCONFIG per member.
    pub(super) fn identity(id: &str, rest: &str) -> Entry {
        Entry::new(format!("IDENTITY {id:8} {rest}"))
    }

    pub(super) fn subconfig(id: &str) -> Entry {
        Entry::new(format!("SUBCONFIG {id}"))
    }

    fn new(head: String) -> Entry {
        Entry {
            head,
            general: Vec::new(),
            devices: Vec::new(),
        }
    }

    /// Adds a statement that must stand before all device statements.
    pub(super) fn general(mut self, statement: impl Into<String>) -> Entry {
        self.general.push(statement.into());
        self
    }

    /// Adds LINK, SPOOL, CONSOLE, NICDEF and the like.
    pub(super) fn device(mut self, statement: impl Into<String>) -> Entry {
        self.devices.push(statement.into());
        self
    }

    pub(super) fn push_device(&mut self, statement: String) {
        self.devices.push(statement);
    }

    pub(super) fn render(&self, into: &mut String) {
        into.push_str(self.head.trim_end());
        into.push('\n');
        for statement in self.general.iter().chain(&self.devices) {
            into.push(' ');
            into.push_str(statement);
            into.push('\n');
        }
    }
}
