//! Calling functions, those of Jinja and those of the host.

use std::rc::Rc;

use super::evaluating::{Evaluation, Host, Outcome};
use super::methods;
use super::syntax::{Arguments, Call};
use super::values::{Dictionary, Held, Refusal, Value, range_length, undefined};

/// The longest range, as in dbt's sandbox.
const LONGEST_RANGE: i64 = 100_000;

/// Arguments without and with names.
type Given = (Vec<Value>, Vec<(Box<str>, Value)>);

impl<H: Host> Evaluation<'_, H> {
    pub(super) fn arguments(&mut self, arguments: &Arguments) -> Outcome<Given, H> {
        if arguments.splat {
            return Err(Refusal::bare("splat").into());
        }
        let given = self.evaluate_all(&arguments.given)?;
        let mut named = Vec::with_capacity(arguments.named.len());
        for (name, expression) in &arguments.named {
            named.push((name.clone(), self.evaluate(expression)?));
        }
        Ok((given, named))
    }

    pub(super) fn call(&mut self, call: &Call, line: u32) -> Outcome<Value, H> {
        let placed_refusal = |kind, detail: &str| Refusal { line, ..Refusal::new(kind, detail) };
        if let Some((path, first)) = &call.path
            && let Value::Undefined(_) = self.variable(path.get(..*first).unwrap_or_default())?
        {
            return Err(placed_refusal("call", path).into());
        }
        let called = self.evaluate(&call.called)?;
        let (given, named) = self.arguments(&call.arguments)?;
        if let Value::Method(method) = &called {
            return Ok(methods::call(&mut self.heap, &method.0, &method.1, given, named)?);
        }
        let Value::Function(name) = &called else {
            let path = call.path.as_ref().map_or("", |(path, _)| path);
            return Err(placed_refusal("callable", path).into());
        };
        match &**name {
            "range" => Ok(range(&given, &named)?),
            "dict" | "namespace" => {
                if !given.is_empty() {
                    return Err(Refusal::new("argument", &**name).into());
                }
                let made = Dictionary::named(named.into_iter().map(|(name, value)| (Rc::from(name), value)));
                let is_namespace = &**name == "namespace";
                Ok(self.heap.hold(if is_namespace { Held::Namespace(made) } else { Held::Dictionary(made) }))
            }
            _ => {
                for value in given.iter().chain(named.iter().map(|(_, value)| value)) {
                    self.check_for_host(value, 0)?;
                }
                self.host.call(&mut self.heap, name, line, &given, &named)
            }
        }
    }

    /// Refuses a value that the host does not take.
    fn check_for_host(&self, value: &Value, depth: usize) -> Result<(), Refusal> {
        if depth > super::printing::DEEPEST {
            return Err(Refusal::bare("nesting"));
        }
        self.heap.spend(1)?;
        match (value, self.heap.of(value)) {
            (Value::Text(text), _) => self.heap.spend_text(text),
            (Value::Undefined(name), _) => Err(undefined(name.as_ref())),
            (_, Some(Held::List(items) | Held::Tuple(items))) => {
                items.iter().try_for_each(|item| self.check_for_host(item, depth + 1))
            }
            (_, Some(Held::Dictionary(dictionary))) => {
                if dictionary.pairs().any(|(name, _)| !matches!(name, Value::Text(_))) {
                    return Err(Refusal::new("value", "dict"));
                }
                dictionary.pairs().try_for_each(|(_, item)| self.check_for_host(item, depth + 1))
            }
            (Value::Cell(_) | Value::Range(..) | Value::Function(_) | Value::Method(_), _) => {
                Err(Refusal::new("value", self.heap.kind_name(value)))
            }
            _ => Ok(()),
        }
    }
}

fn range(given: &[Value], named: &[(Box<str>, Value)]) -> Result<Value, Refusal> {
    let refused = || Refusal::new("argument", "range");
    let numbers: Option<Vec<i64>> = given
        .iter()
        .map(|value| match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        })
        .collect();
    let numbers = numbers.filter(|_| named.is_empty()).ok_or_else(refused)?;
    let (start, stop, stride) = match *numbers.as_slice() {
        [stop] => (0, stop, 1),
        [start, stop] => (start, stop, 1),
        [start, stop, stride] if stride != 0 => (start, stop, stride),
        _ => return Err(refused()),
    };
    if range_length(start, stop, stride) > LONGEST_RANGE {
        return Err(Refusal::bare("range"));
    }
    Ok(Value::Range(start, stop, stride))
}
