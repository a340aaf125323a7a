//! Reading templates with minijinja, and what both engines refuse to read.

use minijinja::machinery::ast::{BinOpKind, CallArg, CompareOpKind, Expr, Spanned, Stmt, UnaryOpKind};
use minijinja::machinery::{Span, WhitespaceConfig, parse};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::ValueKind;

use super::places::{first_offset, negations, path};
use super::syntax::{
    Arguments, Arithmetic, Call, Comparison, Expression, Filter, For, Kind, Statement, Target, Template, What,
};
use super::tokens;
use super::values::Refusal;

/// A template's length in characters.
pub(super) const LONGEST: usize = 1_000_000;

/// How deep what is read may be nested.
const DEEPEST: usize = 100;

/// A text that minijinja reads, and drops what it read, on any stack.
const SHORT: usize = 8_192;

/// The stack for longer ones: what a character is read to takes less to drop.
const STACK: usize = 1 << 20;
const STACK_PER_BYTE: usize = 400;

/// Reads a template.
///
/// # Errors
///
/// It breaks the grammar, is too long or nested too deep, or has an escape that Python reads otherwise.
pub fn read(text: &str) -> Result<Template, Refusal> {
    if text.len() > LONGEST && text.chars().count() > LONGEST {
        return Err(Refusal { line: 1, ..Refusal::bare("length") });
    }
    if text.len() <= SHORT {
        return read_here(text);
    }
    // A long row of operators is read to a tree as deep as it is long, which is dropped recursively.
    std::thread::scope(|scope| {
        let stack = STACK + text.len() * STACK_PER_BYTE;
        let thread = std::thread::Builder::new().stack_size(stack).spawn_scoped(scope, || read_here(text));
        let read = thread.ok().and_then(|thread| thread.join().ok());
        read.unwrap_or_else(|| Err(Refusal { line: 1, ..Refusal::bare("nesting") }))
    })
}

pub(super) fn whitespace() -> WhitespaceConfig {
    WhitespaceConfig { keep_trailing_newline: true, ..WhitespaceConfig::default() }
}

fn read_here(text: &str) -> Result<Template, Refusal> {
    tokens::check(text)?;
    let read = parse(text, "", SyntaxConfig, whitespace());
    let tree = read.map_err(|error| refused(text, &error))?;
    let Stmt::Template(template) = tree else { return Err(Refusal::bare("syntax")) };
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).collect();
    let mut reader = Reader { text, lines, depth: 0, negations: 0 };
    Ok(Template { body: reader.body(&template.children)? })
}

fn refused(text: &str, error: &minijinja::Error) -> Refusal {
    let is_deep = error.detail().is_some_and(|detail| detail.contains("recursion"));
    if is_deep {
        return Refusal { line: 1, ..Refusal::bare("nesting") };
    }
    // minijinja counts lines up to 65,535.
    let start = error.range().map_or(0, |range| range.start.min(text.len()));
    let before = memchr::memchr_iter(b'\n', text.as_bytes().get(..start).unwrap_or_default()).count();
    Refusal { line: u32::try_from(before + 1).unwrap_or(u32::MAX), ..Refusal::bare("syntax") }
}

struct Reader<'t> {
    text: &'t str,
    /// Where lines end.
    lines: Vec<usize>,
    depth: usize,
    /// How many signs of the expression that is read were read already; see `negations`.
    negations: usize,
}

impl Reader<'_> {
    fn line(&self, offset: u32) -> u32 {
        let before = self.lines.partition_point(|&end| end < offset as usize);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }

    /// Goes one level deeper for what `read` reads.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        if self.depth >= DEEPEST {
            return Err(Refusal { line: 1, ..Refusal::bare("nesting") });
        }
        self.depth += 1;
        let made = read(self);
        self.depth -= 1;
        made
    }

    fn body(&mut self, statements: &[Stmt<'_>]) -> Result<Vec<Statement>, Refusal> {
        self.deeper(|reader| statements.iter().map(|statement| reader.statement(statement)).collect())
    }

    fn statement(&mut self, statement: &Stmt<'_>) -> Result<Statement, Refusal> {
        let (span, what) = match statement {
            Stmt::EmitRaw(raw) => (raw.span(), What::Text(Box::from(raw.raw))),
            Stmt::EmitExpr(emitted) => {
                let expression = self.expression(&emitted.expr)?;
                return Ok(Statement { line: expression.line, what: What::Print(expression) });
            }
            Stmt::ForLoop(each) if each.recursive => (each.span(), What::Unsupported("for recursive")),
            Stmt::ForLoop(each) => {
                let read = For {
                    target: self.target(&each.target)?,
                    iterated: self.expression(&each.iter)?,
                    condition: self.optional(each.filter_expr.as_ref())?,
                    body: self.body(&each.body)?,
                    otherwise: self.body(&each.else_body)?,
                };
                (each.span(), What::For(Box::new(read)))
            }
            Stmt::IfCond(condition) => {
                let mut branches = Vec::new();
                let mut branch = condition;
                let otherwise = loop {
                    branches.push((self.expression(&branch.expr)?, self.body(&branch.true_body)?));
                    match branch.false_body.as_slice() {
                        [Stmt::IfCond(next)] if self.is_elif(next) => branch = next,
                        rest => break self.body(rest)?,
                    }
                };
                (condition.span(), What::If(branches, otherwise))
            }
            Stmt::WithBlock(with) => {
                let read = |(target, value): &(Expr<'_>, Expr<'_>)| {
                    Ok((self.target(target)?, self.expression(value)?))
                };
                let assignments = with.assignments.iter().map(read).collect::<Result<_, _>>()?;
                (with.span(), What::With(assignments, self.body(&with.body)?))
            }
            Stmt::Set(set) => {
                let target = self.target(&set.target)?;
                (set.span(), What::Set(target, self.assigned(&set.expr)?))
            }
            Stmt::SetBlock(set) => {
                let target = self.target(&set.target)?;
                let chain = set.filter.as_ref().map_or(Ok(Vec::new()), |filter| self.chain(filter))?;
                (set.span(), What::SetBlock(target, chain, self.body(&set.body)?))
            }
            Stmt::FilterBlock(block) => {
                let chain = self.chain(&block.filter)?;
                (block.span(), What::FilterBlock(chain, self.body(&block.body)?))
            }
            Stmt::Do(call) => {
                let read = self.call(&call.call)?;
                let line = self.first_line(&call.call.expr);
                (call.span(), What::Do(Expression { line, kind: Kind::Call(Box::new(read)) }))
            }
            Stmt::Continue(statement) => (statement.span(), What::Continue),
            Stmt::Break(statement) => (statement.span(), What::Break),
            Stmt::AutoEscape(statement) => (statement.span(), What::Unsupported("autoescape")),
            Stmt::Block(statement) => (statement.span(), What::Unsupported("block")),
            Stmt::Import(statement) => (statement.span(), What::Unsupported("import")),
            Stmt::FromImport(statement) => (statement.span(), What::Unsupported("from")),
            Stmt::Extends(statement) => (statement.span(), What::Unsupported("extends")),
            Stmt::Include(statement) => (statement.span(), What::Unsupported("include")),
            Stmt::Macro(statement) => (statement.span(), What::Unsupported("macro")),
            Stmt::CallBlock(statement) => (statement.span(), What::Unsupported("call")),
            Stmt::Template(_) => return Err(Refusal::bare("syntax")),
        };
        Ok(Statement { line: self.line(span.start_offset), what })
    }

    /// Whether a condition is the next branch of another one, not one of its own in its `else`.
    fn is_elif(&self, condition: &Spanned<minijinja::machinery::ast::IfCond<'_>>) -> bool {
        let start = condition.span().start_offset as usize;
        self.text.get(start..).is_some_and(|rest| rest.starts_with("elif"))
    }

    fn target(&mut self, target: &Expr<'_>) -> Result<Target, Refusal> {
        match target {
            Expr::Var(name) => Ok(Target::Name(Box::from(name.id))),
            Expr::GetAttr(attribute) => match &attribute.expr {
                Expr::Var(name) => Ok(Target::Attribute(Box::from(name.id), Box::from(attribute.name))),
                _ => Err(self.syntax(target.span())),
            },
            Expr::List(list) => self.deeper(|reader| {
                list.items.iter().map(|item| reader.target(item)).collect::<Result<_, _>>().map(Target::Tuple)
            }),
            _ => Err(self.syntax(target.span())),
        }
    }

    fn syntax(&self, span: Span) -> Refusal {
        Refusal { line: self.line(span.start_offset), ..Refusal::bare("syntax") }
    }

    /// What is assigned, which may be a tuple without parentheses.
    fn assigned(&mut self, expression: &Expr<'_>) -> Result<Expression, Refusal> {
        if let Expr::List(list) = expression
            && let Some(first) = list.items.first()
            && first_offset(self.text, first) < list.span().start_offset
        {
            let line = self.first_line(first);
            return Ok(Expression { line, kind: Kind::Tuple(self.all(&list.items)?) });
        }
        self.expression(expression)
    }

    fn first_line(&self, expression: &Expr<'_>) -> u32 {
        self.line(first_offset(self.text, expression))
    }

    fn all(&mut self, expressions: &[Expr<'_>]) -> Result<Vec<Expression>, Refusal> {
        expressions.iter().map(|expression| self.expression(expression)).collect()
    }

    fn boxed(&mut self, expression: &Expr<'_>) -> Result<Box<Expression>, Refusal> {
        self.expression(expression).map(Box::new)
    }

    fn optional(&mut self, expression: Option<&Expr<'_>>) -> Result<Option<Expression>, Refusal> {
        expression.map(|expression| self.expression(expression)).transpose()
    }

    fn expression(&mut self, expression: &Expr<'_>) -> Result<Expression, Refusal> {
        let line = self.first_line(expression);
        let kind = self.deeper(|reader| reader.signed(expression))?;
        Ok(Expression { line, kind })
    }

    /// An expression with the signs that stand before all of it.
    fn signed(&mut self, expression: &Expr<'_>) -> Result<Kind, Refusal> {
        let signs = if self.negations == 0 { negations(self.text, expression) } else { 0 };
        self.negations += signs;
        let mut kind = self.kind(expression)?;
        for _ in 0..signs {
            let line = self.first_line(expression);
            kind = Kind::Negate(Box::new(Expression { line, kind }));
        }
        Ok(kind)
    }

    fn kind(&mut self, expression: &Expr<'_>) -> Result<Kind, Refusal> {
        Ok(match expression {
            Expr::Var(name) => Kind::Name(Box::from(name.id)),
            Expr::Const(constant) => {
                let value = &constant.value;
                match value.kind() {
                    ValueKind::Bool => Kind::Boolean(value.is_true()),
                    ValueKind::Number if value.is_integer() => {
                        Kind::Integer(i64::try_from(value.clone()).ok())
                    }
                    ValueKind::Number => Kind::Float(f64::try_from(value.clone()).unwrap_or(f64::NAN)),
                    ValueKind::String => Kind::Text(Box::from(value.as_str().unwrap_or_default())),
                    _ => Kind::None,
                }
            }
            Expr::Slice(slice) => {
                let sliced = self.boxed(&slice.expr)?;
                let bounds = [
                    self.optional(slice.start.as_ref())?,
                    self.optional(slice.stop.as_ref())?,
                    self.optional(slice.step.as_ref())?,
                ];
                Kind::Slice(sliced, Box::new(bounds))
            }
            Expr::UnaryOp(unary) if self.negations > 0 => {
                self.negations -= 1;
                return self.signed(&unary.expr);
            }
            Expr::UnaryOp(unary) => match unary.op {
                UnaryOpKind::Not => Kind::Not(self.boxed(&unary.expr)?),
                UnaryOpKind::Neg => Kind::Negate(self.boxed(&unary.expr)?),
            },
            Expr::BinOp(binary) => self.binary(binary.op, &binary.left, &binary.right)?,
            Expr::Compare(compare) => {
                let first = self.boxed(&compare.expr)?;
                let rest =
                    compare.ops.iter().map(|next| Ok((comparison(next.op), self.expression(&next.expr)?)));
                Kind::Compare(first, rest.collect::<Result<_, Refusal>>()?)
            }
            Expr::IfExpr(condition) => Kind::Condition(Box::new((
                self.expression(&condition.test_expr)?,
                self.expression(&condition.true_expr)?,
                self.optional(condition.false_expr.as_ref())?,
            ))),
            Expr::Filter(filter) => {
                let value = filter.expr.as_ref().ok_or_else(|| self.syntax(filter.span()))?;
                let value = self.boxed(value)?;
                Kind::Filter(value, self.filter(filter.name, &filter.args)?)
            }
            Expr::Test(test) => {
                let value = self.boxed(&test.expr)?;
                Kind::Test(value, self.filter(test.name, &test.args)?)
            }
            Expr::GetAttr(attribute) => {
                Kind::Attribute(self.boxed(&attribute.expr)?, Box::from(attribute.name))
            }
            Expr::GetItem(item) => {
                Kind::Item(Box::new((self.expression(&item.expr)?, self.expression(&item.subscript_expr)?)))
            }
            Expr::Call(call) => Kind::Call(Box::new(self.call(call)?)),
            Expr::List(list) => {
                let start = list.span().start_offset as usize;
                let items = self.all(&list.items)?;
                // minijinja has no tuples: only the bracket tells.
                if self.text.as_bytes().get(start) == Some(&b'[') {
                    Kind::List(items)
                } else {
                    Kind::Tuple(items)
                }
            }
            Expr::Map(map) => {
                let pairs = map.keys.iter().zip(&map.values);
                let pairs = pairs.map(|(key, value)| Ok((self.expression(key)?, self.expression(value)?)));
                Kind::Dictionary(pairs.collect::<Result<_, Refusal>>()?)
            }
        })
    }

    fn binary(&mut self, operator: BinOpKind, left: &Expr<'_>, right: &Expr<'_>) -> Result<Kind, Refusal> {
        let arithmetic = match operator {
            BinOpKind::Add => Arithmetic::Add,
            BinOpKind::Sub => Arithmetic::Subtract,
            BinOpKind::Mul => Arithmetic::Multiply,
            BinOpKind::Div => Arithmetic::Divide,
            BinOpKind::FloorDiv => Arithmetic::FloorDivide,
            BinOpKind::Rem => Arithmetic::Modulo,
            BinOpKind::Pow => Arithmetic::Power,
            BinOpKind::ScAnd => {
                return Ok(Kind::And(Box::new((self.expression(left)?, self.expression(right)?))));
            }
            BinOpKind::ScOr => {
                return Ok(Kind::Or(Box::new((self.expression(left)?, self.expression(right)?))));
            }
            BinOpKind::Concat => {
                let mut parts = vec![self.expression(right)?];
                let mut rest = left;
                while let Expr::BinOp(inner) = rest
                    && matches!(inner.op, BinOpKind::Concat)
                {
                    parts.push(self.expression(&inner.right)?);
                    rest = &inner.left;
                }
                parts.push(self.expression(rest)?);
                parts.reverse();
                return Ok(Kind::Concat(parts));
            }
            BinOpKind::Eq
            | BinOpKind::Ne
            | BinOpKind::Lt
            | BinOpKind::Lte
            | BinOpKind::Gt
            | BinOpKind::Gte
            | BinOpKind::In => {
                let comparison = match operator {
                    BinOpKind::Eq => Comparison::Equal,
                    BinOpKind::Ne => Comparison::Unequal,
                    BinOpKind::Lt => Comparison::Less,
                    BinOpKind::Lte => Comparison::LessOrEqual,
                    BinOpKind::Gt => Comparison::Greater,
                    BinOpKind::Gte => Comparison::GreaterOrEqual,
                    _ => Comparison::In,
                };
                let first = self.boxed(left)?;
                return Ok(Kind::Compare(first, vec![(comparison, self.expression(right)?)]));
            }
        };
        Ok(Kind::Arithmetic(arithmetic, Box::new((self.expression(left)?, self.expression(right)?))))
    }

    /// The filters of a block, the first one first.
    fn chain(&mut self, filter: &Expr<'_>) -> Result<Vec<Filter>, Refusal> {
        let mut chain = Vec::new();
        let mut next = Some(filter);
        while let Some(Expr::Filter(filter)) = next {
            chain.push(self.filter(filter.name, &filter.args)?);
            next = filter.expr.as_ref();
        }
        chain.reverse();
        Ok(chain)
    }

    fn filter(&mut self, name: &str, arguments: &[CallArg<'_>]) -> Result<Filter, Refusal> {
        // minijinja keeps the white space around points.
        let name = name.split_ascii_whitespace().collect::<String>().into();
        Ok(Filter { name, arguments: self.arguments(arguments)? })
    }

    fn call(&mut self, call: &minijinja::machinery::ast::Call<'_>) -> Result<Call, Refusal> {
        Ok(Call {
            path: path(self.text, &call.expr),
            called: self.expression(&call.expr)?,
            arguments: self.arguments(&call.args)?,
        })
    }

    fn arguments(&mut self, arguments: &[CallArg<'_>]) -> Result<Arguments, Refusal> {
        let mut read = Arguments::default();
        for argument in arguments {
            match argument {
                CallArg::Pos(value) => read.given.push(self.expression(value)?),
                CallArg::Kwarg(name, value) => read.named.push((Box::from(*name), self.expression(value)?)),
                CallArg::PosSplat(_) | CallArg::KwargSplat(_) => read.splat = true,
            }
        }
        Ok(read)
    }
}

fn comparison(operator: CompareOpKind) -> Comparison {
    match operator {
        CompareOpKind::Eq => Comparison::Equal,
        CompareOpKind::Ne => Comparison::Unequal,
        CompareOpKind::Lt => Comparison::Less,
        CompareOpKind::Lte => Comparison::LessOrEqual,
        CompareOpKind::Gt => Comparison::Greater,
        CompareOpKind::Gte => Comparison::GreaterOrEqual,
        CompareOpKind::In => Comparison::In,
        CompareOpKind::NotIn => Comparison::NotIn,
    }
}
