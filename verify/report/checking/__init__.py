"""Certificates checked in the page, by JavaScript of our own: a second checker, which shares no line with the first."""

from importlib.resources import files

_PARTS = ("numbers", "text", "domains", "program", "check", "panel")


def script() -> str:
    """Return the JavaScript of the checker and of its panels, which defines ``checkCertificate`` and nothing else."""
    parts = "\n".join(files(__package__).joinpath(f"{part}.js").read_text(encoding="utf-8") for part in _PARTS)
    return f'const checkCertificate = (() => {{\n"use strict";\n{parts}\nreturn checkCertificate;\n}})();\n'
