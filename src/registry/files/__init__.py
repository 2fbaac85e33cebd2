"""Files on this machine: taking turns, digests, the lock file, transfers."""
