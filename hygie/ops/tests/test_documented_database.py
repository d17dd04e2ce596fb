"""The SQL that operators are given makes a database that Hygie accepts."""

from __future__ import annotations

import re

import psycopg

from hygie.ops.postgres import Cluster
from hygie.ops.tests import running
from hygie.tests.crawl.outside import administrator

PAGE = running.REPOSITORY / "docs" / "how-to" / "run-it.md"


def statements() -> list[str]:
    [block] = re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return [one.strip() for one in block.split(";") if one.strip()]


def test_a_database_made_as_documented_is_accepted() -> None:
    with running.folder() as folder:
        cluster = Cluster(folder / "postgres")
        before = cluster.start()
        try:
            # The cluster has roles and a database of these names already: others of the same kind, in the same way.
            with psycopg.connect(administrator(cluster), autocommit=True) as line:
                for statement in statements():
                    line.execute(re.sub(r"\bhygie(\w*)\b", r"other\1", statement))
            where = {
                name: re.sub(r"//[^@]*@", f"//{account}@", address).replace("/hygie?", "/other?")
                for name, address, account in (
                    ("HYGIE_DATABASE_URL", before.app, "other_app:second"),
                    ("HYGIE_DATABASE_OWNER_URL", before.owner, "other_owner:first"),
                )
            }
            for command, answer in (("migrate", "La base est à jour."), ("check", "Tout va bien")):
                done = running.hygie(command, "--data", folder / "data", **where)
                assert done.returncode == 0, done.stderr
                assert answer in done.stdout
            swapped = {
                "HYGIE_DATABASE_URL": where["HYGIE_DATABASE_OWNER_URL"],
                "HYGIE_DATABASE_OWNER_URL": where["HYGIE_DATABASE_OWNER_URL"],
            }
            refused = running.hygie("check", "--data", folder / "data", **swapped)
            assert refused.returncode == 15
            assert "NOBYPASSRLS" in refused.stderr
        finally:
            cluster.stop()
