"""Language codes, as short as possible."""


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
