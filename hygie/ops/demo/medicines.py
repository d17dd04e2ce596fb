"""The medicines of the demonstration, by their common names, with their ATC class (WHO). No code of a box is given."""

from __future__ import annotations

from hygie.formats.cda.treatments import Medicine


def _named(**rows: tuple[str, str, str]) -> dict[str, Medicine]:
    return {key: Medicine(name, None, None, atc, label) for key, (name, atc, label) in rows.items()}


MEDICINES = _named(
    levothyrox_25=("LÉVOTHYROXINE 25 µg, comprimé", "H03AA01", "Lévothyroxine sodique"),
    levothyrox_50=("LÉVOTHYROXINE 50 µg, comprimé", "H03AA01", "Lévothyroxine sodique"),
    levothyrox_75=("LÉVOTHYROXINE 75 µg, comprimé", "H03AA01", "Lévothyroxine sodique"),
    levothyrox_88=("LÉVOTHYROXINE 88 µg, comprimé", "H03AA01", "Lévothyroxine sodique"),
    levothyrox_100=("LÉVOTHYROXINE 100 µg, comprimé", "H03AA01", "Lévothyroxine sodique"),
    metformine=("METFORMINE 1 000 mg, comprimé", "A10BA02", "Metformine"),
    gliclazide=("GLICLAZIDE LM 60 mg, comprimé", "A10BB09", "Gliclazide"),
    empagliflozine=("EMPAGLIFLOZINE 10 mg, comprimé", "A10BK03", "Empagliflozine"),
    glargine=("INSULINE GLARGINE 100 UI/mL, stylo", "A10AE04", "Insuline glargine"),
    ramipril=("RAMIPRIL 5 mg, comprimé", "C09AA05", "Ramipril"),
    ramipril_10=("RAMIPRIL 10 mg, comprimé", "C09AA05", "Ramipril"),
    amlodipine=("AMLODIPINE 5 mg, gélule", "C08CA01", "Amlodipine"),
    bisoprolol=("BISOPROLOL 2,5 mg, comprimé", "C07AB07", "Bisoprolol"),
    furosemide=("FUROSÉMIDE 40 mg, comprimé", "C03CA01", "Furosémide"),
    atorvastatine=("ATORVASTATINE 20 mg, comprimé", "C10AA05", "Atorvastatine"),
    apixaban=("APIXABAN 5 mg, comprimé", "B01AF02", "Apixaban"),
    apixaban_reduit=("APIXABAN 2,5 mg, comprimé", "B01AF02", "Apixaban"),
    aspirine=("ACIDE ACÉTYLSALICYLIQUE 75 mg, poudre en sachet", "B01AC06", "Acide acétylsalicylique"),
    esomeprazole=("ÉSOMÉPRAZOLE 20 mg, comprimé", "A02BC05", "Ésoméprazole"),
    tamsulosine=("TAMSULOSINE LP 0,4 mg, comprimé", "G04CA02", "Tamsulosine"),
    paracetamol=("PARACÉTAMOL 1 g, comprimé", "N02BE01", "Paracétamol"),
    paracetamol_sirop=("PARACÉTAMOL 2,4 %, suspension buvable pédiatrique", "N02BE01", "Paracétamol"),
    vitamine_d=("CHOLÉCALCIFÉROL 50 000 UI, ampoule buvable", "A11CC05", "Cholécalciférol"),
    vitamine_d_gouttes=("CHOLÉCALCIFÉROL, gouttes buvables", "A11CC05", "Cholécalciférol"),
    allopurinol=("ALLOPURINOL 100 mg, comprimé", "M04AA01", "Allopurinol"),
    colchicine=("COLCHICINE 1 mg, comprimé", "M04AC01", "Colchicine"),
    salbutamol=("SALBUTAMOL 100 µg, suspension pour inhalation", "R03AC02", "Salbutamol"),
    fluticasone=("FLUTICASONE 50 µg, suspension pour inhalation", "R03BA05", "Fluticasone"),
    formoterol_budesonide=("BUDÉSONIDE/FORMOTÉROL 200/6 µg, poudre pour inhalation", "R03AK07", "Formotérol et budésonide"),
    cetirizine=("CÉTIRIZINE 10 mg, comprimé", "R06AE07", "Cétirizine"),
    amoxicilline=("AMOXICILLINE 1 g, comprimé", "J01CA04", "Amoxicilline"),
    amoxicilline_sirop=("AMOXICILLINE 250 mg/5 mL, suspension buvable", "J01CA04", "Amoxicilline"),
    fosfomycine=("FOSFOMYCINE 3 g, granulés en sachet", "J01XX01", "Fosfomycine"),
    ibuprofene=("IBUPROFÈNE 400 mg, comprimé", "M01AE01", "Ibuprofène"),
    ketoprofene=("KÉTOPROFÈNE 2,5 %, gel", "M02AA10", "Kétoprofène"),
    sertraline=("SERTRALINE 50 mg, gélule", "N06AB06", "Sertraline"),
    zopiclone=("ZOPICLONE 3,75 mg, comprimé", "N05CF01", "Zopiclone"),
    fer=("SULFATE FERREUX 80 mg, comprimé", "B03AA07", "Sulfate ferreux"),
    folique=("ACIDE FOLIQUE 0,4 mg, comprimé", "B03BB01", "Acide folique"),
    pilule=("LÉVONORGESTREL/ÉTHINYLESTRADIOL 100/20 µg, comprimé", "G03AA07", "Lévonorgestrel et éthinylestradiol"),
    alendronate=("ACIDE ALENDRONIQUE 70 mg, comprimé", "M05BA04", "Acide alendronique"),
    latanoprost=("LATANOPROST 50 µg/mL, collyre", "S01EE01", "Latanoprost"),
    macrogol=("MACROGOL 4000, poudre en sachet", "A06AD15", "Macrogol"),
    donepezil=("DONÉPÉZIL 10 mg, comprimé", "N06DA02", "Donépézil"),
    tiotropium=("TIOTROPIUM 2,5 µg, solution pour inhalation", "R03BB04", "Bromure de tiotropium"),
    enoxaparine=("ÉNOXAPARINE 4 000 UI, seringue préremplie", "B01AB05", "Énoxaparine"),
    tramadol=("TRAMADOL 50 mg, gélule", "N02AX02", "Tramadol"),
    racecadotril=("RACÉCADOTRIL 10 mg, poudre orale", "A07XA04", "Racécadotril"),
    serum=("SÉRUM PHYSIOLOGIQUE, unidoses", "R01AX10", "Sérum physiologique"),
    tamoxifene=("TAMOXIFÈNE 20 mg, comprimé", "L02BA01", "Tamoxifène"),
)  # fmt: skip

# Vaccines: names and CIS of the public database of medicines (Base de données publique des médicaments, 24/07/2026,
# Licence Ouverte 2.0).
VACCINES = {
    "hexavalent": Medicine(
        "HEXYON", "60645557", None, "J07CA09", "Diphtérie, tétanos, coqueluche, polio, Hib, hépatite B"
    ),
    "pneumocoque": Medicine("VAXNEUVANCE", None, None, "J07AL02", "Pneumocoque"),
    "ror": Medicine("M-M-RVAXPRO", "64269668", None, "J07BD52", "Rougeole, oreillons, rubéole"),
    "meningo_b": Medicine("BEXSERO", "64493883", None, "J07AH09", "Méningocoque B"),
    "meningo_acwy": Medicine("MENQUADFI", "63064137", None, "J07AH08", "Méningocoques A, C, W, Y"),
    "dtcap": Medicine("BOOSTRIXTETRA", "62404793", None, "J07CA02", "Diphtérie, tétanos, coqueluche, polio"),
    "hpv": Medicine("GARDASIL 9", "65017887", None, "J07BM03", "Papillomavirus"),
    "grippe": Medicine("INFLUVAC", "63156183", None, "J07BB02", "Grippe saisonnière"),
    "grippe_65": Medicine("EFLUELDA", "62048742", None, "J07BB02", "Grippe saisonnière, dose renforcée"),
    "covid": Medicine("COMIRNATY", None, None, "J07BN01", "Covid-19"),
    "zona": Medicine("SHINGRIX", None, None, "J07BK03", "Zona"),
}

# What a vaccine protects from, in few words.
AGAINST = {
    "hexavalent": "hexavalent",
    "pneumocoque": "pneumocoque",
    "ror": "rougeole, oreillons, rubéole",
    "meningo_b": "méningocoque B",
    "meningo_acwy": "méningocoques ACWY",
    "dtcap": "diphtérie, tétanos, polio, coqueluche",
    "hpv": "papillomavirus",
    "grippe": "grippe",
    "grippe_65": "grippe",
    "covid": "Covid-19",
    "zona": "zona",
}
