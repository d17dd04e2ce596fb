"""A wave being asked on the pages: sheets without names, quotas, and the file of its answers."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

import yaml
from django.db import IntegrityError, transaction
from django.db.models import Count

from hygie.base.errors import Conflict, Invalid, NotFound
from hygie.observatory.barometer import answers as files
from hygie.observatory.barometer import asking, margins, questionnaire, synthetic
from hygie.observatory.indicators.disclosure import publishable
from hygie.observatory.models import Fieldwork, Sheet
from hygie.observatory.types import Asked, Filled, Monitor

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none is taken for another
_LENGTH: Final = 12  # 60 bits: nobody finds somebody else's sheet by trying
KEPT: Final = timedelta(days=30)  # an unfinished sheet is erased after that


def open_wave(*, name: str, wanted: int, on: date, margins_file: Path | None = None) -> None:
    """Invalid: margins that do not fit. Conflict: another wave is open, or this name was used."""
    population = margins.read(margins_file or questionnaire.HERE / "margins.yaml")
    asked = questionnaire.standard()
    for one in population.margins:
        if set(asked.question(one.variable).options) != set(one.shares):
            raise Invalid(f"Les catégories de « {one.variable} » ne sont pas celles du questionnaire.", code="margins")
    said = margins.written(population)
    try:
        with transaction.atomic():
            Fieldwork.objects.create(name=name, questionnaire=asked.name, wanted=wanted, margins=said, opened_on=on)
    except IntegrityError as error:
        raise Conflict("Une enquête est déjà ouverte, ou ce nom a déjà servi.", code="wave-open") from error


def close_wave(*, on: date) -> None:
    """Unfinished sheets are erased. Nothing happens when no wave is open."""
    with transaction.atomic():
        Sheet.objects.filter(fieldwork__closed_on=None, state=Sheet.OPEN).delete()
        Fieldwork.objects.filter(closed_on=None).update(closed_on=on)


def present() -> Fieldwork | None:
    return Fieldwork.objects.filter(closed_on=None).first()


def begin(*, on: date) -> str:
    """A new sheet; the code that opens it again, which is kept nowhere. NotFound when no wave is open."""
    wave = present()
    if wave is None:
        raise NotFound("Aucune enquête n’est ouverte en ce moment.", code="no-wave")
    Sheet.objects.filter(state=Sheet.OPEN, begun_on__lt=on - KEPT).delete()
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    Sheet.objects.create(fieldwork=wave, digest=_digest(code), begun_on=on)
    return code


def look(*, code: str, page: int | None = None) -> Asked:
    """A page of somebody's sheet, by default where she was. NotFound: no such code, or no such page for her."""
    sheet = _sheet(code)
    return _asked(sheet, sheet.page if page is None else page)


def answer(*, code: str, page: int, said: Mapping[str, str]) -> Filled:
    """Keep the answers of a page. Filled.full when a quota is reached: the sheet is then erased.

    Invalid: a code that is not proposed, or a profile without an answer (`at` is its column).
    """
    with transaction.atomic():
        sheet = _sheet(code, locked=True)
        asked, here = questionnaire.standard(), _asked(sheet, page)
        profile = [one for one in here.questions if one.theme == "profile"]  # quotas and weights stand on these
        for question in profile:
            if said.get(question.id, "") not in question.options:
                raise Invalid("Choisissez une réponse.", code="profile", at=question.id)
        kept = {column.name for question in here.questions for column in question.columns}
        answers = {name: given for name, given in sheet.answers.items() if name not in kept}
        answers |= asking.checked(here.questions, said)
        sheet.answers = asking.pruned(asked, answers)
        if profile and any(
            one.full and sheet.answers.get(one.variable) == one.code for one in _quotas(sheet.fieldwork)
        ):
            sheet.delete()
            return Filled(None, full=True)
        following = asking.after(asked, page, sheet.answers)
        if following is None:
            sheet.state, sheet.digest = Sheet.DONE, None
        else:
            sheet.page = following
        sheet.save()
    return Filled(following)


def quotas() -> tuple[asking.Quota, ...]:
    """The cells of the open wave, live. Empty when none is open."""
    wave = present()
    return () if wave is None else _quotas(wave)


def monitor() -> Monitor | None:
    """The open wave as it fills; None when none is open."""
    wave = present()
    if wave is None:
        return None
    asked, cells = questionnaire.standard(), _quotas(wave)
    held = Sheet.objects.filter(fieldwork=wave, state=Sheet.DONE).count()
    by_margin = {
        asked.question(name).short: tuple(one for one in cells if one.variable == name)
        for name in dict.fromkeys(one.variable for one in cells)
    }
    return Monitor(wave.name, wave.opened_on, wave.wanted, publishable(held), by_margin)


def export(*, name: str, path: Path) -> int:
    """Write the finished sheets as a fieldwork file, in the order of their random ids; says how many."""
    wave = Fieldwork.objects.filter(name=name).first()
    if wave is None:
        raise NotFound("Il n’y a pas d’enquête de ce nom.", code="no-wave")
    asked = questionnaire.standard()
    heads = [one.name for one in asked.columns()]
    done = Sheet.objects.filter(fieldwork=wave, state=Sheet.DONE).order_by("id").values_list("answers", flat=True)
    rows = [[one.get(head, "") for head in heads] for one in done]
    synthetic.write(files.of_rows(heads, rows, len(rows), asked), path)
    path.with_suffix(".margins.yaml").write_text(yaml.safe_dump(wave.margins, allow_unicode=True, sort_keys=False))
    return len(rows)


def _sheet(code: str, *, locked: bool = False) -> Sheet:
    rows = Sheet.objects.select_for_update(of=("self",)) if locked else Sheet.objects
    found = rows.select_related("fieldwork").filter(digest=_digest(code), fieldwork__closed_on=None).first()
    if found is None:
        raise NotFound("Ce code n’ouvre aucun questionnaire : il est peut-être déjà terminé.", code="no-sheet")
    return found


def _asked(sheet: Sheet, page: int) -> Asked:
    asked = questionnaire.standard()
    questions = asking.asked(asked, page, sheet.answers)
    if not questions or page > sheet.page:
        raise NotFound("Cette page du questionnaire n’est pas pour maintenant.", code="no-page")
    return Asked(
        page, len(asking.pages(asked)), asked.themes[questions[0].theme], questions, dict(sheet.answers),
        asking.before(asked, page, sheet.answers),
    )  # fmt: skip


def _quotas(wave: Fieldwork) -> tuple[asking.Quota, ...]:
    population = margins.parse(wave.margins)
    held: dict[str, Counter[str]] = {}
    for one in population.margins:
        rows = Sheet.objects.filter(fieldwork=wave, state=Sheet.DONE).values_list(f"answers__{one.variable}")
        held[one.variable] = Counter(dict(rows.annotate(Count("id"))))
    return asking.quotas(questionnaire.standard(), population, wave.wanted, held)


def _digest(code: str) -> bytes:
    written = "".join(letter for letter in code.upper() if letter.isalnum())
    return sha256(b"hygie barometer " + written.encode()).digest()
