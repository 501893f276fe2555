//! Plan, back up, restore and verify, with one worker per member.
