"""The narrative as HTML: nothing but our own tags, every word kept, readable by everyone."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.formats.cda import html, reader, writer
from hygie.formats.cda.narrative import Cell, Footnote, FootnoteRef, Image, Link, Narrative, Paragraph, Row, Span, Table
from hygie.formats.cda.types import Media, Section, Structured
from hygie.formats.tests import samples
from hygie.formats.tests.narratives import narratives, words

PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)
VOID = {"br", "img"}


class Judge(HTMLParser):
    """A strict reader of our output: balanced, allowed tags and attributes only, words collected."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.words: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in html.TAGS:
            self.faults.append(f"tag {tag}")
        allowed = html.ATTRIBUTES["*"] | html.ATTRIBUTES.get(tag, set())
        for name, value in attrs:
            if name not in allowed:
                self.faults.append(f"attribute {tag}@{name}")
            if name == "class" and value not in html.CLASSES:
                self.faults.append(f"class {value}")
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.append(value)
                if not value.startswith(("#cda-", "/files/")):
                    self.faults.append(f"link {value}")
            if name == "src" and not value.startswith("/images/"):
                self.faults.append(f"source {value}")
        if "p" in self.open and tag in {"p", "div", "table", "ul", "ol", "section", "figure", "h2"}:
            self.faults.append(f"{tag} inside p")
        if "a" in self.open and tag == "a":
            self.faults.append("a inside a")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"unbalanced {tag}")

    def handle_data(self, data):
        self.words.append(data)

    def handle_comment(self, data):
        self.faults.append("comment")

    def handle_decl(self, decl):
        self.faults.append("declaration")

    def unknown_decl(self, data):
        self.faults.append("declaration")

    def handle_pi(self, data):
        self.faults.append("instruction")


def judged(text: str) -> Judge:
    judge = Judge()
    judge.feed(text)
    judge.close()
    if judge.open:
        judge.faults.append(f"left open {judge.open}")
    return judge


def shown(*children, title="Titre", **options) -> str:
    section = Section(title=title, text=Narrative(children), media=options.pop("media", ()))
    document = replace(samples.letter(), body=Structured((section,)))
    return html.to_html(document, **options)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(narratives, words, st.booleans())
def test_no_narrative_ever_yields_anything_but_our_own_html(narrative, title, with_urls):
    media = (
        Media("m1", "image/png", PNG),
        Media("m2", "text/html", b"<script>"),
        Media(title, "application/pdf", b"%PDF-"),
    )
    section = Section(title=title, text=narrative, media=media, sections=(Section(title=title, text=narrative),))
    document = replace(samples.letter(), body=Structured((section,)))
    options = {"image_url": lambda n: f"/images/{n}", "attachment_url": lambda n: f"/files/{n}"} if with_urls else {}
    judge = judged(html.to_html(document, **options))
    assert judge.faults == []
    assert len(judge.ids) == len(set(judge.ids))
    assert {link[1:] for link in judge.links if link.startswith("#")} <= set(judge.ids)


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_every_text_is_escaped(text):
    judge = judged(shown(Paragraph((Span((f"a{text}z",)),)), title=f"t{text}z"))
    assert judge.faults == []
    expected = text.replace("\r\n", "\n").replace("\r", "\n")
    assert f"a{expected}z" in "".join(judge.words).replace("\r\n", "\n").replace("\r", "\n") or "\x00" in text


def test_headings_start_where_the_page_says_and_nest():
    inner = Section(title="Dedans", text=Narrative(("mot",)))
    document = replace(samples.letter(), body=Structured((Section(title="Dehors", sections=(inner,)),)))
    assert [tag for tag in judged(html.to_html(document, level=3)).tags if tag[0] == "h"] == ["h3", "h4"]
    assert "<h6>" in html.to_html(document, level=6)


def test_a_table_has_a_name_and_says_what_its_headings_head():
    head = Row((Cell(("Analyse",), header=True), Cell(("Résultat",), header=True, colspan=2)))
    body = Row((Cell(("TSH",), header=True), Cell(("1,9",), align="right"), Cell(("N",))))
    text = shown(Table(head=(head,), bodies=((body,),)), title="Bilan")
    assert '<caption class="visually-hidden">Bilan</caption>' in text
    assert '<th scope="col">Analyse</th><th scope="colgroup" colspan="2">Résultat</th>' in text
    assert '<th scope="row">TSH</th><td class="cda-right">1,9</td>' in text
    named = shown(Table(bodies=((body,),), caption=("Mes résultats",)))
    assert "<caption>Mes résultats</caption>" in named


def test_an_outside_link_is_text_and_an_inside_link_works():
    text = shown(
        Paragraph((Link("https://example.org/x", ("voir",)), Link("javascript:alert(1)", ("ici",)))),
        Paragraph((Link("#cible", ("plus bas",)),)),
        Paragraph(("Ici.",), id="cible"),
    )
    assert "voir (https://example.org/x)" in text
    assert "ici (javascript:alert(1))" in text
    assert '<a href="#cda-1">plus bas</a>' in text
    assert '<p id="cda-1">Ici.</p>' in text
    assert judged(text).links == ["#cda-1"]


def test_an_id_that_nothing_points_to_is_not_written():
    assert "id=" not in shown(Paragraph((Span(("mot",), id="x"),), id="y"))


def test_a_picture_is_shown_by_address_never_inline():
    media = (Media("photo", "image/png", PNG),)
    text = shown(
        Image(("photo",), ("Radio du genou",)), media=media, image_url=lambda number: f"/images/{number}?a=1&b=2"
    )
    assert '<img src="/images/0?a=1&amp;b=2" alt="Radio du genou" loading="lazy">' in text
    assert "data:" not in text
    assert "<img" not in shown(Image(("photo",)), media=media)


def test_a_picture_is_what_its_bytes_say():
    disguised = Media("photo", "image/png", b"<svg onload=alert(1)>")
    text = shown(Image(("photo",)), media=(disguised,), image_url=lambda number: f"/images/{number}")
    assert "<img" not in text
    document = replace(samples.letter(), body=Structured((Section(media=(disguised, Media("m", "text/html", PNG))),)))
    assert html.images(document) == [("image/png", PNG)]
    assert html.attachments(document) == [("application/octet-stream", disguised.data)]


def test_a_copy_in_pdf_is_offered_as_a_file():
    media = (Media("copie", "application/pdf", b"%PDF-1.7"),)
    text = shown(Image(("copie",)), media=media, attachment_url=lambda number: f"/files/{number}")
    assert '<a href="/files/0">Copie du document (PDF)</a>' in text


def test_a_picture_that_the_narrative_forgets_is_still_there():
    text = shown("mot", media=(Media("p", "image/png", PNG),), image_url=lambda number: f"/images/{number}")
    assert text.count("<img") == 1


def test_a_missing_picture_is_said():
    assert "Pièce jointe absente" in shown(Image(("nulle-part",)))


def test_footnotes_go_to_the_foot_and_come_back_by_number():
    text = shown(Paragraph(("Un", Footnote(("à jeun",), "n1"), " puis", FootnoteRef("n1"))))
    assert '<sup><a href="#cda-note-1" aria-label="Note 1">1</a></sup>' in text
    assert '<ol class="cda-notes"><li id="cda-note-1">à jeun</li></ol>' in text
    assert text.count("#cda-note-1") == 2


def test_two_documents_on_one_page_keep_their_ids_apart():
    link = (Paragraph((Link("#a", ("va",)),)), Paragraph(("ici",), id="a"))
    assert 'id="left-1"' in shown(*link, prefix="left")


def test_styles_become_meaning_and_unknown_styles_nothing():
    text = shown(
        Paragraph((Span(("gras",), ("Bold",)), Span(("deux",), ("BoldItalics",)), Span(("rien",), ("xFgColorRed",))))
    )
    assert "<strong>gras</strong><strong><em>deux</em></strong>rien" in text


def test_a_tracked_change_is_shown_as_one():
    text = shown(Paragraph((Span(("avant",), revised="delete"), Span(("après",), revised="insert"))))
    assert "<del>avant</del><ins>après</ins>" in text


def test_a_level_one_document_has_no_narrative():
    assert html.to_html(samples.level_one()) == ""


def test_a_report_of_ours_reads_well():
    judge = judged(html.to_html(reader.read(writer.write(samples.lab()))))
    assert judge.faults == []
    page = " ".join(" ".join(judge.words).split())
    for words_ in (
        "Bilan thyroïdien",
        "TSH",
        "1,950 mUI/L",
        "0,270 - 4,200",
        "6,80 mUI/L (30/01/2026)",
        "six semaines",
    ):
        assert words_ in page
