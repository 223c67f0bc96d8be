"""Starts ministack 1.5.33 with what its nested stacks lack, and on a second address if there is one.

Run in place of `-m ministack`. What it mends is the emulator's own: on AWS, nothing here is needed.
"""

import json
import os

import hypercorn.config
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
if os.environ.get("ALSO_BIND_HOST"):
    hypercorn.config.Config = TwoAddresses

if __name__ == "__main__":
    from ministack.app import main

    main()
