"""The shop as an ASGI app: `create_app` takes everything it needs from the environment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from reference_shop import errors
from reference_shop.api import accounts, operations, orders, payments, projects, subscriptions, webhooks
from reference_shop.api.schemas import refusals
from reference_shop.domain import plans
from reference_shop.migrations.runner import migrate
from reference_shop.settings import Settings
from reference_shop.shop import Shop
from reference_shop.worker.jobs import JOBS
from reference_shop.worker.loop import Worker

ROUTERS = (
    accounts.router,
    projects.router,
    payments.router,
    orders.router,
    subscriptions.router,
    webhooks.router,
    operations.router,
)


def create_app() -> FastAPI:
    """Make the app. Raises SettingsError where the environment lacks something."""
    settings = Settings.from_environment()
    app = FastAPI(
        title="The Shop",
        version="1.0.0",
        lifespan=_lifespan,
        redirect_slashes=False,
        strict_content_type=False,
        docs_url=None,
        redoc_url=None,
        responses=refusals(
            {
                400: "malformed_json",
                422: "validation_failed",
                500: "internal_error",
                503: "service_unavailable: try again",
            }
        ),
    )
    app.state.settings = settings
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    shop = Shop.open(app.state.settings)
    try:
        migrate(shop.database)
        plans.offer(shop.database)
        shop.worker = Worker(shop, JOBS)
        app.state.shop = shop
        shop.worker.start()
        yield
        shop.worker.stop()
    finally:
        shop.close()
