"""Two servers on one PostgreSQL database, each with a folder of its own, as on two machines."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from tests.processes import Server, jiedai

SECRET = "a secret that both replicas were given, 32 bytes or more"


def two_on_postgres(stack: ExitStack, url: str, folder: Path) -> tuple[list[Server], str]:
    """Start them on a database that is empty, and end them with the stack; returns them and the secret of tokens."""
    done = jiedai("db", "upgrade", "--database", url, "--data", folder / "one")
    assert done.returncode == 0, done.stderr
    jiedai("customers", "link", "C1", "--database", url, "--data", folder / "one")  # makes the keys
    given = {"JIEDAI_CUSTOMER_TOKEN_SECRET": SECRET}
    given["JIEDAI_JOURNAL_KEY"] = (folder / "one" / "journal-key").read_text(encoding="utf-8").strip()
    given["JIEDAI_VAULT_KEYS"] = (folder / "one" / "vault-keys.json").read_text(encoding="utf-8")
    servers = [Server(folder / name, url, environment=given) for name in ("one", "two")]
    return [stack.enter_context(server) for server in servers], SECRET
