"""The commands of a page for developers, run as they are written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from hygie.portal.tests import stage

ROOT: Final = Path(__file__).resolve().parents[3]
_SETTING: Final = re.compile(r"^export (HYGIE|HYGIE_DATA|PATH)=.*\n", re.MULTILINE)
_COMMANDS: Final = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(page: Path, *, here: Path) -> list[str]:
    """What the commands of this page say, line by line, run one after the other in `here` against the application.

    What the page exports (the address, the data folder, the path) is said by the test instead. Fails where one fails.
    """
    commands = _SETTING.sub("", "\n".join(_COMMANDS.findall(page.read_text())))
    with stage.named() as address:
        said = {
            "HYGIE": address, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=here, env=os.environ | said, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
