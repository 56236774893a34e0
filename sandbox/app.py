"""The sandbox as one ASGI application. Read this first.

/bot<token>/<method>, /file/bot<token>/<path>   the Bot API, as a bot knows it
/person/…                                       what people do and see      (sandbox.person)
/control/…                                      what a test or demo arranges (sandbox.control)
/                                               a chat page for the browser
"""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox import control_api, person_api
from sandbox.bot_api import BotApi, CallCheck
from sandbox.refusals import CannotDo, Refusal
from sandbox.world import World

PAGE_FOLDER = Path(__file__).parent / "page"


def make_app(world: World, check: CallCheck | None = None) -> Starlette:
    """The application around a world; `check` judges every call of the bot (see BotSide)."""

    async def file(request: Request) -> Response:
        file_found = world.files.find_by_path(request.path_params["path"])
        if request.path_params["token"] != world.token or file_found is None:
            raise Refusal(404, "Not Found")
        return Response(file_found.content, media_type=file_found.mime)

    async def page(_: Request) -> Response:
        return FileResponse(PAGE_FOLDER / "index.html", headers={"cache-control": "no-cache"})

    api = BotApi(world, check)
    world.run_answer = api.call_from_webhook
    return Starlette(
        routes=[
            Route("/bot{token}/{method}", api),
            Route("/file/bot{token}/{path:path}", file),
            *person_api.person_routes(world),
            *control_api.control_routes(world),
            Mount("/page", StaticFiles(directory=PAGE_FOLDER)),
            Route("/", page),
        ],
        exception_handlers={
            Refusal: _answer_refusal,
            CannotDo: _answer_cannot_do,
            HTTPException: _answer_http_error,
        },
    )


async def _answer_refusal(_: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, Refusal):
        raise refusal
    return JSONResponse(refusal.build_body(), refusal.code)


async def _answer_cannot_do(_: Request, reason: Exception) -> Response:
    return JSONResponse({"error": str(reason)}, 409)


async def _answer_http_error(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    words = {"ok": False, "error_code": error.status_code, "description": error.detail}
    return JSONResponse(words | {"error": error.detail}, error.status_code)
