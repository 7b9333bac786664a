"""Links to choose a password by."""

from typing import Any

from peewee import BigAutoField, BigIntegerField, CharField, ForeignKeyField, Model

from store.fields import UtcField


class User(Model):
    id = BigAutoField()

    class Meta:
        table_name = "users"


class PasswordLink(Model):
    digest = CharField(primary_key=True, max_length=64)
    user = ForeignKeyField(User, on_delete="CASCADE")
    mail_id = BigIntegerField(null=True)
    created_at = UtcField()
    expires_at = UtcField(index=True)

    class Meta:
        table_name = "password_links"


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx((User, PasswordLink)):
        db.create_tables((PasswordLink,))
