"""Atomic writes from outside: processes that are killed, full disks, read-only folders."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import NO_BYTECODE, environment

from registry_base.atomic_write import write_atomically, write_if_changed

OLD = "old\n"
NEW = "new\n" * 100_000
# Kills itself at the nth system call that it makes: open, chmod, rename.
KILLED = """
import os, signal, sys
from pathlib import Path
from registry_base.atomic_write import write_atomically

left = int(sys.argv[2])

def die_in_time(event, arguments):
    global left
    if event in ("open", "os.chmod", "os.rename", "os.remove"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(die_in_time)
write_atomically(Path(sys.argv[1]), "new\\n" * 100_000)
"""
# Hits a limit on file size: the write is refused as on a full disk, or the process is killed.
LIMITED = """
import resource, signal, sys
from pathlib import Path
from registry_base.atomic_write import write_atomically

if sys.argv[2] == "killed":
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
try:
    write_atomically(Path(sys.argv[1]), "new\\n" * 100_000)
except OSError as error:
    sys.exit(f"refused: {Path(error.filename).name}: {error.strerror}")
"""
# Drops privileges, because root may write everywhere.
UNPRIVILEGED = """
import os, sys
from pathlib import Path
from registry_base.atomic_write import write_atomically

if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    write_atomically(Path(sys.argv[1]), "new")
except OSError as error:
    sys.exit(f"refused: {Path(error.filename).name}: {error.strerror}")
"""


def python(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        env=environment(**NO_BYTECODE),
        capture_output=True,
        text=True,
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


class TestWhole:
    def test_what_is_written_is_there_byte_for_byte(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        for text in ("", "one\r\ntwo\n", "日本\x00\n"):
            write_atomically(path, text)
            assert path.read_bytes() == text.encode()
            assert names(tmp_path) == ["a.txt"]

    def test_an_unchanged_file_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        assert write_if_changed(path, OLD)
        before = path.stat()
        assert not write_if_changed(path, OLD)
        assert path.stat() == before
        assert write_if_changed(path, NEW)
        assert path.stat().st_ino != before.st_ino

    @pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
    def test_the_permissions_stay(self, tmp_path: Path, mode: int) -> None:
        path = tmp_path / "a.txt"
        path.write_text(OLD)
        path.chmod(mode)
        write_atomically(path, NEW)
        assert stat.S_IMODE(path.stat().st_mode) == mode

    @pytest.mark.parametrize("mask", [0o022, 0o077])
    def test_a_new_file_has_those_of_the_umask(self, tmp_path: Path, mask: int) -> None:
        path = tmp_path / "a.txt"
        before = os.umask(mask)
        try:
            write_atomically(path, NEW)
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask

    def test_a_link_stays_a_link(self, tmp_path: Path) -> None:
        real, link = tmp_path / "folder" / "real.txt", tmp_path / "link.txt"
        real.parent.mkdir()
        real.write_text(OLD)
        link.symlink_to("folder/real.txt")
        write_atomically(link, NEW)
        assert link.is_symlink()
        assert real.read_text() == NEW
        assert names(real.parent) == ["real.txt"]


class TestNotAtAll:
    @pytest.mark.parametrize("moment", [1, 2, 3])
    def test_a_process_that_is_killed(self, tmp_path: Path, moment: int) -> None:
        path = tmp_path / "a.txt"
        path.write_text(OLD)
        done = python(KILLED, path, moment)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert path.read_text() == OLD
        write_atomically(path, NEW)
        assert path.read_text() == NEW

    def test_nothing_else_is_asked_for(self, tmp_path: Path) -> None:
        """There is no fourth call, so the test above covers all moments."""
        path = tmp_path / "a.txt"
        path.write_text(OLD)
        assert python(KILLED, path, 4).returncode == 0
        assert path.read_text() == NEW

    def test_a_disk_that_is_full(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text(OLD)
        done = python(LIMITED, path, "refused")
        assert (done.returncode, done.stderr) == (1, f"refused: {path.name}: File too large\n")
        assert path.read_text() == OLD
        assert names(tmp_path) == ["a.txt"]

    def test_a_process_that_is_killed_while_it_writes(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text(OLD)
        done = python(LIMITED, path, "killed")
        assert done.returncode == -signal.SIGXFSZ, done.stderr
        assert path.read_text() == OLD
        (half,) = set(names(tmp_path)) - {"a.txt"}
        assert (tmp_path / half).stat().st_size == 8192

    def test_a_folder_that_may_not_be_written(self, public_folder: Path) -> None:
        path = public_folder / "a.txt"
        path.write_text(OLD)
        public_folder.chmod(0o555)
        done = python(UNPRIVILEGED, path)
        assert (done.returncode, done.stderr) == (1, f"refused: {path.name}: Permission denied\n")
        assert path.read_text() == OLD
        assert names(public_folder) == ["a.txt"]

    def test_a_file_that_may_not_be_written_in_a_folder_that_may(self, public_folder: Path) -> None:
        path = public_folder / "a.txt"
        path.write_text(OLD)
        path.chmod(0o444)
        public_folder.chmod(0o777)
        done = python(UNPRIVILEGED, path)
        assert (done.returncode, done.stderr) == (1, f"refused: {path.name}: Permission denied\n")
        assert path.read_text() == OLD
        assert names(public_folder) == ["a.txt"]

    def test_what_is_no_file(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        for path in (tmp_path, tmp_path / "pipe"):
            with pytest.raises(OSError, match="not a regular file"):
                write_atomically(path, NEW)
        assert names(tmp_path) == ["pipe"]

    def test_links_in_a_circle_and_folders_that_are_not_there(self, tmp_path: Path) -> None:
        (tmp_path / "a").symlink_to("b")
        (tmp_path / "b").symlink_to("a")
        for path in (tmp_path / "a", tmp_path / "none" / "a.txt"):
            with pytest.raises(OSError):  # noqa: PT011 - each has words of its own
                write_atomically(path, NEW)
        assert names(tmp_path) == ["a", "b"]

    def test_a_text_that_is_no_utf_8(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text(OLD)
        with pytest.raises(UnicodeEncodeError):
            write_atomically(path, "\ud800")
        assert path.read_text() == OLD
        assert names(tmp_path) == ["a.txt"]
