//! SHA-256 digests as text.

/// Hexadecimal digits of a digest.
pub(crate) const DIGITS: usize = 64;

/// The lowercase hexadecimal digits of a digest.
pub(crate) fn hex(digest: &[u8; 32]) -> String {
    let mut text = String::with_capacity(DIGITS);
    push_hex(&mut text, digest);
    text
}

/// Adds them to a text.
pub(crate) fn push_hex(text: &mut String, digest: &[u8; 32]) {
    const LOWERCASE: &[u8; 16] = b"0123456789abcdef";
    for byte in digest {
        text.push(char::from(LOWERCASE[usize::from(byte >> 4)]));
        text.push(char::from(LOWERCASE[usize::from(byte & 15)]));
    }
}
