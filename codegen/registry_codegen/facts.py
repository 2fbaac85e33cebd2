"""A model's most important facts in one line, which editors show for its constant."""

from collections.abc import Mapping


def facts(model_type: str, fields: Mapping[str, object]) -> str:
    """The known facts of a model, the Hub repository last.

    >>> facts("dense", {"embedding_dim": 384, "license": "MIT", "huggingface_id": "acme/embed"})
    '384 dimensions · MIT · acme/embed'
    """
    unit = "time points" if model_type == "timeseries" else "tokens"
    known = (
        _counted(fields.get("embedding_dim"), "dimensions"),
        _counted(fields.get("context_length"), unit),
        f"{fields['parameters']} parameters" if fields.get("parameters") else None,
        _license(fields.get("license")),
        fields.get("huggingface_id") or _served(fields),
    )
    return " · ".join(str(each) for each in known if each is not None)


def _served(fields: Mapping[str, object]) -> str | None:
    """Who serves a model that has no repository."""
    provider, name = fields.get("provider"), fields.get("provider_model")
    return f"{provider}: {name}" if provider and name else None


def _counted(number: object, unit: str) -> str | None:
    return f"{number:,} {unit}" if isinstance(number, int) else None


def _license(text: object) -> object:
    return "its own license" if isinstance(text, str) and text.startswith("https://") else text
