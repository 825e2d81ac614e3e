//! Codes that people read out and type: made of letters that nobody takes for one another, in groups.

/// The letters: Crockford's base 32.
pub const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code as it is shown, a dash between groups of so many letters.
pub fn grouped(letters: &str, size: usize) -> String {
    let groups: Vec<_> = letters.as_bytes().chunks(size).map(String::from_utf8_lossy).collect();
    groups.join("-")
}

/// The letter that is meant: in any case, or one that looks like it.
pub fn meant(letter: char) -> char {
    match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        letter => letter,
    }
}
