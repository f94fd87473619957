"""idresolution.v1.Registry: registering, changing, revoking."""

import re
import time

from grpc import StatusCode

from harness import CALL_TIMEOUT, call, duplex, equal, metadata, refusal
from idresolution.v1 import record_pb2, registry_pb2
from node import (HAN, KEYS, PREFIX, REGISTRAR, bad, channel, from_struct, good, invalid, new_id, new_key, part, refused, register, registry,
                  resolve, revoke, to_struct, unpack, update, violations)

CREATED = registry_pb2.REGISTER_OUTCOME_CREATED


def post(request, key=REGISTRAR, **options):
    return call(registry.Register, request, key=key, **options)


def batch(*items, key=REGISTRAR, **options):
    return call(registry.RegisterBatch, registry_pb2.RegisterBatchRequest(items=items), key=key, **options)[0].items


def many(items, key=REGISTRAR):
    return registry.RegisterMany(iter(items), metadata=metadata(key), timeout=CALL_TIMEOUT)


def outcome(done):
    return dict(done.trailing_metadata()).get("idr-outcome")


def register_created_and_same():
    request = part({"name": "截止阀", "tags": ["a", "b"]}, source="mes", source_key=new_key())
    first, first_call = post(request)
    again, again_call = post(request)

    equal((outcome(first_call), outcome(again_call)), ("created", "same"))
    equal(again, first)
    assert re.fullmatch(r"88\.300\.1/P-\d{5}[0-9A-Z*]", first.identifier), first.identifier
    equal((first.template, first.template_version, first.version, first.status), ("part", 1, 1, record_pb2.RECORD_STATUS_ACTIVE))
    equal((first.source, first.source_key), ("mes", request.source_key))
    equal(from_struct(first.attributes), {"name": "截止阀", "tags": ["a", "b"]})
    equal(first.created_at, first.updated_at)
    assert abs(first.created_at.seconds - time.time()) < 60

    request.attributes.update({"name": "other"})
    other = refused(lambda: post(request), StatusCode.ALREADY_EXISTS, "KEY_CONFLICT", "source_key")
    equal(dict(other["ErrorInfo"].metadata), {"identifier": first.identifier, "field": "source_key"})
    equal((other["ResourceInfo"].resource_type, other["ResourceInfo"].resource_name), ("identifier", first.identifier))


def register_roles():
    refused(lambda: post(good(), key=None), StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
    refused(lambda: post(good(), key="idr_wrong"), StatusCode.UNAUTHENTICATED, "AUTHENTICATION_FAILED")
    for role in ("partner", "reader"):
        refused(lambda: post(good(), key=KEYS[role]), StatusCode.PERMISSION_DENIED, "FORBIDDEN")
    for role in ("registrar", "admin"):
        equal(outcome(post(good(), key=KEYS[role])[1]), "created")
    identifier = register().identifier
    calls = [
        (registry.RegisterBatch, registry_pb2.RegisterBatchRequest(items=[good()])),
        (registry.Update, registry_pb2.UpdateRequest(identifier=identifier)),
        (registry.Revoke, registry_pb2.RevokeRequest(identifier=identifier)),
    ]
    for method, request in calls:
        refused(lambda: call(method, request), StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
        refused(lambda: call(method, request, key=KEYS["reader"]), StatusCode.PERMISSION_DENIED, "FORBIDDEN")
    refused(lambda: many([good()], KEYS["reader"]), StatusCode.PERMISSION_DENIED, "FORBIDDEN")
    for key, code in ((None, StatusCode.UNAUTHENTICATED), (KEYS["reader"], StatusCode.PERMISSION_DENIED)):
        writer, reader = duplex(registry.RegisterStream, key=key)
        writer.write(good())
        writer.done()
        equal(reader.end()[0], code)


def register_fields_at_fault():
    invalid(lambda: post(part({"grade": "C"})), "attributes.name", "attributes.grade")
    invalid(lambda: post(part({"name": "x", "cost": 1001})), "attributes.cost")
    invalid(lambda: post(part({"name": "x", "tags": [["nested"]]})), "attributes.tags")
    invalid(lambda: post(part({"name": "x", "unknownCode": 1})), "attributes.unknownCode")
    invalid(lambda: post(part({"name": "x"}, source="mes", source_key="k" * 256)), "source_key")
    invalid(lambda: post(part({"name": "x"}, source_key="k")), "source")
    invalid(lambda: post(registry_pb2.RegisterRequest(template="absent")), "template")
    invalid(lambda: post(part({"name": "x"}, values=[record_pb2.Value(index=1, type="URL")])), "values[0]")
    values = [record_pb2.Value(index=1, type="URL", data=b"x"), record_pb2.Value(index=2, type="URL", data=b"x", permissions="1120")]
    invalid(lambda: post(part({"name": "x"}, values=values)), "values[1].permissions")
    one = refused(lambda: post(part({"name": "x"}, identifier="none")), StatusCode.INVALID_ARGUMENT, "INVALID_IDENTIFIER", "identifier")
    equal(one["ErrorInfo"].metadata["field"], "identifier")
    refused(lambda: post(part({"name": "x"}, identifier="77.5/foreign")), StatusCode.FAILED_PRECONDITION, "NOT_RESPONSIBLE")
    serial = new_key()
    holder = post(part({"name": "x", "serial": serial}))[0].identifier
    taken = refused(lambda: post(part({"name": "y", "serial": serial})), StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS", "attributes.serial")
    equal(taken["ErrorInfo"].metadata["identifier"], holder)


def messages_in_chinese():
    error = refusal(lambda: post(part({}), language="zh-CN,zh;q=0.9,en;q=0.8"))
    assert HAN.search(error.details()), error.details()
    found = invalid(lambda: post(part({}), language="zh"), "attributes.name")
    assert HAN.search(found["BadRequest"].field_violations[0].description)
    # Also where the call does not reach its method.
    assert refusal(lambda: post(part({}), key=None, language="zh")).details().startswith("需要密钥")
    assert refusal(lambda: post(part({}), key="idr_wrong", language="zh")).details().startswith("密钥无效")
    assert refusal(lambda: post(part({}), language="de")).details().isascii()


def register_batch_half_wrong():
    items = [good() if i % 2 == 0 else bad() for i in range(10)]
    results = batch(*items, language="zh")

    equal([result.position for result in results], list(range(10)))
    for i, result in enumerate(results):
        equal(result.WhichOneof("result"), "registered" if i % 2 == 0 else "error")
        if i % 2 == 0:
            equal((result.registered.identifier, result.registered.version, result.registered.outcome), (items[i].identifier, 1, CREATED))
        else:
            equal(result.error.code, StatusCode.INVALID_ARGUMENT.value[0])
            assert HAN.search(result.error.message)
            equal(violations(unpack(result.error)), ["attributes.name"])
    equal(batch(items[0])[0].registered.outcome, registry_pb2.REGISTER_OUTCOME_SAME)
    invalid(lambda: batch(), "items")
    invalid(lambda: batch(*[registry_pb2.RegisterRequest()] * 2001), "items")


def register_many_counts():
    identifier = register().identifier
    revoke(identifier)
    first = good()
    items = [first, bad(), good(), first, part({"name": "back"}, identifier=identifier, reinstate=True), bad()]
    answer = many(items + [good() for _ in range(100)])
    equal((answer.received, answer.created, answer.same, answer.reinstated, answer.refused), (106, 102, 1, 1, 2))
    equal([(refusal.position, refusal.error.code) for refusal in answer.refusals], [(1, 3), (5, 3)])
    none = many([])
    assert none.HasField("received")
    equal((none.received, len(none.refusals)), (0, 0))


def register_stream_5000():
    def is_bad(i):
        return i % 50 == 7

    items = [bad() if is_bad(i) else good() for i in range(5000)]
    results = list(registry.RegisterStream(iter(items), metadata=metadata(REGISTRAR), timeout=CALL_TIMEOUT))
    equal([result.position for result in results], list(range(5000)))
    for i, result in enumerate(results):
        if is_bad(i):
            equal(violations(unpack(result.error)), ["attributes.name"])
        else:
            equal(result.registered.identifier, items[i].identifier)


def register_stream_answers_each():
    writer, reader = duplex(registry.RegisterStream, key=REGISTRAR)
    for i in range(5):
        item = bad() if i == 3 else good()
        writer.write(item)
        [result] = reader.take(1)
        equal(result.position, i)
        equal(result.WhichOneof("result"), "error" if i == 3 else "registered")
        if i != 3:
            # What was answered is there.
            equal(resolve(item.identifier).version, 1)
    writer.done()
    equal(reader.end()[0], StatusCode.OK)


def update_record():
    identifier = register({"name": "old", "grade": "A", "cost": 1.5}, values=[record_pb2.Value(index=3, type="URL", data=b"a")]).identifier
    changed = update(identifier=identifier, attributes=to_struct({"name": "new", "grade": None}), expected_version=1)
    equal((changed.version, from_struct(changed.attributes), len(changed.values)), (2, {"name": "new", "cost": 1.5}, 1))

    equal(update(identifier=identifier, attributes=to_struct({"name": "new"})).version, 2)
    late = to_struct({"name": "late"})
    refused(lambda: update(identifier=identifier, attributes=late, expected_version=1), StatusCode.ABORTED, "VERSION_CONFLICT")
    invalid(lambda: update(identifier=identifier, attributes=to_struct({"name": None})), "attributes.name")
    refused(lambda: update(identifier=new_id()), StatusCode.NOT_FOUND, "NOT_FOUND")
    invalid(update, "identifier")

    values = registry_pb2.ValueList(values=[record_pb2.Value(index=9, type="EMAIL", data=b"b")])
    equal([value.index for value in update(identifier=identifier, values=values).values], [9])
    emptied = update(identifier=identifier, values=registry_pb2.ValueList())
    equal((len(emptied.values), emptied.version), (0, 4))


def revoke_and_reinstate():
    identifier = register().identifier
    refused(lambda: revoke(identifier, expected_version=7), StatusCode.ABORTED, "VERSION_CONFLICT")
    equal(revoke(identifier, expected_version=1).version, 2)
    gone = refused(lambda: resolve(identifier), StatusCode.NOT_FOUND, "REVOKED")
    equal(gone["ErrorInfo"].metadata["identifier"], identifier)
    refused(lambda: post(part({"name": "again"}, identifier=identifier)), StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS", "identifier")
    invalid(lambda: call(registry.Revoke, registry_pb2.RevokeRequest(), key=REGISTRAR), "identifier")

    back, done = post(part({"name": "again"}, identifier=identifier, reinstate=True))
    equal((outcome(done), back.version, back.status), ("reinstated", 3, record_pb2.RECORD_STATUS_ACTIVE))
    equal(from_struct(resolve(identifier).attributes), {"name": "again"})


def raw_values():
    values = [
        record_pb2.Value(index=1, type="URL", data="https://example.com/零件".encode()),
        record_pb2.Value(index=5, type="BLOB", data=b"\x00\xff\x80\n", ttl=60, permissions="1100",
                         references=[record_pb2.Reference(handle=f"{PREFIX}/OTHER", index=3)]),
        record_pb2.Value(index=2147483647, type="EMPTY", data=b""),
    ]
    identifier = post(registry_pb2.RegisterRequest(identifier=new_id(), values=values))[0].identifier
    for value in (values[0], values[2]):
        value.ttl, value.permissions = 86400, "1110"
    equal(list(resolve(identifier, KEYS["admin"]).values), values)
    public = resolve(identifier)
    equal([value.index for value in public.values], [1, 2147483647])
    assert not public.HasField("template")


def unreadable_message():
    for path in ("idresolution.v1.Registry/Register", "idresolution.v1.Resolver/Resolve", "idresolution.v1.Labels/RenderQr"):
        method = channel.unary_unary("/" + path)
        equal((path, refusal(lambda: call(method, b"\x0a\xff", key=REGISTRAR)).code()), (path, StatusCode.INVALID_ARGUMENT))


def message_too_large():
    identifier = register().identifier
    values = registry_pb2.ValueList(values=[record_pb2.Value(index=1, type="BLOB", data=bytes(5 << 20))])
    equal(refusal(lambda: update(identifier=identifier, values=values)).code(), StatusCode.RESOURCE_EXHAUSTED)
    # The connection lives on.
    equal(resolve(identifier).version, 1)


CASES = [
    register_created_and_same, register_roles, register_fields_at_fault, messages_in_chinese, register_batch_half_wrong, register_many_counts,
    register_stream_5000, register_stream_answers_each, update_record, revoke_and_reinstate, raw_values, unreadable_message, message_too_large,
]
