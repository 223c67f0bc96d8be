"""Starts ministack 1.5.33 with what its nested stacks and its IAM lack, and on a second address if there is one.

Run in place of `-m ministack`. What it mends is the emulator's own: on AWS, nothing here is needed.
"""

import json
import os
import re

import hypercorn.config
from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb
from ministack.services.cloudformation import _stacks, engine, helpers, provisioners

resolve_template = helpers._resolve_template


def resolve_with_transforms(params):
    """A nested template may have transforms, as on AWS with CAPABILITY_AUTO_EXPAND."""
    body, error = resolve_template(params)
    # The deploy of a nested stack asks with the address alone.
    if error is None and body and set(params) == {"TemplateURL"}:
        template = engine._parse_template(body)
        if engine.declared_transforms(template):
            processed = engine._apply_transforms(template)
            if isinstance(processed, engine._TransformFailed):
                raise ValueError(processed.error)
            processed.pop("Transform", None)
            body = json.dumps(processed)
    return body, error


update_resource = provisioners._update_resource


def update_with_attributes(kind, physical, old, new, stack, logical=None, attributes=None):
    """What an update of a nested stack leaves alone keeps its attributes, or `!GetAtt` of them would fail."""
    if attributes is None:
        resources = (_stacks.get(stack) or {}).get("_resources", {})
        attributes = (resources.get(logical) or {}).get("Attributes")
    return update_resource(kind, physical, old, new, stack, logical, attributes)


# Names in an expression: the first part of each path. What a bracket follows is a function.
NAMES = re.compile(r"(?<![\w.:#\]])(#\w+|[A-Za-z_]\w*)(?!\w*\s*\()")
NO_NAMES = {"SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN"}
EQUALS = re.compile(r"([#\w.-]+)\s*=\s*(:\w+)")


class Addressed(str):
    """The ARN of a table or an index, with the condition keys of what a request does there."""

    keys: dict = {}

    @classmethod
    def at(cls, arn, name, index, requests):
        """`requests` are what is asked of the table: a call's body, a write of a transaction, the parts of a batch."""
        addressed = cls(arn)
        partition = partition_key(name, index)
        leading = [key for request in requests if (key := leading_key(request, partition)) is not None]
        attributes = sorted({name for request in requests for name in written_attributes(request)})
        addressed.keys = {
            **({"dynamodb:LeadingKeys": leading} if leading else {}),
            **({"dynamodb:Attributes": attributes} if attributes else {}),
        }
        return addressed


def partition_key(name, index):
    """The attribute that names the partitions of a table, or of one of its indexes."""
    table = dynamodb._tables.get(dynamodb._normalize_table_name(name)) or {}
    indexes = table.get("GlobalSecondaryIndexes", []) + table.get("LocalSecondaryIndexes", [])
    schemas = [one["KeySchema"] for one in indexes if one["IndexName"] == index]
    schema = schemas[0] if schemas else table.get("KeySchema", [])
    return next((key["AttributeName"] for key in schema if key["KeyType"] == "HASH"), None)


def leading_key(request, partition):
    """dynamodb:LeadingKeys: the partition that is asked for. Of a query that names none, one that no policy allows."""
    for item in (request.get("Key"), request.get("Item")):
        if isinstance(item, dict):
            return text(item.get(partition))
    if "KeyConditionExpression" in request:
        names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
        for name, value in EQUALS.findall(request["KeyConditionExpression"]):
            if names.get(name, name) == partition:
                return text(values.get(value))
        return ""
    return "" if "KeyConditions" in request else None


def text(value):
    return str(next(iter(value.values()), "")) if isinstance(value, dict) else ""


def written_attributes(request):
    """dynamodb:Attributes of a write: those of the item and of its key, and those that its expressions name."""
    expressions = [request.get(name) or "" for name in ("UpdateExpression", "ConditionExpression")]
    names = request.get("ExpressionAttributeNames") or {}
    found = {names.get(name, name) for one in expressions for name in NAMES.findall(one) if name.upper() not in NO_NAMES}
    for member in ("Item", "AttributeUpdates", "Expected"):
        found |= set(request.get(member) or {})
    return found | set(request.get("Key") or {}) if found else found


def json_object(body):
    try:
        data = json.loads(body or b"{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


resource_arns = iam_actions.dynamodb_resource_arns


def addressed_resource_arns(body, region, account):
    """Each table or index of a call, with what is asked of it."""
    arns, data = resource_arns(body, region, account), json_object(body)
    if data.get("TableName"):
        return [Addressed.at(arn, data["TableName"], data.get("IndexName"), [data]) for arn in arns]
    addressed = []
    for arn, (name, asked) in zip(arns, (data.get("RequestItems") or {}).items()):
        # A batch of writes is a list, one of reads has a list of keys.
        requests = [part for one in asked for part in one.values()] if isinstance(asked, list) else [
            {"Key": key} for key in asked.get("Keys", [])
        ]
        addressed.append(Addressed.at(arn, name, None, requests))
    return addressed


transaction_checks = iam_actions.dynamodb_transaction_checks


def addressed_transaction_checks(action, body, region, account):
    """Each write of a transaction is asked for on its own, with its own condition keys."""
    checks = transaction_checks(action, body, region, account)
    if not checks:
        return checks
    members = iam_actions._DYNAMODB_TRANSACT_ITEM_ACTIONS
    items = [item for item in json_object(body)["TransactItems"] if isinstance(item, dict)]
    writes = [item[member] for item in items for member in members if isinstance(item.get(member), dict)]
    writes = [write for write in writes if isinstance(write.get("TableName"), str) and write["TableName"]]
    return [
        (checked, Addressed.at(arn, write["TableName"], None, [write]))
        for (checked, arn), write in zip(checks, writes, strict=True)
    ]


enforce = iam_evaluator.enforce


def enforce_with_keys(access_key, action, service, region, resource_arn="*", service_context=None):
    """IAM by item: what is addressed brings its condition keys along."""
    context = {**(service_context or {}), **getattr(resource_arn, "keys", {})}
    return enforce(access_key, action, service, region, resource_arn=resource_arn, service_context=context)


class TwoAddresses(hypercorn.config.Config):
    """Listens on ALSO_BIND_HOST as well as on BIND_HOST."""

    @property
    def bind(self):
        return self._bind

    @bind.setter
    def bind(self, value):
        addresses = [value] if isinstance(value, str) else list(value)
        port = addresses[0].rsplit(":", 1)[1]
        self._bind = addresses + [f"{os.environ['ALSO_BIND_HOST']}:{port}"]


helpers._resolve_template = resolve_with_transforms
provisioners._update_resource = update_with_attributes
iam_actions.dynamodb_resource_arns = addressed_resource_arns
iam_actions.dynamodb_transaction_checks = addressed_transaction_checks
iam_evaluator.enforce = enforce_with_keys
if os.environ.get("ALSO_BIND_HOST"):
    hypercorn.config.Config = TwoAddresses

if __name__ == "__main__":
    from ministack.app import main

    main()
