"""HL7 v2 and HPRIM messages written for the tests: every path that real ones take, about people nobody is."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from hygie.formats.hl7v2.er7 import escape


@dataclass(frozen=True)
class Who:
    """Amina, unless said otherwise."""

    matricule: str = "279035121518989"
    oid: str = "1.2.250.1.213.1.4.10"
    family: str = "BENALI"
    given: tuple[str, ...] = ("AMINA", "SARAH")
    birth: str = "19790328"
    sex: str = "F"
    place: str | None = "75112"

    @property
    def pid(self) -> str:
        place = f"~^^^^^^BDL^^{self.place}" if self.place else ""
        return (
            f"PID|||{self.matricule}^^^ASIP-SANTE-INS-NIR&{self.oid}&ISO^INS^^20101207~12^^^LABO&1.2.3&ISO^PI||"
            f"{escape(self.family)}^{self.given[0]}^{' '.join(self.given)}^^^^L||{self.birth}|{self.sex}|||"
            f"4 rue des Lilas^^PARIS^^75011^FRA^H{place}|||||||405660^^^LABO^AN|||||||||||||N|VALI"
        )


AMINA = Who()
RESULTS = (
    "OBX|1|NM|3016-3^TSH^LN||2,10|mUI/L|0,40 - 4,00|N|||F|||20260312081500|LABO^Labo Seine",
    "OBX|2|SN|2276-4^Ferritine^LN||<^5|µg/L|15 - 150|L|||F",
    "NTE|1||Résultat contrôlé",
    "OBX|3|ST|5792-7^Glucose urinaire^LN||Négatif||||||F",
    "OBX|4|CWE|22322-2^Antigène HBs^LN||260385009^Négatif^SCT||||||F",
    "OBX|5|TX|REM^Conclusion^L||Bilan \\T\\ suivi\\.br\\sans particularité||||||F",
    "OBX|6|NM|2160-0^Créatinine^LN||71|umol/L^µmol/L^UCUM|45-84|N|||C",
    "OBX|7|NM|718-7^Hémoglobine^LN||9,8|g/dL|12,0 - 16,0|LL|||P",
    "OBX|8|NM|2951-2^Sodium^LN|||mmol/L|||||X",
    "OBX|9|NM|2823-3^Potassium^LN||4,1|mmol/L|||||D",
    "OBX|10|SN|5048-4^Anticorps antinucléaires^LN||^1^:^160||||||F",
)
ORDER = (
    "ORC|NW|98765^Cabinet|{filler}^labo",
    "OBR|1|98765^Cabinet|{filler}^labo|11502-2^Bilan sanguin^LN|||20260312080000|||||||20260312083000||"
    "801234567897^DIALLO^Awa^^^Dr^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^RPPS||||||20260312170000|||F",
)


def msh(event: str = "ORU^R01^ORU_R01", *, control: str = "M1", charset: str = "UNICODE UTF-8",
        version: str = "2.5", processing: str = "P") -> str:  # fmt: skip
    return (
        rf"MSH|^~\&|SIL|Labo Seine|HYGIE|ESPACE|20260312173000||{event}|{control}|{processing}|{version}|||||FRA|"
        f"{charset}|||2.1^CISIS_CDA_HL7_V2"
    )


def message(*segments: str, end: str = "\r", encoding: str = "utf-8") -> bytes:
    return "".join(f"{segment}{end}" for segment in segments).encode(encoding)


def results(who: Who = AMINA, *, rows: tuple[str, ...] = RESULTS, filler: str = "B1", control: str = "M1",
            orc: str = "NW", charset: str = "UNICODE UTF-8", encoding: str = "utf-8", end: str = "\r",
            status: str = "F") -> bytes:  # fmt: skip
    order = [line.format(filler=filler) for line in ORDER]
    order[0] = order[0].replace("ORC|NW", f"ORC|{orc}")
    order[1] = order[1][: -len("F")] + status
    return message(msh(control=control, charset=charset), who.pid, "PV1|1|O", *order, *rows, end=end, encoding=encoding)


def flag(number: int, name: str, value: str) -> str:
    return f"OBX|{number}|CWE|{name}^{name}^MetaDMPMSS||{value}^^expandedYes-NoIndicator||||||F"


def ed(content: bytes, *, number: int = 1, kind: str = "TEXT^XML", status: str = "F", way: str = "Base64",
       code: str = "11502-2^CR d'examens biologiques^LN") -> str:  # fmt: skip
    written = b64encode(content).decode() if way == "Base64" else content.hex()
    return f"OBX|{number}|ED|{code}||^{kind}^{way}^{written}||||||{status}"


def document(content: bytes, who: Who = AMINA, *, event: str = "T02", control: str = "D1", uid: str = "1.2.250.9.1",
             parent: str = "", status: str = "F", flags: dict[str, str] | None = None, kind: str = "TEXT^XML",
             charset: str = "UNICODE UTF-8", orc: str = "NW") -> bytes:  # fmt: skip
    rows = [flag(number, name, value) for number, (name, value) in enumerate((flags or {}).items(), 2)]
    return message(
        msh(f"MDM^{event}^MDM_T02", control=control, version="2.6", charset=charset), "EVN||20260312173000", who.pid,
        "PV1|1|I|CARDIO", f"ORC|{orc}", "OBR|1|||18748-4^CR d'imagerie médicale^LN",
        f"TXA|1|18748-4|TEXT|202603121700|801234567897^DIALLO^Awa|||||||{uid}^Labo|{parent}||||AU",
        ed(content, kind=kind, status=status, code="18748-4^CR d'imagerie médicale^LN"), *rows,
    )  # fmt: skip


def report(content: bytes, who: Who = AMINA, *, orc: str = "NW", control: str = "R1", status: str = "F",
           flags: dict[str, str] | None = None, more: tuple[str, ...] = (), kind: str = "TEXT^XML") -> bytes:  # fmt: skip
    rows = [flag(number, name, value) for number, (name, value) in enumerate((flags or {}).items(), 2)]
    return message(
        msh(control=control), who.pid, "PV1|1|I", f"ORC|{orc}|1^Cabinet|B9^labo",
        "OBR|1|1^Cabinet|B9^labo|11502-2^CR d'examens biologiques^LN|||||||||||||||||||||F",
        ed(content, status=status, kind=kind), *more, *rows,
    )  # fmt: skip


# ---- HPRIM

LETTER = """\
0000000042
BENALI
AMINA
4 rue des Lilas

75011 PARIS
28/03/1979
279035121518989
B2603
12/03/2026
LAB01 Labo Seine
MED02 Dr Diallo

Chère consœur, voici les résultats demandés.
Ferritine abaissée, à contrôler.
"""
LAB = """\
****LAB****
TEX|Prélèvement à jeun|
RES|HÉMATOLOGIE||||||||||||||
RES|Hémoglobine|718-7|N|9,8|g/dL|12,0|16,0|L|F|98|g/L|120|160|
RES|Leucocytes|6690-2|N|6,2|G/L|4,0|10,0|N|F|||||
RES|BIOCHIMIE||||||||||||||
RES|Ferritine|2276-4|N|< 5|µg/L|15|150|LL|F|||||
TEX|Résultat contrôlé|
RES|Créatinine|CREA|N|71|µmol/L|45|84|N|F|8,0|mg/L|5,1|9,5|
RES|Antigène HBs|AGHBS|A|Négatif||||N|F|||||
RES|Sodium|NA|N||mmol/L|136|145||P|||||
RES|Potassium|K|N|4,1|mmol/L|3,5|5,1||X|||||
"""
CLOSED = "****FIN****\n****FINFICHIER****\n"
SANTE = r"""H|~^\&|B2603.HPR||LS~Labo Seine||ORU|||MED02~Dr Diallo||P|H2.1~L|202603121730
P|1|42|B2603||BENALI~AMINA|TRAORE|19790328|F||4 rue des Lilas~~PARIS~~75011|||||||||||||||
AP|1|RO|279035121518989
OBR|1|E1|B2603|NFS~Numération~L^FER~Ferritine~L|R||202603120800|||||||202603120830||MED02~Dr Diallo|||||||||F
OBX|1|NM|HB~Hémoglobine~L~718-7~Hémoglobine~LN||9,8|g/dL|12,0 - 16,0|L|||F|||202603121100
C|1|L|Anémie micro
A|cytaire
OBX|2|NM|FER~Ferritine~L||< 5|µg/L|15 - 150|LL|||F
OBX|3|CE|AGHBS~Antigène HBs~L||NEG~Négatif~L||||||F
OBX|4|FIC|TEXTE~~L||GALAXIE~AL2.j1~TXT||||||F
OBX|5|NM|NA~Sodium~L|||mmol/L|||||F
L|1
"""


def letter(text: str = LETTER, block: str = LAB, end: str = CLOSED, *, encoding: str = "iso-8859-1",
           breaks: str = "\r\n") -> bytes:  # fmt: skip
    words = text + block + end
    if encoding not in ("utf-8", "utf-16", "cp1252", "mac_roman", "utf-8-sig"):
        words = words.replace("œ", "oe")
    return words.replace("\n", breaks).encode(encoding)


def sante(text: str = SANTE, *, encoding: str = "iso-8859-1", breaks: str = "\r\n") -> bytes:
    return text.replace("\n", breaks).encode(encoding)
