"""The models of packaged applications' schemas are what a server has after loading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sql.corpora import FOLDERS

from .comparing import agreed, compared

if TYPE_CHECKING:
    from .conftest import Postgres

#: Files of the corpus ``schemas`` that a server loads from the first statement to the last, and which make
#: nothing by code that they run.
SCHEMAS = (
    "ejabberd/usr/share/ejabberd/sql/pg.new.sql",
    "ejabberd/usr/share/ejabberd/sql/pg.sql",
    "freeradius-config/etc/freeradius/3.0/mods-config/sql/main/postgresql/schema.sql",
    "goiardi/usr/share/goiardi/sql-files/sql-files/goiardi-schema-postgres.sql",
    "icinga2-ido-pgsql/usr/share/dbconfig-common/data/icinga2-ido-pgsql/install/pgsql",
    "icingaweb2/usr/share/icingaweb2/schema/pgsql.schema.sql",
    "icingaweb2-module-director/usr/share/icingaweb2/modules/director/schema/pgsql.sql",
    "icingaweb2-module-reporting/usr/share/icingaweb2/modules/reporting/schema/pgsql.schema.sql",
    "icingaweb2-module-x509/usr/share/icingaweb2/modules/x509/schema/pgsql.schema.sql",
    "jabberd2/usr/share/doc/jabberd2/db-setup.pgsql",
    "kea-admin/usr/share/kea/scripts/pgsql/dhcpdb_create.pgsql",
    "libchado-perl/usr/share/gmod/chado/modules/default_nofuncs.sql",
    "liblemonldap-ng-common-perl/usr/share/lemonldap-ng/ressources/sessions.pg.sql",
    "libmail-dmarc-perl/usr/share/perl5/auto/share/dist/Mail-DMARC/mail_dmarc_schema.pgsql",
    "oar-server/usr/lib/oar/database/pg_structure.sql",
    "osmosis/usr/share/doc/osmosis/examples/contrib/apidb_0.6.sql",
    "pdns-backend-pgsql/usr/share/pdns-backend-pgsql/schema/schema.pgsql.sql",
    "roundcube-core/usr/share/dbconfig-common/data/roundcube/install/pgsql",
    "spamassassin/usr/share/doc/spamassassin/sql/bayes_pg.sql",
    "sql-ledger/usr/share/sql-ledger/sql/Pg-tables.sql",
    "tryton-server/usr/lib/python3/dist-packages/trytond/backend/postgresql/init.sql",
    "ulogd2/usr/share/doc/ulogd2/pgsql-ulogd2-flat.sql",
    "zabbix-server-pgsql/usr/share/zabbix-server-pgsql/schema.sql",
)

#: Those with extensions that only the packages of the older server bring.
WITH_EXTENSIONS = ("goiardi", "osmosis")

FOLDER = FOLDERS["schemas"]


@pytest.mark.skipif(FOLDER is None, reason="the corpus 'schemas' is not here: run `make corpora`")
@pytest.mark.parametrize(
    ("postgres", "file"),
    [
        pytest.param(version, file, id=f"{file.partition('/')[0]}-{version}")
        for version in (18, 15)
        for file in SCHEMAS
        if version == 15 or not file.startswith(WITH_EXTENSIONS)
    ],
    indirect=["postgres"],
)
def test_the_model_of_a_packaged_schema_is_what_a_server_has(postgres: Postgres, file: str) -> None:
    assert FOLDER is not None
    text = (FOLDER / file).read_text(encoding="utf-8")
    model = agreed(text)
    known_roles = postgres.roles()
    postgres.server.create_database("packaged")
    postgres.server.load("packaged", text)
    with postgres.server.connect("packaged") as connection:
        found = compared(model, connection, known_roles=known_roles)
        connection.rollback()
    assert not found, "\n".join(found)
