"""Says how long deploy takes beyond what it can't do without.

    speed.py CHALICE

runs where the AWS of the environment is an endpoint for tests. Each figure is the
least of a few runs, as others use the machine as well. Exits with 1 if a program
is sent that is there already.
"""

import os
import shutil
import sys
import time
from pathlib import Path

import proxy
from aws import Failure
from faults import WORK, Project

RUNS = 3


class Stopwatch:
    """Runs commands of a project, and keeps what they cost."""

    def __init__(self, project, net):
        self.project, self.net = project, net

    def run(self, *command, source=None, times=RUNS):
        """Returns the seconds of a command, those of them that CloudFormation took,
        and the bytes that were sent: of the run that took the least beyond
        CloudFormation. Before each the project is changed, if source is given, and
        its source as well if it is true."""
        runs = []
        for _ in range(times):
            if source is not None:
                self.project.change(source)
            self.net.reset()
            began = time.monotonic()
            status, said = self.project.run(self.net.url, *command)
            if status:
                raise Failure(f"chalice {' '.join(command)} ended with {status}:\n{said}")
            took = time.monotonic() - began
            engine = self.net.took["cloudformation"]
            runs.append((took - engine, took, engine, self.net.sent))
        return min(runs)[1:]


def tell(what, figure, aim):
    verdict = "" if figure <= aim else "  MISSED"
    print(f"  {what:<58} {figure:8.2f} s (aim: {aim} s){verdict}", flush=True)


def main(chalice):
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    with proxy.Proxy(os.environ["AWS_ENDPOINT_URL"], 1) as net:
        project = Project(chalice, "speed")
        watch = Stopwatch(project, net)
        package = ("package", "--pkg-format", "cloudformation", "out")
        watch.run("deploy", "--yes", times=1)  # from now on there is a bucket, a stack and a cache
        packing, *_ = watch.run(*package)
        took, engine, sent = watch.run("deploy", "--yes")
        tell("deploy, nothing changed, beyond package and CloudFormation", took - packing - engine, 1.5)
        program = (project.dir / "out" / "deployment.zip").stat().st_size
        if sent > program / 4:
            raise Failure(f"{sent} bytes are sent although the program, of {program}, is there")
        print(f"  it sends {sent} bytes; the program has {program}")
        packing, *_ = watch.run(*package, source=True)
        took, engine, _ = watch.run("deploy", "--yes", source=True)
        tell("deploy, source changed, beyond package and CloudFormation", took - packing - engine, 1.5)
        took, *_ = watch.run("deploy", "--yes", "--code-only", source=True)
        tell("deploy --code-only, beyond package", took - packing, 1)
    shutil.rmtree(WORK)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        main(Path(sys.argv[1]).resolve())
    except Failure as failure:
        sys.exit(f"Error: {failure}")
