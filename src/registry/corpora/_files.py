"""Which files make a corpus: files, folders and globs, in a fixed order, of known formats."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from registry.errors import CorpusError
from registry.files.digests import sha256

Format = Literal["parquet", "jsonl", "csv"]

_FORMATS: dict[str, Format] = {
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jsonl.gz": "jsonl",
    ".ndjson.gz": "jsonl",
    ".csv": "csv",
    ".csv.gz": "csv",
}
_KNOWN = ".parquet, .jsonl, .ndjson and .csv; the last three also as .gz"


@dataclass(frozen=True)
class SourceFile:
    """A file of a corpus."""

    path: Path
    format: Format

    @property
    def compressed(self) -> bool:
        """Whether it is compressed with gzip, going by its name."""
        return self.path.name.casefold().endswith(".gz")

    def digest(self) -> str:
        """Its SHA-256. Raises OSError."""
        return sha256(self.path)


def names_of(files: Sequence[SourceFile]) -> list[str]:
    """A name for each file: as many of its last folders as tell it from the others.

    >>> names_of([SourceFile(Path(f"lang={each}/0.csv"), "csv") for each in ("de", "en")])
    ['lang=de/0.csv', 'lang=en/0.csv']
    """
    paths = [file.path.absolute().parts for file in files]
    for length in range(1, max(map(len, paths), default=0) + 1):
        names = ["/".join(parts[-length:]) for parts in paths]
        if len(set(names)) == len(names):
            return names
    return [file.path.as_posix() for file in files]


def find_files(
    corpus: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
) -> tuple[list[SourceFile], list[str]]:
    """The files of a corpus: those named, those in folders and those that globs match.

    Folders are searched recursively; files in them of other formats, and those whose names begin
    with a dot or an underscore, are ignored. Each file counts once. Also returns a line for each
    name that matches no file.
    """
    given = [corpus] if isinstance(corpus, (str, os.PathLike)) else list(corpus)
    found: dict[str, SourceFile] = {}
    problems: list[str] = [] if given else ["no corpus is named"]
    for each in given:
        name = os.fspath(each)
        try:
            files = list(_named(name))
        except CorpusError as error:
            problems.append(str(error))
            continue
        for file in files:
            found.setdefault(os.path.realpath(file.path), file)
    return list(found.values()), problems


def _named(name: str) -> Iterable[SourceFile]:
    path = Path(name).expanduser()
    if path.is_dir():
        inside = sorted(each for each in path.rglob("*") if _counts(each, path))
        files = [SourceFile(each, kind) for each in inside if (kind := _format(each))]
        if not files:
            raise CorpusError(f"{name}: this folder has no files of a known format ({_KNOWN})")
        return files
    if path.exists():
        if not path.is_file():  # a pipe never ends
            raise CorpusError(f"{name}: is not a regular file")
        kind = _format(path)
        if kind is None:
            raise CorpusError(f"{name}: unknown format; known are {_KNOWN}")
        return [SourceFile(path, kind)]
    if glob.has_magic(name):
        matched = sorted(Path(each) for each in glob.glob(str(path), recursive=True))  # noqa: PTH207 - also of an absolute path
        files = [
            SourceFile(each, kind) for each in matched if each.is_file() and (kind := _format(each))
        ]
        if files:
            return files
        raise CorpusError(f"{name}: no file of a known format matches ({_KNOWN})")
    raise CorpusError(f"{name}: there is no such file or folder")


def _counts(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    return path.is_file() and not any(part.startswith((".", "_")) for part in parts)


def _format(path: Path) -> Format | None:
    name = path.name.casefold()
    return next((kind for end, kind in _FORMATS.items() if name.endswith(end)), None)
