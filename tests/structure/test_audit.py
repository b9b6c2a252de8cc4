"""`make audit` fails for what is known against a dependency, and for nothing else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTHING = "audit: no bill of materials was written; cyclonedx-bom is not installed.\n"
# Stands for Python: has no cyclonedx, may have pip-audit, and says as that what it is told.
STUB = """#!/bin/sh
case "$*" in
  *cyclonedx_py*) exit 1 ;;
  *"import pip_audit"*) exit {has} ;;
  *"-m pip_audit"*) echo "{said}"; exit {code} ;;
esac
"""


@pytest.mark.parametrize(
    ("has", "said", "code", "ends", "told"),
    [
        (1, "", 0, 0, "audit: nothing was asked; pip-audit is not installed.\n"),
        (0, "No known vulnerabilities found", 0, 0, "No known vulnerabilities found\n"),
        (0, "Found 1 known vulnerability in 1 package", 1, 1, "Found 1 known vulnerability in 1 package\n"),
        (
            0,
            "Connection refused",
            1,
            0,
            "Connection refused\naudit: nothing could be asked; is this machine offline?\n",
        ),
    ],
)
def test_it_says_what_came_of_it(tmp_path: Path, has: int, said: str, code: int, ends: int, told: str) -> None:
    stub = tmp_path / "python"
    stub.write_text(STUB.format(has=has, said=said, code=code), encoding="utf-8")
    stub.chmod(0o755)
    env = {**os.environ, "PYTHON": str(stub), "SBOM": str(tmp_path / "sbom.json")}
    done = subprocess.run([ROOT / ".ci" / "audit"], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (ends, NOTHING + told)
