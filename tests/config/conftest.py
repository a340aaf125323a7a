"""A project on disk whose environment file each test writes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from confiture.config import documents
from confiture.config.environment import Environment
from confiture.exceptions import ConfigurationError


class Project:
    """A project directory, with shorthands for writing and loading its environments."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "db" / "environments"
        self.folder.mkdir(parents=True)

    def file(self, env: str = "local") -> Path:
        return self.folder / f"{env}.yaml"

    def write(self, text: str | bytes, env: str = "local") -> Path:
        content = text.encode() if isinstance(text, str) else text
        self.file(env).write_bytes(content)
        return self.file(env)

    def load(self, text: str | bytes | None = None, env: str = "local") -> Environment:
        if text is not None:
            self.write(text, env)
        return Environment.load(env, self.root)

    def refusal(self, text: str | bytes | None = None, env: str = "local") -> ConfigurationError:
        """The error that loading ends in; every one of them has an exit code and a way out."""
        with pytest.raises(ConfigurationError) as caught:
            self.load(text, env)
        error = caught.value
        assert error.exit_code == 5
        assert error.error_code.startswith("CONFIG_0")
        assert error.error_code != "CONFIG_000"
        assert error.resolution_hint
        assert error.message.endswith(".")
        return error

    def refused_at(
        self, text: str | bytes, line: int, column: int, code: str, env: str = "local"
    ) -> ConfigurationError:
        """The error, after checking its code and that it names its place everywhere it should."""
        error = self.refusal(text, env)
        place = {"file": str(self.file(env)), "line": line, "column": column}
        assert {key: error.context.get(key) for key in place} == place
        assert error.message.startswith(f"{self.file(env)}:{line}:{column}: ")
        assert error.error_code == code
        return error


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path.resolve() / "project")


@pytest.fixture(params=["libyaml", "python"])
def each_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run with PyYAML's C parser and with its Python one, which a platform may be limited to."""
    if request.param == "libyaml" and not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")
    loader = yaml.CSafeLoader if request.param == "libyaml" else yaml.SafeLoader
    monkeypatch.setattr(documents, "_Loader", loader)
    return str(request.param)
