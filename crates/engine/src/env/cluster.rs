//! Which members of the cluster are up.

use std::collections::BTreeMap;

use tokio::sync::watch;
use zvm::MemberName;

/// Whether a member can work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberState {
    /// In the cluster and running.
    Joined,
    /// Not running: its work stops where it is.
    Down,
}

/// The state of every member.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ClusterState {
    members: BTreeMap<MemberName, MemberState>,
}

impl ClusterState {
    /// A cluster in which all of `members` are joined.
    pub fn all_joined(members: impl IntoIterator<Item = MemberName>) -> Self {
        Self {
            members: members
                .into_iter()
                .map(|name| (name, MemberState::Joined))
                .collect(),
        }
    }

    /// Notes a new state of one member.
    pub fn set(&mut self, member: &MemberName, state: MemberState) {
        self.members.insert(*member, state);
    }

    /// True when the member is joined. A member nobody has heard of is not.
    pub fn is_joined(&self, member: &MemberName) -> bool {
        self.members.get(member) == Some(&MemberState::Joined)
    }

    /// A watch on a cluster whose state never changes, which is what a run over image files has.
    pub fn steady(self) -> watch::Receiver<ClusterState> {
        watch::channel(self).1
    }
}

/// Returns once `member` is no longer joined; never, when that does not happen.
pub(crate) async fn lost(mut cluster: watch::Receiver<ClusterState>, member: &MemberName) {
    let seen = cluster.wait_for(|state| !state.is_joined(member)).await.map(drop);
    if seen.is_err() {
        // Nobody is left who could change the state.
        std::future::pending::<()>().await;
    }
}
