"""Has schemathesis make up requests from the document of witness's REST API, as
its template has it, and send them to chalice local.

    fuzzed.py CHALICE

The same requests each time. Exits with 1 if one is answered with a 5xx that the
app didn't cause.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from local import WITNESS, Failure, Local, run

SEED = 12
EXAMPLES = 40  # of each operation
# These fail as they are asked to.
CAUSED = r"^/(crash|exit|closed|slow|status|bytes)"


def document(chalice, folder):
    """Packages the app, and returns its API's document."""
    done = subprocess.run(
        [chalice, "package", "--template-only", "--template-format", "json", "--project-dir", str(WITNESS), folder],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Failure(done.stderr)
    template = json.loads((Path(folder) / "sam.json").read_text())
    [api] = [r for r in template["Resources"].values() if r["Type"] == "AWS::Serverless::Api"]
    return api["Properties"]["DefinitionBody"]


def readable(document):
    """Returns the document with what API Gateway knows unsaid: variables that are
    greedy, and bodies, queries and headers, which every operation takes."""
    free = [{"in": "query", "name": "q", "type": "string"}, {"in": "header", "name": "X-Test", "type": "string"}]
    paths = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parameters = [
                {"in": "path", "name": name, "required": True, "type": "string"} for name in re.findall(r"{(\w+)", path)
            ]
            if method in ("post", "put", "patch"):
                parameters.append({"in": "body", "name": "body", "schema": {}})
                operation["consumes"] = operation.get("consumes") or ["application/json", "text/plain"]
            operation["parameters"] = parameters + free
        paths[path.replace("+}", "}")] = operations
    return {**document, "paths": paths}


# Methods that the document doesn't have are in the table of exchanges.py: TRACE is
# 501, as API Gateway has it.
SETTINGS = """
[phases.coverage]
unexpected-methods = []
"""


def fuzz(local, file):
    (file.parent / "schemathesis.toml").write_text(SETTINGS)
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", str(file), "--url", local.url,
        "--checks", "not_a_server_error", "--phases", "coverage,fuzzing", "--exclude-path-regex", CAUSED,
        "--max-examples", str(EXAMPLES), "--seed", str(SEED), "--generation-database", "none",
        "--suppress-health-check", "all", "--warnings", "off", "--no-color", "--request-timeout", "30",
        "--continue-on-failure",
    ]  # fmt: skip
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=file.parent)
    if done.returncode:
        raise Failure(f"schemathesis ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def main(chalice):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "api.json"
        file.write_text(json.dumps(readable(document(chalice, folder))))
        with Local(chalice, WITNESS, "--no-autoreload") as local:
            fuzz(local.ready(), file)
            answered = sum("POST " in line or "GET " in line for line in local.said)
    if answered < EXAMPLES:
        raise Failure(f"only {answered} requests came")
    print(f"none of {answered} requests that schemathesis made up is answered with a 5xx")


if __name__ == "__main__":
    run(main, __doc__)
