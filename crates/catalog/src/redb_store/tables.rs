//! The tables of format 1.
//!
//! | table | key | value |
//! |---|---|---|
//! | `meta` | `format`, `epoch`, `next-pack`, `chunk-bytes`, `damaged` | a number |
//! | `owner` | `owner` | who holds the epoch |
//! | `packs` | number of a pack | its name, 32 bytes |
//! | `pack-numbers` | name of a pack | its number |
//! | `chunks` | chunk id, 32 bytes | number of the pack, frame, offset, length |
//! | `instances` | job, number | a `store::wire` record of kind 0x28: `InstanceRecord` |
//! | `domains` | job, number, key of the domain | a `store::wire` record of kind 0x29: `DomainRecord` |
//! | `versions` | key of the domain, job, number | nothing |
//!
//! Packs are numbered so that the row of a chunk, of which there are millions, is 48 bytes and not 76. The key of a
//! domain is `M/user/vdev/member` or `V/volser/member`, with `*` for what all members share.

use redb::TableDefinition;

/// The format that this module reads and writes.
pub(super) const FORMAT: u64 = 1;

pub(super) const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
pub(super) const OWNER: TableDefinition<'_, &str, &str> = TableDefinition::new("owner");
pub(super) const PACKS: TableDefinition<'_, u32, &[u8; 32]> = TableDefinition::new("packs");
pub(super) const PACK_NUMBERS: TableDefinition<'_, &[u8; 32], u32> = TableDefinition::new("pack-numbers");
pub(super) const CHUNKS: TableDefinition<'_, &[u8; 32], PlaceRow> = TableDefinition::new("chunks");
pub(super) const INSTANCES: TableDefinition<'_, (&str, u32), &[u8]> = TableDefinition::new("instances");
pub(super) const DOMAINS: TableDefinition<'_, (&str, u32, &str), &[u8]> = TableDefinition::new("domains");
pub(super) const VERSIONS: TableDefinition<'_, (&str, &str, u32), ()> = TableDefinition::new("versions");

/// Number of the pack, frame, offset, length.
pub(super) type PlaceRow = (u32, u32, u32, u32);

pub(super) const META_FORMAT: &str = "format";
pub(super) const META_EPOCH: &str = "epoch";
pub(super) const META_NEXT_PACK: &str = "next-pack";
pub(super) const META_CHUNK_BYTES: &str = "chunk-bytes";
/// There if a check found pages whose checksums were wrong: rows may be missing, so the catalog is not to be used.
pub(super) const META_DAMAGED: &str = "damaged";
pub(super) const OWNER_NAME: &str = "owner";

pub(super) const INSTANCE_ROW: (u8, u8) = (0x28, 1);
pub(super) const DOMAIN_ROW: (u8, u8) = (0x29, 1);
