"""Paper and its pictures: reports, letters and prescriptions as PDF, plain text, scan or photo.

`extract` is the reader; the other modules are its steps: words (`leaves`, `recognition`), rows of cells (`rows`), then
what a row says (`laboratory`, `prescriptions`), beside what the head of the document says (`letterhead`).
"""
