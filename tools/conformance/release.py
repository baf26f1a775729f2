"""Makes a release with goreleaser, and installs it as GitHub's runners would.

    release.py GORELEASER COMMAND

GORELEASER is the program at the version that .github/workflows/release.yml names, COMMAND
what `make build` makes. A clone of HEAD, with this folder's .goreleaser.yaml, becomes a
snapshot: the archive for this machine has a real command, and the others a text in its
place, unless ALL_SYSTEMS is set. Lists of what is in them, for which syft is needed, are
left out. Ends with 1 unless

  - goreleaser finds nothing wrong with .goreleaser.yaml;
  - there is an archive for each system, by the names that action.yml takes, with the
    licenses, and checksums.txt is right;
  - the command tells its version, commit and day, and is built as COMMAND is;
  - another clone, in another folder, has the same bytes;
  - tools/action/install.sh installs it from a server on loopback, and nothing that differs.
"""

import functools
import hashlib
import http.server
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import zipfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = ({"Linux": "linux", "Darwin": "darwin"}[platform.system()], {"x86_64": "amd64"}.get(platform.machine(), "arm64"))
RUNNER = {
    "RUNNER_OS": {"linux": "Linux", "darwin": "macOS"}[HERE[0]],
    "RUNNER_ARCH": {"amd64": "X64"}.get(HERE[1], "ARM64"),
}
FILES = {"LICENSE", "README.md", "CHANGELOG.md", "THIRD_PARTY_LICENSES.txt"}

# Compiles what is for this machine, and for others writes a text.
GO = """#!/usr/bin/env bash
set -euo pipefail
args=("$@")
if [[ ${1:-} == build && -z ${ALL_SYSTEMS:-} && $GOOS/$GOARCH != HERE ]]; then
	while [[ $1 != -o ]]; do shift; done
	echo "a command for $GOOS/$GOARCH" >"$2"
	exit
fi
exec GO "${args[@]}"
"""


class Failure(Exception):
    """Something is otherwise than a release has to be."""


def expect(what, got, want):
    if got != want:
        raise Failure(f"{what}: got {got!r}, want {want!r}")


def run(*command, folder=ROOT, **environment):
    command = [str(word) for word in command]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failure(f"{' '.join(command)} ends with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def release(goreleaser, folder):
    """Returns the folder with the files of a release that a clone of HEAD makes."""
    run("git", "clone", "--quiet", "--depth=1", f"file://{ROOT}", folder)
    run("git", "remote", "set-url", "origin", "https://github.com/chalice-go/chalice", folder=folder)
    shutil.copy(ROOT / ".goreleaser.yaml", folder)
    stub = folder.parent / (folder.name + "-go") / "go"
    stub.parent.mkdir()
    stub.write_text(GO.replace("HERE", "/".join(HERE)).replace("exec GO", f"exec {shutil.which('go')}"))
    stub.chmod(0o755)
    environment = {"PATH": f"{stub.parent}:{os.environ['PATH']}", "GOFLAGS": ""}
    run(goreleaser, "check", folder=folder, **environment)
    run(goreleaser, "release", "--snapshot", "--clean", "--skip=sbom", "--parallelism=2", folder=folder, **environment)
    return folder / "dist"


def archives(dist):
    """Checks the archives, and returns the version of the snapshot."""
    names = sorted(p.name for p in dist.iterdir() if p.name.endswith((".tar.gz", ".zip")))
    version = re.match(r"chalice_(.+)_darwin_amd64\.tar\.gz$", names[0])[1]
    systems = [("darwin", "tar.gz"), ("linux", "tar.gz"), ("windows", "zip")]
    want = [f"chalice_{version}_{system}_{arch}.{suffix}" for system, suffix in systems for arch in ("amd64", "arm64")]
    expect("archives", names, want)
    sums = dict(line.split()[::-1] for line in (dist / "checksums.txt").read_text().splitlines())
    expect("checksums.txt", sums, {name: hashlib.sha256((dist / name).read_bytes()).hexdigest() for name in names})
    for name in names:
        if name.endswith(".zip"):
            with zipfile.ZipFile(dist / name) as archive:
                inside = {member.filename: member.file_size for member in archive.infolist()}
        else:
            with tarfile.open(dist / name) as archive:
                inside = {member.name: member.size for member in archive}
                expect(f"mode of chalice in {name}", oct(archive.getmember("chalice").mode), "0o755")
        expect(f"files of {name}", set(inside), FILES | {"chalice.exe" if "windows" in name else "chalice"})
        if inside["THIRD_PARTY_LICENSES.txt"] < 100_000:
            raise Failure(f"{name} has only {inside['THIRD_PARTY_LICENSES.txt']} bytes of licenses")
    return version


def settings(command):
    """Returns the flags that a command was built with, but for what the linker was told."""
    lines = [line.strip() for line in run("go", "version", "-m", command).splitlines()]
    found = dict(line.removeprefix("build\t").split("=", 1) for line in lines if line.startswith("build\t"))
    return {name: value for name, value in found.items() if not name.startswith("vcs") and name != "-ldflags"}


def told(command, version):
    commit, when = run("git", "log", "-1", "--format=%H %ct").split()
    day = datetime.fromtimestamp(int(when), UTC).date()
    go = run("go", "env", "GOVERSION").strip()
    want = f"chalice {version}, commit {commit[:12]} of {day}, {go}, {'/'.join(HERE)}\n"
    expect("version", run(command, "version"), want)
    expect("--version", run(command, "--version"), want)


class Releases(http.server.SimpleHTTPRequestHandler):
    """The files of a release where GitHub has them."""

    def translate_path(self, path):
        return super().translate_path("/" + path.rpartition("/")[2])

    def log_message(self, *_):
        pass


def install(dist, version, folder):
    """Runs the action's script, and returns what it ended with and the folder for PATH."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Releases, directory=dist))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder.mkdir()
    path = folder / "path"
    environment = RUNNER | {
        "CHALICE_VERSION": version,
        "CHALICE_RELEASES": f"http://127.0.0.1:{server.server_port}/releases",
        "RUNNER_TEMP": str(folder),
        "GITHUB_PATH": str(path),
        "GITHUB_OUTPUT": str(folder / "output"),
        "no_proxy": "*",
    }
    script = ["bash", str(ROOT / "tools" / "action" / "install.sh")]
    done = subprocess.run(script, env=os.environ | environment, capture_output=True, text=True, check=False)
    server.shutdown()
    return done, path.read_text().strip() if path.exists() else ""


def main(goreleaser, built):
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    pinned = re.search(r"goreleaser-action@.+\n\s+with:\n\s+version: v(\S+)", workflow)[1]
    version = re.search(r"GitVersion:\s+v?(\S+)", run(goreleaser, "--version"))[1]
    expect("goreleaser's version, which release.yml names", version, pinned)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        dist = release(goreleaser, work / "one")
        version = archives(dist)
        print(f"goreleaser {pinned} makes six archives of {version}, with right checksums")

        done, folder = install(dist, version, work / "runner")
        if done.returncode:
            raise Failure(f"install.sh ends with {done.returncode}:\n{done.stdout}{done.stderr}")
        command = Path(folder) / "chalice"
        told(command, version)
        expect("flags of the build", settings(command), settings(built))
        print(f"the action installs it: {run(command, 'version').strip()}")

        again = release(goreleaser, work / "elsewhere" / "two")
        expect("bytes of another clone", (again / "checksums.txt").read_text(), (dist / "checksums.txt").read_text())
        print("another clone has the same bytes")

        with (dist / f"chalice_{version}_{HERE[0]}_{HERE[1]}.tar.gz").open("ab") as archive:
            archive.write(b"\0")
        done, folder = install(dist, version, work / "spoilt")
        expect("status and PATH with another archive", (done.returncode, folder), (1, ""))
        if "isn't what the release has" not in done.stdout:
            raise Failure(f"install.sh says of another archive:\n{done.stdout}{done.stderr}")
        print("an archive that differs isn't installed")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
    except Failure as failure:
        sys.exit(f"release.py: {failure}")
