"""idresolution.v1.Resolver: reading; who may see what; limits."""

from grpc import StatusCode

from harness import ask, call, config, connect, equal, refusal, server_stream
from idresolution.v1 import labels_pb2, labels_pb2_grpc, record_pb2, registry_pb2_grpc, resolver_pb2, resolver_pb2_grpc
from grpc.health.v1 import health_pb2, health_pb2_grpc
from node import HAN, KEYS, PREFIX, details, from_struct, invalid, new_id, new_key, part, refused, register, resolve, resolver, revoke, unpack
from wire import CountingForwarder


def scan(text, key=None, stub=resolver):
    return call(stub.Scan, resolver_pb2.ScanRequest(text=text), key=key)[0]


def batch(identifiers, key=None, language=None, stub=resolver):
    return call(stub.ResolveBatch, resolver_pb2.ResolveBatchRequest(identifiers=identifiers), key=key, language=language)[0].items


def reason(item):
    return unpack(item.error)["ErrorInfo"].reason


def resolve_refusals():
    refused(lambda: resolve(f"{PREFIX}/absent"), StatusCode.NOT_FOUND, "NOT_FOUND")
    refused(lambda: resolve("77.5/foreign"), StatusCode.FAILED_PRECONDITION, "NOT_RESPONSIBLE")
    refused(lambda: resolve("no identifier"), StatusCode.INVALID_ARGUMENT, "INVALID_IDENTIFIER")
    invalid(lambda: resolve(None), "identifier")
    refused(lambda: resolve(f"{PREFIX}/META_part"), StatusCode.NOT_FOUND, "NOT_FOUND")
    refused(lambda: resolve(new_id(), "idr_wrong"), StatusCode.UNAUTHENTICATED, "AUTHENTICATION_FAILED")


def resolve_in_any_case():
    identifier = register().identifier
    for _ in range(2):
        equal(resolve(identifier.lower()).identifier, identifier)


def resolve_batch():
    a, b = register().identifier, register().identifier
    revoke(b)
    items = batch([a, "bad", b, "77.5/x", new_id(), a], language="zh")
    found = [item.record.identifier if item.HasField("record") else reason(item) for item in items]
    equal(found, [a, "INVALID_IDENTIFIER", "REVOKED", "NOT_RESPONSIBLE", "NOT_FOUND", a])
    assert HAN.search(items[1].error.message)
    invalid(lambda: batch([]), "identifiers")
    invalid(lambda: batch(["x"] * 1001), "identifiers")


def scan_texts():
    identifier = register().identifier
    for text in (identifier, f"{identifier}\r\n", f"https://id.example.com/{identifier}?lang=zh", f"]Q1{identifier}"):
        equal(scan(text).identifier, identifier)
    gs1 = register(source="gs1", source_key="(01)09506000134352(21)PYTHON").identifier
    equal(scan("]d2010950600013435221PYTHON").identifier, gs1)
    refused(lambda: scan("hello world"), StatusCode.INVALID_ARGUMENT, "INVALID_IDENTIFIER")
    refused(lambda: scan(""), StatusCode.INVALID_ARGUMENT, "INVALID_IDENTIFIER")
    refused(lambda: scan("x" * 16_385), StatusCode.RESOURCE_EXHAUSTED, "TOO_LARGE")


def visibility_by_role():
    values = [
        record_pb2.Value(index=3, type="OPEN", data=b"all"),
        record_pb2.Value(index=4, type="SHUT", data=b"admins", permissions="1100"),
        record_pb2.Value(index=5, type="HS_SECKEY", data=b"nobody-at-all"),
    ]
    identifier = register({"name": "open", "grade": "A", "cost": 471.1}, key=KEYS["admin"], source="mes", source_key=new_key(), values=values).identifier
    ours = {"name", "grade", "cost"}
    seen = {
        None: ({"name"}, False, [3]),
        KEYS["partner"]: ({"name", "grade"}, False, [3]),
        KEYS["reader"]: (ours, True, [3]),
        KEYS["registrar"]: (ours, True, [3]),
        KEYS["admin"]: (ours, True, [3, 4]),
    }
    # Twice: the second answers come from the cache.
    for _ in range(2):
        for key, expected in seen.items():
            for record in (resolve(identifier, key), scan(identifier, key), batch([identifier], key)[0].record):
                equal(record.HasField("source"), record.HasField("source_key"))
                equal((set(from_struct(record.attributes)), record.HasField("source"), [value.index for value in record.values]), expected)


def rate_limit():
    key = ask("key", {"role": "Reader", "rateLimit": 2})["text"]
    identifier = register().identifier

    def until_refused():
        for _ in range(50):
            resolve(identifier, key)

    error = refusal(until_refused)
    equal(error.code(), StatusCode.RESOURCE_EXHAUSTED)
    found = details(error)
    equal(found["ErrorInfo"].reason, "TOO_MANY")
    assert found["RetryInfo"].retry_delay.ToNanoseconds() > 0
    # Others are not concerned.
    resolve(identifier, KEYS["reader"])


def anonymous_reads_off():
    node = ask("node", {"anonymousReads": False})
    channel = connect(node["grpc"])
    closed = resolver_pb2_grpc.ResolverStub(channel)
    identifier = new_id()
    call(registry_pb2_grpc.RegistryStub(channel).Register, part({"name": "shut"}, identifier=identifier), key=node["keys"]["registrar"])

    def shut(what):
        refused(what, StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")

    for _ in range(2):
        equal(call(closed.Resolve, resolver_pb2.ResolveRequest(identifier=identifier), key=node["keys"]["partner"])[0].identifier, identifier)
        for asked in (identifier, new_id()):
            shut(lambda: call(closed.Resolve, resolver_pb2.ResolveRequest(identifier=asked)))
        shut(lambda: scan(identifier, stub=closed))
        shut(lambda: call(labels_pb2_grpc.LabelsStub(channel).RenderQr, labels_pb2.RenderQrRequest(identifier=identifier)))
        equal([reason(item) for item in batch([identifier, new_id()], stub=closed)], ["UNAUTHENTICATED"] * 2)
    # Whether it serves is everyone's to know.
    equal(call(health_pb2_grpc.HealthStub(channel).Check, health_pb2.HealthCheckRequest())[0].status, health_pb2.HealthCheckResponse.SERVING)


def large_answers_compressed():
    identifiers = [register({"name": "n" * 2000}).identifier for _ in range(50)]
    wire = CountingForwarder(config["grpc"])
    equal(len(batch(identifiers, stub=resolver_pb2_grpc.ResolverStub(connect(wire.address)))), 50)
    assert wire.received < 30_000, f"100,000 bytes of names took {wire.received}"
    wire.close()


def deadline():
    late = server_stream(resolver.Watch, resolver_pb2.WatchRequest(from_now=True), key=KEYS["reader"], timeout=0.4)
    equal(late.end()[0], StatusCode.DEADLINE_EXCEEDED)


CASES = [
    resolve_refusals, resolve_in_any_case, resolve_batch, scan_texts, visibility_by_role, rate_limit, anonymous_reads_off,
    large_answers_compressed, deadline,
]
