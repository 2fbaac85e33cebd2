"""The checkout to measure: use its generator, whatever is installed."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The generator and its base.
GENERATOR = (str(ROOT / "codegen"), str(ROOT / "src"))
CATALOGUE = ROOT / "models.json"
SCHEMA = ROOT / "schema" / "models.schema.json"
CACHE = Path(__file__).parent / ".cache"
EXAMPLES = ROOT / "examples"


def use_checkout() -> None:
    """Make `import registry_codegen` find the generator of this checkout first."""
    sys.path[:0] = [path for path in GENERATOR if path not in sys.path]
