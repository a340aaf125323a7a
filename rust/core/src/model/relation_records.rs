//! What the engine knows of relations: tables with their parts, views, indexes and sequences.

#![expect(clippy::struct_excessive_bools, reason = "they are those of the catalogue")]

use std::collections::BTreeMap;

use super::named::{HasName, Named};
use super::reading::Name;
use super::records::{Acl, Id, PartId, Settings, TypeId};
use super::schema::Text;

/// A column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) part: PartId,
    pub(crate) name: Text,
    pub(crate) r#type: TypeId,
    pub(crate) collation: Option<Text>,
    pub(crate) is_not_null: bool,
    pub(crate) default: Option<Text>,
    /// The sequence of `serial`, which the default names.
    pub(crate) default_sequence: Option<Id>,
    pub(crate) identity: Option<&'static str>,
    pub(crate) generated: Option<Text>,
    pub(crate) is_virtual: bool,
    pub(crate) storage: Option<Text>,
    pub(crate) compression: Option<Text>,
    pub(crate) statistics: Option<i64>,
    pub(crate) options: Settings,
    /// How many parents have it.
    pub(crate) inherited: u32,
    pub(crate) is_local: bool,
    pub(crate) comment: Option<Text>,
    pub(crate) privileges: Option<Acl>,
}

impl Column {
    pub(crate) fn new(part: PartId, name: Text, r#type: TypeId) -> Self {
        Self {
            part,
            name,
            r#type,
            collation: None,
            is_not_null: false,
            default: None,
            default_sequence: None,
            identity: None,
            generated: None,
            is_virtual: false,
            storage: None,
            compression: None,
            statistics: None,
            options: Settings::new(),
            inherited: 0,
            is_local: true,
            comment: None,
            privileges: None,
        }
    }
}

impl HasName for Column {
    fn name(&self) -> &Text {
        &self.name
    }
}

/// A key of an index or exclusion constraint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) expression: Text,
    pub(crate) column: Option<Text>,
    pub(crate) collation: Option<Text>,
    pub(crate) operator_class: Option<Text>,
    pub(crate) is_descending: bool,
    pub(crate) nulls_first: bool,
    pub(crate) operator: Option<Text>,
}

/// A constraint.
#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    pub(crate) part: PartId,
    pub(crate) name: Text,
    pub(crate) kind: &'static str,
    pub(crate) columns: Vec<Text>,
    pub(crate) expression: Option<Text>,
    /// The table of a foreign key; None if nothing defines it.
    pub(crate) referenced: Option<Id>,
    /// What it is called then.
    pub(crate) referenced_name: Option<Name>,
    pub(crate) referenced_columns: Vec<Text>,
    pub(crate) r#match: &'static str,
    pub(crate) on_delete: &'static str,
    pub(crate) on_update: &'static str,
    pub(crate) on_delete_columns: Vec<Text>,
    pub(crate) keys: Vec<Key>,
    pub(crate) method: Option<Text>,
    pub(crate) include: Vec<Text>,
    pub(crate) r#where: Option<Text>,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) is_period: bool,
    pub(crate) options: Settings,
    pub(crate) tablespace: Option<Text>,
    pub(crate) is_deferrable: bool,
    pub(crate) is_deferred: bool,
    pub(crate) is_valid: bool,
    pub(crate) is_enforced: bool,
    pub(crate) is_inheritable: bool,
    /// How many parents have it.
    pub(crate) inherited: u32,
    pub(crate) is_local: bool,
    pub(crate) comment: Option<Text>,
    pub(crate) statement: Option<u32>,
    /// The index of a primary key, unique or exclusion constraint.
    pub(crate) index: Option<Id>,
    /// The constraint of the partitioned table that it is a part of.
    pub(crate) parent: Option<PartId>,
}

impl Constraint {
    pub(crate) fn new(part: PartId, kind: &'static str) -> Self {
        Self {
            part,
            name: Text::default(),
            kind,
            columns: Vec::new(),
            expression: None,
            referenced: None,
            referenced_name: None,
            referenced_columns: Vec::new(),
            r#match: "simple",
            on_delete: "no action",
            on_update: "no action",
            on_delete_columns: Vec::new(),
            keys: Vec::new(),
            method: None,
            include: Vec::new(),
            r#where: None,
            nulls_not_distinct: false,
            is_period: false,
            options: Settings::new(),
            tablespace: None,
            is_deferrable: false,
            is_deferred: false,
            is_valid: true,
            is_enforced: true,
            is_inheritable: true,
            inherited: 0,
            is_local: true,
            comment: None,
            statement: None,
            index: None,
            parent: None,
        }
    }
}

impl HasName for Constraint {
    fn name(&self) -> &Text {
        &self.name
    }
}

/// What others belong to by name: a table or a view.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub(crate) clustered_on: Option<Id>,
    pub(crate) persistence: &'static str,
    pub(crate) tablespace: Option<Text>,
    pub(crate) access_method: Option<Text>,
    pub(crate) options: Settings,
}

impl Default for Relation {
    fn default() -> Self {
        Self {
            clustered_on: None,
            persistence: "permanent",
            tablespace: None,
            access_method: None,
            options: Settings::new(),
        }
    }
}

/// What tells a row apart where changes are replicated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum ReplicaIdentity {
    #[default]
    Default,
    Full,
    Nothing,
    Index(Id),
}

/// A table, partitioned or not, or a foreign table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) relation: Relation,
    pub(crate) columns: Named<Column>,
    pub(crate) constraints: Named<Constraint>,
    pub(crate) partition_by: Option<Text>,
    /// Its bound, if it is a partition.
    pub(crate) bound: Option<Text>,
    /// The tables it inherits from, a partitioned one too.
    pub(crate) parents: Vec<Id>,
    pub(crate) of_type: Option<Id>,
    pub(crate) has_row_security: bool,
    pub(crate) forces_row_security: bool,
    pub(crate) replica_identity: ReplicaIdentity,
    pub(crate) server: Option<Text>,
}

/// A view or a materialised view.
#[derive(Debug, Clone, Default)]
pub(crate) struct View {
    pub(crate) relation: Relation,
    pub(crate) query: Text,
    pub(crate) columns: Vec<Text>,
    pub(crate) is_recursive: bool,
    pub(crate) check_option: Option<Text>,
    pub(crate) has_no_data: bool,
    pub(crate) column_settings: Settings,
    pub(crate) column_comments: BTreeMap<Text, Text>,
    pub(crate) column_privileges: BTreeMap<Text, Acl>,
}

/// An index; that of a constraint, if it has one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    pub(crate) table: Id,
    pub(crate) keys: Vec<Key>,
    pub(crate) method: Text,
    pub(crate) is_unique: bool,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) include: Vec<Text>,
    pub(crate) r#where: Option<Text>,
    pub(crate) is_only: bool,
    pub(crate) parent: Option<Id>,
    pub(crate) options: Settings,
    pub(crate) tablespace: Option<Text>,
    pub(crate) statistics: Settings,
    pub(crate) constraint: Option<PartId>,
}

/// A sequence.
#[derive(Debug, Clone)]
pub(crate) struct Sequence {
    pub(crate) r#type: &'static str,
    pub(crate) start: i64,
    pub(crate) increment: i64,
    pub(crate) minimum: i64,
    pub(crate) maximum: i64,
    pub(crate) cache: i64,
    pub(crate) cycles: bool,
    pub(crate) persistence: &'static str,
    pub(crate) owner_table: Option<Id>,
    pub(crate) owner_column: Option<PartId>,
    pub(crate) is_identity: bool,
}
