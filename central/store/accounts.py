"""Accounts of the office: who may sign in, with which duties. A password is kept as an Argon2id string and nothing
else."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, text

from shared.database import for_writing


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    roles: tuple[str, ...]
    secret: str
    active: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """``token``: SHA-256 of what stands in the link, so that the database opens no door."""

    token: str
    name: str
    roles: tuple[str, ...]
    until: str
    used: bool


class Accounts:
    """The store of one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine: Final = engine

    def get(self, name: str) -> Account | None:
        query = text("SELECT name, roles, secret, active FROM account WHERE name = :name")
        with self.engine.connect() as connection:
            row = connection.execute(query, {"name": name}).one_or_none()
        return Account(row[0], tuple(row[1].split()), row[2], bool(row[3])) if row else None

    def invite(self, made: Invitation) -> None:
        """A newer invitation of the same name takes the place of the older ones."""
        with for_writing(self.engine).begin() as connection:
            connection.execute(text("DELETE FROM invitation WHERE name = :name"), {"name": made.name})
            connection.execute(
                text("INSERT INTO invitation VALUES (:token, :name, :roles, :until, 0)"),
                {"token": made.token, "name": made.name, "roles": " ".join(made.roles), "until": made.until},
            )

    def invitation(self, token: str) -> Invitation | None:
        query = text("SELECT token, name, roles, until, used FROM invitation WHERE token = :token")
        with self.engine.connect() as connection:
            row = connection.execute(query, {"token": token}).one_or_none()
        return Invitation(row[0], row[1], tuple(row[2].split()), row[3], bool(row[4])) if row else None

    def accept(self, token: str, secret: str, now: str) -> bool:
        """Use an invitation once: the account gets its password. False where somebody was quicker."""
        with for_writing(self.engine).begin() as connection:
            used = connection.execute(
                text("UPDATE invitation SET used = 1 WHERE token = :token AND used = 0"), {"token": token}
            )
            if used.rowcount != 1:
                return False
            connection.execute(
                text(
                    "INSERT INTO account SELECT name, roles, :secret, :now, 1 FROM invitation WHERE token = :token "
                    "ON CONFLICT (name) DO UPDATE SET roles = excluded.roles, secret = excluded.secret, active = 1"
                ),
                {"token": token, "secret": secret, "now": now},
            )
        return True
