"""Writes what our command makes of an app that no single template can hold.

    large.py CHALICE FOLDER

CHALICE is our command. The app has 600 functions and 3,000 routes; its
templates, in each of their forms, go to FOLDER/large, for templates.py to
judge. Prints how long the command takes, and exits with 1 if that is more than
the 3 seconds that it may.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FUNCTIONS, ROUTES, SECONDS = 600, 3000, 3
FORMS = (("sam", "yaml"), ("sam", "json"), ("cloudformation", "json"))
TARGET = ("--region", "eu-central-1", "--account-id", "123456789012")

EVENTS = (
    {"kind": "lambda"},
    {"kind": "schedule", "schedule": {"expression": "rate(1 day)"}},
    {"kind": "cloudwatch", "cloudwatch": {"pattern": {"source": ["aws.ec2"]}}},
    {"kind": "sns", "sns": {"topic": "news"}},
    {"kind": "sqs", "sqs": {"queue": "jobs"}},
    {"kind": "kinesis", "kinesis": {"stream": "clicks"}},
)


def model():
    """Returns the description of the app, as "chalice describe" would print it."""
    return {
        "version": 1,
        "name": "large",
        "routes": [{"path": f"/things/{{id}}/part_{i}", "name": f"view_{i}"} for i in range(ROUTES)],
        "functions": [{"name": f"function_{i}", **EVENTS[i % len(EVENTS)]} for i in range(FUNCTIONS)],
    }


def main(chalice, folder):
    (folder / "large").mkdir(parents=True)
    slowest = 0
    with tempfile.TemporaryDirectory() as work:
        project = Path(work)
        (project / ".chalice").mkdir()
        (project / ".chalice" / "config.json").write_text('{"version": "2.0"}')
        description = project / "app.json"
        description.write_text(json.dumps(model()))
        for form, ext in FORMS:
            out = project / f"{form}-{ext}"  # a folder for each: one form of a format replaces the other
            app = ("--project-dir", project, "--app-model", description, "--template-only")
            start = time.monotonic()
            run(chalice, "package", *app, *TARGET, "--pkg-format", form, "--template-format", ext, out)
            slowest = max(slowest, time.monotonic() - start)
            for path in out.iterdir():
                shutil.move(path, folder / "large" / path.name)
    print(f"{FUNCTIONS} functions and {ROUTES} routes: chalice package takes {slowest:.2f} s")
    return 1 if slowest > SECONDS else 0


def run(*command):
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"chalice package ended with {done.returncode}: {done.stderr}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*(Path(argument).resolve() for argument in sys.argv[1:])))
