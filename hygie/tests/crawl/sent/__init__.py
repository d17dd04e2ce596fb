"""What one would send to each address: one file per face, and two of the portal's that are families of their own.

`SENT` of a file: name of a route -> what is sent to it. Whoever adds a route adds it to the file of its face.
"""

from __future__ import annotations

from collections import Counter

from hygie.tests.crawl.sent import desk, entering, kinship, machines, portal, workspace

_TABLES = (portal.SENT, entering.SENT, kinship.SENT, workspace.SENT, desk.SENT, machines.SENT)
BODIES = {name: send for table in _TABLES for name, send in table.items()}
TWICE = sorted(name for name, times in Counter(name for table in _TABLES for name in table).items() if times > 1)
