"""Editing a catalogue from programs: checked, atomic, and one at a time."""

import json
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import environment

from catalogues import ROOT, catalogue, entry
from registry.catalogue.editing import CatalogueFile, editing
from registry.errors import CatalogueFileError
from registry.files.file_lock import exclusive

# Adds entries one by one, each in an edit of its own; arguments: PATH, NAME, COUNT.
WRITER = """
import sys
from pathlib import Path
from registry.catalogue.editing import editing

path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(count):
    with editing(path) as file:
        file.insert({
            "id": f"{name}-{number}", "type": "dense", "name": name, "description": "A model.",
            "huggingface_id": f"org/{name}-{number}", "organization": "org", "license": "MIT",
            "specs": {"parameters": "110M", "embedding_dim": 768, "context_length": 512},
        })
"""
# Kills itself at a given system call; arguments: PATH, EVENT, END OF THE FILE NAME.
KILLED = """
import os, signal, sys
from pathlib import Path
from registry.catalogue.editing import editing

def die(event, arguments):
    if event == sys.argv[2] and str(arguments[0]).endswith(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(die)
with editing(Path(sys.argv[1])) as file:
    file.set("some-model", ("license",), "Apache-2.0")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a project, made the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, *models: dict[str, object], newline: str = "\n") -> Path:
    made = json.dumps(catalogue(*(models or (entry(),))), indent=2) + "\n"
    path.write_bytes(made.replace("\n", newline).encode())
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def start(program: str, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class TestEditing:
    def test_every_edit_reaches_the_file_and_nothing_else_does(self, folder: Path) -> None:
        path = write(folder / "models.json", entry(), entry("other", aliases=["another"]))
        with editing(path) as file:
            file.set("some-model", ("license",), "Apache-2.0")
            file.set("some-model", ("capabilities", "languages"), ["en"])
            file.remove("other", ("aliases",))
            file.insert(entry("third"))
            assert [each["id"] for each in file.entries] == ["some-model", "other", "third"]
        wanted = [
            entry(license="Apache-2.0", capabilities={"languages": ["en"]}),
            entry("other"),
            entry("third"),
        ]
        assert json.loads(path.read_text()) == catalogue(*wanted)
        assert names(folder) == ["models.json"]
        with editing(path) as file:
            file.remove("other")
        assert json.loads(path.read_text()) == catalogue(wanted[0], wanted[2])

    def test_our_own_catalogue_changes_in_one_line(self, folder: Path) -> None:
        before = (ROOT / "models.json").read_bytes()
        (folder / "models.json").write_bytes(before)
        with editing(folder / "models.json") as file:
            file.set("colbert-v2", ("specs", "memory_mb"), 419)
        after = (folder / "models.json").read_bytes()
        assert after == before.replace(b'"memory_mb": 418\n', b'"memory_mb": 419\n', 1)
        assert after != before

    def test_line_ends_permissions_and_links_stay(self, folder: Path) -> None:
        real = write(folder / "real.json", newline="\r\n")
        real.chmod(0o640)
        (folder / "models.json").symlink_to("real.json")
        with editing(folder / "models.json") as file:
            file.insert(entry("other"))
        content = real.read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n") > 20
        assert stat.S_IMODE(real.stat().st_mode) == 0o640
        assert (folder / "models.json").is_symlink()
        assert names(folder) == ["models.json", "real.json"]

    def test_an_edit_that_changes_nothing_writes_nothing(self, folder: Path) -> None:
        path = write(folder / "models.json")
        before = path.stat()
        with editing(path) as file:
            file.set("some-model", ("name",), "Some Model")
            file.remove("some-model", ("aliases",))
        assert path.stat() == before

    def test_an_error_in_the_block_writes_nothing(self, folder: Path) -> None:
        path = write(folder / "models.json")
        before = path.read_bytes()
        with pytest.raises(ZeroDivisionError), editing(path) as file:  # noqa: PT012
            file.set("some-model", ("license",), "Apache-2.0")
            raise ZeroDivisionError
        assert path.read_bytes() == before
        assert names(folder) == ["models.json"]

    def test_entries_are_copies(self, folder: Path) -> None:
        file = CatalogueFile.read(write(folder / "models.json"))
        file.entries[0]["id"] = "changed"
        assert file.entries[0]["id"] == "some-model"


class TestChecking:
    def test_every_problem_of_the_new_text_with_its_place(self, folder: Path) -> None:
        path = write(folder / "models.json")
        before = path.read_bytes()
        with pytest.raises(CatalogueFileError) as error, editing(path) as file:  # noqa: PT012
            file.set("some-model", ("license",), 7)
            file.set("some-model", ("specs", "embedding_dim"), 0)
        first, second, last = str(error.value).splitlines()
        assert re.match(rf"{path.name}:\d+:\d+: ", first)
        assert ": /models/0/license: 7 should be a string" in first
        assert ": /models/0/specs/embedding_dim: 0 should be" in second
        assert last == "2 problems; nothing was written"
        assert path.read_bytes() == before

    def test_an_id_that_is_taken(self, folder: Path) -> None:
        path = write(folder / "models.json")
        with pytest.raises(CatalogueFileError, match="some-model"), editing(path) as file:
            file.insert(entry())

    def test_problems_of_before_can_be_mended(self, folder: Path) -> None:
        path = write(folder / "models.json", entry(license=7))
        file = CatalogueFile.read(path)
        assert [problem.pointer for problem in file.problems()] == ["/models/0/license"]
        file.set("some-model", ("license",), "Apache-2.0")
        assert file.problems() == []
        assert file.save()
        assert not file.save()

    def test_what_is_no_json_is_told_with_line_and_column(self, folder: Path) -> None:
        path = folder / "models.json"
        path.write_text('{\n  "models": [,]\n}\n')
        with pytest.raises(CatalogueFileError, match=r"models\.json:2:14: /: a value belongs here"):
            CatalogueFile.read(path)
        with pytest.raises(CatalogueFileError, match="there is no such file"):
            CatalogueFile.read(folder / "none.json")
        with (
            pytest.raises(CatalogueFileError, match="cannot be written: No such file"),
            editing(folder / "none" / "models.json"),
        ):
            raise AssertionError
        assert names(folder) == ["models.json"]

    def test_entries_and_values_that_cannot_be(self, folder: Path) -> None:
        file = CatalogueFile.read(write(folder / "models.json"))
        before = file.text
        with pytest.raises(CatalogueFileError, match="no entry 'nobody' in this file"):
            file.set("nobody", ("license",), "MIT")
        with pytest.raises(CatalogueFileError, match="no place to add it"):
            file.set("some-model", ("name", "first"), "A")
        for value in (float("nan"), "\ud800"):
            with pytest.raises(CatalogueFileError, match="cannot be edited"):
                file.set("some-model", ("license",), value)
        (folder / "list.json").write_text("[]\n")
        with pytest.raises(CatalogueFileError, match="no list /models"):
            CatalogueFile.read(folder / "list.json").insert(entry())
        assert file.text == before

    def test_what_somebody_else_wrote_meanwhile_is_not_lost(self, folder: Path) -> None:
        path = write(folder / "models.json")
        file = CatalogueFile.read(path)
        file.set("some-model", ("license",), "Apache-2.0")
        write(path, entry(), entry("other"))  # an editor does not take our lock
        with pytest.raises(CatalogueFileError, match="has changed since it was read"):
            file.save()
        assert len(json.loads(path.read_text())["models"]) == 2

    def test_what_the_project_extends_counts(self, folder: Path) -> None:
        path = folder / "models.json"
        path.write_text('{\n  "models": [\n    {"id": "colbert-v2", "license": "MIT"}\n  ]\n}\n')
        alone = CatalogueFile.read(path).problems()
        assert any("is missing" in problem.message for problem in alone)
        (folder / "pyproject.toml").write_text(
            "[tool.hatch.build.hooks.model-registry]\n"
            'output = "src/acme/_generated.py"\nextends = "registry"\n'
        )
        with editing(path) as file:
            assert file.problems() == []
            file.set("colbert-v2", ("aliases",), ["ours"])
        with pytest.raises(CatalogueFileError, match="projection_dims"), editing(path) as file:
            file.set("colbert-v2", ("specs", "embedding_dim"), 96)
        with pytest.raises(CatalogueFileError, match="no entry 'jina-colbert-v2' in this file"):
            CatalogueFile.read(path).set("jina-colbert-v2", ("license",), "MIT")
        (folder / "pyproject.toml").write_text(
            "[tool.hatch.build.hooks.model-registry]\noutputs = 1\n"
        )
        with pytest.raises(CatalogueFileError, match="unknown option 'outputs'"):
            CatalogueFile.read(path)


class TestTogether:
    def test_writers_at_once_lose_nothing(self, folder: Path) -> None:
        path = write(folder / "models.json")
        writers = [start(WRITER, path, f"writer-{number}", "3") for number in range(4)]
        for writer in writers:
            _, complaints = writer.communicate()
            assert (writer.returncode, complaints) == (0, "")
        ids = {model["id"] for model in json.loads(path.read_text())["models"]}
        assert ids == {"some-model", *(f"writer-{w}-{n}" for w in range(4) for n in range(3))}
        assert names(folder) == ["models.json"]

    @pytest.mark.parametrize(
        ("event", "end"),
        [("open", "models.json"), ("open", ".tmp"), ("os.rename", ".tmp")],
        ids=["reading", "writing", "written"],
    )
    def test_one_that_is_killed_leaves_the_old_file_and_holds_nobody_up(
        self, folder: Path, event: str, end: str
    ) -> None:
        path = write(folder / "models.json")
        before = path.read_bytes()
        killed = start(KILLED, path, event, end)
        killed.communicate()
        assert killed.returncode == -signal.SIGKILL
        assert path.read_bytes() == before
        with editing(path) as file:
            file.set("some-model", ("license",), "Apache-2.0")
        assert json.loads(path.read_text())["models"][0]["license"] == "Apache-2.0"
        assert ".models.json.lock" not in names(folder)

    def test_one_that_is_stuck_is_named(self, folder: Path) -> None:
        path = write(folder / "models.json")
        holder = start(
            "import sys\nfrom pathlib import Path\nfrom registry.files.file_lock import exclusive\n"
            "with exclusive(Path(sys.argv[1])):\n    print('held', flush=True)\n    input()",
            path,
        )
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(TimeoutError, match=r"another process has been writing it for 0\.2 s"),
            exclusive(path, patience=0.2),
        ):
            raise AssertionError
        holder.kill()
        holder.communicate()
        with exclusive(path):
            assert names(folder) == [".models.json.lock", "models.json"]
        assert names(folder) == ["models.json"]

    def test_links_share_the_lock_of_their_file(self, folder: Path) -> None:
        path = write(folder / "models.json")
        (folder / "link.json").symlink_to("models.json")
        with exclusive(folder / "link.json"):
            assert names(folder) == [".models.json.lock", "link.json", "models.json"]
        assert path.is_file()


def test_without_the_extras_they_are_named(folder: Path) -> None:
    path = write(folder / "models.json")
    program = """
import sys
from pathlib import Path
sys.modules[sys.argv[2]] = None
from registry.catalogue.editing import CatalogueFile, editing
from registry.errors import MissingExtraError
try:
    with editing(Path(sys.argv[1])) as file:
        file.set("some-model", ("license",), "Apache-2.0")
except MissingExtraError as error:
    print(error)
"""
    for package, extra in (("filelock", "hub"), ("jsonschema", "codegen")):
        done = start(program, path, package)
        said, complaints = done.communicate()
        assert complaints == ""
        assert said.endswith(f"is not installed: pip install 'tessera-registry[{extra}]'\n")
    assert names(folder) == ["models.json"]
