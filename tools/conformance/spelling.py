"""Spells the prose of the documentation, in American English.

    spelling.py CSPELL

CSPELL is the command. Words of ours are in tools/site/words.txt; code, paths, links and
names in backticks aren't prose. Mistakes on purpose come first: those in prose have to be
found, and no other.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ["*.md", "docs/*.md", "docs/tutorial/*.md", "examples/*/README.md"]
WRONG = """# A headding

A sentense with a chalice, an `identifyer`, and a [link](of/wich) to cmd/chalise.

| a tabel | of colours |
| --- | --- |

    chalice depoly

```go title="mian.go"
var lenght int // of somthing
```

- and an itme
"""
FOUND = {"headding", "sentense", "tabel", "colours", "itme"}


def spelled(command, root, files):
    """Returns the places of mistakes, and the words."""
    config = ROOT / "tools" / "site" / "cspell.json"
    args = [
        command,
        "lint",
        "--no-progress",
        "--no-color",
        "--no-gitignore",
        "--root",
        root,
        "--config",
        config,
        *files,
    ]
    done = subprocess.run(args, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or f"Files checked: {len(files)}," not in done.stderr:
        raise SystemExit(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    lines = [line for line in done.stdout.splitlines() if "Unknown word (" in line]
    return lines, {line.partition("Unknown word (")[2].partition(")")[0] for line in lines}


def test(command):
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "wrong.md")
        page.write_text(WRONG)
        lines, words = spelled(command, folder, [page])
    if words != FOUND:
        said = "\n".join(lines)
        raise SystemExit(f"these mistakes should be found: {sorted(FOUND)}, and these are: {sorted(words)}\n{said}")


def main(command):
    test(command)
    files = sorted(file for pattern in PAGES for file in ROOT.glob(pattern))
    lines, _ = spelled(command, ROOT, files)
    for line in lines:
        print(line)
    if lines:
        raise SystemExit("what is spelled as it should be belongs into tools/site/words.txt")
    print(f"  no mistake in {len(files)} files")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
