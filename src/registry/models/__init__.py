"""What a model is, by structure: kinds, models by value, maps by key."""
