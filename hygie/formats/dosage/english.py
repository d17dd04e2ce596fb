"""A dosage in one plain English sentence, from what was understood of the French one; "" when it was not understood.

It translates words, never amounts: every number is that of the text. A unit without a known English name stays French.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from hygie.formats.dosage.sentence import FRACTIONS
from hygie.formats.dosage.types import Amount, Dosage, Frequency, Lapse, Moment, Period, Step, Take
from hygie.formats.dosage.vocabulary import MASS

_WHEN: Final = {
    Moment.WAKING: "on waking",
    Moment.FASTING: "on an empty stomach",
    Moment.MORNING: "in the morning",
    Moment.NOON: "at midday",
    Moment.AFTERNOON: "in the afternoon",
    Moment.EVENING: "in the evening",
    Moment.BEDTIME: "at bedtime",
    Moment.NIGHT: "at night",
    Moment.BEFORE_MEALS: "before meals",
    Moment.WITH_MEALS: "with meals",
    Moment.AFTER_MEALS: "after meals",
}
_NAMES: Final = {
    Period.HOUR: "hour",
    Period.DAY: "day",
    Period.WEEK: "week",
    Period.MONTH: "month",
    Period.YEAR: "year",
}
_DAYS: Final = {
    "mon": "Mondays",
    "tue": "Tuesdays",
    "wed": "Wednesdays",
    "thu": "Thursdays",
    "fri": "Fridays",
    "sat": "Saturdays",
    "sun": "Sundays",
}
_ROUTES: Final = {"orale": "by mouth", "sublinguale": "under the tongue", "cutanée": "on the skin", "nasale": "in the nose",
                  "ophtalmique": "in the eye", "auriculaire": "in the ear", "inhalée": "inhaled"}  # fmt: skip
# One and several. What is not here (and what keeps its name) is shown as written.
UNITS: Final = {
    "comprimé": ("tablet", "tablets"), "gélule": ("capsule", "capsules"), "capsule": ("soft capsule", "soft capsules"),
    "sachet": ("sachet", "sachets"), "ampoule": ("ampoule", "ampoules"), "goutte": ("drop", "drops"),
    "cuillère à café": ("teaspoon", "teaspoons"), "cuillère à soupe": ("tablespoon", "tablespoons"),
    "cuillère-mesure": ("measuring spoon", "measuring spoons"), "dose-poids": ("dose by weight", "doses by weight"),
    "bouffée": ("puff", "puffs"), "pulvérisation": ("spray", "sprays"), "patch": ("patch", "patches"),
    "suppositoire": ("suppository", "suppositories"), "ovule": ("pessary", "pessaries"),
    "application": ("application", "applications"), "injection": ("injection", "injections"),
    "seringue": ("syringe", "syringes"), "unidose": ("single dose", "single doses"), "pastille": ("lozenge", "lozenges"),
    "lyophilisat": ("oral lyophilisate", "oral lyophilisates"), "film": ("film", "films"),
    "bain de bouche": ("mouthwash", "mouthwashes"), "granule": ("pellet", "pellets"), "flacon": ("vial", "vials"),
    "tube": ("tube", "tubes"), "noisette": ("hazelnut-sized dab", "hazelnut-sized dabs"),
    "pansement": ("dressing", "dressings"), "lavage": ("rinse", "rinses"), "dose": ("dose", "doses"),
    "UI": ("IU", "IU"),
}  # fmt: skip


def in_english(said: Dosage) -> str:
    """“1 tablet in the morning and in the evening, for 5 days.”"""
    steps = [words for step in said.steps if (words := _step(step))]
    if not said.understood or not steps:
        return ""
    written = "; then ".join(steps)
    if said.route in _ROUTES:
        written += f", {_ROUTES[said.route]}"
    return written[0].upper() + written[1:] + "."


def _step(step: Step) -> str:
    parts: list[str] = []
    if step.total is not None:
        parts.append(f"{_amount(step.total)} per {_NAMES[step.total_per]}")
    parts += [_take(take) for take in step.takes]
    with_amount = step.total is None or any(take.amount for take in step.takes)
    how = (" and " if with_amount else " ").join(part for part in parts if part)
    shares = step.frequency if step.total is not None else None
    if shares is not None:
        how += f" in {_figure(shares.count)} take{'s' if shares.count >= 2 else ''}"
    rhythm = [_often(step.frequency)] if step.frequency and shares is None else []
    if step.cycle:
        rhythm.append(_cycle(step.cycle))
    if step.weekdays:
        rhythm.append("on " + _listed([_DAYS[day] for day in step.weekdays]))
    words = " ".join(part for part in (how, *rhythm) if part)
    if step.as_needed:
        words = f"{words} if needed".strip() + (f" ({step.reason})" if step.reason else "")
    if step.maximum is not None:
        words += f", at most {_amount(step.maximum)} per day"
    if step.gap is not None:
        words += f", at least {_lapse(step.gap)} apart"
    if step.since is not None:
        words += f", from {step.since:%d/%m/%Y}"
    if step.until is not None:
        words += f", until {step.until:%d/%m/%Y}"
    if step.lasting is not None:
        words += f", for {_lapse(step.lasting)}"
    return words


def _take(take: Take) -> str:
    when = [_WHEN[one] for one in take.moments if one is not Moment.WITH_MEALS or take.meals is None]
    if take.meals is not None:
        meal = {Moment.BEFORE_MEALS: "before", Moment.AFTER_MEALS: "after"}.get(
            take.moments[0] if take.moments else Moment.WITH_MEALS, "with"
        )
        when = [f"{meal} the {_figure(take.meals)} meals"]
    how = [_WHEN[one] for one in take.moments if one is Moment.FASTING]
    when = [one for one in when if one not in how]
    when += [f"at {clock}" for clock in take.clock]
    return " ".join(part for part in (_amount(take.amount) if take.amount else "", _listed(when), *how) if part)


def _often(one: Frequency) -> str:
    if one.unit is Period.HOUR:
        to = f" to {_figure(one.period_high)}" if one.period_high else ""
        return f"every {_figure(one.period)}{to} hours"
    to = f" to {_figure(one.count_high)}" if one.count_high else ""
    if one.count == 1 and not to:
        return f"once per {_NAMES[one.unit]}"
    return f"{_figure(one.count)}{to} times per {_NAMES[one.unit]}"


def _cycle(one: Frequency) -> str:
    if one.count == 1 and one.period == 1:
        return f"every {_NAMES[one.unit]}"
    if one.unit is Period.DAY and one.count < one.period and (one.count > 1 or one.period == 2):
        return f"{_figure(one.count)} day{'s' if one.count > 1 else ''} out of {_figure(one.period)}"
    every = f"every {_lapse(Lapse(one.period, one.unit))}"
    return every if one.count == 1 else f"{_figure(one.count)} times {every}"


def _amount(one: Amount) -> str:
    fractions = one.unit not in MASS
    to = f" to {_figure(one.high, fractions=fractions)}" if one.high is not None else ""
    most = one.high if one.high is not None else one.low
    single, several = UNITS.get(one.unit or "", (one.unit or "", one.unit or ""))
    return f"{_figure(one.low, fractions=fractions)}{to} {several if most > 1 else single}".strip()


def _lapse(one: Lapse) -> str:
    to = f" to {_figure(one.high)}" if one.high is not None else ""
    return f"{_figure(one.count)}{to} {_NAMES[one.unit]}{'s' if (one.high or one.count) > 1 else ''}"


def _figure(one: Decimal, *, fractions: bool = True) -> str:
    if fractions and one in FRACTIONS:
        return FRACTIONS[one]
    return f"{int(one):,}" if one == one.to_integral_value() else format(one.normalize(), "f")


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""
