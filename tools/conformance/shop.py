"""Runs apptest's cases over a socket, against the same app behind chalice local.

Usage: shop.py CHALICE
"""

import os
import subprocess

from local import ROOT, Failure, Local, run


def main(chalice):
    with Local(chalice, ROOT / "apptest" / "internal" / "shop" / "local", "--no-autoreload") as local:
        tests = ["go", "test", "-count=1", "-v", "-run", "OverASocket", "./apptest"]
        environment = {**os.environ, "CHALICE_LOCAL": local.url}
        done = subprocess.run(tests, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode or "SKIP" in done.stdout:
        raise Failure(done.stdout + done.stderr)
    print(f"{done.stdout.count('--- PASS') - 3} cases of apptest's have the same answers over a socket")


if __name__ == "__main__":
    run(main, __doc__)
