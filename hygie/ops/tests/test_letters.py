"""Letters and receipts: the code on paper, the address in the window, and the case number in the journal."""

from __future__ import annotations

import io
import re
from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

from hygie.access import actions as access
from hygie.access import queries as asks
from hygie.access import sentences
from hygie.access.types import Action, RecordState
from hygie.base.errors import Invalid
from hygie.formats.tests.aloud import accessible
from hygie.ops import letters
from hygie.tests.world import Person, World

ADDRESS = ("MME INES MARTIN", "BATIMENT B", "12 RUE DES LILAS", "76000 ROUEN")
BORN = date(1988, 5, 4)


def told(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return text


def code_in(text: str) -> str:
    found = re.search(r"\b(\d{4} \d{4} \d{4})\b", text)
    assert found, text
    return found[1]


def test_wherever_the_sheet_slides_the_window_shows_the_address_and_nothing_else() -> None:
    letter = letters.Letter(address=(*ADDRESS, "M" * 38, "FRANCE"), code="123456789012", until=date(2027, 1, 1))
    content = letters.pdf([letter], on=date(2026, 11, 22), site="https://hygie.example", help_line="34 22")
    document = pypdfium2.PdfDocument(content)
    per_mm = 4
    shown = document[0].render(scale=per_mm * 25.4 / 72).to_pil().convert("L")
    dark = (
        shown.crop((90 * per_mm, 44 * per_mm, 200 * per_mm, 90 * per_mm))
        .point(lambda grey: 255 * (grey < 128))
        .getbbox()
    )
    document.close()
    assert dark is not None
    left, top, right, bottom = (edge / per_mm for edge in dark)
    assert 90 + left >= 100 and 90 + right <= 190 and 44 + top >= 55 and 44 + bottom <= 79
    [page] = accessible(content, title="Votre espace de santé")
    said = page.said()
    assert (
        said.index("MME INES")
        < said.index("Un espace")
        < said.index("1234 5678 9012")
        < said.index("Carré à photographier")
    )
    assert code_in(told(content)) == "1234 5678 9012"


@pytest.mark.parametrize("lines", [("SEULE",), ("A",) * 7, ("A", "B" * 39)])
def test_an_address_that_no_window_holds_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        letters.address_of(lines)


def test_a_file_of_letters_gives_each_her_code_and_says_who_got_none(world: World, tmp_path: Path) -> None:
    ines = world.person("Inès", state=RecordState.SLEEPING)
    file = tmp_path / "letters.csv"
    who = f"{ines.traits.birth_family};Inès;1988-05-04;F;75112"
    file.write_text(
        "matricule;oid;nom_naissance;prenoms;date_naissance;sexe;lieu_naissance;adresse1;adresse2;adresse3\n"
        f"{ines.ins.matricule};{ines.ins.oid};{who};MME INES MARTIN;12 RUE DES LILAS;76000 ROUEN\n"
        f"{ines.ins.matricule};{ines.ins.oid};{who};MME INES MARTIN;;\n"
        f"{ines.ins.matricule};{ines.ins.oid};{who};MME INES MARTIN;12 RUE DES LILAS;76000 ROUEN\n"
    )
    written, left = letters.write(file, number="D-2026-7", out=tmp_path / "out.pdf")
    assert written == 1 and [line for line, _ in left] == [3, 4]  # one letter each: a second would void the first
    assert (tmp_path / "out.pdf").stat().st_mode & 0o077 == 0
    code = code_in(told((tmp_path / "out.pdf").read_bytes()))
    found = access.redeem_invitation(code=code, born=BORN, origin="letter", at=datetime.now(UTC))
    assert (found.patient_id, found.way, found.state) == (ines.id, "letter", "live")
    lines = asks.journal(ines.opens(Action.READ_JOURNAL))
    [mine] = [line for line in lines if "D-2026-7" in line.reason]
    assert "a préparé une lettre" in sentences.sentence(mine).what  # nobody asked for it: not « à votre demande »


def test_one_letter_and_one_line_without_are_counted_in_good_french(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters.DataFolder, "ready", lambda _: nullcontext())
    ines, file, out = world.person("Inès", state=RecordState.SLEEPING), tmp_path / "letters.csv", tmp_path / "out.pdf"
    who = f"{ines.ins.matricule};{ines.ins.oid};{ines.traits.birth_family};Inès;1988-05-04;F;75112"
    file.write_text(
        "matricule;oid;nom_naissance;prenoms;date_naissance;sexe;lieu_naissance;adresse1;adresse2;adresse3\n"
        f"{who};MME INES MARTIN;12 RUE DES LILAS;76000 ROUEN\n{who};MME INES MARTIN;;\n"
    )
    done = CliRunner().invoke(letters.letters, [str(file), "--case", "D-2026-7", "--out", str(out)])
    assert (done.exit_code, done.stdout) == (0, f"1 lettre dans {out}, 1 ligne sans lettre.\n")


@pytest.mark.parametrize("content", [b"numero;nom_naissance\n1;A\n", b"\xb3\x00;\xff\n"], ids=["columns", "no-text"])
def test_a_file_that_is_not_of_identities_is_refused_before_any_code_is_made(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "letters.csv"
    file.write_bytes(content)
    with pytest.raises(Invalid):
        letters.write(file, number="D-2026-7", out=tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()


def identified(client, ines: Person) -> str:
    answer = client.post(
        "/operateur/appel/",
        {"number": "D-2026-8", "matricule": ines.ins.matricule, "authority": ines.ins.oid, "family": ines.traits.birth_family,
         "given": "Inès", "born": "1988-05-04", "sex": "female"},
    )  # fmt: skip
    return answer["Location"]


def test_the_desk_gives_a_letter_or_under_a_signed_mandate_a_receipt(browse, world: World) -> None:
    ines, client = world.person("Inès", state=RecordState.SLEEPING), browse(world.operator)
    call = identified(client, ines)
    assert f'href="{call}inviter/"' in client.get(call).content.decode()
    said = {"way": "letter", "address": "\n".join(ADDRESS)}
    letter = client.post(call + "inviter/", said)
    assert letter["Content-Type"] == "application/pdf" and "INES" not in letter["Content-Disposition"]
    posted = code_in(told(io.BytesIO(letter.content).getvalue()))
    assert client.post(call + "inviter/", said | {"way": "desk"}).status_code == 422
    receipt = client.post(call + "inviter/", said | {"way": "desk", "signed": "on"}).content.decode()
    handed = code_in(receipt)
    assert "D-2026-8" in receipt
    found = access.redeem_invitation(code=handed, born=BORN, origin="desk", at=datetime.now(UTC))
    assert (found.patient_id, found.way, found.state) == (ines.id, "desk", "live")
    with pytest.raises(Exception, match="ensemble"):  # the letter is void: one code at a time
        access.redeem_invitation(code=posted, born=BORN, origin="desk", at=datetime.now(UTC))
    assert browse(world.dr_diallo).post(call + "inviter/", said).status_code == 404
    assert browse(world.operator).get("/operateur/refus/").status_code == 200
