"""The pages of this application: before, and the notebook. Whatever comes from the wire is escaped."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hygie.ops.demo_notebook.asking import Line, Notebook
from hygie.ops.demo_notebook.told import Told

NOTHING = SafeString("")


def page(title: str, body: SafeString) -> str:
    return format_html(
        """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Mon carnet</title>
<link rel="icon" href="/icone.svg">
<link rel="stylesheet" href="/carnet.css">
</head>
<body>
<a class="skip" href="#contenu">Aller au contenu</a>
<header>
<p class="demo">Application de démonstration, inventée. Toutes les personnes le sont aussi.</p>
<p class="bar"><a href="/">Mon carnet</a></p>
</header>
<main id="contenu">
{body}
</main>
<footer><p>Ce programme imite l’application d’un autre, qui n’est pas Hygie : il ne lit que ce qu’une personne lui ouvre,
le montre, et ne garde rien.</p></footer>
</body>
</html>
""",
        title=title, body=body,
    )  # fmt: skip


def welcome(told: Told, *, words: str = "") -> str:
    said = format_html('<p class="said" role="status">{}</p>\n', words) if words else NOTHING
    body = format_html(
        """<h1>Vos chiffres, sur une page</h1>
{said}<p>« Mon carnet » montre vos mesures (poids, tension, pouls) et vos résultats d’analyses, avec la valeur d’avant à
côté. Il les lit dans votre espace Hygie, si vous le voulez bien.</p>
<p><a class="button" href="/connecter">Connecter mon espace Hygie</a></p>
<p class="muted">Hygie vous demandera qui vous êtes, vous dira ce que « Mon carnet » veut lire, et vous laissera décider.
Vous pourrez arrêter quand vous voudrez, chez Hygie : « Qui voit quoi », puis « Applications ».</p>""",
        said=said,
    )
    return page("Accueil", body)


def notebook(told: Told, found: Notebook) -> str:
    body = format_html(
        """<h1>Mon carnet</h1>
{measures}
{results}
<p class="muted">Ce sont les chiffres de votre espace Hygie, tels qu’ils y sont. « Mon carnet » n’en dit rien de plus.</p>
<form method="post" action="/oublier"><button>Déconnecter sur cet appareil</button></form>
<p class="muted">Pour ne plus rien lui laisser lire : <a href="{hygie}/qui-voit-quoi/applications/">chez Hygie, dans
« Applications »</a>.</p>""",
        measures=_table("Mes mesures", found.measures), results=_table("Mes analyses", found.results), hygie=told.hygie,
    )  # fmt: skip
    return page("Vos chiffres", body)


def sentence(title: str, words: str) -> str:
    return page(title, format_html('<h1>{}</h1>\n<p>{}</p>\n<p><a href="/">Revenir à l’accueil</a></p>', title, words))


def _table(title: str, lines: Sequence[Line]) -> SafeString:
    if not lines:
        return format_html("<section><h2>{}</h2>\n<p>Rien pour le moment.</p></section>", title)
    rows = format_html_join(
        "\n",
        '<tr><th scope="row">{}</th><td><strong>{}</strong></td><td>{}</td><td>{}</td></tr>',
        (
            (one.what, one.value, _day(one.day), f"{one.before} ({_day(one.before_day)})" if one.before else "")
            for one in lines
        ),
    )
    return format_html(
        '<section><h2>{title}</h2>\n<div class="wide" tabindex="0" role="region" aria-label="{title}"><table>\n'
        '<thead><tr><th scope="col">Quoi</th><th scope="col">Dernière valeur</th><th scope="col">Le</th>'
        '<th scope="col">Avant</th></tr></thead>\n<tbody>\n{rows}\n</tbody></table></div></section>',
        title=title, rows=rows,
    )  # fmt: skip


def _day(written: str) -> str:
    return "/".join(reversed(written.split("-"))) if written else ""
