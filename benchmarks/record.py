"""Run a benchmark and keep what it printed, with the day, the machine, and a digest of the benchmark itself.

Documents quote numbers from there; a test says which of them are no longer those of the benchmark as it is. What a
benchmark measures changes daily, and no digest is kept of that: the day says how old the numbers are.

    python benchmarks/record.py hunt --limit 2      # writes benchmarks/measured/hunt.txt
"""

import ast
import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).parent
MEASURED = FOLDER / "measured"


def sources(path: Path) -> list[Path]:
    """Return a benchmark and those of its neighbours that it imports, or names."""
    found, left = [], [path]
    while left:
        path = left.pop()
        if path not in found:
            found.append(path)
            tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            names = {node.module or "" for node in tree if isinstance(node, ast.ImportFrom)}
            named = {FOLDER / f"{name}.py" for name in names}
            named |= {other for other in FOLDER.glob("*.py") if f'"{other.name}"' in path.read_text(encoding="utf-8")}
            left += sorted(other for other in named if other.is_file())
    return sorted(found)


def digest(path: Path) -> str:
    """Return what changes with the benchmark."""
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in sources(path))).hexdigest()[:12]


def main() -> None:
    """Run it, show what it prints, and keep that."""
    name, *arguments = sys.argv[1:]
    path = FOLDER / f"{name}.py"
    load = os.getloadavg()[0]
    done = subprocess.run([sys.executable, path, *arguments], stdout=subprocess.PIPE, text=True, check=True)
    lines = [line.rstrip() for line in done.stdout.splitlines() if "━" not in line]
    command = " ".join(["python", f"benchmarks/{name}.py", *arguments])
    day = f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} processors, load {load:.1f} before, benchmark {digest(path)}"
    text = "\n".join([f"$ {command}", f"# {day}", *lines, ""])
    print(text, end="")
    MEASURED.mkdir(exist_ok=True)
    (MEASURED / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
