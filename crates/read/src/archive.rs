//! What is packed: streams, archives, messages.
//!
//! [`members`] unpacks streams, [`zip`] archives of files, [`warc`] archives of the web with the answers of servers in
//! them ([`http`]). [`budget`] stops what unpacks without end.

pub(crate) mod budget;
pub(crate) mod http;
pub(crate) mod members;
pub(crate) mod warc;
pub(crate) mod zip;
