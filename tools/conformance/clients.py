"""Generates the clients of docs/typed.md for examples/shop, compiles them, and has them call
chalice local.

    clients.py CHALICE

runs where openapi-typescript and tsc are on the path, and in a node_modules beside that
folder of it. The commands and the programs are those of the page. Exits with 1 if a command
fails, or a program prints something else than the page says.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from local import ROOT, Failure, Local, run

PAGE = ROOT / "docs" / "typed.md"
SHOP = ROOT / "examples" / "shop"
PINS = ROOT / "tools" / "conformance" / "openapi.txt"
ADDRESS = "http://127.0.0.1:8000"  # of chalice local, on the page
MAIN = {"go": "main.go", "ts": "main.ts"}


def sections():
    """Returns the sections of the page about a client, by their titles."""
    text = PAGE.read_text()
    found = re.search(r"^## Clients\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    if not found:
        raise Failure(f"{PAGE} has no section Clients")
    return dict(re.findall(r"^### (.*?)\n(.*?)(?=^### |\Z)", found[1], re.DOTALL | re.MULTILINE))


def block(language, section):
    """Returns the text of the one block of a section in a language."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    if len(found) != 1:
        raise Failure(f"{PAGE} has {len(found)} blocks of {language} where it should have one")
    return found[0]


class Client:
    """A client that a section of the page makes, in a folder."""

    def __init__(self, chalice, title, section, language, folder):
        self.chalice, self.title, self.section = Path(chalice).absolute(), title, section
        self.folder, self.main = folder, folder / MAIN[language]
        folder.mkdir()
        (folder / "package.json").write_text('{"type": "module"}')
        (folder / "node_modules").symlink_to(Path(shutil.which("tsc")).parents[1])
        self.program = block(language, section)

    def make(self, address):
        """Runs the commands of the section: all indented lines, of which the last runs the
        program. Returns what that prints."""
        self.main.write_text(self.program.replace(ADDRESS, address))
        without_blocks = re.sub(r"^```.*?^```$", "", self.section, flags=re.DOTALL | re.MULTILINE)
        said = [self.run(command) for command in re.findall(r"^ {4}(\S.*)$", without_blocks, re.MULTILINE)]
        return said[-1]

    def run(self, command):
        if command.startswith("npm install "):
            if (wanted := command.split()[2:]) != (pins := PINS.read_text().split())[-len(wanted) :]:
                raise Failure(f"{PAGE} installs {wanted}, and {PINS.name} has {pins}")
            return ""
        path = f"{self.chalice.parent}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "SHOP": str(SHOP), "GOFLAGS": "-mod=mod", "GOWORK": "off"}
        done = subprocess.run(
            ["sh", "-ec", command], check=False, cwd=self.folder, env=environment, capture_output=True, text=True
        )
        if done.returncode:
            raise Failure(f"{self.title}: {command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout


def main(chalice):
    found = sections()
    with tempfile.TemporaryDirectory() as folder, Local(chalice, SHOP, "--stage", "local", "--no-autoreload") as local:
        local.ready()
        for title, language in {"Go": "go", "TypeScript": "ts"}.items():
            client = Client(chalice, title, found.get(title, ""), language, Path(folder) / language)
            said, want = client.make(local.url), block("text", client.section)
            if said != want:
                raise Failure(f"{title}: the program prints\n{said}and the page says\n{want}")
            print(f"the client in {title} compiles, and gets typed answers from chalice local")


if __name__ == "__main__":
    run(main, __doc__)
