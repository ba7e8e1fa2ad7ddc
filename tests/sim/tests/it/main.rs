//! The simulation, asked over HTTP as a client would.

#[cfg(test)]
mod account;
#[cfg(test)]
mod api;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod http;
#[cfg(test)]
mod media;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod upload;
