"""Medicines: the public database's files, what a name or a code stands for. Pure, and no patient anywhere."""

from __future__ import annotations

from hygie.formats.drugs.catalogue import Catalogue, shipped
from hygie.formats.drugs.types import Base, Drug, Edition, Pack, Product, Rejected

__all__ = ["Base", "Catalogue", "Drug", "Edition", "Pack", "Product", "Rejected", "shipped"]
