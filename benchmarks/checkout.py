"""The checkout that is measured: its generator, whatever else is installed."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODEGEN = ROOT / "codegen"
CATALOGUE = ROOT / "models.json"
SCHEMA = ROOT / "schema" / "models.schema.json"
CACHE = Path(__file__).parent / ".cache"
EXAMPLES = ROOT / "examples"


def use_checkout() -> None:
    """Let `import registry_codegen` find the generator of this checkout first."""
    if str(CODEGEN) not in sys.path:
        sys.path.insert(0, str(CODEGEN))
