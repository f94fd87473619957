"""idresolution.v1.Resolver.Watch, and what becomes of streams when a node stops."""

import threading
import time

from grpc import StatusCode
from grpc.health.v1 import health_pb2, health_pb2_grpc
from grpc.reflection.v1 import reflection_pb2, reflection_pb2_grpc

from harness import ask, call, connect, duplex, equal, server_stream
from idresolution.v1 import registry_pb2_grpc, resolver_pb2, resolver_pb2_grpc
from node import KEYS, REGISTRAR, assert_refused, details, good, part, register, registry, resolver, revoke, to_struct, update


def watch(key=KEYS["reader"], stub=resolver, **fields):
    return server_stream(stub.Watch, resolver_pb2.WatchRequest(**fields), key=key)


def watching(key=KEYS["reader"], **fields):
    reader = watch(key, **fields)
    [first] = reader.take(1)
    assert not first.HasField("change")
    return reader, first.next


def number(cursor):
    return int(cursor.split(".")[-1])


def following(cursor):
    log, at = cursor.split(".")
    return f"{log}.{int(at) + 1}"


def watch_from_the_start():
    identifier = register().identifier
    reader, cursor = watching(KEYS["admin"])
    equal(number(cursor), 0)
    last = 0
    while True:
        change = reader.take(1)[0].change
        last += 1
        equal((change.sequence, len(change.leaf)), (last, 32))
        if change.identifier == identifier:
            break
    equal((change.kind, change.operation, change.template, change.version),
          (resolver_pb2.CHANGE_KIND_RECORD, resolver_pb2.CHANGE_OPERATION_CREATE, "part", 1))
    assert change.HasField("actor")
    assert abs(change.time.seconds - time.time()) < 60
    reader.stream.cancel()
    equal(reader.end()[0], StatusCode.CANCELLED)


def watch_operations():
    reader, _ = watching(from_now=True)
    identifier = register().identifier
    update(identifier=identifier, attributes=to_struct({"name": "new"}))
    revoke(identifier)
    call(registry.Register, part({"name": "back"}, identifier=identifier, reinstate=True), key=REGISTRAR)
    changes = [message.change for message in reader.take(4)]
    equal([(change.identifier, change.operation, change.version) for change in changes], [
        (identifier, resolver_pb2.CHANGE_OPERATION_CREATE, 1), (identifier, resolver_pb2.CHANGE_OPERATION_UPDATE, 2),
        (identifier, resolver_pb2.CHANGE_OPERATION_REVOKE, 3), (identifier, resolver_pb2.CHANGE_OPERATION_REINSTATE, 4),
    ])
    reader.stream.cancel()


def watch_resumed_without_gap_or_repetition():
    count = 300
    reader, cursor = watching(from_now=True)
    written, seen = [], []
    writing = threading.Thread(target=lambda: written.extend(register().identifier for _ in range(count)))
    writing.start()
    for i in range(count):
        [message] = reader.take(1)
        equal((message.next, message.change.sequence), (following(cursor), number(cursor) + 1))
        cursor = message.next
        seen.append(message.change.identifier)
        if i % 40 == 39:
            reader.stream.cancel()
            reader, _ = watching(cursor=cursor)
    writing.join()
    equal(seen, written)
    reader.stream.cancel()


def watch_partner_sees_records_and_every_cursor():
    partner, _ = watching(KEYS["partner"], from_now=True)
    admin, _ = watching(KEYS["admin"], from_now=True)
    ask("key", {"role": "Reader"})
    identifier = register().identifier
    key, record = admin.take(2)
    equal((key.change.kind, record.change.identifier), (resolver_pb2.CHANGE_KIND_KEY, identifier))

    messages = partner.take(1)
    while messages[-1].next != record.next:
        messages += partner.take(1)
    equal([message.change.identifier for message in messages if message.HasField("change")], [identifier])
    assert not messages[-1].change.HasField("actor")
    # The last entry is not the partner's to see, yet the cursor tells it.
    ask("key", {"role": "Reader"})
    [hidden] = partner.take(1)
    equal((hidden.next, hidden.HasField("change")), (following(record.next), False))
    partner.stream.cancel()
    admin.stream.cancel()


def watch_refusals():
    def refused(key, code, reason, *names, **request):
        reader = watch(key, **request)
        reader.end()
        assert_refused(reader.stream, code, reason, *names)

    refused(None, StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
    refused("idr_wrong", StatusCode.UNAUTHENTICATED, "AUTHENTICATION_FAILED")
    refused(KEYS["reader"], StatusCode.FAILED_PRECONDITION, "LOG_RESTARTED", "cursor", cursor="1000000000")
    refused(KEYS["reader"], StatusCode.FAILED_PRECONDITION, "LOG_RESTARTED", "cursor", cursor="7.1")
    refused(KEYS["reader"], StatusCode.INVALID_ARGUMENT, "INVALID_VALUE", "cursor", cursor="-1")


def watch_ends_with_its_key():
    key = ask("key", {"role": "Partner"})
    reader, _ = watching(key["text"], from_now=True)
    started = time.monotonic()
    ask("revoke", key["id"])
    equal(reader.end()[0], StatusCode.UNAUTHENTICATED)
    assert time.monotonic() - started < 5


def stopping_node_ends_streams():
    node = ask("node", {})
    channel = connect(node["grpc"])
    watched = watch(node["keys"]["partner"], resolver_pb2_grpc.ResolverStub(channel), from_now=True)
    cursor = watched.take(1)[0].next
    health = server_stream(health_pb2_grpc.HealthStub(channel).Watch, health_pb2.HealthCheckRequest())
    equal(health.take(1)[0].status, health_pb2.HealthCheckResponse.SERVING)
    questions, reflection = duplex(reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo)
    questions.write(reflection_pb2.ServerReflectionRequest(list_services=""))
    reflection.take(1)
    items, registering = duplex(registry_pb2_grpc.RegistryStub(channel).RegisterStream, key=node["keys"]["registrar"])
    for _ in range(20):
        items.write(good())
    results = registering.take(20)
    ask("stop", node["id"])
    assert registering.next() is None
    equal(registering.end()[0], StatusCode.UNAVAILABLE)
    assert "RetryInfo" in details(registering.stream)
    equal(ask("head", node["id"]) - number(cursor), 20)
    equal([(result.position, result.registered.version) for result in results], [(i, 1) for i in range(20)])
    for other in (watched, reflection):
        equal(other.end()[0], StatusCode.UNAVAILABLE)
    # The library's own end of a watch: it says that the node serves no more.
    equal(health.rest()[-1].status, health_pb2.HealthCheckResponse.NOT_SERVING)
    equal(health.end()[0], StatusCode.OK)
    items.done()
    questions.done()


def stopping_node_answers_what_it_took():
    node = ask("node", {})
    channel = connect(node["grpc"])
    watched = watch(node["keys"]["partner"], resolver_pb2_grpc.ResolverStub(channel), from_now=True)
    cursor = watched.take(1)[0].next
    ended = threading.Event()

    def endless():
        while not ended.is_set():
            yield good()

    method = registry_pb2_grpc.RegistryStub(channel).RegisterStream
    registering = server_stream(lambda _, **options: method(endless(), **options), None, key=node["keys"]["registrar"])
    results = registering.take(100)
    ask("stop", node["id"])
    while (result := registering.next()) is not None:
        results.append(result)
    ended.set()
    equal(registering.end()[0], StatusCode.UNAVAILABLE)
    # Everything that was written was answered, in order.
    equal(len(results), ask("head", node["id"]) - number(cursor))
    equal([(result.position, result.registered.version) for result in results], [(i, 1) for i in range(len(results))])


CASES = [
    watch_from_the_start, watch_operations, watch_resumed_without_gap_or_repetition, watch_partner_sees_records_and_every_cursor,
    watch_refusals, watch_ends_with_its_key, stopping_node_ends_streams, stopping_node_answers_what_it_took,
]
