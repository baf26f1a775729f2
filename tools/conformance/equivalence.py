"""Compares what SAM makes of a template with our own CloudFormation template.

Both have to describe the same stack, up to the differences that `normal`
takes away:

- SAM tags functions with lambda:createdBy;
- where the code is, is a parameter of ours, and a URI for SAM;
- the id of the REST API's deployment is a digest, of other text;
- SAM describes the deployment;
- our REST API has the name that SAM leaves to the document's title;
- SAM tags an HTTP API and its stage, whose name we give it as an intrinsic function,
  so that the stage has the id HTTPAPIStage whatever its name;
- in the ARN of a log group, SAM writes the partition of the region that it runs for;
- a nested stack's template is in another file;
- the id of a function's version is a digest, and so is the end of its description, of
  properties that have other names;
- SAM has CodeDeploy put the name of a configuration together;
- of CodeDeploy's applications, SAM has one in each nested stack, and we have one;
- only our log groups say what becomes of those that they replace;
- SAM lists tags in another order.
"""

import copy
import json
import re

APPLICATION = "ServerlessDeploymentApplication"
DIGEST = re.compile(r"(?:^| )[0-9a-f]{64}$")


def without_sam(tags):
    """Drops the tag that SAM gives an HTTP API from those of its document."""
    return [tag for tag in tags if tag["name"] != "httpapi:createdBy"]


def with_partition(arn):
    """Writes the partition of an ARN as one of any region."""
    text, variables = arn["Fn::Sub"]
    return {"Fn::Sub": [text.replace("arn:aws:", "arn:${AWS::Partition}:", 1), variables]}


def without_digest(description):
    """Takes the digest of a version from a function's description."""
    match description:
        case {"Fn::Join": [" ", [own, digest]]} if DIGEST.search(digest):
            return own
        case str():
            return DIGEST.sub("", description)
    return description


def has_nested(template):
    """Tells whether a stack has nested ones, or is one that is told of the root's application."""
    types = {resource["Type"] for resource in template["Resources"].values()}
    return "AWS::CloudFormation::Stack" in types or APPLICATION in template.get("Parameters", {})


def without_application(template):
    """Drops CodeDeploy's application, and what tells nested stacks of it."""
    template = copy.deepcopy(template)
    template["Resources"].pop(APPLICATION, None)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::CloudFormation::Stack":
            resource["Properties"].get("Parameters", {}).pop(APPLICATION, None)
    return template


def normal(template):
    template = copy.deepcopy(template)
    renamed = {}
    for name, resource in template["Resources"].items():
        properties = resource.setdefault("Properties", {})
        if isinstance(properties.get("Tags"), list):
            properties["Tags"] = sorted(properties["Tags"], key=lambda tag: tag["Key"])
        match resource["Type"]:
            case "AWS::Lambda::Function":
                if "ZipFile" not in properties["Code"]:
                    properties.pop("Code")
                tags = [tag for tag in properties.get("Tags", []) if tag["Key"] != "lambda:createdBy"]
                properties["Tags"] = sorted(tags, key=lambda tag: tag["Key"])
                properties["Description"] = without_digest(properties.get("Description", ""))
            case "AWS::Lambda::Version":
                renamed[name] = re.sub("Version[0-9a-f]{10}$", "Version", name)
            case "AWS::CodeDeploy::DeploymentGroup":
                match properties["DeploymentConfigName"]:
                    case {"Fn::Sub": [text, {"ConfigName": config}]}:
                        properties["DeploymentConfigName"] = text.replace("${ConfigName}", config)
            case "AWS::Logs::LogGroup":
                resource.pop("UpdateReplacePolicy", None)
            case "AWS::Lambda::Permission" if properties["Principal"] == "logs.amazonaws.com":
                properties["SourceArn"] = with_partition(properties["SourceArn"])
            case "AWS::ApiGateway::Deployment":
                renamed[name] = "RestAPIDeployment"
                properties.pop("Description", None)
            case "AWS::ApiGatewayV2::Api" if "openapi" in properties.get("Body", {}):
                properties["Body"]["tags"] = without_sam(properties["Body"].get("tags", []))
            case "AWS::ApiGatewayV2::Stage":
                tags = properties.pop("Tags", {})
                properties["Tags"] = {key: value for key, value in tags.items() if key != "httpapi:createdBy"}
                match properties["StageName"]:
                    case {"Fn::Join": ["", [name]]}:
                        properties["StageName"] = name
            case "AWS::CloudFormation::Stack":
                properties.pop("TemplateURL")
                parameters = properties.get("Parameters", {})
                for key in ("CodeBucket", "CodeKey"):
                    parameters.pop(key, None)
                if not parameters:
                    properties.pop("Parameters", None)
            case "AWS::ApiGateway::RestApi" if "Body" not in properties:
                properties.pop("Name", None)
                properties["BodyS3Location"] = "a file"
            case "AWS::ApiGateway::RestApi":
                if properties.pop("Name", None) not in (None, properties["Body"]["info"]["title"]):
                    raise ValueError(f"{name}: its name is not the document's title")
    resources = {renamed.get(name, name): resource for name, resource in template["Resources"].items()}
    text = json.dumps({"Resources": resources, "Outputs": template.get("Outputs", {})})
    for name, new in renamed.items():
        text = text.replace(f'"{name}"', f'"{new}"')
    return json.loads(text)


def differences(expanded, ours):
    """Lists the places where the two stacks differ, by their paths."""
    if has_nested(ours):
        expanded, ours = without_application(expanded), without_application(ours)
    return list(walk(normal(expanded), normal(ours), "$"))


def walk(a, b, path):
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(set(a) | set(b)):
            if key not in a or key not in b:
                yield f"{path}.{key}: only {'ours' if key in b else 'SAM'} has it"
            else:
                yield from walk(a[key], b[key], f"{path}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            yield from walk(x, y, f"{path}[{i}]")
    elif a != b:
        yield f"{path}: SAM has {json.dumps(a)[:120]}, ours {json.dumps(b)[:120]}"
