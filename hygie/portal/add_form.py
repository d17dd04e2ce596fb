"""What a person says of the files that she adds: her words for their kinds, and the form."""

from __future__ import annotations

from typing import IO, Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hygie.record import queries as record
from hygie.ui.uploads import ManyFiles

AT_ONCE: Final = 5  # files that become documents while she waits
AT_ONCE_BYTES: Final = 15_000_000

# What a person may say her document is: her words, and the type under which it is kept (JDV_J07).
KINDS: tuple[tuple[str, Any], ...] = (
    ("DOCPAT02", gettext_lazy("Ordonnance ou soins")),
    ("DOCPAT05", gettext_lazy("Résultats d’analyses")),
    ("DOCPAT04", gettext_lazy("Radio, échographie, scanner, IRM")),
    ("DOCPAT03", gettext_lazy("Compte rendu ou courrier")),
    ("DOCPAT06", gettext_lazy("Vaccin, prévention, dépistage")),
    ("DOCPAT07", gettext_lazy("Certificat")),
    ("DOCPAT01", gettext_lazy("Résumé de ma santé")),
    ("EXPPAT_3", gettext_lazy("Directives anticipées")),
    ("EXPPAT_1", gettext_lazy("Mes autres volontés")),
    ("DOCPAT09", gettext_lazy("Papier administratif ou remboursement")),
    ("EXPPAT_2", gettext_lazy("Autre document")),
)
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def file_of(one: UploadedFile) -> IO[bytes]:
    """What was sent in under this name, to read and seek."""
    found: IO[bytes] | None = one.file
    assert found is not None
    return found


class AddForm(forms.Form):
    documents = ManyFiles(
        label=gettext_lazy("Vos fichiers"),
        required=False,
        help_text=gettext_lazy(
            "PDF, photo (JPEG, PNG, TIFF, HEIC) ou texte simple ; tout un dossier compressé (.zip), ou un mail enregistré "
            "avec ses pièces jointes (.eml). 25 Mo au plus chacun."
        ),
    )
    photos = ManyFiles(label=gettext_lazy("Prendre une photo"), required=False)
    together = forms.BooleanField(
        label=gettext_lazy("Ce sont les pages d’un même document"),
        required=False,
        help_text=gettext_lazy("Les photos sont réunies, dans l’ordre où vous les avez choisies."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Que contiennent-ils ?"),
        required=False,
        choices=(("", gettext_lazy("Proposez-moi une catégorie")), *KINDS),
    )
    title = forms.CharField(
        label=gettext_lazy("Titre"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Sans titre, Hygie en propose un. Vous pourrez le changer."),
    )
    day = forms.DateField(label=gettext_lazy("Date du document"), required=False, widget=DAY)
    hidden = forms.BooleanField(
        label=gettext_lazy("Le masquer aux professionnels"),
        required=False,
        help_text=gettext_lazy("Vous pourrez le montrer plus tard."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("documents") and not cleaned.get("photos"):
            self.add_error("documents", _("Choisissez au moins un fichier ou une photo."))
        day = cleaned.get("day")
        if day and day > timezone.localdate():
            self.add_error("day", _("Cette date est dans le futur. Vérifiez l’année."))
        return cleaned

    @property
    def given(self) -> list[UploadedFile]:
        """Every file, once the form is valid."""
        return [*self.cleaned_data["documents"], *self.cleaned_data["photos"]]

    @property
    def are_many(self) -> bool:
        """More than what one waits for: folders in a ZIP count for what they hold. Pages of one document are few."""
        given = self.given
        if self.cleaned_data["together"] and len(given) > 1:
            return False
        if len(given) > AT_ONCE or sum(one.size or 0 for one in given) > AT_ONCE_BYTES:
            return True
        return sum(record.count_files(one.name or "", file_of(one)) for one in given) > AT_ONCE

    @staticmethod
    def unsaid() -> record.Said:
        """Nothing said: everything is proposed."""
        return record.Said(titles={code: str(label) for code, label in KINDS})

    def said(self, *, title: str = "") -> record.Said:
        words = self.cleaned_data
        return record.Said(
            kind=words["kind"], title=title, day=words["day"], hidden=words["hidden"], titles=self.unsaid().titles,
        )  # fmt: skip
