"""The contract: resources/openapi.yaml, its operations, and whether an answer keeps to it."""

import dataclasses
import json
import pathlib
import re
import urllib.parse

import jsonschema
import yaml

FILE = pathlib.Path(__file__).resolve().parents[2] / "resources/openapi.yaml"
PREFIX = "/api/v1"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class Loader(yaml.SafeLoader):
    """Leaves times as the texts that they are in JSON."""


Loader.yaml_implicit_resolvers = {
    first: [entry for entry in resolvers if entry[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

DOCUMENT = yaml.load(FILE.read_text(encoding="utf-8"), Loader)
FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks("date-time")
def is_time(value):
    return not isinstance(value, str) or TIME.fullmatch(value) is not None


def resolved(value):
    """What a reference leads to; anything else as it is."""
    while "$ref" in value:
        target = DOCUMENT
        for step in value["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        value = target
    return value


def faults(value, schema):
    """What is wrong with a value, as texts."""
    resolver = jsonschema.RefResolver("", DOCUMENT)
    validator = jsonschema.Draft202012Validator(schema, resolver=resolver, format_checker=FORMATS)
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(value)]


def schema_faults(value, name):
    return faults(value, {"$ref": f"#/components/schemas/{name}"})


@dataclasses.dataclass(frozen=True)
class Operation:
    method: str
    path: str
    id: str
    access: str
    spec: dict = dataclasses.field(repr=False, compare=False)
    parameters: tuple = dataclasses.field(repr=False, compare=False)

    def target(self, values):
        """Path and query with `values` by name of the parameter, else the examples of the file."""
        path, query = PREFIX + self.path, []
        for parameter in self.parameters:
            name = parameter["name"]
            value = values.get(name, self.example(parameter))
            if parameter["in"] == "path":
                path = path.replace("{" + name + "}", urllib.parse.quote(str(value), safe=""))
            elif parameter["in"] == "query" and value is not None:
                query += [(name, item) for item in (value if isinstance(value, list) else [value])]
        return path + ("?" + urllib.parse.urlencode(query) if query else "")

    @staticmethod
    def example(parameter):
        if "example" in parameter:
            return parameter["example"]
        if not parameter.get("required"):
            return None
        schema = resolved(parameter["schema"])
        return (schema.get("examples") or schema.get("enum") or ["unknown"])[0]

    @property
    def body(self):
        """Media type and example of the request's body; None if it has none."""
        for media_type, content in self.spec.get("requestBody", {}).get("content", {}).items():
            return media_type, content.get("example") or resolved(content["schema"])["examples"][0]
        return None

    def faults(self, answer):
        """How an answer breaks the contract."""
        responses = self.spec["responses"]
        response = responses.get(str(answer.status)) or (responses["default"] if answer.status >= 400 else None)
        if response is None:
            return [f"{answer.status} is not in the contract: {answer.body[:300]!r}"]
        response = resolved(response)
        missing = [
            f"no {name} field"
            for name, header in response.get("headers", {}).items()
            if resolved(header).get("required") and name not in answer.headers
        ]
        content = response.get("content")
        if not content:
            return missing + ([f"{answer.status} has a body: {answer.body[:300]!r}"] if answer.body else [])
        media_type = (answer.headers.get("Content-Type") or "").split(";")[0].strip()
        if media_type not in content:
            return [*missing, f"{answer.status} is {media_type!r}, not {', '.join(content)}: {answer.body[:300]!r}"]
        if not media_type.endswith("json"):
            return missing
        value = json.loads(answer.body)
        found = faults(value, content[media_type]["schema"])
        if media_type == "application/problem+json" and value.get("status") != answer.status:
            found.append(f"the problem says {value.get('status')}, the answer {answer.status}")
        return missing + found


def operations():
    for path, item in DOCUMENT["paths"].items():
        shared = item.get("parameters", [])
        for method, spec in item.items():
            if method != "parameters":
                parameters = tuple(resolved(entry) for entry in [*shared, *spec.get("parameters", [])])
                yield Operation(method.upper(), path, spec["operationId"], spec["x-access"], spec, parameters)


OPERATIONS = {operation.id: operation for operation in operations()}
