"""CloudWatch Logs: events of all streams in the order of their time, in pages.

moto knows few filter patterns, and takes one that it doesn't know for none.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

import json
import operator
import re

from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogGroup

TERM = re.compile(r'\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))')
COMPARISON = re.compile(r'\$((?:\.\w+|\[\d+\])+)\s*(!=|>=|<=|=|>|<)\s*(?:"((?:[^"\\]|\\.)*)"|(\S+))\s*$')
OPERATORS = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}

LARGEST = 10_000  # events in a page


def matcher(pattern):
    """Returns the function that reports whether a message matches a filter pattern."""
    pattern = (pattern or "").strip()
    if pattern.startswith("{") and pattern.endswith("}"):
        return json_matcher(pattern[1:-1].strip())
    if pattern.startswith("["):
        raise InvalidParameterException("this endpoint knows no patterns of fields in brackets")
    must, may, never = [], [], []
    for sign, quoted, plain in TERM.findall(pattern):
        {"": must, "?": may, "-": never}[sign].append(re.sub(r"\\(.)", r"\1", quoted) or plain)
    return lambda message: (
        all(term in message for term in must)
        and (not may or bool(must) or any(term in message for term in may))
        and not any(term in message for term in never)
    )


def json_matcher(pattern):
    for word, quantifier in (("||", any), ("&&", all)):
        if word in pattern:
            parts = [json_matcher(part.strip().strip("()").strip()) for part in pattern.split(word)]
            return lambda message: quantifier(part(message) for part in parts)
    found = COMPARISON.match(pattern)
    if not found:
        raise InvalidParameterException("Invalid filter pattern")
    path, sign, quoted, plain = found.groups()
    want = quoted if quoted is not None else plain

    def matches(message):
        try:
            value = json.loads(message)
            for name, number in re.findall(r"\.(\w+)|\[(\d+)\]", path):
                value = value[name] if name else value[int(number)]
        except (KeyError, IndexError, TypeError, ValueError):
            return False
        if sign in OPERATORS:
            return isinstance(value, (int, float)) and OPERATORS[sign](value, float(want))
        text = value if isinstance(value, str) else json.dumps(value)
        equal = bool(re.fullmatch(re.escape(want).replace(r"\*", ".*"), text))
        return equal == (sign == "=")

    return matches


class Group:
    """What takes the place of a method of moto's log groups."""

    control = None

    def filter_log_events(self, name, streams, start, end, limit, token, pattern, interleaved):
        matches = matcher(pattern)
        found = [
            {**event.to_filter_dict(), "eventId": f"{event.event_id:056d}", "logStreamName": stream.log_stream_name}
            for stream in list(self.streams.values())
            if not streams or stream.log_stream_name in streams
            for event in list(stream.events)
            if (start is None or event.timestamp >= start) and (end is None or event.timestamp <= end)
        ]
        found.sort(key=lambda event: (event["timestamp"], event["eventId"]))
        found = after(found, token)
        # CloudWatch looks through so much at a time, and a page can be empty.
        scanned = Group.control.conditions().page or len(found)
        page = [event for event in found[:scanned] if matches(event["message"])]
        last = found[:scanned][-1:] if len(page) <= (limit or LARGEST) else page[: limit or LARGEST][-1:]
        page = page[: limit or LARGEST]
        following = f"{last[0]['timestamp']}/{last[0]['eventId']}" if last and last != found[-1:] else None
        return page, following, []


def after(events, token):
    """Returns the events after the place that a token names."""
    if not token:
        return events
    try:
        timestamp, event_id = token.split("/")
        place = (int(timestamp), event_id)
    except ValueError:
        raise InvalidParameterException("The specified nextToken is invalid.") from None
    return [event for event in events if (event["timestamp"], event["eventId"]) > place]


def install(control):
    """Puts all of this in the place of moto's."""
    Group.control = control
    LogGroup.filter_log_events = Group.filter_log_events
