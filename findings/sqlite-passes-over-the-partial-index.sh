#!/usr/bin/env bash
# Guess, before it was run: a query with the very condition of a partial index and a narrow range of its column is
# answered by that index.
# Seen with SQLite 3.54.1 (apsw 3.54.1.0): beside an ordinary index on the column of the condition, SQLite takes that one
# for `contact_id IS NULL`, as for any equality of which it expects some ten rows; of strangers' tickets it then reads
# all there ever were to count those of the last minutes. The partial index is used after ANALYZE, or where the
# condition stands in likelihood(…, 0.9), which the planner looks through.
# Exits 1 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install apsw==3.54.1.0
cat >"$folder/plan.py" <<'PY'
import apsw

db = apsw.Connection(":memory:")
db.execute("CREATE TABLE tickets (id INTEGER PRIMARY KEY, contact_id TEXT, received_at TEXT)")
db.execute("CREATE INDEX by_contact ON tickets (contact_id)")
db.execute("CREATE INDEX of_strangers ON tickets (received_at) WHERE contact_id IS NULL")
db.execute(
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
    "INSERT INTO tickets SELECT i, NULL, printf('%06d', i) FROM n"
)


def index_of(condition: str) -> str:
    lately = "received_at > '019990' AND received_at <= '020000'"
    rows = db.execute(f"EXPLAIN QUERY PLAN SELECT count(*) FROM tickets WHERE {condition} AND {lately}")
    return " ".join(row[3] for row in rows).split("INDEX ")[1].split()[0]


seen = [index_of("contact_id IS NULL"), index_of("likelihood(contact_id IS NULL, 0.9)")]
db.execute("ANALYZE")
seen.append(index_of("contact_id IS NULL"))
print("SQLite", apsw.sqlite_lib_version())
print("as it is:       ", seen[0])
print("with likelihood:", seen[1])
print("after ANALYZE:  ", seen[2])
raise SystemExit(seen != ["by_contact", "of_strangers", "of_strangers"])
PY
"$folder/venv/bin/python" "$folder/plan.py"
echo "Without statistics the partial index made for the condition is still passed over."
