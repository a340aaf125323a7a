//! What resources say about themselves in every schema version.

use super::fields::{Content, FIELDS, RecordId};
use super::json::{Event, JsonText, Scanner};
use super::manifest::{Manifest, Resource, object_fields, string_at};

/// What is told as it is, as it is a field of every extracted resource and not part of its config there.
const APART: [&str; 5] = ["access", "group", "tags", "meta", "materialized"];

impl Manifest {
    /// What a resource's config says that is neither a default nor null nor empty, as an object; fields that
    /// no schema has are all said, and `access`, `group`, `tags`, `meta` and `materialized`.
    pub fn told_config(&self, resource: &Resource) -> Vec<Event<'_>> {
        let mut events = vec![Event::StartObject];
        let fields = self.fields_at(self.offset_of(resource));
        if let Some((_, offset)) = fields.iter().find(|(name, _)| name == "config") {
            let known = FIELDS.resource(self.type_of(resource)).and_then(|shape| {
                let shape = FIELDS.shapes.get(shape as usize)?;
                let Content::Record(record) = shape.content else { return None };
                FIELDS.record_of_field(record, "config")
            });
            self.tell(*offset, known, true, &mut events);
        }
        events.push(Event::End);
        events
    }

    /// Adds what the object at an offset says. Records of the table are not nested in themselves, which ends
    /// the recursion.
    fn tell<'a>(&'a self, offset: u32, known: Option<RecordId>, is_whole: bool, events: &mut Vec<Event<'a>>) {
        let known = known.and_then(|record| Some((record, FIELDS.records.get(record as usize)?)));
        for (name, offset) in object_fields(self.text(), offset) {
            if is_whole && APART.contains(&name.as_ref()) {
                events.push(Event::Key(JsonText::Text(name)));
                events.extend(self.value_at(offset));
                continue;
            }
            let field = known.and_then(|(id, record)| {
                let index = record.find(name.as_bytes(), usize::MAX)?;
                Some((id, record.fields.get(index)?))
            });
            let start = events.len();
            events.push(Event::Key(JsonText::Text(name.clone())));
            let Some((record, field)) = field else {
                events.extend(self.value_at(offset));
                continue;
            };
            let inner = FIELDS.record_of_field(record, field.name);
            if inner.is_some() && self.text().as_bytes().get(offset as usize) == Some(&b'{') {
                events.push(Event::StartObject);
                let empty = events.len();
                self.tell(offset, inner, false, events);
                if events.len() == empty {
                    events.truncate(start);
                } else {
                    events.push(Event::End);
                }
            } else if self.says_nothing(offset, field.default) {
                events.truncate(start);
            } else {
                events.extend(self.value_at(offset));
            }
        }
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
