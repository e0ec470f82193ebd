//! Pages from the network into web archives: the only crate of ours that opens a connection.
//!
//! In: an address. Out: the answer as the server gave it, for [`Archive`] to write. [`Client`] asks politely: it obeys
//! robots.txt, waits between two requests to one host, asks again later where a server says so, and names itself. It
//! goes to no address of this machine or a private network unless it is told to, whatever name or redirect led there.
//!
//! Only the commands `add` and `watch` of the program use it; nothing that analyses can reach it.
#![forbid(unsafe_code)]

mod address;
mod archive;
mod client;
mod failure;
mod known;

pub use archive::Archive;
pub use client::{Answer, Client, Got, Settings};
pub use failure::{FetchError, FetchErrorKind};
pub use known::{Known, Versions};
