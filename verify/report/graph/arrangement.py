"""From the relations of claims to a plan: corrections stand below what they correct, and all else comes later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from verify.claims.entry import Entry, Relation
from verify.registry.relations import edges
from verify.report.graph.layers import Arc, components, without_circles
from verify.report.graph.places import Box, Plan, Route, Size, packed, planned

WIDTH = 1180.0
"""Components are put side by side up to this."""

_MARGIN = 22.0
_STEP = 8.0  # between lines within a stack

_FIRST = (Relation.RESTS_ON, Relation.IMPLIES, Relation.SHARPENS, Relation.CORRECTS)
"""Which relations say first what comes before what."""


@dataclass(frozen=True)
class Edge:
    """A relation to draw, from the claim that declares it to the one that it names."""

    entry: str
    relation: Relation
    named: str

    @property
    def arc(self) -> Arc:
        """What is drawn before what: a claim after what it rests on, corrects and sharpens, and before what follows."""
        return (self.entry, self.named) if self.relation is Relation.IMPLIES else (self.named, self.entry)


def edges_of(entries: Iterable[Entry]) -> list[Edge]:
    """Return what is to be drawn of entries, that which says first what comes before what first."""
    found = [Edge(entry.id, relation, id) for entry, relation, id in edges(entries)]
    return sorted(found, key=lambda edge: _FIRST.index(edge.relation))


@dataclass(frozen=True)
class Arrangement:
    """Where all nodes are, and each edge by its number; at which node its route starts; how many nodes have none."""

    plan: Plan
    starts: dict[int, str]
    alone: int

    def moved(self, x: float, y: float) -> Arrangement:
        """Return it elsewhere."""
        return replace(self, plan=self.plan.moved(x, y))


def arranged(nodes: Sequence[str], shown: Sequence[Edge], sizes: Mapping[str, Size]) -> Arrangement:
    """Return where nodes of these sizes, and the edges between them, are drawn."""
    printed = {edge.entry: edge.named for edge in shown if edge.relation is Relation.CORRECTS}
    stacks: dict[str, list[str]] = {node: [node] for node in nodes if node not in printed}
    for node in printed:
        stacks[_first(node, printed)].append(node)
    stack_of = {node: name for name, members in stacks.items() for node in members}
    between = [n for n, edge in enumerate(shown) if stack_of[edge.entry] != stack_of[edge.named]]
    arcs = [(stack_of[a], stack_of[b]) for a, b in (shown[n].arc for n in between)]
    forth = dict(zip(between, without_circles(stacks, arcs), strict=True))
    links = {n: shown[n].arc if stack_of[shown[n].arc[0]] == arc[0] else shown[n].arc[::-1] for n, arc in forth.items()}
    plans = []
    for members in sorted(components(list(stacks), arcs), key=lambda names: -sum(len(stacks[name]) for name in names)):
        within = {n: (start, end) for n, (start, end) in links.items() if stack_of[start] in members}
        plans.append(planned({name: stacks[name] for name in members}, within, sizes))
    plan = packed(plans, WIDTH, _MARGIN)
    routes, starts = plan.routes, {n: start for n, (start, _) in links.items()}
    for n, edge in enumerate(shown):
        if n not in links:
            upper, lower = sorted((edge.entry, edge.named), key=lambda node: plan.boxes[node].y)
            starts[n] = upper
            routes[n] = _down(plan.boxes[upper], plan.boxes[lower], list(starts.values()).count(upper))
    touched = {node for edge in shown for node in (edge.entry, edge.named)}
    return Arrangement(plan, starts, sum(node not in touched for node in nodes))


def _first(node: str, printed: Mapping[str, str]) -> str:
    while node in printed:
        node = printed[node]
    return node


def _down(upper: Box, lower: Box, place: int) -> Route:
    """Return the line from one node of a stack to a lower one, in one of the places for such lines."""
    x = upper.x + _STEP * (2 + place)
    return [(x, upper.y + upper.height), (x, lower.y)]
