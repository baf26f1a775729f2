from chalice import Blueprint

blueprint = Blueprint(__name__)
unused = Blueprint("chalicelib.unused")


@blueprint.schedule("rate(1 day)")
def clean_up(event):
    pass


@blueprint.lambda_function(name="jobs-report")
def report(event, context):
    return {}


@unused.route("/unused")
def never():
    return ""
