//! Objects of the state as the structs of the model.

use std::borrow::Cow;

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

fn settings(settings: &Settings) -> Vec<Setting<'_>> {
    settings.iter().map(|(name, value)| Setting { name, value: value.as_deref() }).collect()
}

fn privileges(acl: &Acl) -> Vec<Privilege<'_>> {
    acl.iter()
        .map(|((grantee, privilege), is_grantable)| Privilege {
            grantee: grantee.as_deref(),
            privilege,
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
            schema: $record.schema.as_deref(),
            name: &$record.name,
            owner: $record.owner.as_deref(),
            comment: $record.comment.as_deref(),
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

impl<'a> Encoder<'a> {
    pub(super) fn place(&self, statement: Option<u32>) -> Option<Place<'a>> {
        self.places.of(statement)
    }

    fn name(&self, id: Id) -> QualifiedName<'a> {
        let record = self.state.record(id);
        QualifiedName { schema: record.schema.as_deref(), name: &record.name }
    }

    fn written(&self, id: Option<Id>, name: Option<&'a Name>) -> QualifiedName<'a> {
        match (id, name) {
            (Some(id), _) => self.name(id),
            (None, Some(name)) => QualifiedName { schema: name.schema.as_deref(), name: &name.name },
            (None, None) => QualifiedName::default(),
        }
    }

    fn keys(keys: &[records::Key]) -> Vec<IndexKey<'_>> {
        let one = |key| IndexKey {
            expression: key_text(key),
            is_column: key.column.is_some(),
            collation: key.collation.as_deref(),
            operator_class: key.operator_class.as_deref(),
            is_descending: key.is_descending,
            nulls_first: key.nulls_first,
            operator: key.operator.as_deref(),
        };
        keys.iter().map(one).collect()
    }

    fn column(&self, column: &'a records::Column) -> Column<'a> {
        let sequence = column.default_sequence.map(|sequence| self.state.record(sequence));
        let default = if let Some(sequence) = sequence.filter(|sequence| !sequence.is_dropped) {
            Some(Cow::Owned(format!("nextval('{}'::regclass)", qualified(sequence).replace('\'', "''"))))
        } else {
            let found = self.state.type_ref(column.r#type);
            let default = column.default.as_deref();
            default.filter(|default| !self.state.is_no_default(default, found)).map(Cow::Borrowed)
        };
        Column {
            name: &column.name,
            r#type: self.state.spelt(column.r#type, true),
            collation: column.collation.as_deref(),
            is_not_null: column.is_not_null,
            default,
            identity: column.identity,
            generated: column.generated.as_deref(),
            is_virtual: column.is_virtual,
            storage: column.storage.as_deref(),
            compression: column.compression.as_deref(),
            statistics: column.statistics,
            options: settings(&column.options),
            is_inherited: column.inherited > 0,
            is_local: column.is_local,
            comment: column.comment.as_deref(),
            privileges: column.privileges.as_ref().map(privileges),
        }
    }

    fn constraint(&self, made: &'a records::Constraint) -> Constraint<'a> {
        let is_key = made.kind == "foreign_key";
        Constraint {
            name: &made.name,
            kind: made.kind,
            columns: &made.columns,
            expression: made.expression.as_deref(),
            references: is_key.then(|| self.written(made.referenced, made.referenced_name.as_ref())),
            referenced_columns: &made.referenced_columns,
            r#match: made.r#match,
            on_delete: made.on_delete,
            on_update: made.on_update,
            on_delete_columns: &made.on_delete_columns,
            keys: Self::keys(&made.keys),
            method: made.method.as_deref(),
            include: &made.include,
            r#where: made.r#where.as_deref(),
            nulls_not_distinct: made.nulls_not_distinct,
            is_period: made.is_period,
            options: settings(&made.options),
            tablespace: made.tablespace.as_deref(),
            is_deferrable: made.is_deferrable,
            is_deferred: made.is_deferred,
            is_valid: made.is_valid,
            is_enforced: made.is_enforced,
            is_inheritable: made.is_inheritable,
            is_inherited: made.inherited > 0,
            is_local: made.is_local,
            comment: made.comment.as_deref(),
            index_comment: made.index.and_then(|index| self.state.record(index).comment.as_deref()),
            place: self.place(made.statement),
        }
    }

    fn constraints(&self, made: &'a Named<records::Constraint>) -> Vec<Constraint<'a>> {
        let mut sorted: Vec<_> = made.iter().collect();
        sorted.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        sorted.into_iter().map(|made| self.constraint(made)).collect()
    }

    fn relation_name(&self, id: Id) -> &'a str {
        &self.state.record(id).name
    }

    pub(super) fn schema(&self, record: &'a Record) -> Schema<'a> {
        with_base!(self, record, Schema {})
    }

    pub(super) fn table(&self, record: &'a Record, table: &'a records::Table) -> Table<'a> {
        let partition_of = match (&table.bound, table.parents.first()) {
            (Some(bound), Some(parent)) => Some(PartitionOf { parent: self.name(*parent), bound }),
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
                partition_by: table.partition_by.as_deref(),
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
                    ReplicaIdentity::Default => "default",
                    ReplicaIdentity::Full => "full",
                    ReplicaIdentity::Nothing => "nothing",
                    ReplicaIdentity::Index(index) => self.relation_name(index),
                },
                clustered_on: relation.clustered_on.map(|index| self.relation_name(index)),
                access_method: relation.access_method.as_deref(),
                tablespace: relation.tablespace.as_deref(),
                options: settings(&relation.options),
                server: table.server.as_deref(),
            }
        )
    }

    pub(super) fn index(&self, record: &'a Record, index: &'a records::Index) -> Index<'a> {
        let table = self.state.record(index.table);
        let made = with_base!(
            self,
            record,
            Index {
                table: &table.name,
                keys: Self::keys(&index.keys),
                method: &index.method,
                is_unique: index.is_unique,
                nulls_not_distinct: index.nulls_not_distinct,
                include: &index.include,
                r#where: index.r#where.as_deref(),
                is_only: index.is_only,
                parent: index.parent.map(|parent| self.name(parent)),
                options: settings(&index.options),
                tablespace: index.tablespace.as_deref(),
                statistics: settings(&index.statistics),
            }
        );
        Index { owner: table.owner.as_deref(), ..made }
    }

    pub(super) fn sequence(&self, record: &'a Record, sequence: &'a records::Sequence) -> Sequence<'a> {
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
                owned_by_column: column.map(|column| column.name.as_str()),
                is_identity: sequence.is_identity,
            }
        )
    }

    pub(super) fn view(&self, record: &'a Record, view: &'a records::View) -> View<'a> {
        let comments =
            view.column_comments.iter().map(|(name, comment)| Setting { name, value: Some(comment) });
        let by_column = view.column_privileges.iter().map(|(name, acl)| (name.as_str(), privileges(acl)));
        let relation = &view.relation;
        with_base!(
            self,
            record,
            View {
                query: &view.query,
                columns: &view.columns,
                is_materialized: record.kind == "materialized_view",
                is_recursive: view.is_recursive,
                persistence: relation.persistence,
                check_option: view.check_option.as_deref(),
                has_data: !view.has_no_data,
                access_method: relation.access_method.as_deref(),
                tablespace: relation.tablespace.as_deref(),
                clustered_on: relation.clustered_on.map(|index| self.relation_name(index)),
                options: settings(&relation.options),
                column_settings: settings(&view.column_settings),
                column_comments: comments.collect(),
                column_privileges: by_column.collect(),
            }
        )
    }

    pub(super) fn r#type(&self, record: &'a Record, found: &'a records::Type) -> Type<'a> {
        let attributes = found.attributes.iter().map(|attribute| Attribute {
            name: &attribute.name,
            r#type: self.state.spelt(attribute.r#type, true),
            collation: attribute.collation.as_deref(),
            comment: attribute.comment.as_deref(),
        });
        with_base!(
            self,
            record,
            Type {
                kind: found.form,
                labels: &found.labels,
                attributes: attributes.collect(),
                options: settings(&found.options),
            }
        )
    }

    pub(super) fn domain(&self, record: &'a Record, domain: &'a records::Domain) -> Domain<'a> {
        with_base!(
            self,
            record,
            Domain {
                r#type: self.state.spelt(domain.r#type, true),
                collation: domain.collation.as_deref(),
                is_not_null: domain.is_not_null,
                default: domain.default.as_deref().filter(|default| {
                    !self.state.is_no_default(default, self.state.type_ref(domain.r#type))
                }),
                constraints: self.constraints(&domain.constraints),
            }
        )
    }

    fn arguments(&self, parameters: &'a [Parameter]) -> Vec<Argument<'a>> {
        let one = |parameter: &'a Parameter| Argument {
            name: parameter.name.as_deref(),
            mode: parameter.mode,
            r#type: self.state.spelt(parameter.r#type, false),
            default: parameter.default.as_deref(),
        };
        parameters.iter().map(one).collect()
    }

    pub(super) fn routine(&self, record: &'a Record, routine: &'a records::Routine) -> Routine<'a> {
        with_base!(
            self,
            record,
            Routine {
                is_procedure: record.kind == "procedure",
                arguments: self.arguments(&routine.parameters),
                returns: routine.returns.map(|returns| self.state.spelt(returns, false)),
                returns_set: routine.returns_set,
                language: &routine.language,
                body: routine.body.as_deref(),
                library: routine.library.as_deref(),
                sql_body: routine.sql_body.as_deref(),
                volatility: routine.volatility,
                is_strict: routine.is_strict,
                is_security_definer: routine.is_security_definer,
                is_leakproof: routine.is_leakproof,
                is_window: routine.is_window,
                parallel: &routine.parallel,
                cost: routine.cost.as_deref(),
                rows: routine.rows.as_deref(),
                support: routine.support.as_deref(),
                transforms: routine.transforms.iter().map(|found| self.state.spelt(*found, false)).collect(),
                settings: settings(&routine.settings),
                depends_on: names(&routine.depends_on),
            }
        )
    }

    pub(super) fn aggregate(&self, record: &'a Record, routine: &'a records::Routine) -> Aggregate<'a> {
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

    pub(super) fn trigger(&self, record: &'a Record, trigger: &'a records::Trigger) -> Trigger<'a> {
        let parent = trigger.parent.and_then(|parent| self.state.trigger(parent)?.table);
        let referenced = trigger.referenced_name.as_ref();
        with_base!(
            self,
            record,
            Trigger {
                table: trigger.table.map(|table| self.relation_name(table)).unwrap_or_default(),
                timing: trigger.timing,
                events: &trigger.events,
                update_columns: &trigger.update_columns,
                is_for_each_row: trigger.is_for_each_row,
                when: trigger.when.as_deref(),
                function: self.written(trigger.function, trigger.function_name.as_ref()),
                arguments: &trigger.arguments,
                is_constraint: trigger.is_constraint,
                references: referenced.map(|name| self.written(trigger.referenced, Some(name))),
                is_deferrable: trigger.is_deferrable,
                is_deferred: trigger.is_deferred,
                old_table: trigger.old_table.as_deref(),
                new_table: trigger.new_table.as_deref(),
                enabled: trigger.enabled,
                parent: parent.map(|parent| self.name(parent)),
                depends_on: names(&trigger.depends_on),
            }
        )
    }

    pub(super) fn event_trigger(
        &self,
        record: &'a Record,
        trigger: &'a records::Trigger,
    ) -> EventTrigger<'a> {
        with_base!(
            self,
            record,
            EventTrigger {
                event: &trigger.event,
                tags: &trigger.tags,
                function: self.written(trigger.function, trigger.function_name.as_ref()),
                enabled: trigger.enabled,
            }
        )
    }

    pub(super) fn policy(&self, record: &'a Record, policy: &'a records::Policy) -> Policy<'a> {
        with_base!(
            self,
            record,
            Policy {
                table: self.relation_name(policy.table),
                is_permissive: !policy.is_restrictive,
                command: policy.command,
                roles: &policy.roles,
                using: policy.using.as_deref(),
                check: policy.check.as_deref(),
            }
        )
    }

    pub(super) fn rule(&self, record: &'a Record, rule: &'a records::Rule) -> Rule<'a> {
        with_base!(
            self,
            record,
            Rule {
                table: self.relation_name(rule.table),
                event: rule.event,
                is_instead: rule.is_instead,
                condition: rule.condition.as_deref(),
                actions: &rule.actions,
                enabled: rule.enabled,
            }
        )
    }

    pub(super) fn role(&self, record: &'a Record, role: &'a records::Role) -> Role<'a> {
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

    pub(super) fn extension(&self, record: &'a Record, extension: &'a records::Extension) -> Extension<'a> {
        with_base!(
            self,
            record,
            Extension { version: extension.version.as_deref(), members: names(&extension.members) }
        )
    }

    pub(super) fn definition(
        &self,
        record: &'a Record,
        definition: &'a records::Definition,
    ) -> Definition<'a> {
        with_base!(
            self,
            record,
            Definition {
                kind: record.kind,
                arguments: argument_types(self.state, definition),
                parent: definition.parent.as_deref(),
                clauses: &definition.clauses,
                changes: &definition.changes,
            }
        )
    }

    pub(super) fn defaults(&self) -> Vec<DefaultPrivileges<'a>> {
        let mut defaults: Vec<_> = self.state.defaults.iter().collect();
        defaults.sort_by(|((role, schema, objects), _), ((other_role, other_schema, others), _)| {
            (schema, role, objects).cmp(&(other_schema, other_role, others))
        });
        defaults
            .into_iter()
            .map(|((role, schema, objects), said)| DefaultPrivileges {
                role: role.as_deref(),
                schema: schema.as_deref(),
                objects,
                granted: privileges(&said.granted),
                revoked: privileges(&said.revoked),
                place: self.place(said.statement),
            })
            .collect()
    }
}
