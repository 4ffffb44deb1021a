"""Bringing the database to the newest version, from within the app."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from reference_shop.storage.database import Database

# Any number will do, so long as every copy of the shop takes the same.
LOCK_NUMBER = 7_305_198_124_001


def migrate(database: Database) -> None:
    """Apply all migrations that are missing, in one transaction; copies that start at once take turns."""
    with database.transaction() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
