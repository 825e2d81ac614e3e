//! The zip file: what it says of itself, whether it is sound and of bearable size, and its files as tables. A bundle that is not one is
//! refused whole, before anything is written.

use std::collections::{HashMap, HashSet};
use std::io::{BufReader, Read, Seek};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::files::File;
use super::refused;
use super::sieve::{Sieve, fingerprint};
use super::table::Table;
use crate::error::{Error, Result};

/// Most bytes that one file of a bundle may unpack to.
pub const MOST_FILE_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// Most that a file may unpack to for each byte packed. Real class lists reach 20, the worst that the format can do is 1,032.
pub const MOST_RATIO: u64 = 200;
/// Files smaller than this may have any ratio.
const SMALL: u64 = 1024 * 1024;
/// Most bytes of a manifest, which has some thirty short lines.
const MOST_MANIFEST_BYTES: u64 = 256 * 1024;
/// Repeated ids that are kept track of in one file.
const MOST_SUSPECTS: usize = 1_000_000;

/// A OneRoster 1.2 CSV bundle.
pub struct Bundle<R> {
    archive: ZipArchive<BufReader<R>>,
    manifest: HashMap<String, String>,
}

/// What a look at the whole bundle found.
#[derive(Default)]
pub struct Inspection {
    /// Rows by file, the header apart.
    pub rows: HashMap<File, u64>,
    /// Fingerprints of ids that may stand twice in a file: few, so that they can be watched exactly.
    pub suspects: HashMap<File, HashSet<u64>>,
    /// Users with the role student, where the bundle has `roles.csv`.
    pub students: Option<Sieve>,
}

impl<R: Read + Seek> Bundle<R> {
    /// Opens a zip file and reads its manifest.
    pub fn open(reader: R) -> Result<Self> {
        let archive = ZipArchive::new(BufReader::new(reader))
            .map_err(|error| refused(format!("this is no zip file, or a corrupt one: {error}")))?;
        let mut bundle = Self { archive, manifest: HashMap::new() };
        bundle.manifest = bundle.read_manifest()?;
        bundle.check_manifest()?;
        Ok(bundle)
    }

    /// Whether the manifest lists the file.
    pub fn has(&self, file: File) -> bool {
        self.manifest.get(&file.property()).is_some_and(|mode| mode == "bulk")
    }

    /// Opens a file as a table.
    pub fn table(&mut self, file: File) -> Result<Table<ZipFile<'_, BufReader<R>>>> {
        let entry = self.entry(file.name())?;
        let most = entry.size();
        Table::open(file, entry, most)
    }

    /// Reads every file to its end: whether it is sound (each carries a checksum), how many rows it has, which ids may stand twice.
    pub fn inspect(&mut self) -> Result<Inspection> {
        let mut found = Inspection::default();
        for file in File::ORDER.into_iter().filter(|file| self.has(*file)).collect::<Vec<_>>() {
            let bytes = self.entry(file.name())?.size();
            let mut table = self.table(file)?;
            let mut sieve = Sieve::for_file(bytes);
            let rows = if file == File::Roles {
                let rows = table.scan(["userSourcedId", "role"], |[user, role]| {
                    if role.eq_ignore_ascii_case(b"student") {
                        sieve.insert(user);
                    }
                })?;
                found.students = Some(sieve);
                rows
            } else {
                let suspects = found.suspects.entry(file).or_default();
                table.scan(["sourcedId", "sourcedId"], |[id, _]| {
                    if !id.is_empty() && sieve.insert(id) && suspects.len() < MOST_SUSPECTS {
                        suspects.insert(fingerprint(id));
                    }
                })?
            };
            found.rows.insert(file, rows);
        }
        if found.students.is_none() && !self.table(File::Users)?.has("role") {
            return Err(refused("the bundle has no roles.csv, which tells who is a student".to_owned()));
        }
        Ok(found)
    }

    fn entry(&mut self, name: &str) -> Result<ZipFile<'_, BufReader<R>>> {
        let entry = self.archive.by_name(name).map_err(|error| unusable(name, &error))?;
        let (packed, unpacked) = (entry.compressed_size(), entry.size());
        if unpacked > MOST_FILE_BYTES || (unpacked > SMALL && unpacked / packed.max(1) > MOST_RATIO) {
            return Err(refused(format!(
                "{name} would unpack to {unpacked} bytes, which is too much to be real"
            )));
        }
        Ok(entry)
    }

    fn read_manifest(&mut self) -> Result<HashMap<String, String>> {
        const NAME: &str = "manifest.csv";
        if self.archive.index_for_name(NAME).is_none() {
            return Err(refused("this is no OneRoster bundle: it has no manifest.csv".to_owned()));
        }
        let entry = self.entry(NAME)?;
        if entry.size() > MOST_MANIFEST_BYTES {
            return Err(refused("this is no OneRoster bundle: its manifest.csv is too long".to_owned()));
        }
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(entry.take(MOST_MANIFEST_BYTES));
        let wrong = |error: csv::Error| refused(format!("manifest.csv cannot be read: {error}"));
        let header = reader.headers().map_err(wrong)?;
        if header.get(0) != Some("propertyName") || header.get(1) != Some("value") {
            return Err(refused("manifest.csv must have the columns propertyName and value".to_owned()));
        }
        let mut manifest = HashMap::new();
        for record in reader.records() {
            let record = record.map_err(wrong)?;
            if let (Some(name), Some(value)) = (record.get(0), record.get(1)) {
                manifest.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(manifest)
    }

    fn check_manifest(&self) -> Result<()> {
        match self.manifest.get("oneroster.version").map(String::as_str) {
            Some("1.2") => {}
            Some(other) => {
                return Err(refused(format!(
                    "this is a bundle of OneRoster {other}; only 1.2 is understood"
                )));
            }
            None => {
                return Err(refused(
                    "this is no OneRoster 1.2 bundle: its manifest lacks oneroster.version".to_owned(),
                ));
            }
        }
        for file in File::ORDER {
            let (name, property) = (file.name(), file.property());
            match self.manifest.get(&property).map(String::as_str) {
                Some("bulk") if self.archive.index_for_name(name).is_none() => {
                    return Err(refused(format!(
                        "{name} is missing, though the manifest says `{property},bulk`"
                    )));
                }
                Some("bulk") => {}
                Some("absent") | None if file.is_required() => {
                    return Err(refused(format!("the manifest does not list {name} (`{property},bulk`)")));
                }
                Some("absent") | None => {}
                Some("delta") => {
                    return Err(refused(format!(
                        "{name} holds changes only (`{property},delta`); only whole bundles (`bulk`) are understood"
                    )));
                }
                Some(_) => {
                    return Err(refused(format!("the manifest must say `bulk` or `absent` for {property}")));
                }
            }
        }
        Ok(())
    }
}

fn unusable(name: &str, error: &ZipError) -> Error {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            refused(format!("{name} is encrypted; bundles must not be"))
        }
        other => refused(format!("{name} cannot be unpacked: {other}")),
    }
}
