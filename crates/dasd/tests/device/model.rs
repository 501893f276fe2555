//! Any sequence of programs against a plain list of tracks, each a plain list of records.

use dasd::device::{
    Argument, Command, Condition, DefineExtent, Device, Ended, FileMask, Limits, Mode, RecordId, Relation,
    Spindle, UnitCheck,
};
use dasd::{Access, Count, TrackAddr, TrackCount};
use proptest::prelude::*;

use crate::made::{HEADS, at_record, ckd, count, count_bytes, records};

const CYLINDERS: u16 = 2;
const TRACKS: u16 = CYLINDERS * HEADS;

const NOT_FOUND: &str = "no record found";

type Record = (Count, Vec<u8>, Vec<u8>);

/// What a program ends with.
#[derive(Debug, PartialEq)]
enum End {
    Reads(Vec<Vec<u8>>),
    FileEnds(Vec<Vec<u8>>),
    Check(&'static str),
}

#[derive(Clone, Debug)]
enum Program {
    Read {
        track: u16,
        record: u8,
        key: bool,
    },
    Write {
        track: u16,
        record: u8,
        key: bool,
        data: Vec<u8>,
    },
    Format {
        track: u16,
        after: u8,
        new: Vec<(u8, u8, u16, u8)>,
    },
    Erase {
        track: u16,
        record: u8,
    },
    Tracks {
        track: u16,
        count: u16,
        last: u16,
    },
    SearchOn {
        track: u16,
        target: u16,
        record: u8,
        last: u16,
    },
    Counts {
        track: u16,
        count: usize,
        multi: bool,
    },
}

fn program() -> impl Strategy<Value = Program> {
    let track = 0..TRACKS;
    let record = 0..6_u8;
    let new = (
        1..6_u8,
        0..4_u8,
        prop_oneof![0..40_u16, 300..1200_u16],
        any::<u8>(),
    );
    prop_oneof![
        2 => (track.clone(), record.clone(), any::<bool>())
            .prop_map(|(track, record, key)| Program::Read { track, record, key }),
        3 => (track.clone(), record.clone(), any::<bool>(), prop::collection::vec(any::<u8>(), 0..30))
            .prop_map(|(track, record, key, data)| Program::Write { track, record, key, data }),
        5 => (track.clone(), record.clone(), prop::collection::vec(new, 1..5))
            .prop_map(|(track, after, new)| Program::Format { track, after, new }),
        1 => (track.clone(), record.clone()).prop_map(|(track, record)| Program::Erase { track, record }),
        2 => (track.clone(), 1..8_u16, track.clone())
            .prop_map(|(track, count, last)| Program::Tracks { track, count, last }),
        2 => (track.clone(), track.clone(), record, track.clone())
            .prop_map(|(track, target, record, last)| Program::SearchOn { track, target, record, last }),
        1 => (track, 1..8_usize, any::<bool>())
            .prop_map(|(track, count, multi)| Program::Counts { track, count, multi }),
    ]
}

fn address(track: u16) -> TrackAddr {
    TrackAddr::new(u32::from(track / HEADS), track % HEADS)
}

/// What the published formula of the 2311 says: 3625 bytes, each record but the last stretched by 537/512 and 61 more.
fn fits(records: &[Record]) -> bool {
    let (last, before) = records.split_last().unwrap();
    let used: usize = before
        .iter()
        .map(|(_, key, data)| (key.len() + data.len()) * 537 / 512 + if key.is_empty() { 0 } else { 20 } + 61)
        .sum();
    used + last.1.len() + last.2.len() + if last.1.is_empty() { 0 } else { 20 } <= 3625
}

fn whole(record: &Record) -> Vec<u8> {
    [count_bytes(record.0), record.1.clone(), record.2.clone()].concat()
}

/// Record 0 first in every list.
struct Model(Vec<Vec<Record>>);

impl Model {
    fn find(&self, track: u16, record: u8) -> Option<usize> {
        self.0[usize::from(track)]
            .iter()
            .position(|(count, ..)| count.record == record)
    }

    fn run(&mut self, program: &Program) -> End {
        match program {
            Program::Read { track, record, key } => self.read(*track, *record, *key),
            Program::Write {
                track,
                record,
                key,
                data,
            } => self.write(*track, *record, *key, data),
            Program::Format { track, after, new } => self.format(*track, *after, new),
            Program::Erase { track, record } => match self.find(*track, *record) {
                None => End::Check(NOT_FOUND),
                Some(index) => {
                    self.0[usize::from(*track)].truncate(index + 1);
                    End::Reads(vec![])
                }
            },
            Program::Tracks { track, count, last } => {
                if last < track || track + count - 1 > *last {
                    return End::Check("file protected");
                }
                let tracks = &self.0[usize::from(*track)..usize::from(track + count)];
                End::Reads(
                    tracks
                        .iter()
                        .map(|records| records.iter().flat_map(whole).collect())
                        .collect(),
                )
            }
            Program::SearchOn {
                track,
                target,
                record,
                last,
            } => self.search_on(*track, *target, *record, *last),
            Program::Counts { track, count, multi } => self.read_counts(*track, *count, *multi),
        }
    }

    fn read(&self, track: u16, record: u8, key: bool) -> End {
        let Some(index) = self.find(track, record) else {
            return End::Check(NOT_FOUND);
        };
        let (_, own_key, data) = &self.0[usize::from(track)][index];
        let bytes = if key {
            [&own_key[..], data].concat()
        } else {
            data.clone()
        };
        ended(data.is_empty(), vec![bytes])
    }

    fn write(&mut self, track: u16, record: u8, key: bool, data: &[u8]) -> End {
        let Some(index) = self.find(track, record) else {
            return End::Check(NOT_FOUND);
        };
        let (_, own_key, own_data) = &mut self.0[usize::from(track)][index];
        let skip = if key { own_key.len() } else { 0 };
        if data.len() > skip + own_data.len() {
            return End::Check("invalid track format");
        }
        let mut padded = data.to_vec();
        padded.resize(skip + own_data.len(), 0);
        if key {
            own_key.copy_from_slice(&padded[..skip]);
        }
        own_data.copy_from_slice(&padded[skip..]);
        ended(own_data.is_empty(), vec![])
    }

    fn format(&mut self, track: u16, after: u8, new: &[(u8, u8, u16, u8)]) -> End {
        let Some(index) = self.find(track, after) else {
            return End::Check(NOT_FOUND);
        };
        let list = &mut self.0[usize::from(track)];
        for (written, (record, key_len, data_len, byte)) in new.iter().enumerate() {
            let count = count(address(track), *record, *key_len, *data_len);
            let key = vec![*byte; usize::from(*key_len)];
            let data = vec![*byte; usize::from(*data_len)];
            let mut longer = list[1..=index + written].to_vec();
            longer.push((count, key, data));
            if !fits(&longer) {
                return End::Check("invalid track format");
            }
            list.truncate(1);
            list.extend(longer);
        }
        End::Reads(vec![])
    }

    fn search_on(&self, track: u16, target: u16, record: u8, last: u16) -> End {
        if last < track {
            return End::Check("file protected");
        }
        let end = (track / HEADS + 1) * HEADS;
        for now in track..end {
            if now > last {
                return End::Check("file protected");
            }
            if let (true, Some(index)) = (now == target, self.find(now, record)) {
                let data = self.0[usize::from(now)][index].2.clone();
                return ended(data.is_empty(), vec![data]);
            }
        }
        End::Check("end of cylinder")
    }

    fn read_counts(&self, track: u16, count: usize, multi: bool) -> End {
        let (mut now, mut next, mut passed) = (track, 1, false);
        let mut reads = Vec::new();
        while reads.len() < count {
            if let Some(record) = self.0[usize::from(now)].get(next) {
                reads.push(count_bytes(record.0));
                next += 1;
                continue;
            }
            if passed {
                return End::Check(NOT_FOUND);
            }
            if multi && (now + 1).is_multiple_of(HEADS) {
                return End::Check("end of cylinder");
            }
            passed = true;
            next = 1;
            now += u16::from(multi);
        }
        End::Reads(reads)
    }
}

fn ended(end_of_file: bool, reads: Vec<Vec<u8>>) -> End {
    if end_of_file {
        End::FileEnds(reads)
    } else {
        End::Reads(reads)
    }
}

fn run(device: &mut Device, program: &Program) -> End {
    match start(device, program) {
        Ok(end) => ended(end.end_of_file, end.reads),
        Err(check) => {
            assert_ne!(check.sense.bytes_24()[..2], [0, 0]);
            assert!(
                !matches!(check.sense.condition, Condition::CommandReject(_)),
                "{check}"
            );
            End::Check(check.sense.condition.name())
        }
    }
}

fn format(device: &mut Device, track: u16, after: u8, new: &[(u8, u8, u16, u8)]) -> Result<Ended, UnitCheck> {
    let payloads: Vec<_> = new
        .iter()
        .map(|(_, key, data, byte)| vec![*byte; usize::from(*key) + usize::from(*data)])
        .collect();
    let writes: Vec<_> = new
        .iter()
        .zip(&payloads)
        .map(|((record, key, data, _), payload)| {
            Command::WriteCkd(count(address(track), *record, *key, *data), payload)
        })
        .collect();
    at_record(device, address(track), after, &writes)
}

fn start(device: &mut Device, program: &Program) -> Result<Ended, UnitCheck> {
    let single = Mode::SingleTrack;
    let up_to = |last: u16| {
        Command::DefineExtent(DefineExtent {
            mask: FileMask::default(),
            limits: Limits::Tracks {
                first: address(0),
                last: address(last),
            },
        })
    };
    match program {
        Program::Read { track, record, key } => {
            let read = if *key {
                Command::ReadKeyData(single)
            } else {
                Command::ReadData(single)
            };
            at_record(device, address(*track), *record, &[read])
        }
        Program::Write {
            track,
            record,
            key,
            data,
        } => {
            let write = if *key {
                Command::WriteKeyData(data)
            } else {
                Command::WriteData(data)
            };
            at_record(device, address(*track), *record, &[write])
        }
        Program::Format { track, after, new } => format(device, *track, *after, new),
        Program::Erase { track, record } => at_record(device, address(*track), *record, &[Command::Erase]),
        Program::Tracks { track, count, last } => device.start(&[
            up_to(*last),
            Command::Seek(address(*track)),
            Command::ReadTracks(TrackCount::new(u32::from(*count))),
        ]),
        Program::SearchOn {
            track,
            target,
            record,
            last,
        } => device.start(&[
            up_to(*last),
            Command::Seek(address(*track)),
            Command::Search(
                Argument::Id(RecordId::on(address(*target), *record)),
                Relation::Equal,
                Mode::MultiTrack,
            ),
            Command::ReadData(single),
        ]),
        Program::Counts { track, count, multi } => {
            let mode = if *multi { Mode::MultiTrack } else { single };
            let mut commands = vec![Command::Seek(address(*track))];
            commands.resize(1 + count, Command::ReadCount(mode));
            device.start(&commands)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_sequence_is_like_a_list_of_records(programs in prop::collection::vec(program(), 1..60)) {
        let mut device = Device::attach(Spindle::new(ckd(u32::from(CYLINDERS))), Access::Write);
        let empty = |track| vec![(count(address(track), 0, 0, 8), vec![], vec![0; 8])];
        let mut model = Model((0..TRACKS).map(empty).collect());
        for program in &programs {
            prop_assert_eq!(run(&mut device, program), model.run(program), "{:?}", program);
        }
        for track in 0..TRACKS {
            prop_assert_eq!(&records(&device, address(track))[..], &model.0[usize::from(track)][1..]);
        }
    }
}
