"""Takes stages through their lives with our command, and asks the AWS CLI how they are.

    lifecycle.py CHALICE [THEME...]

runs where the AWS of the environment is an endpoint for tests, and aws and sam are
on the path. CHALICE is our command. Each theme has projects and stacks of its
own, so several go on at a time. A theme ends at its first difference, and the
script with 1; the projects stay in .tools/lifecycle then.
"""

import os
import shutil
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import beside
import deploying
import mishaps
import running
import versions
from aws import Failure
from deploy import ROOT, Steps
from project import WORK

THEMES = {
    "life": deploying.life,
    "ruined": deploying.ruined,
    "nested": deploying.nested,
    "neighbours": deploying.neighbours,
    "at once": mishaps.at_once,
    "upload": mishaps.upload,
    "stuck": mishaps.stuck,
    "callers": mishaps.callers,
    "running": running.running,
    "sam": beside.sam,
    "versions": versions.chalice,
    "versions by SAM": versions.sam,
}


def run(theme, chalice):
    """Returns what is wrong with a theme, or nothing."""
    steps = Steps(theme)
    try:
        THEMES[theme](chalice, steps)
    except Failure as failure:
        return f"{theme}: {failure}"
    except Exception:
        return f"{theme}: {traceback.format_exc()}"
    return ""


def main(chalice, *themes):
    os.environ["SAM_CLI_POLL_DELAY"] = "0.3"
    os.environ["__SAM_CLI_APP_DIR"] = str(ROOT / ".tools" / "sam" / "app")  # and not the user's own
    with ThreadPoolExecutor(4) as pool:
        wrong = [text for text in pool.map(lambda theme: run(theme, Path(chalice).resolve()), themes or THEMES) if text]
    for text in wrong:
        print(f"Error: {text}", file=sys.stderr)
    if not wrong:
        shutil.rmtree(WORK)
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
