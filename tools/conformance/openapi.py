"""Has others judge what chalice openapi prints: openapi-spec-validator, and Spectral with
its rules for OpenAPI.

    openapi.py CHALICE

runs where spectral is on the path. The documents are those of all examples, in both
versions of OpenAPI, as JSON and as YAML. Exits with 1 if one isn't valid, if Spectral
finds an error in one or anything at all in that of examples/shop, if YAML and JSON
differ, or if a second run prints other bytes.
"""

import json
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from referencing.exceptions import Unresolvable

from local import ROOT, Failure, run

VALIDATORS = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}
FORMATS = {"json": json.loads, "yaml": yaml.safe_load}
RULES = "extends: ['spectral:oas']\n"
FLAWLESS = "shop"  # whose document has no warnings either
NO_ROUTES = ("events", "thumbnails")


def examples():
    """Returns the folders of the examples by their names."""
    configs = sorted((ROOT / "examples").rglob(".chalice/config.json"))
    return {"-".join(c.parts[len(ROOT.parts) + 1 : -2]): c.parents[1] for c in configs}


def openapi(chalice, folder, *flags):
    """Runs chalice openapi for a project."""
    return subprocess.run([chalice, "openapi", "--project-dir", str(folder), *flags], check=False, capture_output=True)


def document(chalice, folder, version, form):
    """Returns what chalice openapi prints for a project."""
    done = openapi(chalice, folder, "--openapi", version, "--format", form)
    if done.returncode:
        raise Failure(f"chalice openapi of {folder} ended with {done.returncode}:\n{done.stderr.decode()}")
    return done.stdout


def judge(chalice, name, project, folder):
    """Writes the documents of a project to a folder. Returns what is wrong with them, but
    for what Spectral says."""
    problems = []
    for version, validator in VALIDATORS.items():
        texts = {form: document(chalice, project, version, form) for form in FORMATS}
        read = {form: FORMATS[form](text) for form, text in texts.items()}
        title = f"{name}, OpenAPI {version}"
        if read["json"] != read["yaml"]:
            problems.append(f"{title}: YAML and JSON differ")
        if texts["yaml"] != document(chalice, project, version, "yaml"):
            problems.append(f"{title}: a second run prints other bytes")
        problems += [f"{title}: {problem}" for problem in invalid(validator, read["json"])]
        for form, text in texts.items():
            (folder / f"{name}-{version}.{form}").write_bytes(text)
    return problems


def spectral(folder):
    """Returns what Spectral finds in the documents of a folder: files and findings."""
    (folder / "rules.yaml").write_text(RULES)
    files = sorted(str(file) for file in folder.glob("*-*"))
    command = ["spectral", "lint", "--ruleset", str(folder / "rules.yaml"), "--format", "json", "--quiet", *files]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    try:
        return [(Path(found["source"]).name, found) for found in json.loads(done.stdout)]
    except json.JSONDecodeError:
        raise Failure(f"spectral ended with {done.returncode}:\n{done.stdout}{done.stderr}") from None


def invalid(validator, document):
    """Returns what isn't valid in a document."""
    try:
        return [f"{error.message} at {list(error.path)}" for error in validator(document).iter_errors()]
    except Unresolvable as unresolvable:
        return [str(unresolvable)]


def find_mistakes(folder):
    """Fails unless both judges find a reference to nothing."""
    broken = {"description": "x", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/None"}}}}
    paths = {"/": {"get": {"responses": {"200": broken}}}}
    wrong = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": paths}
    file = folder / "wrong-3.1.json"
    file.write_text(json.dumps(wrong))
    if not invalid(VALIDATORS["3.1"], wrong):
        raise Failure("openapi-spec-validator takes a reference to nothing")
    if not any(finding["code"] == "invalid-ref" and finding["severity"] == 0 for _, finding in spectral(folder)):
        raise Failure("Spectral takes a reference to nothing")
    file.unlink()


def judge_all(chalice, projects, folder):
    """Returns what is wrong with the documents of projects, and how many lesser things
    Spectral finds in them."""
    find_mistakes(folder)
    with ThreadPoolExecutor(2) as pool:
        judged = pool.map(lambda one: judge(chalice, *one, folder), projects.items())
        problems = {problem for some in judged for problem in some}
    lesser = 0
    for file, finding in spectral(folder):
        if finding["severity"] == 0 or file.startswith(FLAWLESS + "-"):
            line = finding["range"]["start"]["line"] + 1
            place = ".".join(map(str, finding["path"]))
            problems.add(f"{file}:{line}: {finding['code']}: {finding['message']} at {place}")
        lesser += 1
    return problems, lesser


def main(chalice):
    projects = examples()
    for name in NO_ROUTES:
        if b"no API to document" not in openapi(chalice, projects.pop(name)).stderr:
            raise Failure(f"{name} has no routes, which chalice openapi doesn't say")
    with tempfile.TemporaryDirectory() as folder:
        problems, lesser = judge_all(chalice, projects, Path(folder))
    if problems:
        raise Failure("\n".join(sorted(problems)))
    print(
        f"the documents of {len(projects)} examples are valid; Spectral warns {lesser} times, and never for {FLAWLESS}"
    )


if __name__ == "__main__":
    run(main, __doc__)
