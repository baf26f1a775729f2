"""Measures what people wait for, beside what that is compared with.

    waiting.py CHALICE [--only ROW]... [--rounds N]

Whoever is compared has a turn in each round, so that all have the same machine; a ratio
is the median of the rounds' own ratios by the clock. Beside it are the medians of the
seconds, and of the seconds of a processor that a process and its children had. Each row
says the command that repeats it, and MISSED if it is above what it should be at most.
Ends with 1 if something fails, not if it is slow.
"""

import argparse
import functools
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ROOT / ".tools" / "waiting"  # in the module, and in no package pattern of Go's
REFERENCE = ROOT / ".tools" / "reference" / "bin" / "chalice"

# Of examples: how a text of their main.go begins which edits change.
EXAMPLES = {"helloworld": '"hello": "world', "orders": "an order needs an id and items"}
ROUTES, FUNCTIONS = 50, 20
STARTS = 60
MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
GOARCH = {"x86_64": "amd64", "arm64": "arm64"}


class Failure(Exception):
    """Something can't be measured."""


class Skipped(Exception):
    """Something that is measured isn't here."""


@dataclass
class Cost:
    """What a process took: seconds by the clock, and of processors."""

    clock: float
    processor: float


def run(command, folder, **environment):
    """Runs a command, and returns what it cost with all its children."""
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        settings = {"cwd": folder, "env": os.environ | environment, "stdin": subprocess.DEVNULL}
        process = subprocess.Popen([str(word) for word in command], stdout=said, stderr=said, **settings)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)  # it isn't waited for again
        clock = time.perf_counter() - began
        if process.returncode:
            said.seek(0)
            raise Failure(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{said.read().decode()}")
    return Cost(clock, used.ru_utime + used.ru_stime)


class Project:
    """A project of ours. It is in our own module, so nothing of it is downloaded."""

    def __init__(self, name, architecture, text):
        self.folder, self.architecture, self.text = WORK / f"{name}-{architecture}", architecture, text
        self.main = self.folder / "main.go"

    @classmethod
    def of_example(cls, name, architecture):
        project = cls(name, architecture, EXAMPLES[name])
        ignored = shutil.ignore_patterns("*_test.go", "testdata", "deployed", "deployments", "out", "dist")
        shutil.copytree(ROOT / "examples" / name, project.folder, ignore=ignored)
        file = project.folder / ".chalice" / "config.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {"lambda_architecture": architecture}))
        return project

    @classmethod
    def of_many(cls, architecture):
        """An app of many routes and functions, which many_in_python makes as well."""
        project = cls("many", architecture, '"route 0')
        lines = [f'a.Route("/r{i}/{{id}}", r{i})' for i in range(ROUTES)]
        lines += [f'a.LambdaFunction(f{i}, app.Name("f{i}"))' for i in range(FUNCTIONS)]
        handlers = [GO_ROUTE % {"i": i} for i in range(ROUTES)] + [GO_FUNCTION % {"i": i} for i in range(FUNCTIONS)]
        config = {"version": "2.0", "app_name": "many", "lambda_architecture": architecture, "stages": {"dev": {}}}
        (project.folder / ".chalice").mkdir(parents=True)
        (project.folder / ".chalice" / "config.json").write_text(json.dumps(config))
        project.main.write_text(GO_APP % ("\n\t".join(lines), "\n".join(handlers)))
        return project

    def edit(self):
        """Changes a text of the source into one that it never was, in any run."""
        source = self.main.read_text()
        edited = re.sub(re.escape(self.text) + r"( \d+)?", f"{self.text} {time.time_ns()}", source)
        if edited == source:
            raise Failure(f"{self.main} has no {self.text}")
        self.main.write_text(edited)

    def package(self, chalice):
        return run([chalice, "package", "out"], self.folder)

    def build(self):
        """Runs go build, as chalice package does for Lambda."""
        flags = ["-ldflags=-s -w -buildid=", "-tags=lambda.norpc", "-trimpath", "-buildvcs=false"]
        target = {"CGO_ENABLED": "0", "GOFLAGS": "", "GOOS": "linux", "GOARCH": GOARCH[self.architecture]}
        return run(["go", "build", "-o", "built", *flags, "."], self.folder, **target)

    def least(self):
        """Runs the least that a packager can do; see bench/least."""
        return run([WORK / "least", ".", GOARCH[self.architecture], "least.zip"], self.folder)


GO_APP = """package main

import (
	"context"
	"encoding/json"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("many")
	%s
	return a
}

%s
"""
GO_ROUTE = """func r%(i)d(ctx context.Context, r *app.Request) (any, error) {
	return map[string]string{"route %(i)d": r.Param("id")}, nil
}
"""
GO_FUNCTION = "func f%(i)d(ctx context.Context, event json.RawMessage) (any, error) { return event, nil }\n"
PYTHON_ROUTE = """
@app.route("/r%(i)d/{id}")
def r%(i)d(id):
    return {"route %(i)d": id}
"""
PYTHON_FUNCTION = """
@app.lambda_function(name="f%(i)d")
def f%(i)d(event, context):
    return event
"""


def many_in_python():
    """The app of Project.of_many, for Chalice for Python."""
    folder = WORK / "python"
    (folder / ".chalice").mkdir(parents=True)
    config = {"version": "2.0", "app_name": "many", "stages": {"dev": {"api_gateway_stage": "api"}}}
    (folder / ".chalice" / "config.json").write_text(json.dumps(config))
    (folder / "requirements.txt").write_text("")
    handlers = [PYTHON_ROUTE % {"i": i} for i in range(ROUTES)] + [PYTHON_FUNCTION % {"i": i} for i in range(FUNCTIONS)]
    (folder / "app.py").write_text(
        'from chalice import Chalice\n\napp = Chalice(app_name="many")\n' + "\n".join(handlers)
    )
    return folder


def in_turns(rounds, ours, theirs):
    """Returns the ratio of two, and what it is of."""
    pairs = []
    for i in range(rounds):
        # Who goes first finds the caches of the processor as the other left them.
        first, second = (ours, theirs) if i % 2 == 0 else (theirs, ours)
        a, b = first(), second()
        pairs.append((a, b) if i % 2 == 0 else (b, a))
    ratio = statistics.median(a.clock / b.clock for a, b in pairs)
    clock, processor = (middle(cost, pairs) for cost in ("clock", "processor"))
    return ratio, f"{clock}; of processors {processor}"


def middle(cost, pairs):
    ours, theirs = (1000 * statistics.median(getattr(one[i], cost) for one in pairs) for i in (0, 1))
    return f"{ours:.0f} ms / {theirs:.0f} ms"


def after_an_edit(project, do):
    """Returns what edits the project, and then does something that is measured."""

    def measured():
        project.edit()
        return do()

    return measured


def here():
    """Returns Lambda's name of this machine's architecture, and the other one."""
    own = MACHINES.get(platform.machine().lower())
    return sorted(GOARCH, key=lambda name: GOARCH[name] != own)


def examples():
    """Projects, with the name of each: what is compiled for the other architecture is
    compiled for this machine as well, which the app describes itself on."""
    for architecture in here():
        for name in EXAMPLES:
            yield f"{name}, {architecture}", Project.of_example(name, architecture)


def unchanged(options):
    for name, project in examples():
        project.package(options.chalice)
        project.build()
        time.sleep(1)  # a file that was written just now could change without a trace
        project.package(options.chalice)
        yield name, *in_turns(options.rounds, lambda p=project: p.package(options.chalice), project.build)


def edited(options):
    run(["go", "build", "-o", WORK / "least", "./least"], ROOT / "bench")
    for name, project in examples():
        project.package(options.chalice)
        project.least()
        package = after_an_edit(project, lambda p=project: p.package(options.chalice))
        yield name, *in_turns(options.rounds, package, after_an_edit(project, project.least))


def python(options, prepare=None):
    """Packages the same app as Chalice for Python does, ours after an edit if prepare
    is given."""
    if not REFERENCE.exists():
        raise Skipped("Chalice for Python isn't installed: make .tools/reference/ready")
    theirs = many_in_python()
    known = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    reference = functools.partial(run, [REFERENCE, "package", "out"], theirs, **known)
    for architecture in here():
        project = Project.of_many(architecture)
        package = functools.partial(project.package, options.chalice)
        package()
        reference()
        time.sleep(1)
        package()
        if prepare:
            package = prepare(project, package)
        yield architecture, *in_turns(options.rounds, package, reference)


def python_edited(options):
    yield from python(options, after_an_edit)


def size(options):
    yield "chalice", options.chalice.stat().st_size / 1e6, ""


def version(options):
    costs = [run([options.chalice, "version"], ROOT) for _ in range(STARTS)]
    clock, processor = (
        1000 * statistics.median(times) for times in ([c.clock for c in costs], [c.processor for c in costs])
    )
    yield "least", 1000 * min(c.clock for c in costs), f"usually {clock:.1f} ms, of processors {processor:.1f} ms"


def demo(options):
    """A cold one: Go has compiled nothing before, but has downloaded what it needs."""
    run(["go", "mod", "download"], ROOT)
    with tempfile.TemporaryDirectory(prefix="cold-", dir=WORK) as cold:
        caches = {"GOCACHE": f"{cold}/go", "XDG_CACHE_HOME": f"{cold}/user"}
        cost = run(["make", "demo"], ROOT, **caches)
    yield "make demo", cost.processor, f"{cost.clock:.0f} s by the clock"


def policies(options):
    """What the analysis takes within a process, by Go's benchmarks of it."""
    command = ["go", "test", "-run", "^$", "-bench", "Large", "-benchmem", "./internal/policy"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = re.findall(r"^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(\d+) ns/op(.*)$", done.stdout, re.MULTILINE)
    if done.returncode or not found:
        raise Failure(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    for name, nanoseconds, more in found:
        yield name, int(nanoseconds) / 1e9, ", ".join(part.strip() for part in more.split("\t") if part.strip())


@dataclass
class Row:
    """Something that is measured. At most and aim are of the unit, which ratios have none
    of; None: there is no such figure."""

    what: str
    measure: callable
    most: float | None = None
    aim: float | None = None
    unit: str = ""


MANY = f"chalice package of {ROUTES} routes and {FUNCTIONS} functions"
ROWS = {
    "unchanged": Row("chalice package / go build, nothing changed", unchanged, 1.0, 0.15),
    "edited": Row("chalice package / build + hash + parallel zip, after one edit", edited, 1.15, 1.05),
    "python": Row(f"{MANY} / Chalice for Python's, nothing changed", python, 0.6, 0.3),
    "python-edited": Row(f"{MANY}, after one edit / Chalice for Python's, nothing changed", python_edited),
    "size": Row("the command's size", size, 25, None, "MB"),
    "version": Row("chalice version", version, 15, None, "ms"),
    "policies": Row("analysis of 90,000 lines for policies", policies, None, None, "s"),
    "demo": Row("cold make demo, of processors", demo, 90, 60, "s"),
}


def tell(row, name, figure, more):
    verdict = "" if row.most is None or figure <= row.most else "  MISSED"
    print(f"  {name:<34} {figure:9.3f} {row.unit:<2} {more}{verdict}", flush=True)


def limits(row):
    """Says what a row's figures should be."""
    given = [f"{text} {limit:g}" for text, limit in (("at most", row.most), ("aim", row.aim)) if limit is not None]
    return f" ({', '.join(given)}{' ' + row.unit if row.unit else ''})" if given else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chalice", type=lambda name: Path(name).resolve())
    parser.add_argument("--only", action="append", choices=ROWS, metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    for name in options.only or ROWS:
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        row = ROWS[name]
        again = f"python3 {Path(__file__).relative_to(ROOT)} bin/chalice --only {name}"
        print(f"{row.what}{limits(row)}: {again}", flush=True)
        try:
            for figure in row.measure(options):
                tell(row, *figure)
        except Skipped as reason:
            print(f"  skipped: {reason}", flush=True)
    shutil.rmtree(WORK, ignore_errors=True)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"Error: {failure}")
