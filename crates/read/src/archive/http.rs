//! The answer of a web server as archives keep it: status, headers, body.
//!
//! In: the bytes of the answer. Out: what its headers say, and the body as the page was: chunks joined, unpacked.
//!
//! Archives are often kinder than servers: many write the body plain and leave the old headers. So a body that does not
//! look packed is taken as it is, and of one that breaks off everything up to there is read.

use std::borrow::Cow;
use std::io::{self, Read};

/// A server's answer.
pub(crate) struct Answer<'b> {
    pub status: u16,
    /// In small letters, without parameters: `text/html`.
    pub media_type: String,
    pub charset: Option<String>,
    packings: Vec<String>,
    is_chunked: bool,
    body: &'b [u8],
}

/// Why a body cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoBody {
    /// It unpacks to more bytes than are read.
    TooLarge,
    /// Packed in a way that is not known.
    Unknown(String),
}

/// A body, and whether something of it is missing.
#[derive(Debug)]
pub(crate) struct Body<'b> {
    pub bytes: Cow<'b, [u8]>,
    pub is_whole: bool,
}

/// The answer that bytes hold; `None` where they are none.
pub(crate) fn answer(bytes: &[u8]) -> Option<Answer<'_>> {
    if !bytes.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"HTTP/")) {
        return None;
    }
    let (head, body) = split_head(bytes);
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status = lines.next()?.split_whitespace().nth(1)?.parse().ok()?;
    let mut found =
        Answer { status, media_type: String::new(), charset: None, packings: Vec::new(), is_chunked: false, body };
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "content-type" => (found.media_type, found.charset) = media_type(value),
            "content-encoding" => found.packings.extend(words(value)),
            "transfer-encoding" => found.is_chunked |= words(value).any(|word| word == "chunked"),
            _ => {}
        }
    }
    Some(found)
}

/// Headers and body, divided at the first empty line.
pub(crate) fn split_head(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut start = 0;
    while let Some(end) = bytes.get(start..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n')) {
        let line = bytes.get(start..start + end).unwrap_or(&[]);
        if line.trim_ascii().is_empty() && start > 0 {
            return (bytes.get(..start).unwrap_or(&[]), bytes.get(start + end + 1..).unwrap_or(&[]));
        }
        start += end + 1;
    }
    (bytes, &[])
}

/// `text/html; charset="utf-8"` → `text/html`, `utf-8`.
pub(crate) fn media_type(value: &str) -> (String, Option<String>) {
    let mut parts = value.split(';');
    let kind = parts.next().unwrap_or("").trim().to_ascii_lowercase();
    let charset =
        parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let charset = charset.map(|(_, label)| label.trim().trim_matches(['"', '\'']).to_owned());
    (kind, charset.filter(|label| !label.is_empty()))
}

fn words(value: &str) -> impl Iterator<Item = String> {
    value.split(',').map(|word| word.trim().to_ascii_lowercase()).filter(|word| !word.is_empty())
}

impl<'b> Answer<'b> {
    /// The body as the page was, up to `limit` bytes.
    pub fn body(&self, limit: usize) -> Result<Body<'b>, NoBody> {
        let mut body = Body { bytes: Cow::Borrowed(self.body), is_whole: true };
        if self.is_chunked {
            body = joined_chunks(self.body);
        }
        // The packing that was put on last comes off first.
        for packing in self.packings.iter().rev() {
            body = unpacked(body, packing, limit)?;
        }
        if body.bytes.len() > limit { Err(NoBody::TooLarge) } else { Ok(body) }
    }
}

/// Chunks joined; bytes that do not begin with a chunk are no chunks.
fn joined_chunks(bytes: &[u8]) -> Body<'_> {
    let mut joined: Option<Vec<u8>> = None;
    let mut rest = bytes;
    loop {
        let size = rest.iter().position(|byte| *byte == b'\n').filter(|end| *end <= 64).and_then(|end| {
            let line = String::from_utf8_lossy(rest.get(..end)?);
            let digits = line.split(';').next()?.trim();
            Some((usize::from_str_radix(digits, 16).ok()?, end + 1))
        });
        let Some((size, skip)) = size else {
            let Some(mut joined) = joined else { return Body { bytes: Cow::Borrowed(bytes), is_whole: true } };
            // A size that is none: what stands here was meant as body.
            let is_whole = rest.trim_ascii().is_empty();
            joined.extend_from_slice(rest);
            return Body { bytes: Cow::Owned(joined), is_whole: is_whole && !bytes.is_empty() };
        };
        let joined = joined.get_or_insert_default();
        if size == 0 {
            return Body { bytes: Cow::Owned(std::mem::take(joined)), is_whole: true };
        }
        let data = rest.get(skip..).unwrap_or(&[]);
        let Some(chunk) = data.get(..size) else {
            joined.extend_from_slice(data);
            return Body { bytes: Cow::Owned(std::mem::take(joined)), is_whole: false };
        };
        joined.extend_from_slice(chunk);
        rest = data.get(size..).unwrap_or(&[]);
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

fn unpacked<'b>(body: Body<'b>, packing: &str, limit: usize) -> Result<Body<'b>, NoBody> {
    let bytes = &*body.bytes;
    let read = match packing {
        "identity" | "none" | "utf-8" | "binary" => return Ok(body),
        "gzip" | "x-gzip" if !bytes.starts_with(b"\x1f\x8b") => return Ok(body),
        "gzip" | "x-gzip" => read_all(flate2::read::MultiGzDecoder::new(bytes), limit),
        "deflate" => match read_all(flate2::read::ZlibDecoder::new(bytes), limit) {
            // Some servers leave out the two bytes in front.
            Ok((found, false)) if found.is_empty() => read_all(flate2::read::DeflateDecoder::new(bytes), limit),
            read => read,
        },
        "br" => read_all(brotli_decompressor::Decompressor::new(bytes, 4096), limit),
        "zstd" => match ruzstd::decoding::StreamingDecoder::new(bytes) {
            Ok(decoder) => read_all(decoder, limit),
            Err(_) => Ok((Vec::new(), false)),
        },
        other => return Err(NoBody::Unknown(other.to_owned())),
    };
    match read {
        Err(TooLarge) => Err(NoBody::TooLarge),
        // Nothing came out: it was plain already.
        Ok((found, false)) if found.is_empty() => Ok(body),
        Ok((found, is_whole)) => Ok(Body { bytes: Cow::Owned(found), is_whole: is_whole && body.is_whole }),
    }
}

struct TooLarge;

/// All that a reader gives, and whether it ended well.
fn read_all(reader: impl Read, limit: usize) -> Result<(Vec<u8>, bool), TooLarge> {
    let mut found = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let end: io::Result<usize> = reader.take(most).read_to_end(&mut found);
    if found.len() > limit { Err(TooLarge) } else { Ok((found, end.is_ok())) }
}

#[cfg(test)]
mod tests {
    use super::{NoBody, answer, joined_chunks, media_type};
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn body(bytes: &[u8]) -> (String, bool) {
        let answer = answer(bytes).expect("it is an answer");
        let body = answer.body(1000).expect("it can be unpacked");
        (String::from_utf8_lossy(&body.bytes).into_owned(), body.is_whole)
    }

    fn packed(head: &str, text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(head.as_bytes().to_vec(), Compression::default());
        encoder.write_all(text).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    }

    #[test]
    fn headers_are_read_in_any_case() {
        let found =
            answer(b"HTTP/1.1 200 OK\r\nCONTENT-type: Text/HTML; Charset=\"UTF-8\"\r\n\r\nMill").expect("answer");
        assert_eq!(
            (found.status, found.media_type.as_str(), found.charset.as_deref()),
            (200, "text/html", Some("UTF-8"))
        );
        assert_eq!(media_type("text/plain"), ("text/plain".into(), None));
        assert!(answer(b"GET / HTTP/1.1\r\n\r\n").is_none());
    }

    #[test]
    fn chunks_are_joined_and_bodies_that_are_none_left() {
        let head = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n";
        assert_eq!(
            body(format!("{head}5\r\nMill \r\n7;x=1\r\ncloses.\r\n0\r\n\r\n").as_bytes()),
            ("Mill closes.".into(), true)
        );
        assert_eq!(body(format!("{head}Mill closes.").as_bytes()), ("Mill closes.".into(), true));
        assert_eq!(body(format!("{head}ff\r\nMill").as_bytes()), ("Mill".into(), false));
        assert_eq!(joined_chunks(b"4\r\nMill\r\nzz").bytes.as_ref(), b"Millzz");
    }

    #[test]
    fn packed_bodies_are_unpacked_as_far_as_they_go() {
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
        let whole = packed(head, b"Mill closes.");
        assert_eq!(body(&whole), ("Mill closes.".into(), true));
        assert_eq!(body(format!("{head}Mill closes.").as_bytes()), ("Mill closes.".into(), true));
        let cut = whole.get(..whole.len() - 4).expect("it is longer");
        assert_eq!(body(cut), ("Mill closes.".into(), false));
    }

    #[test]
    fn bombs_and_unknown_packings_are_no_bodies() {
        let bomb = packed("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", &[b'a'; 100_000]);
        assert_eq!(answer(&bomb).expect("answer").body(1000).err(), Some(NoBody::TooLarge));
        let odd = b"HTTP/1.1 200 OK\r\nContent-Encoding: rot13\r\n\r\nzvyy";
        assert_eq!(answer(odd).expect("answer").body(1000).err(), Some(NoBody::Unknown("rot13".into())));
    }
}
