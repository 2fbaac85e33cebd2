"""What build time (`registry_codegen`) and run time (`registry`) have in common.

Nothing here knows of catalogues, and nothing but the standard library is imported.
"""
