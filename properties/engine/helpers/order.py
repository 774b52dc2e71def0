"""The order of tests: random, but for those that one worker is to run."""

COMPILED = "properties/engine/reference/koehler2022/flow/"
"""The tests that compile, which takes as long as thousands of others."""


def together(items, folder=COMPILED):
    """Return tests, of which those of a folder come first: at the end all other workers would wait for one."""
    return sorted(items, key=lambda item: not item.nodeid.startswith(folder))
