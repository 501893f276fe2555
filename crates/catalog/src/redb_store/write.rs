//! The two things that write: taking the catalog over, and a commit of its owner.

use std::collections::BTreeMap;

use redb::{Database, ReadableTable, Table, WriteTransaction};
use store::wire;
use store::{ChunkId, ChunkPlace, PackName};

use super::fault::Fault;
use super::tables::{
    CHUNKS, DOMAIN_ROW, DOMAINS, INSTANCE_ROW, INSTANCES, META, META_CHUNK_BYTES, META_EPOCH, META_NEXT_PACK,
    OWNER, OWNER_NAME, PACK_NUMBERS, PACKS, PlaceRow, VERSIONS,
};
use crate::catalog_store::Change;
use crate::domain::DomainRecord;
use crate::ids::{Epoch, InstanceId};
use crate::instance::InstanceRecord;

pub(super) fn acquire(database: &Database, owner: &str) -> Result<Epoch, Fault> {
    let transaction = database.begin_write()?;
    let next = number(&transaction, META_EPOCH)?
        .checked_add(1)
        .ok_or_else(|| Fault::Damaged("its epoch is the highest there is".to_owned()))?;
    transaction.open_table(META)?.insert(META_EPOCH, next)?;
    transaction.open_table(OWNER)?.insert(OWNER_NAME, owner)?;
    transaction.commit()?;
    Ok(Epoch::new(next))
}

pub(super) fn commit(database: &Database, epoch: Epoch, changes: &[Change]) -> Result<(), Fault> {
    let transaction = database.begin_write()?;
    check_epoch(&transaction, epoch)?;
    let mut places = Places::open(&transaction)?;
    for change in changes {
        match change {
            Change::Places(rows) => rows.iter().try_for_each(|(id, place)| places.insert(id, place))?,
            Change::Instance(record) => put_instance(&transaction, record)?,
            Change::Domain(instance, record) => put_domain(&transaction, instance, record)?,
        }
    }
    places.close(&transaction)?;
    transaction.commit()?;
    Ok(())
}

/// Inside the transaction, because redb has one writer at a time: whoever takes over does it before or after this.
fn check_epoch(transaction: &WriteTransaction, ours: Epoch) -> Result<(), Fault> {
    let theirs = Epoch::new(number(transaction, META_EPOCH)?);
    if theirs == ours {
        return Ok(());
    }
    let owners = transaction.open_table(OWNER)?;
    let owner = owners
        .get(OWNER_NAME)?
        .map_or_else(|| "nobody".to_owned(), |owner| owner.value().to_owned());
    Err(Fault::Fenced { owner, theirs, ours })
}

fn number(transaction: &WriteTransaction, name: &str) -> Result<u64, Fault> {
    Ok(transaction
        .open_table(META)?
        .get(name)?
        .map_or(0, |number| number.value()))
}

fn put_instance(transaction: &WriteTransaction, record: &InstanceRecord) -> Result<(), Fault> {
    let row = wire::encode(INSTANCE_ROW.0, INSTANCE_ROW.1, record)?;
    let mut instances = transaction.open_table(INSTANCES)?;
    instances.insert((record.id.job.as_str(), record.id.number), row.as_slice())?;
    Ok(())
}

fn put_domain(
    transaction: &WriteTransaction,
    instance: &InstanceId,
    record: &DomainRecord,
) -> Result<(), Fault> {
    let row = wire::encode(DOMAIN_ROW.0, DOMAIN_ROW.1, record)?;
    let (job, key) = (instance.job.as_str(), record.name.key());
    transaction
        .open_table(DOMAINS)?
        .insert((job, instance.number, key.as_str()), row.as_slice())?;
    transaction
        .open_table(VERSIONS)?
        .insert((key.as_str(), job, instance.number), ())?;
    Ok(())
}

/// The tables that a place goes into, and what is counted while they grow.
struct Places<'t> {
    chunks: Table<'t, &'static [u8; 32], PlaceRow>,
    packs: Table<'t, u32, &'static [u8; 32]>,
    numbers: Table<'t, &'static [u8; 32], u32>,
    seen: BTreeMap<PackName, u32>,
    next_pack: u32,
    chunk_bytes: u64,
    grew: bool,
}

impl<'t> Places<'t> {
    fn open(transaction: &'t WriteTransaction) -> Result<Places<'t>, Fault> {
        let next_pack = u32::try_from(number(transaction, META_NEXT_PACK)?)
            .map_err(|_| Fault::Damaged("it counts more packs than there can be".to_owned()))?;
        Ok(Places {
            chunk_bytes: number(transaction, META_CHUNK_BYTES)?,
            chunks: transaction.open_table(CHUNKS)?,
            packs: transaction.open_table(PACKS)?,
            numbers: transaction.open_table(PACK_NUMBERS)?,
            seen: BTreeMap::new(),
            next_pack,
            grew: false,
        })
    }

    /// A chunk that has a place keeps it.
    fn insert(&mut self, id: &ChunkId, place: &ChunkPlace) -> Result<(), Fault> {
        let row = (self.number_of(&place.pack)?, place.frame, place.offset, place.len);
        // Almost always the chunk is new, so one descent into the tree is the rule and the second the exception.
        let known = self.chunks.insert(id.as_bytes(), row)?.map(|known| known.value());
        match known {
            Some(known) => drop(self.chunks.insert(id.as_bytes(), known)?),
            None => {
                self.chunk_bytes = self.chunk_bytes.saturating_add(u64::from(place.len));
                self.grew = true;
            }
        }
        Ok(())
    }

    fn number_of(&mut self, pack: &PackName) -> Result<u32, Fault> {
        if let Some(number) = self.seen.get(pack) {
            return Ok(*number);
        }
        let known = self.numbers.get(pack.as_bytes())?.map(|number| number.value());
        let number = match known {
            Some(number) => number,
            None => self.add_pack(pack)?,
        };
        self.seen.insert(*pack, number);
        Ok(number)
    }

    fn add_pack(&mut self, pack: &PackName) -> Result<u32, Fault> {
        let number = self.next_pack;
        self.next_pack = number
            .checked_add(1)
            .ok_or_else(|| Fault::Damaged("it counts more packs than there can be".to_owned()))?;
        self.packs.insert(number, pack.as_bytes())?;
        self.numbers.insert(pack.as_bytes(), number)?;
        self.grew = true;
        Ok(number)
    }

    fn close(self, transaction: &WriteTransaction) -> Result<(), Fault> {
        if self.grew {
            let mut meta = transaction.open_table(META)?;
            meta.insert(META_NEXT_PACK, u64::from(self.next_pack))?;
            meta.insert(META_CHUNK_BYTES, self.chunk_bytes)?;
        }
        Ok(())
    }
}
