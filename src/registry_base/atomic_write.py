"""Put content into a file: whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from registry_base.regular_file import open_regular

if sys.platform != "win32":  # where an open file cannot be removed
    import fcntl


def write_atomically(path: Path, content: str | bytes, *, mode: int | None = None) -> None:
    r"""Write bytes, or a text as UTF-8 with its own line ends; the folder must exist.

    A reader sees the old content or the new one. The permissions of the file stay, unless `mode`
    says otherwise, and a link stays a link. A process that is killed may leave a `.name.*.tmp`
    behind, and nothing worse; the next write to the file removes it.

    Raises OSError where the file or its folder cannot be written, or the disk is full; it names the
    file, which is then unchanged.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomically(Path(folder, "a.txt"), "one\r\n")
    ...     Path(folder, "a.txt").read_bytes()
    b'one\r\n'
    """
    # Not Path.resolve: it raises RuntimeError where links form a loop.
    target = Path(os.path.realpath(path))
    data = content.encode("utf-8") if isinstance(content, str) else content
    present = _mode(target)
    mode = present if mode is None else mode
    clear_leftovers(target)
    temporary = None
    try:
        temporary, file = _begin(target)
        with file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if mode is not None:
                temporary.chmod(mode)
            if sys.platform != "win32":  # while it is held, no process takes it for a leftover
                temporary.replace(target)
        if sys.platform == "win32":
            temporary.replace(target)
    except BaseException as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):  # names the temporary file, or none if the disk is full
            error.filename, error.filename2 = str(path), None
        raise


def write_if_changed(path: Path, text: str) -> bool:
    """Like write_atomically, unless the file holds exactly that; returns whether it was needed."""
    try:
        wanted = text.encode("utf-8")
        with open_regular(path) as file:
            if file.read(len(wanted) + 1) == wanted:
                clear_leftovers(Path(os.path.realpath(path)))
                return False
    except FileNotFoundError:
        pass
    write_atomically(path, text)
    return True


def clear_leftovers(target: Path) -> None:
    """Remove the leftovers of processes that were killed while they wrote a file.

    What a live one is writing stays: it holds the lock of its temporary file.
    """
    leftover = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{8}}\.tmp")
    with suppress(OSError):
        names = [name for name in os.listdir(target.parent) if leftover.fullmatch(name)]  # noqa: PTH208 - names alone
        for name in names:
            _clear(target.with_name(name))


def _clear(leftover: Path) -> None:
    with suppress(OSError):  # not ours to touch, or gone
        if not stat.S_ISREG(leftover.lstat().st_mode):
            return
        with leftover.open("rb") as file:
            if sys.platform != "win32":
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                leftover.unlink()
        if sys.platform == "win32":
            leftover.unlink()


def _begin(target: Path) -> tuple[Path, BinaryIO]:
    """A new temporary file, locked while it is open if the file system can lock."""
    while True:
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
        file = temporary.open("xb")
        try:
            if sys.platform != "win32":
                with suppress(OSError):
                    fcntl.flock(file, fcntl.LOCK_EX)
            if os.path.samestat(os.fstat(file.fileno()), temporary.stat()):
                return temporary, file
        except FileNotFoundError:
            pass  # taken for a leftover before it was locked
        except BaseException:
            file.close()
            temporary.unlink(missing_ok=True)
            raise
        file.close()


def _mode(target: Path) -> int | None:
    """The permissions of a file; None for a new one, which the umask decides."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    # Replacing needs only the folder's permission, and would make /dev/null a file.
    if not target.is_file():
        raise OSError(errno.EINVAL, "it is not a regular file", str(target))
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    return mode & 0o7777
