"""Has others judge our templates: cfn-lint, and AWS's own SAM translator.

    templates.py FOLDER [--invented]

FOLDER holds one folder per case, with the case's sam.yaml, sam.json and
template.json, and the templates of nested stacks beside them: for a
sam-functions-01.yaml also a sam-functions-01.json and a
template-functions-01.json. Exits with 1 if there is none, if cfn-lint finds an
error in the YAML form, if that can't be translated or gives an API more than its one
stage, if the JSON form says something else, if SAM makes another stack of them than
the CloudFormation template describes, or if tags or boundaries are missing that a case
asks for. With --invented, values that no account can have are let through.
"""

import argparse
import os
import re
import sys
from pathlib import Path

# The translator asks the SDK for a region and for nothing else.
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from cfnlint.api import lint_file
from cfnlint.decode import decode
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform

import tags
from equivalence import differences


class NoManagedPolicies:
    """Our templates name no managed policies, so there are none to load."""

    def load(self):
        return {}


# What cfn-lint finds in values that the cases of others invented, such as the
# variable "A" and the security group "sg-1". None of it is about what we make
# of the values.
INVENTED = {
    "E1150": re.compile("is not a 'AWS::EC2::SecurityGroup.Id'"),
    "E3002": re.compile(r"^'[A-Z]' does not match any of the regexes: '\[a-zA-Z\]\[a-zA-Z0-9_\]\+'$"),
}


# W3002 says of each local path that "package" has to replace it, which it does;
# W3011 that a log group which stays when it is replaced doesn't when it is deleted.
EXPECTED = {"W3002", "W3011"}


def lint(path, invented=False):
    """Returns what cfn-lint says: the errors, and the rest."""
    errors, others = [], []
    for match in lint_file(path):
        if match.rule.id in EXPECTED:
            continue
        pattern = INVENTED.get(match.rule.id)
        if invented and pattern and pattern.search(match.message):
            continue
        line = f"{path}:{match.linenumber}: {match.rule.id} {match.message}"
        (errors if match.rule.id.startswith("E") else others).append(line)
    return errors, others


def plain(value):
    """Strips the positions that cfn-lint's decoder keeps with each node."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, str) else value


def load(path):
    template, matches = decode(path)
    if matches:
        raise ValueError("; ".join(match.message for match in matches))
    return plain(template)


def upload(template):
    """Does what `sam package` does before a template is translated."""
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for name in ("CodeUri", "DefinitionUri"):
            if str(properties.get(name, "")).startswith("./"):
                properties[name] = "s3://bucket/" + properties[name].removeprefix("./")
    return template


def translate(path):
    """Returns the template that SAM makes of a template."""
    return transform(upload(load(path)), {}, NoManagedPolicies())


def extra_stages(path, resources):
    """Tells of the APIs that have other stages than one, which anyone could call."""
    stages = {}
    for resource in resources.values():
        properties = resource.get("Properties", {})
        kind = resource["Type"]
        # A deployment that names a stage makes it.
        if kind == "AWS::ApiGateway::Stage" or (kind == "AWS::ApiGateway::Deployment" and "StageName" in properties):
            stages.setdefault(properties["RestApiId"]["Ref"], []).append(properties["StageName"])
    apis = [name for name, resource in resources.items() if resource["Type"] == "AWS::ApiGateway::RestApi"]
    return [
        f"{path}: {api} has the stages {stages.get(api)}, want one" for api in apis if len(stages.get(api, [])) != 1
    ]


def judge(path, invented):
    """Returns the errors, the other remarks and what SAM makes of a template: None if it can't."""
    errors, remarks = lint(path, invented)
    try:
        translated = translate(path)
    except InvalidDocumentException as e:
        errors.append(f"{path}: aws-sam-translator: {e.message}: " + "; ".join(cause.message for cause in e.causes))
    except ValueError as e:
        errors.append(f"{path}: {e}")
    else:
        return errors + extra_stages(path, translated["Resources"]), remarks, translated
    return errors, remarks, None


def merged_into(folder):
    """Returns the names of the resources that are merged into a case's templates."""
    path = folder / "merge.yaml"
    resources = load(path).get("Resources", {}) if path.exists() else {}
    return [name for name, resource in resources.items() if "Type" in resource]


def check_case(folder, invented, kinds):
    """Judges all templates of one case."""
    # Any of the three forms tells that there is a nested stack; the others then
    # have to be there, too.
    nested = {re.sub("^(sam|template)", "", path.stem) for path in folder.glob("*-functions-*")}
    parts = ["", *sorted(nested)]
    errors, remarks, resources, merged = [], [], 0, merged_into(folder)
    for part in parts:
        e, r, n = check_template(folder / f"sam{part}.yaml", invented)
        errors, remarks, resources = errors + e, remarks + r, resources + n
        expanded = folder / f"template{part}.json"
        made = load(expanded)["Resources"] if expanded.exists() else {}
        errors += [f"{expanded}: {problem}" for problem in tags.lacking(folder, made, merged)]
        kinds.note(folder, made, merged)
    return errors, remarks, resources, len(parts)


def check_template(yaml, invented):
    """Judges one template, that its other form says the same, and the one without SAM."""
    json = yaml.with_suffix(".json")
    plain = json.with_name(json.name.replace("sam", "template", 1))
    missing = [f"{path}: missing" for path in (yaml, json, plain) if not path.exists()]
    if missing:
        return missing, [], 0
    errors, remarks, translated = judge(yaml, invented)
    # What holds of the one form holds of the other, too, if both say the same.
    if without_ext(load(yaml)) != without_ext(load(json)):
        errors.append(f"{yaml.parent}: {yaml.name} and {json.name} differ")
    if translated is None:
        return errors, remarks, 0
    e, r = check_plain(plain, translated, invented)
    return errors + e, remarks + r, len(translated["Resources"])


def without_ext(template):
    """Drops from the paths of nested templates the format that they have."""
    for resource in template["Resources"].values():
        url = resource.get("Properties", {}).get("TemplateURL")
        if resource["Type"] == "AWS::CloudFormation::Stack" and isinstance(url, str):
            resource["Properties"]["TemplateURL"] = url.rpartition(".")[0]
    return template


def check_plain(path, expanded, invented):
    """Judges the CloudFormation form of a template beside what SAM makes of the other."""
    errors, remarks = lint(path, invented)
    if not errors:
        errors = [f"{path}: {difference}" for difference in differences(expanded, load(path))]
    return errors, remarks


def main(root, invented=False):
    # A case without either form is one whose model can't be packaged.
    cases = sorted({path.parent for path in Path(root).glob("*/sam.*")})
    errors, remarks, resources, templates, kinds = [], [], 0, 0, tags.Kinds()
    for folder in cases:
        e, r, n, m = check_case(folder, invented, kinds)
        errors += e
        remarks += r
        resources += n
        templates += 3 * m
    errors += [f"{root}: no case has an {kind} with tag_resources" for kind in kinds.untried()]
    for line in remarks + errors:
        print(line)
    print(f"{len(cases)} cases, {templates} templates:")
    print(f"cfn-lint found {len(errors)} errors and made {len(remarks)} remarks;")
    print(
        f"aws-sam-translator made {resources} resources of the SAM templates, and the stacks that the others describe."
    )
    if not cases:
        print(f"no templates below {root}", file=sys.stderr)
    return 1 if errors or not cases else 0


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder")
    arguments.add_argument("--invented", action="store_true")
    given = arguments.parse_args()
    sys.exit(main(given.folder, given.invented))
