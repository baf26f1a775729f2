"""Keeps chalice local busy for a while, kills its processes and changes its source
meanwhile.

    soak.py CHALICE

64 clients ask all the time, each on one connection, and look at every answer.
Exits with 1 if one is wrong that need not be.
"""

import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from local import WITNESS, Closed, Connection, Failure, Local, edit, get, project, run, until

CLIENTS = 64
SECONDS = 20
KILLS = 10
RELOADS = 20


class Load:
    """Clients that ask until they are told to stop."""

    def __init__(self, local):
        self.local, self.stop = local, threading.Event()
        self.statuses = Counter()
        self.slowest = 0.0
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._ask, args=(i,)) for i in range(CLIENTS)]

    def _ask(self, client):
        statuses, slowest, n = Counter(), 0.0, 0
        connection = Connection(self.local, 60)
        while not self.stop.is_set():
            n += 1
            began = time.monotonic()
            try:
                statuses[self._once(connection, f"{client}-{n}")] += 1
            except (Closed, OSError) as error:
                statuses[f"{type(error).__name__} {error}"] += 1
                connection = Connection(self.local, 60)
            slowest = max(slowest, time.monotonic() - began)
        connection.close()
        with self.lock:
            self.statuses += statuses
            self.slowest = max(self.slowest, slowest)

    @staticmethod
    def _once(connection, name):
        """Asks, and returns the status, or what is wrong with the answer."""
        connection.send(f"POST /echo/{name} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(name)}\r\n\r\n{name}".encode())
        answer = connection.receive()
        if answer.status == 200 and (
            b'"path":"/echo/%s"' % name.encode() not in answer.body or b'"body":"%s"' % name.encode() not in answer.body
        ):
            return "the answer to another request"
        return answer.status

    def __enter__(self):
        self.began = time.monotonic()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()
        self.took = time.monotonic() - self.began

    def failed(self):
        return self.statuses - Counter({200: self.statuses[200]})

    def __str__(self):
        count = self.statuses[200]
        return f"{count} answers, {count / self.took:.0f} a second, the slowest after {self.slowest:.2f} s"


def steady(local):
    with Load(local) as load:
        time.sleep(SECONDS)
    if load.failed():
        raise Failure(f"{SECONDS} s: {dict(load.failed())}")
    print(f"  {CLIENTS} connections for {SECONDS} s: {load}")


def killing(local):
    """Kills a process now and then. It holds one request at most."""
    dice = random.Random(1)
    with Load(local) as load:
        for _ in range(KILLS):
            time.sleep(0.5)
            until(local.children, "no process runs the app")
            os.kill(dice.choice(local.children()), signal.SIGKILL)
        time.sleep(1)
    failed = load.failed()
    if set(failed) - {502} or failed[502] > KILLS:
        raise Failure(f"{KILLS} processes were killed: {dict(failed)}")
    print(f"  {KILLS} killed processes cost {failed[502]} requests, each answered with 502: {load}")


def reloading(local, source):
    """Changes the source again and again, as soon as the last change answers."""
    with Load(local) as load:
        for i in range(RELOADS):
            before, after = ("world" if i == 0 else f"world {i - 1}"), f"world {i}"
            edit(source, f'"hello": "{before}"', f'"hello": "{after}"')
            until(lambda after=after: after in get(local, "/").body.decode(), f"change {i} isn't there", 60)
    if load.failed():
        raise Failure(f"{RELOADS} reloads: {dict(load.failed())}")
    print(f"  {RELOADS} reloads lose no request: {load}")


def settled(local):
    """Wants no more than one generation to be left."""
    until(lambda: len(local.children()) <= 4, f"{len(local.children())} processes are left of {RELOADS + 1} programs")
    pid = local.process.pid
    until(lambda: len(list(Path(f"/proc/{pid}/fd").iterdir())) < 64, "files stay open")
    if len(programs := [p for p in Path(local.temporary).glob("chalice-local-*/*") if p.is_dir()]) != 1:
        raise Failure(f"there should be one program: {programs}")
    print("  and leave one program, its processes, and no open files")


def main(chalice):
    with tempfile.TemporaryDirectory() as folder:
        source = project(WITNESS, Path(folder) / "witness")
        with Local(chalice, source.parent, "--workers", "4") as local:
            local.ready()
            steady(local)
            killing(local)
            reloading(local, source)
            settled(local)


if __name__ == "__main__":
    run(main, __doc__)
