//! `bench`: every stage and every run is there, and nothing stays behind.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read and write files and run the program"
)]

mod support;

use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use support::Folder;

#[test]
fn all_stages_and_all_runs_are_measured() {
    let folder = Folder::new();
    std::fs::create_dir(folder.file("work")).unwrap();
    let report = folder.json("bench --cylinders 12 --rounds 2 --volumes 1,2 --work work");
    let bytes = |pass: &str, stage: &str| report["stages"][pass][stage]["bytes"].as_u64().unwrap();
    for stage in [
        "read",
        "witness",
        "canonicalise",
        "hash",
        "look_up",
        "gather",
        "compress",
        "write",
        "fetch",
        "expand",
        "prove",
    ] {
        assert!(bytes("full", stage) > 0, "{stage}");
    }
    // What is new is gathered, compressed, and comes back whole.
    assert_eq!(bytes("full", "gather"), bytes("full", "compress"));
    assert_eq!(bytes("full", "compress"), bytes("full", "expand"));
    // The second generation differs a little, the third pass finds nothing new and writes the volume.
    assert!((1..bytes("full", "gather")).contains(&bytes("incremental", "gather")));
    assert_eq!(bytes("unchanged", "gather"), 0);
    // Only the base is looked up.
    assert!(bytes("unchanged", "look_up") > 0);
    assert_eq!(bytes("unchanged", "restore"), bytes("full", "read"));
    let tasks: Vec<_> = report["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| of["task"].as_str())
        .collect();
    let all = ["full", "incremental", "unchanged", "restore", "verify"].map(Some);
    assert_eq!(tasks, all);
    assert_eq!(report["runs"].as_array().unwrap().len(), 2);
    let many = report["many"].as_array().unwrap();
    assert_eq!(
        many[1]["bytes"].as_u64().unwrap(),
        2 * many[0]["bytes"].as_u64().unwrap()
    );
    assert_eq!(
        std::fs::read_dir(folder.file("work")).unwrap().count(),
        0,
        "left-overs"
    );
}

#[test]
fn a_given_corpus_is_used_and_a_wrong_one_is_refused() {
    let folder = Folder::new();
    std::fs::create_dir(folder.file("work")).unwrap();
    for generation in ["g1", "g2"] {
        std::fs::create_dir(folder.file(generation)).unwrap();
        folder.ok(&format!(
            "image create {generation}/linux.img --device 9336 --blocks 20000"
        ));
    }
    folder.ok("bench --corpus . --rounds 1 --work work").prints(&[
        "20000 blocks",
        "SHA-256",
        " chunks/s",
        "verify all data",
    ]);
    std::fs::remove_file(folder.file("g2/linux.img")).unwrap();
    folder
        .run("bench --corpus . --work work")
        .ends(2)
        .complains(&["lies in both g1 and g2"]);
    folder.ok("image create g2/linux.img --device 9336 --blocks 30000");
    folder
        .run("bench --corpus . --work work")
        .ends(3)
        .complains(&["not two states of one volume"]);
    folder
        .ok("bench --help")
        .prints(&["one thread", "More than 100 % is possible"]);
    folder.run("bench --work nowhere").ends(3).complains(&["nowhere"]);
    // 56 GB for each volume: said before anything is written.
    for volumes in ["1000000", &usize::MAX.to_string()] {
        folder
            .run(&format!(
                "bench --cylinders 65520 --volumes {volumes} --work work"
            ))
            .ends(3)
            .complains(&["free", "are needed", "--work"]);
    }
    assert_eq!(std::fs::read_dir(folder.file("work")).unwrap().count(), 0);
}

/// At every moment: while the volume is made, while the stages are measured, while another run of the program is timed.
#[test]
fn an_interrupted_bench_leaves_nothing_behind() {
    let folder = Folder::new();
    std::fs::create_dir(folder.file("work")).unwrap();
    let left = || std::fs::read_dir(folder.file("work")).unwrap().count();
    for (millis, signal) in [
        (50, Signal::INT),
        (400, Signal::TERM),
        (900, Signal::INT),
        (1_500, Signal::INT),
    ] {
        let mut command = folder.command("bench --cylinders 60 --rounds 200 --work work");
        let mut bench = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while left() == 0 {
            assert!(bench.try_wait().unwrap().is_none(), "the bench ended");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(millis));
        kill_process(Pid::from_child(&bench), signal).unwrap();
        let ended = bench.wait().unwrap();
        assert_eq!(ended.code(), Some(128 + signal.as_raw()), "{ended:?}");
        assert_eq!(left(), 0, "after {millis} ms");
    }
}
