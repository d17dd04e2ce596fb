"""SMART Health Links: what other people's readers ask when somebody shows them a link."""
