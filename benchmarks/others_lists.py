"""mteb's and litellm's lists as catalogues: how many of their entries our validator accepts.

Both packages are downloaded without dependencies, and their lists are read as data, without
importing anything. The conversion adds no facts; refused entries lack something in their source,
and the reasons are counted.
"""

import ast
import hashlib
import json
import re
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.checkout import use_checkout
from benchmarks.processes import output

use_checkout()

Entry = dict[str, Any]

_MTEB_TYPES = {"late-interaction": "colbert", "cross-encoder": "cross-encoder", "sparse": "sparse"}
_MODES = {"chat": "llm", "completion": "llm", "responses": "llm"} | {
    "embedding": "dense",
    "rerank": "cross-encoder",
}
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
_LONGEST_ID = 50  # of the schema
_NOT_SPECIFIED = {None, "not specified"}


def mteb_entries(wheel: Path) -> Iterator[Entry]:
    """The `ModelMeta(...)` calls in mteb's sources, as far as they use literals."""
    from registry.hub._facts.licenses import catalogue_license
    from registry_base.quantity import format_count

    for meta in _metas(wheel):
        name: str = meta["name"]
        organization, _, _ = name.rpartition("/")
        revision = meta.get("revision")
        dims, parameters = meta.get("embed_dim"), _whole(meta.get("n_parameters"))
        kind = _MTEB_TYPES.get((meta.get("model_type") or ["dense"])[0], "dense")
        terms = meta.get("license")
        entry: Entry = {
            "id": kebab(name.rpartition("/")[2], organization),
            "type": kind,
            "name": name.rpartition("/")[2],
            "description": f"{name}, as mteb lists it.",
            "organization": organization or "mteb",
            "license": None
            if terms in _NOT_SPECIFIED
            else catalogue_license(terms, None, terms, name) or "Proprietary",
            "release_date": meta.get("release_date"),
            "specs": {
                "parameters": format_count(parameters) if parameters else None,
                "parameter_count": parameters if parameters and _exact(parameters) else None,
                "embedding_dim": None
                if kind == "cross-encoder"
                else (max(dims) if isinstance(dims, list) else dims),
                "context_length": _whole(meta.get("max_tokens")),
            },
            "capabilities": {
                **_languages(meta.get("languages")),
                "modalities": meta.get("modalities"),
            },
        }
        if meta.get("framework") == ["API"] or meta.get("open_weights") is False:
            served, _, _ = entry["name"].partition(" (")  # the suffix says how mteb loads it
            entry |= {"provider": kebab(organization), "provider_model": served}
            entry["base_url"] = "https://api.example.com/v1"  # it is in mteb's code only
        else:
            entry["huggingface_id"] = name
            if re.fullmatch("[0-9a-f]{40}", str(revision)):
                entry["revision"] = revision
        yield _without_unknown(entry)


def litellm_entries(wheel: Path) -> Iterator[Entry]:
    """The entries of litellm's list of prices and context windows."""
    from registry_base.providers import PROVIDERS

    with zipfile.ZipFile(wheel) as archive:
        listed: dict[str, Any] = json.loads(
            archive.read("litellm/model_prices_and_context_window_backup.json")
        )
    for key, said in listed.items():
        if key == "sample_spec":  # an example that documents the format
            continue
        provider = said.get("litellm_provider")
        kind = _MODES.get(said.get("mode"), kebab(said.get("mode") or "unknown"))
        specs: Entry = {"context_length": _whole(said.get("max_input_tokens"))}
        if kind == "dense":
            specs["embedding_dim"] = said.get("output_vector_size")
        known = provider in PROVIDERS
        yield _without_unknown(
            {
                "id": kebab(key, provider or ""),
                "type": kind,
                "name": key,
                "description": f"{key}, as litellm lists it.",
                "organization": provider,
                "license": None,
                "provider": provider,
                "provider_model": key,
                # Only litellm's code has the address, not its list.
                "base_url": None if known else "https://api.example.com/v1",
                "specs": specs,
            }
        )


def accepted(entries: list[Entry]) -> tuple[int, Counter[str]]:
    """How many entries have no problem, and how often each problem is the first of an entry."""
    from registry_codegen.checking import problems_of
    from registry_codegen.overlay import single
    from registry_codegen.read import read_catalogue

    known = {*_MODES.values(), *_MTEB_TYPES.values()}
    types = {each["type"] for each in entries} - known
    data = {"types": {name: f"Models of {name}." for name in sorted(types)}, "models": entries}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "models.json"
        path.write_text(json.dumps(data, indent=1), "utf-8")
        found = problems_of(single(read_catalogue(path, path.name), path.name))
    first: dict[int, str] = {}
    for each in found:
        if (place := re.match(r"/models/(\d+)(.*)", each.pointer)) is not None:
            reason = re.sub(r'"(?![a-z_]+")[^"]*"|/\d+|[\d,.]+\w?', "…", each.message)
            first.setdefault(int(place[1]), f"{place[2] or '/'}: {reason}"[:110])
    return len(entries) - len(first), Counter(first.values())


def kebab(text: str, before: str = "") -> str:
    """Make an id of letters, digits, '-' and '.' that begins with a letter."""
    words = re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.")
    words = re.sub(r"[-.]*[.-][-.]+|\.-|-\.", "-", words)
    return words if words[:1].isalpha() or not before else f"{kebab(before, 'x')}-{words}"


def _metas(wheel: Path) -> Iterator[dict[str, Any]]:
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if "model_implementations" not in name or not name.endswith(".py"):
                continue
            tree = ast.parse(archive.read(name))
            constants = dict(_constants(tree))
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ModelMeta":
                    values = ((each.arg, _value(each.value, constants)) for each in node.keywords)
                    yield {key: value for key, value in values if key and value is not None}


def _constants(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, _value(node.value, {})


def _value(node: ast.expr, constants: dict[str, Any]) -> Any:
    """The value of a literal expression; None if it would have to be evaluated."""
    if isinstance(node, ast.Name):
        return constants.get(node.id)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _languages(given: Any) -> Entry:
    """The shortest ISO 639 codes for the likes of "eng-Latn"; separately, "python-Code"."""
    from registry_base.languages import shortest_code

    words = [str(each).partition("-")[::2] for each in given] if isinstance(given, list) else []
    return {
        "languages": sorted({shortest_code(code) for code, script in words if script != "Code"}),
        "programming_languages": sorted({code for code, script in words if script == "Code"}),
    }


def _whole(number: Any) -> int | None:
    return int(number) if isinstance(number, int | float) and 0 < number < float("inf") else None


def _exact(count: int) -> bool:
    """Whether a number is exact, not rounded: 6,738,415,616, not 6,738,000,000."""
    return bool(count % 10 ** (len(str(count)) - 3) and count % 10**6)


def _without_unknown(entry: Entry) -> Entry:
    found = {
        key: _without_unknown(value) if isinstance(value, dict) else value
        for key, value in entry.items()
    }
    return {k: v for k, v in found.items() if v not in (None, {}, []) or k == "license"}


def _unique(entries: Iterator[Entry]) -> list[Entry]:
    """Entries with ids that are short enough and map to distinct constants."""
    taken: Counter[str] = Counter()
    made: list[Entry] = []
    for entry in entries:
        constant = re.sub("[-.]", "_", entry["id"])
        if taken[constant] or len(entry["id"]) > _LONGEST_ID:
            digest = hashlib.sha256(f"{entry['name']} {taken[constant]}".encode()).hexdigest()
            entry["id"] = f"{entry['id'][: _LONGEST_ID - 8].rstrip('-.')}-{digest[:7]}"
        taken[constant] += 1
        made.append(entry)
    return made


@dataclass(frozen=True)
class Counted:
    """A list: how many of its entries are accepted, and the counted reasons against the others."""

    name: str
    version: str
    entries: int
    accepted: int
    reasons: Counter[str]


def count_lists() -> list[Counted]:
    """Download, convert, count."""
    found: list[Counted] = []
    with tempfile.TemporaryDirectory() as folder:
        output([*_PIP, "download", "--quiet", "--no-deps", "-d", folder, "mteb", "litellm"])
        for name, read in (("mteb", mteb_entries), ("litellm", litellm_entries)):
            (wheel,) = Path(folder).glob(f"{name}-*.whl")
            entries = _unique(read(wheel))
            count, reasons = accepted(entries)
            found.append(Counted(name, wheel.name.split("-")[1], len(entries), count, reasons))
    return found
