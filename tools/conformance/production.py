"""Has others judge the examples as docs/production.md configures them: cfn-lint, AWS's own
SAM translator, and checkov.

    production.py bin/chalice CHECKOV

CHECKOV is checkov's program. Each example is packaged with the configuration that the
page has to copy, in every format that it can have. Exits with 1 if one can't be packaged,
if SAM makes another stack of it than the CloudFormation template describes, if a judge
finds what the page doesn't name with its reason, or no longer finds what it names.
"""

import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from equivalence import differences
from examples import PROGRAMS, ROOT, copied
from templates import EXPECTED, lint_file, load, translate

PAGE = ROOT / "docs" / "production.md"
WORK = ROOT / ".tools" / "production"  # in the module, and in no package pattern of Go's
STAGE = "prod"

FILES = {"sam": "sam.yaml", "cloudformation": "template.yaml", "terraform": "chalice.tf.json"}


class Failure(Exception):
    """What is wrong with an example, or with the page."""


def section(title):
    """Returns a section of the page."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    if not found:
        raise Failure(f"{PAGE} has no section {title!r}")
    return found.group(1)


def recommended():
    """Returns the configuration to copy, which is the first JSON of its section."""
    found = re.search(r"^```json\n(.*?)^```$", section("A configuration to copy"), re.DOTALL | re.MULTILINE)
    if not found:
        raise Failure(f"{PAGE} has no configuration to copy")
    return json.loads(found.group(1))


def named():
    """Returns the rules that the page names as remaining."""
    text = section("What remains of checkov and cfn-lint")
    rules = re.findall(r"^\| `([A-Z0-9_]+)` \|[^|]*\| *\S[^|]*\|$", text, re.MULTILINE)
    if len(rules) != len(set(rules)):
        raise Failure(f"{PAGE} names a rule twice: {sorted(rules)}")
    return set(rules)


def configured(own, page, format):
    """Returns an example's configuration with that of the page, which its own parts of the
    stage dev go before."""
    stage = {**page["stages"][STAGE], **own["stages"]["dev"]}
    if format == "terraform":
        stage["deployment"] = True  # a module has no CodeDeploy
    shared = {key: value for key, value in page.items() if key not in ("app_name", "stages")}
    return {**own, **shared, "stages": {STAGE: stage}}


def package(chalice, name, page):
    """Packages an example in each format, and returns the files."""
    program, folder = PROGRAMS[name], copied(name, WORK / name)
    config = folder / ".chalice" / "config.json"
    own = json.loads(config.read_text())
    files = []
    for format, file in FILES.items():
        if format == "terraform" and not program.module:
            continue
        config.write_text(json.dumps(configured(own, page, format), indent=2))
        out = WORK / "out" / name / format
        command = [chalice, "package", *program.flags(), "--stage", STAGE, "--pkg-format", format, out]
        done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
        if done.returncode != 0 or re.search(r"^warning: .*config\.json", done.stderr, re.MULTILINE):
            raise Failure(f"{name} as {format}: {done.stdout}{done.stderr}")
        files.append(out / file)
    return files


def linted(files):
    """Returns what cfn-lint finds: places, by rule."""
    found = defaultdict(list)
    for file in files:
        if file.suffix == ".yaml":
            for match in lint_file(file):
                if match.rule.id not in EXPECTED:
                    found[match.rule.id].append(f"{file.relative_to(WORK)}:{match.linenumber}: {match.message}")
    return found


def checked(checkov, files):
    """Returns what checkov finds, and how many of its checks passed."""
    for file in files:
        to = WORK / "checked" / file.relative_to(WORK / "out")
        to.parent.mkdir(parents=True)
        if file.suffix == ".json":
            # checkov can't read the block in which a module says which Terraform it needs.
            module = json.loads(file.read_text())
            del module["terraform"]
            to.write_text(json.dumps(module, indent=2))
        else:
            shutil.copy(file, to)
    options = ("--skip-download", "--quiet", "--compact", "--output", "json")
    command = [checkov, "--directory", WORK / "checked", "--framework", "cloudformation", "terraform_json", *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    try:
        reports = json.loads(done.stdout)
    except ValueError:
        raise Failure(f"checkov has no report: {done.stdout}{done.stderr}") from None
    found, passed = defaultdict(list), 0
    for report in reports if isinstance(reports, list) else [reports]:
        if report["summary"]["parsing_errors"] or not report["summary"]["passed"]:
            raise Failure(f"checkov can't read all templates: {report['summary']} {done.stderr}")
        passed += report["summary"]["passed"]
        for check in report["results"]["failed_checks"]:
            found[check["check_id"]].append(f"{check['file_path']}: {check['resource']}: {check['check_name']}")
    return found, passed


def judge(chalice, checkov):
    page, rules = recommended(), named()
    shutil.rmtree(WORK, ignore_errors=True)
    # Each compiles a program.
    with ThreadPoolExecutor(2) as pool:
        files = [file for all in pool.map(lambda name: package(chalice, name, page), PROGRAMS) for file in all]
    problems = []
    for name in PROGRAMS:
        sam, plain = (WORK / "out" / name / format / FILES[format] for format in ("sam", "cloudformation"))
        problems += [f"{name}: {difference}" for difference in differences(translate(sam), load(plain))]
    found, passed = checked(checkov, files)
    found |= linted(files)
    for rule in sorted(found.keys() - rules):
        problems += [f"{rule} isn't named in {PAGE.name}: {place}" for place in found[rule]]
    problems += [f"{PAGE.name} names {rule}, which nobody finds" for rule in sorted(rules - found.keys())]
    for problem in problems:
        print(problem)
    places = sum(len(all) for all in found.values())
    print(f"{len(PROGRAMS)} examples, {len(files)} templates and modules as {PAGE.name} configures them:")
    print(f"of checkov's checks {passed} passed; {len(found)} rules are broken in {places} places.")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    try:
        sys.exit(judge(*(Path(argument).resolve() for argument in sys.argv[1:])))
    except Failure as failure:
        sys.exit(str(failure))
