"""Messages that are to be sent, or were."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, Table, Text, text

from reference_shop.storage.tables import metadata

email_outbox = Table(
    "email_outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id")),
    Column("recipient", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="queued"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", DateTime(timezone=True)),
    Column("last_error", Text),
    Column("created_at", DateTime(timezone=True)),
    Column("sent_at", DateTime(timezone=True)),
)
Index("email_outbox_due", email_outbox.c.next_attempt_at, postgresql_where=text("status = 'queued'"))
Index("email_outbox_user", email_outbox.c.user_id)

sms_outbox = Table(
    "sms_outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id")),
    Column("recipient", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="queued"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", DateTime(timezone=True)),
    Column("last_error", Text),
    Column("created_at", DateTime(timezone=True)),
    Column("sent_at", DateTime(timezone=True)),
)
Index("sms_outbox_due", sms_outbox.c.next_attempt_at, postgresql_where=text("status = 'queued'"))
Index("sms_outbox_user", sms_outbox.c.user_id)
