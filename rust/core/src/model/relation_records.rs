//! What the engine knows of relations: tables with their parts, views, indexes and sequences.

#![expect(clippy::struct_excessive_bools, reason = "they are those of the catalogue")]

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

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
    pub(crate) is_not_null: bool,
    pub(crate) default: Option<Text>,
    /// The sequence of `serial`, which the default names.
    pub(crate) default_sequence: Option<Id>,
    pub(crate) identity: Option<&'static str>,
    pub(crate) is_virtual: bool,
    /// How many parents have it.
    pub(crate) inherited: u32,
    pub(crate) is_local: bool,
    pub(crate) comment: Option<Text>,
    /// What few columns have; nothing of it, if there is none.
    pub(crate) details: Option<Box<ColumnDetails>>,
}

/// What few columns have.
#[derive(Debug, Clone, Default)]
pub(crate) struct ColumnDetails {
    pub(crate) collation: Option<Text>,
    pub(crate) generated: Option<Text>,
    pub(crate) storage: Option<Text>,
    pub(crate) compression: Option<Text>,
    pub(crate) statistics: Option<i64>,
    pub(crate) options: Settings,
    pub(crate) privileges: Option<Acl>,
}

static NO_COLUMN_DETAILS: ColumnDetails = ColumnDetails {
    collation: None,
    generated: None,
    storage: None,
    compression: None,
    statistics: None,
    options: Settings::new(),
    privileges: None,
};

impl Deref for Column {
    type Target = ColumnDetails;

    fn deref(&self) -> &ColumnDetails {
        self.details.as_deref().unwrap_or(&NO_COLUMN_DETAILS)
    }
}

impl DerefMut for Column {
    fn deref_mut(&mut self) -> &mut ColumnDetails {
        self.details.get_or_insert_default()
    }
}

impl Column {
    pub(crate) fn new(part: PartId, name: Text, r#type: TypeId) -> Self {
        Self {
            part,
            name,
            r#type,
            is_not_null: false,
            default: None,
            default_sequence: None,
            identity: None,
            is_virtual: false,
            inherited: 0,
            is_local: true,
            comment: None,
            details: None,
        }
    }

    /// A column like it for a table that inherits it, without what each table says for itself.
    pub(crate) fn inherited_as(&self, part: PartId) -> Self {
        let mut made =
            Self { part, is_not_null: false, inherited: 1, is_local: false, comment: None, ..self.clone() };
        if let Some(details) = &mut made.details {
            (details.statistics, details.privileges) = (None, None);
        }
        made
    }

    /// The same with a collation, if there is one.
    pub(crate) fn collated(mut self, collation: Option<&Text>) -> Self {
        if collation.is_some() {
            self.collation = collation.cloned();
        }
        self
    }
}

impl HasName for Column {
    fn name(&self) -> &Text {
        &self.name
    }

    fn is_worked_out(&self) -> bool {
        self.generated.is_some()
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
    /// What few constraints have; nothing of it, if there is none.
    pub(crate) details: Option<Box<ConstraintDetails>>,
}

/// What foreign keys have, exclusion constraints, and what is rarely said of the other ones.
#[derive(Debug, Clone)]
pub(crate) struct ConstraintDetails {
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
}

static NO_CONSTRAINT_DETAILS: ConstraintDetails = ConstraintDetails {
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
};

impl Deref for Constraint {
    type Target = ConstraintDetails;

    fn deref(&self) -> &ConstraintDetails {
        self.details.as_deref().unwrap_or(&NO_CONSTRAINT_DETAILS)
    }
}

impl DerefMut for Constraint {
    fn deref_mut(&mut self) -> &mut ConstraintDetails {
        self.details.get_or_insert_with(|| Box::new(NO_CONSTRAINT_DETAILS.clone()))
    }
}

impl Constraint {
    pub(crate) fn new(part: PartId, kind: &'static str) -> Self {
        Self {
            part,
            name: Text::default(),
            kind,
            columns: Vec::new(),
            expression: None,
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
            details: None,
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
