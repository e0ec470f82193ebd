//! Asks servers for pages, politely and within limits.
//!
//! In: an address and what we have of it. Out: the answer as it came, or that nothing changed. Every hop of a redirect
//! is a request of its own: scheme, robots.txt, waiting time and address are looked at each time.

use crate::address::PublicOnly;
use crate::failure::{FetchError, FetchErrorKind};
use crate::known::Versions;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::thread;
use std::time::{Duration, Instant};
use texting_robots::Robot;
use ureq::Agent;
use ureq::http::{Response, header};
use ureq::unversioned::resolver::{DefaultResolver, Resolver};
use ureq::unversioned::transport::DefaultConnector;
use url::Url;

/// How pages are asked for.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What servers are told who asks; its first word is looked for in robots.txt.
    pub user_agent: String,
    /// Addresses of this machine and of private networks are allowed.
    pub allow_private: bool,
    /// Of a longer answer only so many bytes are kept.
    pub largest: u64,
    /// An answer that is not complete after this time is cut.
    pub longest: Duration,
    /// At least so much time lies between two requests to one host.
    pub pause: Duration,
    /// Where a server asks to come back later than this, we do not wait.
    pub longest_wait: Duration,
}

impl Settings {
    /// Settings that no server can mind.
    pub fn new(user_agent: &str) -> Self {
        Self {
            user_agent: user_agent.to_owned(),
            allow_private: false,
            largest: 16 << 20,
            longest: Duration::from_secs(60),
            pause: Duration::from_secs(2),
            longest_wait: Duration::from_secs(120),
        }
    }
}

/// An answer as the server gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The address that gave it, after all redirects.
    pub url: String,
    /// Status line and headers, each with its line break.
    pub head: String,
    /// What it holds, as sent.
    pub body: Vec<u8>,
    /// Why it is not whole, in the words of web archives: `length`, `time`.
    pub cut: Option<&'static str>,
    /// What the server says of this version.
    pub versions: Versions,
}

/// What a request gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Got {
    /// A page.
    Page(Answer),
    /// What we have is the newest.
    Unchanged,
}

/// More redirects are a circle.
const MOST_REDIRECTS: usize = 8;
/// Requests that a busy server gets, the first among them.
const TRIES: u32 = 3;
/// What a robots.txt may hold: the rest is not read, as its standard allows.
const LARGEST_ROBOTS: u64 = 512 << 10;
/// A host may ask for a longer pause than ours, but not for more than this.
const LONGEST_PAUSE: f32 = 60.0;

/// Asks for pages; knows what each host allows and when it was asked last.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    settings: Settings,
    hosts: BTreeMap<String, Host>,
}

#[derive(Debug, Default)]
struct Host {
    robots: Option<Rules>,
    next: Option<Instant>,
}

#[derive(Debug)]
enum Rules {
    /// What its robots.txt says.
    Told(Robot),
    /// It has none.
    All,
    /// It did not answer, or with an error of its own: nothing is allowed until it does.
    Nothing(FetchErrorKind),
}

impl Client {
    /// A client that has asked nobody yet.
    pub fn new(settings: Settings) -> Self {
        if settings.allow_private {
            Self::with_names(settings, DefaultResolver::default())
        } else {
            Self::with_names(settings, PublicOnly::<DefaultResolver>::default())
        }
    }

    /// A client that finds the addresses of names so.
    fn with_names(settings: Settings, names: impl Resolver) -> Self {
        let config = Agent::config_builder()
            .user_agent(settings.user_agent.as_str())
            .accept("text/html,application/xhtml+xml,application/atom+xml,application/rss+xml,*/*;q=0.8")
            .accept_encoding("identity")
            // The address that is connected to must be the page's own.
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(settings.longest))
            .build();
        let agent = Agent::with_parts(config, DefaultConnector::default(), names);
        Self { agent, settings, hosts: BTreeMap::new() }
    }

    /// Asks for a page. `known` is the version that we have.
    ///
    /// # Errors
    /// A [`FetchError`] that says why there is none.
    pub fn get(&mut self, url: &str, known: Option<&Versions>) -> Result<Got, FetchError> {
        self.follow(url, known).map_err(|kind| FetchError { url: url.to_owned(), kind })
    }

    fn follow(&mut self, url: &str, known: Option<&Versions>) -> Result<Got, FetchErrorKind> {
        let mut url = parse(url)?;
        for hop in 0..=MOST_REDIRECTS {
            self.ask_robots(&url)?;
            // What we have is a version of the first address.
            let response = self.send_patiently(&url, known.filter(|_| hop == 0))?;
            match response.status().as_u16() {
                301 | 302 | 303 | 307 | 308 => {
                    let to = text(&response, "location").ok_or(FetchErrorKind::Redirects)?;
                    let next = url.join(&to).map_err(|_| FetchErrorKind::Address)?;
                    url = parse(next.as_str())?;
                }
                304 => return Ok(Got::Unchanged),
                200..=299 => return self.answer(&url, response).map(Got::Page),
                status => return Err(FetchErrorKind::Status(status)),
            }
        }
        Err(FetchErrorKind::Redirects)
    }

    /// Whether the site's robots.txt allows the page; it is asked for once.
    fn ask_robots(&mut self, url: &Url) -> Result<(), FetchErrorKind> {
        let site = site(url);
        if self.hosts.get(&site).is_none_or(|host| host.robots.is_none()) {
            let rules = self.robots(url);
            self.hosts.entry(site.clone()).or_default().robots = Some(rules);
        }
        match self.hosts.get(&site).and_then(|host| host.robots.as_ref()) {
            Some(Rules::Told(robot)) if !robot.allowed(url.as_str()) => Err(FetchErrorKind::Robots),
            Some(Rules::Nothing(why)) => Err(why.clone()),
            _ => Ok(()),
        }
    }

    fn robots(&mut self, url: &Url) -> Rules {
        let Ok(mut address) = url.join("/robots.txt") else { return Rules::All };
        for _ in 0..=MOST_REDIRECTS {
            let response = match self.send(&address, None) {
                Ok(response) => response,
                Err(FetchErrorKind::Private) => return Rules::Nothing(FetchErrorKind::Private),
                Err(_) => return Rules::Nothing(FetchErrorKind::RobotsUnknown),
            };
            match response.status().as_u16() {
                200..=299 => {
                    let (body, _) = read(response, LARGEST_ROBOTS);
                    let name = self.settings.user_agent.split(['/', ' ']).next().unwrap_or("");
                    return Robot::new(name, &body).map_or(Rules::All, Rules::Told);
                }
                301 | 302 | 303 | 307 | 308 => {
                    let next = text(&response, "location").and_then(|to| address.join(&to).ok());
                    match next.and_then(|next| parse(next.as_str()).ok()) {
                        Some(next) => address = next,
                        None => return Rules::All,
                    }
                }
                // It has none. Too many requests say nothing of what is allowed.
                400..=499 if response.status().as_u16() != 429 => return Rules::All,
                _ => return Rules::Nothing(FetchErrorKind::RobotsUnknown),
            }
        }
        Rules::All
    }

    /// Sends a request, and once more where the server is busy, after the time that it asks for or twice the last.
    fn send_patiently(&mut self, url: &Url, known: Option<&Versions>) -> Result<Response<ureq::Body>, FetchErrorKind> {
        let mut wait = self.settings.pause.max(Duration::from_millis(500));
        for left in (0..TRIES).rev() {
            let response = self.send(url, known)?;
            let status = response.status().as_u16();
            if !matches!(status, 429 | 503) {
                return Ok(response);
            }
            let asked = text(&response, "retry-after").and_then(|words| retry_after(&words));
            wait = asked.unwrap_or(wait * 2);
            if wait > self.settings.longest_wait {
                return Err(FetchErrorKind::Later(wait));
            }
            if left == 0 {
                return Err(FetchErrorKind::Status(status));
            }
            thread::sleep(wait);
        }
        Err(FetchErrorKind::Redirects)
    }

    /// Sends one request when its host's pause is over.
    fn send(&mut self, url: &Url, known: Option<&Versions>) -> Result<Response<ureq::Body>, FetchErrorKind> {
        let host = self.hosts.entry(site(url)).or_default();
        if let Some(wait) = host.next.and_then(|next| next.checked_duration_since(Instant::now())) {
            thread::sleep(wait);
        }
        let asked = match &host.robots {
            Some(Rules::Told(robot)) => robot.delay.filter(|delay| delay.is_finite()).unwrap_or(0.0),
            _ => 0.0,
        };
        let pause = self.settings.pause.max(Duration::from_secs_f32(asked.clamp(0.0, LONGEST_PAUSE)));
        host.next = Some(Instant::now() + pause);
        let mut request = self.agent.get(url.as_str());
        if let Some(etag) = known.and_then(|known| known.etag.as_ref()) {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = known.and_then(|known| known.last_modified.as_ref()) {
            request = request.header(header::IF_MODIFIED_SINCE, date);
        }
        request.call().map_err(|error| match error {
            ureq::Error::Timeout(_) => FetchErrorKind::Time,
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => FetchErrorKind::Private,
            ureq::Error::HostNotFound => FetchErrorKind::Connection("there is no such host".to_owned()),
            error => FetchErrorKind::Connection(error.to_string()),
        })
    }

    fn answer(&self, url: &Url, response: Response<ureq::Body>) -> Result<Answer, FetchErrorKind> {
        let status = response.status();
        let mut head = format!("HTTP/1.1 {} {}\r\n", status.as_u16(), status.canonical_reason().unwrap_or(""));
        for (name, value) in response.headers() {
            // What is kept here is no longer sent in pieces.
            if *name != header::TRANSFER_ENCODING {
                head += &format!("{name}: {}\r\n", String::from_utf8_lossy(value.as_bytes()));
            }
        }
        let versions = Versions { etag: text(&response, "etag"), last_modified: text(&response, "last-modified") };
        let (body, cut) = read(response, self.settings.largest);
        if body.is_empty() && cut.is_some() {
            return Err(FetchErrorKind::Time);
        }
        Ok(Answer { url: url.as_str().to_owned(), head, body, cut, versions })
    }
}

/// What an answer holds, as far as it comes within the limits, and why it is not whole.
fn read(response: Response<ureq::Body>, largest: u64) -> (Vec<u8>, Option<&'static str>) {
    let mut body = Vec::new();
    let mut reader = response.into_body().into_with_config().limit(u64::MAX).reader().take(largest.saturating_add(1));
    let cut = reader.read_to_end(&mut body).err().map(|_| "time");
    let most = usize::try_from(largest).unwrap_or(usize::MAX);
    if body.len() > most {
        body.truncate(most);
        return (body, Some("length"));
    }
    (body, cut)
}

fn parse(url: &str) -> Result<Url, FetchErrorKind> {
    let mut url = Url::parse(url.trim()).map_err(|_| FetchErrorKind::Address)?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(FetchErrorKind::Address);
    }
    // Names and passwords are for people.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    Ok(url)
}

/// Scheme, host and port: what one robots.txt is for.
fn site(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn text(response: &Response<ureq::Body>, name: &str) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(|words| words.trim().to_owned())
}

/// `120`, or a date.
fn retry_after(words: &str) -> Option<Duration> {
    if let Ok(seconds) = words.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let then = jiff::fmt::rfc2822::parse(words).ok()?.timestamp();
    let seconds = then.as_second().saturating_sub(jiff::Timestamp::now().as_second());
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::{Client, FetchErrorKind, PublicOnly, Settings};
    use std::io::{BufRead, BufReader, Write};
    use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
    use std::sync::{Arc, Mutex};
    use std::thread;
    use std::time::Duration;
    use ureq::config::Config;
    use ureq::http::Uri;
    use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
    use ureq::unversioned::transport::NextTimeout;

    /// An address of the open internet, as `dalepost.example` has it in these tests.
    const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(93, 184, 216, 34));

    /// Two names; addresses stand for themselves.
    #[derive(Debug, Default)]
    struct Names(DefaultResolver);

    impl Resolver for Names {
        fn resolve(
            &self,
            uri: &Uri,
            config: &Config,
            timeout: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, ureq::Error> {
            let address = match uri.host() {
                Some("dalepost.example") => PUBLIC,
                Some("inside.example") => IpAddr::V4(Ipv4Addr::LOCALHOST),
                _ => return self.0.resolve(uri, config, timeout),
            };
            let mut found = self.empty();
            found.push(SocketAddr::new(address, uri.port_u16().unwrap_or(80)));
            Ok(found)
        }
    }

    /// Leads what was found to be public to the tests' own server, as a network would.
    #[derive(Debug, Default)]
    struct Network(PublicOnly<Names>);

    impl Resolver for Network {
        fn resolve(
            &self,
            uri: &Uri,
            config: &Config,
            timeout: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, ureq::Error> {
            let mut found = self.empty();
            for address in self.0.resolve(uri, config, timeout)?.iter() {
                assert_eq!(address.ip(), PUBLIC, "only what is public is connected to");
                found.push(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port()));
            }
            Ok(found)
        }
    }

    /// A server that redirects `/to/ADDRESS` to it; its port, and the paths that were asked for.
    fn server() -> (u16, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut lines = BufReader::new(stream.try_clone().expect("it can be cloned")).lines();
                let first = lines.next().and_then(Result::ok).unwrap_or_default();
                while lines.next().and_then(Result::ok).is_some_and(|line| !line.is_empty()) {}
                let path = first.split(' ').nth(1).unwrap_or("").to_owned();
                let head = match path.strip_prefix("/to/") {
                    Some(address) => format!("302 Found\r\nLocation: {}", address.replace("PORT", &port.to_string())),
                    None if path == "/robots.txt" => "404 Not Found".to_owned(),
                    None => "200 OK".to_owned(),
                };
                seen.lock().expect("nobody failed").push(path);
                let _ = write!(stream, "HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            }
        });
        (port, asked)
    }

    #[test]
    fn a_redirect_from_a_public_address_to_a_private_one_is_refused() {
        let (port, asked) = server();
        let settings =
            Settings { pause: Duration::ZERO, longest: Duration::from_secs(3), ..Settings::new("Tellings/0.1 (test)") };
        let mut client = Client::with_names(settings, Network::default());
        let mut get = |path: &str| client.get(&format!("http://dalepost.example:{port}{path}"), None);
        assert!(get("/mill").is_ok());
        assert!(get("/to/http://dalepost.example:PORT/mill").is_ok());
        let inside = [
            "http://127.0.0.1:PORT/secret",
            "http://inside.example:PORT/secret",
            "http://[::1]:PORT/secret",
            "http://[::ffff:127.0.0.1]:PORT/secret",
            "http://10.0.0.1/secret",
            "http://169.254.169.254/secret",
            "//inside.example:PORT/secret",
            // Two hops, both told by the same server.
            "http://dalepost.example:PORT/to/http://127.0.0.1:PORT/secret",
        ];
        for address in inside {
            let refused = get(&format!("/to/{address}")).expect_err(address);
            assert_eq!(refused.kind, FetchErrorKind::Private, "{address}");
        }
        let other = get("/to/file:///etc/passwd").expect_err("only http and https");
        assert_eq!(other.kind, FetchErrorKind::Address);
        assert!(!asked.lock().expect("nobody failed").iter().any(|path| path == "/secret"));
    }
}
