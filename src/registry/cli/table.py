"""All commands, grouped by purpose, with a sentence about each.

A new command is a module in `commands/` with a function of its name, and a line here. The sentence
is the first one of its help; a test compares them. Modules are imported when their command runs.
"""

COMMANDS: dict[str, dict[str, str]] = {
    "Find models": {
        "list": "List models, all or those that match every filter.",
        "search": "Find models by words in their names, repositories or descriptions.",
        "show": "Show everything that is known about one model.",
        "recommend": "Show which models fit into memory, the best first.",
        "default": "Show the default checkpoint of one or all architectures.",
        "where": "Show which catalogue is used here, and why.",
        "scan": "Find models that are hard-coded in code and settings.",
    },
    "Keep a catalogue": {
        "init": "Start a catalogue and its package in this folder.",
        "add": "Add repositories of the Hub, with facts read from their files.",
        "select": "Show which models are selected here, or select one.",
        "validate": "Check a catalogue: the file, its schema and the rules.",
        "generate": "Compile a catalogue into a typed Python package.",
        "verify": "Check entries against their repositories at the pinned commit.",
        "outdated": "List models in use that something newer replaces.",
        "schema": "Print the JSON Schema of catalogues.",
        "docs": "Write the catalogue as MODELS.md and catalogue.html.",
    },
    "Weights on this machine": {
        "lock": "Write models.lock.json: commits and SHA-256 of model files.",
        "pull": "Fetch models at their locked or pinned commit.",
        "check": "Compare files on this machine with models.lock.json.",
        "ls": "List the models on this machine.",
        "du": "Show how much space models take on disk.",
        "prune": "Remove revisions and exports of models that nothing refers to, and leftovers.",
        "bundle": "Write models into one file to carry to a machine without a network.",
        "unbundle": "Put the models of a bundle into the cache of this machine, without a network.",
        "export": "Export encoders for OpenVINO and ONNX Runtime.",
        "share": "Give a model on disk to Ollama, without a second download.",
    },
    "Vectors": {
        "embed": "Embed the texts of files into Parquet or LanceDB.",
        "reindex": "Make the vectors of a store those of another model.",
    },
    "Measure": {
        "bench": "Measure the models on this machine, each in its own process.",
    },
    "Record what is used": {
        "log": "Log the models in use: ids, commits, hashes, library versions.",
        "release": "Record the selected models as one release.",
        "history": "Show which model was used for what in which release.",
        "diff": "Show what changed between two catalogues or two locks.",
        "bom": "Write a bill of materials in CycloneDX or SPDX.",
    },
}
