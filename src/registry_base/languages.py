"""Codes of languages, as short as they can be."""


def shortest_code(code: str) -> str:
    """The shortest BCP 47 code for a valid one: two letters if there are two.

    A code of one language of a group becomes that of the group where this means that language,
    as CLDR has it: Mandarin is what `zh` means, Cantonese is not.

    >>> shortest_code("eng"), shortest_code("cmn"), shortest_code("yue"), shortest_code("pt-BR")
    ('en', 'zh', 'yue', 'pt-BR')
    """
    from langcodes import standardize_tag  # of the extra `codegen`

    of_itself, of_group = standardize_tag(code), standardize_tag(code, macro=True)
    return of_group if len(of_group) < len(of_itself) else of_itself
