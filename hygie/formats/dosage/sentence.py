"""A dosage in one plain French sentence, for people; the text as written is shown beside it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from hygie.formats.dosage.types import Amount, Dosage, Frequency, Lapse, Moment, Period, Step, Take
from hygie.formats.dosage.vocabulary import MASS, SHORT_DAYS

_WHEN: Final = {
    Moment.WAKING: "au réveil",
    Moment.FASTING: "à jeun",
    Moment.MORNING: "le matin",
    Moment.NOON: "le midi",
    Moment.AFTERNOON: "l’après-midi",
    Moment.EVENING: "le soir",
    Moment.BEDTIME: "au coucher",
    Moment.NIGHT: "la nuit",
    Moment.BEFORE_MEALS: "avant les repas",
    Moment.WITH_MEALS: "pendant les repas",
    Moment.AFTER_MEALS: "après les repas",
}
_NAMES: Final = {
    Period.HOUR: "heure",
    Period.DAY: "jour",
    Period.WEEK: "semaine",
    Period.MONTH: "mois",
    Period.YEAR: "an",
}
_INVARIABLE: Final = frozenset({"mg", "g", "µg", "UI", "mL", "mmol", "mg/kg", "mois"})
FRACTIONS: Final = {Decimal("0.5"): "½", Decimal("0.25"): "¼", Decimal("0.75"): "¾"}
_ROUTES: Final = {"orale": "par la bouche", "sublinguale": "sous la langue", "cutanée": "sur la peau", "nasale": "dans le nez",
                  "ophtalmique": "dans l’œil", "auriculaire": "dans l’oreille", "inhalée": "à inhaler"}  # fmt: skip


def sentence(said: Dosage) -> str:
    """« 1 comprimé le matin et le soir, pendant 5 jours. ». The text itself when it was not understood."""
    steps = [words for step in said.steps if (words := _step(step))]
    if not said.understood or not steps:
        return said.text.strip()
    written = " ; puis ".join(steps)
    if said.route in _ROUTES and _ROUTES[said.route] not in written:
        written += f", {_ROUTES[said.route]}"
    return written[0].upper() + written[1:] + "."


def _step(step: Step) -> str:
    parts: list[str] = []
    if step.total is not None:
        parts.append(f"{shown(step.total)} par {_NAMES[step.total_per]}")
    parts += [_take(take) for take in step.takes]
    with_amount = step.total is None or any(take.amount for take in step.takes)
    how = (" et " if with_amount else " ").join(part for part in parts if part)
    shares = step.frequency if step.total is not None else None
    if shares is not None:
        how += f" en {_figure(shares.count)} prise{'s' if shares.count >= 2 else ''}"
    rhythm = [_often(step.frequency)] if step.frequency and shares is None else []
    if step.cycle:
        rhythm.append(_cycle(step.cycle))
    if step.weekdays:
        rhythm.append(_listed([f"le {SHORT_DAYS[day]}" for day in step.weekdays]))
    words = " ".join(part for part in (how, *rhythm) if part)
    if step.as_needed:
        words = f"{words} si besoin".strip() + (f" ({step.reason})" if step.reason else "")
    if step.maximum is not None:
        words += f", {shown(step.maximum)} par jour au plus"
    if step.gap is not None:
        words += f", à au moins {lapse(step.gap)} d’intervalle"
    if step.since is not None:
        words += f", à partir du {step.since:%d/%m/%Y}"
    if step.until is not None:
        words += f", jusqu’au {step.until:%d/%m/%Y}"
    if step.lasting is not None:
        words += f", pendant {lapse(step.lasting)}"
    return words


def _take(take: Take) -> str:
    when = [_WHEN[one] for one in take.moments if one is not Moment.WITH_MEALS or take.meals is None]
    if take.meals is not None:
        meal = (
            {Moment.BEFORE_MEALS: "avant", Moment.AFTER_MEALS: "après"}.get(take.moments[0], "pendant")
            if take.moments
            else "pendant"
        )
        when = [f"{meal} les {_figure(take.meals)} repas"]
    how = [_WHEN[one] for one in take.moments if one is Moment.FASTING]
    when = [one for one in when if one not in how]
    when += [f"à {_hour(clock)}" for clock in take.clock]
    return " ".join(part for part in (shown(take.amount) if take.amount else "", _listed(when), *how) if part)


def _often(one: Frequency) -> str:
    if one.unit is Period.HOUR:
        to = f" à {_figure(one.period_high)}" if one.period_high else ""
        return f"toutes les {_figure(one.period)}{to} heures"
    to = f" à {_figure(one.count_high)}" if one.count_high else ""
    return f"{_figure(one.count)}{to} fois par {_NAMES[one.unit]}"


def _cycle(one: Frequency) -> str:
    if one.count == 1 and one.period == 1:
        return f"chaque {_NAMES[one.unit]}"
    if one.unit is Period.DAY and one.count < one.period and (one.count > 1 or one.period == 2):
        return f"{_figure(one.count)} jour{'s' if one.count > 1 else ''} sur {_figure(one.period)}"
    every = f"{'toutes' if one.unit is Period.WEEK else 'tous'} les {lapse(Lapse(one.period, one.unit))}"
    return every if one.count == 1 else f"{_figure(one.count)} fois {every}"


def shown(one: Amount) -> str:
    """« 1 comprimé », « 1 à 2 gélules », « ½ comprimé »."""
    to = f" à {_figure(one.high)}" if one.high is not None else ""
    most = one.high if one.high is not None else one.low
    if one.unit in MASS:
        to = f" à {_figure(one.high, fractions=False)}" if one.high is not None else ""
        return f"{_figure(one.low, fractions=False)}{to} {one.unit}"
    return f"{_figure(one.low)}{to} {_plural(one.unit, most)}" if one.unit else f"{_figure(one.low)}{to}"


def lapse(one: Lapse) -> str:
    to = f" à {_figure(one.high)}" if one.high is not None else ""
    return f"{_figure(one.count)}{to} {_plural(_NAMES[one.unit], one.high or one.count)}"


def _figure(one: Decimal, *, fractions: bool = True) -> str:
    if fractions and one in FRACTIONS:
        return FRACTIONS[one]
    if one == one.to_integral_value():
        return f"{int(one):,}".replace(",", "\u202f")
    return format(one.normalize(), "f").replace(".", ",")


def _plural(word: str, count: Decimal) -> str:
    if count < 2 or word in _INVARIABLE:
        return word
    first, _, rest = word.partition(" ")
    return f"{first}s {rest}".strip() if not first.endswith("s") else word


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " et " + words[-1] if words else ""


def _hour(clock: str) -> str:
    hour, _, minute = clock.partition(":")
    return f"{int(hour)} h" + ("" if minute == "00" else f" {minute}")
