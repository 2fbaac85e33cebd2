"""The public names of the generated package, and which of its modules each comes from."""

from registry_codegen.ir import Module

NAMES: dict[str, tuple[str, ...]] = {
    "": ("CATALOGUE_VERSION", "SCHEMA_VERSION"),
    "catalogue": ("MODEL_REGISTRY",),
    "keys": ("IDS_BY_NAME",),
    "lookup": ("MODELS_BY_ID", "find_model", "get_model"),
    "selected": ("SELECTED_DEFAULTS",),
    "base": ("FrozenDict", "ModelInfo"),
    "aliases": ("AnyModel", "EmbeddingModel", "MatryoshkaModel"),
    "errors": ("AmbiguousModelError", "RegistryError", "UnknownModelError"),
    "model_type": ("ModelType",),
    "queries": (
        "find_models",
        "models_by_language",
        "models_by_license",
        "models_by_max_embedding_dim",
        "models_by_modality",
        "models_by_organization",
        "models_by_type",
        "models_with_matryoshka",
    ),
}


def names_by_module(module: Module) -> dict[str, tuple[str, ...]]:
    """Every public name except those of the models."""
    names = dict(NAMES)
    names["base"] += tuple(record.name for record in module.records)
    names["words"] = ("Filters", *(each.name for each in module.vocabularies))
    names["ids"] = ("ModelId", *(each.name for each in module.ids))
    if module.roles:
        names["roles"] = tuple(f"selected_{each.name}_model" for each in module.roles)
        names["errors"] = tuple(sorted((*NAMES["errors"], "SelectionError")))
    if not module.overloaded:
        names["lookup"] += tuple(f"get_{each.function_part}_model" for each in module.classes)
    return names | {each.module: (each.name,) for each in module.classes}
