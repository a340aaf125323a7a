//! Which fields of resources may have other values in another manifest: those that are written otherwise.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::manifest::Manifest;
use super::members::object_values;

/// A field's name, and where its value starts and ends.
type Field<'a> = (Cow<'a, str>, u32, u32);

impl Manifest {
    /// The fields of resources that both manifests have whose values are not the same text, or that one of
    /// them does not have: for each such resource its number and the names, in the order of this manifest and
    /// then of the other one.
    #[must_use]
    pub fn differing<'a>(&'a self, other: &'a Self, ignored: &[String]) -> Vec<(u32, Vec<Cow<'a, str>>)> {
        let ignored: FxHashSet<&str> = ignored.iter().map(String::as_str).collect();
        let mut found = Vec::new();
        for (resource, number) in self.resources().iter().zip(0_u32..) {
            let Some(counterpart) =
                other.number(&resource.id).and_then(|number| other.resources().get(number as usize))
            else {
                continue;
            };
            let mine = object_values(self.text(), self.offset_of(resource));
            let others = object_values(other.text(), other.offset_of(counterpart));
            let mut names = self.differing_fields(other, mine, others);
            names.retain(|name| !ignored.contains(name.as_ref()));
            if !names.is_empty() {
                found.push((number, names));
            }
        }
        found
    }

    fn differing_fields<'a>(
        &'a self,
        other: &'a Self,
        mine: Vec<Field<'a>>,
        others: Vec<Field<'a>>,
    ) -> Vec<Cow<'a, str>> {
        let is_aligned = mine.len() == others.len()
            && mine.iter().zip(&others).all(|((name, ..), (other_name, ..))| name == other_name);
        if is_aligned {
            // What one version of dbt writes has the same fields in the same order.
            let pairs = mine.into_iter().zip(others);
            let differing = pairs.filter(|(one, two)| value(self.text(), one) != value(other.text(), two));
            return differing.map(|((name, ..), _)| name).collect();
        }
        let mut left: FxHashMap<Cow<'a, str>, Field<'a>> = FxHashMap::default();
        let mut order = Vec::with_capacity(others.len());
        for field in others {
            order.push(field.0.clone());
            left.insert(field.0.clone(), field);
        }
        let mut names = Vec::new();
        for field in mine {
            let counterpart = left.remove(&field.0);
            if counterpart.is_none_or(|two| value(self.text(), &field) != value(other.text(), &two)) {
                names.push(field.0);
            }
        }
        names.extend(order.into_iter().filter(|name| left.contains_key(name)));
        names
    }
}

fn value<'a>(text: &'a str, field: &Field<'_>) -> &'a str {
    text.get(field.1 as usize..field.2 as usize).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::DbtArtifact;
    use super::*;

    fn load(nodes: &str) -> Option<Manifest> {
        let schema = "https://schemas.getdbt.com/dbt/manifest/v12.json";
        let text =
            format!("{{\"metadata\": {{\"dbt_schema_version\": \"{schema}\"}}, \"nodes\": {{{nodes}}}}}");
        Manifest::load(text.into_bytes(), DbtArtifact::Manifest, false).ok()
    }

    #[test]
    fn fields_that_are_written_otherwise_are_told() {
        let old = load("\"model.p.a\": {\"name\": \"a\", \"created_at\": 1, \"x\": [1], \"gone\": 0}");
        let new = load("\"model.p.b\": {}, \"model.p.a\": {\"x\": [2], \"name\": \"a\", \"created_at\": 2}");
        let ignored = ["created_at".to_owned()];
        let found = new.as_ref().zip(old.as_ref()).map(|(new, old)| new.differing(old, &ignored));
        assert_eq!(found, Some(vec![(1, vec![Cow::Borrowed("x"), Cow::Borrowed("gone")])]));
        let same = old.as_ref().map(|old| old.differing(old, &[]).len());
        assert_eq!(same, Some(0));
    }
}
