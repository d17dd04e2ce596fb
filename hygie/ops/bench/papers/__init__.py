"""Invented documents on paper, with what they say: the labelled samples of `hygie bench read` and of the tests."""
