//! One entry of the user directory: general statements first, then device statements, as CP wants them.

/// An entry while it is being written.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    head: String,
    include: Option<String>,
    builds: Vec<String>,
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
            include: None,
            builds: Vec::new(),
            general: Vec::new(),
            devices: Vec::new(),
        }
    }

    /// The profile that the entry takes over.
    pub(super) fn include(mut self, profile: &str) -> Entry {
        self.include = Some(format!("INCLUDE {profile}"));
        self
    }

    /// Adds a BUILD; CP wants these behind INCLUDE and in front of everything else.
    pub(super) fn build(mut self, member: &str, subconfig: &str) -> Entry {
        self.builds
            .push(format!("BUILD ON {member} USING SUBCONFIG {subconfig}"));
        self
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
        for statement in self
            .include
            .iter()
            .chain(&self.builds)
            .chain(&self.general)
            .chain(&self.devices)
        {
            into.push(' ');
            into.push_str(statement);
            into.push('\n');
        }
    }
}
