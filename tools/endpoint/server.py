"""The endpoint: moto's server, with what stacks need beyond it."""

import contextlib
import json
import logging
import os
import threading

import boto3
from moto import settings
from moto.awslambda.models import LambdaFunction
from moto.core.responses import ActionAuthenticatorMixin
from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

import changesets
from custom import Answers
from functions import Runner

ACCOUNT = "123456789012"  # moto's own
REGION = "us-east-1"

ADMINISTRATOR = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


class Endpoint:
    """An AWS on loopback, empty at its start."""

    def __init__(self, port=0, enforce_iam=False):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.answers = Answers(DomainDispatcherApplication(create_backend_app))
        self.server = make_server("127.0.0.1", port, self.answers, threaded=True, request_handler=MotoRequestHandler)
        self.url = self.answers.url = f"http://127.0.0.1:{self.server.server_port}"
        self.runner = Runner(self.url)
        self.clients = {}
        self.lock = threading.Lock()
        changesets.install(self)
        LambdaFunction._invoke_lambda = lambda function, event=None: self.runner.run(function, event)
        self.access_key = self.administrator()
        if enforce_iam:
            settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
            ActionAuthenticatorMixin.request_count = 0

    def administrator(self):
        """Makes the user whom the endpoint's commands and stacks act for."""
        iam = iam_backends[ACCOUNT]["aws"]
        iam.create_user(region_name=REGION, user_name="administrator")
        iam.put_user_policy("administrator", "administrator", json.dumps(ADMINISTRATOR))
        return iam.create_access_key("administrator")

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

    def client(self, service, region):
        """Returns a client of this endpoint."""
        with self.lock:  # sessions are no safe place for threads
            if (service, region) not in self.clients:
                self.clients[service, region] = boto3.client(
                    service,
                    region,
                    endpoint_url=self.url,
                    aws_access_key_id=self.access_key.access_key_id,
                    aws_secret_access_key=self.access_key.secret_access_key,
                )
            return self.clients[service, region]

    @contextlib.contextmanager
    def running(self):
        thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.server.shutdown()
            self.server.server_close()
