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
import codedeploy
import functions
import iam
import logs
import messages
import sdks
import uploads
import versions
from control import Control
from credentials import Gate, holder
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
        sdks.install()
        uploads.install()
        logs.install(self.control)
        functions.install(self.runner)
        versions.install()
        self.deployments = codedeploy.install(self)
        # The endpoint's commands and stacks act for this user.
        self.access_key = iam.administrator(ACCOUNT)
        self.enforces, self.sessions = enforce_iam, {}
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

    def client(self, service, region, account=ACCOUNT, key=None):
        """Returns a client of this endpoint, for the holder of a key or else an account's administrator."""
        with self.lock:  # sessions are no safe place for threads
            place = (service, region, account, key)
            if place not in self.clients:
                secret, token, _ = (key and holder(key)) or (None, None, None)
                if secret is None:
                    one = iam.administrator(account)
                    key, secret, token = one.access_key_id, one.secret_access_key, None
                self.clients[place] = boto3.client(
                    service,
                    region,
                    endpoint_url=self.url,
                    aws_access_key_id=key,
                    aws_secret_access_key=secret,
                    aws_session_token=token,
                )
            return self.clients[place]

    def key_of(self, role, account):
        """Returns the access key of a session in which CloudFormation acts as a role."""
        if role not in self.sessions:
            session = {"RoleArn": role, "RoleSessionName": "AWSCloudFormation"}
            answer = self.client("sts", REGION, account).assume_role(**session)
            self.sessions[role] = answer["Credentials"]["AccessKeyId"]
        return self.sessions[role]

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
