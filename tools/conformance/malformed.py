"""Sends chalice local 200 requests and websocket frames that are malformed, each
in another way, and wants it to stay as it was.

    malformed.py CHALICE

The same ones each time. Whatever is sent, chalice local answers or closes the
connection, and afterwards it serves an ordinary request, in the same processes
and with no more files open than before. Exits with 1 if it doesn't.
"""

import random
import signal
from pathlib import Path

from local import WITNESS, Closed, Connection, Failure, Local, get, run, until

COUNT = 200
SEED = 12
MOST_GOROUTINES = 60  # of one that has nothing to do; a leak of one in four requests is more
UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
ORDINARY = (
    b"POST /echo/a?x=1 HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 20\r\n\r\n"
    b"12345678901234567890"
)
CHUNKED = b"POST /echo/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n"


def noise(dice, size):
    return dice.randbytes(size)


def flipped(dice):
    """Some bytes of a good request are others."""
    data = bytearray(dice.choice([ORDINARY, CHUNKED, UPGRADE]))
    for _ in range(dice.randint(1, 6)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(data)


def truncated(dice):
    data = dice.choice([ORDINARY, CHUNKED, UPGRADE])
    return data[: dice.randrange(1, len(data))]


def repeated(dice):
    """Some part of a good request is there many times."""
    data = dice.choice([ORDINARY, CHUNKED, UPGRADE])
    start = dice.randrange(len(data))
    part = data[start : start + dice.randint(1, 30)]
    return data[:start] + part * dice.randint(2, 3000) + data[start:]


def path(dice):
    pieces = [
        "..",
        ".",
        "",
        "%",
        "%zz",
        "%00",
        "%2f",
        "%2e%2e",
        "%c0%af",
        "\xff",
        "\\",
        ";",
        "@",
        "//",
        "#",
        "?",
        "{name}",
        "a" * 3000,
    ]
    target = "/" + "/".join(dice.choice(pieces) for _ in range(dice.randint(1, 12)))
    method = dice.choice(["GET", "POST", "OPTIONS", "HEAD", "get", "M\xe9THOD", "*"])
    return f"{method} {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode("latin-1")


def target(dice):
    return b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % dice.choice(
        [
            b"http://",
            b"http:///",
            b"http://a:b:c/",
            b"http://[::1",
            b"://",
            b"*",
            b"**",
            b"ftp://a/",
            b"http://%zz/",
            b"file:///etc/passwd",
            b"http://a\x01/",
            b"?",
            b"#",
        ]
    )


def headers(dice):
    size = dice.choice([10_000, 70_000, 1_100_000])
    line = dice.choice(
        [b"X: %s\r\n" % (b"a" * size), b"X: a\r\n" * (size // 6), b"%s: a\r\n" % (b"X" * size), b": \r\n" * (size // 4)]
    )
    return b"GET /echo/a HTTP/1.1\r\nHost: a\r\n" + line + b"\r\n"


def lengths(dice):
    """Headers that disagree about the body, with a request in it."""
    inner = b"GET /users/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
    lines = [
        b"Content-Length: %d" % len(inner), b"Content-Length: 0", b"Content-Length: 99999999999999999999",
        b"Content-Length: -1", b"Content-Length: 1, 2", b"Content-Length:", b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding:\tchunked", b"Transfer-Encoding: identity",
        b"Transfer-Encoding: \x0bchunked", b"transfer-encoding: CHUNKED", b"Transfer-Encoding:\r\n chunked",
        b"X: a\r\n\tTransfer-Encoding: chunked",
    ]  # fmt: skip
    head = b"\r\n".join([b"POST /echo/a HTTP/1.1", b"Host: a", *dice.sample(lines, 2)])
    return head + b"\r\n\r\n" + dice.choice([b"0\r\n\r\n", b"", b"%x\r\n" % len(inner)]) + inner


def chunks(dice):
    bad = [
        b"zz",
        b"-1",
        b"0x5",
        b"FFFFFFFFFFFFFFFF",
        b"5 5",
        b"",
        b"5;" + b"x" * 9000,
        b"5\n",
        b"00000000000000000005",
        b"\xff",
    ]
    return CHUNKED.replace(b"5\r\n", dice.choice(bad) + b"\r\n", dice.randint(1, 2)).replace(
        b"0\r\n\r\n", dice.choice([b"0\r\n\r\n", b"0\r\nX\r\n\r\n", b""])
    )


def oversized(dice):
    return b"POST /echo/a HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % dice.choice(
        [11 << 20, 1 << 40]
    ) + b"x" * (11 << 20)


def upgrade(dice):
    """A request for a websocket that has lost a line, or has it twice."""
    lines = UPGRADE.rstrip(b"\r\n").split(b"\r\n")
    i = dice.randrange(1, len(lines))
    lines[i : i + 1] = [lines[i]] * dice.choice([0, 2, 40])
    return b"\r\n".join(lines) + b"\r\n\r\n" + noise(dice, 40)


def frames(dice):
    """Frames that a websocket may not have."""
    mask = b"\1\2\3\4"
    bad = [
        b"\x81\x05hello",  # without a mask
        b"\xf1\x80" + mask,  # reserved bits
        b"\x83\x80" + mask,  # a reserved opcode
        b"\x09\x80" + mask,  # a ping in two frames
        b"\x89\xfe\x00\x7e" + mask + b"x" * 126,  # a ping that is too long
        b"\x88\x81" + mask + b"x",  # a close with half a status
        b"\x88\x82" + mask + bytes([0x03 ^ 1, 0xE7 ^ 2]),  # a close with status 999
        b"\x80\x80" + mask,  # goes on with nothing
        b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff" + mask,  # a length of 64 bits
        b"\x81\xff\x00\x00\x00\x01\x00\x00\x00\x00" + mask,
        b"\x01\x80" + mask + b"\x01\x80" + mask,  # a message within one
        b"\x81\x82" + mask + bytes([0xC3 ^ 1, 0x28 ^ 2]),  # no UTF-8
        b"\x81",  # ends early
        noise(dice, 200),
    ]
    return UPGRADE + b"".join(dice.sample(bad, dice.randint(1, 3)))


KINDS = [
    flipped,
    truncated,
    repeated,
    path,
    target,
    headers,
    lengths,
    chunks,
    oversized,
    upgrade,
    frames,
    lambda dice: noise(dice, dice.randint(1, 2000)),
]


def hears(local, data):
    """Sends bytes, and reports whether the server says something or closes in
    time."""
    with Connection(local, 10) as connection:
        connection.send(data)
        connection.finish()
        try:
            while connection.file.read(65536):
                pass
        except ConnectionResetError:
            pass
        except TimeoutError:
            return False
        except Closed:
            pass
    return True


def open_files(pid):
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def goroutines(local):
    """Ends chalice local with what makes Go's runtime write down all goroutines,
    and counts them."""
    local.end(signal.SIGQUIT)
    until(lambda: "" in local.said, "its output doesn't end")
    return sum(line.startswith("goroutine ") for line in local.said)


def memory(pid):
    """Returns the resident memory in MB."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) >> 10


def main(chalice):
    dice = random.Random(SEED)
    with Local(chalice, WITNESS, "--no-autoreload", "--workers", "2") as local:
        local.ready()
        pid = local.process.pid
        for _ in range(20):  # so that what is made once is there
            hears(local, ORDINARY)
            hears(local, UPGRADE)
        until(lambda: open_files(pid) < 100, "files stay open")
        files, processes, before = open_files(pid), set(local.children()), memory(pid)
        for i in range(COUNT):
            kind = KINDS[i % len(KINDS)]
            data = kind(dice)
            if not hears(local, data):
                raise Failure(f"request {i}, {data[:200]!r}…, is neither answered nor is its connection closed")
            if get(local, "/", patience=10).status != 200:
                raise Failure(f"after request {i}, {data[:200]!r}…, an ordinary one fails")
        if local.process.poll() is not None:
            raise Failure(f"chalice local ended with {local.process.returncode}")
        if missing := processes - set(local.children()):
            raise Failure(f"{len(missing)} of the app's processes were ended")
        until(lambda: open_files(pid) <= files + 4, f"{open_files(pid)} files are open, {files} were before")
        if any("panic" in line for line in local.said):
            raise Failure(f"chalice local panicked:\n{''.join(local.said)}")
        after = memory(pid)
        if (count := goroutines(local)) > MOST_GOROUTINES:
            raise Failure(f"{count} goroutines run when nothing is to do:\n{''.join(local.said)}")
    print(f"{COUNT} malformed requests change nothing: {count} goroutines are left,")
    print(f"{before} MB of memory before, {after} after")


if __name__ == "__main__":
    run(main, __doc__)
