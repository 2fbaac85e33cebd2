"""Where results come from: version log, releases, what changed between two catalogues."""
