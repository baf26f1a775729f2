"""The endpoint: moto's server, with what stacks need beyond it."""

import contextlib
import logging
import os
import threading

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

import buckets
import cloudformation
import functions
import iam
import logs
import messages
import uploads
from control import Control
from credentials import Gate
from custom import Answers

ACCOUNT = "123456789012"  # moto's own
REGION = "us-east-1"


class Endpoint:
    """An AWS on loopback, empty at its start; one for each process."""

    def __init__(self, port=0, enforce_iam=False):
        for noisy in ("werkzeug", "samtranslator"):
            logging.getLogger(noisy).setLevel(logging.ERROR)
        self.answers = Answers(DomainDispatcherApplication(create_backend_app))
        self.gate = Gate(buckets.Places(self.answers))
        self.control = Control(self.gate, self.gate)
        dated = {"date_time_string": lambda handler, timestamp=None: self.gate.clock.told()}
        handler = type("Handler", (MotoRequestHandler,), dated)
        self.server = make_server("127.0.0.1", port, self.control, threaded=True, request_handler=handler)
        self.url = self.answers.url = f"http://127.0.0.1:{self.server.server_port}"
        self.runner = functions.Runner(self.url)
        self.clients = {}
        self.lock = threading.Lock()
        cloudformation.install(self)
        buckets.install()
        messages.install()
        uploads.install()
        logs.install(self.control)
        functions.install(self.runner)
        # The endpoint's commands and stacks act for this user.
        self.access_key = iam.administrator(ACCOUNT)
        if enforce_iam:
            iam.enforce()

    def environment(self):
        """Returns what a command needs to take this endpoint for AWS, and to
        read nobody's configuration."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.access_key.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.access_key.secret_access_key,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            "SAM_CLI_TELEMETRY": "0",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }

    def client(self, service, region, account=ACCOUNT):
        """Returns a client of this endpoint."""
        with self.lock:  # sessions are no safe place for threads
            place = (service, region, account)
            if place not in self.clients:
                key = iam.administrator(account)
                self.clients[place] = boto3.client(
                    service,
                    region,
                    endpoint_url=self.url,
                    aws_access_key_id=key.access_key_id,
                    aws_secret_access_key=key.secret_access_key,
                )
            return self.clients[place]

    @contextlib.contextmanager
    def running(self):
        thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.runner.close()
            self.server.shutdown()
            self.server.server_close()
