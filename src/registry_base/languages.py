"""Language codes: which of them name a language, and the shortest of each."""

# Valid codes for several languages, an unknown one, none, and one without a code; `x` begins a
# private code: https://www.rfc-editor.org/rfc/rfc5646#section-4.1
_NONE = frozenset({"mul", "und", "zxx", "mis", "x"})


def names_language(code: str) -> bool:
    """Whether a valid BCP 47 code names a language; ISO 639 reserves qaa to qtz for private use.

    >>> names_language("yue"), names_language("mul"), names_language("qab-Latn")
    (True, False, False)
    """
    first = code.replace("_", "-").partition("-")[0].casefold()
    return first not in _NONE and not (len(first) == 3 and "qaa" <= first <= "qtz")


def shortest_code(code: str) -> str:
    """The shortest BCP 47 code for a valid one: two letters if there are two.

    The code of a language in a macrolanguage becomes that of the macrolanguage if CLDR takes it to
    mean this language: `zh` means Mandarin, not Cantonese.

    >>> shortest_code("eng"), shortest_code("cmn"), shortest_code("yue"), shortest_code("pt-BR")
    ('en', 'zh', 'yue', 'pt-BR')
    """
    from langcodes import standardize_tag  # of the extra `codegen`

    of_itself, of_group = standardize_tag(code), standardize_tag(code, macro=True)
    return of_group if len(of_group) < len(of_itself) else of_itself
