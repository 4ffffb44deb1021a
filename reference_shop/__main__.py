"""Run the shop: `python -m reference_shop`. It ends within 5 s of SIGTERM, requests in flight finished."""

import logging
import sys

import uvicorn

from reference_shop.app import create_app
from reference_shop.settings import SettingsError

FINISH_REQUESTS_S = 4  # the worker and the connection pools need the rest of the 5 s


def main() -> None:
    """Serve until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        app = create_app()
    except SettingsError as error:
        sys.exit(str(error))
    settings = app.state.settings
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        timeout_graceful_shutdown=FINISH_REQUESTS_S,
        server_header=False,
    )


if __name__ == "__main__":
    main()
