"""SMART Health Links: read as the specification writes them, refused where it forbids."""

from __future__ import annotations

import pytest
from jwcrypto.common import base64url_decode

from hygie.formats import smart_links
from hygie.formats.smart_links import Link

# The example of the specification (section « Example SMART Health Link Generation »).
EXAMPLE = (
    "https://viewer.example.org#shlink:/eyJ1cmwiOiJodHRwczovL2Voci5leGFtcGxlLm9yZy9xci9ZOXh3a1VkdG1OOXd3b0pvTjNmZkpJaFgy"
    "VUd2Q0wxSm5sUFZOTDNrRFdNL20iLCJmbGFnIjoiTFAiLCJrZXkiOiJyeFRnWWxPYUtKUEZ0Y0VkMHFjY2VOOHdFVTRwOTRTcUF3SVdRZTZ1WDdRIiwi"
    "bGFiZWwiOiJCYWNrLXRvLXNjaG9vbCBpbW11bml6YXRpb25zIGZvciBPbGl2ZXIgQnJvd24ifQ"
)
KEY = base64url_decode("rxTgYlOaKJPFtcEd0qcceN8wEU4p94SqAwIWQe6uX7Q")
URL = "https://ehr.example.org/qr/Y9xwkUdtmN9wwoJoN3ffJIhX2UGvCL1JnlPVNL3kDWM/m"


def test_the_example_of_the_specification_is_read():
    assert smart_links.read(EXAMPLE) == Link(URL, KEY, "LP", "Back-to-school immunizations for Oliver Brown")


def test_what_is_written_is_read_back_the_same():
    link = Link(URL, KEY, "L", "Documents de santé", 1_900_000_000)
    assert smart_links.read(smart_links.written(link, viewer="https://hygie.example/p/x/")) == link
    assert smart_links.written(link).startswith("shlink:/")


def test_a_file_opens_with_its_key_alone_and_never_twice_alike():
    file = smart_links.sealed(KEY, b'{"resourceType":"Bundle"}')
    assert smart_links.opened(KEY, file) == (b'{"resourceType":"Bundle"}', "application/fhir+json")
    assert smart_links.sealed(KEY, b"x") != smart_links.sealed(KEY, b"x")
    for key, written in ((bytes(32), file), (KEY, file[:-2] + "AA"), (KEY, "a.b.c")):
        with pytest.raises(ValueError, match="does not open"):
            smart_links.opened(key, written)


@pytest.mark.parametrize(
    "link", [Link(URL, KEY, "PU"), Link("https://h/" + "x" * 130, KEY), Link(URL, KEY[:31]), Link(URL, KEY, "X")]
)
def test_what_the_specification_forbids_is_never_written(link):
    with pytest.raises(ValueError, match=r"flags|length"):
        smart_links.written(link)


@pytest.mark.parametrize("text", ["", "shlink:/", "https://x/#shlink:/e30", "shlink:/bm90IGpzb24"])
def test_what_is_no_link_is_refused(text):
    with pytest.raises(ValueError, match="not a SMART"):
        smart_links.read(text)
