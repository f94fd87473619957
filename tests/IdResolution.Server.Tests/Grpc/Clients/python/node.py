"""What the cases of the node's own methods share."""

import itertools
import re

from google.protobuf import json_format, struct_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc import StatusCode

from harness import call, config, connect, equal, refusal
from idresolution.v1 import labels_pb2_grpc, registry_pb2, registry_pb2_grpc, resolver_pb2, resolver_pb2_grpc

PREFIX = config["prefix"]
HAN = re.compile("[\u4e00-\u9fff]")
KEYS = config["keys"]
REGISTRAR = KEYS["registrar"]

channel = connect()
registry = registry_pb2_grpc.RegistryStub(channel)
resolver = resolver_pb2_grpc.ResolverStub(channel)
labels = labels_pb2_grpc.LabelsStub(channel)

_made = itertools.count(1)


def new_id():
    """An identifier that no other case has."""
    return f"{PREFIX}/PYTHON-{next(_made)}"


def new_key():
    return f"order-python-{next(_made)}"


def to_struct(values):
    struct = struct_pb2.Struct()
    json_format.ParseDict(values, struct)
    return struct


def from_struct(struct):
    return json_format.MessageToDict(struct)


def part(attributes, **fields):
    return registry_pb2.RegisterRequest(template="part", attributes=to_struct(attributes), **fields)


def good():
    return part({"name": "thing"}, identifier=new_id())


def bad():
    return part({"grade": "A"}, identifier=new_id())


def register(attributes=None, key=REGISTRAR, **fields):
    return call(registry.Register, part(attributes or {"name": "thing"}, identifier=new_id(), **fields), key=key)[0]


def update(key=REGISTRAR, **fields):
    return call(registry.Update, registry_pb2.UpdateRequest(**fields), key=key)[0]


def revoke(identifier, **fields):
    return call(registry.Revoke, registry_pb2.RevokeRequest(identifier=identifier, **fields), key=REGISTRAR)[0]


def resolve(identifier, key=None, **options):
    return call(resolver.Resolve, resolver_pb2.ResolveRequest(identifier=identifier), key=key, **options)[0]


def unpack(status):
    """The details of a google.rpc.Status by their type."""
    found = {}
    for packed in status.details:
        name = packed.TypeName().rpartition(".")[2]
        found[name] = getattr(error_details_pb2, name)()
        assert packed.Unpack(found[name]), name
    return found


def details(error):
    """The details of an error, or of a stream that ended with one."""
    values = [value for name, value in error.trailing_metadata() if name == "grpc-status-details-bin"]
    assert values, f"no details: {error.code()} {error.details()}"
    status = status_pb2.Status.FromString(values[0])
    equal((status.code, status.message), (error.code().value[0], error.details()))
    return unpack(status)


def violations(found):
    return [violation.field for violation in found["BadRequest"].field_violations] if "BadRequest" in found else []


def assert_refused(error, code, reason, *fields):
    """Asserts status, reason and the fields at fault; gives the details."""
    assert error.code() == code, f"{error.code()} {error.details()}"
    found = details(error)
    equal((found["ErrorInfo"].reason, found["ErrorInfo"].domain), (reason, "idresolution"))
    if fields:
        equal(sorted(violations(found)), sorted(fields))
    return found


def refused(what, code, reason, *fields):
    return assert_refused(refusal(what), code, reason, *fields)


def invalid(what, *fields):
    return refused(what, StatusCode.INVALID_ARGUMENT, "INVALID_VALUE", *fields)
