"""The public database of medicines, as last imported: reference data, shared by all, about nobody."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Drug(models.Model):
    """One medicine, by its CIS code. substances: as the base writes them."""

    cis = models.CharField(max_length=8, primary_key=True)
    name = models.TextField()
    form = models.TextField()
    brand = models.TextField()
    substances = ArrayField(models.TextField())
    atc = models.CharField(max_length=7, null=True)
    generic_group = models.TextField(null=True)
    generic = models.BooleanField(null=True)


class Pack(models.Model):
    """One box, by the code printed on it."""

    cip13 = models.CharField(max_length=13, primary_key=True)
    cip7 = models.CharField(max_length=7)
    cis = models.CharField(max_length=8)
    label = models.TextField()


class DrugName(models.Model):
    """The first words of a name, when they always mean the same substances."""

    words = models.TextField(primary_key=True)
    substances = ArrayField(models.TextField())


class DrugEdition(models.Model):
    """Which state of the base the tables above hold; one row, or none before the first import."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    day = models.DateField()
    imported = models.DateTimeField()
    digest = models.BinaryField(max_length=32)
    drugs = models.IntegerField()
    packs = models.IntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="record_drugedition_one")]
