"""A slip: a piece of the text of a module, and what it becomes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A slip: the bytes from ``start`` to ``end`` of the file ``path`` become ``text``; ``id`` names it.

    ``lines`` are those of the statement, or of its header, from the first to the last.
    """

    id: str
    path: str
    scope: str
    lines: tuple[int, int]
    start: int
    end: int
    text: str

    @property
    def folder(self) -> str:
        """Return the room that the module is in."""
        parts = self.path.split("/")[:-1]
        return "/".join(parts if parts[-1] == "flow" else parts[:2])

    def line(self, source: str) -> int:
        """Return the line of the slip."""
        return source.encode()[: self.start].count(b"\n") + 1

    def apply(self, source: str) -> str:
        """Return the text of the module with the slip."""
        data = source.encode()
        return (data[: self.start] + self.text.encode() + data[self.end :]).decode()

    def difference(self, source: str) -> list[str]:
        """Return the lines that change, as they are and as they become."""
        old, new = source.splitlines(), self.apply(source).splitlines()
        changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
        return [f"- {a.strip()}" for a, _ in changed] + [f"+ {b.strip()}" for _, b in changed]
