"""What pytest and the command line load first: it imports nothing of the suite, and no other package has its name."""

PACKAGES = ("verify", "reference", "properties")
"""Those of the suite, whose names are common: a project may have others so called."""

CLAIM = "vae_verify_claim"
"""The attribute by which the test of a claim is recognised, and which holds the claim."""


def version() -> str:
    """Return the version of the suite; of a checkout that is not installed, the one that it would be installed as."""
    from importlib import metadata  # noqa: PLC0415  # the command sets its handler of Ctrl-C first

    try:
        return metadata.version("vae-verify")
    except metadata.PackageNotFoundError:
        import tomllib  # noqa: PLC0415
        from pathlib import Path  # noqa: PLC0415

        project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return f"{project['version']}+checkout"


class Shadowed(ImportError):
    """Another package stands where one of the suite is expected."""


def is_own(module: str | None) -> bool:
    """Say whether what a module states is a user's own, and of none of the papers."""
    name = module or ""  # what is made by exec may be of no module
    return not name.startswith("properties.") or name.startswith("properties.engine.")


def require(name: str) -> None:
    """Raise Shadowed if Python finds another package of that name than the suite's."""
    from importlib.util import find_spec  # noqa: PLC0415  # the command sets its handler of Ctrl-C first
    from pathlib import Path  # noqa: PLC0415

    home = Path(__file__).resolve().parents[1]
    try:
        spec = find_spec(name)
    except ValueError:  # a module that was made by hand
        spec = None
    places = [] if spec is None else [spec.origin] if spec.has_location else [*(spec.submodule_search_locations or ())]
    found = [Path(place) for place in places if place is not None]
    if not found or found[0].resolve().parent != home / name:
        where = found[0] if found else "which is in no file"
        raise Shadowed(
            f"the package {name!r} of vae-verify, in {home}, is hidden by another of that name, {where}: rename that"
            " one, or keep its folder off Python's path"
        )
