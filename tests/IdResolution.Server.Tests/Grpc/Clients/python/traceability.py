"""idresolution.v1.Traceability: taking events in, asking, tracing."""

from grpc import StatusCode

from harness import call, duplex, equal, refusal, server_stream
from idresolution.v1 import event_pb2, record_pb2, registry_pb2, traceability_pb2 as pb, traceability_pb2_grpc
from node import HAN, KEYS, REGISTRAR, assert_refused, channel, good, invalid, new_id, new_key, part, refused, register, registry, resolve, unpack

READER = KEYS["reader"]
TIME = "2026-03-01T08:00:00Z"
FORWARD = pb.TRACE_DIRECTION_FORWARD

traceability = traceability_pb2_grpc.TraceabilityStub(channel)


def thing(text, **fields):
    return event_pb2.Thing(text=text, **fields)


def event(kind, **fields):
    return event_pb2.Event(**{"type": getattr(event_pb2, f"EVENT_TYPE_{kind}"), "time": TIME, **fields})


def observe(*ids, **fields):
    return event("OBSERVE", items=[thing(one) for one in ids], **fields)


def link(start, kind, end, **fields):
    # "from" is a word of Python itself.
    return event_pb2.ItemLink(**{"from": thing(start), "type": getattr(event_pb2, f"LINK_TYPE_{kind}"), "to": thing(end), **fields})


def record(what, key=REGISTRAR):
    return call(traceability.Record, what, key=key)[0]


def ask(method, request, **options):
    return call(method, request, key=READER, **options)[0]


def status_of(identifier):
    return ask(traceability.GetStatus, pb.GetStatusRequest(identifier=identifier))


def listed(**fields):
    return ask(traceability.ListEvents, pb.ListEventsRequest(**fields))


def trace(identifier, key=READER, **fields):
    return server_stream(traceability.Trace, pb.TraceRequest(identifier=identifier, **fields), key=key).rest()


def nodes(parts):
    return [part.node for part in parts if part.HasField("node")]


def register_with_links_and_events():
    roll, key = new_id(), new_key()
    made = event_pb2.ItemLink(type=event_pb2.LINK_TYPE_CONSUMES, to=thing(roll), quantity="0.4", unit="MTR", time=TIME)
    piece = part({"name": "piece"}, identifier=new_id(), source="mes", source_key=key, links=[made],
                 events=[event("INSPECT", place=thing("Hall 1")), event("MOVE", items=[event_pb2.Thing(self=True)], place=thing("Hall 2"))])

    first = call(registry.Register, piece, key=REGISTRAR)[0]
    again = call(registry.Register, piece, key=REGISTRAR)[0]
    equal(again.recorded.events[0].event, first.recorded.events[0].event)
    equal([(len(one.recorded.links), len(one.recorded.events)) for one in (first, again)], [(1, 2), (1, 2)])
    equal([node.identifier for node in nodes(trace(piece.identifier))], [piece.identifier, roll])
    equal(status_of(piece.identifier).place, "Hall 2")

    hold = record(event("HOLD", scope=event_pb2.HOLD_SCOPE_MADE_FROM, items=[thing(roll)]))
    piece.identifier, piece.source_key = new_id(), new_key()
    batch = registry_pb2.RegisterBatchRequest(items=[piece, good()])
    results = call(registry.RegisterBatch, batch, key=REGISTRAR)[0].items
    equal([one.event for one in results[0].registered.holds], [hold.event])
    equal([len(one.registered.recorded.events) for one in results], [2, 0])

    piece.identifier, piece.source_key = new_id(), new_key()
    piece.links[0].ClearField("to")
    invalid(lambda: call(registry.Register, piece, key=REGISTRAR), "links[0].to")
    refused(lambda: resolve(piece.identifier), StatusCode.NOT_FOUND, "NOT_FOUND")
    writer, results = duplex(registry.RegisterStream, key=REGISTRAR)
    writer.write(piece)
    mended = registry_pb2.RegisterRequest()
    mended.CopyFrom(piece)
    mended.links[0].to.text = roll
    writer.write(mended)
    writer.done()
    faulty, taken = results.take(2)
    equal(unpack(faulty.error)["ErrorInfo"].metadata["field"], "links[0].to")
    equal((len(taken.registered.recorded.links), len(taken.registered.recorded.events)), (1, 2))


def record_created_and_same():
    roll, mea = new_id(), new_id()
    sent = event("TRANSFORM", zone="Asia/Shanghai", source="mes", source_key=new_key(),
                 inputs=[event_pb2.Thing(identifier=roll, quantity="12.50", unit="MTR")],
                 outputs=[event_pb2.Thing(identifier=mea, position="1")],
                 equipment=[thing("press 3")], place=thing("Hall 1"), disposition="made",
                 measurements=[event_pb2.Measurement(characteristic="thickness", value="15.2", unit="4H", low="15")],
                 defects=[event_pb2.Defect(code="D1", count="2")],
                 extensions=[event_pb2.Extension(name="ex:more", json='{ "a": [1, "b"] }')])
    sent.time = "2026-03-01T16:00:00"
    first, again = record(sent), record(sent)
    equal((first.outcome, again.outcome), (event_pb2.RECORD_OUTCOME_CREATED, event_pb2.RECORD_OUTCOME_SAME))
    equal((again.event, again.sequence), (first.event, first.sequence))

    shown = ask(traceability.GetEvent, pb.GetEventRequest(event=first.event))
    equal((shown.status, shown.sequence), (pb.EVENT_STATUS_ACTIVE, first.sequence))
    expected = event_pb2.Event()
    expected.CopyFrom(sent)
    expected.time = "2026-03-01T08:00:00.000000Z"
    expected.inputs[0].quantity = "12.5"
    expected.extensions[0].json = '{"a":[1,"b"]}'
    equal(shown.content, expected)
    key = record_pb2.BusinessKey(source=sent.source, source_key=sent.source_key)
    equal(ask(traceability.GetEvent, pb.GetEventRequest(key=key)), shown)

    sent.disposition = "other"
    refused(lambda: record(sent), StatusCode.ALREADY_EXISTS, "KEY_CONFLICT")
    refused(lambda: ask(traceability.GetEvent, pb.GetEventRequest(event="none")), StatusCode.NOT_FOUND, "NOT_FOUND")


def record_fields_at_fault():
    timeless = observe(new_id())
    timeless.ClearField("time")
    invalid(lambda: record(timeless), "time")
    invalid(lambda: record(event_pb2.Event(time=TIME, items=[thing(new_id())])), "type")
    invalid(lambda: record(event_pb2.Event(type=99, time=TIME, items=[thing(new_id())])), "type")
    bad = event("OBSERVE", items=[thing(new_id(), quantity="much"), event_pb2.Thing(source_key="k")])
    invalid(lambda: record(bad), "items[0].quantity", "items[1].source")
    more = [event_pb2.Extension(name="plain", json="1"), event_pb2.Extension(name="a:b", json="{")]
    invalid(lambda: record(observe(new_id(), extensions=more)), "extensions[0].name", "extensions[1].json")


def record_roles():
    for method, request in [(traceability.Record, observe(new_id())), (traceability.RecordBatch, pb.RecordBatchRequest()),
                            (traceability.Link, event_pb2.ItemLink()), (traceability.LinkBatch, pb.LinkBatchRequest())]:
        refused(lambda: call(method, request), StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
        refused(lambda: call(method, request, key=READER), StatusCode.PERMISSION_DENIED, "FORBIDDEN")
    asked = pb.GetStatusRequest(identifier=new_id())
    refused(lambda: call(traceability.GetStatus, asked, key=KEYS["partner"]), StatusCode.PERMISSION_DENIED, "FORBIDDEN")
    equal(server_stream(traceability.Trace, pb.TraceRequest(identifier=new_id())).end()[0], StatusCode.UNAUTHENTICATED)
    # Correcting what another key sent is for administrators.
    wrong = record(observe(new_id()), key=KEYS["admin"]).event
    refused(lambda: record(event("CORRECT", corrects=wrong)), StatusCode.PERMISSION_DENIED, "FORBIDDEN")
    record(event("CORRECT", corrects=wrong), key=KEYS["admin"])
    equal(ask(traceability.GetEvent, pb.GetEventRequest(event=wrong)).status, pb.EVENT_STATUS_VOIDED)


def record_batch_half_wrong():
    def batch(*items):
        return call(traceability.RecordBatch, pb.RecordBatchRequest(items=items), key=REGISTRAR)[0].items

    results = batch(observe(new_id()), event_pb2.Event(), observe(new_id()))
    equal([(one.position, one.WhichOneof("result")) for one in results], [(0, "recorded"), (1, "error"), (2, "recorded")])
    equal(unpack(results[1].error)["ErrorInfo"].reason, "INVALID_VALUE")
    invalid(batch, "items")
    invalid(lambda: batch(*[observe(new_id())] * 2001), "items")


def record_stream_3000():
    item = new_id()
    writer, reader = duplex(traceability.RecordStream, key=REGISTRAR)
    for i in range(3000):
        writer.write(event_pb2.Event() if i % 1000 == 500 else observe(item, source="stream", source_key=f"{item}-{i}"))
    writer.done()
    results = reader.take(3000)
    equal([one.position for one in results], list(range(3000)))
    equal([one.position for one in results if one.HasField("error")], [500, 1500, 2500])
    sequences = [one.recorded.sequence for one in results if one.HasField("recorded")]
    equal(sequences, sorted(sequences))
    equal(reader.end()[0], StatusCode.OK)

    # The pages give each once, in order.
    found, page = [], listed(item=item, limit=700)
    found.extend(page.items)
    while page.HasField("next"):
        page = listed(item=item, limit=700, after=page.next)
        found.extend(page.items)
    equal([shown.sequence for shown in found], sequences)


def links():
    stack, mea = new_id(), new_id()
    contains = link(stack, "CONTAINS", mea, position="7", time=TIME)
    first = call(traceability.Link, contains, key=REGISTRAR)[0]
    equal(first.outcome, event_pb2.RECORD_OUTCOME_CREATED)
    batch = pb.LinkBatchRequest(items=[contains, event_pb2.ItemLink(type=event_pb2.LINK_TYPE_CONTAINS)])
    results = call(traceability.LinkBatch, batch, key=REGISTRAR)[0].items
    equal([one.recorded.event for one in results], [first.event, ""])
    contains.type = 99
    invalid(lambda: call(traceability.Link, contains, key=REGISTRAR), "type")
    where = status_of(mea)
    equal((where.parent, where.position, where.registered), (stack, "7", False))


def events_listed():
    item = new_id()
    for hour, kind in (("08", "OBSERVE"), ("09", "MOVE"), ("10", "OBSERVE")):
        record(event(kind, items=[thing(item)], time=f"2026-03-01T{hour}:00:00Z", place=thing(f"hall {hour}")))

    def hours(**fields):
        return [shown.content.time[11:13] for shown in listed(item=item, **fields).items]

    def at(hour):
        request = pb.ListEventsRequest()
        getattr(request, "from").FromJsonString(f"2026-03-01T{hour}:00:00Z")
        return getattr(request, "from")

    equal(hours(), ["08", "09", "10"])
    equal(hours(descending=True, limit=2), ["10", "09"])
    equal(hours(type=event_pb2.EVENT_TYPE_MOVE), ["09"])
    equal(hours(**{"from": at("09"), "to": at("10")}), ["09"])
    equal(hours(place="hall 10"), ["10"])
    refused(lambda: listed(item=new_id()), StatusCode.NOT_FOUND, "NOT_FOUND")
    for fields, field in [({"limit": 1001}, "limit"), ({"after": "x"}, "after"), ({"item": "x"}, "item"), ({"type": 99}, "type")]:
        invalid(lambda: listed(**fields), field)


def traced():
    roll, mea, mea2, stack = (new_id() for _ in range(4))
    cut = record(event("TRANSFORM", inputs=[thing(roll, quantity="10", unit="MTR")], outputs=[thing(mea), thing(mea2)]))
    record(event("ASSEMBLE", parent=thing(stack), children=[thing(mea), thing(mea2)]))

    forward = trace(roll, direction=FORWARD)
    equal([part.WhichOneof("part") for part in forward], "start node node link node link node link link end".split())
    equal([(node.identifier, node.generation) for node in nodes(forward)], [(roll, 0), (mea, 1), (mea2, 1), (stack, 2)])
    equal((forward[-1].end.complete, forward[-1].end.found), (True, 4))
    first = forward[3].link
    equal((getattr(first, "from"), first.type, first.to, first.event, first.quantity, first.unit),
          (mea, event_pb2.LINK_TYPE_CONSUMES, roll, cut.event, "10", "MTR"))

    analysed = trace(roll, direction=FORWARD, analyse=True, explain=stack)
    equal([(node.quantity, node.unit) for node in nodes(analysed)], [("10", "MTR"), ("5", "MTR"), ("5", "MTR"), ("10", "MTR")])
    paths = [part.path for part in analysed if part.HasField("path")]
    equal([[getattr(one, "from") for one in path.links] for path in paths], [[mea, stack], [mea2, stack]])
    equal([part.finding.code for part in analysed if part.HasField("finding")], ["unregistered"])

    part = trace(stack, budget=2)
    equal((part[-1].end.complete, part[-1].end.found), (False, 2))
    rest = trace(stack, cursor=part[-1].end.cursor)
    equal(sorted(node.identifier for node in nodes(part) + nodes(rest)), sorted([stack, mea, mea2, roll]))
    equal([node.generation for node in nodes(trace(mea, direction=pb.TRACE_DIRECTION_BOTH))], [0, -1, 1])
    equal([node.identifier for node in nodes(trace(stack, type=[event_pb2.LINK_TYPE_CONSUMES]))], [stack])
    for request, code in [(pb.TraceRequest(), StatusCode.INVALID_ARGUMENT), (pb.TraceRequest(identifier=new_id()), StatusCode.NOT_FOUND),
                          (pb.TraceRequest(identifier=roll, cursor="x"), StatusCode.INVALID_ARGUMENT)]:
        equal(server_stream(traceability.Trace, request, key=READER).end()[0], code)


def scan_with_intent():
    roll, mea = register().identifier, register().identifier

    def scan(key=REGISTRAR, text=roll, **fields):
        intent = pb.Intent(**{"do": pb.INTENT_ACTION_USE, **fields})
        return call(traceability.Scan, pb.ScanIntentRequest(text=text, intent=intent), key=key)[0]

    use = {"into": event_pb2.Thing(identifier=mea), "record": pb.IntentEvent(source="line", source_key=new_key())}
    assert_refused(refusal(lambda: scan(key=READER, **use)), StatusCode.PERMISSION_DENIED, "FORBIDDEN")
    first = scan(**use)
    equal((first.identifier, first.allowed, len(first.reasons), first.recorded.outcome), (roll, True, 0, event_pb2.RECORD_OUTCOME_CREATED))

    hold = record(event("HOLD", scope=event_pb2.HOLD_SCOPE_MADE_FROM, reason="too thin", items=[thing(roll)]))
    request = pb.ScanIntentRequest(text=mea, intent=pb.Intent(do=pb.INTENT_ACTION_SHIP))
    held = call(traceability.Scan, request, key=READER, language="zh")[0]
    equal((held.allowed, [reason.code for reason in held.reasons], held.HasField("recorded")), (False, ["AncestorHeld"], False))
    assert HAN.search(held.reasons[0].message), held.reasons[0].message
    equal([(one.event, one.reason, one.own) for one in status_of(mea).holds], [(hold.event, "too thin", False)])
    record(event("RELEASE", time="2026-03-02T08:00:00Z", holds=[hold.event]))
    equal(len(status_of(mea).holds), 0)

    invalid(lambda: call(traceability.Scan, pb.ScanIntentRequest(text=roll), key=READER), "intent")
    invalid(lambda: scan(do=9), "intent.do")
    invalid(lambda: scan(do=pb.INTENT_ACTION_INSTALL), "intent.into")
    refused(lambda: scan(text="x" * 16_385), StatusCode.RESOURCE_EXHAUSTED, "TOO_LARGE")

    order, box = register().identifier, register().identifier
    ship = pb.Intent(do=pb.INTENT_ACTION_SHIP, order=event_pb2.Thing(identifier=order))
    request = pb.ScanIntentRequest(text=box, intent=ship, labels=True)
    invalid(lambda: call(traceability.Scan, request, key=REGISTRAR), "labels")
    request.intent.record.source, request.intent.record.source_key = "wms", new_key()
    labels = call(traceability.Scan, request, key=REGISTRAR)[0].labels
    equal((labels.items, box in labels.zpl, labels.HasField("error")), (1, True, False))


CASES = [
    register_with_links_and_events, record_created_and_same, record_fields_at_fault, record_roles, record_batch_half_wrong, record_stream_3000, links, events_listed, traced,
    scan_with_intent,
]
