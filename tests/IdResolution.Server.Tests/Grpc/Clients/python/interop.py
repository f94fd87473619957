"""The official interoperability cases (grpc/doc/interop-test-descriptions.md), made with grpcio."""

import grpc
from grpc import StatusCode

from harness import CALL_TIMEOUT, Reader, Writer, call, config, connect, duplex, equal, refusal, server_stream
from idresolution.testing import interop_pb2 as pb
from idresolution.testing import interop_pb2_grpc, unimplemented_pb2_grpc
from wire import CountingForwarder

SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
REQUESTS = [27182, 8, 1828, 45904]
RESPONSES = [31415, 9, 2653, 58979]
INITIAL = ("x-grpc-test-echo-initial", "test_initial_metadata_value")
TRAILING = ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab")

channel = connect()
client = interop_pb2_grpc.TestServiceStub(channel)


def large(**fields):
    return pb.UnaryRequest(response_size=314159, payload=bytes(271828), **fields)


def asked(size, payload=0):
    return pb.StreamingRequest(responses=[pb.ResponseParameters(size=size)], payload=bytes(payload))


def sizes(messages):
    return [len(message.payload) for message in messages]


def assert_echoes(initial, trailers):
    assert INITIAL in [tuple(entry) for entry in initial], initial
    assert TRAILING in [tuple(entry) for entry in trailers], trailers


def empty_unary():
    equal(call(client.Empty, pb.EmptyMessage())[0], pb.EmptyMessage())


def large_unary():
    equal(len(call(client.Unary, large())[0].payload), 314159)


def client_streaming():
    answer = client.ClientStreaming((pb.ClientStreamingRequest(payload=bytes(size)) for size in REQUESTS), timeout=CALL_TIMEOUT)
    equal(answer.aggregated_payload_size, 74922)


def server_streaming():
    reader = server_stream(client.ServerStreaming, pb.StreamingRequest(responses=[pb.ResponseParameters(size=size) for size in RESPONSES]))
    equal(sizes(reader.take(4)), RESPONSES)
    equal(reader.end()[0], StatusCode.OK)


def ping_pong():
    writer, reader = duplex(client.FullDuplex)
    for request, response in zip(REQUESTS, RESPONSES):
        writer.write(asked(response, request))
        equal(sizes(reader.take(1)), [response])
    writer.done()
    assert reader.next() is None
    equal(reader.end()[0], StatusCode.OK)


def empty_stream():
    writer, reader = duplex(client.FullDuplex)
    writer.done()
    assert reader.next() is None
    equal(reader.end()[0], StatusCode.OK)


def custom_metadata():
    _, done = client.Unary.with_call(large(), metadata=[INITIAL, TRAILING], timeout=CALL_TIMEOUT)
    assert_echoes(done.initial_metadata(), done.trailing_metadata())
    stream = client.FullDuplex(iter([asked(314159, 271828)]), metadata=[INITIAL, TRAILING], timeout=CALL_TIMEOUT)
    reader = Reader(stream)
    equal(sizes(reader.take(1)), [314159])
    equal(reader.end()[0], StatusCode.OK)
    assert_echoes(stream.initial_metadata(), stream.trailing_metadata())


def status_code_and_message():
    status = pb.EchoStatus(code=2, message="test status message")
    refused = refusal(lambda: call(client.Unary, pb.UnaryRequest(response_status=status)))
    equal((refused.code(), refused.details()), (StatusCode.UNKNOWN, "test status message"))
    writer, reader = duplex(client.FullDuplex)
    writer.write(pb.StreamingRequest(response_status=status))
    writer.done()
    equal(reader.end(), (StatusCode.UNKNOWN, "test status message"))


def special_status_message():
    refused = refusal(lambda: call(client.Unary, pb.UnaryRequest(response_status=pb.EchoStatus(code=2, message=SPECIAL))))
    equal((refused.code(), refused.details()), (StatusCode.UNKNOWN, SPECIAL))


def unimplemented_method():
    equal(refusal(lambda: call(client.Unimplemented, pb.EmptyMessage())).code(), StatusCode.UNIMPLEMENTED)
    # A method that the server has never heard of.
    unknown = channel.unary_unary("/idresolution.testing.TestService/Unknown")
    equal(refusal(lambda: call(unknown, b"")).code(), StatusCode.UNIMPLEMENTED)


def unimplemented_service():
    unknown = unimplemented_pb2_grpc.UnimplementedServiceStub(channel)
    equal(refusal(lambda: call(unknown.Unimplemented, pb.EmptyMessage())).code(), StatusCode.UNIMPLEMENTED)


def cancel_after_begin():
    writer = Writer()
    future = client.ClientStreaming.future(writer, timeout=CALL_TIMEOUT)
    future.cancel()
    equal(future.code(), StatusCode.CANCELLED)
    writer.done()


def cancel_after_first_response():
    writer, reader = duplex(client.FullDuplex)
    writer.write(asked(31415, 27182))
    equal(sizes(reader.take(1)), [31415])
    reader.stream.cancel()
    equal(reader.end()[0], StatusCode.CANCELLED)
    writer.done()


def timeout_on_sleeping_server():
    writer, reader = duplex(client.FullDuplex, timeout=0.001)
    writer.write(pb.StreamingRequest(payload=bytes(27182)))
    equal(reader.end()[0], StatusCode.DEADLINE_EXCEEDED)
    writer.done()
    # One millisecond may be over before anything is sent: once more with the server really asleep.
    responses = [pb.ResponseParameters(size=1), pb.ResponseParameters(size=1, interval_us=60_000_000)]
    asleep = server_stream(client.ServerStreaming, pb.StreamingRequest(responses=responses), timeout=0.5)
    equal(asleep.end()[0], StatusCode.DEADLINE_EXCEEDED)


def client_compressed_unary():
    refused = refusal(lambda: call(client.Unary, large(expect_compressed=True)))
    equal(refused.code(), StatusCode.INVALID_ARGUMENT)
    equal(len(call(client.Unary, large(expect_compressed=True), compression=grpc.Compression.Gzip)[0].payload), 314159)
    equal(len(call(client.Unary, large(expect_compressed=False))[0].payload), 314159)
    equal(call(client.Empty, pb.EmptyMessage(), compression=grpc.Compression.Gzip)[0], pb.EmptyMessage())


def server_compressed_unary():
    # grpcio does not say whether an answer was compressed: the bytes it received do.
    wire = CountingForwarder(config["grpc"])
    counted = interop_pb2_grpc.TestServiceStub(connect(wire.address))
    equal(len(call(counted.Unary, large(response_compressed=True))[0].payload), 314159)
    compressed = wire.received
    assert compressed < 31_415, f"the compressed answer took {compressed} bytes"
    equal(len(call(counted.Unary, large(response_compressed=False))[0].payload), 314159)
    assert wire.received - compressed > 314_159, f"the plain answer took {wire.received - compressed} bytes"
    wire.close()


CASES = [
    empty_unary, large_unary, client_streaming, server_streaming, ping_pong, empty_stream, custom_metadata, status_code_and_message,
    special_status_message, unimplemented_method, unimplemented_service, cancel_after_begin, cancel_after_first_response,
    timeout_on_sleeping_server, client_compressed_unary, server_compressed_unary,
]
