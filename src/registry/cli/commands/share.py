"""`registry share`: a model of the Hugging Face cache becomes a model of Ollama."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.named_model import wanted
from registry.cli.options.parameters import AsJson, OfType
from registry.cli.options.stores import CacheDir, OllamaHost
from registry.cli.terminal.failure import CommandError, needs
from registry.cli.terminal.output import counted, write, write_json
from registry.cli.terminal.sizes import human_size
from registry.cli.terminal.transfers import transfers

if TYPE_CHECKING:
    from registry.models.kinds import DenseLike, LlmLike

Key = Annotated[str, typer.Argument(metavar="ID", help="An id, an alias or a Hub repository.")]
From = Annotated[
    Path | None, typer.Option("--path", help="A .gguf file or a folder instead of the cache.")
]


def share(
    key: Key,
    path: From = None,
    of_type: OfType = None,
    catalogue: CatalogueOption = None,
    cache_dir: CacheDir = None,
    ollama_host: OllamaHost = None,
    as_json: AsJson = False,
) -> None:
    """Give a model on disk to Ollama, without a second download.

    Files that Ollama has are not sent again, and a model that it has is left as it is.

    Example: registry share qwen3-0.6b
    """
    model = wanted(catalogue_for(catalogue), key, of_type)
    if model.kind not in ("llm", "dense"):
        raise CommandError(f"{model.id} is of type {model.kind}; Ollama runs llm and dense models")
    with needs("ollama"):
        from registry.ollama.sharing import share_with_ollama

        with transfers(None) as watcher:
            shared = share_with_ollama(
                cast("DenseLike | LlmLike", model),
                path=path,
                host=ollama_host,
                cache_dir=cache_dir,
                watcher=watcher,
            )
    if as_json:
        write_json(asdict(shared))
    elif shared.created:
        linked = f", {counted(shared.linked, 'file')} linked" if shared.linked else ""
        sent = human_size(shared.uploaded_bytes)
        write(f"{model.id} is {shared.name} in Ollama now; {sent} sent{linked}\n")
    else:
        write(f"{model.id} is {shared.name} in Ollama already\n")
