"""What ends a command with exit status 2, in one line."""


class UsageError(Exception):
    """The command line names something that is not there, or cannot be used."""
