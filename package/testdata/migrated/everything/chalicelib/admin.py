from chalice import Blueprint

blueprint = Blueprint(__name__)


@blueprint.route("/")
def index():
    """The administration."""
    return {}


@blueprint.route("/users", methods=["POST"], cors=True)
def new_user():
    return blueprint.current_request.json_body


@blueprint.middleware("http")
def only_admins(event, get_response):
    return get_response(event)
