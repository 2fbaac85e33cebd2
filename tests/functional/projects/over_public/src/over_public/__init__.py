"""A catalogue laid over the public one."""

from over_public._generated import *  # noqa: F403 - generated, with an explicit __all__
