"""The way out: stdout for results, stderr for the rest; styles on a terminal only."""

import os
import sys
from collections.abc import Iterable, Sized
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from registry.cli.terminal.failure import CommandError
from registry_base.orders import ORDERS, json_text

if TYPE_CHECKING:
    from rich.console import RenderableType


class ReaderGoneError(Exception):
    """The reader is gone (`registry list | head -1`): not an error, but nothing left to do."""


def plain(text: str) -> str:
    r"""A text as one harmless line: control characters become escapes.

    >>> plain("a\tb\x1b[2J")
    'a\\tb\\x1b[2J'
    """
    return ORDERS.sub(lambda match: match.group().encode("unicode_escape").decode(), text)


def counted(things: Sized, noun: str) -> str:
    """How many there are.

    >>> counted(["a"], "model"), counted([], "model")
    ('1 model', '0 models')
    """
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def on_terminal() -> bool:
    """Whether results go to a person's screen."""
    return sys.stdout is not None and sys.stdout.isatty()


def write(text: str) -> None:
    """Write a result to stdout, as it is."""
    if sys.stdout is None:  # closed by the shell: `>&-`
        raise CommandError("nowhere to write: standard output is closed")
    _put(sys.stdout, text)


def write_json(data: object) -> None:
    """Write a result as JSON: indented, and with ASCII only where the encoding forces it."""
    encoding = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "")
    write(json_text(data, ascii_only=encoding != "utf8"))


def write_styled(parts: Iterable[tuple[str, str]], *, whole: bool = False) -> None:
    """Write texts, each with a style of rich; the styles show on a terminal.

    whole: do not wrap lines, so that copied text stays intact.
    """
    if on_terminal():
        from rich.text import Text

        write_rich(Text.assemble(*parts, end=""), whole=whole)
    else:
        write("".join(text for text, _ in parts))


def write_rich(renderable: "RenderableType", *, whole: bool = False) -> None:
    """Write a result for a terminal: in color, unless NO_COLOR or the terminal says no."""
    from rich.console import Console  # takes as long as all the rest; not needed in a pipe

    console = Console(
        file=sys.stdout,
        force_terminal=True,
        # With NO_COLOR rich still writes bold; without a color system it writes text alone.
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as capture:
        console.print(renderable, end="", soft_wrap=whole)
    write("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))


def inform(text: str) -> None:
    """Report progress and notes: lines on stderr that begin with `registry: `."""
    _say(text, "registry: ")


def complain(text: str) -> None:
    """Report errors: lines on stderr that begin with `Error: `, in red on a terminal."""
    _say(text, "Error: ", style="1;31")


def report(text: str) -> None:
    """Write lines to stderr as they are: problems, which begin with their position, or help."""
    _say(text, "")


def _say(text: str, prefix: str, style: str = "") -> None:
    if sys.stderr is None:
        return
    if style and sys.stderr.isatty() and _in_color():
        prefix = f"\x1b[{style}m{prefix.rstrip()}\x1b[0m "
    with suppress(CommandError):  # a full disk: there is no way to report it
        _put(sys.stderr, "".join(f"{prefix}{plain(line)}\n" for line in text.splitlines()))


def _in_color() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in ("dumb", "unknown")


def _put(stream: TextIO, text: str) -> None:
    left = memoryview(text.encode(stream.encoding, stream.errors or "strict"))
    try:
        # Not stream.write: with PYTHONUNBUFFERED it silently drops what did not fit.
        while left:
            left = left[stream.buffer.write(left) :]
        stream.flush()
    except BrokenPipeError:
        _silence(stream)
        raise ReaderGoneError from None
    except OSError as error:
        _silence(stream)
        raise CommandError(f"cannot write the output: {error.strerror}") from None


def _silence(stream: TextIO) -> None:
    """Discard the rest of the buffer, or the interpreter complains when it exits."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
