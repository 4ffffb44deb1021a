"""Alembic's entry: runs the migrations on the connection that the runner hands over."""

from alembic import context

from reference_shop.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
