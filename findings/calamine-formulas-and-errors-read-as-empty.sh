#!/usr/bin/env bash
# Guess, before it was run: a formula that no program has computed yet comes back as its text, or is refused; an error
# value (#N/A, #DIV/0!) comes back as that text, or is refused.
# Seen with python-calamine 0.9.1: both come back as '' like a cell that was never filled in, and nothing else in the
# sheet's interface tells them apart. A price list whose answers are formulas, saved by a program that does not compute
# them, is imported with empty answers and no complaint. openpyxl shows the formula and the error.
# Exits 1 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install python-calamine==0.9.1 openpyxl==3.1.5
cd "$folder"
cat >write_and_read.py <<'PY'
import openpyxl
import python_calamine

book = openpyxl.Workbook()
sheet = book.active
sheet.append(["question", "answer"])
sheet.append(["How much is a toner?", '="A toner is "&99&" yuan."'])
sheet.append(["How long does delivery take?", None])
sheet.append(["Which model fits?", "#N/A"])
sheet["B4"].data_type = "e"
book.save("prices.xlsx")

read = [row[1] for row in python_calamine.load_workbook("prices.xlsx").get_sheet_by_index(0).to_python()[1:]]
shown = [row[1].value for row in openpyxl.load_workbook("prices.xlsx").active.iter_rows(min_row=2)]
print("python-calamine:", read)
print("openpyxl:       ", shown)
raise SystemExit(read != ["", "", ""] or shown != ['="A toner is "&99&" yuan."', None, "#N/A"])
PY
venv/bin/python write_and_read.py
echo "An uncomputed formula and an error value still read as empty cells."
