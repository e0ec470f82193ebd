//! Which addresses are on the open internet.
//!
//! In: an address that a name was resolved to. Out: whether it may be connected to. The check stands where the
//! addresses for a connection are found, so neither a name that points inside nor a redirect gets round it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Finds addresses and leaves out those of this machine and of private networks.
#[derive(Debug, Default)]
pub(crate) struct PublicOnly<R = DefaultResolver>(pub R);

impl<R: Resolver> Resolver for PublicOnly<R> {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.0.resolve(uri, config, timeout)?;
        let mut public = self.empty();
        found.iter().filter(|address| is_public(address.ip())).for_each(|address| public.push(*address));
        if public.is_empty() {
            return Err(ureq::Error::Io(io::Error::new(io::ErrorKind::PermissionDenied, "a private address")));
        }
        Ok(public)
    }
}

/// Whether an address is one of the open internet.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        // Shared by providers, set aside for protocols, for measuring.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([w, x], [y, z]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(w, x, y, z))
    };
    match (a, b) {
        // `::ffff:10.0.0.1`, `::10.0.0.1`, and the two ways of carrying the old addresses in the new.
        (0, 0) if (c, d, e) == (0, 0, 0) => (f == 0xffff || f == 0) && embedded(g, h),
        (0x64, 0xff9b) => embedded(g, h),
        (0x2002, _) => embedded(b, c),
        (0x2001, 0xdb8) => false,
        // All that is given out so far.
        _ => a & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::is_public;

    fn check(addresses: &[&str], public: bool) {
        for address in addresses {
            assert_eq!(is_public(address.parse().expect("an address")), public, "{address}");
        }
    }

    #[test]
    fn this_machine_and_private_networks_are_not_public() {
        let old = ["127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"];
        check(&old, false);
        check(&["100.64.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "192.0.0.8"], false);
        check(&["::1", "::", "fc00::1", "fd12::1", "fe80::1", "ff02::1", "2001:db8::1"], false);
    }

    #[test]
    fn an_old_address_inside_a_new_one_is_looked_at() {
        check(&["::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1"], false);
        check(&["::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::"], true);
    }

    #[test]
    fn others_are_public() {
        check(&["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111"], true);
    }
}
