"""The key that the tests write with: an admin's, in every database that a server is started on."""
import hashlib

import psycopg2

from harness.patience import wait_for

KEY = "stanced_" + "t" * 43  # as good as any, for tests
BEARER = f"Bearer {KEY}"
LOOPS_ASKED = 12  # connections, among which each of two loops has one almost surely


def put(conninfo: str, name: str, role: str, key: str, more: str = "") -> bool:
    """Stores a key; `more` is SQL that sets further columns. False where it was there, or where no keys can be stored."""
    try:
        session = psycopg2.connect(conninfo, application_name="test")
    except psycopg2.OperationalError:
        return False
    try:
        with session, session.cursor() as cursor:
            cursor.execute("INSERT INTO api_key (name, role, hash) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                           (name, role, hashlib.sha256(key.encode()).digest()))
            added = cursor.rowcount == 1
            if added and more:
                cursor.execute(f"UPDATE api_key SET {more} WHERE name = %s", (name,))
            return added
    except psycopg2.Error:
        return False  # not migrated, and not to be
    finally:
        session.close()


def known(client, key: str = KEY) -> None:
    """Waits until the server knows a key that was just stored: all of its loops, which serve connections by chance."""
    bearer = {"Authorization": f"Bearer {key}"}

    def asked() -> bool:
        client.close()
        return client.get("/v1/topics?limit=1", headers=bearer).status not in (401, 503)

    wait_for("the key to be known", lambda: all(asked() for _ in range(LOOPS_ASKED)))
