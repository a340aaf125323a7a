//! dbt's manifests and catalogs for Python: handles, and values that are made when they are asked for.

use std::borrow::Cow;
use std::path::PathBuf;

use confiture_core::dbt::json::{Event, JsonText, Layout};
use confiture_core::dbt::{DbtArtifact, Manifest, Problem, Resource};
use pyo3::exceptions::{PyIndexError, PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyInt, PyList, PyString};

use rustc_hash::FxHashMap;

use crate::collector::uncollected;
use crate::failures::PathText;

/// A manifest or catalog in the engine's memory.
#[pyclass(frozen, module = "confiture._core")]
pub(crate) struct DbtDocument {
    held: Manifest,
}

#[pyfunction]
#[pyo3(signature = (source, *, artifact="manifest", strict=false))]
pub(crate) fn load_dbt(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    artifact: &str,
    strict: bool,
) -> PyResult<DbtDocument> {
    let kind = match artifact {
        "manifest" => DbtArtifact::Manifest,
        "catalog" => DbtArtifact::Catalog,
        _ => return Err(PyValueError::new_err(format!("unknown artifact {artifact:?}"))),
    };
    let path = match source.cast::<PyBytes>() {
        Ok(_) => None,
        Err(_) => Some(source.extract::<PathBuf>()?),
    };
    let loaded = if let Some(path) = &path {
        py.detach(|| std::fs::read(path).map(|bytes| Manifest::load(bytes, kind, strict)))
    } else {
        let bytes = source.extract::<&[u8]>()?;
        Ok(py.detach(|| Manifest::load(bytes.to_vec(), kind, strict)))
    };
    match loaded {
        Ok(Ok(held)) => Ok(DbtDocument { held }),
        Ok(Err(problem)) => Err(refuse(py, problem, path, artifact)),
        Err(error) => {
            let arguments = (path.map(PathText), error.raw_os_error().unwrap_or(22), artifact);
            Err(failure(py, "manifest_unreadable", arguments))
        }
    }
}

fn refuse(py: Python<'_>, problem: Problem, path: Option<PathBuf>, artifact: &str) -> PyErr {
    let Problem { kind, offset, line, column, path: place, expected, found } = problem;
    let place = (offset, line, column, place);
    failure(py, "manifest_refused", (kind.name(), path.map(PathText), artifact, place, expected, found))
}

/// The exception that a function of `confiture._manifest_failures` makes.
fn failure<'py>(py: Python<'py>, function: &str, arguments: impl pyo3::call::PyCallArgs<'py>) -> PyErr {
    let made = py
        .import("confiture._manifest_failures")
        .and_then(|failures| failures.call_method1(function, arguments));
    match made {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}

#[pymethods]
impl DbtDocument {
    #[getter]
    fn version(&self) -> u32 {
        self.held.version()
    }

    #[getter]
    fn size(&self) -> usize {
        self.held.text().len()
    }

    fn __len__(&self) -> usize {
        self.held.resources().len()
    }

    fn sections(&self) -> Vec<&str> {
        self.held.sections().iter().map(|(name, _)| name.as_str()).collect()
    }

    fn section<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let section = self.held.sections().iter().find(|(section, _)| section == name);
        let Some((_, offset)) = section else { return Err(PyKeyError::new_err(name.to_owned())) };
        value(py, self.held.value_at(*offset))
    }

    fn resources(&self) -> Vec<(&str, &str, &str)> {
        self.held.resources().iter().map(|resource| self.row(resource)).collect()
    }

    fn disabled(&self) -> Vec<(&str, &str, &str)> {
        self.held.disabled().iter().map(|resource| self.row(resource)).collect()
    }

    fn number(&self, unique_id: &str) -> Option<u32> {
        self.held.number(unique_id)
    }

    fn fields(&self, number: i64) -> PyResult<Vec<String>> {
        let fields = self.held.fields_at(self.offset(number)?);
        Ok(fields.into_iter().map(|(name, _)| name.into_owned()).collect())
    }

    fn value<'py>(&self, py: Python<'py>, number: i64, field: &str) -> PyResult<Bound<'py, PyAny>> {
        match self.held.field_at(self.offset(number)?, field) {
            Some(offset) => value(py, self.held.value_at(offset)),
            None => Err(PyKeyError::new_err(field.to_owned())),
        }
    }

    fn places<'py>(&self, py: Python<'py>, number: i64) -> PyResult<Bound<'py, PyDict>> {
        let places = PyDict::new(py);
        for (name, offset) in self.held.fields_at(self.offset(number)?) {
            places.set_item(name, offset)?;
        }
        Ok(places)
    }

    fn value_at<'py>(&self, py: Python<'py>, place: u32) -> PyResult<Bound<'py, PyAny>> {
        value(py, self.held.value_at(place))
    }

    fn rows<'py>(&self, py: Python<'py>, fields: Vec<String>) -> PyResult<Bound<'py, PyList>> {
        let mut columns: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (column, name) in fields.iter().enumerate() {
            columns.entry(name.as_str()).or_default().push(column);
        }
        let none = py.None().into_bound(py);
        let rows = self.held.resources().iter().map(|resource| {
            let mut row = vec![none.clone(); fields.len()];
            let mut missing = columns.len();
            for (name, offset) in self.held.members_at(self.held.offset_of(resource)) {
                let Some(wanted) = columns.get(name.as_ref()) else { continue };
                for &column in wanted {
                    if let Some(cell) = row.get_mut(column) {
                        *cell = value(py, self.held.value_at(offset))?;
                    }
                }
                missing -= 1;
                if missing == 0 {
                    break;
                }
            }
            PyList::new(py, row)
        });
        let rows = uncollected(py, || rows.collect::<PyResult<Vec<_>>>())?;
        PyList::new(py, rows)
    }

    fn told_configs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let configs = self.held.resources().iter().map(|resource| value(py, self.held.told_config(resource)));
        let configs = uncollected(py, || configs.collect::<PyResult<Vec<_>>>())?;
        PyList::new(py, configs)
    }

    #[pyo3(signature = (catalog=None))]
    fn extraction<'py>(
        &self,
        py: Python<'py>,
        catalog: Option<PyRef<'py, Self>>,
    ) -> Option<Bound<'py, PyBytes>> {
        let catalog = catalog.as_ref().map(|catalog| &catalog.held);
        let packed = py.detach(|| self.held.extraction(catalog));
        packed.map(|packed| PyBytes::new(py, &packed))
    }

    fn node<'py>(&self, py: Python<'py>, number: i64) -> PyResult<Bound<'py, PyAny>> {
        value(py, self.held.value_at(self.offset(number)?))
    }

    fn dependencies<'py>(&self, py: Python<'py>, unique_id: &str) -> PyResult<Bound<'py, PyList>> {
        let number = self.known(py, unique_id)?;
        self.ids(py, self.held.graph().parents(number))
    }

    fn dependents<'py>(&self, py: Python<'py>, unique_id: &str) -> PyResult<Bound<'py, PyList>> {
        let number = self.known(py, unique_id)?;
        self.ids(py, self.held.graph().children(number))
    }

    #[pyo3(signature = (unique_id, steps=None))]
    fn ancestors<'py>(
        &self,
        py: Python<'py>,
        unique_id: &str,
        steps: Option<usize>,
    ) -> PyResult<Bound<'py, PyList>> {
        let number = self.known(py, unique_id)?;
        let reached = py.detach(|| self.held.graph().ancestors(number, steps));
        self.ids(py, &reached)
    }

    #[pyo3(signature = (unique_id, steps=None))]
    fn descendants<'py>(
        &self,
        py: Python<'py>,
        unique_id: &str,
        steps: Option<usize>,
    ) -> PyResult<Bound<'py, PyList>> {
        let number = self.known(py, unique_id)?;
        let reached = py.detach(|| self.held.graph().descendants(number, steps));
        self.ids(py, &reached)
    }

    fn topological_order<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        match py.detach(|| self.held.topological_order()) {
            Ok(order) => self.ids(py, &order),
            Err(cycle) => {
                let cycle = self.ids(py, &cycle.0)?.unbind();
                Err(failure(py, "manifest_cycle", (cycle,)))
            }
        }
    }

    fn find_cycle<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        let cycle = py.detach(|| self.held.graph().find_cycle());
        cycle.map(|cycle| self.ids(py, &cycle.0)).transpose()
    }

    fn dangling(&self) -> Vec<&str> {
        self.held.dangling().iter().map(|id| &**id).collect()
    }

    fn differing(&self, py: Python<'_>, other: &Self, ignored: Vec<String>) -> Vec<(&str, Vec<String>)> {
        let found = py.detach(|| self.held.differing(&other.held, &ignored));
        let named = found
            .into_iter()
            .map(|(number, names)| (self.held.id(number), names.into_iter().map(Cow::into_owned).collect()));
        named.collect()
    }

    #[pyo3(signature = (layout="kept"))]
    fn to_json<'py>(&self, py: Python<'py>, layout: &str) -> PyResult<Bound<'py, PyBytes>> {
        let layout = match layout {
            "kept" => return Ok(PyBytes::new(py, self.held.text().as_bytes())),
            "dbt" => Layout::Dbt,
            "compact" => Layout::Compact,
            _ => return Err(PyValueError::new_err(format!("unknown layout {layout:?}"))),
        };
        let written = py.detach(|| self.held.to_json(layout));
        Ok(PyBytes::new(py, &written))
    }
}

impl DbtDocument {
    fn row<'a>(&'a self, resource: &'a Resource) -> (&'a str, &'a str, &'a str) {
        (&resource.id, self.held.type_of(resource), self.held.collection_of(resource))
    }

    /// Where a resource's object starts; disabled ones count down from -1.
    fn offset(&self, number: i64) -> PyResult<u32> {
        let resource = match usize::try_from(number) {
            Ok(number) => self.held.resources().get(number),
            Err(_) => usize::try_from(-1 - number).ok().and_then(|number| self.held.disabled().get(number)),
        };
        let resource = resource.ok_or_else(|| PyIndexError::new_err("no resource has this number"))?;
        Ok(self.held.offset_of(resource))
    }

    fn known(&self, py: Python<'_>, unique_id: &str) -> PyResult<u32> {
        self.held.number(unique_id).ok_or_else(|| {
            let ids: Vec<&str> = self.held.resources().iter().map(|resource| &*resource.id).collect();
            failure(py, "unknown_resource", (unique_id, ids))
        })
    }

    fn ids<'py>(&self, py: Python<'py>, numbers: &[u32]) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, numbers.iter().map(|&number| self.held.id(number)))
    }
}

/// A list or an object that is being filled.
enum Open<'py> {
    List(Bound<'py, PyList>),
    Object(Bound<'py, PyDict>, Option<Bound<'py, PyAny>>),
}

/// The Python value of events, as `json.loads` makes it.
fn value<'a, 'py>(
    py: Python<'py>,
    events: impl IntoIterator<Item = Event<'a>>,
) -> PyResult<Bound<'py, PyAny>> {
    let mut open: Vec<Open<'py>> = Vec::new();
    for event in events {
        let made = match event {
            Event::Null => py.None().into_bound(py),
            Event::Boolean(truth) => truth.into_pyobject(py)?.to_owned().into_any(),
            Event::Integer(written) => integer(py, written)?,
            Event::Float(written) => {
                // The text is a number's, so it is parsed.
                written.parse::<f64>().unwrap_or(f64::NAN).into_pyobject(py)?.into_any()
            }
            Event::Text(text) => string(py, text)?,
            Event::Key(text) => {
                if let Some(Open::Object(_, key)) = open.last_mut() {
                    *key = Some(string(py, text)?);
                }
                continue;
            }
            Event::StartList => {
                open.push(Open::List(PyList::empty(py)));
                continue;
            }
            Event::StartObject => {
                open.push(Open::Object(PyDict::new(py), None));
                continue;
            }
            Event::End => match open.pop() {
                Some(Open::List(list)) => list.into_any(),
                Some(Open::Object(object, _)) => object.into_any(),
                None => break,
            },
        };
        match open.last_mut() {
            Some(Open::List(list)) => list.append(made)?,
            Some(Open::Object(object, key)) => {
                if let Some(key) = key.take() {
                    object.set_item(key, made)?;
                }
            }
            None => return Ok(made),
        }
    }
    Ok(py.None().into_bound(py))
}

fn integer<'py>(py: Python<'py>, written: &str) -> PyResult<Bound<'py, PyAny>> {
    match (written.parse::<i64>(), written.parse::<u64>()) {
        (Ok(number), _) => Ok(number.into_pyobject(py)?.into_any()),
        (_, Ok(number)) => Ok(number.into_pyobject(py)?.into_any()),
        _ => py.get_type::<PyInt>().call1((written,)),
    }
}

fn string<'py>(py: Python<'py>, text: JsonText<'_>) -> PyResult<Bound<'py, PyAny>> {
    match text {
        JsonText::Text(text) => Ok(PyString::new(py, &text).into_any()),
        JsonText::Surrogates(points) => {
            let bytes: Vec<u8> = points.into_iter().flat_map(u32::to_le_bytes).collect();
            PyBytes::new(py, &bytes).call_method1("decode", ("utf-32-le", "surrogatepass"))
        }
    }
}
