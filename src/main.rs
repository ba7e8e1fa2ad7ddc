//! The command line of wxbackup.

fn main() {}
