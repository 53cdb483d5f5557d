"""Who is signed in, and what that person may do: ``watch`` looks, ``adjudicate`` settles cases, ``setup`` prepares."""

from typing import Any, Final, cast

from flask import current_app, g, session

from central.config import Program
from central.store.accounts import Account
from shared.errors import Refusal

ANYONE: Final = "anyone"  # who is signed in, whatever the duty


def program() -> Program:
    return cast(Program, current_app.extensions["central"])


def person() -> Account | None:
    """The account of this session; looked up once a request, so that a closed account is out at once."""
    if "account" not in g:
        name = session.get("account")
        g.account = program().desk.account(name) if isinstance(name, str) else None
    return cast(Account | None, g.account)


def signed_in() -> Account:
    """Refuses ``not_signed_in``."""
    found = person()
    if found is None:
        raise Refusal("not_signed_in")
    return found


def may(role: str) -> bool:
    found = person()
    return found is not None and role in found.roles


def check(rule: Any) -> None:
    """Refuses ``not_signed_in`` and ``not_allowed``."""
    found = signed_in()
    if rule not in (ANYONE, *found.roles):
        raise Refusal("not_allowed")


def sign_in(account: Account) -> None:
    """A new session, so that nothing of an earlier one goes on."""
    session.clear()
    session["account"] = account.name
