"""The order of tests: random, but for those that one worker is to run."""

COMPILED = "properties/engine/reference/koehler2022/flow/"
"""The tests that compile, which takes as long as thousands of others."""


def together(items, folder=COMPILED):
    """Return tests, of which those of a folder follow one another from where the first of them stands."""
    first = next((i for i, item in enumerate(items) if item.nodeid.startswith(folder)), len(items))
    inside = [item for item in items[first:] if item.nodeid.startswith(folder)]
    return items[:first] + inside + [item for item in items[first:] if not item.nodeid.startswith(folder)]
