//! Outlets by their domain.
//!
//! In: an address, or the name of a file that somebody saved. Out: domain, name and country of the outlet, as far as
//! [`outlets.txt`](../outlets.txt) knows it; an unknown domain is still a domain.
//! `https://www.france24.com/en/…` → france24.com, FRANCE 24, FR.

use model::Outlet;
use std::collections::BTreeMap;
use std::sync::OnceLock;

type Names = BTreeMap<&'static str, (&'static str, &'static str)>;

fn table() -> &'static Names {
    static TABLE: OnceLock<Names> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = include_str!("outlets.txt").lines().filter(|line| !line.starts_with('#'));
        lines
            .filter_map(|line| {
                let mut fields = line.split('\t');
                Some((fields.next()?, (fields.next()?, fields.next()?)))
            })
            .collect()
    })
}

/// The host of an address, in small letters, without `www.` and port.
pub(crate) fn host(url: &str) -> Option<String> {
    let rest = url.trim().split_once("://").map_or_else(|| url.trim().strip_prefix("//"), |(_, rest)| Some(rest))?;
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?.split(':').next()?.to_lowercase();
    let host = ["www.", "m.", "amp."].iter().find_map(|prefix| host.strip_prefix(prefix)).unwrap_or(&host).to_owned();
    let valid =
        host.contains('.') && host.len() <= 253 && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
    valid.then_some(host)
}

/// Fills what is unknown of an outlet from an address.
pub(crate) fn fill_from_url(outlet: &mut Outlet, url: &str) {
    let Some(host) = host(url) else { return };
    // `edition.cnn.com` is cnn.com where that is known.
    let mut domain = host.as_str();
    let known = loop {
        if let Some(known) = table().get(domain) {
            break Some(known);
        }
        match domain.split_once('.') {
            Some((_, parent)) if parent.contains('.') => domain = parent,
            _ => break None,
        }
    };
    match known {
        Some((name, country)) => fill(outlet, domain, name, country),
        None => {
            outlet.domain.get_or_insert(host);
        }
    }
}

/// Fills an outlet from a file's name: `france24_2019-01-24.txt`.
pub(crate) fn fill_from_file_name(outlet: &mut Outlet, path: &str) {
    if outlet.name.is_some() || outlet.domain.is_some() {
        return;
    }
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_lowercase();
    // The first part of a name, or a whole domain: `cnn.com_story.html`.
    let first = name.split(['_', ' ', '-']).next().unwrap_or("");
    let found = table().iter().find(|(domain, _)| {
        **domain == first || domain.split('.').next().is_some_and(|label| label.len() >= 3 && label == first)
    });
    if let Some((domain, (name, country))) = found {
        fill(outlet, domain, name, country);
    }
}

/// Fills domain and country of an outlet whose name is known, if only one outlet goes by it.
pub(crate) fn fill_from_name(outlet: &mut Outlet) {
    let Some(name) = outlet.name.as_deref().filter(|_| outlet.domain.is_none()) else { return };
    let plain = |name: &str| name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let wanted = plain(name);
    let mut same = table().iter().filter(|(_, (known, _))| plain(known) == wanted);
    if let (Some((domain, (name, country))), None) = (same.next(), same.next()) {
        fill(outlet, domain, name, country);
    }
}

fn fill(outlet: &mut Outlet, domain: &str, name: &str, country: &str) {
    outlet.domain.get_or_insert_with(|| domain.to_owned());
    outlet.name.get_or_insert_with(|| name.to_owned());
    if !country.is_empty() {
        outlet.country.get_or_insert_with(|| country.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::{fill_from_file_name, fill_from_name, fill_from_url, host};
    use model::Outlet;

    #[test]
    fn hosts_lose_what_is_no_name() {
        assert_eq!(host("https://www.DalePost.example:443/a?b"), Some("dalepost.example".into()));
        assert_eq!(host("mailto:a@b.example"), None);
        assert_eq!(host("https://localhost/"), None);
    }

    #[test]
    fn an_unknown_domain_is_still_a_domain() {
        let mut outlet = Outlet::default();
        fill_from_url(&mut outlet, "https://news.dalepost.example/mill");
        assert_eq!((outlet.domain.as_deref(), outlet.name), (Some("news.dalepost.example"), None));
    }

    #[test]
    fn what_is_known_is_not_overwritten() {
        let mut outlet = Outlet { name: Some("Dale Post".into()), ..Outlet::default() };
        fill_from_file_name(&mut outlet, "derstandard_1.txt");
        assert_eq!(outlet.domain, None);
        let mut outlet = Outlet { name: Some("DER STANDARD".into()), ..Outlet::default() };
        fill_from_name(&mut outlet);
        assert_eq!((outlet.name.as_deref(), outlet.domain.as_deref()), (Some("DER STANDARD"), Some("derstandard.at")));
        let mut outlet = Outlet::default();
        fill_from_file_name(&mut outlet, "in/derstandard_2019-01-24.txt");
        assert_eq!(outlet.country.as_deref(), Some("AT"));
    }
}
