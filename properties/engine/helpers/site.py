"""The documentation's site, built once for all workers, and its pages as they are read: links, anchors, resources."""

import fcntl
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import environment

DOCS = TREE / "docs"


def built(folder):
    """Build the site into a folder, with no warning, unless another worker has; return the folder."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = folder / "said"
        if not said.exists():
            command = [sys.executable, "-m", "sphinx", "-qnW", "--keep-going", str(DOCS), str(folder / "site")]
            done = subprocess.run(command, cwd=TREE, env=environment(), capture_output=True, text=True, check=False)
            said.write_text(done.stdout + done.stderr or "\n" * done.returncode, encoding="utf-8")
    return folder


LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "object": "data"}
"""By which attribute a tag loads something; a link to another page loads nothing."""


class Page(HTMLParser):
    """What a page of the site has: the anchors in it, where its links lead, and what it loads."""

    def __init__(self, path):
        super().__init__()
        self.anchors, self.links, self.loaded = set(), [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        """Note what a tag is, leads to, or loads."""
        given = dict(attributes)
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if given.get(LOADS.get(tag)) and given.get("rel") not in ("index", "search", "next", "prev", "author"):
            self.loaded.append(given[LOADS[tag]])


@cache
def page(path: Path):
    """Return what a page has."""
    return Page(path)
