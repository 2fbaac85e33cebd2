"""The models that Acme runs, as typed constants: `from acme_models import ACME_ASSISTANT_8B`.

Everything here is generated from models.json when the wheel is built.
"""

from acme_models import _generated
from acme_models._generated import *  # noqa: F403 - generated, with an explicit __all__

TYPE_CHECKING = False
if not TYPE_CHECKING:  # or checkers would believe in any name, also a misspelt one

    def __getattr__(name: str) -> object:
        # Types that only checkers need by name (ModelId, Modality): built when somebody asks.
        return getattr(_generated, name)
