//! Where results go: standard output, or a file that appears only when it is complete.
//!
//! A file is written beside its place under a temporary name and renamed at the end, so that an interrupted or failed
//! run leaves what was there before. What is no plain file (`/dev/full`, a named pipe) is written to directly.

use crate::failure::Failure;
use std::fs::{self, File};
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};

/// A place for results.
pub struct Output {
    writer: Writer,
    /// As named to people.
    name: String,
}

enum Writer {
    Stdout(BufWriter<StdoutLock<'static>>),
    Direct(BufWriter<File>),
    Renamed { writer: BufWriter<File>, temporary: Temporary, place: PathBuf },
}

/// A file that is removed unless it gets its name.
struct Temporary {
    path: PathBuf,
    named: bool,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.named {
            // Nothing can be done about a file that cannot be removed, and the run has its own failure to tell.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Output {
    /// Standard output for `None` and `-`, else the file.
    ///
    /// # Errors
    /// If the file cannot be made.
    pub fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else {
            let writer = Writer::Stdout(BufWriter::with_capacity(1 << 16, io::stdout().lock()));
            return Ok(Self { writer, name: "standard output".to_owned() });
        };
        let name = format!("`{}`", path.display());
        match Self::writer(path) {
            Ok(writer) => Ok(Self { writer, name }),
            Err(error) => Err(Failure::from_writing(&error, &name)),
        }
    }

    fn writer(path: &Path) -> io::Result<Writer> {
        // A link is followed, so that it stays a link to what is written.
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let before = fs::metadata(&place).ok();
        if before.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            return Ok(Writer::Direct(BufWriter::new(File::options().write(true).open(&place)?)));
        }
        let file_name = place.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "no file name"))?;
        let mut temporary_name = std::ffi::OsString::from(".");
        temporary_name.push(file_name);
        temporary_name.push(format!(".{}.tellings", std::process::id()));
        let temporary = place.with_file_name(temporary_name);
        let file = File::create(&temporary)?;
        let temporary = Temporary { path: temporary, named: false };
        if let Some(before) = before {
            file.set_permissions(before.permissions())?;
        }
        Ok(Writer::Renamed { writer: BufWriter::with_capacity(1 << 16, file), temporary, place })
    }

    /// Writes bytes.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = match &mut self.writer {
            Writer::Stdout(writer) => writer.write_all(bytes),
            Writer::Direct(writer) | Writer::Renamed { writer, .. } => writer.write_all(bytes),
        };
        written.map_err(|error| Failure::from_writing(&error, &self.name))
    }

    /// Hands on what is complete so far, where somebody may be reading.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn hand_on(&mut self) -> Result<(), Failure> {
        let written = match &mut self.writer {
            Writer::Stdout(writer) => writer.flush(),
            Writer::Direct(writer) => writer.flush(),
            Writer::Renamed { .. } => Ok(()),
        };
        written.map_err(|error| Failure::from_writing(&error, &self.name))
    }

    /// Writes the rest and gives a file its name.
    ///
    /// # Errors
    /// If the rest cannot be written; the file is then not there, or as it was.
    pub fn complete(self) -> Result<(), Failure> {
        let name = self.name;
        let written = match self.writer {
            Writer::Stdout(mut writer) => writer.flush(),
            Writer::Direct(mut writer) => writer.flush(),
            Writer::Renamed { mut writer, mut temporary, place } => writer
                .flush()
                // Some file systems tell of a full disk only here.
                .and_then(|()| writer.get_ref().sync_all())
                .and_then(|()| fs::rename(&temporary.path, &place))
                .map(|()| temporary.named = true),
        };
        written.map_err(|error| Failure::from_writing(&error, &name))
    }
}

#[cfg(test)]
mod tests {
    use super::Output;
    use std::fs;

    fn names(folder: &std::path::Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("the folder is there").flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_appears_only_when_it_is_complete() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let place = folder.path().join("out.json");
        fs::write(&place, "before").expect("written");

        let mut output = Output::open(Some(&place)).expect("opened");
        output.write(b"half").expect("written");
        drop(output);
        assert_eq!(fs::read_to_string(&place).expect("read"), "before");
        assert_eq!(names(folder.path()), ["out.json"]);

        let mut output = Output::open(Some(&place)).expect("opened");
        output.write(b"whole").expect("written");
        output.complete().expect("completed");
        assert_eq!(fs::read_to_string(&place).expect("read"), "whole");
        assert_eq!(names(folder.path()), ["out.json"]);
    }

    #[test]
    fn a_folder_is_no_place_for_results() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let Err(failure) = Output::open(Some(folder.path())) else { panic!("opened a folder") };
        assert!(failure.to_string().contains("it is a folder"), "{failure}");
    }
}
