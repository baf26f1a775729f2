"""Ends chalice local in each way that there is, and looks for what is left.

    endings.py CHALICE

Exits with 1 if a process of the app's, the port or a temporary file outlives it.
"""

import signal
import socket
import tempfile
import threading
import time
from pathlib import Path

from local import WITNESS, Closed, Failure, Local, alive, get, run, until

# The exit status that a shell shows for a signal.
INTERRUPTED, TERMINATED = 130, 143


class Left:
    """What a chalice local has, to be looked for when it is gone."""

    def __init__(self, local, temporary):
        self.address, self.temporary = local.address, temporary
        self.processes = local.children()
        if not self.processes:
            raise Failure("no process runs the app")
        if not self.files():
            raise Failure(f"the program isn't below {temporary}, so this script looks at the wrong place")

    def files(self):
        return sorted(path.name for path in Path(self.temporary).iterdir())

    def nothing(self, how):
        until(lambda: not any(map(alive, self.processes)), f"{how}: a process of the app's goes on", 2)
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                free.bind(self.address)
            except OSError as error:
                raise Failure(f"{how}: the port is still taken: {error}") from error
        print(f"  {how}: no process and no port")

    def no_files(self, how):
        if files := self.files():
            raise Failure(f"{how}: {', '.join(files)} is left")
        print(f"  {how}: no file")


def start(chalice, temporary):
    # All that is temporary lies in one folder, so that nothing is overlooked.
    return Local(chalice, WITNESS, "--workers", "2", environment={"TMPDIR": temporary, "GOTMPDIR": temporary}).ready()


def busy(local):
    """Has the app work at a request, and returns what becomes of that."""
    seen = []

    def ask():
        try:
            seen.append(get(local, "/slow/15000", patience=30).status)
        except (Closed, OSError):
            seen.append("closed")

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    return thread, seen


def ended_by(chalice, number, status, twice=False):
    how = signal.Signals(number).name
    with tempfile.TemporaryDirectory() as temporary, start(chalice, temporary) as local:
        left = Left(local, temporary)
        thread, _ = busy(local)
        began = time.monotonic()
        local.process.send_signal(number)
        if twice:
            local.process.send_signal(number)
        found = local.process.wait(10)
        took = time.monotonic() - began
        thread.join(10)
        if thread.is_alive():
            raise Failure(f"{how}: a client still waits")
        if found != status:
            raise Failure(f"{how}: exit status {found}, and should be {status}\n{''.join(local.said)}")
        if took > 2:
            raise Failure(f"{how}: it took {took:.1f} s to end")
        left.nothing(how)
        left.no_files(how)


def ended_while_building(chalice):
    """Ends it before the first build is done."""
    how = "SIGINT while building"
    with tempfile.TemporaryDirectory() as temporary:
        with Local(
            chalice, WITNESS, environment={"TMPDIR": temporary, "GOTMPDIR": temporary, "GOFLAGS": "-a"}
        ) as local:
            time.sleep(0.5)
            builders = local.children()
            if (status := local.end(signal.SIGINT)) != INTERRUPTED:
                raise Failure(f"{how}: exit status {status}")
            until(lambda: not any(map(alive, builders)), f"{how}: the compiler goes on", 2)
        until(lambda: not any(Path(temporary).iterdir()), f"{how}: {temporary} isn't empty", 2)
        print(f"  {how}: nothing is left")


def killed(chalice):
    how = "SIGKILL"
    with tempfile.TemporaryDirectory() as temporary:
        with start(chalice, temporary) as local:
            left = Left(local, temporary)
            thread, _ = busy(local)
            local.end(signal.SIGKILL)
            left.nothing(how)
            thread.join(10)
        with start(chalice, temporary) as local:
            if len(left.files()) != 1:
                raise Failure(f"{how}: the next start leaves {left.files()}")
            local.end(signal.SIGINT)
        left.no_files(f"{how}, and another start")


def taken(chalice):
    """A port in use is said at once, before anything is built."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        try:
            Local(chalice, WITNESS, "--port", port).close()
        except Failure as failure:
            if f"port {port}" not in str(failure) or "--port" not in str(failure):
                raise Failure(f"a port in use isn't explained: {failure}") from failure
            print("  a port in use: said, with what to do")
            return
    raise Failure("chalice local listens on a port in use")


def main(chalice):
    ended_by(chalice, signal.SIGINT, INTERRUPTED)
    ended_by(chalice, signal.SIGTERM, TERMINATED)
    ended_by(chalice, signal.SIGINT, INTERRUPTED, twice=True)
    ended_while_building(chalice)
    killed(chalice)
    taken(chalice)
    folders = Path(tempfile.gettempdir()).glob("chalice-local-*")
    if left := [folder.name for folder in folders if not in_use(folder.name)]:
        raise Failure(f"{', '.join(left)} is left")


def in_use(folder):
    """Reports whether a folder of a chalice local belongs to one that runs."""
    return alive(folder.split("-")[2])


if __name__ == "__main__":
    run(main, __doc__)
