"""Streams responses under the runtime API of AWS's own emulator of Lambda.

    emulator.py FOLDER

FOLDER is an environment with the CLI of SAM, which the emulator is a part of. It
understands the protocol, but passes responses on as a whole, and says nothing of
the error in the trailers of one that ends in the middle. Exits with 1 if a
response isn't what the app streams/ sends. (moto, into which other scripts deploy,
routes no request to a function, so it can't show a stream.)
"""

import json
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEPARATOR = b"\0" * 8
MACHINES = {"x86_64": "x86_64", "aarch64": "arm64"}

# What each path is answered with: status and body.
WANTED = {
    "/pieces": (201, b"one\ntwo\nthree\n"),
    "/late": (201, b"late\n"),
    "/large": (201, b"x" * (4 << 20)),
    "/refused": (404, b'{"Code":"NotFoundError","Message":"gone"}'),
    "/broken": (201, b"begun\n"),
}


def emulator(folder, into):
    """Returns a copy of the emulator that can be run."""
    name = f"aws-lambda-rie-{MACHINES[platform.machine()]}"
    found = next(Path(folder).glob(f"lib/python3*/site-packages/samcli/local/rapid/{name}"))
    copy = shutil.copy(found, into / name)
    Path(copy).chmod(0o755)
    return copy


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def invoke(port, path):
    event = {"requestContext": {"resourcePath": path, "httpMethod": "GET"}}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations", json.dumps(event).encode()
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.read()


def check(port):
    """Yields what is wrong."""
    for path, wanted in list(WANTED.items()) * 2:
        prelude, separator, body = invoke(port, path).partition(SEPARATOR)
        if not separator:
            yield f"{path}: no status and headers in front of {prelude[:200]!r}"
        elif (status := json.loads(prelude)["statusCode"], body) != wanted:
            yield f"{path}: status {status}, {len(body)} bytes: {body[:200]!r}"
        whole = json.loads(invoke(port, "/whole"))
        if whole["body"] != "whole":
            yield f"after {path}: a route that doesn't stream answers {whole}"


def main(folder):
    with tempfile.TemporaryDirectory() as temporary:
        into = Path(temporary)
        bootstrap = into / "bootstrap"
        build = ["go", "build", "-tags", "lambda.norpc", "-o", bootstrap, "./streams"]
        subprocess.run(build, cwd=HERE, check=True)
        port = free_port()
        command = [
            emulator(folder, into),
            "--runtime-interface-emulator-address",
            f"127.0.0.1:{port}",
            bootstrap,
            "api_handler",
        ]
        with (into / "log").open("w+b") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=into)
            try:
                for _ in range(100):
                    with socket.socket() as s:
                        if s.connect_ex(("127.0.0.1", port)) == 0:
                            break
                    time.sleep(0.1)
                problems = list(check(port))
            finally:
                process.terminate()
                process.wait()
            log.seek(0)
            if log.read().count(b"the response ended in the middle") != 2:
                problems.append("what ends in the middle isn't logged each time")
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"the emulator of Lambda took {2 * len(WANTED)} streamed responses")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
