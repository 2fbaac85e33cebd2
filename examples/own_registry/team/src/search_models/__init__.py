"""The search team's models over Acme's: `from search_models import SEARCH_EMBED_V1`.

Everything here is generated from models.json when the wheel is built.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from search_models._generated import *  # noqa: F403 - generated, with an explicit __all__
else:  # a model is imported when it is first asked for
    try:
        from search_models._generated import __all__, __dir__, __getattr__  # noqa: F401
    except ModuleNotFoundError:
        raise ImportError(
            "search_models/_generated.py is missing: `registry generate` makes it from models.json"
        ) from None
