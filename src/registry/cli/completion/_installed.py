"""What Typer's script for zsh lacks once `registry --install-completion` has written it."""

from __future__ import annotations

from pathlib import Path

_SCRIPT = Path(".zfunc", "_registry")
# zsh loads the file at the first Tab and treats it as the completion function. Typer's script only
# defines that function, so the first Tab of every new shell would offer nothing.
_CALL = """

if [ "$funcstack[1]" = "_registry" ]; then
  _registry_completion "$@"
fi
"""


def answer_first_tab() -> None:
    """Make the script answer the Tab that loads it, if it exists and does not yet."""
    path = Path.home() / _SCRIPT
    try:
        text = path.read_text("utf-8")
        if "_registry_completion()" in text and "$funcstack" not in text:
            path.write_text(text.rstrip() + _CALL, "utf-8")
    except OSError:
        pass  # another shell, or Typer keeps its script elsewhere: no worse than before
