"""An AWS endpoint on loopback for tests.

    python tools/endpoint [--enforce-iam] [--port N] [COMMAND [ARGUMENT...]]

starts an empty endpoint, runs the command with an environment in which it is
all of AWS, and exits with the command's status. Without a command it prints
its URL and serves until it is interrupted.
"""

import argparse
import os
import signal
import subprocess
import sys

from server import Endpoint


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--port", type=int, default=0, help="port to listen on; otherwise a free one")
    arguments.add_argument("--enforce-iam", action="store_true", help="refuse what a caller's policies don't allow")
    arguments.add_argument(
        "command", nargs=argparse.REMAINDER, metavar="COMMAND", help="what to run, and its arguments"
    )
    given = arguments.parse_args()
    command = given.command[1:] if given.command[:1] == ["--"] else given.command
    with Endpoint(given.port, given.enforce_iam).running() as endpoint:
        return run(endpoint, command) if command else serve(endpoint)


def run(endpoint, command):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    try:
        process = subprocess.Popen(command, env={**environment, **endpoint.environment()})
    except OSError as error:
        print(f"endpoint: {error}", file=sys.stderr)
        return 127
    # Both get an interrupt from the terminal; the command says what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: process.terminate())
    status = process.wait()
    return status if status >= 0 else 128 - status


def serve(endpoint):
    for name, value in endpoint.environment().items():
        if name.startswith("AWS_"):
            print(f"{name}={value}")
    sys.stdout.flush()
    print("interrupt to stop", file=sys.stderr)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    return 0


if __name__ == "__main__":
    sys.exit(main())
