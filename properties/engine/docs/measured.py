"""Numbers in documents: a benchmark printed those that were measured, and those that count things count right."""

import re

import pytest

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.gallery import claims
from properties.engine.helpers.measured import (
    CONSOLE,
    RECORDS,
    digest_of,
    missing,
    quotes,
    record_of,
    sources_of,
    unmarked,
)
from verify.claims.entry import Verdict
from verify.registry.loading import load_file

DOCUMENTS = [TREE / "README.md", *sorted(TREE.glob("docs/**/*.md"))]
NAMES = sorted(path.stem for path in RECORDS.glob("*.txt"))


def test_a_benchmark_is_what_it_was_when_its_numbers_were_measured():
    """If not: python benchmarks/record.py NAME …, on a machine that does nothing else, and mend what quotes it."""
    for name in NAMES:
        command, digest, printed = record_of(name)
        assert digest == digest_of(name), name
        assert command.startswith(f"python benchmarks/{name}.py")
        assert re.search(r"\d", printed), name


def test_the_digest_of_a_benchmark_is_that_of_all_that_it_runs():
    digests = {name: digest_of(name) for name in ("hunt", "judged_rate", "ways", "conjectures", "flows")}
    assert len(set(digests.values())) == len(digests)
    assert {path.name for path in sources_of("hunt")} == {"hunt.py", "judged_rate.py", "ways.py", "conjectures.py"}
    assert {path.name for path in sources_of("flows")} == {"flows.py"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_is_measured_was_printed_by_a_benchmark(document):
    """Below ``<!-- measured: NAME -->`` every number is in benchmarks/measured/NAME.txt; a document has such marks
    everywhere or nowhere."""
    text = document.read_text(encoding="utf-8")
    marked = [*quotes(text)]
    for names, quoted in marked:
        printed = "\n".join(record_of(name)[0] + record_of(name)[2] for name in names)
        assert missing(quoted, printed) == [], quoted
    if marked:
        assert unmarked(text) == []


def test_what_counts_conjectures_counts_right():
    false = [entry for entry in load_file(TREE / "benchmarks" / "conjectures.py") if entry.expected is Verdict.REFUTED]
    known = {"hunt": len(false), "gallery": sum(map(len, claims().values()))}
    words = {"a dozen": 12, "two dozen": 24, "three dozen": 36}
    told = []
    for document in DOCUMENTS:
        text = " ".join(CONSOLE.sub("", document.read_text(encoding="utf-8")).split())
        for number, near in re.findall(r"\b((?:a|two|three) dozen|\d+) (\w+ )?conjectures\b", text):
            value = words.get(number) or int(number)
            exact = known["hunt"] if near.strip() == "false" else known["gallery"]
            assert abs(value - exact) <= (2 if number in words else 0), (document, number, exact)
            told.append(document.name)
        for few, many in re.findall(r"\| of (\d+) in \d+ s \| of (\d+) in \d+ s \|", text):
            assert (int(few), int(many)) == (known["hunt"], known["gallery"]), document
            told.append(document.name)
    assert told


def test_what_is_quoted_and_what_is_not_is_seen():
    text = "Some.\n\n<!-- measured: a b -->\n```\nx 1,234 2.5\ny   9\n```\n\nAnd 17 examples/s,\nat 3 MiB.\n"
    assert [*quotes(text)] == [(["a", "b"], "```\nx 1,234 2.5\ny   9\n```")]
    assert unmarked(text) == ["17 examples/s", "3 MiB"]
    prose = "found  12/12, 1,996 steps of a model per second, ratio 5.65"
    assert unmarked(prose) == ["found  12/12", "1,996 steps of a model per second", "ratio 5.65"]
    assert unmarked("```console\n$ x\n5 examples/s\n```\n") == []
    assert missing("```\nx 1,234 2.5\ny 9\n```", "1234.4 2.45 8.4e+00") == ["9"]
    assert missing("| 2.5 | 0.48 |", "2.54 0.4849") == []
    assert missing("| 2.5 | 0.48 |", "2.56 0.4851") == ["2.5", "0.48"]
    assert missing("at d = 4 it is 107 instances/s", "106.7 of 5") == []
    assert missing("at d = 4 it is 107 instances/s", "106.4 of 4") == ["107"]
