"""How the shop itself is doing."""

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import text

from reference_shop.api.dependencies import TheShop
from reference_shop.api.schemas import Answer
from reference_shop.errors import RETRY_AFTER_S, ShopError, unavailable
from reference_shop.shop import Shop

router = APIRouter(tags=["operations"])

State = Literal["up", "down"]


class Health(Answer):
    """Whether the shop can work."""

    status: Literal["ok", "down"]
    database: State
    token_store: State


class Trouble(Health):
    """What is down, in the shape of an error besides."""

    code: str
    message: str
    details: dict[str, str]


@router.get(
    "/health",
    response_model=Health,
    responses={503: {"model": Trouble, "description": "service_unavailable"}},
)
def health(shop: TheShop) -> Health | JSONResponse:
    """Tell whether the database and the token store answer."""
    database, token_store = _database_state(shop), _token_store_state(shop)
    if database == token_store == "up":
        return Health(status="ok", database=database, token_store=token_store)
    down = " and ".join(
        name for name, state in (("database", database), ("token store", token_store)) if state == "down"
    )
    error = unavailable(down)
    trouble = Trouble(
        status="down",
        database=database,
        token_store=token_store,
        code=error.code,
        message=error.message,
        details={},
    )
    return JSONResponse(trouble.model_dump(by_alias=True), 503, {"Retry-After": str(RETRY_AFTER_S)})


def _database_state(shop: Shop) -> State:
    try:
        with shop.database.transaction() as connection:
            connection.execute(text("SELECT 1"))
    except ShopError:
        return "down"
    return "up"


def _token_store_state(shop: Shop) -> State:
    try:
        shop.token_store.ping()
    except ShopError:
        return "down"
    return "up"
