"""The sentences of notices. The same for everybody: no name, no structure, no title, nothing of anyone's health. Pure."""

from __future__ import annotations

from hygie.messages.types import Kind

SENTENCES: dict[Kind, str] = {
    # Never « urgence », never a structure: who reads this screen over her shoulder learns that there is a space.
    Kind.NEW_STRUCTURE: "Une équipe qui n’était encore jamais venue a ouvert votre espace.",
    Kind.EMERGENCY: "Votre espace a été ouvert d’une façon inhabituelle. Regardez votre journal.",
    Kind.NEW_DEVICE: "Quelqu’un est entré dans votre espace depuis un nouvel appareil. Si ce n’est pas vous, fermez sa connexion.",
    Kind.NEW_WAY: "Une façon d’entrer dans votre espace a été ajoutée. Si ce n’est pas vous, retirez-la.",
    Kind.DELEGATION: "Ce que d’autres peuvent faire dans votre espace a changé.",
    Kind.ANSWERED: "Une réponse à votre signalement vous attend dans votre espace.",
}
SUBJECT = "Du nouveau dans votre espace Hygie"
_HOW = "Pour en savoir plus, entrez dans votre espace comme d’habitude, en écrivant vous-même son adresse. Nous n’envoyons jamais de lien pour entrer, et personne ne vous demandera un code."


def mail(kind: Kind, *, stop: str = "") -> str:
    """The whole e-mail; `stop`: the address that stops this kind, when she may."""
    end = f"\n\nNe plus recevoir ce genre d’avis, en un clic : {stop}" if stop else ""
    return f"Bonjour,\n\n{SENTENCES[kind]}\n\n{_HOW}{end}\n\nHygie\n"


def text(kind: Kind) -> str:
    """The text message: one sentence, no link (people learn not to follow any)."""
    return f"Hygie : {SENTENCES[kind]}"


def letter(kinds: list[Kind]) -> tuple[str, ...]:
    """The paragraphs of a letter that says several at once, each once."""
    said = [SENTENCES[kind] for kind in Kind if kind in kinds]
    how = "Pour en savoir plus, entrez dans votre espace comme d’habitude, ou demandez votre journal au guichet qui vous aide."
    return ("Bonjour,", *said, how, "Personne de chez nous ne vous demandera jamais un code.")
