//! What a field can be.

use super::value::Value;
use crate::dbt::json::{Event, JsonText};

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Member<'a, T> {
    /// The record does not have it.
    #[default]
    Missing,
    /// It is null.
    Null,
    /// It is of the type that dbt's schemas give it.
    Is(T),
    /// It is of another type, as what dbt 2 writes may be.
    Other(Value<'a>),
}

impl<'a, T: Read<'a>> Member<'a, T> {
    /// The member that has this value.
    pub(super) fn of(value: Value<'a>) -> Self {
        if value.first() == b'n' {
            return Self::Null;
        }
        T::read(value).map_or(Self::Other(value), Self::Is)
    }
}

impl<T> Member<'_, T> {
    /// The value, if it is of its type.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Missing | Self::Null | Self::Other(_) => None,
        }
    }
}

/// What can be read of a value.
pub trait Read<'a>: Sized {
    /// The value as this type, if it is of it.
    fn read(value: Value<'a>) -> Option<Self>;
}

/// The members of an object whose keys can be anything, in their order.
pub type Entries<'a, T> = Vec<(JsonText<'a>, T)>;

/// A number without fraction and exponent, as it is written; it can be of any size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Integer<'a>(pub &'a str);

/// A number, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number<'a>(pub &'a str);

impl<'a> Read<'a> for Value<'a> {
    fn read(value: Value<'a>) -> Option<Self> {
        Some(value)
    }
}

impl<'a> Read<'a> for JsonText<'a> {
    fn read(value: Value<'a>) -> Option<Self> {
        match value.events().next()? {
            Event::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'a> Read<'a> for bool {
    fn read(value: Value<'a>) -> Option<Self> {
        match value.events().next()? {
            Event::Boolean(truth) => Some(truth),
            _ => None,
        }
    }
}

impl<'a> Read<'a> for Integer<'a> {
    fn read(value: Value<'a>) -> Option<Self> {
        match value.events().next()? {
            Event::Integer(written) => Some(Self(written)),
            _ => None,
        }
    }
}

impl<'a> Read<'a> for Number<'a> {
    fn read(value: Value<'a>) -> Option<Self> {
        match value.events().next()? {
            Event::Integer(written) | Event::Float(written) => Some(Self(written)),
            _ => None,
        }
    }
}

impl<'a, T: Read<'a>> Read<'a> for Member<'a, T> {
    fn read(value: Value<'a>) -> Option<Self> {
        Some(Self::of(value))
    }
}

impl<'a, T: Read<'a>> Read<'a> for Vec<T> {
    fn read(value: Value<'a>) -> Option<Self> {
        value.elements()?.map(T::read).collect()
    }
}

impl<'a, T: Read<'a>> Read<'a> for Entries<'a, T> {
    fn read(value: Value<'a>) -> Option<Self> {
        value.members()?.map(|(key, value)| Some((key, T::read(value)?))).collect()
    }
}
