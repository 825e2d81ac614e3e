//! Bytes of a file on their way to the CSV reader: line ends become `\n`, so that lines are counted right, and neither a file nor a row
//! may be longer than allowed.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Most bytes of one row. A quote that is never closed makes the rest of a file one row: it must not end up in memory.
pub const MOST_ROW_BYTES: u64 = 1024 * 1024;

/// Counts the bytes since the last row was complete; the reader of rows sets it back.
#[derive(Clone, Default)]
pub struct Gauge(Arc<AtomicU64>);

impl Gauge {
    /// A row is complete.
    pub fn reset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    fn add(&self, bytes: usize) -> u64 {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64
    }
}

/// A reader with `\r\n` and `\r` turned to `\n`, a last line that ends, and limits.
pub struct Lines<R> {
    inner: R,
    gauge: Gauge,
    left: u64,
    after_return: bool,
    last: u8,
    ended: bool,
}

impl<R: Read> Lines<R> {
    /// Reads at most so many bytes of `inner`.
    pub fn new(inner: R, most: u64, gauge: Gauge) -> Self {
        Self { inner, gauge, left: most, after_return: false, last: b'\n', ended: false }
    }

    /// Turns the line ends of `bytes`, in place, and gives the new length.
    fn turn(&mut self, bytes: &mut [u8]) -> usize {
        if !self.after_return && !bytes.contains(&b'\r') {
            return bytes.len();
        }
        let mut length = 0;
        for from in 0..bytes.len() {
            let byte = bytes[from];
            let second_half = self.after_return && byte == b'\n';
            self.after_return = byte == b'\r';
            if !second_half {
                bytes[length] = if byte == b'\r' { b'\n' } else { byte };
                length += 1;
            }
        }
        length
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.ended {
            return Ok(0);
        }
        loop {
            let read = self.inner.read(buffer)?;
            if read == 0 {
                self.ended = true;
                if self.last == b'\n' {
                    return Ok(0);
                }
                buffer[0] = b'\n';
                return Ok(1);
            }
            self.left = self.left.checked_sub(read as u64).ok_or_else(|| too_long("the file is too long"))?;
            if self.gauge.add(read) > MOST_ROW_BYTES {
                return Err(too_long("a row is too long, or a quote is never closed"));
            }
            let length = self.turn(&mut buffer[..read]);
            if length > 0 {
                self.last = buffer[length - 1];
                return Ok(length);
            }
        }
    }
}

fn too_long(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte at a time, so that every boundary is met.
    struct Dripping<'a>(&'a [u8]);

    impl Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(&mut buffer[..1])
        }
    }

    fn turned(text: &str) -> [String; 2] {
        let mut whole = String::new();
        Lines::new(text.as_bytes(), 1_000, Gauge::default()).read_to_string(&mut whole).unwrap();
        let mut dripped = String::new();
        Lines::new(Dripping(text.as_bytes()), 1_000, Gauge::default()).read_to_string(&mut dripped).unwrap();
        [whole, dripped]
    }

    #[test]
    fn line_ends_of_every_kind_become_one() {
        for text in turned("a\r\nb\rc\n\r\n\r\rd") {
            assert_eq!(text, "a\nb\nc\n\n\n\nd\n");
        }
        for text in turned("a\r\n") {
            assert_eq!(text, "a\n");
        }
        for text in turned("") {
            assert_eq!(text, "");
        }
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let mut sink = Vec::new();
        let long = vec![b'x'; 2_000];
        let error = Lines::new(&long[..], 1_000, Gauge::default()).read_to_end(&mut sink).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        let row = vec![b'x'; MOST_ROW_BYTES as usize + 1];
        let error = Lines::new(&row[..], u64::MAX, Gauge::default()).read_to_end(&mut sink).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
