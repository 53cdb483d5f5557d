"""Signing in at the office: invitation, password, back-off. Time and randomness are handed in."""

import hashlib
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, Literal, get_args

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from central.store.accounts import Account, Accounts, Invitation
from shared.errors import Refusal

Role = Literal["watch", "adjudicate", "setup"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
SHORTEST: Final = 10  # characters of a password
LONGEST: Final = 200
VALID: Final = timedelta(days=3)
TRIES_OF_NAME: Final = 5
TRIES_OF_ADDRESS: Final = 30  # a whole office may come from one address
FORGOTTEN: Final = timedelta(minutes=15)
LONGEST_WAIT: Final = 300.0  # seconds
_PASSES, _LANES, _MEMORY = 3, 1, 64 * 1024  # RFC 9106, the second recommended option, on one lane


class Desk:
    """Who may come in. ``random``: n bytes."""

    def __init__(self, store: Accounts, random: Callable[[int], bytes]) -> None:
        self._store: Final = store
        self._random: Final = random
        self._of_name: Final = Brake(TRIES_OF_NAME)
        self._of_address: Final = Brake(TRIES_OF_ADDRESS)

    def invite(self, name: str, roles: tuple[str, ...], now: datetime) -> str:
        """The secret part of an invitation link. Refuses role_unknown, name_missing."""
        if not name.strip() or len(name) > 60:
            raise Refusal("name_missing")
        for role in roles:
            if role not in ROLES:
                raise Refusal("role_unknown", role=role, known=", ".join(ROLES))
        secret = urlsafe_b64encode(self._random(24)).decode()
        until = (now + VALID).isoformat(timespec="seconds")
        self._store.invite(Invitation(_digest(secret), name.strip(), roles, until, used=False))
        return secret

    def invitation(self, secret: str, now: datetime) -> Invitation:
        """Refuses invitation_over: unknown, used or too old."""
        found = self._store.invitation(_digest(secret))
        if found is None or found.used or datetime.fromisoformat(found.until) < now:
            raise Refusal("invitation_over")
        return found

    def accept(self, secret: str, password: str, again: str, now: datetime) -> str:
        """The name of the account that has a password now. Refuses password_short, passwords_differ,
        invitation_over."""
        found = self.invitation(secret, now)
        if not SHORTEST <= len(password) <= LONGEST:
            raise Refusal("password_short", least=SHORTEST)
        if password != again:
            raise Refusal("passwords_differ")
        if not self._store.accept(found.token, self._hashed(password), now.isoformat(timespec="seconds")):
            raise Refusal("invitation_over")
        return found.name

    def sign_in(self, name: str, password: str, *, address: str, now: datetime) -> Account:
        """The account. Refuses wrong_password, and too_many_tries after some wrong ones, for the name and the
        address."""
        brakes = ((self._of_name, name[:60]), (self._of_address, address))
        for brake, key in brakes:
            brake.hold(key, now)
        account = self._store.get(name)
        fits = self._fits(account.secret if account else self._nobody, password)
        if account is None or not account.active or not fits:
            for brake, key in brakes:
                brake.fail(key, now)
            raise Refusal("wrong_password")
        self._of_name.forget(name[:60])
        return account

    def account(self, name: str) -> Account | None:
        found = self._store.get(name)
        return found if found and found.active else None

    @cached_property
    def _nobody(self) -> str:
        """What a password is compared with where nobody has the name."""
        return self._hashed("nobody has this password")

    def _hashed(self, password: str) -> str:
        kdf = Argon2id(salt=self._random(16), length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY)
        return kdf.derive_phc_encoded(password.encode())

    def _fits(self, secret: str, password: str) -> bool:
        """As slow for a name that nobody has as for one that somebody has."""
        try:
            Argon2id.verify_phc_encoded(password[:LONGEST].encode(), secret)
        except InvalidKey:
            return False
        return True


class Brake:
    """Lets the first tries through, then makes each wait twice as long as the one before, until it is quiet again."""

    def __init__(self, free: int) -> None:
        self._free: Final = free
        self._tries: Final[dict[str, tuple[int, datetime]]] = {}
        self._lock: Final = threading.Lock()

    def hold(self, key: str, now: datetime) -> None:
        """Refuses ``too_many_tries`` while it is too early."""
        failed, last = self._failed(key, now)
        wait = min(2.0 ** min(failed - self._free, 10), LONGEST_WAIT) if failed >= self._free else 0.0
        left = wait - (now - last).total_seconds()
        if left > 0:
            raise Refusal("too_many_tries", seconds=int(left) + 1)

    def fail(self, key: str, now: datetime) -> None:
        failed, _ = self._failed(key, now)
        with self._lock:
            self._tries.pop(key, None)
            self._tries[key] = (failed + 1, now)
            if len(self._tries) > 10_000:
                self._tries.pop(next(iter(self._tries)))

    def _failed(self, key: str, now: datetime) -> tuple[int, datetime]:
        with self._lock:
            failed, last = self._tries.get(key, (0, now))
        return (failed, last) if now - last < FORGOTTEN else (0, now)

    def forget(self, key: str) -> None:
        with self._lock:
            self._tries.pop(key, None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
