"""Sign-in, server-side sessions, throttling and the demo's accounts.

A session is an opaque token in the browser and its SHA-256 in the database. It ends when idle too long, when it is
too old, at sign-out, and when its account is disabled. Failed attempts are rows too, so all workers share one count.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import secrets
from collections.abc import Callable

import psycopg
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from geo.errors import NotAllowed
from geo.i18n import N_, _, ngettext
from geo.model import Level
from geo.service.access import AUTH_SCOPE, Role, Viewer
from geo.store import accounts as store
from geo.store.database import Database

log = logging.getLogger(__name__)

IDLE = dt.timedelta(hours=12)
"""A session unused for this long ends; a wall screen asks every few seconds and so stays."""
ABSOLUTE = dt.timedelta(days=7)
"""A session this old ends whatever it did."""
TOUCH = dt.timedelta(minutes=1)
"""`seen_at` is written at most this often: a page's many requests need no write each."""
WINDOW = dt.timedelta(minutes=15)
"""Failed attempts count for this long."""
LIMIT_PAIR, LIMIT_ACCOUNT, LIMIT_ADDRESS = 5, 30, 60
"""Failures in the window after which an account from one address, an account, an address is refused unread."""
LONGEST = 256
"""Characters of a name or password that are looked at; argon2 on a megabyte would be a gift to an attacker."""


class SignInRefused(NotAllowed):
    """Wrong name or password or a disabled account (not told apart: 401), or too many attempts (429)."""

    def __init__(self, message: str, status: int = 401) -> None:
        super().__init__(message)
        self.status = status


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


class Accounts:
    """Accounts as the dashboard uses them.

    Parameters
    ----------
    db : the application's pool; every call runs under the scope `scope_auth`.
    hasher : argon2id with the library's own (RFC 9106 low-memory) parameters.
    clock : the current moment, UTC.
    """

    def __init__(
        self, db: Database, *, hasher: PasswordHasher | None = None, clock: Callable[[], dt.datetime] = _now
    ) -> None:
        self._db = db
        self._hasher = hasher or PasswordHasher()
        self._clock = clock
        self._decoy = self._hasher.hash(secrets.token_hex(16))

    def sign_in(self, username: str, password: str, address: str) -> str:
        """Check a name and password and open a session.

        Parameters
        ----------
        address : the client's network address, counted for throttling.

        Returns
        -------
        The session's token, for the cookie; never stored.

        Raises
        ------
        SignInRefused
        """
        username, now = username[:LONGEST].replace("\0", ""), self._clock()
        with self._db.transaction(AUTH_SCOPE) as conn:
            store.forget_attempts(conn, now - 4 * WINDOW)
            store.add_attempt(conn, username, address, now)
            failures = store.failures(conn, username, address, now - WINDOW)
        if failures.pair > LIMIT_PAIR or failures.account > LIMIT_ACCOUNT or failures.address > LIMIT_ADDRESS:
            log.warning("sign-in throttled", extra={"action": "account.throttled"})
            minutes = int(WINDOW.total_seconds() // 60)
            raise SignInRefused(
                ngettext(
                    "Too many failed attempts. Try again in {n} minute.",
                    "Too many failed attempts. Try again in {n} minutes.",
                    minutes,
                ),
                429,
            )
        with self._db.transaction(AUTH_SCOPE) as conn:
            account = store.account(conn, username)
        if not self._matches(account.password_hash if account else self._decoy, password) or account is None:
            raise self._refusal(username if account else "")
        if account.disabled:
            raise self._refusal(username)
        token = secrets.token_urlsafe(32)
        with self._db.transaction(AUTH_SCOPE) as conn:
            store.accept_attempt(conn, username, address, now)
            store.forget_sessions(conn, now, now - IDLE)
            store.open_session(conn, _digest(token), username, now, now + ABSOLUTE)
            store.audit(conn, username, "account.signed_in", username)
        log.info("signed in", extra={"action": "account.signed_in"})
        return token

    def _refusal(self, username: str) -> SignInRefused:
        """Write a refusal down; a name no account has is not kept, people type passwords into it."""
        with self._db.transaction(AUTH_SCOPE) as conn:
            store.audit(conn, username or "unknown", "account.refused", username)
        log.warning("sign-in refused", extra={"action": "account.refused"})
        return SignInRefused(_("The user name or the password is wrong."))

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False

    def viewer(self, token: str) -> Viewer | None:
        """Return the viewer of a live session, None where there is none."""
        if not token:
            return None
        now = self._clock()
        with self._db.transaction(AUTH_SCOPE) as conn:
            account = store.session_account(conn, _digest(token), now, now - IDLE)
            if account is None:
                return None
            if account.seen_at is None or account.seen_at < now - TOUCH:
                store.touch_session(conn, _digest(token), now)
        return Viewer(
            username=account.username,
            display_name=account.display_name,
            role=Role(account.role),
            level=Level(account.level),
            codes=tuple(account.codes),
            locale=account.locale,
        )

    def sign_out(self, token: str) -> None:
        """End one session."""
        with self._db.transaction(AUTH_SCOPE) as conn:
            username = store.close_session(conn, _digest(token))
            if username:
                store.audit(conn, username, "account.signed_out", username)

    def set_locale(self, username: str, locale: str) -> None:
        """Remember the language an account reads."""
        with self._db.transaction(AUTH_SCOPE) as conn:
            store.set_locale(conn, username, locale)

    def demo_accounts(self) -> bool:
        """Tell whether any account of the demo exists and could sign in."""
        with self._db.transaction(AUTH_SCOPE) as conn:
            return store.demo_accounts(conn)


DEMO_ACCOUNTS: tuple[tuple[Role, str], ...] = (
    (Role.WALL, N_("Demo wall")),
    (Role.COMMAND, N_("Demo command centre")),
    (Role.PLANNER, N_("Demo planner")),
    (Role.REVIEWER, N_("Demo reviewer")),
    (Role.CAPTAIN, N_("Demo grid captain")),
    (Role.WORKER, N_("Demo grid worker")),
    (Role.CLERK, N_("Demo clerk")),
    (Role.AUDITOR, N_("Demo auditor")),
    (Role.ADMIN, N_("Demo administrator")),
)
"""Accounts of the demo city: each is named as its role; captain and worker have one grid."""


def ensure_demo_accounts(
    conn: psycopg.Connection, password: str, captain_grid: str, *, hasher: PasswordHasher | None = None
) -> list[str]:
    """Make or renew the demo's accounts, one a role, all with one password; their old sessions end.

    Parameters
    ----------
    conn : the owner's connection; the caller commits.
    captain_grid : grid code of the captain and the worker.

    Returns
    -------
    The accounts' names.
    """
    password_hash = (hasher or PasswordHasher()).hash(password)
    for role, display_name in DEMO_ACCOUNTS:
        own_grid = role in (Role.CAPTAIN, Role.WORKER)
        store.save_account(
            conn,
            username=role.value,
            display_name=_(display_name),
            password_hash=password_hash,
            role=role.value,
            level=(Level.GRID if own_grid else Level.CITY).value,
            codes=[captain_grid] if own_grid else [],
            demo=True,
        )
    return [role.value for role, _name in DEMO_ACCOUNTS]
