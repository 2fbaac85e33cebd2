"""Put the generated module in place: whole or not at all, and only if it changed.

The run time has an atomic write of its own, for files that people share: it cannot be imported
here, for `registry` is what is being built.
"""

import os
import tempfile
from pathlib import Path

from registry_codegen.errors import ConfigurationError

# In the header of every generated module, of whatever release.
_MARK = b"\n# Generator: tessera-registry "


def write_module(path: Path, text: str) -> bool:
    """Write the module atomically; say whether it was needed.

    An unchanged file keeps its time stamp, so that nothing downstream is rebuilt. The mode is
    0644 whatever the umask, so that the file is the same in every wheel. Raises
    ConfigurationError, and writes nothing, where somebody's own work stands.
    """
    content = text.encode("utf-8")
    present = _generated(path)
    if present == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink()
        raise
    return True


def remove_module(path: Path) -> None:
    """Remove the module if it is there. Raises ConfigurationError for somebody's own work."""
    _generated(path)
    path.unlink(missing_ok=True)


def _generated(path: Path) -> bytes:
    """What stands there: an earlier module, or nothing."""
    try:
        present = path.read_bytes()
    except FileNotFoundError:
        return b""
    if present.strip() and _MARK not in present:
        raise ConfigurationError(
            f"{path}: was not generated, so it stays; name another output, or remove it yourself"
        )
    return present
