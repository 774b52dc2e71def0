"""Domains in the page and in the second checker: a value is in one if, and only if, the domain itself says so."""

import random

import numpy as np
import pytest

from properties.engine.helpers.domains import ARRAYS
from properties.engine.helpers.javascript import evaluated, needed
from reference.arithmetic.exact import Rationals
from verify import Domain
from verify.certificates.independent.check import read
from verify.certificates.independent.domains import is_in, is_known
from verify.certificates.programs.domains import described
from verify.domains.base import arrays_of

SIZES = ({"d": 1, "r": 1, "k": 1}, {"d": 2, "r": 3, "k": 1}, {"d": 3, "r": 2, "k": 2})
IN_PAGE = "(cases) => cases.map(([value, shapes, domain]) => isKnown(domain) && belongs('x', value, shapes, domain))"


def is_complex(domain):
    value = domain.draw(bytes(domain.bytes_needed(domain.shape(SIZES[0]))), domain.shape(SIZES[0]))
    return not all(isinstance(array, Rationals) for array in arrays_of(value))


REAL = [domain for domain in ARRAYS.values() if not is_complex(domain)]


def changed(value, rng):
    """A value one of whose entries is another: larger, negated, halved, or that of another place."""
    arrays = [np.array(array.array, dtype=object) for array in arrays_of(value)]
    entries = rng.choice(arrays).reshape(-1)
    i, j = rng.randrange(len(entries)), rng.randrange(len(entries))
    x = entries[i]
    entries[i] = rng.choice([x + 1, x - 1, -x, x / 2, 0 * x, entries[j]])
    made = tuple(Rationals.of(array if array.ndim else array.item()) for array in arrays)
    return made if isinstance(value, tuple) else made[0]


def cases(rng):
    """Values of each domain and near them, each with what the domain says of it."""
    for domain in REAL:
        for sizes in SIZES:
            shape = domain.shape(sizes)
            for k in range(12):
                value = domain.draw(rng.randbytes(domain.bytes_needed(shape)), shape)
                for _ in range(k % 4):
                    value = changed(value, rng)
                yield domain, sizes, value, domain.admits(value, sizes)


@needed
@pytest.mark.long
def test_a_value_is_in_a_domain_if_the_domain_says_so(tmp_path):
    drawn = list(cases(random.Random(0)))
    data = [(d.encode(value), d.array_shapes(sizes), described(d, sizes)) for d, sizes, value, _ in drawn]
    page = evaluated(IN_PAGE, data, tmp_path)
    for (domain, _, value, inside), there, (encoded, shapes, kind) in zip(drawn, page, data, strict=True):
        arrays = [
            read("x", x, shape) for x, shape in zip(encoded if len(shapes) > 1 else [encoded], shapes, strict=True)
        ]
        here = is_known(kind) and is_in(arrays if len(shapes) > 1 else arrays[0], kind)
        assert there is here is inside, (domain, value, inside, there, here)
    outside = {repr(domain) for domain, _, _, inside in drawn if not inside}
    unbounded = {"Scalar", 'Vector["d"]', 'Matrix["d r"]', 'Free["d"]', 'Free[Vector["d"]]'}
    assert {repr(domain) for domain in REAL} - outside == unbounded


@needed
def test_a_domain_of_ones_own_or_of_complex_numbers_is_not_known(tmp_path):
    class Matrix(Domain):
        axes = 2

    foreign = described(Matrix("d d"), SIZES[0])
    assert foreign == {"kind": None, "name": "Matrix"}
    others = [{"kind": name} for name in ("toString", "__proto__", "Hermitian", "Unitary")]
    domains = [foreign, *others, {"kind": "Free", "of": foreign}]
    assert evaluated("(domains) => domains.map(isKnown)", domains, tmp_path) == [False] * 6
    assert not any(map(is_known, domains))
