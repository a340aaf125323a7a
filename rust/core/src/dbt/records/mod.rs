//! Resources as structs with a field for each one that dbt's schemas have.
//!
//! The structs are made from the table of fields (`python build_support/dbt_fields.py structs`). They borrow from the
//! manifest and lose nothing: what is missing differs from null, numbers are as they are written, a value of
//! another type than the schemas say stays a value, and fields that no schema has stand beside the others, in
//! their order. They are read when they are asked for; loading and extraction do without them.

mod member;
mod structs;
mod value;

pub use member::{Entries, Integer, Member, Number, Read};
pub use structs::*;
pub use value::Value;

use super::manifest::{Manifest, Resource};

impl Manifest {
    /// A resource as the struct of its type, which its unique id starts with.
    #[must_use]
    pub fn record(&self, resource: &Resource) -> Record<'_> {
        let kind = resource.id.split('.').next().unwrap_or_default();
        Record::read(kind, Value::new(self.text(), self.offset_of(resource) as usize))
    }
}

/// Defines a struct for each record of the table.
macro_rules! records {
    ($($name:ident = $path:literal { $($field:ident: $kind:ty = $key:literal,)* })*) => {
        $(
            #[doc = concat!("`", $path, "` of the table of fields.")]
            #[derive(Debug, Default)]
            pub struct $name<'a> {
                $(
                    #[doc = concat!("`", $key, "`.")]
                    pub $field: Member<'a, $kind>,
                )*
                /// The fields that no schema has.
                pub others: Entries<'a, Value<'a>>,
            }

            impl<'a> Read<'a> for $name<'a> {
                fn read(value: Value<'a>) -> Option<Self> {
                    let mut record = Self::default();
                    for (key, value) in value.members()? {
                        match key {
                            $(JsonText::Text(ref name) if name == $key => record.$field = Member::of(value),)*
                            _ => record.others.push((key, value)),
                        }
                    }
                    Some(record)
                }
            }
        )*

        /// Of each record of the table, which of its fields a value has with the type that they should have.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, fn(Value<'_>) -> Option<Vec<&'static str>>)] = &[$(
            ($path, |value| {
                let record = $name::read(value)?;
                let fields: &[(&str, bool)] = &[$(($key, record.$field.value().is_some()),)*];
                let right = fields.iter().filter(|(_, is_right)| *is_right).map(|(name, _)| *name);
                record.others.is_empty().then(|| right.collect())
            }),
        )*];
    };
}

/// Defines the enum of all resource types.
macro_rules! resources {
    ($($name:ident = $kind:literal,)*) => {
        /// A resource as the struct of its type.
        #[derive(Debug)]
        pub enum Record<'a> {
            $(
                #[doc = concat!("`", $kind, "`.")]
                $name(Box<$name<'a>>),
            )*
            /// A resource of a type that no schema has, or that is no object.
            Other(Value<'a>),
        }

        impl<'a> Record<'a> {
            /// The record of a value that should be of this type.
            pub(super) fn read(kind: &str, value: Value<'a>) -> Self {
                let read = match kind {
                    $($kind => $name::read(value).map(|record| Self::$name(Box::new(record))),)*
                    _ => None,
                };
                read.unwrap_or(Self::Other(value))
            }
        }
    };
}

use {records, resources};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dbt::fields::{Content, FIELDS, RESOURCE, ShapeId, kind};
    use crate::dbt::{DbtArtifact, json::JsonText};

    /// A value of a shape with all that can be in it, but null; records are not nested in themselves.
    fn sample(shape: ShapeId) -> String {
        let Some(shape) = FIELDS.shapes.get(shape as usize).filter(|_| shape != RESOURCE) else {
            return "{}".to_owned();
        };
        let has = |bit: u8| shape.kinds & bit != 0;
        if shape.kinds == kind::ANY {
            return "7".to_owned();
        }
        if has(kind::OBJECT) {
            return match shape.content {
                Content::Record(record) => object(record as usize),
                Content::Values(values) => format!("{{\"key\": {}}}", sample(values)),
            };
        }
        if has(kind::LIST) {
            return format!("[{}]", sample(shape.element));
        }
        let scalars = [
            (kind::TEXT, "\"x\""),
            (kind::FLOAT, "1.5"),
            (kind::INTEGER, "7"),
            (kind::BOOLEAN, "true"),
            (kind::NULL, "null"),
        ];
        scalars.iter().find(|(bit, _)| has(*bit)).map_or("{}", |(_, written)| written).to_owned()
    }

    fn object(record: usize) -> String {
        let fields = FIELDS.records.get(record).map(|record| &record.fields);
        let members: Vec<String> = fields
            .into_iter()
            .flatten()
            .map(|field| format!("\"{}\": {}", field.name, sample(field.shape)))
            .collect();
        format!("{{{}}}", members.join(", "))
    }

    #[test]
    fn every_field_of_the_table_is_one_of_a_struct_and_of_its_type() {
        for (path, read) in structs::ALL {
            let number = FIELDS.record_named(path).map(|number| number as usize);
            let record = number.and_then(|number| FIELDS.records.get(number));
            let names: Option<Vec<&str>> =
                record.map(|record| record.fields.iter().map(|field| field.name).collect());
            let text = object(number.unwrap_or_default());
            assert_eq!(read(Value::new(&text, 0)), names, "{path}: {text}");
        }
        // All but the two documents, whose members are the resources themselves.
        assert_eq!(structs::ALL.len() + 2, FIELDS.records.len());
    }

    #[test]
    fn a_resource_is_read_as_its_type_without_losing_anything() {
        let schema = "https://schemas.getdbt.com/dbt/manifest/v20.json";
        let nodes = "{\"model.p.a\": {\"name\": \"a\", \"alias\": null, \"database\": 5, \"version\": 1.0, \"new\": [1],
            \"tags\": [\"x\", \"\\ud800\"], \"config\": {\"ours\": -0, \"enabled\": true}, \"newer\": {}},
            \"flux.p.b\": {\"name\": \"b\"}}";
        let text = format!("{{\"metadata\": {{\"dbt_schema_version\": \"{schema}\"}}, \"nodes\": {nodes}}}");
        let manifest = Manifest::load(text.into_bytes(), DbtArtifact::Manifest, false);
        let records: Vec<Record<'_>> = manifest
            .iter()
            .flat_map(|manifest| manifest.resources().iter().map(|resource| manifest.record(resource)))
            .collect();
        let [Record::Model(model), Record::Other(flux)] = records.as_slice() else {
            return assert_eq!(format!("{records:?}"), "a model and another one");
        };
        let text = |text: &'static str| JsonText::Text(text.into());
        assert_eq!(model.name, Member::Is(text("a")));
        assert_eq!((&model.alias, &model.schema), (&Member::Null, &Member::Missing));
        assert!(matches!(&model.database, Member::Other(value) if value.written() == "5"));
        let tags = vec![text("x"), JsonText::Surrogates(vec![0xd800])];
        assert!(matches!(&model.tags, Member::Is(found) if *found == tags));
        let others: Vec<_> =
            model.others.iter().map(|(name, value)| (name.clone(), value.written())).collect();
        assert_eq!(others, [(text("new"), "[1]"), (text("newer"), "{}")]);
        let config = model.config.value();
        assert_eq!(config.and_then(|config| config.enabled.value()), Some(&true));
        let ours = config.and_then(|config| config.others.first()).map(|(_, value)| value.written());
        assert_eq!(ours, Some("-0"));
        assert_eq!(flux.written(), "{\"name\": \"b\"}");
    }
}
