//! What the engine knows of objects while statements are applied.
//!
//! The model's structs name what they refer to; these hold the object itself, so that who is renamed, moved
//! or dropped is so everywhere. `encoding` makes the one of the other.

#![expect(clippy::struct_excessive_bools, reason = "they are those of the catalogue")]

use std::collections::BTreeMap;
use std::sync::Arc;

use super::named::{HasName, Named};
use super::reading::Name;
pub(crate) use super::relation_records::{
    Column, Constraint, Index, Key, Relation, ReplicaIdentity, Sequence, Table, View,
};
use super::schema::Text;

/// The number of an object.
pub(crate) type Id = u32;
/// The number of what belongs to an object and is needed, or needs, on its own.
pub(crate) type PartId = u32;
/// The number of a type where it is used.
pub(crate) type TypeId = u32;

/// Privileges by grantee (None is the owner) and privilege, and whether they can be granted.
pub(crate) type Acl = BTreeMap<AclKey, bool>;
/// Grantee and privilege.
pub(crate) type AclKey = (Option<Text>, Text);
/// Names and values.
pub(crate) type Settings = BTreeMap<Text, Option<Text>>;

/// That an object needs another one.
#[derive(Debug, Clone)]
pub(crate) struct Need {
    pub(crate) source: Id,
    /// What is needed; None if nothing defines it.
    pub(crate) target: Option<Id>,
    /// What it is called then.
    pub(crate) missing: Text,
    /// As in an edge.
    pub(crate) kind: &'static str,
    /// The column or constraint that needs it, or a domain's default; None for the whole.
    pub(crate) part: Option<PartId>,
    /// Whether PostgreSQL knows of it, so that `DROP … CASCADE` follows it.
    pub(crate) is_tracked: bool,
    pub(crate) statement: Option<u32>,
    /// Whether it is no more.
    pub(crate) is_void: bool,
    /// Whether it was only found once all statements had run.
    pub(crate) is_late: bool,
}

/// An object.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// As in an identity.
    pub(crate) kind: &'static str,
    pub(crate) schema: Option<Text>,
    pub(crate) name: Text,
    pub(crate) owner: Option<Text>,
    pub(crate) comment: Option<Text>,
    pub(crate) privileges: Option<Acl>,
    /// Number of the statement that defines it; None for none.
    pub(crate) statement: Option<u32>,
    pub(crate) is_dropped: bool,
    pub(crate) body: Body,
}

/// What an object of a kind has.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    Schema,
    Extension(Extension),
    Role(Role),
    Type(Type),
    Domain(Domain),
    Sequence(Sequence),
    Table(Box<Table>),
    View(Box<View>),
    Index(Index),
    Routine(Box<Routine>),
    Trigger(Box<Trigger>),
    Policy(Policy),
    Rule(Rule),
    Definition(Definition),
    /// A relation of which nothing but the name is known, as the statement that makes it is opaque.
    Unknown,
}

/// A type where it is used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TypeRef {
    /// The name of a type of `pg_catalog`.
    pub(crate) base: Text,
    /// A type, domain or relation of the text.
    pub(crate) known: Option<Id>,
    /// The name of any other type, as it is written.
    pub(crate) written: Text,
    /// What stands behind the name: `(10,2)`, or the fields of an interval.
    pub(crate) modifiers: Text,
    pub(crate) is_array: bool,
    /// The parts of the name that is to be looked up.
    pub(crate) name: Vec<Text>,
    /// Whether that is the name of a column, of which it is the type.
    pub(crate) of_column: bool,
}

/// An attribute of a composite type.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    pub(crate) part: PartId,
    pub(crate) name: Text,
    pub(crate) r#type: TypeId,
    pub(crate) collation: Option<Text>,
    pub(crate) comment: Option<Text>,
}

impl HasName for Attribute {
    fn name(&self) -> &Text {
        &self.name
    }
}

/// A type.
#[derive(Debug, Clone, Default)]
pub(crate) struct Type {
    /// `enum`, `composite`, `range`, `base`, `shell` or `multirange`.
    pub(crate) form: &'static str,
    pub(crate) labels: Vec<Text>,
    pub(crate) attributes: Named<Attribute>,
    pub(crate) options: Settings,
    /// The multirange of a range.
    pub(crate) multirange: Option<Id>,
}

/// A domain.
#[derive(Debug, Clone)]
pub(crate) struct Domain {
    pub(crate) r#type: TypeId,
    pub(crate) collation: Option<Text>,
    pub(crate) is_not_null: bool,
    pub(crate) default: Option<Text>,
    /// The part of what the default needs.
    pub(crate) default_part: PartId,
    pub(crate) constraints: Named<Constraint>,
}

/// An argument of a routine.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub(crate) name: Option<Text>,
    pub(crate) mode: &'static str,
    pub(crate) r#type: TypeId,
    pub(crate) default: Option<Text>,
}

/// A function, procedure or aggregate.
#[derive(Debug, Clone)]
pub(crate) struct Routine {
    pub(crate) parameters: Vec<Parameter>,
    /// The arguments that an ordered-set aggregate sorts by.
    pub(crate) ordered: Option<Vec<Parameter>>,
    /// What an aggregate is defined by.
    pub(crate) definition: Settings,
    pub(crate) returns: Option<TypeId>,
    pub(crate) returns_set: bool,
    pub(crate) language: Text,
    pub(crate) body: Option<Text>,
    pub(crate) library: Option<Text>,
    pub(crate) sql_body: Option<Text>,
    pub(crate) volatility: &'static str,
    pub(crate) is_strict: bool,
    pub(crate) is_security_definer: bool,
    pub(crate) is_leakproof: bool,
    pub(crate) is_window: bool,
    pub(crate) parallel: Text,
    pub(crate) cost: Option<Text>,
    pub(crate) rows: Option<Text>,
    pub(crate) support: Option<Text>,
    pub(crate) transforms: Vec<TypeId>,
    pub(crate) settings: Settings,
    pub(crate) depends_on: Vec<Text>,
}

impl Default for Routine {
    fn default() -> Self {
        Self {
            parameters: Vec::new(),
            ordered: None,
            definition: Settings::new(),
            returns: None,
            returns_set: false,
            language: Text::const_new("sql"),
            body: None,
            library: None,
            sql_body: None,
            volatility: "volatile",
            is_strict: false,
            is_security_definer: false,
            is_leakproof: false,
            is_window: false,
            parallel: Text::const_new("unsafe"),
            cost: None,
            rows: None,
            support: None,
            transforms: Vec::new(),
            settings: Settings::new(),
            depends_on: Vec::new(),
        }
    }
}

/// A trigger, or an event trigger (which has no table).
#[derive(Debug, Clone, Default)]
pub(crate) struct Trigger {
    pub(crate) table: Option<Id>,
    pub(crate) timing: &'static str,
    pub(crate) events: Vec<&'static str>,
    pub(crate) update_columns: Vec<Text>,
    pub(crate) is_for_each_row: bool,
    pub(crate) when: Option<Text>,
    pub(crate) function: Option<Id>,
    pub(crate) function_name: Option<Name>,
    pub(crate) arguments: Vec<Text>,
    pub(crate) is_constraint: bool,
    pub(crate) referenced: Option<Id>,
    pub(crate) referenced_name: Option<Name>,
    pub(crate) is_deferrable: bool,
    pub(crate) is_deferred: bool,
    pub(crate) old_table: Option<Text>,
    pub(crate) new_table: Option<Text>,
    pub(crate) enabled: &'static str,
    pub(crate) parent: Option<Id>,
    pub(crate) depends_on: Vec<Text>,
    pub(crate) event: Text,
    pub(crate) tags: Vec<Text>,
}

/// A policy.
#[derive(Debug, Clone, Default)]
pub(crate) struct Policy {
    pub(crate) table: Id,
    pub(crate) is_restrictive: bool,
    pub(crate) command: &'static str,
    pub(crate) roles: Vec<Text>,
    pub(crate) using: Option<Text>,
    pub(crate) check: Option<Text>,
}

/// A rule.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rule {
    pub(crate) table: Id,
    pub(crate) event: &'static str,
    pub(crate) is_instead: bool,
    pub(crate) condition: Option<Text>,
    pub(crate) actions: Vec<Text>,
    pub(crate) enabled: &'static str,
}

/// A role.
#[derive(Debug, Clone, Default)]
pub(crate) struct Role {
    pub(crate) can_login: bool,
    pub(crate) options: Settings,
    pub(crate) member_of: Settings,
    pub(crate) settings: Settings,
}

/// An extension.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extension {
    pub(crate) version: Option<Text>,
    pub(crate) members: Vec<Text>,
}

/// An object told by its clauses.
#[derive(Debug, Clone, Default)]
pub(crate) struct Definition {
    pub(crate) types: Option<Vec<Option<TypeId>>>,
    pub(crate) parent: Option<Text>,
    pub(crate) clauses: Text,
    pub(crate) changes: Vec<Text>,
}

/// Default privileges.
#[derive(Debug, Clone, Default)]
pub(crate) struct Defaults {
    pub(crate) granted: Acl,
    pub(crate) revoked: Acl,
    pub(crate) statement: Option<u32>,
}

/// What a record is shared as: who changes it while a statement can be taken back gets a copy.
pub(crate) type Shared = Arc<Record>;

macro_rules! bodies {
    ($($name:ident, $name_mut:ident, $kind:ident;)*) => {
        #[expect(dead_code, reason = "not every kind is asked for in both ways")]
        impl Record {
            $(
                pub(crate) fn $name(&self) -> Option<&$kind> {
                    if let Body::$kind(body) = &self.body { Some(body) } else { None }
                }

                pub(crate) fn $name_mut(&mut self) -> Option<&mut $kind> {
                    if let Body::$kind(body) = &mut self.body { Some(body) } else { None }
                }
            )*
        }

        $(
            impl From<$kind> for Body {
                fn from(body: $kind) -> Self {
                    Self::$kind(body.into())
                }
            }
        )*
    };
}

bodies! {
    extension, extension_mut, Extension;
    role, role_mut, Role;
    r#type, type_mut, Type;
    domain, domain_mut, Domain;
    sequence, sequence_mut, Sequence;
    table, table_mut, Table;
    view, view_mut, View;
    index, index_mut, Index;
    routine, routine_mut, Routine;
    trigger, trigger_mut, Trigger;
    policy, policy_mut, Policy;
    rule, rule_mut, Rule;
    definition, definition_mut, Definition;
}

impl Record {
    pub(crate) fn new(kind: &'static str, schema: Option<Text>, name: Text, body: impl Into<Body>) -> Self {
        Self {
            kind,
            schema,
            name,
            owner: None,
            comment: None,
            privileges: None,
            statement: None,
            is_dropped: false,
            body: body.into(),
        }
    }

    /// What a table and a view have.
    pub(crate) fn relation(&self) -> Option<&Relation> {
        match &self.body {
            Body::Table(table) => Some(&table.relation),
            Body::View(view) => Some(&view.relation),
            _ => None,
        }
    }

    pub(crate) fn relation_mut(&mut self) -> Option<&mut Relation> {
        match &mut self.body {
            Body::Table(table) => Some(&mut table.relation),
            Body::View(view) => Some(&mut view.relation),
            _ => None,
        }
    }
}
