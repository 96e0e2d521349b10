-- account: An account by its name.
SELECT username, display_name, password_hash, role, level, codes, locale, disabled, NULL::timestamptz AS seen_at
FROM account
WHERE username = %(username)s;

-- save_account: Make an account or renew everything but its language.
INSERT INTO account (username, display_name, password_hash, role, level, codes, demo)
VALUES (%(username)s, %(display_name)s, %(password_hash)s, %(role)s, %(level)s, %(codes)s, %(demo)s)
ON CONFLICT (username) DO UPDATE
SET display_name = excluded.display_name, password_hash = excluded.password_hash, role = excluded.role,
  level = excluded.level, codes = excluded.codes, demo = excluded.demo, disabled = false;

-- set_locale: Remember the language an account reads.
UPDATE account SET locale = %(locale)s WHERE username = %(username)s;

-- demo_accounts: Tell whether any account of the demo exists.
SELECT EXISTS (SELECT FROM account WHERE demo AND NOT disabled);

-- open_session: Store a session's hash.
INSERT INTO session (token_hash, username, created_at, seen_at, expires_at)
VALUES (%(token_hash)s, %(username)s, %(now)s, %(now)s, %(expires_at)s);

-- session_account: The account of a live session: not too old, not idle too long, not disabled.
SELECT a.username, a.display_name, a.password_hash, a.role, a.level, a.codes, a.locale, a.disabled, s.seen_at
FROM session AS s
JOIN account AS a USING (username)
WHERE s.token_hash = %(token_hash)s AND s.expires_at > %(now)s AND s.seen_at > %(idle_since)s AND NOT a.disabled;

-- touch_session: Note that a session was used.
UPDATE session SET seen_at = %(now)s WHERE token_hash = %(token_hash)s AND seen_at < %(now)s;

-- close_session: End a session.
DELETE FROM session WHERE token_hash = %(token_hash)s RETURNING username;

-- close_sessions: End every session of an account.
DELETE FROM session WHERE username = %(username)s;

-- forget_sessions: Drop what has ended anyway.
DELETE FROM session WHERE expires_at <= %(now)s OR seen_at <= %(idle_since)s;

-- add_attempt: Count a sign-in attempt as failed before the password is looked at, so that parallel ones count too.
INSERT INTO login_attempt (username, address, at, succeeded) VALUES (%(username)s, %(address)s, %(at)s, false);

-- accept_attempt: The attempt was right after all.
UPDATE login_attempt SET succeeded = true WHERE username = %(username)s AND address = %(address)s AND at = %(at)s;

-- failures: Failed attempts in the window: of this account from this address since it last got in, of the account, of the address.
SELECT
  count(*) FILTER (
    WHERE username = %(username)s AND address = %(address)s AND at > COALESCE(
      (
        SELECT max(at) FROM login_attempt
        WHERE username = %(username)s AND address = %(address)s AND at > %(since)s AND succeeded
      ),
      '-infinity'
    )
  ) AS pair,
  count(*) FILTER (WHERE username = %(username)s) AS account,
  count(*) FILTER (WHERE address = %(address)s) AS address
FROM login_attempt
WHERE at > %(since)s AND NOT succeeded AND (username = %(username)s OR address = %(address)s);

-- forget_attempts: Drop attempts that count no more.
DELETE FROM login_attempt WHERE at < %(before)s;

-- audit: Note in the audit log what happened to an account.
SELECT audit_append(%(actor)s, %(action)s, 'account', %(username)s);
