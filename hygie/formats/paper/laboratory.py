"""A laboratory report: from rows to results, whatever the layout.

Nothing is known of the laboratory. A row that begins with a name and goes on with a value is a result; the rows below
it that have no name of their own complete it (« soit … mmol/L », the interval, the earlier value). Earlier values are
recognised by their date, beside them or on top of their column, and are never taken for today's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import log
from typing import Final

from hygie.formats.analytes import Analyte
from hygie.formats.entries import Unread
from hygie.formats.paper import items, letterhead, names, units
from hygie.formats.paper.items import Item, What
from hygie.formats.paper.letterhead import Letterhead
from hygie.formats.paper.results import Earlier, Interval, Result
from hygie.formats.paper.rows import COLUMN, Row, part

_HEADER: Final = re.compile(
    r"\b(?:analyses?|examens?|param[èe]tres?|r[ée]sultats?|unit[ée]s?|valeurs?|r[ée]f[ée]rences?|usuelles?|normes?"
    r"|normales?|intervalles?|ant[ée]rior\w*|ant[ée]rieurs?|pr[ée]c[ée]dents?|historique)\b", re.I)  # fmt: skip
_BEFORE: Final = re.compile(r"ant[ée]rior|ant[ée]rieur|pr[ée]c[ée]dent|histori|dernier r[ée]sultat", re.I)
_REFERENCE: Final = re.compile(
    r"^\W*(?:valeurs?\s+(?:de\s+r[ée]f|usuelles?|normales?|attendues?)|normes?\b|normales?\b|v\.?\s?r\.?\b|v\.?\s?n\.?\b"
    r"|intervalles?\b|r[ée]f(?:[ée]rences?|\.)|hommes?\b|femmes?\b|adultes?\b|n\s?[:=])", re.I)  # fmt: skip
_SECTION: Final = re.compile(
    r"h[ée]matolog|num[ée]ration|h[ée]mogramme|h[ée]mostase|coagulation|chimi|ionogramme|bilan|lipid|enzymolog|hormon"
    r"|thyro[ïi]d|vitamin|s[ée]rolog|immuno|marqueurs|bact[ée]riolog|parasitolog|ecbu|cytobact|urin|virolog|allergolog"
    r"|formule|prot[ée]ines sp|infectieu|h[ée]matie|lipopro|endocrin|sanguine", re.I)  # fmt: skip
_WORDS: Final = re.compile(
    r"(?:r[ée]sultat\s+)?(?:n[ée]gati\w+|positi\w+|absence\b|absents?\b|pr[ée]sence\b|pr[ée]sents?\b|non\s+d[ée]tect\w+"
    r"|ind[ée]tect\w+|d[ée]tect[ée]\w*|non\s+r[ée]acti\w+|r[ée]acti[fv]\w*|st[ée]rile|normale?\b|traces?\b|rares?\b"
    r"|quelques|nombreu\w+|(?:AB?|B|O)\s+(?:Rh|RH|rh[ée]sus|pos|n[ée]g)\w*.*)", re.I)  # fmt: skip
_PENDING: Final = re.compile(
    r"en cours|[àa] suivre|non (?:dos[ée]|r[ée]alis|fait|parvenu)|insuffisan|coagul[ée]\b|h[ée]molys[ée]", re.I
)
_NO_NAME: Final = re.compile(
    r"^\W*$|\b(?:page|dossier|t[ée]l(?:[ée]phone)?|fax|n[ée]e?\b|cofrac|[ée]dit[ée]|valid[ée]|rue|avenue|boulevard|rpps|finess|siret"
    r"|cedex|imprim[ée]|date|prescri\w+|demande|patient|sexe|ddn|accr[ée]dit\w+|nir|ins|docteur|dr|heures? de|biologistes?"
    r"|pr[ée]l[èe]v\w+|re[çc]u|enregistr[ée]|objectif|cible|seuil|facteur|suivant|selon|depuis)\b", re.I)  # fmt: skip
_RESULT: Final = re.compile(r"^\W*(?:votre\s+)?r[ée]sultats?\s*[:=]?[ \t]*(?=(?:<|>|≤|≥|inf|sup)?\.?\s*\d)", re.I)
_ANTIBIOGRAM: Final = re.compile(r"^\W*antibiogramme\b", re.I)
_DOTS: Final = re.compile(r"(?:[.…·_]\s?){3,}[\s:.]*|\s[.…·]{2,}\s?:?")
_TRIM: Final = " \t.:…·-–*+_|'’‘°↑↓\u00a0"
_SOON: Final = re.compile(r"^\W*(?:soit|ou|=)\b", re.I)


_NOT_UNDERSTOOD: Final = "Cette ligne ressemble à un résultat et n’a pas été comprise."


@dataclass(slots=True)
class _Columns:
    """What the last header of columns said. Left and right in fractions of the page."""

    dated: list[tuple[date, float, float]] = field(default_factory=list)
    before: tuple[float, float] | None = None  # « Antériorités », with no date of its own
    result: float | None = None
    reference: float | None = None


@dataclass(slots=True)
class Reading:
    results: list[Result] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def read(pages: Sequence[Sequence[Row]], head: Letterhead) -> Reading:
    """The results of a document's pages, in order, and the rows that look like results and were not understood."""
    made, columns, section = Reading(), _Columns(), ""
    day, sampled = head.day, head.sampled
    pending: tuple[Row, str] | None = None
    started = False
    for rows in pages:
        last: Result | None = None
        for at, row in enumerate(rows):
            text = blank_dots(row.text)
            if found := _header(rows, at, head):
                columns, last, pending = found, None, None
                continue
            if len(side := _side_by_side(row, section)) > 1:
                for number, each in enumerate(side):
                    one = parse(each, _Columns() if number else columns, section=section, head=head, day=day,
                                sampled=sampled, started=True)  # fmt: skip
                    if one is not None:
                        made.results.append(one)
                    else:
                        made.unread.append(Unread(each.place, _NOT_UNDERSTOOD))
                last, pending, started = None, None, True
                continue
            if _ANTIBIOGRAM.match(text):
                made.unread.append(
                    Unread(row.place, "L’antibiogramme se lit dans le document : Hygie n’en tire pas de lignes.")
                )
                last, pending = None, None
                continue
            if (
                (again := letterhead.sampling(row.text.replace("\t", " ")))
                and started
                and not names.match(text.split("\t")[0]).analyte
            ):
                day, sampled, last = again, True, None
                continue
            result = None
            titled = _RESULT.match(text)
            if pending is not None and titled is None and _aside(text):
                continue
            if pending is not None and titled:
                result = parse(row, columns, section=section, head=head, day=day, sampled=sampled, started=True,
                               label=pending[1], start=titled.end())  # fmt: skip
                if result is not None:
                    result.rows.insert(0, pending[0])
            elif pending is None or not (_bare(text) or _WORDS.match(text.strip(_TRIM))):
                result = parse(row, columns, section=section, head=head, day=day, sampled=sampled, started=started)
            else:
                result = parse(row, columns, section=section, head=head, day=day, sampled=sampled, started=True,
                               label=pending[1], start=0)  # fmt: skip
                if result is not None:
                    result.rows.insert(0, pending[0])
            pending = None
            if result is not None:
                made.results.append(result)
                last, started = result, True
                continue
            if last is not None and completes(last, row, text, columns):
                last.rows.append(row)
                continue
            below = next((said for one in rows[at + 1 : at + 4] if not _aside(said := blank_dots(one.text))), "")
            alone = _analyte_alone(text, section, row) and (_bare(below) or _WORDS.match(below.strip(_TRIM)))
            if alone or (_RESULT.match(below) and COLUMN not in text and _nameable(text.strip(_TRIM))):
                pending, last = (row, text.strip(_TRIM)), None
            elif title := _title(row, text):
                section, last = title, None
            elif titled or ((started or _name_known(text, section)) and _looks_like_a_result(row, text)):
                made.unread.append(Unread(row.place, _NOT_UNDERSTOOD))
            elif _PENDING.search(text) and names.match(text.split(COLUMN)[0], section).analyte:
                made.unread.append(Unread(row.place, "Cette analyse est annoncée sans résultat."))
    return made


def parse(
    row: Row, columns: _Columns, *, section: str, head: Letterhead, day: str | None, sampled: bool, started: bool,
    label: str | None = None, start: int = 0,
) -> Result | None:  # fmt: skip
    """The result that a row states; None when it states none. label: its name, when it stood on the row before."""
    text, scanned = blank_dots(row.text), row.leaf.scanned
    if label is None:
        found = _name(text, section, scanned)
        if found is None:
            return None
        label, start = found
        if "F" in text and re.search(r"\bH(?:ommes?)?\s*:.*\bF(?:emmes?)?\s*:", text):  # whose interval comes first
            label = re.sub(r"\s+H(?:ommes?)?$", "", label)
    name = names.match(label, section, scanned=scanned)
    made = Result(row, label, section, day, sampled, name.analyte, name.sure, rows=[row])
    if unit := re.search(r"[(\[]\s*([^()\[\]]*)[)\]]\s*$", label):
        told = units.match(unit[1], name.analyte, scanned=scanned)
        expected = {one.ucum for one in name.analyte.units} if name.analyte else set()
        if told is not None and (
            re.search(r"[/%]", unit[1]) or (told.length == len(unit[1]) and told.ucum in expected)
        ):
            made.unit = told
    listed = items.items(text, start, name.analyte, scanned=scanned)
    if "*" in text[:start]:
        made.flag = "*"
    in_words = name.analyte is not None and name.analyte.qualitative and text[start:].strip(_TRIM)[:1].isalpha()
    if in_words or not _fill(made, listed, columns, text):
        said = text[start:].split(COLUMN + " ")[0].strip(_TRIM + "()")
        cell = text[start:].lstrip(" \t:*").split(COLUMN)[0].strip()
        if name.analyte is None and not (started and _WORDS.match(cell) and not _SECTION.search(label)):
            return None
        if not _WORDS.match(cell) and not (
            name.analyte and name.analyte.qualitative and cell and not _PENDING.search(cell)
        ):
            return None
        made.words = cell or said
        made.sure = row.sure(start, len(row.text))
        return made
    if name.analyte is None and not started:
        return None
    if name.analyte is None and not (made.unit or made.intervals):
        return None
    return made


def completes(result: Result, row: Row, text: str, columns: _Columns) -> bool:
    """Whether a row without a name of its own adds to the result above it; what it says is then added."""
    scanned = row.leaf.scanned
    if _BEFORE.search(text[:60]) or re.match(r"^\W*(?:le|du)\s+\d\d?/", text):
        listed = items.items(text, 0, result.analyte, scanned=scanned)
        pairs, _ = _dated(listed, text)
        result.earlier += [Earlier(on, item.numbers[0], row, item.unit) for item, on in pairs]
        return bool(pairs)
    if _REFERENCE.match(text) and not _name_known(text, result.section):
        listed = items.items(text, 0, result.analyte, scanned=scanned)
        found = [_interval(item, text) for item in _bounds(listed)]
        target = result.second_intervals if result.second and _nearer_second(result, found) else result.intervals
        target += found
        return bool(found)
    if not _bare(text) and not _SOON.match(text):
        note = text.strip()
        if note.startswith("(") and note.endswith(")") and not re.search(r"\d,\d", note):
            result.method = result.method or note.strip("()")
            return True
        return False
    listed = items.items(text, 0, result.analyte, scanned=scanned)
    numbers = [item for item in listed if item.what is What.NUMBER and not item.comparator and not item.bracketed]
    if result.value is None or not listed:
        return False
    pairs, rest = _dated(listed, text)
    result.earlier += [Earlier(on, item.numbers[0], row, item.unit) for item, on in pairs]
    known = len(result.earlier)
    rest = _under_dates(result, rest, row, columns)
    numbers = [item for item in rest if item in numbers]
    if numbers:  # what stands under an earlier date on this row is in this row's unit
        result.earlier[known:] = [replace(one, unit=one.unit or numbers[0].unit) for one in result.earlier[known:]]
    if numbers and result.second is None and _other_unit(result, numbers[0]):
        result.second, result.second_row = numbers[0], row
        result.second_intervals += [_interval(item, text) for item in _bounds(rest) if item is not numbers[0]]
        return True
    found = [_interval(item, text) for item in _bounds(rest)]
    if found and not numbers:
        result.intervals += found
        return True
    return bool(pairs)


def _side_by_side(row: Row, section: str) -> list[Row]:
    """The row cut where a second analysis begins beside the first: « Sodium 140 mmol/L  136-145  Potassium 4,2 … »."""
    text, cuts, valued, at = row.text, [0], False, 0
    for cell in text.split(COLUMN):
        begins = at
        at += len(cell) + 1
        if begins and valued and not re.match(r"\W*\d", cell) and re.match(r"[<>≤≥]?\s*\d", text[at:]):
            label = cell.strip(_TRIM)
            unit = units.match(label, None, scanned=False)
            if (
                _nameable(label)
                and not (unit is not None and unit.length == len(label))
                and names.match(label, section, scanned=row.leaf.scanned).sure >= 0.95
            ):
                cuts.append(begins)
                valued = False
                continue
        valued = valued or bool(begins and re.match(r"[<>≤≥]?\s*\d", cell.strip()))
    if len(cuts) == 1 or names.match(text.split(COLUMN)[0].strip(_TRIM), section).sure < 0.95:
        return [row]
    return [part(row, first, end) for first, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def _aside(text: str) -> bool:
    """A remark in brackets, which may stand between a name and its value: « (CMIA Abbott Alinity) »."""
    return bool(re.fullmatch(r"\s*\([^)]*[A-Za-zÀ-ÿ]{3}[^)]*\)\s*", text)) and not re.search(r"\d,\d", text)


# --- names -----------------------------------------------------------------------------------------------------------


def blank_dots(text: str) -> str:
    """Dotted leaders become the beginning of a column; no other character moves."""
    return _DOTS.sub(lambda found: COLUMN + " " * (len(found[0]) - 1), text)


def _name(text: str, section: str, scanned: bool) -> tuple[str, int] | None:
    """The name that a row begins with and where its value begins; None when it has none."""
    depth = 0
    for found in re.finditer(r"\S+", text):
        at, word = found.start(), found[0]
        columned = text[:at].rstrip(" ").endswith(COLUMN)
        if at and (columned or ")" not in text[at:]):
            depth = 0  # a bracket that a narrow column cut
        opened, depth = depth, depth + word.count("(") - word.count(")") + word.count("[") - word.count("]")
        if at == 0 or (not columned and (opened > 0 or word.startswith(("(", "[")))):
            continue
        numeric = bool(
            re.match(r"(?:[<>≤≥]|inf\.?\b|sup\.?\b)?\d(?!\w*[èe]re|re\b)|[<>≤≥]$|(?:inf|sup)\.?$", word, re.I)
        )
        said = bool(_WORDS.match(text[at:]))
        flag = word in ("*", "**", "+", "++", "↑", "↓")
        if not (numeric or said or flag):
            continue
        label = _label(text[:at], scanned)
        column = COLUMN in text[len(text[:at].rstrip(" \t:")) : at] or ":" in text[max(0, at - 4) : at]
        known = names.match(label, section, scanned=scanned)
        if not _nameable(label):
            return None
        if column or known.sure >= 0.95 or (flag and known.analyte):
            return label, at
    cells = text.split(COLUMN) if COLUMN in text else re.split(r"\s:(?=\s[A-Za-zÀ-ÿ])", text, maxsplit=1)
    label = cells[0].strip(_TRIM)
    if len(cells) > 1 and _nameable(label):
        known = names.match(label, section, scanned=scanned)
        if known.analyte is not None and known.analyte.qualitative:
            return label, len(cells[0])
    return None


def _label(before: str, scanned: bool) -> str:
    """The words of a name, without the marks and specks that stand between it and its value."""
    parts = [part.strip(_TRIM) for part in before.split(COLUMN)]
    least = 3 if scanned else 1
    kept = [part for at, part in enumerate(parts) if at == 0 or len(re.sub(r"[^A-Za-zÀ-ÿ0-9]", "", part)) >= least]
    return " ".join(part for part in kept if part).strip(_TRIM)


def _nameable(label: str) -> bool:
    letters = re.sub(r"[^A-Za-zÀ-ÿγβ]", "", label)
    if not letters or len(label) > 70 or COLUMN + COLUMN in label:
        return False
    if (len(letters) < 2 and letters not in ("K",)) or re.fullmatch(r"\W*r[ée]sultats?\W*", label, re.I):
        return False
    return not (_NO_NAME.search(label) or _REFERENCE.match(label) or _SOON.match(label) or _BEFORE.match(label))


def _name_known(text: str, section: str) -> bool:
    return names.match(text.split(COLUMN)[0].strip(_TRIM), section).analyte is not None


def _bare(text: str) -> bool:
    """Whether a row has no name: it begins with a number, a bound or a bracket."""
    lead = re.sub(r"^[\s\t(\[*:|.'’-]+|^soit\b", "", text.strip(), flags=re.I).strip()
    return bool(re.match(r"(?:[<>≤≥]|inf\.?|sup\.?|de\s)?\s*\d", lead, re.I))


def _analyte_alone(text: str, section: str, row: Row) -> bool:
    label = text.strip(_TRIM)
    return (
        COLUMN not in label and len(label) < 60 and names.match(label, section, scanned=row.leaf.scanned).sure >= 0.95
    )


def _title(row: Row, text: str) -> str:
    """The section that a row opens; "" when it opens none."""
    label = text.split(COLUMN)[0].strip(_TRIM + "()=")
    rest = text[len(text.split(COLUMN)[0]) :].strip(_TRIM)
    if not 3 < len(label) < 60 or re.search(r"\d{2}", label) or label.endswith((",", ".")) or _NO_NAME.search(label):
        return ""
    if rest and not _HEADER.search(rest):
        return ""
    if _SECTION.search(label) and (label.isupper() or len(label.split()) <= 5):
        return label
    return label if label.isupper() and len(label.split()) <= 6 and len(label) > 5 else ""


def _looks_like_a_result(row: Row, text: str) -> bool:
    label = text.split(COLUMN)[0].strip(_TRIM)
    rest = text[len(text.split(COLUMN)[0]) :]
    if len(re.sub(r"[^A-Za-zÀ-ÿ]", "", label)) < 3 or not re.search(r"\d", rest):
        return False
    listed = items.items(text, len(text.split(COLUMN)[0]), None, scanned=row.leaf.scanned)
    units = any(item.what is What.NUMBER and item.unit and item.unit.ucum for item in listed)
    ranges = any(item.what is What.RANGE for item in listed)
    return (units and ranges) or (_nameable(label) and (units or ranges))


# --- columns ---------------------------------------------------------------------------------------------------------


def _header(rows: Sequence[Row], at: int, head: Letterhead) -> _Columns | None:
    """The columns that a row of titles announces; None when the row is no such thing."""
    row = rows[at]
    words = _HEADER.findall(row.text)
    dates = _dates_of(row)
    bare = re.sub(r"\d\d?[/.-]\d\d?[/.-]\d{2,4}", "", row.text)
    if re.search(r"\d", bare) or _name_known(row.text, ""):  # titles hold no other number than dates
        return None
    cells = row.text.count(COLUMN) + 1
    titled = len(words) >= 2 and cells >= 2 and len(row.text) < 60 * cells
    beside = (
        bool(dates) and at > 0 and bool(_HEADER.search(rows[at - 1].text)) and not re.sub(r"[\d/\s.-]", "", row.text)
    )
    alone = bool(_BEFORE.search(row.text)) and len(row.text) < 40
    if not (titled or beside or alone):
        return None
    if row.text.count(":") > 1 or (len(words) == 1 and not dates and not alone):
        return None
    near = [rows[k] for k in (at - 1, at, at + 1) if 0 <= k < len(rows) and (k == at or _only_titles(rows[k]))]
    made = _Columns()
    today = head.day[:10] if head.day else ""
    for each in near:
        made.dated += [(on, left, right) for on, left, right in _dates_of(each) if on.isoformat() != today]
        for found in _HEADER.finditer(each.text):
            left, right = each.span(found.start(), found.end())
            word = found[0].lower()
            if _BEFORE.match(word):
                made.before = (left, right)
            elif word.startswith(("résultat", "resultat")) and made.result is None:
                made.result = (left + right) / 2
            elif word.startswith(("valeur", "norm", "interv", "usuel", "réf", "ref")) and made.reference is None:
                made.reference = (left + right) / 2
    return made


def _only_titles(row: Row) -> bool:
    bare = _HEADER.sub("", re.sub(r"\d\d?[/.-]\d\d?[/.-]\d{2,4}", "", row.text))
    return len(re.sub(r"[\W\d_]", "", bare)) <= 0.5 * len(re.sub(r"[\W\d_]", "", row.text)) + 6 and not re.search(
        r"\d,\d", row.text
    )


def _dates_of(row: Row) -> list[tuple[date, float, float]]:
    """The dates of a row and how wide each stands: « Antériorité 02/03/2026 » is as wide as its whole title."""
    made = []
    for item in items.items(row.text, 0, None, scanned=False):
        if item.what is not What.DATE or item.day is None:
            continue
        start = row.text.rfind(COLUMN, 0, item.start) + 1
        titled = _BEFORE.match(row.text[start : item.start])
        made.append((item.day, *row.span(start if titled else item.start, item.end)))
    return made


# --- values ----------------------------------------------------------------------------------------------------------


def _fill(made: Result, listed: list[Item], columns: _Columns, text: str) -> bool:
    """Give each item of a row its part. False when the row has no number that can be its value."""
    row = made.row
    pairs, rest = _dated(listed, text)
    made.earlier += [Earlier(on, item.numbers[0], row, item.unit) for item, on in pairs]
    rest = _under_dates(made, rest, row, columns)
    numbers = [item for item in rest if item.what is What.NUMBER and not item.bracketed]
    if not numbers or (len(numbers) == 1 and numbers[0].comparator and _at_reference(numbers[0], row, columns)):
        return False
    value = numbers[0]
    if (
        columns.reference
        and columns.result
        and columns.reference < columns.result
        and value.comparator
        and len(numbers) > 1
    ):
        value = numbers[1]  # the reference column comes first
    if value.unit and value.unit.ucum == "%" and made.analyte and made.analyte.unit.ucum == "10*9/L":
        counts = [item for item in numbers if item is not value and item.unit and item.unit.ucum in ("10*9/L", "/uL")]
        if counts:
            made.share, value = value, counts[0]
    if row.leaf.scanned and value.unit is None and len(numbers) > 1 and re.fullmatch(r"\d", value.numbers[0]):
        known = {unit.ucum for unit in made.analyte.units} if made.analyte else set()
        if numbers[1].unit is not None and numbers[1].unit.ucum in known:  # a speck or a star read as a digit
            value = numbers[1]
            made.doubts.append("another number on the row")
    made.value, made.unit = value, value.unit or made.unit
    made.sure = row.sure(value.start, value.unit_end or value.end)
    made.bold = row.bold(value.start, value.end)
    after = rest[rest.index(value) + 1 :]
    if made.unit is None and after and after[0].what is What.WORDS and after[0].unit:
        made.unit = after[0].unit
    for item in rest:
        if item.what is What.FLAG:
            made.flag = item.flag if made.flag in ("", "*") else made.flag
    left = [item for item in after if item.what in (What.NUMBER, What.RANGE)]
    for item in left:
        if item.what is What.RANGE or item.comparator:
            _take_interval(made, item, text)
        elif (
            item.unit
            and item.unit.ucum == "%"
            and made.share is None
            and made.analyte
            and made.analyte.unit.ucum == "10*9/L"
        ):
            made.share = item
        elif made.second is None and _other_unit(made, item):
            made.second, made.second_row = item, row
        elif not item.bracketed:
            made.earlier.append(Earlier(None, item.numbers[0], row, item.unit))
            if columns.before is None and not columns.dated:
                made.doubts.append("another number on the row")
    for item in rest[: rest.index(value)]:
        if item.what is What.RANGE or (item.comparator and columns.reference is not None):
            _take_interval(made, item, text)
    return True


def _take_interval(made: Result, item: Item, text: str) -> None:
    """Give an interval to the value or to its other unit."""
    interval = _interval(item, text)
    second = False
    if made.second is not None and item.start > made.second.start:
        second = bool(made.intervals) or _nearer_second(made, [interval])
    (made.second_intervals if second else made.intervals).append(interval)


def _dated(listed: list[Item], text: str) -> tuple[list[tuple[Item, date]], list[Item]]:
    """Numbers that stand with a date of their own, and the items that remain."""
    pairs, used = [], set[int]()
    for at, item in enumerate(listed):
        if item.what is not What.DATE or item.day is None:
            continue
        used.add(at)
        near = at - 1
        if (
            near > 0
            and listed[near].what is What.WORDS
            and text[listed[near].start : listed[near].end] in ("le", "du", "au")
        ):
            used.add(near)
            near -= 1
        before = listed[near] if near >= 0 and near not in used and listed[near].what is What.NUMBER else None
        after = listed[at + 1] if at + 1 < len(listed) and listed[at + 1].what is What.NUMBER else None
        follows = after is not None and re.fullmatch(r"[\s:=)\]|]*", text[item.end : after.start])
        leads = before is not None and re.fullmatch(
            r"[\s(\[]*(?:(?:le|du|au)\s)?", text[before.unit_end or before.end : item.start]
        )
        bracket = before is not None and re.search(r"[(\[]|le|du", text[before.unit_end or before.end : item.start])
        if (
            after is not None
            and follows
            and not (leads and bracket)
            and (":" in text[item.end : after.start] or not leads)
        ):
            pairs.append((after, item.day))
            used.add(at + 1)
        elif before is not None and leads and near > 0:
            pairs.append((before, item.day))
            used.add(near)
    return pairs, [item for at, item in enumerate(listed) if at not in used]


def _under_dates(made: Result, rest: list[Item], row: Row, columns: _Columns) -> list[Item]:
    """Take away the numbers that stand in the column of an earlier date, or of « Antériorités »."""
    kept = []
    for item in rest:
        left, right = row.span(item.start, item.end)
        over = [on for on, first, last in columns.dated if right > first - 0.012 and left < last + 0.012]
        if item.what is What.NUMBER and over:
            made.earlier.append(Earlier(over[0], item.numbers[0], row, item.unit))
            continue
        undated = columns.before if not columns.dated else None
        if item.what is What.NUMBER and undated and left > undated[0] - 0.02 and undated[0] > (columns.result or 0.0):
            made.earlier.append(Earlier(None, item.numbers[0], row, item.unit))
            continue
        kept.append(item)
    return kept


def _at_reference(item: Item, row: Row, columns: _Columns) -> bool:
    """Whether a lone bound stands under the title of the intervals rather than under that of the results."""
    if columns.result is None or columns.reference is None:
        return False
    left, right = row.span(item.start, item.end)
    middle = (left + right) / 2
    return abs(middle - columns.reference) < abs(middle - columns.result)


def _bounds(listed: Iterable[Item]) -> list[Item]:
    return [item for item in listed if item.what is What.RANGE or (item.what is What.NUMBER and item.comparator)]


def _interval(item: Item, text: str) -> Interval:
    printed = " ".join(text[item.start : max(item.end, item.unit_end)].split())
    if len(item.numbers) == 2:
        return Interval(item.numbers[0], item.numbers[1], printed, item.sex, item.guessed)
    upper = item.comparator.startswith("<")
    return Interval(
        None if upper else item.numbers[0], item.numbers[0] if upper else None, printed, item.sex, item.guessed
    )


def _other_unit(made: Result, item: Item) -> bool:
    """Whether a number is the same result in the analyte's other unit."""
    if item.unit is None or item.unit.ucum is None or made.value is None:
        return False
    known = {unit.ucum for unit in made.analyte.units} if made.analyte else None
    if made.unit is not None and item.unit.ucum == made.unit.ucum:
        return False
    return known is None or item.unit.ucum in known or made.unit is not None


def _nearer_second(made: Result, found: list[Interval]) -> bool:
    """Whether intervals are of the size of the second value rather than of the first."""
    ends = [float(items.number(end)) for interval in found for end in interval.ends if float(items.number(end)) > 0]
    if made.value is None or made.second is None or not ends:
        return False
    one, other = float(made.value.value) or 0.01, float(made.second.value) or 0.01
    if made.analyte and made.analyte.second:
        one, other = _usual(made.analyte, made.unit.ucum if made.unit else None, one), _usual(
            made.analyte, made.second.unit.ucum if made.second.unit else None, other)  # fmt: skip
    return sum(abs(log(end / other)) for end in ends) < sum(abs(log(end / one)) for end in ends)


def _usual(analyte: Analyte, ucum: str | None, otherwise: float) -> float:
    for unit in analyte.units:
        if unit.ucum == ucum and (unit.high or unit.low):
            return float(unit.high or unit.low or 1)
    return otherwise


__all__ = ["Reading", "blank_dots", "completes", "parse", "read", "replace"]
