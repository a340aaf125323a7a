//! MessagePack as msgspec writes it, so that both engines give the same bytes.
//!
//! A map of a struct has the length that its struct could have at most: msgspec reserves its header
//! before it knows which fields are left out.

use std::fmt::Display;

use rmp::encode;
use serde::ser::{self, Impossible, Serialize, SerializeSeq, SerializeStruct, SerializeTuple, Serializer};

/// Structs with more fields than the shortest header of a map can count.
const LARGE: [&str; 9] =
    ["Column", "Constraint", "Index", "Routine", "SchemaModel", "Sequence", "Table", "Trigger", "View"];

/// A document that is being written.
///
/// Writing to memory cannot fail, and all of the model's types can be written.
pub(super) struct Writer {
    pub(super) document: Vec<u8>,
    /// Whether the header of every map is the shortest one, as in what is digested.
    has_shortest_headers: bool,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self::after(Vec::new())
    }

    /// A writer of what follows in a document.
    pub(super) fn after(document: Vec<u8>) -> Self {
        Self { document, has_shortest_headers: false }
    }

    /// A writer of what is digested.
    pub(super) fn shortest() -> Self {
        Self { document: Vec::new(), has_shortest_headers: true }
    }

    /// Starts the model, which has so many fields.
    pub(super) fn model(&mut self, fields: usize) {
        let _ = self.serialize_struct("SchemaModel", fields);
    }

    /// Starts a field with so many items.
    pub(super) fn list(&mut self, name: &str, items: usize) {
        let _ = self.serialize_str(name);
        let _ = self.serialize_seq(Some(items));
    }

    pub(super) fn item(&mut self, value: &impl Serialize) {
        let _ = value.serialize(self);
    }

    /// A field with these items, if there are any.
    pub(super) fn all(&mut self, name: &str, items: &[impl Serialize]) {
        if !items.is_empty() {
            self.list(name, items.len());
        }
        for item in items {
            self.item(item);
        }
    }
}

/// What cannot be written, of which the model has nothing.
#[derive(Debug)]
pub(super) struct Unwritable;

impl Display for Unwritable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the model has no such values")
    }
}

impl std::error::Error for Unwritable {}

impl ser::Error for Unwritable {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

fn length(length: usize) -> Result<u32, Unwritable> {
    u32::try_from(length).map_err(|_| Unwritable)
}

macro_rules! unwritable {
    ($($method:ident($($type:ty),*);)*) => {
        $(fn $method(self, $(_: $type),*) -> Result<(), Unwritable> {
            Err(Unwritable)
        })*
    };
}

impl Serializer for &mut Writer {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Impossible<(), Unwritable>;
    type SerializeTupleVariant = Impossible<(), Unwritable>;
    type SerializeMap = Impossible<(), Unwritable>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Impossible<(), Unwritable>;

    fn serialize_bool(self, value: bool) -> Result<(), Unwritable> {
        encode::write_bool(&mut self.document, value).map_err(|_| Unwritable)
    }

    fn serialize_i64(self, value: i64) -> Result<(), Unwritable> {
        encode::write_sint(&mut self.document, value).map(drop).map_err(|_| Unwritable)
    }

    fn serialize_u64(self, value: u64) -> Result<(), Unwritable> {
        encode::write_uint(&mut self.document, value).map(drop).map_err(|_| Unwritable)
    }

    fn serialize_str(self, value: &str) -> Result<(), Unwritable> {
        // The header of a short string, of which most are, is one byte.
        match u8::try_from(value.len()) {
            Ok(length) if length < 32 => self.document.push(0xa0 | length),
            _ => encode::write_str_len(&mut self.document, length(value.len())?)
                .map(drop)
                .map_err(|_| Unwritable)?,
        }
        self.document.extend_from_slice(value.as_bytes());
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unwritable> {
        encode::write_nil(&mut self.document).map_err(|_| Unwritable)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_seq(self, count: Option<usize>) -> Result<Self, Unwritable> {
        let count = length(count.ok_or(Unwritable)?)?;
        encode::write_array_len(&mut self.document, count).map_err(|_| Unwritable)?;
        Ok(self)
    }

    fn serialize_tuple(self, count: usize) -> Result<Self, Unwritable> {
        self.serialize_seq(Some(count))
    }

    fn serialize_struct(self, name: &'static str, count: usize) -> Result<Self, Unwritable> {
        if !self.has_shortest_headers && LARGE.contains(&name) {
            let count = u16::try_from(count).map_err(|_| Unwritable)?;
            self.document.push(0xde);
            self.document.extend_from_slice(&count.to_be_bytes());
        } else {
            encode::write_map_len(&mut self.document, length(count)?).map_err(|_| Unwritable)?;
        }
        Ok(self)
    }

    unwritable! {
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_bytes(&[u8]);
        serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Unwritable> {
        Err(Unwritable)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Unwritable> {
        Err(Unwritable)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unwritable> {
        Err(Unwritable)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unwritable> {
        Err(Unwritable)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unwritable> {
        Err(Unwritable)
    }
}

impl SerializeSeq for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unwritable> {
        Ok(())
    }
}

impl SerializeTuple for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unwritable> {
        Ok(())
    }
}

impl SerializeStruct for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        self.serialize_str(key)?;
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unwritable> {
        Ok(())
    }
}
