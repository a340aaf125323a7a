//! What a string token says.

use std::borrow::Cow;

/// The text of a string token.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum JsonText<'a> {
    /// Characters.
    Text(Cow<'a, str>),
    /// Code points of which some are surrogates without a partner, which no `str` can hold.
    Surrogates(Vec<u32>),
}

impl<'a> JsonText<'a> {
    /// The text of what stands between the quotes of a well-formed token.
    pub(crate) fn decode(inside: &'a str, escaped: bool) -> Self {
        if !escaped {
            return Self::Text(Cow::Borrowed(inside));
        }
        let mut points = Vec::with_capacity(inside.len());
        let mut characters = inside.chars();
        while let Some(character) = characters.next() {
            if character != '\\' {
                points.push(u32::from(character));
                continue;
            }
            let point = match characters.next() {
                Some('b') => 0x08,
                Some('f') => 0x0c,
                Some('n') => 0x0a,
                Some('r') => 0x0d,
                Some('t') => 0x09,
                Some('u') => {
                    let digits = characters.as_str().get(..4).unwrap_or_default();
                    characters.nth(3);
                    u32::from_str_radix(digits, 16).unwrap_or_default()
                }
                Some(itself) => u32::from(itself),
                None => break,
            };
            push(&mut points, point);
        }
        match points.iter().map(|&point| char::from_u32(point)).collect::<Option<String>>() {
            Some(text) => Self::Text(Cow::Owned(text)),
            None => Self::Surrogates(points),
        }
    }

    /// The text, if it is one of characters.
    #[must_use]
    pub fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Surrogates(_) => None,
        }
    }

    /// Its code points.
    pub(crate) fn points(&self) -> Vec<u32> {
        match self {
            Self::Text(text) => text.chars().map(u32::from).collect(),
            Self::Surrogates(points) => points.clone(),
        }
    }
}

/// Adds an escaped code point, joined with a high surrogate that was escaped right before it.
fn push(points: &mut Vec<u32>, point: u32) {
    if let (0xdc00..=0xdfff, Some(high @ 0xd800..=0xdbff)) = (point, points.last_mut()) {
        *high = 0x1_0000 + ((*high - 0xd800) << 10) + (point - 0xdc00);
    } else {
        points.push(point);
    }
}
