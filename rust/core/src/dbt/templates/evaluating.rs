//! Evaluating a template, step by step.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::syntax::{Expression, Filter, For, Kind, Statement, Target, Template, What};
use super::values::{Dictionary, Failure, Heap, Held, Key, Refusal, UNDEFINED, Value};
use super::{filters, methods, operators, tests_of_values};

/// What the names in templates mean.
pub trait Host {
    /// What can go wrong.
    type Error;

    /// The value of a name; None if it has none.
    ///
    /// # Errors
    ///
    /// The host fails.
    fn value(&mut self, heap: &mut Heap, name: &str) -> Result<Option<Value>, Failure<Self::Error>>;

    /// What one of the host's functions returns.
    ///
    /// # Errors
    ///
    /// The host fails.
    fn call(
        &mut self,
        heap: &mut Heap,
        name: &str,
        line: u32,
        given: &[Value],
        named: &[(Box<str>, Value)],
    ) -> Result<Value, Failure<Self::Error>>;
}

/// The text that a template makes.
///
/// # Errors
///
/// The template does what is not supported, cannot be done or takes too long; or the host fails.
pub fn render<H: Host>(template: &Template, host: &mut H) -> Result<String, Failure<H::Error>> {
    let mut evaluation = Evaluation {
        host,
        heap: Heap::default(),
        scopes: vec![FxHashMap::default()],
        told: FxHashMap::default(),
        output: String::new(),
    };
    evaluation.run(&template.body)?;
    Ok(evaluation.output)
}

pub(super) struct Evaluation<'h, H> {
    pub(super) host: &'h mut H,
    pub(super) heap: Heap,
    scopes: Vec<FxHashMap<Box<str>, Value>>,
    /// What the host told of names.
    told: FxHashMap<Box<str>, Value>,
    output: String,
}

/// How statements ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Done,
    Break,
    Continue,
}

/// Gives a refusal without a line that of what was evaluated.
fn placed<T, E>(result: Result<T, Failure<E>>, line: u32) -> Result<T, Failure<E>> {
    result.map_err(|failure| match failure {
        Failure::Refused(mut refusal) => {
            if refusal.line == 0 {
                refusal.line = line;
            }
            Failure::Refused(refusal)
        }
        host @ Failure::Host(_) => host,
    })
}

pub(super) type Outcome<T, H> = Result<T, Failure<<H as Host>::Error>>;

impl<H: Host> Evaluation<'_, H> {
    fn run(&mut self, body: &[Statement]) -> Outcome<Flow, H> {
        for statement in body {
            let flow = self.run_one(statement);
            let flow = placed(flow, statement.line)?;
            if flow != Flow::Done {
                return Ok(flow);
            }
        }
        Ok(Flow::Done)
    }

    fn run_one(&mut self, statement: &Statement) -> Outcome<Flow, H> {
        if let What::Unsupported(name) = statement.what {
            return Err(Refusal::new("statement", name).into());
        }
        self.heap.spend(1)?;
        match &statement.what {
            What::Text(text) => self.write(text)?,
            What::Print(expression) => {
                let value = self.evaluate(expression)?;
                let start = self.output.len();
                self.heap.print(&value, &mut self.output)?;
                let written = self.output.get(start..).unwrap_or_default();
                self.heap.spend_text(written)?;
            }
            What::If(branches, otherwise) => {
                for (test, body) in branches {
                    if self.truth(test)? {
                        return self.run(body);
                    }
                }
                return self.run(otherwise);
            }
            What::For(each) => return self.run_for(each),
            What::Set(target, expression) => {
                let value = self.evaluate(expression)?;
                self.assign(target, value)?;
            }
            What::SetBlock(target, chain, body) => {
                let (value, flow) = self.captured(body)?;
                if flow != Flow::Done {
                    return Ok(flow);
                }
                let value = self.filtered(chain, value)?;
                self.assign(target, value)?;
            }
            What::FilterBlock(chain, body) => {
                let (value, flow) = self.captured(body)?;
                if flow != Flow::Done {
                    return Ok(flow);
                }
                let value = self.filtered(chain, value)?;
                let text = self.heap.printed(&value)?;
                self.write(&text)?;
            }
            What::With(assignments, body) => {
                let mut values = Vec::with_capacity(assignments.len());
                for (_, expression) in assignments {
                    values.push(self.evaluate(expression)?);
                }
                self.scopes.push(FxHashMap::default());
                for ((target, _), value) in assignments.iter().zip(values) {
                    self.assign(target, value)?;
                }
                let flow = self.run(body)?;
                self.scopes.pop();
                return Ok(flow);
            }
            What::Do(expression) => {
                self.evaluate(expression)?;
            }
            What::Break => return Ok(Flow::Break),
            What::Continue => return Ok(Flow::Continue),
            What::Unsupported(_) => {}
        }
        Ok(Flow::Done)
    }

    fn write(&mut self, text: &str) -> Result<(), Refusal> {
        self.heap.spend_text(text)?;
        self.output.push_str(text);
        Ok(())
    }

    fn truth(&mut self, test: &Expression) -> Outcome<bool, H> {
        let value = placed(self.evaluate(test), test.line)?;
        Ok(self.heap.is_true(&value))
    }

    fn run_for(&mut self, each: &For) -> Outcome<Flow, H> {
        let iterated = self.evaluate(&each.iterated)?;
        let mut items = self.heap.iterate(&iterated)?;
        if let Some(condition) = &each.condition {
            let mut kept = Vec::new();
            for item in items {
                self.scopes.push(FxHashMap::default());
                self.assign(&each.target, item.clone())?;
                if self.truth(condition)? {
                    kept.push(item);
                }
                self.scopes.pop();
            }
            items = kept;
        }
        let items: Rc<[Value]> = items.into();
        let state = self.heap.hold(Held::Loop(Rc::clone(&items), 0));
        let depth = self.scopes.len();
        // For jinja2, a turn that `break` or `continue` ends is none as far as `else` is concerned.
        let mut has_turned = false;
        for (index, item) in items.iter().enumerate() {
            self.heap.spend(1)?;
            if let Value::Cell(cell) = state
                && let Some(Held::Loop(_, at)) = self.heap.held_mut(cell)
            {
                *at = index;
            }
            self.scopes.push(FxHashMap::from_iter([(Box::from("loop"), state.clone())]));
            self.assign(&each.target, item.clone())?;
            let flow = self.run(&each.body)?;
            self.scopes.truncate(depth);
            has_turned |= flow == Flow::Done;
            if flow == Flow::Break {
                break;
            }
        }
        if has_turned {
            return Ok(Flow::Done);
        }
        self.scopes.push(FxHashMap::default());
        let flow = self.run(&each.otherwise)?;
        self.scopes.pop();
        Ok(flow)
    }

    fn assign(&mut self, target: &Target, value: Value) -> Outcome<(), H> {
        match target {
            Target::Name(name) => {
                if let Some(scope) = self.scopes.last_mut() {
                    scope.insert(name.clone(), value);
                }
            }
            Target::Attribute(name, attribute) => {
                let namespace = self.variable(name)?;
                let Value::Cell(cell) = namespace else {
                    return Err(Refusal::new("namespace", &**name).into());
                };
                let Some(Held::Namespace(values)) = self.heap.held_mut(cell) else {
                    return Err(Refusal::new("namespace", &**name).into());
                };
                let attribute: Rc<str> = Rc::from(&**attribute);
                values.set(Key::Text(Rc::clone(&attribute)), Value::Text(attribute), value);
            }
            Target::Tuple(targets) => {
                let items = self.heap.iterate(&value)?;
                if items.len() != targets.len() {
                    return Err(Refusal::bare("unpacking").into());
                }
                for (target, item) in targets.iter().zip(items) {
                    self.assign(target, item)?;
                }
            }
        }
        Ok(())
    }

    /// What statements write, in a scope of their own.
    fn captured(&mut self, body: &[Statement]) -> Outcome<(Value, Flow), H> {
        let outer = std::mem::take(&mut self.output);
        self.scopes.push(FxHashMap::default());
        let flow = self.run(body)?;
        self.scopes.pop();
        let text = std::mem::replace(&mut self.output, outer);
        Ok((Value::Text(text.into()), flow))
    }

    fn filtered(&mut self, chain: &[Filter], value: Value) -> Outcome<Value, H> {
        let mut value = value;
        for filter in chain {
            let (given, named) = self.arguments(&filter.arguments)?;
            value = filters::call(&mut self.heap, &filter.name, &value, &given, &named)?;
        }
        Ok(value)
    }

    pub(super) fn variable(&mut self, name: &str) -> Outcome<Value, H> {
        for scope in self.scopes.iter().rev() {
            if let Some(value) = scope.get(name) {
                return Ok(value.clone());
            }
        }
        if let Some(value) = self.told.get(name) {
            return Ok(value.clone());
        }
        let told = self.host.value(&mut self.heap, name)?;
        let value = told.unwrap_or_else(|| match name {
            "range" | "dict" | "namespace" => Value::Function(Rc::from(name)),
            _ => Value::Undefined(Some(Rc::from(name))),
        });
        self.told.insert(Box::from(name), value.clone());
        Ok(value)
    }

    pub(super) fn evaluate_all(&mut self, expressions: &[Expression]) -> Outcome<Vec<Value>, H> {
        expressions.iter().map(|expression| self.evaluate(expression)).collect()
    }

    pub(super) fn evaluate(&mut self, expression: &Expression) -> Outcome<Value, H> {
        self.heap.spend(1)?;
        Ok(match &expression.kind {
            Kind::Name(name) => self.variable(name)?,
            Kind::None => Value::None,
            Kind::Boolean(truth) => Value::Boolean(*truth),
            Kind::Integer(number) => Value::Integer(number.ok_or_else(|| Refusal::bare("number"))?),
            Kind::Float(number) => Value::Float(*number),
            Kind::Text(text) => {
                self.heap.spend_text(text)?;
                Value::Text(Rc::from(&**text))
            }
            Kind::List(items) => {
                let items = self.evaluate_all(items)?;
                self.heap.list(items)
            }
            Kind::Tuple(items) => {
                let items = self.evaluate_all(items)?;
                self.heap.hold(Held::Tuple(items))
            }
            Kind::Not(inner) => {
                let value = self.evaluate(inner)?;
                Value::Boolean(!self.heap.is_true(&value))
            }
            Kind::Negate(inner) => {
                let value = self.evaluate(inner)?;
                operators::negated(&self.heap, &value)?
            }
            Kind::Arithmetic(operator, sides) => {
                let left = self.evaluate(&sides.0)?;
                let right = self.evaluate(&sides.1)?;
                operators::arithmetic(&mut self.heap, *operator, &left, &right)?
            }
            Kind::And(sides) => {
                let left = self.evaluate(&sides.0)?;
                if self.heap.is_true(&left) { self.evaluate(&sides.1)? } else { left }
            }
            Kind::Or(sides) => {
                let left = self.evaluate(&sides.0)?;
                if self.heap.is_true(&left) { left } else { self.evaluate(&sides.1)? }
            }
            Kind::Concat(parts) => {
                let mut text = String::new();
                for part in parts {
                    let value = self.evaluate(part)?;
                    let start = text.len();
                    self.heap.print(&value, &mut text)?;
                    self.heap.spend_text(text.get(start..).unwrap_or_default())?;
                }
                Value::Text(text.into())
            }
            Kind::Attribute(owner, name) => {
                let value = self.evaluate(owner)?;
                self.heap.spend_text(name)?;
                methods::attribute(&self.heap, &value, name)?
            }
            Kind::Item(parts) => {
                let value = self.evaluate(&parts.0)?;
                let subscript = self.evaluate(&parts.1)?;
                operators::item(&self.heap, &value, &subscript)?
            }
            Kind::Filter(filtered, filter) => {
                let value = self.evaluate(filtered)?;
                let (given, named) = self.arguments(&filter.arguments)?;
                filters::call(&mut self.heap, &filter.name, &value, &given, &named)?
            }
            Kind::Test(tested, test) => {
                let value = self.evaluate(tested)?;
                let (given, named) = self.arguments(&test.arguments)?;
                if !named.is_empty() {
                    return Err(Refusal::new("argument", &*test.name).into());
                }
                Value::Boolean(tests_of_values::call(&mut self.heap, &test.name, &value, &given)?)
            }
            Kind::Call(call) => self.call(call, expression.line)?,
            Kind::Dictionary(_) | Kind::Compare(..) | Kind::Condition(_) | Kind::Slice(..) => {
                self.evaluate_parts(&expression.kind)?
            }
        })
    }

    /// The value of an expression that has many parts, or of which not all are evaluated.
    fn evaluate_parts(&mut self, kind: &Kind) -> Outcome<Value, H> {
        Ok(match kind {
            Kind::Dictionary(pairs) => {
                let mut made = Dictionary::default();
                for (name, item) in pairs {
                    let name = self.evaluate(name)?;
                    let key = operators::key(&self.heap, &name)?;
                    made.set(key, name, self.evaluate(item)?);
                }
                self.heap.hold(Held::Dictionary(made))
            }
            Kind::Compare(first, rest) => {
                let mut left = self.evaluate(first)?;
                for (operator, right) in rest {
                    let right = self.evaluate(right)?;
                    if !operators::compare(&mut self.heap, *operator, &left, &right)? {
                        return Ok(Value::Boolean(false));
                    }
                    left = right;
                }
                Value::Boolean(true)
            }
            Kind::Condition(parts) => {
                let test = self.evaluate(&parts.0)?;
                match (self.heap.is_true(&test), &parts.2) {
                    (true, _) => self.evaluate(&parts.1)?,
                    (false, Some(otherwise)) => self.evaluate(otherwise)?,
                    (false, None) => UNDEFINED,
                }
            }
            Kind::Slice(sliced, bounds) => {
                let value = self.evaluate(sliced)?;
                let mut given = [Value::None, Value::None, Value::None];
                for (bound, given) in bounds.iter().zip(&mut given) {
                    if let Some(bound) = bound {
                        *given = self.evaluate(bound)?;
                    }
                }
                let [start, stop, stride] = &given;
                operators::sliced(&mut self.heap, &value, [start, stop, stride])?
            }
            _ => UNDEFINED,
        })
    }
}
