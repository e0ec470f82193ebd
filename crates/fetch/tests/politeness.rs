//! How the client behaves, seen by a server of the tests' own on this machine.

use fetch::{Archive, Client, FetchErrorKind, Got, Known, Settings, Versions};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A server that answers each request for a path with what `answer` gives, and remembers what was asked.
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(answer: impl Fn(&str, usize, &mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("it has an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut lines = BufReader::new(stream.try_clone().expect("it can be cloned")).lines();
                let mut head = String::new();
                while let Some(Ok(line)) = lines.next().filter(|line| line.as_ref().is_ok_and(|line| !line.is_empty()))
                {
                    head += &format!("{line}\n");
                }
                let path = head.split(' ').nth(1).unwrap_or("").to_owned();
                let number = {
                    let mut seen = seen.lock().expect("nobody failed");
                    seen.push(head);
                    seen.iter().filter(|head| head.split(' ').nth(1) == Some(path.as_str())).count()
                };
                let mut stream = stream;
                answer(&path, number, &mut stream);
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody failed").clone()
    }
}

fn send(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let _ = write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}");
}

const PAGE: &str = "<html><body><h1>Mill closes</h1><p>It rained.</p></body></html>";

fn settings() -> Settings {
    Settings {
        allow_private: true,
        pause: Duration::ZERO,
        longest: Duration::from_secs(3),
        longest_wait: Duration::from_secs(5),
        largest: 100_000,
        ..Settings::new("Tellings/0.1 (+https://example.invalid/tellings)")
    }
}

fn kind(client: &mut Client, url: &str) -> FetchErrorKind {
    client.get(url, None).expect_err("there is nothing to get").kind
}

#[test]
fn robots_txt_is_asked_once_and_obeyed() {
    let server = Server::new(|path, _, stream| match path {
        "/robots.txt" => send(stream, "200 OK", "", "User-agent: *\nDisallow: /private\n"),
        _ => send(stream, "200 OK", "", PAGE),
    });
    let mut client = Client::new(settings());
    assert!(client.get(&format!("{}/mill", server.url), None).is_ok());
    assert_eq!(kind(&mut client, &format!("{}/private/x", server.url)), FetchErrorKind::Robots);
    let paths: Vec<String> =
        server.asked().iter().filter_map(|head| head.split(' ').nth(1).map(str::to_owned)).collect();
    assert_eq!(paths, ["/robots.txt", "/mill"]);
    assert!(server.asked().iter().all(|head| head.to_lowercase().contains("user-agent: tellings/")));
}

#[test]
fn a_site_whose_robots_txt_fails_is_left_alone() {
    let server = Server::new(|path, _, stream| match path {
        "/robots.txt" => send(stream, "500 Broken", "", ""),
        _ => send(stream, "200 OK", "", PAGE),
    });
    assert_eq!(kind(&mut Client::new(settings()), &server.url), FetchErrorKind::RobotsUnknown);
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn private_addresses_are_refused_by_name_and_by_number() {
    let server = Server::new(|_, _, stream| send(stream, "200 OK", "", PAGE));
    let mut client = Client::new(Settings { allow_private: false, ..settings() });
    let port = server.url.rsplit(':').next().expect("there is a port").to_owned();
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"] {
        assert_eq!(kind(&mut client, &format!("http://{host}:{port}/")), FetchErrorKind::Private, "{host}");
    }
    assert!(server.asked().is_empty(), "nothing was connected to");
}

#[test]
fn only_http_is_spoken() {
    let mut client = Client::new(settings());
    for url in ["file:///etc/passwd", "ftp://a.example/", "mill", "http://", "gopher://127.0.0.1/"] {
        assert_eq!(kind(&mut client, url), FetchErrorKind::Address, "{url}");
    }
    let server = Server::new(|path, _, stream| match path {
        "/robots.txt" => send(stream, "404 None", "", ""),
        "/file" => send(stream, "302 Found", "Location: file:///etc/passwd\r\n", ""),
        _ => send(stream, "302 Found", "Location: /again\r\n", ""),
    });
    assert_eq!(kind(&mut client, &format!("{}/file", server.url)), FetchErrorKind::Address);
    assert_eq!(kind(&mut client, &format!("{}/again", server.url)), FetchErrorKind::Redirects);
}

#[test]
fn an_endless_answer_is_cut() {
    let server = Server::new(|path, _, stream| match path {
        "/robots.txt" => send(stream, "404 None", "", ""),
        _ => {
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n");
            while stream.write_all(&[b'x'; 4096]).is_ok() {}
        }
    });
    let Ok(Got::Page(answer)) = Client::new(settings()).get(&server.url, None) else { panic!("there is a page") };
    assert_eq!((answer.body.len(), answer.cut), (100_000, Some("length")));
}

#[test]
fn a_slow_answer_is_cut_when_its_time_is_over() {
    let server = Server::new(|path, _, stream| match path {
        "/robots.txt" => send(stream, "404 None", "", ""),
        _ => {
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n");
            while stream.write_all(b"x").and_then(|()| stream.flush()).is_ok() {
                thread::sleep(Duration::from_millis(300));
            }
        }
    });
    let start = Instant::now();
    let Ok(Got::Page(answer)) = Client::new(settings()).get(&server.url, None) else { panic!("a part was sent") };
    assert_eq!(answer.cut, Some("time"));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn what_did_not_change_is_not_sent_again() {
    let server = Server::new(|path, number, stream| match (path, number) {
        ("/robots.txt", _) => send(stream, "404 None", "", ""),
        (_, 1) => send(stream, "200 OK", "ETag: \"a1\"\r\nLast-Modified: Tue, 14 Mar 2023 07:30:00 GMT\r\n", PAGE),
        _ => send(stream, "304 Not Modified", "", ""),
    });
    let mut client = Client::new(settings());
    let Ok(Got::Page(answer)) = client.get(&server.url, None) else { panic!("there is a page") };
    let folder = tempfile::tempdir().expect("a folder");
    Known::of(folder.path()).set(&server.url, answer.versions).expect("it can be written");
    let known = Known::of(folder.path());
    let versions = known.get(&server.url).expect("it was remembered");
    assert_eq!(versions.etag.as_deref(), Some("\"a1\""));
    assert_eq!(client.get(&server.url, Some(versions)), Ok(Got::Unchanged));
    let last = server.asked().pop().expect("it was asked").to_lowercase();
    assert!(last.contains("if-none-match: \"a1\"") && last.contains("if-modified-since: tue, 14 mar 2023"), "{last}");
}

#[test]
fn a_busy_server_is_asked_again_after_the_time_that_it_names() {
    let server = Server::new(|path, number, stream| match (path, number) {
        ("/robots.txt", _) => send(stream, "404 None", "", ""),
        ("/far", _) => send(stream, "429 Too Many", "Retry-After: 3600\r\n", ""),
        (_, 1) => send(stream, "429 Too Many", "Retry-After: 1\r\n", ""),
        _ => send(stream, "200 OK", "", PAGE),
    });
    let mut client = Client::new(settings());
    let start = Instant::now();
    assert!(client.get(&format!("{}/near", server.url), None).is_ok());
    assert!(start.elapsed() >= Duration::from_secs(1));
    let far = kind(&mut client, &format!("{}/far", server.url));
    assert_eq!(far, FetchErrorKind::Later(Duration::from_secs(3600)));
}

#[test]
fn two_requests_to_one_host_have_a_pause_between_them() {
    let server = Server::new(|path, _, stream| match path {
        "/robots.txt" => send(stream, "404 None", "", ""),
        _ => send(stream, "200 OK", "", PAGE),
    });
    let mut client = Client::new(Settings { pause: Duration::from_millis(400), ..settings() });
    let start = Instant::now();
    assert!(client.get(&format!("{}/one", server.url), None).is_ok());
    assert!(client.get(&format!("{}/two", server.url), None).is_ok());
    assert!(start.elapsed() >= Duration::from_millis(800), "robots.txt counts as well");
}

#[test]
fn an_answer_becomes_a_record() {
    let server = Server::new(|path, _, stream| match path {
        "/robots.txt" => send(stream, "404 None", "", ""),
        "/old" => send(stream, "301 Moved", "Location: /mill\r\n", ""),
        _ => send(stream, "200 OK", "Content-Type: text/html\r\n", PAGE),
    });
    let folder = tempfile::tempdir().expect("a folder");
    let mut archive = Archive::new(&folder.path().join("new"), "tellings test").expect("it can be made");
    let mut client = Client::new(settings());
    let Ok(Got::Page(answer)) = client.get(&format!("{}/old", server.url), None) else { panic!("there is a page") };
    assert_eq!(answer.versions, Versions::default());
    archive.add(&answer).expect("it can be written");
    let packed = std::fs::read(archive.path().expect("it was written")).expect("it can be read");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(packed.as_slice()), &mut text)
        .expect("it can be unpacked");
    assert!(text.contains(&format!("WARC-Target-URI: {}/mill\r\n", server.url)), "{text}");
    assert!(text.contains("HTTP/1.1 200 OK\r\n") && text.ends_with(&format!("{PAGE}\r\n\r\n")), "{text}");
}
