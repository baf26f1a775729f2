"""The workflow of GitHub Actions that docs/pipelines.md shows.

    workflow.py

prints it, for actionlint.
"""

import re
import shlex
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "pipelines.md"


def workflow():
    blocks = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    found = [block for block in blocks if re.search("^jobs:", block, re.MULTILINE)]
    if len(found) != 1:
        raise SystemExit(f"{PAGE} shows {len(found)} workflows, and should show one")
    return found[0]


def step(start):
    """Returns the words of the command in the workflow that starts so."""
    # Lines that are only broken for the reader are one again.
    lines = re.sub(r"\s*\\\n\s*", " ", workflow()).splitlines()
    commands = [line.strip().removeprefix("- ").removeprefix("run: ") for line in lines]
    [command] = [command for command in commands if command.startswith(start)]
    return shlex.split(command)


if __name__ == "__main__":
    print(workflow(), end="")
