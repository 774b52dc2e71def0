"""Places for what is in layers: columns of one width, nodes near what they are joined to, components side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from verify.report.graph.layers import Arc, Vertex, chains, ordered, ranks

_GAP = 40.0
"""Between columns."""

_APART = 12.0
"""Between nodes of a column."""

_STACKED = 16.0
"""Between nodes of a stack."""

_PORT = 7.0
"""Between the ends of arcs at one side of a node, if there is room."""

_PASSES = 40
_STRAIGHT = 4
"""How much more the places where a long arc passes a layer count: it should be straight."""

Size = tuple[float, float]
Route = list[tuple[float, float]]


@dataclass(frozen=True)
class Box:
    """Where a node is: its left upper corner, and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Plan:
    """Where everything is: the boxes of nodes, the points of links by their numbers, and the size of the whole."""

    boxes: dict[str, Box]
    routes: dict[int, Route]
    width: float
    height: float

    def moved(self, x: float, y: float) -> Plan:
        """Return it elsewhere."""
        boxes = {node: Box(box.x + x, box.y + y, box.width, box.height) for node, box in self.boxes.items()}
        routes = {number: [(a + x, b + y) for a, b in route] for number, route in self.routes.items()}
        return Plan(boxes, routes, self.width, self.height)


def planned(stacks: Mapping[str, Sequence[str]], links: Mapping[int, Arc], sizes: Mapping[str, Size]) -> Plan:
    """Return the plan of one connected graph.

    Nodes stand in stacks, each by the name of its first node; links lead from one stack to another, without a circle,
    and the points of a route are where it leaves its start, where it enters and leaves each column between, and where
    it comes to its end.
    """
    stack_of = {node: name for name, nodes in stacks.items() for node in nodes}
    arcs = [(stack_of[start], stack_of[end]) for start, end in links.values()]
    rank = ranks(stacks, arcs)
    passed = chains(arcs, rank)
    layers = ordered(rank, passed)
    heights: dict[Vertex, float] = {vertex: 0.0 for chain in passed for vertex in chain}
    heights |= {name: sum(sizes[n][1] for n in nodes) + _STACKED * (len(nodes) - 1) for name, nodes in stacks.items()}
    middle = _closed(_middles(layers, passed, heights), heights)
    widths = [max((sizes[n][0] for v in layer if isinstance(v, str) for n in stacks[v]), default=0) for layer in layers]
    left = [0.0, *accumulate(width + _GAP for width in widths)]
    boxes = {}
    for name, nodes in stacks.items():
        y = middle[name] - heights[name] / 2
        for node in nodes:
            boxes[node] = Box(left[rank[name]], y, widths[rank[name]], sizes[node][1])
            y += sizes[node][1] + _STACKED
    routes = {}
    ports = _ports(list(links.values()), passed, middle, boxes)
    for (number, (start, end)), chain, (first, last) in zip(links.items(), passed, ports, strict=True):
        route = [(boxes[start].x + boxes[start].width, first)]
        for layer, vertex in enumerate(chain[1:-1], rank[stack_of[start]] + 1):
            route += [(left[layer], middle[vertex]), (left[layer] + widths[layer], middle[vertex])]
        routes[number] = [*route, (boxes[end].x, last)]
    return Plan(boxes, routes, left[-1] - _GAP, max(middle[v] + heights[v] / 2 for v in middle))


def _middles(
    layers: Sequence[Sequence[Vertex]], passed: Sequence[Sequence[Vertex]], heights: Mapping[Vertex, float]
) -> dict[Vertex, float]:  # fmt: skip
    """Return the height of the middle of each vertex: near the mean of its neighbours, and apart from the others."""
    joined: dict[Vertex, list[Vertex]] = defaultdict(list)
    for chain in passed:
        for one, other in pairwise(chain):
            joined[one].append(other)
            joined[other].append(one)
    gaps = [[(heights[a] + heights[b]) / 2 + _APART for a, b in pairwise(layer)] for layer in layers]
    middle = {
        v: y - sum(gap) / 2 for layer, gap in zip(layers, gaps, strict=True)
        for v, y in zip(layer, accumulate(gap, initial=0.0), strict=True)
    }  # fmt: skip
    for sweep in range(_PASSES):
        for layer, gap in list(zip(layers, gaps, strict=True))[:: 1 if sweep % 2 else -1]:
            wanted = [sum(middle[n] for n in joined[v]) / len(joined[v]) if joined[v] else middle[v] for v in layer]
            weights = [1.0 if isinstance(v, str) else _STRAIGHT for v in layer]
            middle.update(zip(layer, spread(wanted, gap, weights), strict=True))
    return middle


def spread(wanted: Sequence[float], gaps: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the numbers nearest to those wanted, in weighted squares, each more than the last by a gap or more.

    Less the gaps before them they do not decrease: an isotonic regression, by pooling adjacent violators.
    """
    before = list(accumulate(gaps, initial=0.0))
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip((w - b for w, b in zip(wanted, before, strict=True)), weights, strict=True):
        mean, total, size = value, weight, 1
        while pools and pools[-1][0] >= mean:
            other, heavy, many = pools.pop()
            mean, total, size = (mean * total + other * heavy) / (total + heavy), total + heavy, size + many
        pools.append((mean, total, size))
    levels = [mean for mean, _, size in pools for _ in range(size)]
    return [level + b for level, b in zip(levels, before, strict=True)]


def _closed(middle: Mapping[Vertex, float], heights: Mapping[Vertex, float]) -> dict[Vertex, float]:
    """Return the middles, from the top, without the strips that nothing stands in."""
    found: dict[Vertex, float] = {}
    shift, below = 0.0, -_APART
    for vertex in sorted(middle, key=lambda v: middle[v] - heights[v] / 2):
        top = middle[vertex] - heights[vertex] / 2 - shift
        if top > below + _APART or not found:
            shift += top - below - _APART
        found[vertex] = middle[vertex] - shift
        below = max(below, found[vertex] + heights[vertex] / 2)
    return found


def _ports(
    links: Sequence[Arc], passed: Sequence[Sequence[Vertex]], middle: Mapping[Vertex, float], boxes: Mapping[str, Box]
) -> list[list[float]]:
    """Return where each link leaves its start and comes to its end: in the order of where it goes, and comes from."""
    sides: dict[tuple[str, int], list[int]] = defaultdict(list)
    towards: list[tuple[float, float]] = []
    for number, ((start, end), chain) in enumerate(zip(links, passed, strict=True)):
        sides[start, 0].append(number)
        sides[end, 1].append(number)
        direct = len(chain) == 2
        towards.append((boxes[end].middle, boxes[start].middle) if direct else (middle[chain[1]], middle[chain[-2]]))
    found = [[0.0, 0.0] for _ in links]
    for (node, side), numbers in sides.items():
        numbers.sort(key=lambda number: (towards[number][side], number))
        step = min(_PORT, (boxes[node].height - 6) / len(numbers))
        for k, number in enumerate(numbers):
            found[number][side] = boxes[node].middle + step * (k - (len(numbers) - 1) / 2)
    return found


def packed(plans: Sequence[Plan], width: float, margin: float) -> Plan:
    """Return the plans in rows, each of about one height, from the left to a width that none needs to keep alone."""
    boxes: dict[str, Box] = {}
    routes: dict[int, Route] = {}
    x = y = below = right = 0.0
    for plan in plans:
        if x and (x + plan.width > width or 2 * plan.height < below - y):
            x, y = 0.0, below + margin
        moved = plan.moved(x, y)
        boxes |= moved.boxes
        routes |= moved.routes
        x, below, right = x + plan.width + margin, max(below, y + plan.height), max(right, x + plan.width)
    return Plan(boxes, routes, right, below)
