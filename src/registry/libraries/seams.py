"""Where this package uses non-public parts of libraries, and what happens if they changed.

Each library has a module here that holds all such uses and, at its top, as data, what they rely on.
Code that goes through a seam verifies it first: a change is reported as such before it can look
like a damaged checkpoint or a strange answer.

torch, safetensors, gguf and tokenizers have none: only their documented parts are used.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from pkgutil import resolve_name
from traceback import walk_tb
from types import ModuleType

from registry.errors import LibraryDriftError

_OURS = "registry"
# CPython's messages for arguments that a function does not take.
_REFUSED = re.compile(r"unexpected keyword argument|positional argument|keyword-only argument")


@dataclass(frozen=True)
class Part:
    """A part of a library: "module:name", and the parameters that are passed to it by name.

    replaced: something of ours replaces it and passes on all arguments, so that the library may add
    parameters. With an empty `takes` it may be anything.
    """

    path: str
    takes: tuple[str, ...] = ()
    replaced: bool = False

    @property
    def name(self) -> str:
        """Its full name in Python."""
        return self.path.replace(":", ".")


@dataclass(frozen=True)
class Seam:
    """The parts of a library (by its pip name) that are relied on, and the checked versions."""

    library: str
    checked: str
    parts: tuple[Part, ...]

    def verify(self) -> None:
        """Make sure that every part exists and can be called as we call it.

        Raises LibraryDriftError, and ModuleNotFoundError if the library is not installed.
        """
        for part in self.parts:
            if (moved := self._moved(part)) is not None:
                raise self.drifted(moved)

    def drifted(self, moved: str) -> LibraryDriftError:
        """The error that says what changed."""
        return LibraryDriftError(self.library, self.version, self.checked, moved)

    @property
    def version(self) -> str:
        """The installed version."""
        from importlib.metadata import PackageNotFoundError, version  # 10 ms, of every command

        try:
            return version(self.library)
        except PackageNotFoundError:
            return "of an unknown version"

    @property
    def is_checked(self) -> bool:
        """Whether the installed version is one of the checked ones."""
        from packaging.specifiers import SpecifierSet
        from packaging.version import InvalidVersion

        try:
            return SpecifierSet(self.checked).contains(self.version, prereleases=True)
        except InvalidVersion:
            return False

    def explain(self, error: BaseException) -> LibraryDriftError | None:
        """The meaning of an error that says that the library does not accept, or have, something.

        None for any other: a file, an answer or an argument may be at fault.
        """
        raiser = _raiser(error)
        if isinstance(error, ImportError):  # a checkpoint's code may import removed modules
            asked = _top(error.name) == self._package and raiser in (_OURS, self._package)
        else:
            asked = raiser == _OURS and (
                (isinstance(error, TypeError) and _REFUSED.search(str(error)) is not None)
                or is_of_code(error)
            )
        return self.drifted(f"{type(error).__name__}: {error}") if asked else None

    @property
    def _package(self) -> str:
        return _top(self.parts[0].path.partition(":")[0])

    def _moved(self, part: Part) -> str | None:
        """What changed in a part, if it did."""
        try:
            found = resolve_name(part.path)
        except ModuleNotFoundError as error:
            # The library itself, or what it needs, is not installed: that is not a drift.
            if not (error.name or "").startswith(f"{self._package}."):
                raise
            return f"{part.name} is gone"
        except (ImportError, AttributeError):
            return f"{part.name} is gone"
        if not part.takes:
            return None
        try:
            parameters = inspect.signature(found).parameters
        except (TypeError, ValueError):
            return f"{part.name} can no longer be called"
        if lacking := [name for name in part.takes if name not in parameters]:
            return f"{part.name} no longer accepts {', '.join(lacking)}"
        new = [
            each.name
            for each in parameters.values()
            if each.default is each.empty
            and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
            and each.name not in ("self", *part.takes)
        ]
        return f"{part.name} now wants {', '.join(new)}" if new and not part.replaced else None


def is_of_code(error: BaseException) -> bool:
    """Whether an error says that a module or a class has no such attribute.

    Data is neither, so the cause is code, unless data names the attribute.
    """
    return isinstance(error, AttributeError) and isinstance(error.obj, (ModuleType, type))


def _raiser(error: BaseException) -> str:
    """The package of the innermost line: if it called something, that has not begun to run."""
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    names = [_top(frame.f_globals.get("__name__")) for frame in frames]
    return next((name for name in reversed(names) if name != "importlib"), "")


def _top(module: str | None) -> str:
    return (module or "").partition(".")[0]
