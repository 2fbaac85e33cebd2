"""The command line (extra `cli`).

    run         one run: exit status, errors in one line
    app         the commands there are; a new one is a module here and a line there
    output      what reaches the terminal, the pipe, the person
    failure     what went wrong, and which extra is missing
    parameters  options that several commands share
    project     what pyproject.toml says, and the options that overrule it
    entry       one model: found by what a person typed, as data, as text

The rest are the commands, a module each. A command imports its capability inside its function:
`registry list` starts without Jinja2, jsonschema or torch. Results go to stdout, everything
else to stderr. Nothing outside this package imports it.
"""
