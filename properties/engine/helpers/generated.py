"""Certificates that are generated: genuine ones of drawn instances, and the same edited in many ways."""

import copy
import random
from decimal import Decimal
from fractions import Fraction
from itertools import count

from properties.engine.helpers.certificates import places, resealed
from properties.engine.helpers.drawn import FALSE, MORE, OF_EVERY_DOMAIN
from properties.engine.helpers.programs import as_data
from verify.certificates.format import certificate
from verify.certificates.programs.program import NoProgram, program
from verify.claims.counterexample import Counterexample
from verify.judging.judge import Outcome
from verify.registry.loading import load_file, load_papers

TINY = Fraction(1, 10**30)


def at(data, path):
    for key in path:
        data = data[key]
    return data


def put(data, path, value):
    """Put a value in a place of a certificate."""
    at(data, path[:-1])[path[-1]] = value
    return data


def numbers(data):
    """The paths of the exact numbers of the inputs."""
    found = [("inputs", *path) for path in places(data["inputs"]) if path]
    return [path for path in found if isinstance(at(data, path), str) and at(data, path).lstrip("-")[:1].isdigit()]


def nodes(data):
    """The paths of the comparisons and connectives of a violation."""
    paths = [("violation", *path) for path in places(data["violation"])]
    return [path for path in paths if isinstance(at(data, path), dict) and "relation" in at(data, path)]


def leaves(data):
    """The paths of its comparisons."""
    return [path for path in nodes(data) if "entry" in at(data, path)]


def input_changed(data, rng, _):
    path = rng.choice(numbers(data))
    x = Fraction(at(data, path))
    another = Fraction(at(data, rng.choice(numbers(data))))
    others = [x + 1, x - 1, -x, x / 2, x + TINY, x - TINY, x * (1 + TINY), Fraction(0), another]
    return put(data, path, str(rng.choice(others)))


def input_spelled(data, rng, _):
    path = rng.choice(numbers(data))
    text = at(data, path)
    half, _, double = text.partition("/")
    spelled = [f"{2 * int(half)}/{2 * int(double or 1)}", f"0{text}", f"-{text}", f"+{text}", f" {text}", f"{text} ",
               f"{text}/1", f"{text}.0", f"{text}+0i", f"{text}-1i", int(half), int(half) + 2**31, True, None, [text],
               f"{text}{'0' * 400}", f"{half}/{'0' * 395}{double or 1}", f"{half}/0"]  # fmt: skip
    return put(data, path, rng.choice(spelled))


def inputs_swapped(data, rng, _):
    names = list(data["inputs"])
    p, q = rng.choice(names), rng.choice(names)
    data["inputs"][p], data["inputs"][q] = data["inputs"][q], data["inputs"][p]
    if isinstance(data["inputs"][p], list) and rng.random() < 0.7:
        rng.shuffle(data["inputs"][p])
    return data


def inputs_of_another(data, rng, claim):
    """Those of an instance of the same sizes, at which the claim may be true."""
    for _ in range(20):
        instance = claim.signature.draw(rng.randbytes(claim.signature.block_size))
        if dict(instance.sizes) == data["dimensions"]:
            return data | {"inputs": instance.encode()}
    return data


def side_moved(data, rng, _):
    path = (*rng.choice(leaves(data)), rng.choice(["left", "right"]))
    side = at(data, path)
    low, high = side["lower"], side["upper"]
    unit = Decimal(1).scaleb(Decimal(low).adjusted() - 19) if Decimal(low).is_finite() else Decimal(1)
    tiny, apart = unit.scaleb(-10), unit.scaleb(8)
    moved = rng.choice([
        (high, low), (low, low), (high, high), ("-Infinity", "Infinity"), (low, "Infinity"), ("0", "0"), ("-0", "1e-5"),
        (f"-{high}".replace("--", ""), f"-{low}".replace("--", "")), ("1", "2"), ("-2", "-1"), (low, "1e5"), (low, ""),
        *((_plus(low, x), _plus(high, y)) for x, y in [
            (unit, 2 * unit), (-2 * unit, -unit), (-tiny, tiny), (tiny, tiny), (-tiny, -tiny), (apart, apart),
            (-unit, unit),
        ]),
    ])  # fmt: skip
    return put(data, path, {"lower": moved[0], "upper": moved[1]})


def _plus(text, x):
    return str(Decimal(text) + x) if Decimal(text).is_finite() else text


def sides_swapped(data, rng, _):
    node = at(data, rng.choice(leaves(data)))
    node["left"], node["right"] = node["right"], node["left"]
    if rng.random() < 0.3:
        node["entry"] = node["entry"][::-1]
    return data


def entry_changed(data, rng, _):
    node = at(data, rng.choice(leaves(data)))
    entry = [rng.choice([k, 0, 1, k + 1, max(k - 1, 0)]) for k in node["entry"]]
    others = [[*entry, 0], entry[1:], *([kind(k) for k in entry] for kind in (bool, str)), [-1 for _ in entry]]
    node["entry"] = rng.choice([entry, entry, entry, *others])
    return data


def node_changed(data, rng, _):
    node = at(data, rng.choice(nodes(data)))
    key = rng.choice(["value", "relation", "more"])
    relations = ["≤", "<", "=", "⪰", "≠", "and", "or", "not", "iff", "implies"]
    values = {"value": [True, False, None, 0, "false"], "relation": relations, "more": [1]}
    node[key] = rng.choice(values[key])
    return data


def operands_changed(data, rng, _):
    node = at(data, rng.choice(nodes(data)))
    if "operands" not in node:
        return data | {"violation": {"relation": "not", "value": False, "operands": [{**node, "value": True}]}}
    operands = node["operands"]
    once_more = [*operands, operands[0]]
    node["operands"] = rng.choice([operands[::-1], operands[1:], once_more, [operands[0]] * len(operands)])
    return data


def field_changed(data, rng, _):
    key = rng.choice(["precision", "dimensions", "claim", "statement", "source", "format", "versions"])
    sizes = {name: size + rng.choice([-1, 0, 1, 16]) for name, size in data["dimensions"].items()}
    values = {
        "precision": [63, 64, 65, 128, 256, 1024, 1025], "dimensions": [sizes, {**sizes, "more": 1}, {}],
        "claim": ["more/tie", "nobody's"], "statement": ["x", " "], "source": ["0" * 64], "format": [2, True, 0],
        "versions": [{}, {"numpy": 2}, {"so": "so"}],
    }  # fmt: skip
    return data | {key: rng.choice(values[key])}


EDITS = [
    input_changed, input_spelled, inputs_swapped, inputs_of_another, side_moved, sides_swapped, entry_changed,
    node_changed, operands_changed, field_changed,
]  # fmt: skip


def refuted(claims, rng):
    """Counterexamples of one claim after the other, for ever; every other one has a number that is moved a little."""
    for k in count():
        claim = claims[k % len(claims)]
        for _ in range(30):
            instance = claim.signature.draw(rng.randbytes(claim.signature.block_size))
            if rng.random() < 0.3:
                instance = nudged(instance, rng)
            judgement = claim.judge(instance)
            if judgement.outcome is Outcome.REFUTED:
                yield Counterexample(claim, instance, judgement)
                break


def nudged(instance, rng):
    """The instance with one number 10^-30 larger or smaller, or that of another place, if that is in the domain."""
    data = {"inputs": copy.deepcopy(instance.encode())}
    paths = numbers(data)
    if not paths:
        return instance
    path = rng.choice(paths)
    put(data, path, str(Fraction(at(data, rng.choice([path, rng.choice(paths)]))) + rng.choice([0, TINY, -TINY])))
    try:
        return instance.signature.decode(data["inputs"], instance.sizes)
    except ValueError:
        return instance


def own_program(data, claim, otherwise):
    """The program at the inputs of an edited certificate, if it has one there: the second checker's answer to it."""
    try:
        instance = claim.signature.decode(data["inputs"], data["dimensions"])
        made = program(Counterexample(claim, instance, claim.judge(instance)))
    except Exception:  # whatever is no instance, or has no program
        return otherwise
    return as_data({"": made})[""]


def generated(claims, number, rng):
    """So many certificates, each with the kind of edit, its program and its claim."""
    made = 0
    for found in refuted(claims, rng):
        genuine = certificate(found)
        try:
            data = as_data({"": program(found)})[""]
        except NoProgram:
            data = None
        yield "genuine", genuine, data, found.claim
        for edit in rng.sample(EDITS, 4):
            edited = copy.deepcopy(genuine)
            for _ in range(rng.choice([1, 1, 1, 2])):
                try:
                    edited = edit(edited, rng, found.claim)
                except (LookupError, TypeError, ValueError, ArithmeticError):  # edited already
                    break
            edited = resealed(edited)
            again = edited["inputs"] != genuine["inputs"] and data is not None
            yield edit.__name__, edited, own_program(edited, found.claim, data) if again else data, found.claim
        made += 5
        if made >= number:
            return


def drawn_claims(folder):
    """The false claims of every kind, in an order of their own."""
    load_papers()
    file = folder / "drawn.py"
    file.write_text("\n".join((FALSE, MORE, OF_EVERY_DOMAIN)), encoding="utf-8")
    claims = load_file(file)
    random.Random(0).shuffle(claims)
    return claims
