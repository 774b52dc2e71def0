"""Layers of a graph, after Sugiyama, Tagawa and Toda (1981): arcs lead to later layers, and cross each other seldom."""

from __future__ import annotations

from bisect import bisect, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from graphlib import TopologicalSorter
from itertools import pairwise

Arc = tuple[str, str]
Vertex = str | tuple[int, int]
"""A node, or where the arc of a number passes the layer of a number."""

_SWEEPS = 24


def components(nodes: Sequence[str], arcs: Iterable[Arc]) -> list[list[str]]:
    """Return the nodes by what is connected, the largest first, and else in their order."""
    part = {node: [node] for node in nodes}
    for start, end in arcs:
        one, other = part[start], part[end]
        if one is not other:
            one += other
            part.update(dict.fromkeys(other, one))
    rank = {node: k for k, node in enumerate(nodes)}
    found = {id(members): sorted(members, key=rank.__getitem__) for members in part.values()}
    return sorted(found.values(), key=lambda members: (-len(members), rank[members[0]]))


def without_circles(nodes: Iterable[str], arcs: Iterable[Arc]) -> list[Arc]:
    """Return the arcs, those turned around that would close a circle with the ones before them."""
    reached = {node: {node} for node in nodes}
    turned = []
    for start, end in arcs:
        arc = (end, start) if start in reached[end] else (start, end)
        turned.append(arc)
        for found in reached.values():
            if arc[0] in found:
                found.update(reached[arc[1]])
    return turned


def ranks(nodes: Iterable[str], arcs: Iterable[Arc]) -> dict[str, int]:
    """Return the layer of each node: after all that lead to it, and next to what it leads to if that is more."""
    before: dict[str, list[str]] = {node: [] for node in nodes}
    after: dict[str, list[str]] = defaultdict(list)
    for start, end in dict.fromkeys(arcs):
        before[end].append(start)
        after[start].append(end)
    order = list(TopologicalSorter(before).static_order())
    found: dict[str, int] = {}
    for node in order:
        found[node] = max((found[other] + 1 for other in before[node]), default=0)
    for node in reversed(order):
        if len(after[node]) > len(before[node]):
            found[node] = min(found[other] for other in after[node]) - 1
    return found


def chains(arcs: Sequence[Arc], rank: dict[str, int]) -> list[list[Vertex]]:
    """Return what each arc passes, a vertex in each layer from its start to its end."""
    return [
        [start, *((number, layer) for layer in range(rank[start] + 1, rank[end])), end]
        for number, (start, end) in enumerate(arcs)
    ]


def ordered(rank: dict[str, int], passed: Sequence[Sequence[Vertex]]) -> list[list[Vertex]]:
    """Return the layers, each in an order with few crossings: by barycentres, then by exchanging neighbours."""
    layers: list[list[Vertex]] = [[] for _ in range(max(rank.values()) + 1)]
    for node, layer in rank.items():
        layers[layer].append(node)
    for chain in passed:
        for vertex in chain[1:-1]:
            layers[vertex[1]].append(vertex)  # type: ignore[index]
    left: dict[Vertex, list[Vertex]] = defaultdict(list)
    right: dict[Vertex, list[Vertex]] = defaultdict(list)
    for chain in passed:
        for one, other in pairwise(chain):
            right[one].append(other)
            left[other].append(one)
    best, least = layers, _crossings(layers, right)
    for sweep in range(_SWEEPS):
        layers = _swept(layers, left if sweep % 2 == 0 else right, sweep % 2)
        number = _crossings(layers, right)
        if number < least:
            best, least = layers, number
    return _exchanged(best, left, right)


def _swept(
    layers: list[list[Vertex]], neighbours: dict[Vertex, list[Vertex]], backwards: int
) -> list[list[Vertex]]:  # fmt: skip
    """Sort every layer by the mean place of its neighbours; what has none keeps its own."""
    layers = [list(layer) for layer in layers]
    place = {vertex: float(k) for layer in layers for k, vertex in enumerate(layer)}
    for layer in reversed(layers) if backwards else layers:
        mean = {v: sum(place[n] for n in ns) / len(ns) if (ns := neighbours[v]) else place[v] for v in layer}
        layer.sort(key=mean.__getitem__)
        place.update((vertex, float(k)) for k, vertex in enumerate(layer))
    return layers


def _crossings(layers: Sequence[Sequence[Vertex]], right: dict[Vertex, list[Vertex]]) -> int:
    """Count the pairs of arcs between neighbouring layers that cross."""
    place = {vertex: k for layer in layers for k, vertex in enumerate(layer)}
    total = 0
    for layer in layers:
        seen: list[int] = []
        for vertex in layer:
            ends = sorted(place[other] for other in right[vertex])
            total += sum(len(seen) - bisect(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _exchanged(
    layers: list[list[Vertex]], left: dict[Vertex, list[Vertex]], right: dict[Vertex, list[Vertex]]
) -> list[list[Vertex]]:  # fmt: skip
    """Exchange neighbours in a layer as long as that leaves fewer crossings."""
    place = {vertex: k for layer in layers for k, vertex in enumerate(layer)}

    def crossed(one: Vertex, other: Vertex) -> int:
        """Count the crossings of the arcs of two vertices, the one above the other."""
        sides = ((left[one], left[other]), (right[one], right[other]))
        return sum(place[a] > place[b] for above, below in sides for a in above for b in below)

    better = True
    while better:
        better = False
        for layer in layers:
            for k in range(len(layer) - 1):
                one, other = layer[k], layer[k + 1]
                if crossed(other, one) < crossed(one, other):
                    layer[k], layer[k + 1] = other, one
                    place[one], place[other] = k + 1, k
                    better = True
    return layers
