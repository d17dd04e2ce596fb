"""Become Tesseract behind a fence: `python -I -m hygie.formats.paper.fenced PROGRAM TESSDATA arguments…`.

The pixels come by the standard input, the words leave by the standard output, and that is all the program can reach:
no network, no other process, no file but its own libraries and language data. A fresh interpreter, so that nothing is
done between a fork and an exec in a service of many threads.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hygie.formats.preview import walls

MEMORY = 1024 * walls.MEBIBYTE
CPU_SECONDS = 90
LIBRARIES = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/nix/store")


def main() -> None:
    program, tessdata, *arguments = sys.argv[1:]
    walls.die_with(os.getppid())
    walls.leave_the_network()
    readable = [Path(each) for each in (program, os.path.realpath(program), *LIBRARIES)]
    walls.fence(memory=MEMORY, cpu_seconds=CPU_SECONDS, readable=[*readable, *([Path(tessdata)] if tessdata else [])])
    os.execve(program, [program, *arguments], dict(os.environ))  # noqa: S606 - no shell: that is the point


if __name__ == "__main__":
    main()
