# Programs for type checkers: read, never run.
collect_ignore = ["passing", "failing"]
