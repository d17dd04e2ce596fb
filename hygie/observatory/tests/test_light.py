"""What counts what happens is loaded in every process: it brings no library of figures or of pages."""

from __future__ import annotations

import subprocess
import sys

_ASKED = """
import sys
import django
django.setup()
from django.conf import settings
from django.utils.module_loading import import_string
import_string(settings.HYGIE_HANDLERS)
print(*sorted({"numpy", "reportlab", "typst", "PIL"} & set(sys.modules)))
"""


def test_hearing_what_happens_loads_no_library_of_figures_or_of_pages():
    told = subprocess.run([sys.executable, "-c", _ASKED], capture_output=True, text=True, timeout=600)
    assert (told.returncode, told.stdout.strip()) == (0, ""), told.stderr
