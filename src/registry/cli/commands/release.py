"""`registry release`: what is selected now, recorded under the name of a release."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.terminal.failure import needs
from registry.cli.terminal.output import inform, plain, write, write_json

Name = Annotated[str, typer.Argument(metavar="VERSION", help="The release, such as v1.2.0.")]
File = Annotated[
    Path | None,
    typer.Option(
        "--file",
        help="The file of releases, created if missing; by default models.versions.json of the "
        "project.",
    ),
]


def release(
    name: Name,
    file: File = None,
    catalogue: CatalogueOption = None,
    as_json: AsJson = False,
) -> None:
    """Record the selected models as one release.

    Example: registry release v1.2.0
    """
    with needs("cli"):
        from registry.provenance.releases import current_release, record, releases_file

        file = file or releases_file(catalogue_for(catalogue).place)
        found = current_release(name, datetime.now(UTC).date(), catalogue)
        record(file, found)
    if as_json:
        write_json({"file": str(file), **asdict(found)})
        return
    for role, serving in found.roles.items():
        pin = serving.revision[:12] if serving.revision else "no pin"
        write(f"{plain(str(file))}: {found.release}: {role} = {serving.id} ({pin})\n")
        if not serving.files and serving.huggingface_id:
            inform(
                f"{serving.id} is not locked, so it has no digests; run `registry lock "
                f"{serving.id}`"
            )
