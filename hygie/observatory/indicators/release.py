"""The files of a release: what is printed, and nothing more, in CSV and JSON, described for machines. Pure."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from hygie.observatory.indicators.figures import Figure

FIELDS: Final = ("indicator", "key", "label", "month", "count", "unit")
_SAID: Final = ("name", "definition", "unit", "base", "numerator", "denominator", "population", "period", "source")
HIDDEN: Final = "masked"
ALL: Final = "all-rows"
SHARE: Final = "share"


def files(figures: Sequence[Figure], *, label: str) -> Mapping[str, bytes]:
    """usage.csv, indicators.csv, usage.json, datapackage.json, and `<indicator>.csv` for each of them.

    label: a warning that goes with them, "" for none.
    """
    rows = list(_rows(figures))
    told = [{"id": one.indicator.id} | {k: getattr(one.indicator, k) for k in _SAID} for one in figures]
    made = {
        "usage.csv": _csv(FIELDS, rows),
        "indicators.csv": _csv(("id", *_SAID), told),
        "usage.json": _json({"label": label, "indicators": told, "figures": rows}),
    }
    made |= {f"{one.indicator.id}.csv": _csv(FIELDS, list(_rows([one]))) for one in figures}
    return made | {"datapackage.json": _json(_package(figures, made, label))}


def _rows(figures: Iterable[Figure]) -> Iterable[dict[str, Any]]:
    for figure in figures:
        unit = figure.indicator.counted
        rows = [(line.key, line.label, line.values, unit) for line in figure.lines]
        rows += [(ALL, "Ensemble", figure.whole, unit)] if figure.whole else []
        rows += [(SHARE, figure.indicator.numerator, figure.shares, "%")] if figure.shares else []
        for key, label, values, of in rows:
            for month, value in zip(figure.months, values, strict=True):
                yield {
                    "indicator": figure.indicator.id, "key": key, "label": label, "month": f"{month:%Y-%m}",
                    "count": value, "unit": of,
                }  # fmt: skip


def _csv(fields: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, fields, lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: HIDDEN if v is None else v for k, v in row.items()} for row in rows)
    return out.getvalue().encode()


def _json(said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _package(figures: Sequence[Figure], made: Mapping[str, bytes], label: str) -> dict[str, Any]:
    kinds = {"count": "integer", "month": "yearmonth"}
    schemas: dict[str, dict[str, Any]] = {
        "usage.csv": {
            "fields": [{"name": one, "type": kinds.get(one, "string")} for one in FIELDS],
            "missingValues": [HIDDEN],
            "primaryKey": ["indicator", "key", "month"],
            "foreignKeys": [{"fields": ["indicator"], "reference": {"resource": "indicators", "fields": ["id"]}}],
        },
        "indicators.csv": {"fields": [{"name": one, "type": "string"} for one in ("id", *_SAID)], "primaryKey": ["id"]},
    }
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "hygie-usage",
        "title": "Ce que Hygie compte de son usage",
        "description": " ".join(filter(None, (label, figures[0].indicator.small_numbers if figures else ""))),
        "resources": [
            {
                "name": name.partition(".")[0], "path": name, "type": "table", "format": "csv", "mediatype": "text/csv",
                "encoding": "utf-8", "bytes": len(made[name]),
                "hash": "sha256:" + hashlib.sha256(made[name]).hexdigest(), "schema": schema,
            }
            for name, schema in schemas.items()
        ],
    }  # fmt: skip
