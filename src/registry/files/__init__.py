"""Files on this machine: locks, digests, models.lock.json, JSON state, transfers."""
