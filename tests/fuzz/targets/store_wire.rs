//! Binary records: any bytes, and any payload in a sound frame, as a nested value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use store::wire;

/// Lists, texts, options and bytes: everything that can ask for memory.
type Nested = (Vec<(String, Option<u64>, Vec<u8>)>, Vec<Vec<Vec<u32>>>, bool);

fuzz_target!(
    init: {
        let value: Nested = (vec![("text".to_owned(), Some(7), vec![1, 2])], vec![vec![vec![3]]], true);
        let record = wire::encode(1, 1, &value).expect("a short value has a form");
        fuzz::plant(&[record.clone(), record[12..record.len() - 4].to_vec()]);
    },
    |data: &[u8]| {
        let _ = wire::kind_and_version(data);
        for record in [data.to_vec(), fuzz::record(1, 1, data)] {
            if let Ok(value) = wire::decode::<Nested>(&record, 1, 1) {
                let again = wire::encode(1, 1, &value).expect("what was read has a form");
                assert_eq!(wire::decode::<Nested>(&again, 1, 1).expect("it reads back"), value);
            }
        }
    }
);
