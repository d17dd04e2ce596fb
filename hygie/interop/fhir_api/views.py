"""The FHIR addresses, for Django: headers and bytes in, an Answer out. Everything else is said elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, RawPostDataException
from django.views.decorators.csrf import csrf_exempt

from hygie.base import config, logs
from hygie.base.errors import HygieError, Invalid, NotFound, Unsupported
from hygie.base.sql import LOST, unavailable
from hygie.formats.fhir import capability, openapi
from hygie.interop.fhir_api import arriving, changing, deposit, negotiation, reading, structured
from hygie.interop.fhir_api.answers import ANY_ORIGIN, CORS, SAFE, Answer, failure, refusal, resource
from hygie.interop.fhir_api.callers import caller
from hygie.interop.smart import launch as opening

View = Callable[..., Answer]
MAX_FORM = 64 * 1024  # bytes of a search


def _fhir(view: View) -> Callable[..., HttpResponse]:
    """An Answer as a response; an error as an OperationOutcome; an accident as one that tells nothing."""

    def answering(request: HttpRequest, **named: str) -> HttpResponse:
        if request.method == "OPTIONS":
            return _asked_before()
        try:
            answer = view(request, **named)
        except HygieError as fault:
            answer = refusal(fault)
        except LOST:
            answer = refusal(unavailable())
        except Exception as fault:
            logs.event("fhir-failed", level=logging.ERROR, error=fault, request_id=_request_id(request))
            answer = failure()
        response = HttpResponse(answer.body, status=answer.status)
        for name, value in {**SAFE, **ANY_ORIGIN, **answer.headers}.items():
            response[name] = value
        if not answer.body and "Content-Type" not in answer.headers:
            del response["Content-Type"]
        return response

    return csrf_exempt(answering)  # no cookie is read here: only a bearer token says who calls


def _asked_before() -> HttpResponse:
    """A page of another origin may call: it has a token or nothing, since no cookie is ever looked at here."""
    response = HttpResponse(status=204)
    for name, value in {**SAFE, **CORS}.items():
        response[name] = value
    return response


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _request_id(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))


def _now() -> datetime:
    return datetime.now(UTC)


def _body(request: HttpRequest, limit: int) -> bytes:
    """The body, read by us: never larger than `limit`, whatever the length announced."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
        raise _too_large()
    try:
        body: bytes = request.read(limit + 1)
    except (RequestDataTooBig, RawPostDataException, OSError):
        raise Invalid("Ce message n'est pas arrivé entier.", code="fhir-structure") from None
    if len(body) > limit:
        raise _too_large()
    return body


def _too_large() -> Invalid:
    return Invalid("Ce message est trop grand.", code="fhir-too-large")


def _wrong_method() -> Unsupported:
    return Unsupported("Cette méthode n'est pas acceptée à cette adresse.", code="method")


def _query(request: HttpRequest) -> list[tuple[str, str]]:
    return _pairs(request.META.get("QUERY_STRING", ""))


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise Invalid("Ces critères ne sont pas lisibles.", code="search-value") from None


@_fhir
def provide(request: HttpRequest) -> Answer:
    """ITI-65, and nothing else at the root."""
    return _deposit(request, "/fhir")


def _deposit(request: HttpRequest, path: str) -> Answer:
    return deposit.receive(
        method=request.method or "", path=path, headers=_headers(request),
        body=_body(request, deposit.MAX_BODY), now=_now(), request_id=_request_id(request),
    )  # fmt: skip


@_fhir
def launch(request: HttpRequest) -> Answer:
    """A door for a professional (see interop.smart.launch)."""
    if request.method != "POST":
        raise _wrong_method()
    return opening.opened(caller(_headers(request)), _body(request, MAX_FORM), at=_now())


@_fhir
def check_in(request: HttpRequest) -> Answer:
    """A person arrives at a practice (see arriving)."""
    if request.method != "POST":
        raise _wrong_method()
    return arriving.check_in(
        caller(_headers(request)), _body(request, MAX_FORM), at=_now(), request_id=_request_id(request)
    )


@_fhir
def documents(request: HttpRequest) -> Answer:
    """ITI-105, ITI-67 by GET, and the conditional PATCH."""
    match request.method:
        case "POST":
            return _deposit(request, "/fhir/DocumentReference")
        case "GET":
            return _search(request, "DocumentReference", _query(request), in_url=True)
        case "PATCH":
            return changing.conditional(
                caller(_headers(request)), parameters=_query(request), headers=_headers(request),
                body=_body(request, changing.MAX_PATCH), now=_now(), request_id=_request_id(request),
            )  # fmt: skip
    raise _wrong_method()


@_fhir
def lists(request: HttpRequest) -> Answer:
    """ITI-66 by GET."""
    if request.method != "GET":
        raise _wrong_method()
    return _search(request, "List", _query(request), in_url=True)


@_fhir
def search(request: HttpRequest, kind: str) -> Answer:
    """ITI-66 and ITI-67 by POST: what clients should use, so that no matricule is in an address."""
    if request.method != "POST":
        raise _wrong_method()
    headers = _headers(request)
    who = caller(headers)
    in_url = _query(request)
    if any(name == "patient.identifier" for name, _ in in_url):  # refused there, unless the switch allows it
        return _search(request, kind, in_url, in_url=True)
    if headers.get("content-type", "").split(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise Unsupported("Envoyez les critères en application/x-www-form-urlencoded.", code="media-type")
    try:
        form = _pairs(_body(request, MAX_FORM).decode())
    except UnicodeDecodeError:
        raise Invalid("Ces critères ne sont pas lisibles.", code="search-value") from None
    return reading.search(
        who,
        kind=kind,
        parameters=[*in_url, *form],
        in_url=False,
        headers=headers,
        now=_now(),
        request_id=_request_id(request),
    )


def _search(request: HttpRequest, kind: str, parameters: list[tuple[str, str]], *, in_url: bool) -> Answer:
    headers = _headers(request)
    return reading.search(
        caller(headers), kind=kind, parameters=parameters, in_url=in_url, headers=headers, now=_now(),
        request_id=_request_id(request),
    )  # fmt: skip


@_fhir
def document(request: HttpRequest, fhir_id: str, version: str | None = None) -> Answer:
    """One reference: read it (at its current version only), or PATCH it."""
    headers = _headers(request)
    who = caller(headers)
    now, request_id = _now(), _request_id(request)
    if request.method == "PATCH" and version is None:
        body = _body(request, changing.MAX_PATCH)
        return changing.patch(who, fhir_id=fhir_id, headers=headers, body=body, now=now, request_id=request_id)
    if request.method != "GET":
        raise _wrong_method()
    return reading.read(
        who, kind="DocumentReference", fhir_id=fhir_id, headers=headers, now=now, request_id=request_id, version=version
    )


@_fhir
def submission(request: HttpRequest, fhir_id: str) -> Answer:
    if request.method != "GET":
        raise _wrong_method()
    headers = _headers(request)
    return reading.read(
        caller(headers), kind="List", fhir_id=fhir_id, headers=headers, now=_now(), request_id=_request_id(request)
    )


@_fhir
def binary(request: HttpRequest, fhir_id: str) -> Answer:
    """ITI-68."""
    if request.method != "GET":
        raise _wrong_method()
    headers = _headers(request)
    return reading.retrieve(
        caller(headers), fhir_id=fhir_id, headers=headers, now=_now(), request_id=_request_id(request)
    )


@_fhir
def entries(request: HttpRequest, kind: str) -> Answer:
    """The entries of one kind of one record, by GET or by POST _search."""
    headers = _headers(request)
    who = caller(headers)
    if request.method == "POST":
        try:
            parameters = _pairs(_body(request, MAX_FORM).decode())
        except UnicodeDecodeError:
            raise Invalid("Ces critères ne sont pas lisibles.", code="search-value") from None
    elif request.method == "GET":
        parameters = _query(request)
    else:
        raise _wrong_method()
    return structured.search(
        who, kind=kind, parameters=parameters, headers=headers, now=_now(), request_id=_request_id(request)
    )


@_fhir
def entry(request: HttpRequest, kind: str, fhir_id: str) -> Answer:
    if request.method != "GET":
        raise _wrong_method()
    headers = _headers(request)
    return structured.read(
        caller(headers), kind=kind, fhir_id=fhir_id, headers=headers, now=_now(), request_id=_request_id(request)
    )


@_fhir
def patient(request: HttpRequest, fhir_id: str, everything: bool = False, summary: bool = False) -> Answer:
    """Whose record it is; or all that it holds; or its summary."""
    if request.method != "GET":
        raise _wrong_method()
    headers, now, request_id = _headers(request), _now(), _request_id(request)
    who = caller(headers)
    if everything or summary:
        return (structured.summary if summary else structured.everything)(
            who, fhir_id=fhir_id, parameters=_query(request), headers=headers, now=now, request_id=request_id
        )
    return structured.patient(who, fhir_id=fhir_id, headers=headers, now=now, request_id=request_id)


@_fhir
def practitioner(request: HttpRequest, fhir_id: str) -> Answer:
    if request.method != "GET":
        raise _wrong_method()
    headers = _headers(request)
    return structured.practitioner(caller(headers), fhir_id=fhir_id, headers=headers)


@_fhir
def metadata(request: HttpRequest) -> Answer:
    """The CapabilityStatement: open to all, it says nothing of anyone."""
    if request.method != "GET":
        raise _wrong_method()
    negotiation.wants_json(_headers(request), dict(_query(request)).get("_format"))
    return resource(200, capability.statement(base=deposit.base(), mode=config.mode()))


@_fhir
def description(request: HttpRequest) -> Answer:
    """The OpenAPI of this subset."""
    if request.method != "GET":
        raise _wrong_method()
    return resource(200, openapi.document(base=deposit.base()), Content_Type="application/json")


@_fhir
def nowhere(request: HttpRequest, rest: str) -> Answer:
    raise NotFound("Cette adresse n'existe pas. Voir /fhir/metadata.", code="no-such-route")
