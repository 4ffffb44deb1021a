"""The tables, as SQLAlchemy Core sees them. The migrations make them; these only name them."""

from sqlalchemy import MetaData

metadata = MetaData()
