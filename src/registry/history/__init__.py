"""What changed between two catalogues or locks, and which model served when.

documents.py  a catalogue or a lock, from a file or from Git
changes.py    two of them -> what changed, in words, and whether vectors must be rebuilt
releases.py   models.versions.json: what was selected in each release
serving.py    which model served which role, from that file or from the tags of Git
"""
