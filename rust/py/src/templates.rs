//! Templates of dbt's models for Python: read once, with names that a Python object gives their meaning.

use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use confiture_core::dbt::templates::{self, Failure, Heap, Held, Host, Relation, Template, Value};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use rustc_hash::FxHashMap;

/// Templates that were read, by their text.
#[pyclass(frozen, module = "confiture._core")]
pub(crate) struct DbtTemplates {
    read: Mutex<FxHashMap<String, Arc<Template>>>,
}

#[pymethods]
impl DbtTemplates {
    #[new]
    fn new() -> Self {
        Self { read: Mutex::default() }
    }

    fn render(&self, text: &str, host: Bound<'_, PyAny>) -> PyResult<String> {
        let known = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(text).cloned();
        let template = match known {
            Some(template) => Ok(template),
            None => host.py().detach(|| templates::read(text)).map(|template| {
                let template = Arc::new(template);
                let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
                read.insert(text.to_owned(), Arc::clone(&template));
                template
            }),
        };
        let rendered = match template {
            Ok(template) => templates::render(&template, &mut PythonHost { object: &host }),
            Err(refusal) => Err(Failure::Refused(refusal)),
        };
        rendered.map_err(|failure| match failure {
            Failure::Host(error) => error,
            Failure::Refused(refusal) => {
                let made = host.call_method1("refuse", (refusal.kind, refusal.line, refusal.detail));
                made.map_or_else(|error| error, PyErr::from_value)
            }
        })
    }
}

struct PythonHost<'a, 'py> {
    object: &'a Bound<'py, PyAny>,
}

impl Host for PythonHost<'_, '_> {
    type Error = PyErr;

    fn value(&mut self, heap: &mut Heap, name: &str) -> Result<Option<Value>, Failure<PyErr>> {
        let told = self.object.call_method1("value", (name,)).map_err(Failure::Host)?;
        if told.is_none() {
            return Ok(None);
        }
        let value = told.get_item(0).map_err(Failure::Host)?;
        from_python(heap, &value).map(Some).map_err(Failure::Host)
    }

    fn call(
        &mut self,
        heap: &mut Heap,
        name: &str,
        line: u32,
        given: &[Value],
        named: &[(Box<str>, Value)],
    ) -> Result<Value, Failure<PyErr>> {
        let py = self.object.py();
        let mut call = || -> PyResult<Value> {
            let arguments = PyList::empty(py);
            for value in given {
                arguments.append(to_python(py, heap, value)?)?;
            }
            let keywords = PyDict::new(py);
            for (name, value) in named {
                keywords.set_item(&**name, to_python(py, heap, value)?)?;
            }
            let returned = self.object.call_method1("call", (name, line, arguments, keywords))?;
            from_python(heap, &returned)
        };
        call().map_err(Failure::Host)
    }
}

/// A value of the host's. What JSON does not have is a tuple that says what it is.
fn from_python(heap: &mut Heap, value: &Bound<'_, PyAny>) -> PyResult<Value> {
    if value.is_none() {
        return Ok(Value::None);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Value::Text(Rc::from(text.to_cow()?.as_ref())));
    }
    if let Ok(truth) = value.cast::<PyBool>() {
        return Ok(Value::Boolean(truth.is_true()));
    }
    if value.is_instance_of::<PyInt>() {
        return value.extract().map(Value::Integer);
    }
    if value.is_instance_of::<PyFloat>() {
        return value.extract().map(Value::Float);
    }
    if let Ok(items) = value.cast::<PyList>() {
        let items = items.iter().map(|item| from_python(heap, &item)).collect::<PyResult<_>>()?;
        return Ok(heap.list(items));
    }
    if let Ok(pairs) = value.cast::<PyDict>() {
        let named = named_values(heap, pairs)?;
        return Ok(heap.dictionary(named));
    }
    let tagged = value.cast::<PyTuple>()?;
    let name = |at: usize| -> PyResult<Rc<str>> {
        Ok(Rc::from(tagged.get_item(at)?.cast_into::<PyString>()?.to_cow()?.as_ref()))
    };
    match tagged.len() {
        2 => return Ok(Value::Function(name(1)?)),
        3 => {
            let values = tagged.get_item(2)?.cast_into::<PyDict>()?;
            let values = named_values(heap, &values)?;
            return Ok(heap.object(name(1)?, values));
        }
        _ => {}
    }
    let part = |at: usize| -> PyResult<Option<Box<str>>> {
        Ok(tagged.get_item(at)?.extract::<Option<String>>()?.map(Box::from))
    };
    Ok(Value::Relation(Rc::new(Relation {
        rendered: part(1)?.unwrap_or_default(),
        database: part(2)?,
        schema: part(3)?,
        identifier: part(4)?,
    })))
}

fn named_values(heap: &mut Heap, pairs: &Bound<'_, PyDict>) -> PyResult<Vec<(Rc<str>, Value)>> {
    let mut named = Vec::with_capacity(pairs.len());
    for (name, item) in pairs {
        let name = name.cast_into::<PyString>()?;
        named.push((Rc::from(name.to_cow()?.as_ref()), from_python(heap, &item)?));
    }
    Ok(named)
}

/// A value for the host, which the evaluator made sure it takes.
fn to_python<'py>(py: Python<'py>, heap: &Heap, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Boolean(truth) => truth.into_pyobject(py)?.to_owned().into_any(),
        Value::Integer(number) => number.into_pyobject(py)?.into_any(),
        Value::Float(number) => number.into_pyobject(py)?.into_any(),
        Value::Text(text) => PyString::new(py, text).into_any(),
        Value::Relation(relation) => {
            let Relation { rendered, database, schema, identifier } = &**relation;
            ("relation", &**rendered, database.as_deref(), schema.as_deref(), identifier.as_deref())
                .into_pyobject(py)?
                .into_any()
        }
        Value::Cell(cell) => match heap.held(*cell) {
            Some(Held::List(items) | Held::Tuple(items)) => {
                let list = PyList::empty(py);
                for item in items {
                    list.append(to_python(py, heap, item)?)?;
                }
                list.into_any()
            }
            Some(Held::Dictionary(dictionary)) => {
                let made = PyDict::new(py);
                for (name, item) in dictionary.pairs() {
                    made.set_item(to_python(py, heap, name)?, to_python(py, heap, item)?)?;
                }
                made.into_any()
            }
            _ => py.None().into_bound(py),
        },
        _ => py.None().into_bound(py),
    })
}
