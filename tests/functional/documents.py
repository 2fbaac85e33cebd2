"""Follow documents as a reader would: save files, run programs and commands, compare the output.

    ```python                   a program that is complete: it is run
    ```{code-block} json        with `:caption: models.json`: a file to save
    ```console                  `$ ` commands, each followed by what it answers on a terminal;
                                `...` there matches anything, and so does leaving the output out
    ```sh                       needs what tests do not have: not run
    <!-- fails -->              the last command of the next block must fail
    <!-- run: COMMAND -->       run before the page goes on, and not shown: it may damage or change
                                the reader's files, but not create any that a reader would not have

A page is followed from top to bottom in a folder of its own.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import warm
from terminal import at_terminal

_FENCE = re.compile(
    r"^```(?:\{code-block\} ?)?(?P<language>[a-z]+)\n(?P<text>.*?)^```$"
    r"|^<!-- (?P<order>fails|run: [^\n]+) -->$",
    re.MULTILINE | re.DOTALL,
)
_CAPTION = re.compile(r":caption: (?P<name>\S+)\n\n")
_COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n?", re.MULTILINE)
# What makes a command more than words for a program.
_SHELL = re.compile(r"[|&;<>()$`*?~{}\[\]!\\]")
_ASSIGNMENT = re.compile(r"(?P<name>[A-Z_]+)=(?P<value>.*)")
# What imports torch, for which a fork is faster than a new process. Anything runs in either.
_LOADS = re.compile(
    r"\b(load|ModelManager|embed_corpus|SentenceTransformer)\("
    r"|\bregistry (embed|export|reindex)\b|--(probe|served)\b"
)
_STYLES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# Variables that would change what programs print or which models are used.
_FOREIGN = ("REGISTRY_", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "GIT_", "PYTHON", "OLLAMA_")


@dataclass(frozen=True)
class Block:
    """A block of a document and its first line's number."""

    language: str
    text: str
    line: int
    caption: str | None = None


@dataclass(frozen=True)
class Exchange:
    """A command and the output that the document shows for it."""

    command: str
    answer: str
    line: int
    fails: bool = False


def blocks(document: str) -> Iterator[Block]:
    """The fenced blocks of a document; `<!-- ... -->` directives have the language "order"."""
    for found in _FENCE.finditer(document):
        line = document.count("\n", 0, found.start()) + 2
        if found["order"]:
            yield Block("order", found["order"], line)
            continue
        text = found["text"]
        caption = _CAPTION.match(text)
        if caption:
            yield Block(found["language"], text[caption.end() :], line + 2, caption["name"])
        else:
            yield Block(found["language"], text, line)


def exchanges(block: Block, *, fails: bool = False) -> list[Exchange]:
    """The commands of a console block, each with the lines up to the next one."""
    starts = list(_COMMAND.finditer(block.text))
    ends = [*(found.start() for found in starts[1:]), len(block.text)]
    return [
        Exchange(
            found[1].replace("\\\n", ""),
            block.text[found.end() : end],
            block.line + block.text.count("\n", 0, found.start()),
            fails and end == len(block.text),
        )
        for found, end in zip(starts, ends, strict=True)
    ]


@dataclass
class Reader:
    """A reader who follows a document in a folder, with environment variables.

    as_users: start every process as users do, which takes longer than to fork it (warm.py).
    """

    folder: Path
    variables: Mapping[str, str]
    as_users: bool = False

    def follow(self, document: str) -> None:
        """Follow a document from top to bottom."""
        fails = False
        for block in blocks(document):
            if block.language == "order":
                fails = block.text == "fails"
                if not fails:
                    self.hidden(block.text.removeprefix("run: "))
                continue
            if block.caption is not None:
                path = self.folder / block.caption
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text)
            elif block.language == "python":
                self.run_python("-W", "error", "-c", block.text)
            elif block.language == "console":
                for exchange in exchanges(block, fails=fails):
                    self.answer(exchange)
            fails = False

    def hidden(self, command: str) -> None:
        """Run what a page does not show; it must not create what the page needs later."""
        before = self.files()
        self.run("bash", "-ec", command)
        made = self.files() - before
        assert not made, f"{command}\nmakes, silently to readers: {sorted(made)}"

    def files(self) -> set[str]:
        """The reader's files: in the folder, and in the caches under HOME."""
        home = self.variables.get("HOME")
        folders = [self.folder, *([Path(home)] if home else [])]
        return {str(path) for folder in folders for path in folder.rglob("*")}

    def run(self, *command: str) -> str:
        """Run a program that must succeed; returns its stdout."""
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command[-1]}\n{done.stdout}{done.stderr}"
        return done.stdout

    def run_python(self, *arguments: str) -> None:
        """Run a Python program that must succeed."""
        if self.as_users or not _LOADS.search(arguments[-1]):
            self.run(sys.executable, *arguments)
            return
        done = warm.run(arguments, self.folder, self.environment)
        assert done.status == 0, f"{arguments[-1]}\n{done.output}"

    def answer(self, exchange: Exchange) -> None:
        """Run a command; its exit status and output must be what the document says."""
        shown, complaints, status = self.at_terminal(exchange.command)
        answer = _tidy(f"{_tidy(shown)}\n{complaints}")
        where = f"line {exchange.line}: {exchange.command}\n{answer}"
        assert (status != 0) is exchange.fails, f"exit status {status}, {where}"
        if exchange.answer.strip():
            assert _pattern(exchange.answer).fullmatch(answer), where

    def at_terminal(self, command: str) -> tuple[str, str, int]:
        """Its terminal output, its stderr, its exit status."""
        words = [] if self.as_users or _SHELL.search(command) else shlex.split(command, True)
        named = [self.folder / each for each in words if each.endswith(".py")]
        scripts = [path.read_text() for path in named if path.is_file()]
        if not _LOADS.search("\n".join([command, *scripts])):
            words = []
        environment = self.environment
        while words and (found := _ASSIGNMENT.fullmatch(words[0])):
            environment[found["name"]] = found["value"]
            del words[0]
        if words[:1] == ["registry"]:
            words[0] = str(Path(sys.executable).with_name("registry"))
        elif words[:1] == ["python"]:
            del words[0]
        else:
            shell = ("bash", "-c", command)
            return at_terminal(shell, self.folder, self.environment, columns=100)
        return warm.at_terminal(words, self.folder, environment, columns=100)

    @property
    def environment(self) -> dict[str, str]:
        """For its programs: this interpreter's scripts come first, user settings are removed."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)}
        path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
        return kept | {"PATH": path, "TERM": "xterm-256color"} | dict(self.variables)


def check_types(programs: Iterable[Block], folder: Path) -> None:
    """Check programs with mypy in strict mode, ignoring missing packages."""
    paths: list[Path] = []
    for number, program in enumerate(programs):
        paths.append(folder / f"program_{number}_line_{program.line}.py")
        paths[-1].write_text(program.text)
    assert paths
    command = (sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports")
    settings = ("--config-file=", f"--cache-dir={folder / 'cache'}")
    Reader(folder, {}).run(*command, *settings, *map(str, paths))


def _tidy(text: str) -> str:
    """Without styles, trailing blanks, and the length of horizontal rules."""
    plain = re.sub("─+", "─", _STYLES.sub("", text))
    return "\n".join(line.rstrip() for line in plain.splitlines()).strip("\n")


def _pattern(expected: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in _tidy(expected).split("...")]
    return re.compile(".*?".join(parts), re.DOTALL)
