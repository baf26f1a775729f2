"""The client libraries that API Gateway generates: here a small one in JavaScript, whatever is asked for."""

import io
import json
import zipfile

from moto.apigateway import urls
from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.responses import APIGatewayResponse

PATH = "{0}/restapis/(?P<function_id>[^/]+)/stages/(?P<stage_name>[^/]+)/sdks/(?P<sdk_type>[^/]+)/?$"

# The options that API Gateway refuses to do without.
REQUIRED = {
    "java": {"serviceName", "javaPackageName"},
    "android": {"groupId", "artifactId", "artifactVersion", "invokerPackage"},
    "objectivec": {"classPrefix"},
    "swift": {"classPrefix"},
}


def get_sdk(self):
    _, _, api, _, stage, _, kind = self.path.rstrip("/").split("/")
    self.backend.get_stage(api, stage)  # which fails if there is none
    resources = self.backend.get_resources(api)
    missing = REQUIRED.get(kind, set()) - set(self.querystring)
    if missing:
        raise BadRequestException(f"Missing required parameters: {', '.join(sorted(missing))}")
    methods = {f"{verb} {resource.get_path()}" for resource in resources for verb in resource.resource_methods}
    options = {key: values[0] for key, values in self.querystring.items()}
    described = {"type": kind, "stage": stage, "methods": sorted(methods), "options": options}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("apiGateway-js-sdk/README.md", f"A client for the stage {stage} of {api}.\n")
        archive.writestr("apiGateway-js-sdk/apigClient.js", f"module.exports = {json.dumps(described)}\n")
    headers = {"Content-Type": "application/octet-stream", "Content-Disposition": 'attachment; filename="sdk.zip"'}
    return 200, headers, file.getvalue()


def install():
    urls.url_paths[PATH] = APIGatewayResponse.dispatch
    APIGatewayResponse.get_sdk = get_sdk
