"""Put content into a file: whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path


def write_atomically(path: Path, content: str | bytes, *, mode: int | None = None) -> None:
    r"""Write bytes, or a text as UTF-8, line ends as they are; the folder must be there.

    A reader sees the old content or the new one. The permissions of the file stay, unless `mode`
    says otherwise, and a link stays a link. A process that is killed may leave a `.name.*.tmp`
    behind, and nothing worse.

    Raises OSError where the file or its folder cannot be written, or the disk is full; it names
    the file, which is then as it was.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomically(Path(folder, "a.txt"), "one\r\n")
    ...     Path(folder, "a.txt").read_bytes()
    b'one\r\n'
    """
    # Not Path.resolve: it raises RuntimeError where links lead in a circle.
    target = Path(os.path.realpath(path))
    data = content.encode("utf-8") if isinstance(content, str) else content
    present = _mode(target)
    mode = present if mode is None else mode
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(target)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):  # of the temporary file, or of none: the disk is full
            error.filename, error.filename2 = str(path), None
        raise


def write_if_changed(path: Path, text: str) -> bool:
    """As write_atomically, unless the file holds just that; say whether it was needed."""
    try:
        if path.read_bytes() == text.encode("utf-8"):
            return False
    except FileNotFoundError:
        pass
    write_atomically(path, text)
    return True


def _mode(target: Path) -> int | None:
    """The permissions of a file; None of one that is not there yet, the umask has them."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    # Replacing asks only the folder for permission, and would make /dev/null a file.
    if not target.is_file():
        raise OSError(errno.EINVAL, "it is no regular file", str(target))
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    return mode & 0o7777
