"""A small app for the tests of the stack; it stands where the reference shop stands in a run."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import psycopg
import redis
from fastapi import FastAPI

SCHEMA = """
CREATE TABLE IF NOT EXISTS notes (id serial PRIMARY KEY, text text NOT NULL, at timestamptz NOT NULL);
"""


def create_app() -> FastAPI:
    """Serve notes, health and the time, with the settings that the contract names."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(1)")
            connection.execute(SCHEMA)
        yield

    app = FastAPI(title="small", version="0.1", lifespan=lifespan)

    @app.get("/health")
    def health() -> dict[str, str]:
        with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=1) as connection:
            connection.execute("SELECT 1")
        redis.Redis.from_url(os.environ["REDIS_URL"]).ping()
        return {"status": "ok"}

    @app.get("/now")
    def now() -> dict[str, str]:
        return {"now": datetime.now(UTC).isoformat(), "port": os.environ["PORT"]}

    @app.post("/notes")
    def note() -> dict[str, int]:
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            row = connection.execute(
                "INSERT INTO notes (text, at) VALUES ('a note', %s) RETURNING id", [datetime.now(UTC)]
            ).fetchone()
        assert row is not None
        return {"id": row[0]}

    return app
