//! `wxbackup config`: what the settings are, whether they are right, and a file to begin with.

pub(crate) mod check;
pub(crate) mod init;
pub(crate) mod show;
