"""From the words of a dosage to values: what is surest is taken out first, and what remains is looked at for doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from hygie.formats.dosage.types import Amount, Dosage, Frequency, Lapse, Moment, Period, Step, Take
from hygie.formats.dosage.vocabulary import (
    LONG,
    MOMENT,
    NUMBER,
    ROUTES,
    UNIT,
    WEEKDAYS,
    moment,
    number,
    period,
    plain,
    spread,
    unit,
)

MAX_TEXT: Final = 2_000  # a dosage is a sentence; more than this is a letter
_TAKEN: Final = "§"
_ONE: Final = Decimal(1)


class _Sheet:
    """A text from which parts are taken; each leaves a mark, so that what it parted does not meet again."""

    def __init__(self, text: str) -> None:
        self.text = text

    def take(self, pattern: str) -> re.Match[str] | None:
        found = re.search(pattern, self.text)
        if found:
            self.text = f"{self.text[: found.start()]} {_TAKEN} {self.text[found.end() :]}"
        return found

    def take_all(self, pattern: str) -> Iterator[re.Match[str]]:
        while found := self.take(pattern):
            yield found


_SUPPLY: Final = (
    r"(?:(?<![a-z])(?:q\.? ?s\.? ?p\.?|quantite suffisante pour)\s*:? ?)"
    rf"{spread('n')} ?(?P<unit>{LONG})"
)
_RENEWALS: Final = (
    rf"(?<![a-z])(?:a renouveler|renouvelable|renouveler)\s*:?\s*(?P<n>{NUMBER}) ?(?:fois|x)(?: ?\(ar\))?(?![a-z])"
    rf"|(?<![a-z])(?:ar|a\.r\.)\s*:?\s*(?:x ?)?(?P<n3>{NUMBER})(?: ?fois)?(?! ?(?:mois|jours?|semaines?|[a-z]))"
    rf"|(?P<n2>{NUMBER}) ?(?:renouvellements?|ar\b)"
)
_NOT_RENEWED: Final = r"(?:ne pas|non|sans) renouvel(?:er|able|ee?|lement)s?"
_NOT_SUBSTITUTABLE: Final = (
    r"(?:non[- ]substituable|ne pas substituer|non subst\.?|substitution (?:exclue|interdite))\s*(?:[(:-]? ?(?P<why>mte|cif|efg)\b\)?)?"
    r"|\bns\b\s*(?:[(:-]? ?(?P<why2>mte|cif|efg)\b\)?)?|(?P<why3>\b(?:mte|cif|efg)\b)"
)
_DATE: Final = r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
_MAXIMUM: Final = (
    rf"(?:(?:au )?max(?:imum|i|\.)?\s*:?|sans depasser|ne pas depasser|ne jamais depasser|dose max(?:imale|\.)?\s*(?:de|:)?|jusqu'a)"
    rf"\s*(?:de )?(?P<n>{NUMBER}) ?(?P<unit>{UNIT})?\s*(?P<prises>prises?|fois)?\s*(?P<per>(?:/|par) ?(?:24 ?h(?:eures?)?|jour|j\b)|en 24 ?h(?:eures?)?|par prise)?",
    rf"(?P<n>{NUMBER}) ?(?P<unit>{UNIT})?\s*(?P<prises>prises?|fois)?\s*(?P<per>(?:/|par) ?(?:24 ?h(?:eures?)?|jour|j\b)|en 24 ?h(?:eures?)?)?\s*(?:au (?:plus|max(?:imum)?)|max(?:imum|i|\.)?(?![a-z]))(?:\s*(?P<per2>(?:/|par) ?(?:24 ?h(?:eures?)?|jour|j\b)))?",
)
_GAP: Final = (
    rf"(?:espacees?|espacer(?: les prises)?|en espacant(?: les prises)?|a espacer|en respectant(?: un (?:intervalle|delai))?|(?:avec )?un intervalle(?: minimum| minimal)?)\s*(?:d'au moins |de |d')?(?:au moins |minimum )?(?P<n>{NUMBER}) ?(?:heures?|h\b)(?: (?:minimum|au moins))?(?: (?:entre|d'intervalle)[a-z0-9 ]*)?",
    rf"(?:au moins |minimum )?(?P<n>{NUMBER}) ?(?:heures?|h\b)(?: (?:minimum|au moins))? (?:entre (?:chaque|deux|2|les) prises?|d'intervalle)",
)
_LASTING: Final = (
    rf"(?<![a-z])(?:pendant|pdt|durant|pdt\.|(?:sur|pour) une duree de|duree(?: du traitement)?\s*:?(?: de)?|traitement de|sur)\s*(?:au moins )?{spread('n')} ?(?P<unit>{LONG})(?! sur)",
    rf"\bpour {spread('n')} ?(?P<unit>{LONG})",
    rf"(?:(?<=[§/,;.(] )|(?<=[,;(])|^|(?<=\bx )|(?<=- )){spread('n')} ?(?P<unit>{LONG})(?: de traitement)?(?= ?(?:[§,;.)]|$))",
)
_UNTIL: Final = rf"jusqu'au (?P<until>{_DATE})"
_SINCE: Final = rf"(?:a partir du|a compter du|des le|depuis le|du|debut(?:er)?(?: le)?) (?P<since>{_DATE})(?: (?:au|jusqu'au) (?P<until>{_DATE}))?"
_NEED: Final = (
    r"(?P<when>(?:seulement |uniquement )?(?:si besoin|si necessaire|au besoin|a la demande|selon (?:le |les )?besoins?))"
    r"(?: (?:(?:en cas )?(?:de|d'|pour|contre) ?(?:les |la |le |l')?|: ?|\()(?P<why>[a-z][a-z' -]{2,60}))?"
)
_IF: Final = (
    r"(?:en cas (?:de |d')|\bsi )(?P<why>(?:fortes? |persistance (?:de |d'|des )|une? )?[a-z][a-z'-]{2,}"
    r"(?: (?!max|sans|ne |pendant|pdt|toutes|espac|au |jusqu|en respect|qsp|a renouv|et |puis|le |par |fois|matin|midi|soir|tous|avec )[a-z'-]+){0,4})"
    r"(?: ?(?:>|superieure? a|au[- ]dessus de) ?\d{2}(?:[.,]\d)?(?: ?°? ?c\b)?)?"
)
_HOURLY: Final = rf"(?:toutes? les|chaque|/|par) ?{spread('n')} ?(?:heures?|h\b)"
_TIMES_PER: Final = (
    rf"{spread('n')} ?(?:fois|x|prises?|administrations?)\s*(?:par|/|dans la|dans le|en|chaque)? ?(?P<p>24 ?h(?:eures?)?|{LONG})",
    rf"\bx ?{spread('n')} ?(?:fois )?(?:par|/) ?(?P<p>24 ?h(?:eures?)?|{LONG})",
)
_TIMES_EVERY: Final = rf"(?:{spread('n')} ?(?:fois|x|prise) )?tou(?:te)?s (?:les )?(?P<k>{NUMBER})? ?(?P<p>{LONG})"
_EVERY: Final = r"(?:chaque|tous les|toutes les) (?P<p>jours?|semaines?|mois|ans?)\b"
_ONE_IN: Final = (
    rf"(?P<n>{NUMBER}) ?(?P<p>jours?|j\b|semaines?) ?(?:sur|/) ?(?P<k>{NUMBER})(?: ?(?:jours?|j\b|semaines?))?"
)
_ADVERBS: Final = {
    r"(?:bi[- ]?quotidien(?:ne)?(?:ment)?s?)": (2, Period.DAY),
    r"quotidien(?:ne)?(?:ment)?s?|journaliere?": (1, Period.DAY),
    r"hebdomadaires?(?:ment)?|hebdo\b": (1, Period.WEEK),
    r"mensuel(?:le)?(?:ment)?s?": (1, Period.MONTH),
}
_SPLIT: Final = rf"(?:a repartir |reparti(?:e)?s? |divise(?:e)?s? )?en {spread('n')} ?(?:prises?|fois|administrations?|injections?)(?P<daily>\s*(?:par|/) ?(?:jour|j\b|24 ?h))?"
_SHARE: Final = rf"(?:{NUMBER}|0)"
_SCHEDULE: Final = rf"(?<![\d/.,-]){_SHARE}(?: ?- ?{_SHARE}){{2,3}}(?![\d/-])"
_CLOCK: Final = r"(?:(?:a|vers|et|,) )?(?<![\da-z])(?P<h>[01]?\d|2[0-3]) ?(?:h(?:eures?)?|:(?= ?[0-5]\d)) ?(?P<m>[0-5]\d)?(?![\d])(?! ?d')"
_PACKS: Final = rf"(?P<n>{NUMBER}) ?(?:boites?|bte?s?\b|conditionnements?)"
_STRENGTH: Final = rf"(?:\bde|\ba|dose a) (?P<n>{NUMBER}) ?(?P<unit>mg|g|ug|mcg|microgrammes?|ui)(?![a-z/])(?=.)"
_SOME_DAYS: Final = re.compile(rf"\b(?:un|1) (matin|midi|soir) sur ({NUMBER})")
_BENIGN: Final = re.compile(
    rf"[{_TAKEN}.,;:()+*!/-]|\b(?:"
    r"a|au|aux|avec|avant|apres|d|de|des|du|en|et|l|la|le|les|ou|par|pour|un|une|x|"
    r"prendre|prise|prises|avaler|boire|appliquer|mettre|injecter|inhaler|instiller|dissoudre|dilue|diluee|dans|verre|grand|petit|demi|"
    r"eau|plein|entier|sans|croquer|macher|ouvrir|debout|assis|position|rester|allonger|minutes|repas|fois|jour|jours|"
    r"traitement|posologie|soit|idem|meme|heure|heures|jeun|chaque|oeil|yeux|tous|toutes|locale|local|oral|orale|voie|"
    r"en continu|au long cours|long cours|permanence|prolonge|lp|continu|svp|merci|sur|zone|zones|lesion|lesions|peau|"
    r"couche|mince|fine|gauche|droit|droite|cote|matinale|journee|quotidien|ald|vie|rincer|bouche|unique|renouveler|renouvelable|dernier|principal|principaux"
    r")\b"
)


def read(text: str) -> Dosage:
    """What a dosage says. Never fails: what is not understood leaves `Dosage.understood` false."""
    words = _SOME_DAYS.sub(r"le \1 1 jour sur \2", plain(text[:MAX_TEXT]))
    sheet = _Sheet(f" {words} ")
    substitutable, reason = _substitution(sheet)
    renewals = _renewals(sheet)
    supply = _lapse(sheet.take(_SUPPLY))
    packs = sheet.take(_PACKS)
    route = _route(sheet)
    steps = [step for part in re.split(r"\bpuis\b|\bensuite\b", sheet.text) if (step := _step(part)) is not None]
    return Dosage(
        text=text,
        steps=tuple(replace(step, reason=_as_written(text, step.reason)) for step in steps),
        renewals=renewals,
        supply=supply,
        substitutable=substitutable,
        substitution_reason=reason,
        route=route,
        packs=number(packs["n"]) if packs else None,
        strength=_strength(words),
    )


def _route(sheet: _Sheet) -> str | None:
    for name, pattern in ROUTES.items():
        if found := re.search(rf"(?<![a-z])(?:{pattern})", sheet.text):
            # no mark left: « 1 injection sous-cutanée par jour » is « 1 injection par jour »
            sheet.text = f"{sheet.text[: found.start()].rstrip()} {sheet.text[found.end() :].lstrip()}"
            return name
    return None


def _as_written(text: str, reason: str | None) -> str | None:
    """The reason with its accents, as it stands in the text."""
    if reason is None:
        return None
    wanted, words = reason.split(), re.findall(r"[^\s,;.()]+", text)
    for at in range(len(words)):
        if [
            plain(re.sub(r"^[dl]['’]", "", word, flags=re.IGNORECASE)) for word in words[at : at + len(wanted)]
        ] == wanted:
            written = " ".join(words[at : at + len(wanted)])
            return re.sub(r"^[dl]['’]", "", written, flags=re.IGNORECASE)
    return reason


def _substitution(sheet: _Sheet) -> tuple[bool | None, str | None]:
    substitutable, reason = None, None
    for found in sheet.take_all(_NOT_SUBSTITUTABLE):
        why = found["why"] or found["why2"] or found["why3"]
        substitutable, reason = False, why.upper() if why else reason
    return substitutable, reason


def _renewals(sheet: _Sheet) -> int | None:
    if sheet.take(_NOT_RENEWED):
        return 0
    if found := sheet.take(_RENEWALS):
        times = number(found["n"] or found["n2"] or found["n3"])
        return int(times) if times == int(times) else None
    return None


def _lapse(found: re.Match[str] | None) -> Lapse | None:
    if not found:
        return None
    high = found["n_high"]
    return Lapse(number(found["n"]), period(found["unit"]), number(high) if high else None)


def _strength(words: str) -> Amount | None:
    found = re.search(rf"{NUMBER} ?{UNIT} {_STRENGTH}", words)
    return Amount(number(found["n"]), unit(found["unit"])) if found else None


def _step(part: str) -> Step | None:
    sheet = _Sheet(f" {part.strip(' .,;')} ")
    if not sheet.text.replace(_TAKEN, "").strip(" .,;:-()"):
        return None
    dates = sheet.take(_SINCE)
    since = _day(dates["since"]) if dates else None
    until = _day(dates["until"]) if dates and dates["until"] else None
    if late := sheet.take(_UNTIL):
        until = _day(late["until"])
    gap = next((Lapse(number(f["n"]), Period.HOUR) for p in _GAP if (f := sheet.take(p))), None)
    maximum = _maximum(sheet)
    as_needed, reason = _needed(sheet)
    sheet.text = re.sub(rf"({NUMBER} ?{UNIT}) {_STRENGTH}", r"\1 ", sheet.text)
    cycle, frequency = _rhythm(sheet)
    lasting = next((found for p in _LASTING[:2] if (found := _lapse(sheet.take(p)))), None)
    if lasting is None:
        lasting = _lapse(sheet.take(_LASTING[2]))
    weekdays = _weekdays(sheet)
    takes, total, total_per, split = _amounts(sheet)
    if split is not None and frequency is None:
        frequency = split
    return Step(
        takes=takes, total=total, total_per=total_per, frequency=frequency, cycle=cycle, weekdays=weekdays,
        as_needed=as_needed, reason=reason, maximum=maximum, gap=gap, lasting=lasting, since=since, until=until,
        doubt=_doubt(sheet.text),
    )  # fmt: skip


def _day(written: str) -> date | None:
    day, month, year = (int(each) for each in re.split(r"[/.]", written))
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def _maximum(sheet: _Sheet) -> Amount | None:
    for pattern in _MAXIMUM:
        found = sheet.take(pattern)
        if not found or found["per"] == "par prise":
            continue
        said = unit(found["unit"]) if found["unit"] else "prise" if found["prises"] else None
        return Amount(number(found["n"]), said)
    return None


def _needed(sheet: _Sheet) -> tuple[bool, str | None]:
    needed, reason = False, None
    if found := sheet.take(_NEED):
        needed, reason = True, found["why"]
    if found := sheet.take(_IF):
        needed, reason = True, reason or found["why"]
    return needed, reason.strip(" -'") if reason else None


def _rhythm(sheet: _Sheet) -> tuple[Frequency | None, Frequency | None]:
    """On which days, and how often in them."""
    cycle = frequency = None
    if found := sheet.take(_ONE_IN):
        unit_of = period(found["p"])
        if number(found["k"]) >= number(found["n"]) > 0:
            cycle = Frequency(number(found["n"]), number(found["k"]), unit_of)
    if found := sheet.take(_HOURLY):
        high = found["n_high"]
        frequency = Frequency(_ONE, number(found["n"]), Period.HOUR, period_high=number(high) if high else None)
    for pattern in _TIMES_PER:
        if frequency is None and (found := sheet.take(pattern)):
            high, every = found["n_high"], found["p"]
            unit_of = Period.DAY if every.startswith("24") else period(every)
            frequency = Frequency(number(found["n"]), _ONE, unit_of, number(high) if high else None)
    if cycle is None and (found := sheet.take(_TIMES_EVERY)):
        count = number(found["n"]) if found["n"] else _ONE
        cycle = Frequency(count, number(found["k"]) if found["k"] else _ONE, period(found["p"]),
                          number(found["n_high"]) if found["n_high"] else None)  # fmt: skip
    if cycle is None and (found := sheet.take(_EVERY)):
        cycle = Frequency(_ONE, _ONE, period(found["p"]))
    for pattern, (count_of, unit_of) in _ADVERBS.items():
        if frequency is None and cycle is None and sheet.take(rf"(?<![a-z])(?:{pattern})(?![a-z])"):
            frequency = Frequency(Decimal(count_of), _ONE, unit_of)
    return cycle, frequency


def _weekdays(sheet: _Sheet) -> tuple[str, ...]:
    if re.search(r"\bsauf\b", sheet.text):
        return ()  # an exception: left in doubt
    names = "|".join(WEEKDAYS)
    found = [m[1] for m in sheet.take_all(rf"\b(?:(?:tous |chaque )?(?:les? )?)({names})s?\b")]
    order = list(WEEKDAYS)
    return tuple(WEEKDAYS[name] for name in sorted(set(found), key=order.index))


_DOSE: Final = rf"{spread('d')} ?(?P<du>{UNIT})(?P<half> et (?:demie?|1/2))?"
_PER: Final = rf"(?P<per> ?(?:/|par) ?(?P<pp>24 ?h(?:eures?)?|{LONG}))?"
_MEALS: Final = rf"(?:aux|avant les|apres les|pendant les|au cours des|lors des|avec les|au milieu des) (?P<meals>{NUMBER}) (?:principaux )?repas"
_ATOM: Final = re.compile(
    rf"(?P<schedule>{_SCHEDULE})|(?P<eats>{_MEALS})|(?P<moment>(?<![a-z])(?:{MOMENT}))|(?P<dose>{_DOSE}{_PER})"
    rf"|(?P<clock>{_CLOCK})|(?P<bare>{spread('b')})"
)


def _amounts(sheet: _Sheet) -> tuple[tuple[Take, ...], Amount | None, Period, Frequency | None]:
    """Doses with their moments, in the order of the text; a total for a period; into how many takes it is split."""
    split = None
    if found := sheet.take(_SPLIT):
        shared = bool(found["daily"] or re.search(rf"{UNIT} ?(?:/|par) ?(?:24 ?h|jour|j\b)", sheet.text))
        high = found["n_high"]
        if shared:
            split = Frequency(number(found["n"]), _ONE, Period.DAY, number(high) if high else None)
    sheet.take(r"(?:x|\*) ?(?=\d ?(?:§|$))")
    takes: list[_Open] = []
    total, total_per = None, Period.DAY
    orphans: list[Moment] = []
    unit_said: str | None = None
    text = sheet.text
    used: list[tuple[int, int]] = []
    for atom in _ATOM.finditer(text):
        if atom["schedule"]:
            # the unit stands just before or after: « 1-0-1 cp », « cp : 1-0-1 »
            beside = re.match(rf" ?(?P<u>{UNIT})", text[atom.end() :])
            unit_said = unit(beside["u"]) if beside else unit_said
            takes += _scheduled(atom["schedule"], unit_said)
            used.append((atom.start(), atom.end() + (beside.end() if beside else 0)))
            continue
        if atom["dose"]:
            amount = _amount(atom, "d", unit(atom["du"]))
            unit_said = amount.unit
            if atom["per"]:
                if total is not None:
                    break  # two totals: not understood
                total, total_per = amount, Period.DAY if atom["pp"].startswith("24") else period(atom["pp"])
            else:
                takes.append(_Open(amount))
        elif atom["moment"] or atom["eats"]:
            what = moment(_without_number(atom["eats"])) if atom["eats"] else moment(atom["moment"])
            if what is None:
                continue
            meals = number(atom["meals"]) if atom["eats"] else None
            if takes:
                takes[-1].moments.append(what)
                takes[-1].meals = meals or takes[-1].meals
            else:
                orphans.append(what)
                if meals:
                    takes.append(_Open(None, [orphans.pop()], meals=meals))
        elif atom["clock"]:
            hour = f"{int(atom['h']):02d}:{atom['m'] or '00'}"
            if not takes:
                takes.append(_Open(None))
            takes[-1].clock.append(hour)
        elif atom["bare"]:
            # « 2 le soir », « matin 1, midi 1 »: a number alone is an amount only beside a moment
            followed = re.match(rf" ?(?:cp)?,? ?(?:{MOMENT})", text[atom.end() :])
            if atom["b"] in ("un", "une"):
                continue  # an article
            preceded = orphans and re.search(rf"(?:{MOMENT}) ?[:=]? ?$", text[: atom.start()])
            if not (followed or preceded):
                continue
            takes.append(_Open(_amount(atom, "b", None)))
        used.append((atom.start(), atom.end()))
    takes = _paired(takes, orphans, total)
    for start, end in reversed(used):
        text = f"{text[:start]} {_TAKEN} {text[end:]}"
    sheet.text = text
    known = {one.amount.unit for one in takes if one.amount and one.amount.unit}
    only = known.pop() if len(known) == 1 else None
    return tuple(one.closed(only) for one in takes), total, total_per, split


class _Open:
    """A take while it is read."""

    def __init__(
        self, amount: Amount | None, moments: list[Moment] | None = None, meals: Decimal | None = None
    ) -> None:
        self.amount = amount
        self.moments = moments or []
        self.clock: list[str] = []
        self.meals = meals

    def closed(self, unit_of_all: str | None) -> Take:
        amount = self.amount
        if amount is not None and amount.unit is None:
            amount = Amount(amount.low, unit_of_all, amount.high)
        moments = tuple(dict.fromkeys(self.moments))
        if Moment.EVENING in moments and Moment.BEDTIME in moments:
            moments = tuple(m for m in moments if m is not Moment.EVENING)  # « le soir au coucher » is one moment
        return Take(amount, moments, tuple(dict.fromkeys(self.clock)), self.meals)


def _paired(takes: list[_Open], orphans: list[Moment], total: Amount | None) -> list[_Open]:
    """Moments that came before the first amount: « matin : 1 cp, soir : 2 cp », « le soir, 1 cp », « matin et soir »."""
    if not orphans:
        return takes
    if not takes:
        return [_Open(None, orphans)]
    if len(takes) == 1:
        takes[0].moments = orphans + takes[0].moments
        return takes
    # « matin 1 cp, midi 1 cp, soir 2 cp »: each moment was given to the amount before it; move them all one back
    moved = [orphans, *[one.moments for one in takes[:-1]]]
    if all(len(each) == 1 for each in moved) and not takes[-1].moments:
        for one, moments in zip(takes, moved, strict=True):
            one.moments = moments
        return takes
    return [_Open(None, orphans), *takes]


def _scheduled(written: str, unit_said: str | None) -> list[_Open]:
    """« 1-0-1 » is morning, noon, evening; a fourth share is for bedtime."""
    shares = re.findall(_SHARE, written)
    moments = (Moment.MORNING, Moment.NOON, Moment.EVENING, Moment.BEDTIME)
    grouped: dict[Decimal, list[Moment]] = {}
    for share, when in zip(shares, moments, strict=False):
        if (value := number(share)) > 0:
            grouped.setdefault(value, []).append(when)
    return [_Open(Amount(value, unit_said), whens) for value, whens in grouped.items()]


def _amount(atom: re.Match[str], name: str, of: str | None) -> Amount:
    low, high = number(atom[name]), atom[f"{name}_high"]
    if name == "d" and atom["half"]:
        low += Decimal("0.5")
    return Amount(low, of, number(high) if high else None)


def _without_number(eats: str) -> str:
    return re.sub(rf" {NUMBER}(?= (?:principaux )?repas)", "", eats)


def _doubt(left: str) -> str:
    """What remains once everything understood and everything harmless is taken away."""
    return " ".join(_BENIGN.sub(" ", left).replace("'", " ").split())
