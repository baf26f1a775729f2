"""Talks in examples/chat, which chalice local runs, with websockets of others.

    sockets.py CHALICE

The members are Python's websockets and Node's ws, and boto3 calls the
management API. NODE_PATH says where ws is. Exits with 1 at the first difference.
"""

import asyncio
import json
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import quote

import boto3
from botocore.config import Config
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds for chalice local to build, and 10 for anything else


class Failure(Exception):
    """Something isn't as it should be."""


def expect(what, found, want):
    if found != want:
        raise Failure(f"{what}: {found!r}, and should be {want!r}")
    print(f"  {what}")


async def soon(waiting):
    return await asyncio.wait_for(waiting, 10)


async def start(chalice):
    """Runs chalice local, and returns its process and its address."""
    command = [chalice, "local", "--port", "0", "--no-autoreload", "--project-dir", str(ROOT / "examples" / "chat")]
    local = await asyncio.create_subprocess_exec(*command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    said = []
    while line := (await asyncio.wait_for(local.stderr.readline(), PATIENCE)).decode():
        said.append(line)
        if found := re.search(r"http://([\w.:\[\]]+)", line):
            local.drained = asyncio.ensure_future(local.stderr.read())  # so that it never waits for us
            return local, found[1]
    raise Failure(f"chalice local ended:\n{''.join(said)}")


class Member:
    """A member whose websocket is of Python's websockets."""

    def __init__(self, socket):
        self.socket = socket

    async def say(self, **message):
        await self.socket.send(json.dumps(message))

    async def hear(self, kind):
        """Returns the next message of a kind."""
        while True:
            message = json.loads(await soon(self.socket.recv()))
            if message["kind"] == kind:
                return message

    async def closed(self):
        """Returns the status with which the connection is closed."""
        try:
            while True:
                await soon(self.socket.recv())
        except ConnectionClosed as closed:
            return closed.rcvd and closed.rcvd.code


async def join(address, name):
    member = Member(await connect(f"ws://{address}/", max_size=None))
    await member.say(name=name)
    await member.hear("joined")
    return member


def page(address):
    with urllib.request.urlopen(f"http://{address}/", timeout=PATIENCE) as response:
        return response.headers["Content-Type"], "<title>Chat</title>" in response.read().decode()


async def with_node(address, ada):
    """Has Ada talk with a client of Node's."""
    script = str(Path(__file__).with_suffix(".js"))
    node = await asyncio.create_subprocess_exec("node", script, f"ws://{address}/api", "Bob", stdout=subprocess.PIPE)

    async def line():
        return json.loads(await soon(node.stdout.readline()) or '{"kind": "nothing"}')

    expect("Node's ping is answered", await line(), {"kind": "pong", "text": "there?"})
    joined = {"kind": "joined", "name": "Bob", "names": ["Ada", "Bob"]}
    expect("Node hears that it joined", await line(), {**joined, "binary": False})
    expect("Python hears it, too", await ada.hear("joined"), joined)
    await ada.say(text="hello <b>")
    expect("Node hears Python", await line(), {"kind": "said", "name": "Ada", "text": "hello <b>", "binary": False})
    await ada.hear("said")
    answer = {"kind": "said", "name": "Bob", "text": "hello <b>, Bob ✓"}
    expect("Python hears Node, in two frames", await ada.hear("said"), answer)
    expect("Node hears itself", await line(), {**answer, "binary": False})
    await ada.say(text="goodbye")
    await line()
    expect("Node closes", await line(), {"kind": "closed", "status": 1000})
    expect("Python hears of it", await ada.hear("left"), {"kind": "left", "name": "Bob", "names": ["Ada"]})
    expect("Node ended", await soon(node.wait()), 0)


async def limits(address, ada):
    """Does what API Gateway doesn't allow, or only just."""
    await (await soon(ada.socket.ping("still?")))
    text = json.dumps({"text": "x" * (128 * 1024 - 12)})
    await ada.socket.send(text[i : i + 32768] for i in range(0, len(text), 32768))
    expect("128 KB in frames of 32 KB arrive", (await ada.hear("error"))["kind"], "error")

    async def ends(send):
        eve = await join(address, "Eve")
        await send(eve.socket)
        return await eve.closed()

    expect("a binary message ends it", await ends(lambda socket: socket.send(b"x")), 1003)
    expect("a frame of more than 32 KB", await ends(lambda socket: socket.send("x" * 32769)), 1009)
    parts = ["x" * 32768] * 4 + ["x"]
    expect("a message of more than 128 KB", await ends(lambda socket: socket.send(parts)), 1009)
    expect("a text that is no UTF-8", await ends(lambda socket: socket.send(b"\xff", text=True)), 1007)

    eve = await join(address, "Mallory")
    eve.socket.transport.abort()
    while (left := await ada.hear("left"))["name"] != "Mallory":
        pass
    expect("who vanishes has left", left["names"], ["Ada"])
    try:
        await connect(f"ws://{address}/elsewhere")
        raise Failure("a websocket at another path is accepted")
    except InvalidStatus as refused:
        expect("another path is refused", refused.response.status_code, 403)


async def management(address, ada):
    """Calls the management API as the functions do, with boto3."""
    folder = Path(tempfile.gettempdir()) / "chalice-chat" / quote(address, safe=":")
    [member] = folder.iterdir()
    there = {"ConnectionId": bytes.fromhex(member.name).decode()}
    api = boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=f"http://{address}/api",
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}),
    )
    call = asyncio.to_thread
    found = await call(api.get_connection, **there)
    expect("boto3 sees the connection", found["Identity"]["SourceIp"], "127.0.0.1")
    expect("and its times", found["ConnectedAt"] <= found["LastActiveAt"], True)
    large = json.dumps({"kind": "large", "text": "é" * (64 * 1024 - 50)}, ensure_ascii=False)
    await call(api.post_to_connection, Data=large.encode(), **there)
    expect("boto3 sends 128 KB", await ada.hear("large"), json.loads(large))
    try:
        await call(api.post_to_connection, Data=b"x" * (128 * 1024 + 1), **there)
        raise Failure("more than 128 KB were sent")
    except api.exceptions.PayloadTooLargeException:
        print("  and no more")
    await call(api.delete_connection, **there)
    expect("boto3 ends the connection", await ada.closed(), 1000)
    for method in (api.get_connection, api.delete_connection):
        try:
            await call(method, **there)
            raise Failure(f"{method.__name__} finds a connection that is gone")
        except api.exceptions.GoneException:
            print(f"  {method.__name__} says that it is gone")


async def main(chalice):
    local, address = await start(chalice)
    try:
        expect("the page is there", page(address), ("text/html; charset=utf-8", True))
        ada = await join(address, "Ada")
        await with_node(address, ada)
        await limits(address, ada)
        await management(address, ada)
    finally:
        local.send_signal(signal.SIGINT)
        await local.wait()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        asyncio.run(main(str(Path(sys.argv[1]).absolute())))
    except Failure as failure:
        sys.exit(f"Error: {failure}")
