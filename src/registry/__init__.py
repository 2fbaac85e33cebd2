"""A typed model registry for retrieval and language models.

    >>> from registry import COLBERT_V2, ModelType, models_by_type
    >>> COLBERT_V2.embedding_dim
    128
    >>> COLBERT_V2 in models_by_type(ModelType.Colbert)
    True

The constants, the classes, the ids and the query functions are generated from models.json
when the wheel is built; importing them needs the standard library alone.
"""

try:
    import registry._generated as _generated
except ModuleNotFoundError as error:
    if error.name != "registry._generated":
        raise
    raise ImportError(
        "tessera-registry was built with its build hooks switched off, so its models are "
        "missing: build it again without HATCH_BUILD_NO_HOOKS, or run `pip install -e .`"
    ) from None

__all__: list[str] = []
__all__ += _generated.__all__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from registry._generated import *  # noqa: F403 - generated, with an explicit __all__
else:  # a __getattr__ that checkers see would make them believe in any name
    # What the generated module makes only when asked (ModelType) is left for __getattr__.
    globals().update((name, vars(_generated)[name]) for name in __all__ if name in vars(_generated))

    def __getattr__(name):
        value = getattr(_generated, name)
        if name in __all__:
            globals()[name] = value
        return value
