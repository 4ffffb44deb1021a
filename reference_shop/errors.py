"""Refusals: every error that leaves the shop has one shape, {code, message, details}."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

RETRY_AFTER_S = 1


class ShopError(Exception):
    """The shop refuses: an HTTP status, a machine word, a sentence, and what else the caller should know."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = dict(details or {})
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, Any]:
        """The error as it goes over the wire."""
        return {"code": self.code, "message": self.message, "details": self.details}


def unavailable(what: str) -> ShopError:
    """The shop's own database or token store cannot be reached; trying again soon is worth while."""
    return ShopError(
        503,
        "service_unavailable",
        f"The {what} cannot be reached at the moment. Please try again.",
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )


def busy() -> ShopError:
    """Others hold what is needed for longer than a request can wait; asking again is safe."""
    return ShopError(
        409,
        "in_progress",
        "Others are changing the same things just now. Please ask again in a moment; nothing is done twice.",
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )


def invalid(fields: Mapping[str, str]) -> ShopError:
    """The input breaks a rule; `fields` maps each field to the sentence that says which."""
    return ShopError(422, "validation_failed", "Some of the input is not valid.", {"fields": dict(fields)})


def not_found(what: str) -> ShopError:
    """There is no such thing, or it is somebody else's, which is told alike."""
    return ShopError(404, "not_found", f"There is no such {what}.")


def install(app: FastAPI) -> None:
    """Let every error of the app, the framework's own too, leave in the one shape."""
    app.add_exception_handler(ShopError, _on_shop_error)
    app.add_exception_handler(RequestValidationError, _on_bad_input)
    app.add_exception_handler(HTTPException, _on_framework_error)
    app.add_middleware(_Surprises)


def _answer(error: ShopError) -> JSONResponse:
    return JSONResponse(error.body, error.status, error.headers)


async def _on_shop_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ShopError)
    if error.status >= 500:
        log.warning("%s %s: %s", request.method, request.url.path, error.code)
    return _answer(error)


async def _on_bad_input(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems: Sequence[Mapping[str, Any]] = error.errors()
    if any(problem["type"] == "json_invalid" for problem in problems):
        return _answer(_malformed_json())
    if any(problem["loc"][0] == "path" for problem in problems):
        return _answer(not_found("page"))  # an id that no thing can have
    return _answer(invalid({_field(problem): _sentence(problem) for problem in problems}))


def _malformed_json() -> ShopError:
    return ShopError(400, "malformed_json", "The request's body is not JSON.")


def _field(problem: Mapping[str, Any]) -> str:
    where = [str(part) for part in problem["loc"][1:]]
    return ".".join(where) or "body"


def _sentence(problem: Mapping[str, Any]) -> str:
    return str(problem["msg"]).removeprefix("Value error, ")


async def _on_framework_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:  # the framework's word for a body that it cannot decode
        return _answer(_malformed_json())
    status = HTTPStatus(error.status_code)
    code = status.phrase.lower().replace(" ", "_")
    return _answer(ShopError(status, code, status.description or status.phrase, headers=error.headers))


class _Surprises:
    """Answers what nobody foresaw, and keeps the connection: the framework's own handler would drop it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception:
            if scope["type"] != "http" or begun:
                raise
            log.exception("%s %s failed", scope["method"], scope["path"])
            error = ShopError(500, "internal_error", "Something went wrong on our side.")
            await _answer(error)(scope, receive, send)
