//! Mail: newsletters, mailboxes, and pages that a browser saved as mail (MHTML).
//!
//! In: the bytes of a message. Out: one article. Of a newsletter the subject is the headline, the sender the outlet and
//! the day of sending the day of publication; of a saved page, everything is read from the page itself, its address
//! from the message, and the day of saving is only the last on which it can have been published.

use crate::assemble::{Draft, assemble};
use crate::html::{self, Hints, line};
use crate::reading::{Items, Reading, problem, unreadable};
use crate::{Options, clean::clean, plain, wrap};
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use model::{Article, Problem, PublishedFrom};
use std::io::{self, BufRead, BufReader, Read};

/// The article of a message or of a page saved as one.
pub(crate) fn article(bytes: &[u8], path: &str, options: &Options) -> Result<Article, Problem> {
    let Some(message) = MessageParser::new().parse(bytes) else {
        return Err(problem("no-text", format!("`{path}` is no message that can be read; it was left out"), path));
    };
    match saved_page(&message, path, options) {
        Some(article) => article,
        None => letter(&message, path, options),
    }
}

/// The page in a message that is nothing but a page with its pictures.
fn saved_page(message: &Message<'_>, path: &str, options: &Options) -> Option<Result<Article, Problem>> {
    let is_related = message.is_content_type("multipart", "related");
    let (page, html) = message.parts.iter().find_map(|part| match &part.body {
        PartType::Html(html) => Some((part, html)),
        _ => None,
    })?;
    let location = page
        .content_location()
        .or_else(|| message.root_part().content_location())
        .filter(|location| location.contains("://"));
    // A newsletter with pictures is related too, but comes to somebody.
    if !is_related && location.is_none() || location.is_none() && message.to().is_some() {
        return None;
    }
    let saved = message.date().map(|date| date.to_rfc3339().chars().take(10).collect());
    let hints = Hints { url: location.map(str::to_owned), latest: saved, ..Hints::default() };
    Some(html::article(html.as_bytes(), path, &hints, options))
}

fn letter(message: &Message<'_>, path: &str, options: &Options) -> Result<Article, Problem> {
    let mut draft = Draft { path: path.to_owned(), ..Draft::default() };
    draft.title = message.subject().and_then(line);
    draft.published =
        message.date().filter(|date| date.is_valid()).map(|date| (date.to_rfc3339(), PublishedFrom::Header));
    if let Some(sender) = message.from().and_then(|from| from.first()) {
        // `"Ines Orr at Dale Post" <mill@news.dalepost.example>`
        draft.outlet.name = sender.name.as_deref().and_then(line).filter(|name| !name.contains('@'));
        let domain = sender.address.as_deref().and_then(|address| address.rsplit_once('@')).map(|(_, domain)| domain);
        draft.outlet.domain = domain.map(str::to_ascii_lowercase).filter(|domain| domain.contains('.'));
    }
    for part in message.html_bodies() {
        match &part.body {
            PartType::Html(html) => draft.paragraphs.extend(html::fragment(html)),
            PartType::Text(text) => {
                let paragraphs = wrap::paragraphs(&clean(text));
                draft.paragraphs.extend(paragraphs.into_iter().map(|paragraph| (paragraph, None)));
            }
            _ => {}
        }
    }
    draft.drops_furniture = true;
    let article = assemble(draft, options);
    if article.text.is_empty() { Err(plain::empty(path)) } else { Ok(article) }
}

/// The messages of a mailbox, one after the other.
pub(crate) fn open_mailbox(source: Box<dyn Read + Send>, path: String, reading: &Reading) -> Items {
    let most = reading.most_record_bytes();
    Box::new(Mailbox {
        lines: BufReader::new(source),
        most,
        path,
        options: reading.options.clone(),
        at: 0,
        finished: false,
    })
}

/// Reads messages divided by lines that begin with `From `.
struct Mailbox<R> {
    lines: BufReader<R>,
    most: usize,
    path: String,
    options: Options,
    at: u64,
    finished: bool,
}

impl<R: Read> Mailbox<R> {
    /// The bytes of the next message, and whether all of them were kept.
    fn message(&mut self) -> io::Result<(Vec<u8>, bool)> {
        let mut message = Vec::new();
        let mut is_whole = true;
        let mut after_blank = false;
        loop {
            let mut text = Vec::new();
            let most = u64::try_from(self.most).unwrap_or(u64::MAX);
            let count = (&mut self.lines).take(most).read_until(b'\n', &mut text)?;
            self.at += u64::try_from(count).unwrap_or(0);
            if count == 0 {
                self.finished = true;
                return Ok((message, is_whole));
            }
            if after_blank && text.starts_with(b"From ") {
                return Ok((message, is_whole));
            }
            after_blank = text.trim_ascii().is_empty();
            if message.is_empty() && (after_blank || text.starts_with(b"From ")) {
                continue;
            }
            // `>From` in a text was `From` before it came into the mailbox.
            let quoted = text.iter().take_while(|byte| **byte == b'>').count();
            let is_quoted = quoted > 0 && text.get(quoted..).is_some_and(|rest| rest.starts_with(b"From "));
            let kept = text.get(usize::from(is_quoted)..).unwrap_or(&[]);
            if message.len() + kept.len() > self.most {
                is_whole = false;
            } else if is_whole {
                message.extend_from_slice(kept);
            }
        }
    }
}

impl<R: Read> Iterator for Mailbox<R> {
    type Item = Result<Article, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.finished {
            let at = self.at;
            match self.message() {
                Err(error) => {
                    self.finished = true;
                    return Some(Err(unreadable(&self.path, &error)));
                }
                Ok((_, false)) => {
                    let message = format!(
                        "the message at byte {at} of `{}` is larger than {} bytes; it was left out, the others are read",
                        self.path, self.most
                    );
                    return Some(Err(problem("record-too-large", message, &self.path)));
                }
                Ok((bytes, true)) if !bytes.is_empty() => return Some(article(&bytes, &self.path, &self.options)),
                Ok(_) => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::{Options, articles_from_bytes};
    use model::{Article, Problem, PublishedFrom};

    fn read(bytes: &str, name: &str) -> Vec<Result<Article, Problem>> {
        articles_from_bytes(bytes.as_bytes().to_vec(), name, &Options::default()).collect()
    }

    const LETTER: &str = "From: \"Dale Post\" <morning@dalepost.example>\r\nTo: reader@hale.example\r\nSubject: =?utf-8?q?M=C3=B6wen?= over Hale\r\nDate: Tue, 14 Mar 2023 07:30:00 +0100\r\nMIME-Version: 1.0\r\n";

    #[test]
    fn a_newsletter_is_an_article_of_its_sender() {
        let html = format!(
            "{LETTER}Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>The mill clos=\r\ned on Monday, Petra Lind said.</p><p>Unsubscribe</p>"
        );
        let article = read(&html, "a.eml").remove(0).expect("an article");
        assert_eq!(article.text, "Möwen over Hale\n\nThe mill closed on Monday, Petra Lind said.");
        assert_eq!(
            (article.outlet.name.as_deref(), article.outlet.domain.as_deref()),
            (Some("Dale Post"), Some("dalepost.example"))
        );
        let published = article.published.expect("a date");
        assert_eq!((published.value.as_str(), published.from), ("2023-03-14T07:30+01:00", PublishedFrom::Header));
    }

    #[test]
    fn plain_letters_are_read_too() {
        let article =
            read(&format!("{LETTER}\r\nIt rained.\r\n\r\nIt was cold.\r\n"), "a").remove(0).expect("an article");
        assert_eq!(article.text, "Möwen over Hale\n\nIt rained.\n\nIt was cold.");
    }

    #[test]
    fn a_page_saved_as_mail_is_that_page() {
        let mht = "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://dalepost.example/mill\r\nSubject: Mill\r\nDate: Wed, 15 Mar 2023 10:00:00 -0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: https://dalepost.example/mill\r\n\r\n<meta charset=3Dutf-8><meta name=3Ddate content=3D2023-03-14><h1>Mill closes</h1><p>It =E2=80=9Crained=E2=80=9D.</p>\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n";
        let article = read(mht, "a.mhtml").remove(0).expect("an article");
        assert_eq!(article.text, "Mill closes\n\nIt “rained”.");
        assert_eq!(article.url.as_deref(), Some("https://dalepost.example/mill"));
        assert_eq!(article.published.map(|p| p.value), Some("2023-03-14".into()));
    }

    #[test]
    fn a_mailbox_gives_its_messages() {
        let mailbox = format!(
            "From a Tue Mar 14 07:30:00 2023\n{LETTER}\nOne.\n\n>From here.\n\nFrom b Tue Mar 14 07:31:00 2023\n{LETTER}\nTwo.\n"
        );
        let found = read(&mailbox, "a.mbox");
        let texts: Vec<_> = found.iter().filter_map(|item| item.as_ref().ok()).map(|a| a.text.as_str()).collect();
        assert_eq!(texts, ["Möwen over Hale\n\nOne.\n\nFrom here.", "Möwen over Hale\n\nTwo."]);
    }
}
