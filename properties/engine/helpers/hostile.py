"""Files as strangers may send them: valid ones, damaged at random; and what may not happen while one is read."""

import contextlib
import copy
import json
import os
import re
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from properties.engine.helpers.certificates import places, resealed
from verify.workers.limits import slowness

_DEEP = 100_000
_LONG = 70_000

TEXTS = [
    "", " ", "-", "--5", "1/0", "-0", "007", "1e3", "0.5", "²", "٣", "1/x", "9" * 400, "1/" + "9" * 398, "9" * 5000,
    "1/2-3/4i", "NaN", "Infinity", "1E+999999999", "2**10**9", "x" * _LONG, "{" * _LONG, "$x^{$", "_hidden",
    "\\input{x}", "canary", "canary.py::test", "__import__('canary')", "{{canary.__class__}}", "__class__", "__proto__",
    "../../escaped", "/tmp/escaped", "/etc/passwd", "/dev/zero", "/dev/stdin", "figure.svg", ".", "--help", "-", "\0",
    "\x1b[2J", "\x1b]0;x\x07", "a\nb", "\r", "\u202e", "\ud800", "\ufeff", "\U0001f600", "</script><script>alert(1)",
    "dai2018/eq-36", "dai2018/eq-36,lam=Scalar", "dai2018/eq-36,drop.1", "dai2018/eq-36,most.d.16", "a,b" * 1000,
]  # fmt: skip
"""What may stand for a number, a name, an id or a path."""

VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 15, 16, 17, 64, 1024, 1025, 1 << 31, 1 << 63, 10**12, 10**400, 0.5, -0.0, 1e308,
    float("nan"), float("inf"), [], {}, [[]], [{}], {"a": 1}, ["1"], [["1"]], ["0"] * 300, [["1"] * 16] * 16,
    [["9" * 400] * 16] * 16, {"": {"": {}}}, {"claims": [{}]},
]  # fmt: skip

RAW = [
    "1e999999", "-1e999999", "9" * 1_000_000, "[" * _DEEP, "[" * _DEEP + "]" * _DEEP, "{" + '"a":{' * 500 + "}" * 501,
    "[" * 900 + "]" * 900, '{"a":1,"a":1}', '"\\ud800"', '"' + '\\"' * 120_000, "'a'", "01", "//", "", "undefined",
]  # fmt: skip
"""What JSON has no value for, or Python no JSON."""

WHOLE = [
    b"", b" ", b"\0", b"\xff\xfe", bytes(range(256)), b"null", b"[]", b"{}", b"0", b'""', b"[" * _DEEP,
    b'{"a":' * _DEEP, b'"' + b'\\"' * 120_000, b"PK\x03\x04" + bytes(60), b"\x93NUMPY\x01\x00\x10\x00" + b"(" * 16,
    b"\x80\x04\x95.", b"cos\nsystem\n(S'touch canary'\ntR.", b"import canary\n", b"9" * 5000, b"NaN", b"x" * 300_000,
]  # fmt: skip


def damaged(rng, data):
    """Return the bytes of JSON data, of which something is another; of a certificate the seal mostly fits again."""
    how = rng.random()
    if how < 0.02:
        return rng.choice(WHOLE)
    if how < 0.25:
        return bytes_damaged(rng, json.dumps(data, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass"))
    changed, raw = copy.deepcopy(data), {}
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        changed = _changed(rng, changed, raw)
    if isinstance(changed, dict) and "seal" in changed and rng.random() < 0.9:
        with contextlib.suppress(ValueError, TypeError):
            changed = resealed(changed)
    text = json.dumps(changed, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 2]))
    for mark, instead in raw.items():
        text = text.replace(f'"{mark}"', instead, 1).replace(f'"{mark}"', "0")  # of what was copied one is enough
    return text.encode("utf-8", "surrogatepass")


def _changed(rng, data, raw):
    """Return data with one place changed; ``raw`` takes what stands for a mark once it is text."""
    paths = list(places(data))[1:]
    if not paths:
        return rng.choice(VALUES)
    *way, last = rng.choice(paths)
    target = data
    for key in way:
        target = target[key]
    how = rng.random()
    if how < 0.1:
        del target[last]
    elif how < 0.15 and isinstance(target, dict):
        target[rng.choice(TEXTS)] = target.pop(last)
    elif how < 0.2 and isinstance(target, list) and len(json.dumps(target)) < 3000:
        target *= rng.choice([0, 2, 3, 300])
    elif how < 0.3:  # what stands elsewhere, of a kind that fits perhaps
        *other, end = rng.choice(paths)
        found = data
        for key in other:
            found = found[key]
        target[last] = copy.deepcopy(found[end])
    elif how < 0.35:
        mark = f"raw{len(raw)}"
        raw[mark] = rng.choice(RAW)
        target[last] = mark
    elif how < 0.55 and isinstance(target[last], str):
        target[last] = _number_like(rng)
    else:
        target[last] = copy.deepcopy(rng.choice(TEXTS if rng.random() < 0.5 else VALUES))
    return data


def _number_like(rng):
    """Return a fraction, or a decimal, small or large."""
    top = rng.choice([rng.randint(-3, 3), rng.randint(-(10**6), 10**6), rng.randint(0, 10 ** rng.choice([30, 390]))])
    return rng.choice([f"{top}", f"{top}/{rng.randint(1, 9)}", f"{top}.5", f"{top}E{rng.randint(-400, 400)}"])


def bytes_damaged(rng, text):
    """Return bytes cut, flipped, doubled, moved, or in another encoding."""
    k = rng.randrange(len(text) + 1)
    m = rng.randrange(k, len(text) + 1)
    flipped = bytearray(text)
    for _ in range(rng.choice([1, 1, 3, 20])):
        flipped[rng.randrange(len(text))] ^= 1 << rng.randrange(8)
    return rng.choice([
        text[:k], text[k:], text[:k] + text[m:], text + text[k:], text[:k] + text[k:m] * 2 + text[m:], bytes(flipped),
        text[:k] + b"\0" + text[k:], b"\xef\xbb\xbf" + text, text.decode("latin-1").encode("utf-16"),
        text[:k] + rng.choice(WHOLE) + text[k:], b"\n" * 10 + text + b" ", text[:k] + b"\xed\xa0\x80" + text[k:],
    ])  # fmt: skip


# --- what may not happen ----------------------------------------------------------------------------------------------

_FORBIDDEN = ("socket.connect", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "pickle.find_class")
_WRITING = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.truncate", "os.chmod")


class Watched:
    """What Python is heard to do in this thread, while it is being listened to."""

    thread, home, heard = 0, Path(), None

    def __call__(self, event, arguments):
        """Hear an event; each is of no interest most of the time, so that this is fast."""
        if self.heard is None or threading.get_ident() != self.thread:
            return
        if event in _FORBIDDEN or (event in ("import", "exec") and "canary" in _meant(arguments[0])):
            self.heard.append((event, repr(arguments)[:200]))
        elif event == "open" or event in _WRITING:
            self._written(event, arguments)

    def _written(self, event, arguments):
        name, flags = arguments[0], arguments[2] if event == "open" else os.O_WRONLY
        if isinstance(name, (str, bytes)) and isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            path = Path(os.path.realpath(os.fsdecode(name)))
            if os.fsdecode(name) != os.devnull and not path.is_relative_to(self.home):
                self.heard.append((event, str(path)))


def _meant(thing):
    """Return a module's name, or what code names and holds; to read a header NumPy parses an expression, no more."""
    return thing if isinstance(thing, str) else repr((thing.co_filename, thing.co_names, thing.co_consts))


_WATCHED = Watched()


class Hung(BaseException):
    """A reader takes longer than any file is worth."""


@contextlib.contextmanager
def unharmed(home, seconds=60.0):
    """Require of a block that it ends, runs and imports nothing of a stranger's, and writes in no other folder."""
    if _WATCHED.home == Path():
        sys.addaudithook(_WATCHED)  # for good: there is no way to remove one

    def hung(*_):
        raise Hung

    _WATCHED.thread, _WATCHED.home, _WATCHED.heard = threading.get_ident(), Path(os.path.realpath(home)), []
    before = signal.signal(signal.SIGALRM, hung)
    signal.setitimer(signal.ITIMER_REAL, seconds * slowness())
    try:
        yield
        heard = _WATCHED.heard
    finally:
        _WATCHED.heard = None
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert heard == []


def is_one_line(text):
    """Say whether something was said on one line, in which nothing moves the cursor, and none is a traceback."""
    return bool(re.fullmatch(r"[^\n]+\n?", text)) and text.rstrip("\n").isprintable() and "Traceback" not in text
