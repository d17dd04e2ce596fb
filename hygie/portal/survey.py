"""The barometer's questionnaire: pages without script, of nobody. They never ask who is signed in.

The code that opens a sheet again travels in a cookie of these pages alone, signed, until the browser is closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.base.errors import Invalid, NotFound
from hygie.base.pace import Pace
from hygie.base.reading import reading
from hygie.base.visitor import address_of
from hygie.observatory import actions, queries
from hygie.observatory.types import Asked, Question

_COOKIE: Final = "hygie-enquete"
_PATH: Final = "/enquete/"
_REFUSED: Final = ("refus", gettext_lazy("Je préfère ne pas répondre"))
_ENDS: Final = ("merci", "complet")
_BEGUN = Pace(0.5)  # sheets begun from one place, which may be a library; in memory, forgotten at once


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Votre code"), max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class PageForm(forms.Form):
    """The questions of one page. A grid is one field for each line; boxes are one field for the question."""

    use_required_attribute = False

    def __init__(self, questions: Sequence[Question], said: dict[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for one in questions:
            if one.kind == "several":
                ticked = [item for item in one.items if said.get(f"{one.id}_{item}") == "yes"]
                boxes = forms.CheckboxSelectMultiple()
                self.fields[one.id] = forms.MultipleChoiceField(
                    label=one.text, choices=list(one.items.items()), required=False, initial=ticked, widget=boxes,
                    help_text=_("Cochez tout ce qui convient, ou rien."),
                )  # fmt: skip
                continue
            for column in one.columns:
                profile = one.theme == "profile"
                choices = [*column.options.items(), *([] if profile else [_REFUSED])]
                self.fields[column.name] = forms.ChoiceField(
                    label=one.text if one.kind == "one" else column.label, choices=choices, required=profile,
                    initial=said.get(column.name), widget=forms.RadioSelect(),
                    error_messages={"required": _("Choisissez une réponse : elle sert à représenter tout le monde.")},
                )  # fmt: skip

    def parts(self) -> list[tuple[Question, list[forms.BoundField]]]:
        """Each question with its fields."""
        return [
            (one, [self[one.id]] if one.kind == "several" else [self[column.name] for column in one.columns])
            for one in self.questions
        ]

    def said(self) -> dict[str, str]:
        """Column -> code. Boxes left empty mean no."""
        found: dict[str, str] = {}
        for one in self.questions:
            if one.kind == "several":
                ticked = self.cleaned_data[one.id]
                found |= {f"{one.id}_{item}": "yes" if item in ticked else "no" for item in one.items}
            else:
                found |= {column.name: self.cleaned_data[column.name] for column in one.columns}
        return found


@never_cache
@reading
@require_GET
def survey(request: HttpRequest) -> HttpResponse:
    """What is asked, by whom, what becomes of it; begin, or go on with a code."""
    return _intro(request, CodeForm())


def _intro(request: HttpRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    context = {"asking": queries.is_asking(), "form": form, "begun": _left_at(_code(request))}
    return render(request, "survey/intro.html", context, status=status)


def _left_at(code: str) -> int | None:
    """The page where this code's sheet was left; None when it opens nothing any more."""
    try:
        return queries.look(code=code).page if code else None
    except NotFound:
        return None


@reading
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    if _BEGUN.wait(address_of(request), timezone.now().timestamp()):
        form = CodeForm({"code": ""})
        form.errors.clear()
        form.add_error(
            None, _("Beaucoup de questionnaires viennent d’être commencés d’ici. Réessayez dans un instant.")
        )
        return _intro(request, form, status=429)
    code = actions.begin(on=timezone.localdate())
    return _opened(redirect("portal:survey-page", number=0), code)


@reading
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Her code, written by hand from where she kept it."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _intro(request, form, status=422)
    try:
        asked = queries.look(code=form.cleaned_data["code"])
    except NotFound as absent:
        form.add_error("code", absent.public)
        return _intro(request, form, status=422)
    return _opened(redirect("portal:survey-page", number=asked.page), form.cleaned_data["code"])


@never_cache
@reading
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, number: int) -> HttpResponse:
    code = _code(request)
    if not code:
        return redirect("portal:survey")
    try:
        asked = queries.look(code=code, page=min(number, 99))
    except NotFound:  # done, closed, or a page that is not for now: where she was, or the beginning
        left = _left_at(code)
        return redirect("portal:survey") if left is None else redirect("portal:survey-page", number=left)
    form = PageForm(asked.questions, asked.answers, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            filled = actions.answer(code=code, page=asked.page, said=form.said())
        except Invalid as wrong:
            form.add_error(wrong.at if wrong.at in form.fields else None, wrong.public)
        else:
            if filled.page is not None:
                return redirect("portal:survey-page", number=filled.page)
            answer = redirect("portal:survey-end", how="complet" if filled.full else "merci")
            answer.delete_cookie(_COOKIE, path=_PATH, samesite="Strict")
            return answer
    return render(request, "survey/page.html", _context(asked, form, code), status=422 if form.is_bound else 200)


def _context(asked: Asked, form: PageForm, code: str) -> dict[str, Any]:
    return {"asked": asked, "form": form, "number": asked.page + 1, "code": "-".join((code[:4], code[4:8], code[8:]))}


@reading
@require_GET
def end(request: HttpRequest, how: str) -> HttpResponse:
    if how not in _ENDS:
        raise NotFound(_("Cette page n’existe pas."), code="no-page")
    return render(request, "survey/end.html", {"full": how == "complet"})


@reading
@require_GET
def paper(request: HttpRequest) -> HttpResponse:
    """The whole questionnaire on paper, its routing in words."""
    return render(request, "survey/paper.html", {"questionnaire": queries.questionnaire()})


def _code(request: HttpRequest) -> str:
    try:
        return str(request.get_signed_cookie(_COOKIE, default="", salt=_COOKIE))
    except BadSignature:
        return ""


def _opened(answer: HttpResponse, code: str) -> HttpResponse:
    clean = "".join(letter for letter in code.upper() if letter.isalnum())
    answer.set_signed_cookie(
        _COOKIE, clean, salt=_COOKIE, path=_PATH, httponly=True, samesite="Strict", secure=settings.SESSION_COOKIE_SECURE
    )  # fmt: skip
    return answer
