"""Ready pieces for settings, command lines and stores of others: one module each.

Each imports its library when it is imported, and nothing else of this package imports it; only
`registry.reindexing` works on the same stores.
"""
