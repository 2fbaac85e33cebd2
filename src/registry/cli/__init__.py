"""The command line (extra `cli`).

    run          one run: exit status, errors in one line
    app, group   the application; a command is imported when it runs
    table        all commands, with a sentence about each
    commands/    the commands, one module each
    options/     options that several commands take, and what they mean
    terminal/    output to the terminal or the pipe
    completion/  what the shell offers at Tab

A command imports its capability inside its function:
`registry list` starts without Jinja2, jsonschema or torch. Results go to stdout, everything
else to stderr. Nothing outside this package imports it.
"""
