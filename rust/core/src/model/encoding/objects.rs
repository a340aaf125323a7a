//! Objects of the state as the structs of the model.

use compact_str::format_compact;

use super::called::argument_types;
use crate::model::indexes::key_text;
use crate::model::named::Named;
use crate::model::places::Places;
use crate::model::reading::Name;
use crate::model::records::{self, Acl, Id, Parameter, Record, ReplicaIdentity, Settings};
use crate::model::schema::{
    Aggregate, Argument, Attribute, Column, Constraint, DefaultPrivileges, Definition, Domain, EventTrigger,
    Extension, Index, IndexKey, PartitionOf, Place, Policy, Privilege, QualifiedName, Role, Routine, Rule,
    Schema, Sequence, Setting, Table, Text, Trigger, Type, View,
};
use crate::model::state::State;
use crate::model::types::qualified;

fn settings(settings: &Settings) -> Vec<Setting> {
    settings.iter().map(|(name, value)| Setting { name: name.clone(), value: value.clone() }).collect()
}

fn privileges(acl: &Acl) -> Vec<Privilege> {
    acl.iter()
        .map(|((grantee, privilege), is_grantable)| Privilege {
            grantee: grantee.clone(),
            privilege: privilege.clone(),
            is_grantable: *is_grantable,
        })
        .collect()
}

fn names(names: &[Text]) -> Vec<Text> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

/// A struct of the model with what all objects have.
macro_rules! with_base {
    ($encoder:expr, $record:expr, $kind:ident { $($field:ident $(: $value:expr)?),* $(,)? }) => {
        $kind {
            schema: $record.schema.clone(),
            name: $record.name.clone(),
            owner: $record.owner.clone(),
            comment: $record.comment.clone(),
            privileges: $record.privileges.as_ref().map(privileges),
            place: $encoder.place($record.statement),
            $($field $(: $value)?),*
        }
    };
}

pub(super) struct Encoder<'a> {
    pub(super) state: &'a State,
    pub(super) places: &'a Places<'a>,
}

impl Encoder<'_> {
    pub(super) fn place(&self, statement: Option<u32>) -> Option<Place> {
        self.places.of(statement)
    }

    fn name(&self, id: Id) -> QualifiedName {
        let record = self.state.record(id);
        QualifiedName { schema: record.schema.clone(), name: record.name.clone() }
    }

    fn written(&self, id: Option<Id>, name: Option<&Name>) -> QualifiedName {
        match (id, name) {
            (Some(id), _) => self.name(id),
            (None, Some(name)) => QualifiedName { schema: name.schema.clone(), name: name.name.clone() },
            (None, None) => QualifiedName::default(),
        }
    }

    fn keys(keys: &[records::Key]) -> Vec<IndexKey> {
        let one = |key: &records::Key| IndexKey {
            expression: key_text(key),
            is_column: key.column.is_some(),
            collation: key.collation.clone(),
            operator_class: key.operator_class.clone(),
            is_descending: key.is_descending,
            nulls_first: key.nulls_first,
            operator: key.operator.clone(),
        };
        keys.iter().map(one).collect()
    }

    fn column(&self, column: &records::Column) -> Column {
        let sequence = column.default_sequence.map(|sequence| self.state.record(sequence));
        let default = if let Some(sequence) = sequence.filter(|sequence| !sequence.is_dropped) {
            Some(format_compact!("nextval('{}'::regclass)", qualified(sequence).replace('\'', "''")))
        } else {
            let found = self.state.type_ref(column.r#type);
            column.default.clone().filter(|default| !self.state.is_no_default(default, found))
        };
        Column {
            name: column.name.clone(),
            r#type: self.state.spelt(column.r#type, true),
            collation: column.collation.clone(),
            is_not_null: column.is_not_null,
            default,
            identity: column.identity,
            generated: column.generated.clone(),
            is_virtual: column.is_virtual,
            storage: column.storage.clone(),
            compression: column.compression.clone(),
            statistics: column.statistics,
            options: settings(&column.options),
            is_inherited: column.inherited > 0,
            is_local: column.is_local,
            comment: column.comment.clone(),
            privileges: column.privileges.as_ref().map(privileges),
        }
    }

    fn constraint(&self, made: &records::Constraint) -> Constraint {
        let is_key = made.kind == "foreign_key";
        Constraint {
            name: made.name.clone(),
            kind: made.kind,
            columns: made.columns.clone(),
            expression: made.expression.clone(),
            references: is_key.then(|| self.written(made.referenced, made.referenced_name.as_ref())),
            referenced_columns: made.referenced_columns.clone(),
            r#match: made.r#match,
            on_delete: made.on_delete,
            on_update: made.on_update,
            on_delete_columns: made.on_delete_columns.clone(),
            keys: Self::keys(&made.keys),
            method: made.method.clone(),
            include: made.include.clone(),
            r#where: made.r#where.clone(),
            nulls_not_distinct: made.nulls_not_distinct,
            is_period: made.is_period,
            options: settings(&made.options),
            tablespace: made.tablespace.clone(),
            is_deferrable: made.is_deferrable,
            is_deferred: made.is_deferred,
            is_valid: made.is_valid,
            is_enforced: made.is_enforced,
            is_inheritable: made.is_inheritable,
            is_inherited: made.inherited > 0,
            is_local: made.is_local,
            comment: made.comment.clone(),
            index_comment: made.index.and_then(|index| self.state.record(index).comment.clone()),
            place: self.place(made.statement),
        }
    }

    fn constraints(&self, made: &Named<records::Constraint>) -> Vec<Constraint> {
        let mut sorted: Vec<_> = made.iter().collect();
        sorted.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        sorted.into_iter().map(|made| self.constraint(made)).collect()
    }

    fn relation_name(&self, id: Id) -> Text {
        self.state.record(id).name.clone()
    }

    pub(super) fn schema(&self, record: &Record) -> Schema {
        with_base!(self, record, Schema {})
    }

    pub(super) fn table(&self, record: &Record, table: &records::Table) -> Table {
        let partition_of = match (&table.bound, table.parents.first()) {
            (Some(bound), Some(parent)) => {
                Some(PartitionOf { parent: self.name(*parent), bound: bound.clone() })
            }
            _ => None,
        };
        let is_partition = table.bound.is_some();
        let relation = &table.relation;
        with_base!(
            self,
            record,
            Table {
                columns: table.columns.iter().map(|column| self.column(column)).collect(),
                constraints: self.constraints(&table.constraints),
                is_foreign: record.kind == "foreign_table",
                persistence: relation.persistence,
                partition_by: table.partition_by.clone(),
                partition_of,
                inherits: if is_partition {
                    Vec::new()
                } else {
                    table.parents.iter().map(|parent| self.name(*parent)).collect()
                },
                of_type: table.of_type.map(|of| self.name(of)),
                has_row_security: table.has_row_security,
                forces_row_security: table.forces_row_security,
                replica_identity: match table.replica_identity {
                    ReplicaIdentity::Default => Text::const_new("default"),
                    ReplicaIdentity::Full => Text::const_new("full"),
                    ReplicaIdentity::Nothing => Text::const_new("nothing"),
                    ReplicaIdentity::Index(index) => self.relation_name(index),
                },
                clustered_on: relation.clustered_on.map(|index| self.relation_name(index)),
                access_method: relation.access_method.clone(),
                tablespace: relation.tablespace.clone(),
                options: settings(&relation.options),
                server: table.server.clone(),
            }
        )
    }

    pub(super) fn index(&self, record: &Record, index: &records::Index) -> Index {
        let table = self.state.record(index.table);
        let made = with_base!(
            self,
            record,
            Index {
                table: table.name.clone(),
                keys: Self::keys(&index.keys),
                method: index.method.clone(),
                is_unique: index.is_unique,
                nulls_not_distinct: index.nulls_not_distinct,
                include: index.include.clone(),
                r#where: index.r#where.clone(),
                is_only: index.is_only,
                parent: index.parent.map(|parent| self.name(parent)),
                options: settings(&index.options),
                tablespace: index.tablespace.clone(),
                statistics: settings(&index.statistics),
            }
        );
        Index { owner: table.owner.clone(), ..made }
    }

    pub(super) fn sequence(&self, record: &Record, sequence: &records::Sequence) -> Sequence {
        let column = sequence.owner_table.and_then(|table| {
            let columns = &self.state.table(table)?.columns;
            columns.iter().find(|column| Some(column.part) == sequence.owner_column)
        });
        with_base!(
            self,
            record,
            Sequence {
                r#type: sequence.r#type,
                start: sequence.start,
                increment: sequence.increment,
                minimum: sequence.minimum,
                maximum: sequence.maximum,
                cache: sequence.cache,
                cycles: sequence.cycles,
                persistence: sequence.persistence,
                owned_by: sequence.owner_table.map(|table| self.name(table)),
                owned_by_column: column.map(|column| column.name.clone()),
                is_identity: sequence.is_identity,
            }
        )
    }

    pub(super) fn view(&self, record: &Record, view: &records::View) -> View {
        let comments = view
            .column_comments
            .iter()
            .map(|(name, comment)| Setting { name: name.clone(), value: Some(comment.clone()) });
        let by_column = view.column_privileges.iter().map(|(name, acl)| (name.clone(), privileges(acl)));
        let relation = &view.relation;
        with_base!(
            self,
            record,
            View {
                query: view.query.clone(),
                columns: view.columns.clone(),
                is_materialized: record.kind == "materialized_view",
                is_recursive: view.is_recursive,
                persistence: relation.persistence,
                check_option: view.check_option.clone(),
                has_data: !view.has_no_data,
                access_method: relation.access_method.clone(),
                tablespace: relation.tablespace.clone(),
                clustered_on: relation.clustered_on.map(|index| self.relation_name(index)),
                options: settings(&relation.options),
                column_settings: settings(&view.column_settings),
                column_comments: comments.collect(),
                column_privileges: by_column.collect(),
            }
        )
    }

    pub(super) fn r#type(&self, record: &Record, found: &records::Type) -> Type {
        let attributes = found.attributes.iter().map(|attribute| Attribute {
            name: attribute.name.clone(),
            r#type: self.state.spelt(attribute.r#type, true),
            collation: attribute.collation.clone(),
            comment: attribute.comment.clone(),
        });
        with_base!(
            self,
            record,
            Type {
                kind: found.form,
                labels: found.labels.clone(),
                attributes: attributes.collect(),
                options: settings(&found.options),
            }
        )
    }

    pub(super) fn domain(&self, record: &Record, domain: &records::Domain) -> Domain {
        with_base!(
            self,
            record,
            Domain {
                r#type: self.state.spelt(domain.r#type, true),
                collation: domain.collation.clone(),
                is_not_null: domain.is_not_null,
                default: domain.default.clone().filter(|default| {
                    !self.state.is_no_default(default, self.state.type_ref(domain.r#type))
                }),
                constraints: self.constraints(&domain.constraints),
            }
        )
    }

    fn arguments(&self, parameters: &[Parameter]) -> Vec<Argument> {
        let one = |parameter: &Parameter| Argument {
            name: parameter.name.clone(),
            mode: parameter.mode,
            r#type: self.state.spelt(parameter.r#type, false),
            default: parameter.default.clone(),
        };
        parameters.iter().map(one).collect()
    }

    pub(super) fn routine(&self, record: &Record, routine: &records::Routine) -> Routine {
        with_base!(
            self,
            record,
            Routine {
                is_procedure: record.kind == "procedure",
                arguments: self.arguments(&routine.parameters),
                returns: routine.returns.map(|returns| self.state.spelt(returns, false)),
                returns_set: routine.returns_set,
                language: routine.language.clone(),
                body: routine.body.clone(),
                library: routine.library.clone(),
                sql_body: routine.sql_body.clone(),
                volatility: routine.volatility,
                is_strict: routine.is_strict,
                is_security_definer: routine.is_security_definer,
                is_leakproof: routine.is_leakproof,
                is_window: routine.is_window,
                parallel: routine.parallel.clone(),
                cost: routine.cost.clone(),
                rows: routine.rows.clone(),
                support: routine.support.clone(),
                transforms: routine.transforms.iter().map(|found| self.state.spelt(*found, false)).collect(),
                settings: settings(&routine.settings),
                depends_on: names(&routine.depends_on),
            }
        )
    }

    pub(super) fn aggregate(&self, record: &Record, routine: &records::Routine) -> Aggregate {
        with_base!(
            self,
            record,
            Aggregate {
                arguments: self.arguments(&routine.parameters),
                ordered_arguments: routine.ordered.as_ref().map(|ordered| self.arguments(ordered)),
                options: settings(&routine.definition),
            }
        )
    }

    pub(super) fn trigger(&self, record: &Record, trigger: &records::Trigger) -> Trigger {
        let parent = trigger.parent.and_then(|parent| self.state.trigger(parent)?.table);
        let referenced = trigger.referenced_name.as_ref();
        with_base!(
            self,
            record,
            Trigger {
                table: trigger.table.map(|table| self.relation_name(table)).unwrap_or_default(),
                timing: trigger.timing,
                events: trigger.events.clone(),
                update_columns: trigger.update_columns.clone(),
                is_for_each_row: trigger.is_for_each_row,
                when: trigger.when.clone(),
                function: self.written(trigger.function, trigger.function_name.as_ref()),
                arguments: trigger.arguments.clone(),
                is_constraint: trigger.is_constraint,
                references: referenced.map(|name| self.written(trigger.referenced, Some(name))),
                is_deferrable: trigger.is_deferrable,
                is_deferred: trigger.is_deferred,
                old_table: trigger.old_table.clone(),
                new_table: trigger.new_table.clone(),
                enabled: trigger.enabled,
                parent: parent.map(|parent| self.name(parent)),
                depends_on: names(&trigger.depends_on),
            }
        )
    }

    pub(super) fn event_trigger(&self, record: &Record, trigger: &records::Trigger) -> EventTrigger {
        with_base!(
            self,
            record,
            EventTrigger {
                event: trigger.event.clone(),
                tags: trigger.tags.clone(),
                function: self.written(trigger.function, trigger.function_name.as_ref()),
                enabled: trigger.enabled,
            }
        )
    }

    pub(super) fn policy(&self, record: &Record, policy: &records::Policy) -> Policy {
        with_base!(
            self,
            record,
            Policy {
                table: self.relation_name(policy.table),
                is_permissive: !policy.is_restrictive,
                command: policy.command,
                roles: policy.roles.clone(),
                using: policy.using.clone(),
                check: policy.check.clone(),
            }
        )
    }

    pub(super) fn rule(&self, record: &Record, rule: &records::Rule) -> Rule {
        with_base!(
            self,
            record,
            Rule {
                table: self.relation_name(rule.table),
                event: rule.event,
                is_instead: rule.is_instead,
                condition: rule.condition.clone(),
                actions: rule.actions.clone(),
                enabled: rule.enabled,
            }
        )
    }

    pub(super) fn role(&self, record: &Record, role: &records::Role) -> Role {
        with_base!(
            self,
            record,
            Role {
                can_login: role.can_login,
                options: settings(&role.options),
                member_of: settings(&role.member_of),
                settings: settings(&role.settings),
            }
        )
    }

    pub(super) fn extension(&self, record: &Record, extension: &records::Extension) -> Extension {
        with_base!(
            self,
            record,
            Extension { version: extension.version.clone(), members: names(&extension.members) }
        )
    }

    pub(super) fn definition(&self, record: &Record, definition: &records::Definition) -> Definition {
        with_base!(
            self,
            record,
            Definition {
                kind: record.kind,
                arguments: argument_types(self.state, definition),
                parent: definition.parent.clone(),
                clauses: definition.clauses.clone(),
                changes: definition.changes.clone(),
            }
        )
    }

    pub(super) fn defaults(&self) -> Vec<DefaultPrivileges> {
        let mut defaults: Vec<_> = self.state.defaults.iter().collect();
        defaults.sort_by(|((role, schema, objects), _), ((other_role, other_schema, others), _)| {
            (schema, role, objects).cmp(&(other_schema, other_role, others))
        });
        defaults
            .into_iter()
            .map(|((role, schema, objects), said)| DefaultPrivileges {
                role: role.clone(),
                schema: schema.clone(),
                objects,
                granted: privileges(&said.granted),
                revoked: privileges(&said.revoked),
                place: self.place(said.statement),
            })
            .collect()
    }
}
