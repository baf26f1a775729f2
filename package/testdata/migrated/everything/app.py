"""One of each registration, and what makes them hard to carry over."""

import functools
import os
import sys

from chalice import (
    AuthResponse,
    Chalice,
    CognitoUserPoolAuthorizer,
    ConvertToMiddleware,
    CORSConfig,
    Cron,
    CustomAuthorizer,
    IAMAuthorizer,
    Rate,
)
from chalicelib import admin, jobs

app = Chalice(app_name="everything")
app.debug = True
app.api.binary_types = ["image/png", "*/*"]
app.api.cors = CORSConfig(allow_origin="https://example.com", allow_headers=["X-B", "X-A"], max_age=0)

print("warned while it is imported", file=sys.stderr)

pool = CognitoUserPoolAuthorizer("MyPool", provider_arns=[os.environ["POOL_ARN"]], header="X-Token", scopes=["read"])
token = CustomAuthorizer(
    "Token",
    "arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-west-2:123456789012:function:check/invocations",
    ttl_seconds=0,
)


@app.authorizer(ttl_seconds=30, execution_role="arn:aws:iam::123456789012:role/invoke")
def my_auth(request):
    return AuthResponse(routes=["*"], principal_id="me")


def traced(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@app.route("/")
@traced
def index():
    """The start */ of all.

    With `backquotes`, "quotes",
    //go:embed secrets
    // +build ignore
    and a last line.
    """
    return {}


@app.route("/users/{user_id}", methods=["GET", "PUT", "DELETE"], authorizer=my_auth, name="user")
def get_user(user_id):
    return user_id


# The same name in Go as the one above, and as Go's own words.
@app.route("/Users", cors=False, authorizer=my_auth.with_scopes(["write"]))
def getUser():
    return []


@app.route("/type", methods=["POST"], content_types=["text/plain"], api_key_required=True)
def type():
    return ""


@app.route("/string", authorizer=pool)
def string():
    return ""


@app.route(
    "/main",
    authorizer=pool.with_scopes(["a", "b"]),
    cors=CORSConfig(allow_credentials=True, allow_origin="https://a.example"),
)
def main():
    return ""


@app.route("/signed", authorizer=IAMAuthorizer())
def app_():
    return ""


@app.route("/token", authorizer=token, content_types=[])
def größe():
    """Größe:\u2028and \u202e."""
    return ""


for letter in "ab":

    @app.route("/letters/" + letter, name="letter_" + letter)
    def letter_view():
        return "a letter"


@app.route("/one")
@app.route("/other", methods=["HEAD"])
def twice():
    return ""


@app.middleware("all")
def logging(event, get_response):
    return get_response(event)


@app.middleware("http")
def no_cache(event, get_response):
    response = get_response(event)
    response.headers["Cache-Control"] = "no-store"
    return response


def timed(handler):
    return handler


app.register_middleware(ConvertToMiddleware(timed), "pure_lambda")


@app.schedule(Rate(5, unit=Rate.MINUTES), description="Every 5 minutes")
def tick(event):
    pass


@app.schedule(Cron(0, 18, "?", "*", "MON-FRI", "*"))
def evening(event):
    pass


@app.schedule("rate(1 hour)", name="hourly-report")
def hourly(event):
    pass


@app.on_cw_event(
    {"source": ["aws.ec2"], "detail": {"size": [{"numeric": [">", 1.5]}], "n": [10000000000], "ok": [True]}}
)
def ec2_changed(event):
    pass


@app.on_s3_event("uploads", events=["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], prefix="images/", suffix=".jpg")
def resize(event):
    pass


@app.on_sns_message("news")
def notify(event):
    pass


@app.on_sqs_message("jobs", batch_size=5, maximum_batching_window_in_seconds=3, maximum_concurrency=7)
def work(event):
    for record in event:
        print(record.body)


@app.on_sqs_message(queue_arn="arn:aws:sqs:us-west-2:123456789012:elsewhere")
def work_elsewhere(event):
    pass


@app.on_kinesis_record("clicks", batch_size=10, starting_position="TRIM_HORIZON")
def clicked(event):
    pass


@app.on_dynamodb_record("arn:aws:dynamodb:us-west-2:123456789012:table/users/stream/2020-09-28T16:49:14.209")
def changed(event):
    pass


@app.lambda_function()
def report(event, context):
    return {}


@app.on_ws_connect()
def opened(event):
    pass


@app.on_ws_message()
def said(event):
    pass


@app.on_ws_disconnect()
def closed(event):
    pass


app.experimental_feature_flags.update(["WEBSOCKETS", "BLUEPRINTS"])
app.register_blueprint(admin.blueprint, name_prefix="admin_", url_prefix="/admin")
app.register_blueprint(jobs.blueprint)
