"""Put the generated module in place: whole or not at all, and only if it changed."""

from pathlib import Path

from registry_base.atomic_write import write_atomically
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
    write_atomically(path, content, mode=0o644)
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
