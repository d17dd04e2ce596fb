"""`hygie bench read`: how much of the labelled samples is read right, and how fast."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import click


@click.command("read", short_help="Mesurer l'exactitude de la lecture.")
@click.option("--family", "families", multiple=True, help="Une famille seulement (plusieurs fois possible).")
@click.option("--misses", is_flag=True, help="Montrer aussi chaque erreur.")
@click.option("--json", "as_json", type=click.Path(path_type=Path), default=None, help="Écrire aussi les chiffres ici.")
def read(families: tuple[str, ...], misses: bool, as_json: Path | None) -> None:
    """Lire des documents inventés dont on sait ce qu'ils disent : messages, PDF, scans abîmés, mises en page jamais vues."""
    from hygie.ops.bench.papers.accuracy import FAMILIES, GOALS, Score

    told: dict[str, object] = {"load": os.getloadavg()[0]}
    for family, measure in FAMILIES.items():
        if families and family not in families:
            continue
        spent, total = time.process_time(), Score()
        parts = measure()
        if not parts:
            click.echo(f"{family}: not measured, Tesseract with French is not installed here")
            continue
        for name, part in parts.items():
            total.add(part)
            click.echo(
                f"  {name:<16} {part.right:>5} / {part.rows:<5} {100 * part.share:6.1f} %  {_faults(part.wrong)}"
            )
        goal = GOALS.get(family)
        click.echo(
            f"{family}: {total.right} of {total.rows} results right, {100 * total.share:.1f} %"
            + (f" (goal {100 * goal:.0f} %)" if goal else "")
            + f"; certain {total.certain}, of which wrong {total.falsely}; invented {total.invented};"
            f" earlier values {total.earlier_right} of {total.earlier};"
            f" {total.seconds / max(1, total.pages):.2f} s a page ({time.process_time() - spent:.1f} s of this process)"
        )
        if misses:
            for miss in total.misses:
                click.echo(f"    {miss}")
        told[family] = {
            "rows": total.rows, "right": total.right, "certain": total.certain, "falsely": total.falsely,
            "invented": total.invented, "earlier": total.earlier, "earlier_right": total.earlier_right,
            "pages": total.pages, "seconds": total.seconds, "wrong": total.wrong,
            "parts": {name: {"rows": part.rows, "right": part.right} for name, part in parts.items()},
        }  # fmt: skip
    if as_json:
        as_json.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def _faults(wrong: dict[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in sorted(wrong.items()))
