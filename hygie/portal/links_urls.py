"""The addresses of shares: those of the person, and those of whoever holds a link."""

from __future__ import annotations

from hygie.base.routes import route
from hygie.portal import arriving, emergency_card, links, reading_a_link, who

_SHARES = "qui-voit-quoi/partages/"
_READ = "partage/lecture/"
_CARD = "qui-voit-quoi/carte/"

urlpatterns = [
    route("qui-voit-quoi/qui/", who.who, name="who", action="list"),
    route("qui-voit-quoi/cercle/<uuid:member_id>/", who.limit, name="limit", action="set-access"),
    route("qui-voit-quoi/cercle/<uuid:member_id>/documents/", who.keep_from, name="keep-from", action="set-access"),
    route(_CARD, emergency_card.card, name="card", action="set-access"),
    route(_CARD + "imprimer/", emergency_card.paper, name="card-paper", action="list"),
    route(_CARD + "carte.pdf", emergency_card.wallet_pdf, name="card-pdf", action="list"),
    route(_CARD + "ecran.png", emergency_card.screen, name="card-screen", action="list"),
    route(_CARD + "hors-ligne/", emergency_card.offline, name="card-offline", action="list"),
    route("qui-voit-quoi/arrivee/", arriving.arriving, name="arriving", action="set-access"),
    route(_SHARES, links.links, name="links", action="list"),
    route(_SHARES + "nouveau/", links.new, name="link-new", action="set-access"),
    route(_SHARES + "<uuid:share_id>/", links.link, name="link", action="list"),
    route(_SHARES + "<uuid:share_id>/arreter/", links.end, name="link-end", action="set-access"),
    route(_SHARES + "mots/<uuid:viewing_id>/", links.note, name="link-note", action="set-access"),
    route("partage/", reading_a_link.by_code, name="by-code", action="public"),
    route(_READ, reading_a_link.shared, name="reader", action="list"),
    route(_READ + "mot/", reading_a_link.note, name="reader-note", action="list"),
    route(_READ + "<uuid:document_id>/", reading_a_link.document, name="reader-document", action="read"),
    route(_READ + "<uuid:document_id>/<int:number>/", reading_a_link.page, name="reader-page", action="read"),
    route(_READ + "<uuid:document_id>/original/", reading_a_link.original, name="reader-original", action="read"),
    route("partage/<str:token>/", reading_a_link.by_link, name="by-link", action="public"),
]
