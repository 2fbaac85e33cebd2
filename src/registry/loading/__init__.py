"""From a registered model to something that runs: `load` and `ModelManager`."""
