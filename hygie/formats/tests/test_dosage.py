"""Dosages as French prescriptions write them, and the law that matters: no number that the text does not hold."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.formats import dosage
from hygie.formats.dosage import Amount, Dosage, Frequency, Lapse, Moment, Period

HALF = Decimal("0.5")

# text, how it is said, daily amount when certain
SAID = [
    ("1 cp matin et soir", "1 comprimé le matin et le soir.", "2 comprimé"),
    ("1 comprimé 3 fois par jour pendant 5 jours", "1 comprimé 3 fois par jour, pendant 5 jours.", "3 comprimé"),
    ("1/2 cp le soir au coucher", "½ comprimé au coucher.", "0.5 comprimé"),
    ("1 comprimé et demi le matin", "1,5 comprimé le matin.", "1.5 comprimé"),
    ("1 cp le matin à jeun", "1 comprimé le matin à jeun.", "1 comprimé"),
    ("1 cp le matin au réveil 30 minutes avant le petit déjeuner", None, "1 comprimé"),
    ("1 cp à jeun", "1 comprimé à jeun.", None),
    ("un demi comprimé le matin", "½ comprimé le matin.", "0.5 comprimé"),
    ("1-0-1", "1 le matin et le soir.", None),  # of what, the text does not say
    ("2-1-1 cp", "2 comprimés le matin et 1 comprimé le midi et le soir.", "4 comprimé"),
    ("½-0-½ cp", "½ comprimé le matin et le soir.", "1 comprimé"),
    ("1 - 0 - 0 - 1", "1 le matin et au coucher.", None),
    ("1 cp 1 j/2", "1 comprimé 1 jour sur 2.", "0.5 comprimé"),
    ("un soir sur deux 1 cp", "1 comprimé le soir 1 jour sur 2.", "0.5 comprimé"),
    ("1 cp par jour 5 jours sur 7", "1 comprimé par jour 5 jours sur 7.", "0.714 comprimé"),
    ("1 cp toutes les 12h", "1 comprimé toutes les 12 heures.", "2 comprimé"),
    ("1 suppo au coucher si besoin", "1 suppositoire au coucher si besoin.", None),  # « po » ends a word, and is no mouth
    ("1 cp PO le matin", "1 comprimé le matin, par la bouche.", "1 comprimé"),
    ("1 cp à 8h et 20h", "1 comprimé à 8 h et à 20 h.", "2 comprimé"),
    ("matin : 1 cp, midi : 1 cp, soir : 2 cp",
     "1 comprimé le matin et 1 comprimé le midi et 2 comprimés le soir.", "4 comprimé"),
    ("1 cp matin, 2 cp le soir", "1 comprimé le matin et 2 comprimés le soir.", "3 comprimé"),
    ("3 cp par jour en 3 prises", "3 comprimés par jour en 3 prises.", "3 comprimé"),
    ("1 cp x 2/j x 10 j", "1 comprimé 2 fois par jour, pendant 10 jours.", "2 comprimé"),
    ("1 comprimé le lundi, mercredi et vendredi", "1 comprimé le lundi, le mercredi et le vendredi.", "0.429 comprimé"),
    ("4 comprimés le jeudi", "4 comprimés le jeudi.", "0.571 comprimé"),
    ("1 comprimé par semaine, à jeun, avec un grand verre d’eau", None, "0.143 comprimé"),
    ("1 patch tous les 3 jours", "1 patch tous les 3 jours.", "0.333 patch"),
    ("1 ampoule tous les deux mois", "1 ampoule tous les 2 mois.", None),
    ("75 µg par jour", "75 µg par jour.", "75 µg"),
    ("0,5 mg le soir", "0,5 mg le soir.", "0.5 mg"),
    ("14 unités le soir", "14 UI le soir.", "14 UI"),
    ("2,5 ml x 3 par jour", "2,5 mL 3 fois par jour.", "7.5 mL"),
    ("10 ml 3 fois/jour", "10 mL 3 fois par jour.", "30 mL"),
    ("1 c. à c. matin et soir", "1 cuillère à café le matin et le soir.", "2 cuillère à café"),
    ("1 comprimé aux 3 repas", "1 comprimé pendant les 3 repas.", "3 comprimé"),
    ("1 cp avant les repas", "1 comprimé avant les repas.", None),
    ("1 goutte le soir dans chaque œil", "1 goutte le soir, dans l’œil.", None),
    ("1 à 2 comprimés 3 fois/j", "1 à 2 comprimés 3 fois par jour.", None),
    ("15 mg/kg toutes les 6 heures", "15 mg/kg toutes les 6 heures.", None),
    ("1 comprimé de 500 mg toutes les 8 heures pendant 7 jours",
     "1 comprimé toutes les 8 heures, pendant 7 jours.", "3 comprimé"),
    ("1 injection sous-cutanée par jour pendant 10 jours", "1 injection par jour, pendant 10 jours.", "1 injection"),
    ("1 sachet dans un verre d'eau 3 x par jour au moment des repas", "1 sachet pendant les repas 3 fois par jour.",
     "3 sachet"),
    ("deux comprimés matin et soir", "2 comprimés le matin et le soir.", "4 comprimé"),
    ("1 cp quotidien", "1 comprimé 1 fois par jour.", "1 comprimé"),
    ("1 injection hebdomadaire", "1 injection 1 fois par semaine.", "0.143 injection"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said", "a_day"), SAID, ids=[row[0] for row in SAID])
def test_a_dosage_is_understood_as_people_mean_it(text: str, said: str | None, a_day: str | None) -> None:
    read = dosage.read(text)
    assert read.understood
    assert read.text == text
    if said is not None:
        assert dosage.sentence(read) == said
    found = dosage.daily(read)
    assert (f"{found.amount} {found.unit}" if found else None) == a_day


IN_DOUBT = (
    "selon INR", "1 cp tous les jours sauf le dimanche", "14 unités le soir, à adapter",
    "20 gouttes le soir, augmenter de 5 gouttes tous les 3 jours", "5 mg un jour et 2,5 mg le lendemain en alternance",
    "ATORVASTATINE 20 mg 1 cp le soir", "1 cp x2", "1.000 mg le soir", "voir notice",
    "2,5 mg : 4 comprimés une fois par semaine le mercredi", "J1 : 3 cp, puis 1 cp/j", "arrêt", "",
)  # fmt: skip


@pytest.mark.parametrize("text", IN_DOUBT)
def test_what_is_not_understood_is_told_as_written_and_counts_for_nothing(text: str) -> None:
    read = dosage.read(text)
    assert not read.understood
    assert dosage.daily(read) is None
    assert dosage.sentence(read) == text.strip()
    assert dosage.to_fhir(read) == [{"text": text}]


def test_as_needed_keeps_its_reason_its_most_and_its_gap() -> None:
    step = dosage.read("1 g toutes les 6 heures si fièvre ou douleur, sans dépasser 4 g par jour").steps[0]
    assert step.as_needed and step.reason == "fièvre ou douleur"
    step = dosage.read("2 bouffées si gêne respiratoire, 8 par jour au maximum").steps[0]
    assert (step.reason, step.maximum) == ("gêne respiratoire", Amount(Decimal(8)))
    step = dosage.read(
        "1000 mg 3 fois par jour si douleur, espacer les prises de 6 heures, sans dépasser 3 g par jour"
    ).steps[0]
    assert step.as_needed and step.reason == "douleur"
    assert step.maximum == Amount(Decimal(3), "g") and step.gap == Lapse(Decimal(6), Period.HOUR)
    assert dosage.daily(step) is None, "taken when needed: no daily dose"
    step = dosage.read("toutes les 6 heures si douleur, max 4/j").steps[0]
    assert step.frequency == Frequency(Decimal(1), Decimal(6), Period.HOUR)
    assert step.maximum == Amount(Decimal(4))
    assert dosage.read("1 cp au coucher si besoin").as_needed


def test_renewals_supply_and_substitution_stand_apart_from_the_dose() -> None:
    read = dosage.read("1 cp le matin, QSP 3 mois, à renouveler 2 fois (AR), non substituable (MTE)")
    assert (read.renewals, read.supply) == (2, Lapse(Decimal(3), Period.MONTH))
    assert (read.substitutable, read.substitution_reason) == (False, "MTE")
    assert dosage.sentence(read) == "1 comprimé le matin."
    assert dosage.read("1 cp par jour NS").substitutable is False
    assert dosage.read("1 cp par jour").substitutable is None
    assert dosage.read("1 cp par jour, ne pas renouveler").renewals == 0
    assert dosage.read("1 cp par jour QSP 28 jours, AR 5").renewals == 5
    assert dosage.read("1 cp par 24 h").renewals is None
    assert dosage.read("1 cp par jour, renouvelable 3 mois").renewals is None, "three months are not three times"


def test_stages_follow_each_other() -> None:
    read = dosage.read(
        "1 à 2 comprimés 3 fois/j à partir du 01/12/2021 pendant 2 jours puis 1 comprimé 2 fois/j pendant 4 jours"
    )
    first, second = read.steps
    assert (first.since, first.lasting) == (date(2021, 12, 1), Lapse(Decimal(2), Period.DAY))
    assert (first.takes[0].amount, dosage.daily(first)) == (Amount(Decimal(1), "comprimé", Decimal(2)), None)
    assert dosage.daily(second) == dosage.Daily(Decimal(2), "comprimé")
    assert dosage.daily(read) is None, "two stages have no one daily dose"
    assert [one["sequence"] for one in dosage.to_fhir(read)] == [1, 2]


def test_two_statements_that_disagree_give_no_daily_dose() -> None:
    assert dosage.daily(dosage.read("1 cp 3 fois par jour matin et soir")) is None
    assert dosage.daily(dosage.read("1 cp 2 fois par jour matin et soir")) == dosage.Daily(Decimal(2), "comprimé")


def test_a_moment_without_an_amount_gets_none() -> None:
    (take,) = dosage.read("matin et soir").steps[0].takes
    assert take.amount is None and take.moments == (Moment.MORNING, Moment.EVENING)


def test_fhir_says_the_same_and_reads_back_equal() -> None:
    for text, _, a_day in SAID:
        read = dosage.read(text)
        again = dosage.from_fhir(dosage.to_fhir(read))
        assert again is not None and again.text == text
        if a_day is not None and not read.steps[0].total:
            assert dosage.daily(again) == dosage.daily(read), text
    (one,) = dosage.to_fhir(dosage.read("1/2 cp matin et soir pendant 5 jours si douleur, 2 par jour au plus"))
    assert one["doseAndRate"] == [{"doseQuantity": {"value": 0.5, "unit": "comprimé"}}]
    assert one["timing"]["repeat"]["when"] == ["MORN", "EVE"]
    assert one["timing"]["repeat"]["boundsDuration"]["value"] == 5
    assert one["asNeededCodeableConcept"] == {"text": "douleur"}
    assert one["maxDosePerPeriod"]["numerator"]["value"] == 2


def test_a_source_that_gives_structure_is_believed_before_its_text() -> None:
    coded = {"text": "posologie", "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}},
             "doseAndRate": [{"doseQuantity": {"value": 500, "unit": "mg", "code": "mg"}}]}  # fmt: skip
    read = dosage.from_fhir([coded])
    assert read is not None and dosage.daily(read) == dosage.Daily(Decimal(1500), "mg")
    assert dosage.from_fhir([]) is None
    odd = dosage.from_fhir([{"text": "1 cp le soir", "timing": {"repeat": {"when": ["NEVER"]}}}])
    assert odd is not None and dosage.daily(odd) == dosage.Daily(Decimal(1), "comprimé"), "an unknown code: the text"


# --- the law ---------------------------------------------------------------------------------------------------------

WORDS = {"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
         "dix": 10, "douze": 12, "quatorze": 14, "quinze": 15, "vingt": 20, "trente": 30, "quarante": 40,
         "soixante": 60}  # fmt: skip


def in_the_text(text: str) -> set[Decimal]:
    """Every number that a reader could see in a text, read without the code under test."""
    text = text.lower().replace("½", " 1/2 ").replace("¼", " 1/4 ").replace("¾", " 3/4 ")
    glued = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))", "", text)
    seen = {
        Decimal(found.replace(",", ".")) for form in (text, glued) for found in re.findall(r"\d+(?:[.,]\d+)?", form)
    }
    seen |= {Decimal(int(part)) for found in re.findall(r"\d+", text) for part in [found]}
    seen |= {Decimal(value) for word, value in WORDS.items() if re.search(rf"\b{word}\b", text)}
    parts = {Decimal(a) / Decimal(b) for a, b in re.findall(r"(\d)/([2348])", text)}
    if re.search(r"demi|moitié", text):
        parts.add(HALF)
    if "quart" in text:
        parts.add(Decimal("0.25"))
    return seen | parts | {whole + part for whole in seen for part in parts | {HALF} if "demi" in text or part in parts}


def numbers_of(value: Any) -> set[Decimal]:
    """Every number of a result; of a frequency, what is not « once in one »."""
    if isinstance(value, Decimal):
        return {value}
    if isinstance(value, bool) or value is None or isinstance(value, (str, date, Moment, Period)):
        return set()
    if isinstance(value, int):
        return {Decimal(value)}
    if isinstance(value, tuple):
        return set().union(*(numbers_of(each) for each in value)) if value else set()
    if isinstance(value, Frequency):
        implied = {Decimal(1), Decimal(2)} if value.count == 2 else {Decimal(1)}  # « biquotidien », « par jour »
        return set().union(*(numbers_of(getattr(value, f.name)) for f in fields(value))) - implied
    assert is_dataclass(value)
    return set().union(*(numbers_of(getattr(value, f.name)) for f in fields(value)))


PIECES = st.sampled_from([
    "1 cp", "2 comprimés", "1/2 cp", "½ comprimé", "un comprimé et demi", "3 gélules", "500 mg", "1,5 g", "1 000 mg",
    "50 000 UI", "20 gouttes", "2 à 3 sachets", "10 ml", "75 µg", "de 500 mg", "15 mg/kg", "1-0-1", "2-1-1", "0-0-½",
    "matin", "midi", "le soir", "au coucher", "matin et soir", "avant les 3 repas", "à jeun", "3 fois par jour", "x 2/j",
    "toutes les 6 heures", "toutes les 4 à 6 h", "1 jour sur 2", "1 j/2", "tous les 3 jours", "par jour", "par semaine",
    "le lundi", "pendant 5 jours", "pdt 7 j", "QSP 3 mois", "AR 2", "à renouveler 2 fois", "NS", "(MTE)", "si douleur",
    "si besoin", "max 4/j", "3 par jour au plus", "sans dépasser 3 g par jour", "puis", "et", "ou", ",", ";", "-", "/",
    "à 8h30", "en 3 prises", "jusqu'au 12/03/2026", "biquotidien", "par voie orale", "un soir sur deux", "deux", "un",
    "7", "1/4", "0,5", "12", "sauf le dimanche", "voir INR", "100", "cp", "mg", "jours", "fois",
])  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=9).map(" ".join))
def test_no_number_is_ever_invented(text: str) -> None:
    read = dosage.read(text)
    assert numbers_of(read) <= in_the_text(text), (text, read)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789/,.-½ cpmgjhxsoirmatn()éàµ°\n\t§", max_size=60))
def test_any_text_reads_without_failing(text: str) -> None:
    read = dosage.read(text)
    assert read.text == text
    assert isinstance(dosage.sentence(read), str)
    again = dosage.from_fhir(dosage.to_fhir(read))
    assert again is None or isinstance(again, Dosage)
    assert numbers_of(read) <= in_the_text(text), (text, read)


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    assert dosage.read("1 cp matin et soir " * 5_000).text.startswith("1 cp")
    assert not dosage.read("1" * 50_000).understood


def test_advice_printed_after_a_dosage_and_given_again_apart_does_not_hide_the_dose():
    advice = "À distance du café. Ne pas changer de marque sans en parler."
    one = {"text": f"1 comprimé le matin à jeun {advice}", "patientInstruction": advice, "timing": {"repeat": {}}}
    said = dosage.from_fhir([one])
    assert said is not None
    assert dosage.daily(said) == dosage.Daily(Decimal("1"), "comprimé")


def _numbers(words: str) -> list[str]:
    """Every figure of a sentence, of either language, in no order."""
    words = re.sub(r"\bonce\b", "1 times", words)
    words = re.sub(r"\b(\d+) h(?: (\d\d))?\b", lambda found: f"{found[1]}:{found[2] or '00'}", words)
    words = re.sub(r"(?<=\d)[\u202f,](?=\d{3}\b)", "", words)
    return sorted(
        re.sub(r"^0(?=\d)", "", one).replace(",", ".") for one in re.findall(r"[½¼¾]|\d+(?:[.,:/]\d+)*", words)
    )


@pytest.mark.parametrize("text", [text for text, *_ in SAID])
def test_in_english_the_figures_are_the_same_and_what_was_not_understood_is_not_said(text: str) -> None:
    read = dosage.read(text)
    english = dosage.in_english(read)
    if not read.understood:
        assert english == ""
    else:
        assert _numbers(english) == _numbers(dosage.sentence(read))
        assert not re.search(r"\b(le|la|les|par|jour|jours|fois|matin|soir|pendant)\b", english.casefold()), english
