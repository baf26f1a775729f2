"""Makes sure that `make site` fails for what is wrong with pages.

    strict.py MKDOCS

builds sites of a few pages with one fault each, as mkdocs.yml says, and one without any.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONFIGURATION = f"""INHERIT: {ROOT}/mkdocs.yml
docs_dir: docs
site_dir: site
theme: {{custom_dir: {ROOT}/tools/site/theme}}
hooks: [{ROOT}/tools/site/hooks.py]
nav: [index.md]
"""
RIGHT = """# Right

[here](#right), [an example](../examples), [the license](../LICENSE), [a page](index.md#right)

```go
// is no [link](nowhere.md)
```
"""
WRONG = {
    "a page that isn't there": ("[page](nowhere.md)", "nowhere.md"),
    "a file that isn't there": ("[file](../nothing.go)", "nothing.go"),
    "a place that isn't there": ("[place](index.md#there)", "#there"),
    "a place of the page itself": ("[place](#there)", "#there"),
    "a picture that isn't there": ("![picture](images/nothing.png)", "images/nothing.png"),
    "a page that nothing leads to": (None, "other.md"),
}


def build(mkdocs, text, other=False):
    """Returns the status of a build, and what it says."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "mkdocs.yml").write_text(CONFIGURATION)
        Path(folder, "docs").mkdir()
        Path(folder, "docs", "index.md").write_text(text)
        if other:
            Path(folder, "docs", "other.md").write_text("# Other\n")
        args = [mkdocs, "build", "--strict"]
        environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
        done = subprocess.run(args, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def main(mkdocs):
    mkdocs = Path(mkdocs).absolute()
    status, said = build(mkdocs, RIGHT)
    if status != 0:
        raise SystemExit(f"a page without a fault fails with {status}:\n{said}")
    for what, (text, named) in WRONG.items():
        status, said = build(mkdocs, RIGHT + (f"\n{text}\n" if text else ""), other=text is None)
        if status == 0 or named not in said:
            raise SystemExit(f"{what}: the build ends with {status}, and says\n{said}")
    print(f"  builds fail for {len(WRONG)} faults of pages, and not without one")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
