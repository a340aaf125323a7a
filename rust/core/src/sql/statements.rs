//! A text as its statements, named and placed.

use std::borrow::Cow;

use super::names::{Name, name_statement};
use super::normalize::{fingerprint, normalize_named};
use super::open::OpenConstruct;
use super::split::{Extent, Span, SpanKind, Split, split};

/// A statement of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Where it stands.
    pub extent: Extent,
    /// Its line, from 1.
    pub line: u64,
    /// Its column, in characters from 1.
    pub column: u64,
    /// What it is called.
    pub name: Name,
    /// The SHA-256 of its normalised text, in lowercase hexadecimal digits, if it was asked for.
    pub fingerprint: Option<String>,
}

/// A text of which every byte is accounted for.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// The statements in their order.
    pub statements: Vec<Statement>,
    /// All bytes in their order.
    pub spans: Vec<Span>,
    /// What is left open.
    pub open: Option<OpenConstruct>,
}

impl Account {
    /// The number of bytes in each kind of span, in the order of [`SpanKind::ALL`].
    #[must_use]
    pub fn sizes(&self) -> [u64; 5] {
        SpanKind::ALL.map(|kind| {
            let spans = self.spans.iter().filter(|span| span.kind == kind);
            spans.map(|span| (span.end - span.start) as u64).sum()
        })
    }
}

/// Accounts for a text of UTF-8, which may start with a byte order mark.
#[must_use]
pub fn account(text: &[u8], with_fingerprints: bool) -> Account {
    let Split { statements, spans, open } = split(text, |extent, spans| {
        let words = tokens_text(text, extent, spans);
        let name = name_statement(&words);
        let fingerprint = with_fingerprints.then(|| fingerprint(&normalize_named(&words, name.kind)));
        let (line, column) = spans.first().map_or((1, 1), |span| (span.line, span.column));
        Statement { extent, line, column, name, fingerprint }
    });
    Account { statements, spans, open }
}

/// The normalised texts of a text's statements.
#[must_use]
pub fn normalize_statements(text: &[u8]) -> Vec<String> {
    let normalized = |extent, spans: &[Span]| {
        let words = tokens_text(text, extent, spans);
        normalize_named(&words, name_statement(&words).kind)
    };
    split(text, normalized).statements
}

/// A statement's text without terminator and interruptions, and where it starts.
#[derive(Debug)]
pub(crate) struct StatementText<'a> {
    pub(crate) text: Cow<'a, [u8]>,
    pub(crate) line: u64,
    pub(crate) column: u64,
}

/// The statements of a text.
pub(crate) fn statement_texts(text: &[u8]) -> Vec<StatementText<'_>> {
    let statement = |extent, spans: &[Span]| {
        let (line, column) = spans.first().map_or((1, 1), |span| (span.line, span.column));
        StatementText { text: tokens_text(text, extent, spans), line, column }
    };
    split(text, statement).statements
}

/// The text of a statement, of which the spans are given, without its terminator and what interrupts it.
fn tokens_text<'a>(text: &'a [u8], extent: Extent, spans: &[Span]) -> Cow<'a, [u8]> {
    if spans.first().is_none_or(|first| first.end >= extent.tokens_end) {
        return Cow::Borrowed(&text[extent.start..extent.tokens_end]);
    }
    let mut words = Vec::with_capacity(extent.tokens_end - extent.start);
    for span in spans.iter().take_while(|span| span.start < extent.tokens_end) {
        match span.kind {
            SpanKind::Statement => {
                words.extend_from_slice(&text[span.start..span.end.min(extent.tokens_end)]);
            }
            SpanKind::Psql => words.push(b' '),
            _ => {}
        }
    }
    Cow::Owned(words)
}

#[cfg(test)]
mod tests {
    use compact_str::CompactString;
    use proptest::prelude::*;

    use super::super::open::Place;
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        let account = account(text.as_bytes(), false);
        account
            .statements
            .iter()
            .map(|statement| &text[statement.extent.start..statement.extent.end])
            .collect()
    }

    fn kinds(text: &str) -> Vec<&'static str> {
        let account = account(text.as_bytes(), false);
        account.statements.iter().map(|statement| statement.name.kind.unwrap_or("?")).collect()
    }

    /// The objects of the only statement, with a space between what they consist of.
    fn objects(text: &str) -> Vec<String> {
        let account = account(text.as_bytes(), false);
        let shown = |part: &Option<CompactString>| part.clone().unwrap_or_else(|| "-".into());
        let one = |object: &super::super::Object| {
            let arguments = object.arguments.as_ref().map_or("-".into(), |types| types.join(","));
            let parts = [&object.schema, &object.name, &object.parent].map(shown);
            format!("{} {} {} {arguments}", object.kind, parts[..2].join("."), parts[2])
        };
        account.statements.iter().flat_map(|statement| statement.name.objects.iter().map(one)).collect()
    }

    #[test]
    fn statements_end_where_the_server_and_psql_end_them() {
        assert_eq!(texts(" SELECT 1 ; -- a\n;; SELECT 2 -- b\n"), ["SELECT 1 ;", "SELECT 2"]);
        assert_eq!(
            texts("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); a"),
            ["CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);", "a"]
        );
        let body = "create or replace function begin() begin atomic select case when a then b end as end; \
                    create function f() begin atomic end; select 1; end;";
        assert_eq!(texts(&format!("{body}{body}")), [body, body]);
        assert_eq!(texts("SELECT 1\\; SELECT 2 \\g x\nSELECT 3"), ["SELECT 1\\;", "SELECT 2", "SELECT 3"]);
        assert_eq!(texts("a\\; b \\r c\nd"), ["d"]);
        assert_eq!(
            texts("COPY a FROM STDIN; COPY b FROM STDIN; SELECT 'x\nD;\n\\.\nD'\n\\.\ny'; SELECT 2;"),
            ["COPY a FROM STDIN;", "COPY b FROM STDIN;", "SELECT 'x\nD;\n\\.\nD'\n\\.\ny';", "SELECT 2;"]
        );
    }

    #[test]
    fn first_words_make_kinds() {
        for (text, kind) in [
            ("create table if (a int)", "CREATE TABLE"),
            ("CREATE TEMP TABLE IF NOT EXISTS t /* a */ (a) AS SELECT 1", "CREATE TABLE AS"),
            ("CREATE TABLE t (a int GENERATED ALWAYS AS (b) STORED)", "CREATE TABLE"),
            ("select a.into, b as into from t", "SELECT"),
            ("select a into b", "SELECT INTO"),
            ("((SELECT 1) UNION SELECT 2)", "SELECT"),
            ("WITH insert AS (DELETE FROM t), b(c) AS (SELECT 1) UPDATE t SET a = 1", "UPDATE"),
            ("GRANT a TO b", "GRANT ROLE"),
            ("REVOKE ADMIN OPTION FOR a FROM b", "REVOKE ROLE"),
            ("GRANT SELECT (a) ON t TO b", "GRANT"),
            ("CREATE UNIQUE INDEX ON t (a)", "CREATE INDEX"),
            ("CREATE CONSTRAINT TRIGGER t AFTER INSERT ON a", "CREATE TRIGGER"),
            ("ALTER SYSTEM SET a = 1", "ALTER SYSTEM"),
            ("\\echo a\nVALUES (1)", "SELECT"),
            ("WITH RECURSIVE x(n) AS (SELECT 1) CYCLE n SET delete USING merge SELECT 1", "SELECT"),
            (
                "WITH RECURSIVE x(n) AS (SELECT 1) CYCLE n SET c TO interval(3) '1' DEFAULT interval '1' \
                 second(3) USING p INSERT INTO t SELECT 1",
                "INSERT",
            ),
            ("nonsense", "?"),
        ] {
            assert_eq!(kinds(text), [kind], "{text}");
        }
    }

    #[test]
    fn objects_are_found_where_they_stand() {
        for (text, expected) in [
            ("CREATE TABLE App.\"My \"\"T\" (a int)", "table app.My \"T - -"),
            ("CREATE TABLE U&\"d!0061t\" UESCAPE '!' (a int)", "table -.dat - -"),
            ("CREATE INDEX i ON ONLY s.t (a)", "index s.i t -"),
            ("CREATE INDEX ON t (a)", "index -.- t -"),
            ("CREATE TRIGGER a BEFORE UPDATE OF x, y ON s.t EXECUTE FUNCTION f()", "trigger s.a t -"),
            ("CREATE RULE r AS ON INSERT TO s.t DO NOTHING", "rule s.r t -"),
            (
                "CREATE FUNCTION s.f(a int, OUT b text, VARIADIC c varchar(10)[] = '{}', double precision)",
                "function s.f - integer,character varying[],double precision",
            ),
            ("DROP FUNCTION f", "function -.f - -"),
            ("COMMENT ON AGGREGATE a(*) IS ''", "aggregate -.a - "),
            ("CREATE AGGREGATE a (BASETYPE = int4, SFUNC = f)", "aggregate -.a - integer"),
            (
                "CREATE AGGREGATE a (float8 ORDER BY anyelement)",
                "aggregate -.a - double precision,anyelement",
            ),
            ("CREATE OPERATOR s.=== (LEFTARG = int, PROCEDURE = f)", "operator s.=== - integer,none"),
            ("DROP OPERATOR ! (NONE, bool)", "operator -.! - none,boolean"),
            ("CREATE CAST (int8 AS pg_catalog.text) WITHOUT FUNCTION", "cast -.- - bigint,text"),
            ("CREATE TRANSFORM FOR hstore LANGUAGE plperl (x)", "transform -.plperl - hstore"),
            ("COMMENT ON COLUMN s.t.c IS 'x'", "column s.c t -"),
            ("COMMENT ON CONSTRAINT c ON DOMAIN d IS 'x'", "constraint -.c d -"),
            ("CREATE USER MAPPING FOR u SERVER s", "user_mapping -.u s -"),
            ("CREATE SCHEMA AUTHORIZATION joe", "schema -.joe - -"),
            ("GRANT EXECUTE ON FUNCTION f(int4) TO r", "function -.f - integer"),
            ("SET LOCAL search_path TO a", "setting -.search_path - -"),
            ("SET TIME ZONE 'UTC'", "setting -.timezone - -"),
            ("CREATE TABLE :schema.t (a int)", "table :schema.t - -"),
            ("CREATE OPERATOR CLASS o FOR TYPE t USING btree AS STORAGE t", "operator_class -.o btree -"),
            ("CREATE USER mapping", "role -.mapping - -"),
            ("SET session = 1", "setting -.session - -"),
            ("PREPARE transaction AS SELECT 1", "prepared_statement -.transaction - -"),
            ("PREPARE TRANSACTION 'a'", "prepared_transaction -.a - -"),
            ("DELETE FROM ONLY (a.t)", "table a.t - -"),
            (
                "DROP FUNCTION f(float(3), \"text\", \"char\", pg_catalog.char)",
                "function -.f - real,text,\"char\",\"char\"",
            ),
            ("IMPORT FOREIGN SCHEMA a FROM SERVER b INTO c", "schema -.c - -"),
        ] {
            assert_eq!(objects(text), [expected], "{text}");
        }
        assert_eq!(objects("DROP TABLE a, s.b CASCADE"), ["table -.a - -", "table s.b - -"]);
        assert_eq!(objects("GRANT a, b TO c"), ["role -.a - -", "role -.b - -"]);
        assert_eq!(
            objects("ALTER DEFAULT PRIVILEGES FOR ROLE a, b IN SCHEMA s, u GRANT SELECT ON TABLES TO c"),
            ["default_privileges s.- - a,b", "default_privileges u.- - -"]
        );
    }

    #[test]
    fn texts_that_mean_the_same_are_normalised_alike() {
        for (text, normalized) in [
            ("SELECT  A.\"b\" /* c */ FROM \"T\";", "select a . b from \"T\""),
            (
                "SELECT E'it\\'s', 'it''s', $a$it's$a$, U&'it\\0027s'",
                "select 'it''s' , 'it''s' , 'it''s' , 'it''s'",
            ),
            ("SELECT 'a'\n'b', B'01', N'x', X'1F' ", "select 'ab' , b'01' , n'x' , x'1F'"),
            ("SELECT a!= -1, 1.E5, 0X1F, a::int[1:2]", "select a <> - 1 , 1.e5 , 0x1f , a :: int [ 1 : 2 ]"),
            ("SELECT U&'a!0062' UESCAPE '!'", "select 'ab'"),
            ("SELECT E'\\xff'", "select E'\\xff'"),
            ("DO $$ BEGIN -- a\n PERFORM 1; END $$", "do 'begin perform 1 ; end'"),
            (
                "CREATE FUNCTION f() RETURNS int LANGUAGE 'SQL' AS 'SELECT  1'",
                "create function f ( ) returns int language 'SQL' as 'select 1'",
            ),
            (
                "CREATE FUNCTION f() RETURNS int LANGUAGE C AS 'a  b', 'c'",
                "create function f ( ) returns int language c as 'a  b' , 'c'",
            ),
        ] {
            assert_eq!(normalize_statements(text.as_bytes()), [normalized], "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_byte_is_in_exactly_one_span(
            tokens in prop::collection::vec(
                prop::sample::select(vec![
                    "'", "\"", "$$", "$a$", "E'", "U&\"", "\\", "\\\\", "\\.\n", "\n", "--", "/*", "*/", ";", "\\;", "(", ")",
                    "[", " ", "copy t from stdin", "\\copy t from stdin\n", "\\g", "\\r", "\\i a", ":", ":a", "1", "é",
                    "create function f() ", "begin atomic ", "end", "select ", "\u{feff}", ".", "+", "with a as ", "grant ",
                    "alter default privileges ", "comment on ", "language sql as ", "uescape '!'", "aggregate ", ",",
                ]),
                0..40,
            ),
        ) {
            let text = tokens.concat();
            let account = account(text.as_bytes(), true);
            let mut end = 0;
            for span in &account.spans {
                prop_assert_eq!(span.start, end);
                prop_assert!(span.end > span.start);
                let content = text.strip_prefix('\u{feff}').unwrap_or(&text).as_bytes();
                let mark = text.len() - content.len();
                let place = Place::default().after(&content[..span.start.saturating_sub(mark)]);
                prop_assert_eq!((span.line, span.column), (place.line(), place.column()));
                end = span.end;
            }
            prop_assert_eq!(end, text.len());
            prop_assert_eq!(account.sizes().iter().sum::<u64>(), text.len() as u64);
            for (index, statement) in account.statements.iter().enumerate() {
                let first = account.spans.iter().find(|span| span.statement == Some(index));
                let first = first.map(|span| (span.start, span.line, span.column));
                prop_assert_eq!(first, Some((statement.extent.start, statement.line, statement.column)));
            }
            let lexical = super::super::find_open_construct(text.trim_start_matches('\u{feff}').as_bytes());
            if let Some(lexical) = lexical {
                prop_assert_eq!(account.open.map(|open| open.kind), Some(lexical.kind));
            }
        }
    }
}
