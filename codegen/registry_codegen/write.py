"""Put the generated files in place: each atomically, and only if it changed.

The module that people import from is written last, and every file names the generation that it
belongs to: files left by a killed run refuse to be imported rather than mix catalogues.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from registry_base.atomic_write import clear_leftovers, write_atomically
from registry_base.regular_file import read_regular
from registry_codegen.catalogues import MERGED_NAME, PARTS
from registry_codegen.errors import ConfigurationError

# In the header of every generated file, in every release.
_MARK = b"\n# Generator: tessera-registry "
_JSON_MARK = b'\n "generator": "tessera-registry '


def write_files(output: Path, files: Mapping[str, str]) -> bool:
    """Write the files next to `output`, and remove earlier ones; returns whether anything changed.

    An unchanged file keeps its time stamp, so that nothing downstream is rebuilt. The mode is
    0644 whatever the umask, so that the file is the same in every wheel. Raises
    ConfigurationError, and writes nothing, if it would overwrite hand-made files.
    """
    wanted = {output.parent / name: text.encode("utf-8") for name, text in files.items()}
    present = {path: _generated(path) for path in wanted}
    stale = stale_files(output, files)
    for path, content in wanted.items():
        if present[path] != content:
            _write(path, content)
    for path in stale:
        path.unlink()
    for path in (*wanted, *stale):
        clear_leftovers(path)
    return bool(stale) or present != wanted


def stale_files(output: Path, files: Mapping[str, str]) -> list[Path]:
    """Files of an earlier, larger catalogue: generated, and not among these."""
    wanted = {output.parent / name for name in files}
    return [path for path in generated_parts(output) if path not in wanted]


def remove_files(output: Path) -> None:
    """Remove what was generated. Raises ConfigurationError for hand-made files."""
    for path in (output, output.with_suffix(".pyi")):
        _generated(path)
        path.unlink(missing_ok=True)
    for path in generated_parts(output):
        path.unlink()
    folder = parts_folder(output)
    for each in (folder / "__pycache__").glob("*.pyc"):
        each.unlink()
    for each in (folder / "__pycache__", folder):
        if each.is_dir() and not any(each.iterdir()):
            each.rmdir()


def parts_folder(output: Path) -> Path:
    """The package next to the module that people import from."""
    return output.with_name(f"{output.stem}{PARTS}")


def generated_parts(output: Path) -> list[Path]:
    """The generated files in the package; other files in it are left alone."""
    folder = parts_folder(output)
    found = sorted([*folder.glob("*.py"), *folder.glob(MERGED_NAME)])
    return [path for path in found if path.is_file() and _is_generated(path.read_bytes())]


def _is_generated(content: bytes) -> bool:
    return _MARK in content or _JSON_MARK in content


def _generated(path: Path) -> bytes:
    """The existing content: an earlier file, or nothing."""
    try:
        present = read_regular(path)
    except FileNotFoundError:
        return b""
    if present.strip() and not _is_generated(present):
        raise ConfigurationError(
            f"{path}: was not generated, so it is kept; name another output, or remove it yourself"
        )
    return present


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, content, mode=0o644)
    # Python takes a compiled file for that of any source of the same size and second. Where it may
    # not be removed, Python looks at those two, as ever.
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        with suppress(OSError):
            compiled.unlink()
