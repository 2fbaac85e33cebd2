"""Making exports, which needs torch: `export_model`, the command `registry export`.

export_model  from a model to a folder that `load` takes, written completely or not at all
"""
