"""Documents of a catalogue for people: MODELS.md and catalogue.html.

    page_data   the intermediate model as plain data: what both documents say
    measures    published quality figures, and which of them may be compared
    markdown    the data as MODELS.md
    html        the data as a self-contained page: template, style and script in one file

Both come from the model that the typed module is rendered from, so all agree.
"""
