"""Whether an imported package was built from a project's current catalogue."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from registry.catalogue.codegen import MERGED_NAME, Options
from registry_base.json_shapes import is_list, is_object

# What the generator adds to a catalogue, and what is for editors and rules alone.
_NOT_COMPARED = ("$schema", "as_of", "generator", "layers", "models")


def built_package(options: Options) -> str | None:
    """The imported package that was made from this catalogue as it is now; None if there is none.

    Its constants are then the models in use here, the same objects, and nothing need be compiled. A
    package that is not imported stays so: merely working in a folder runs no code. A catalogue that
    extends another is compiled, because the one below may have changed.
    """
    package = options.package
    imported = sys.modules.get(package or "")
    if imported is None or options.extends is not None or options.face != "_generated":
        return None
    own = _content(options.catalogue_path)
    folders = [Path(each) for each in getattr(imported, "__path__", ())]
    # Also one that was installed from elsewhere, such as a wheel: its content decides.
    same = any(own == _content(each / "_generated_parts" / MERGED_NAME) for each in folders)
    return package if own and same else None


def _content(path: Path) -> Mapping[str, object] | None:
    """The content of a catalogue, ignoring order; None if it is not a catalogue."""
    try:
        data: object = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not is_object(data) or not is_list(models := data.get("models")):
        return None
    entries = {str(each["id"]): each for each in models if is_object(each) and "id" in each}
    if len(entries) < len(models):
        return None
    rest = {key: value for key, value in data.items() if key not in _NOT_COMPARED}
    return {**rest, "models": entries}
