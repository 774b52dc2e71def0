"""A terminal of so many columns: what is written to it can be read again."""

import contextlib
import fcntl
import os
import pty
import struct
import sys
import termios

from rich.cells import cell_len


class Terminal:
    """A stream that is a terminal, and what it was sent; inside ``with``, the output and the errors go there."""

    def __init__(self, columns):
        self._reader, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.stream = os.fdopen(end, "w", encoding="utf-8")

    def read(self):
        """Return what was written so far."""
        self.stream.flush()
        os.set_blocking(self._reader, False)
        sent = b""
        with contextlib.suppress(BlockingIOError):
            while part := os.read(self._reader, 1 << 16):
                sent += part
        return sent.decode().replace("\r\n", "\n")

    def __enter__(self):
        """Have the output and the errors of this process go to the terminal."""
        self._streams = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = self.stream
        return self

    def __exit__(self, *_):
        """Give the streams back, and close both ends."""
        sys.stdout, sys.stderr = self._streams
        self.stream.close()
        os.close(self._reader)


def too_long(text, width):
    """Return the lines that do not fit, but for words and commands, which are there to be copied whole."""
    lines = [line for line in text.splitlines() if cell_len(line) > width]
    return [line for line in lines if len(line.split()) > 1 and not line.lstrip().startswith("vae-verify ")]
