"""Queues that several clients can ask at once, and that can hold many messages."""

import functools
import threading
import time

from moto.core.utils import unix_time_millis
from moto.sqs import models
from moto.sqs.responses import SQSResponse

lock = threading.RLock()
call, wait = SQSResponse.call_action, models.Queue.wait_for_messages
visible = models.Queue.messages.fget


@functools.wraps(call)
def one_at_a_time(self):
    """Queues of moto's lose their way when two requests change them at once."""
    with lock:
        return call(self)


@functools.wraps(wait)
def others_meanwhile(self, timeout):
    lock.release()
    try:
        wait(self, timeout)
    finally:
        lock.acquire()


def retained(self, queue_name, message):
    """Tells whether a message isn't too old. moto counts the whole queue for it."""
    period = self.get_queue(queue_name).message_retention_period
    return message.sent_timestamp / 1000 + period > time.time()


def milliseconds(moment=None):
    """Returns the time. moto's own takes 50 times as long, for each message."""
    return unix_time_millis(moment) if moment else time.time() * 1000


def deliverable(queue):
    """Returns the messages that can be received. moto gives some of a group while
    others before them are in flight, at the moment when those come back."""
    in_flight = {message.group_id for message in list(queue.pending_messages) if not message.visible}
    found = visible(queue)
    return [message for message in found if message.group_id not in in_flight] if queue.fifo_queue else found


def install():
    SQSResponse.call_action = one_at_a_time
    models.Queue.wait_for_messages = others_meanwhile
    models.SQSBackend.is_message_valid_based_on_retention_period = retained
    models.Queue.messages = property(deliverable)
    models.Queue.pending_message_groups = frozenset()  # which deliverable looks after
    models.unix_time_millis = milliseconds
