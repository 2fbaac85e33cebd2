"""The checkout that is measured: its generator, whatever else is installed."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The generator, and the ground that it stands on.
GENERATOR = (str(ROOT / "codegen"), str(ROOT / "src"))
CATALOGUE = ROOT / "models.json"
SCHEMA = ROOT / "schema" / "models.schema.json"
CACHE = Path(__file__).parent / ".cache"
EXAMPLES = ROOT / "examples"


def use_checkout() -> None:
    """Let `import registry_codegen` find the generator of this checkout first."""
    sys.path[:0] = [path for path in GENERATOR if path not in sys.path]
