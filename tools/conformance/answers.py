"""Has schemathesis make up requests from the document of examples/shop, and compare with it
what chalice local answers.

    answers.py CHALICE

The same requests each time, good ones and bad ones. Exits with 1 if one is answered with a
5xx, with a status or a media type that the document doesn't have for it, with headers or a
body that its schema forbids, if bad data is taken or good data refused, or if an operation
had no good answer at all.
"""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from local import ROOT, Failure, Local, get, run

SHOP = ROOT / "examples" / "shop"
TOKEN = "for-trying-only"  # of the stage "local"
EXAMPLE = "EXAMPLECARTEXAMPLECARTAAAA"  # of the name of a cart
SEED = 12
EXAMPLES = 25  # of each operation
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
)

# Methods that a path doesn't have are refused by the API, not by the program; see
# exchanges.py.
SETTINGS = """
hooks = "hooks.py"

[phases.coverage]
unexpected-methods = []

[checks]
"""
# One order alone is shipped, since others are to be cancelled.
SHIPPED = """
[[operations]]
include-operation-id = "shipOrder"
parameters = { order = "ord-0003" }
"""
# What good data and bad data may be answered with. Good data can be refused for the state
# that the shop is in.
GOOD, BAD = "positive_data_acceptance", "negative_data_rejection"
EXPECTED = {GOOD: ["2xx", 304, 403, 404, 409, 412], BAD: [400, 401, 403, 404, 409, 412, 413, 415, 422]}
TEXT = {BAD: ["2xx"]}  # everything is a text, also what was made to be none
# And what else, with the reason.
ALSO = {
    "listProducts": {GOOD: [422]},  # a range of prices
    "listAllOrders": {GOOD: [422]},  # a range of times
    "listEntries": {GOOD: [400]},  # durations that fit into 64 bits, and addresses
    "placeOrder": {GOOD: [422]},  # the labels of addresses, and coupons
    "addPicture": {GOOD: [422], **TEXT},  # what is in a file
    "importProducts": TEXT,
    "contact": TEXT,
}
# To a schema 1.0 is an integer, and to encoding/json it isn't.
HOOKS = """
import schemathesis


def whole(value):
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {name: whole(member) for name, member in value.items()}
    return value


@schemathesis.hook
def map_body(context, body):
    return whole(body)
"""


def document(chalice, folder, cart):
    """Writes the document, in which the cart of the example is one that there is. Returns
    the document."""
    command = [chalice, "openapi", "--format", "json", "--project-dir", str(SHOP)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode or EXAMPLE not in done.stdout:
        raise Failure(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    text = done.stdout.replace(EXAMPLE, cart)
    (folder / "shop.json").write_text(text)
    return json.loads(text)


def operations(document):
    """Returns the operations by method and path. None may have a default response: that
    would document every status."""
    methods = ("get", "put", "post", "delete", "patch", "options", "head")
    found = {
        (method.upper(), path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in methods
    }
    vague = [" ".join(key) for key, operation in found.items() if "default" in operation["responses"]]
    if vague or len(found) < 15:
        raise Failure(f"{len(found)} operations, with a default response: {vague}")
    return found


def ask(local, method, path, status, body=None, headers=(), token=TOKEN):
    """Sends a request, which has to be answered with a status. Returns the answer."""
    headers = [f"Authorization: Bearer {token}", *headers]
    if body is not None and not isinstance(body, bytes):
        body, headers = json.dumps(body).encode(), [*headers, "Content-Type: application/json"]
    answer = get(local, path, *headers, method=method, body=body or b"")
    if answer.status != status:
        raise Failure(f"{method} {path} is answered with {answer.status} and not {status}: {answer.body.decode()}")
    return answer


PICTURE = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
    b"Content-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n\r\n--x--\r\n"
)


def furnish(local):
    """Makes what the examples in the document are about. Returns the name of a cart."""
    ada = {"name": "Ada", "email": "ada@shop.example"}
    customer = json.loads(ask(local, "POST", "/customers", 201, ada).body)["token"]
    ask(local, "POST", "/products/mug-blue/reviews", 201, {"stars": 4, "title": "Holds a lot"}, token=customer)
    form = ["Content-Type: multipart/form-data; boundary=x"]
    ask(local, "POST", "/admin/products/mug-blue/pictures", 201, PICTURE, form)
    cart = ask(local, "POST", "/cart", 201).header("Set-Cookie").removeprefix("cart=").partition(";")[0]
    cookie = [f"Cookie: cart={cart}"]
    for number in range(3):
        ask(local, "PUT", "/cart/items/mug-blue", 201, {"quantity": 2}, cookie)
        key = f"Idempotency-Key: 00000000-0000-4000-8000-00000000000{number}"
        ask(local, "POST", "/orders", 201, {"address": "home"}, [*cookie, key])
    ask(local, "PUT", "/cart/items/mug-blue", 201, {"quantity": 2}, cookie)
    return cart


def settings():
    """Returns the configuration of schemathesis."""
    lines = [SETTINGS, *(f"{check}.expected-statuses = {statuses}" for check, statuses in EXPECTED.items())]
    for name, more in ALSO.items():
        lines += ["[[operations]]", f'include-operation-id = "{name}"']
        lines += [f"checks.{check}.expected-statuses = {EXPECTED[check] + also}" for check, also in more.items()]
    return "\n".join([*lines, SHIPPED])


def fuzz(local, folder):
    """Runs schemathesis, and returns the statuses of answers by method and path."""
    (folder / "schemathesis.toml").write_text(settings())
    (folder / "hooks.py").write_text(HOOKS)
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", "shop.json", "--url", local.url,
        "--header", f"Authorization: Bearer {TOKEN}", "--checks", ",".join(CHECKS),
        "--max-examples", str(EXAMPLES), "--seed", str(SEED), "--generation-database", "none",
        "--suppress-health-check", "all", "--warnings", "off", "--no-color", "--request-timeout", "30",
        "--continue-on-failure", "--report", "ndjson", "--report-ndjson-path", "report.ndjson",
    ]  # fmt: skip
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        said = "\n".join(line[:400] for line in (done.stdout + done.stderr).splitlines())
        raise Failure(f"schemathesis ended with {done.returncode}:\n{said}")
    return statuses(folder / "report.ndjson")


def statuses(report):
    """Returns the statuses of all answers, by method and path of the operation."""
    found = defaultdict(list)
    for line in report.read_text().splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for key, interaction in recorder.get("interactions", {}).items():
            case = recorder["cases"][key]["value"]
            if response := interaction["response"]:
                found[case["method"], case["path"]].append(response["status_code"])
    return found


def main(chalice):
    with tempfile.TemporaryDirectory() as folder, Local(chalice, SHOP, "--stage", "local", "--no-autoreload") as local:
        known = operations(document(chalice, Path(folder), furnish(local.ready())))
        found = fuzz(local, Path(folder))
    never = sorted(" ".join(key) for key in known if not any(200 <= status < 300 for status in found[key]))
    if never:
        raise Failure(f"these had no good answer, so that nothing is known of it: {never}")
    total = sum(len(all) for all in found.values())
    print(f"{total} requests to {len(known)} operations of the shop are answered as its document says")


if __name__ == "__main__":
    run(main, __doc__)
