//! What a query, an expression or a routine's body refers to, as far as its tokens tell (`docs/model.md`).

use rustc_hash::FxHashMap as HashMap;

use super::catalog::is_reserved;
use super::mentions::name_in_string;
use super::reading::{Kind, Name, Outcome, Reader, string_of};
use super::reference_frames::{Frame, Wants};
use super::reference_words::{ends_from, is_grammar_type, is_no_routine, is_sequence_function, searches};
use super::schema::Text;

/// A name that something of the schema may have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Reference {
    /// `relation`, `routine` or `type`.
    pub(crate) kind: &'static str,
    pub(crate) name: Name,
    /// The number of a routine's arguments, if it can be told.
    pub(crate) count: Option<usize>,
}

/// A reference in a text.
#[derive(Debug, Clone)]
pub(crate) struct Located {
    pub(crate) reference: Reference,
    pub(crate) named: Named,
}

/// Where something is named: by a name, or by a string that holds one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    /// The first of the tokens.
    pub(crate) start: usize,
    /// What follows them.
    pub(crate) end: usize,
    /// Whether it is called where a relation stands.
    pub(crate) is_from: bool,
}

/// One pass over the tokens; parentheses are a stack, so that nothing recurs.
struct Scan<'a> {
    reader: Reader<'a>,
    found: Vec<Located>,
    frame: Frame<'a>,
    stack: Vec<Frame<'a>>,
    scope: HashMap<Text, usize>,
    before: &'a str,
}

impl<'a> Scan<'a> {
    fn run(mut self) -> Outcome<Vec<Located>> {
        while let Some(token) = self.reader.token(0) {
            match token.kind {
                Kind::Punctuation => self.sign(token.text),
                Kind::String => self.string(token.text),
                Kind::Word | Kind::Name => {
                    if self.frame.wants != Wants::Nothing {
                        self.wanted()?;
                    } else if token.kind == Kind::Word {
                        self.word(token.text)?;
                    } else {
                        self.name()?;
                    }
                }
                _ => {
                    if self.frame.wants == Wants::Relation {
                        self.frame.wants = Wants::Nothing;
                    }
                    self.reader.at += 1;
                    if token.kind == Kind::Operator {
                        let name = Name { schema: None, name: Text::new(token.text) };
                        self.add("operator", name, self.reader.at - 1);
                    }
                }
            }
            self.before = self.reader.text_before();
        }
        Ok(self.found)
    }

    /// Notes what the tokens before the next one refer to.
    fn add(&mut self, kind: &'static str, name: Name, start: usize) {
        self.add_counted(Reference { kind, name, count: None }, start);
    }

    fn add_counted(&mut self, reference: Reference, start: usize) {
        let named = Named { start, end: self.reader.at, is_from: false };
        self.found.push(Located { reference, named });
    }

    fn open(&mut self, opener: &'a str, routine: Option<(Name, Named)>, wants: Wants) {
        self.reader.at += 1;
        let frame = Frame::new(opener, routine, wants, self.reader.at);
        self.stack.push(std::mem::replace(&mut self.frame, frame));
    }

    fn forget(scope: &mut HashMap<Text, usize>, tables: &[Text]) {
        for name in tables {
            if let Some(count) = scope.get_mut(name) {
                *count = count.saturating_sub(1);
            }
        }
    }

    fn leave(&mut self) {
        let Some(outer) = self.stack.pop() else { return };
        let frame = std::mem::replace(&mut self.frame, outer);
        Self::forget(&mut self.scope, &frame.tables);
        if let Some((name, named)) = frame.routine {
            let count = if self.reader.at == frame.opened { 0 } else { frame.commas + 1 };
            let reference = Reference { kind: "routine", name, count: Some(count) };
            self.found.push(Located { reference, named });
        }
        if frame.opener == "with"
            && let Some(name) = self.frame.next_query.take()
        {
            self.define(name);
        }
    }

    fn define(&mut self, name: Text) {
        *self.scope.entry(name.clone()).or_insert(0) += 1;
        self.frame.tables.push(name);
    }

    fn sign(&mut self, text: &'a str) {
        match text {
            "(" => {
                if self.frame.next_query.is_some() && matches!(self.before, "as" | "materialized") {
                    self.open("with", None, Wants::Nothing);
                    return;
                }
                if std::mem::replace(&mut self.frame.wants, Wants::Nothing) == Wants::Relation {
                    let is_query = matches!(
                        self.reader.word(1),
                        "select" | "with" | "values" | "table" | "insert" | "update" | "delete"
                    );
                    self.open("", None, if is_query { Wants::Nothing } else { Wants::Relation });
                    return;
                }
                self.open(self.before, None, Wants::Nothing);
            }
            ")" => {
                self.leave();
                self.reader.at += 1;
            }
            _ => {
                self.reader.at += 1;
                match text {
                    "," => {
                        self.frame.commas += 1;
                        if self.frame.is_from {
                            self.frame.wants = Wants::Relation;
                        } else if self.frame.has_queries && self.frame.command.is_empty() {
                            self.frame.wants = Wants::Query;
                        }
                    }
                    ";" if self.stack.is_empty() => {
                        let frame = Frame::new("", None, Wants::Nothing, self.reader.at);
                        let frame = std::mem::replace(&mut self.frame, frame);
                        Self::forget(&mut self.scope, &frame.tables);
                    }
                    "::" => self.frame.wants = Wants::Type,
                    _ => {}
                }
            }
        }
    }

    fn string(&mut self, text: &str) {
        self.reader.at += 1;
        let cast = if self.reader.is_sign("::") { kind_in_string(&self.reader) } else { None };
        let kind = match cast {
            Some(kind) => kind,
            None if self.frame.opened != self.reader.at - 1 => return,
            None if is_sequence_function(self.frame.opener) => "relation",
            None if searches(self.frame.opener) && self.reader.is_sign(",") => "text_search_configuration",
            None => return,
        };
        if let Some((name, count)) = string_of(text).and_then(|value| name_in_string(&value)) {
            self.add_counted(Reference { kind, name, count }, self.reader.at - 1);
        }
    }

    fn wanted(&mut self) -> Outcome<()> {
        let word = self.reader.word(0);
        match self.frame.wants {
            Wants::Query => {
                if word == "recursive" && self.reader.is_name(1) && self.reader.word(1) != "as" {
                    self.frame.is_recursive = true;
                    self.reader.at += 1;
                }
                let name = self.reader.identifier()?;
                self.frame.wants = Wants::Nothing;
                if self.reader.is_group() {
                    self.reader.skip();
                }
                if self.reader.is_word("as") {
                    if self.frame.is_recursive {
                        self.define(name);
                    } else {
                        self.frame.next_query = Some(name);
                    }
                }
                return Ok(());
            }
            Wants::Type => {
                self.frame.wants = Wants::Nothing;
                return self.r#type();
            }
            Wants::Relation | Wants::Nothing => {}
        }
        if matches!(word, "only" | "lateral" | "if" | "exists" | "not" | "concurrently") {
            self.reader.at += 1;
            return Ok(());
        }
        self.frame.wants = Wants::Nothing;
        if word == "rows" && self.reader.word(1) == "from" {
            self.reader.at += 2;
            return Ok(());
        }
        if is_reserved(word) || matches!(word, "unnest" | "json_table" | "xmltable") {
            return self.word(word);
        }
        let start = self.reader.at;
        let (name, last, _) = self.parts()?;
        if self.reader.is_group() && self.frame.command != "insert" {
            self.call(name, last, Named { start, end: self.reader.at, is_from: true });
        } else {
            let is_query =
                name.schema.is_none() && self.scope.get(&name.name).is_some_and(|count| *count > 0);
            if !is_query {
                self.add("relation", name, start);
            }
        }
        self.alias();
        Ok(())
    }

    /// Goes past an alias with the names of columns, which looks as a call does.
    fn alias(&mut self) {
        let reader = &mut self.reader;
        if reader.take_word("as") {
            if reader.is_name(0) && !reader.is_sign_at(".", 1) {
                reader.at += 1;
            }
            if reader.is_group() {
                reader.skip();
            }
        } else if reader.is_name(0) && reader.is_sign_at("(", 1) && !is_no_routine(reader.word(0)) {
            reader.at += 1;
            reader.skip();
        }
    }

    /// A name, the text of its last token, and the number of its parts.
    fn parts(&mut self) -> Outcome<(Name, &'a str, usize)> {
        let start = self.reader.at;
        let name = self.reader.name()?;
        Ok((name, self.reader.text_before(), (self.reader.at - start).div_ceil(2)))
    }

    fn call(&mut self, name: Name, last: &'a str, named: Named) {
        let opener = last.strip_prefix('"').and_then(|inside| inside.strip_suffix('"')).unwrap_or(last);
        let is_system = match &name.schema {
            Some(schema) => schema == "pg_catalog",
            None => is_sequence_function(&name.name),
        };
        self.open(opener, if is_system { None } else { Some((name, named)) }, Wants::Nothing);
    }

    fn r#type(&mut self) -> Outcome<()> {
        self.reader.take_word("setof");
        let word = self.reader.word(0);
        if is_grammar_type(word) && !self.reader.is_sign_at(".", 1) {
            self.reader.at += 1;
            self.reader.take_any(&["precision", "varying", "character", "char"]);
            if word == "national" {
                self.reader.take_word("varying");
            }
        } else if self.reader.is_name(0) {
            let start = self.reader.at;
            let (name, ..) = self.parts()?;
            self.add("type", name, start);
        }
        if self.reader.is_group() {
            self.reader.skip();
        }
        Ok(())
    }

    fn word(&mut self, word: &'a str) -> Outcome<()> {
        if self.reader.is_sign_at(".", 1) {
            return self.name();
        }
        let at_start = std::mem::replace(&mut self.frame.at_start, false);
        self.reader.at += 1;
        let is_command =
            matches!(word, "select" | "insert" | "update" | "delete" | "merge" | "values" | "table");
        if is_command
            && (self.frame.command.is_empty()
                || at_start
                || matches!(self.before, ";" | "begin" | "then" | "else" | "loop" | "as"))
        {
            self.frame.command = word;
        }
        if matches!(word, "fetch" | "move") && at_start {
            self.frame.command = word;
        }
        let start = self.reader.at;
        if word == "operator" && self.reader.is_group() {
            let group = self.reader.group()?;
            return self.operator(group, start);
        }
        if word == "collate" && self.reader.is_name(0) {
            let name = self.reader.name()?;
            self.add("collation", name, start);
            return Ok(());
        }
        if ends_from(word) {
            self.frame.is_from = false;
        }
        self.clause(word);
        Ok(())
    }

    fn operator(&mut self, mut group: Reader<'_>, start: usize) -> Outcome<()> {
        let mut schema = None;
        while group.is_name(0) && group.is_sign_at(".", 1) {
            schema = Some(group.identifier()?);
            group.at += 1;
        }
        self.add("operator", Name { schema, name: Text::new(group.text(0)) }, start);
        Ok(())
    }

    fn clause(&mut self, word: &'a str) {
        let (frame, reader) = (&mut self.frame, &self.reader);
        match word {
            "from" => self.from(),
            "join" => (frame.wants, frame.is_from) = (Wants::Relation, true),
            "into" => {
                if matches!(self.before, "insert" | "merge") {
                    frame.command = self.before;
                    frame.wants = Wants::Relation;
                }
            }
            "update" => {
                let is_event = matches!(
                    self.before,
                    "for" | "key" | "on" | "do" | "or" | "before" | "after" | "of" | "then"
                );
                if !is_event && reader.word(0) != "of" {
                    frame.wants = Wants::Relation;
                }
            }
            "using" => {
                if matches!(frame.command, "delete" | "merge") && !reader.is_group() {
                    (frame.wants, frame.is_from) = (Wants::Relation, frame.command == "delete");
                } else if frame.command == "merge" {
                    frame.wants = Wants::Relation;
                }
            }
            "table" | "references" => {
                if reader.is_name(0) {
                    frame.wants = Wants::Relation;
                } else if reader.is_group() {
                    frame.wants = Wants::Nothing;
                }
            }
            "with" => self.with(),
            "as" => self.r#as(),
            _ => {
                let is_clause = word == "columns" && self.frame.has_columns();
                if reader.is_group() && !is_no_routine(word) && !is_clause {
                    if self.is_after_relation() {
                        self.reader.skip();
                        return;
                    }
                    let named = Named { start: reader.at - 1, end: reader.at, is_from: false };
                    self.call(Name { schema: None, name: Text::new(word) }, word, named);
                }
            }
        }
    }

    fn from(&mut self) {
        let frame = &mut self.frame;
        if matches!(frame.opener, "extract" | "substring" | "trim" | "overlay" | "position")
            && frame.command.is_empty()
        {
            return;
        }
        if self.before == "distinct" || matches!(frame.command, "fetch" | "move") {
            return;
        }
        (frame.wants, frame.is_from) = (Wants::Relation, frame.command != "delete");
    }

    fn with(&mut self) {
        let reader = &self.reader;
        let is_recursive = reader.word(0) == "recursive" && reader.is_name(1) && reader.word(1) != "as";
        let ahead = usize::from(is_recursive);
        if !reader.is_name(ahead) || self.before == ")" {
            return;
        }
        let mut following = *reader;
        following.at += ahead + 1;
        if following.is_group() {
            following.skip();
        }
        if !following.is_word("as") {
            return;
        }
        self.frame.has_queries = true;
        self.frame.is_recursive = false;
        self.frame.command = "";
        self.frame.wants = Wants::Query;
    }

    fn r#as(&mut self) {
        let (frame, reader) = (&mut self.frame, &mut self.reader);
        if matches!(frame.opener, "cast" | "treat") && frame.command.is_empty() {
            frame.wants = Wants::Type;
        } else if reader.is_name(0) && reader.is_sign_at("(", 1) && frame.is_from {
            // The columns of an alias, perhaps with their types.
            reader.at += 1;
            reader.skip();
        }
    }

    /// Reads a quoted or qualified name: that of a routine, if it is called.
    fn name(&mut self) -> Outcome<()> {
        let start = self.reader.at;
        let parts = self.parts();
        self.frame.at_start = false;
        let (name, last, count) = parts?;
        if self.reader.is_group() && count < 3 {
            if self.is_after_relation() {
                self.reader.skip();
            } else {
                self.call(name, last, Named { start, end: self.reader.at, is_from: false });
            }
        }
        Ok(())
    }

    /// Whether a name is the alias of what is in the parentheses before it.
    fn is_after_relation(&self) -> bool {
        self.frame.is_from && self.before == ")"
    }
}

/// What the string before the next token names, if it is cast to a type of names.
fn kind_in_string(reader: &Reader<'_>) -> Option<&'static str> {
    let is_catalog = reader.word(1) == "pg_catalog" && reader.is_sign_at(".", 2);
    match reader.word(if is_catalog { 3 } else { 1 }) {
        "regclass" => Some("relation"),
        "regproc" | "regprocedure" => Some("routine"),
        "regtype" => Some("type"),
        "regconfig" => Some("text_search_configuration"),
        "regdictionary" => Some("text_search_dictionary"),
        "regcollation" => Some("collation"),
        _ => None,
    }
}

/// Whether something is named by a string that is read as a name at run time only, as `'…'::text` is.
pub(crate) fn is_read_late(reader: &Reader<'_>, named: Named) -> bool {
    let is_string = reader.token_at(named.start).is_some_and(|token| token.kind == Kind::String);
    let rest = reader.part(named.end, reader.end);
    is_string && rest.is_sign("::") && kind_in_string(&rest).is_none()
}

/// What the tokens that are left refer to, in their order; what is named twice, twice. `own` is a name that
/// means no relation.
pub(crate) fn located_references(reader: &Reader<'_>, own: Option<&Text>) -> Outcome<Vec<Located>> {
    if let [only] = reader.rest()
        && matches!(only.kind, Kind::Number | Kind::String)
    {
        return Ok(Vec::new());
    }
    let frame = Frame::new("", None, Wants::Nothing, reader.at);
    let scan = Scan {
        reader: *reader,
        found: Vec::new(),
        frame,
        stack: Vec::new(),
        scope: own.map(|own| (own.clone(), 1)).into_iter().collect(),
        before: "",
    };
    scan.run()
}
