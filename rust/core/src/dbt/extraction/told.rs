//! What the configs of resources say, in every schema version.

use std::borrow::Cow;

use crate::dbt::fields::{Content, FIELDS, RecordId};
use crate::dbt::json::{Event, JsonText, Scanner};
use crate::dbt::manifest::{Manifest, Resource};
use crate::dbt::members::{object_fields, string_at};

/// What is told as it is, as it is a field of every extracted resource and not part of its config there.
const APART: [&str; 5] = ["access", "group", "tags", "meta", "materialized"];

/// What a member of a config says.
#[derive(Debug)]
pub(super) enum Told<'a> {
    /// The value that starts there.
    Value(u32),
    /// Some members of an object.
    Members(Vec<(Cow<'a, str>, Told<'a>)>),
}

impl Manifest {
    /// What a resource's config says that is neither a default nor null nor empty, as an object; fields that
    /// no schema has are all said, and `access`, `group`, `tags`, `meta` and `materialized`. What dbt 2 wrote
    /// has no nulls there.
    #[must_use]
    pub fn told_config(&self, resource: &Resource) -> Vec<Event<'_>> {
        let config = self.field_at(self.offset_of(resource), "config").unwrap_or(0);
        let mut events = vec![Event::StartObject];
        for (name, told) in self.told_members(resource, config) {
            self.add_events(name, told, &mut events);
        }
        events.push(Event::End);
        events
    }

    /// Adds a member of a config, which is nested as deep as records of the table are.
    fn add_events<'a>(&'a self, name: Cow<'a, str>, told: Told<'a>, events: &mut Vec<Event<'a>>) {
        events.push(Event::Key(JsonText::Text(name)));
        match told {
            Told::Value(offset) => events.extend(self.value_at(offset)),
            Told::Members(members) => {
                events.push(Event::StartObject);
                for (name, told) in members {
                    self.add_events(name, told, events);
                }
                events.push(Event::End);
            }
        }
    }

    /// The members of `told_config`, of the config at an offset.
    pub(super) fn told_members(&self, resource: &Resource, config: u32) -> Vec<(Cow<'_, str>, Told<'_>)> {
        let known = FIELDS.resource(self.type_of(resource)).and_then(|shape| {
            let shape = FIELDS.shapes.get(shape as usize)?;
            let Content::Record(record) = shape.content else { return None };
            FIELDS.record_of_field(record, "config")
        });
        self.tell(config, known, true)
    }

    /// What the object at an offset says. Records of the table are not nested in themselves, which ends the
    /// recursion.
    fn tell(&self, offset: u32, known: Option<RecordId>, is_whole: bool) -> Vec<(Cow<'_, str>, Told<'_>)> {
        let known = known.and_then(|record| Some((record, FIELDS.records.get(record as usize)?)));
        let mut guess = 0;
        let mut said = Vec::new();
        for (name, offset) in object_fields(self.text(), offset) {
            let field = known.and_then(|(_, record)| {
                let index = record.find(name.as_bytes(), guess)?;
                guess = index + 1;
                record.fields.get(index)
            });
            let field = field.filter(|_| !(is_whole && APART.contains(&name.as_ref())));
            let Some(field) = field else {
                // dbt 2 has nulls for all that was not said.
                let is_null = self.text().as_bytes().get(offset as usize) == Some(&b'n');
                if self.is_printed || !is_null {
                    said.push((name, Told::Value(offset)));
                }
                continue;
            };
            let inner = match FIELDS.shapes.get(field.shape as usize).map(|shape| shape.content) {
                Some(Content::Record(inner)) => Some(inner),
                _ => None,
            };
            if inner.is_some() && self.text().as_bytes().get(offset as usize) == Some(&b'{') {
                let members = self.tell(offset, inner, false);
                if !members.is_empty() {
                    said.push((name, Told::Members(members)));
                }
            } else if !self.says_nothing(offset, field.default) {
                said.push((name, Told::Value(offset)));
            }
        }
        said
    }

    /// Whether the value at an offset is null, empty or a default.
    fn says_nothing(&self, offset: u32, default: Option<&str>) -> bool {
        let mut scanner = Scanner::new(self.text().as_bytes(), offset as usize);
        let start = scanner.position;
        match scanner.peek() {
            b'n' => true,
            b'{' | b'[' => {
                scanner.position += 1;
                matches!(scanner.next_token(), b'}' | b']')
            }
            b'"' => default.is_some_and(|default| string_at(default, 0) == string_at(self.text(), offset)),
            _ => {
                scanner.skip_value();
                default.is_some() && self.text().get(start..scanner.position) == default
            }
        }
    }
}
