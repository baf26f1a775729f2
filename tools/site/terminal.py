"""Pictures of a terminal in which our command really runs.

    terminal.py CHALICE PICTURES [--check] SCENE...

runs the commands of each scene and writes PICTURES/SCENE.svg; with --check it only says
what of the picture isn't so any more. Scenes are `terminal`, a new project, and `deploy`,
which needs an AWS (tools/endpoint). A picture that differs from what was printed in times
and ids alone stays as it is.
"""

import fcntl
import html
import os
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time
import urllib.request
import xml.etree.ElementTree as ET
from contextlib import contextmanager
from pathlib import Path

import pyte

COLUMNS = {"terminal": 76, "deploy": 98}  # so that no line is broken
ROWS = 200
PATIENCE = 300  # seconds, for a build
# What differs from run to run, and is written so that two texts can be compared.
VARIES = [
    (r"\b\d+(\.\d+)?(ms|µs|s)\b", "0s"),
    (r"\b\d+(\.\d+)? ([KM]B)\b", r"1 \2"),
    (r"\bhttps://\w+\.execute-api", "https://ID.execute-api"),
    (r"\bRestAPIId +\w+", "RestAPIId ID"),
    (r"-[0-9A-F]{12}\b", "-ID"),
    (r"^[├└]", "├"),  # in the order in which they are done
    (r" +", " "),  # columns are as wide as what is in them
]
PROGRESS = re.compile(r"^(✓ )?Compiling |^\^C$")
NOTE = "note: go.mod takes chalice from "  # a folder of this machine, where the command is no release


class Terminal:
    """A terminal of as many rows as are needed, in a folder."""

    def __init__(self, columns, folder, chalice):
        self.folder = folder
        self.screen = pyte.Screen(columns, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.environment = os.environ | {
            "PATH": f"{Path(chalice).resolve().parent}:{os.environ['PATH']}",
            "TERM": "xterm-256color",
            "CGO_ENABLED": "0",
            "HOME": str(folder.parent),
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),
            "GOPATH": subprocess.check_output(["go", "env", "GOPATH"], text=True).strip(),
            "GOCACHE": subprocess.check_output(["go", "env", "GOCACHE"], text=True).strip(),
        }

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    @contextmanager
    def running(self, command, actual=None):
        """Types a command, and runs it, or what does the same, until the block has ended."""
        for cell in ("\x1b[1;36m$\x1b[0m ", f"\x1b[1m{command}\x1b[0m", "\r\n"):
            self.stream.feed(cell.encode())
        pid, fd = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execvpe("bash", ["bash", "-c", actual or command], self.environment)
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, self.screen.columns, 0, 0))
        self.fd, self.status = fd, None
        try:
            yield self
            self.read(lambda: False)
        finally:
            os.kill(pid, signal.SIGKILL)
            self.status = os.waitpid(pid, 0)[1]
            os.close(fd)

    def read(self, enough):
        """Reads what is printed until it is enough, or over; reports whether it is enough."""
        end = time.monotonic() + PATIENCE
        while not enough():
            if time.monotonic() > end:
                raise SystemExit(f"nothing more was printed after\n{self.text()}")
            if not select.select([self.fd], [], [], 0.1)[0]:
                continue
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                return False
            if not data:
                return False
            self.stream.feed(data)
        return True

    def wait(self, text):
        if not self.read(lambda: text in self.text()):
            raise SystemExit(f"{text!r} isn't printed:\n{self.text()}")

    def type(self, text):
        os.write(self.fd, text.encode())

    def run(self, command):
        with self.running(command):
            pass


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def new_project(terminal):
    terminal.run("chalice new-project helloworld && cd helloworld")
    terminal.folder /= "helloworld"


def scene_terminal(terminal):
    """A project is made, tested, run and changed."""
    new_project(terminal)
    terminal.run("go test ./...")
    port = free_port()
    with terminal.running("chalice local", f"exec chalice local --port {port}"):
        terminal.wait("ready in")
        terminal.wait("_chalice/docs")
        get(port)
        terminal.wait("GET ")
        main = terminal.folder / "main.go"
        changed = main.read_text().replace('"hello"', '"greetings"', 1)
        (terminal.folder / "main.go~").write_text(changed)
        (terminal.folder / "main.go~").replace(main)
        terminal.wait("building: main.go changed")
        if not terminal.read(lambda: terminal.text().count("ready in") == 2):
            raise SystemExit("the change isn't built")
        get(port)
        terminal.wait("the first new answer came")
        terminal.read(lambda: terminal.text().count("GET ") == 2)
        os.write(terminal.fd, b"\x03")
    return {str(port): "8000"}


def get(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as response:
        response.read()


def scene_deploy(terminal):
    """A project is deployed."""
    new_project(terminal)
    terminal.screen.reset()
    with terminal.running("chalice deploy"):
        terminal.wait("[y/N]")
        terminal.type("y\n")
    terminal.run("chalice url")
    return {}


SCENES = {"terminal": scene_terminal, "deploy": scene_deploy}


def runs(screen, row, replaced):
    """Returns the parts of a row that look alike, as text, color and whether it is bold."""
    found = []
    for column in range(screen.columns):
        cell = screen.buffer[row][column]
        look = (cell.fg, cell.bold)
        if found and (found[-1][1:] == look or cell.data == " "):
            found[-1] = (found[-1][0] + cell.data, *found[-1][1:])
        else:
            found.append((cell.data, *look))
    for old, new in replaced.items():
        found = [(text.replace(old, new), *look) for text, *look in found]
    while found and not found[-1][0].rstrip():
        found.pop()
    if found:
        found[-1] = (found[-1][0].rstrip(), *found[-1][1:])
    return found


WIDTH, HEIGHT, PAD, TOP = 8.4, 19, 18, 44
STYLE = """
  .window { fill: #f6f8f9; stroke: #c9d2d6 }
  .dot { fill: #c9d2d6 }
  text { fill: #24292e; white-space: pre }
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace }
  .bold { font-weight: 600 }
  .faint { fill: #5a656c }
  .red { fill: #b3261e }
  .green { fill: #1a6a3a }
  .yellow, .brown { fill: #7a5200 }
  .blue { fill: #2b50b8 }
  .magenta { fill: #8a2f8f }
  .cyan { fill: #0a6577 }
  @media (prefers-color-scheme: dark) {
    .window { fill: #161d21; stroke: #36434a }
    .dot { fill: #36434a }
    text { fill: #d5dde1 }
    .faint { fill: #94a3ab }
    .red { fill: #ff9c88 }
    .green { fill: #6ad5a0 }
    .yellow, .brown { fill: #e5c07b }
    .blue { fill: #93b8ff }
    .magenta { fill: #e0a3e6 }
    .cyan { fill: #6cc8d9 }
  }
"""


def drawn(rows, columns, title):
    """Returns a picture of rows, as SVG."""
    width, height = columns * WIDTH + 2 * PAD, len(rows) * HEIGHT + TOP + PAD
    out = [
        (
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
            f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}">'
        ),
        f"<title>{html.escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="window" x=".5" y=".5" width="{width - 1:g}" height="{height - 1:g}" rx="8"/>',
        *(f'<circle class="dot" cx="{PAD + 4 + 18 * i}" cy="19" r="5.5"/>' for i in range(3)),
    ]
    for number, row in enumerate(rows):
        if not row:
            continue
        length = sum(len(text) for text, *_ in row) * WIDTH
        spans = ""
        for text, color, bold in row:
            known = {"brightblack": "faint"}.get(color, color.removeprefix("bright"))
            classes = " ".join([known] * (known != "default") + ["bold"] * bold)
            escaped = html.escape(text, quote=False)
            spans += f'<tspan class="{classes}">{escaped}</tspan>' if classes else escaped
        place = f'x="{PAD}" y="{TOP + 12 + number * HEIGHT}" textLength="{length:g}" lengthAdjust="spacingAndGlyphs"'
        out.append(f'<text xml:space="preserve" {place}>{spans}</text>')
    return "\n".join([*out, "</svg>", ""])


def lines(picture):
    """Returns the text of a picture."""
    return ["".join(text.itertext()) for text in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]


def compared(text):
    kept = [line for line in text if not PROGRESS.match(line)]
    for pattern, same in VARIES:
        kept = [re.sub(pattern, same, line).rstrip() for line in kept]
    return sorted(kept)  # an answer and what it took are told at the same time


def shown(rows):
    """Returns the rows without progress, and without the note about a checkout."""
    found, noted = [], False
    for row in rows:
        text = "".join(text for text, *_ in row)
        noted = text.startswith(NOTE) or (noted and not text.startswith("$ "))
        if not noted and not PROGRESS.match(text):
            found.append(row)
    return found


def play(name, chalice):
    """Returns the picture of a scene."""
    scene = SCENES[name]
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home, "work")
        folder.mkdir()
        terminal = Terminal(COLUMNS[name], folder, chalice)
        replaced = scene(terminal)
        folder = str(Path(home).resolve())
    rows = [runs(terminal.screen, row, replaced | {folder: "~"}) for row in range(ROWS)]
    rows = shown(rows)
    while rows and not rows[-1]:
        rows.pop()
    return drawn(rows, COLUMNS[name], scene.__doc__)


def main(chalice, pictures, *names):
    check = "--check" in names
    wrong = False
    for name in names:
        if name == "--check":
            continue
        picture = play(name, chalice)
        file = Path(pictures, f"{name}.svg")
        before = file.read_text() if file.exists() else drawn([], 0, "")
        is_, was = compared(lines(picture)), compared(lines(before))
        if check and is_ != was:
            wrong = True
            print(f"{file} has\n" + "\n".join(was) + "\n\nand printed is\n" + "\n".join(is_), file=sys.stderr)
        elif check:
            print(f"  {name}.svg is what is printed")
        elif is_ != was or re.sub(r"<text.*", "", before) != re.sub(r"<text.*", "", picture):
            file.write_text(picture)
            print(f"  {file} is new")
    if wrong:
        raise SystemExit("Error: make pictures makes new pictures")


if __name__ == "__main__":
    if len(sys.argv) < 4 or not shutil.which("go"):
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
