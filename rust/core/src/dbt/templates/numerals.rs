//! How numbers are written that both engines read alike.

/// Whether jinja2, too, reads it as one number: no zeros before others, no digits missing.
pub(super) fn is_numeral(written: &str) -> bool {
    let digits_of = |radix: u32| move |byte: u8| char::from(byte).is_digit(radix);
    if let (Some(prefix), Some(rest)) = (written.get(..2), written.get(2..)) {
        let rest = rest.strip_prefix('_').unwrap_or(rest);
        match prefix {
            "0x" | "0X" => return is_grouped(rest, digits_of(16)),
            "0o" | "0O" => return is_grouped(rest, digits_of(8)),
            "0b" | "0B" => return is_grouped(rest, digits_of(2)),
            _ => {}
        }
    }
    let decimal = digits_of(10);
    let (mantissa, exponent) = match written.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (written, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    (whole == "0" || (!whole.starts_with('0') && is_grouped(whole, decimal)))
        && fraction.is_none_or(|fraction| is_grouped(fraction, decimal))
        && exponent
            .is_none_or(|exponent| is_grouped(exponent.strip_prefix(['+', '-']).unwrap_or(exponent), decimal))
}

/// Whether an index behind a point is written so, and nothing stands behind it but what is no part of a number.
pub(super) fn is_index(written: &str, behind: &str) -> bool {
    let is_written = written == "0" || !written.starts_with('0');
    if !is_written || !written.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    match *behind.as_bytes() {
        [b'.', b'e' | b'E', next, ..] | [b'.', next, ..] => is_letter(next),
        [b'.'] => false,
        [next, ..] => !is_letter(next) && !next.is_ascii_digit(),
        [] => true,
    }
}

/// Groups of digits with one underscore between them.
fn is_grouped(written: &str, is_digit: impl Fn(u8) -> bool) -> bool {
    written.split('_').all(|group| !group.is_empty() && group.bytes().all(&is_digit))
}
