"""Labels, and the standard services: health and reflection."""

import re
import struct

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc import StatusCode
from grpc.health.v1 import health_pb2, health_pb2_grpc
from grpc.reflection.v1 import reflection_pb2, reflection_pb2_grpc
from grpc.reflection.v1alpha import reflection_pb2 as alpha_pb2
from grpc.reflection.v1alpha import reflection_pb2_grpc as alpha_pb2_grpc

from harness import call, duplex, equal, refusal, server_stream
from idresolution.v1 import labels_pb2
from node import channel, invalid, labels, new_id, refused, register

SERVICES = [
    "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
    "idresolution.v1.Equipment", "idresolution.v1.Labels", "idresolution.v1.Partners", "idresolution.v1.Registry", "idresolution.v1.Resolver", "idresolution.v1.Traceability",
    "idresolution.v1.Warehouse",
]
SERVING = health_pb2.HealthCheckResponse.SERVING

health = health_pb2_grpc.HealthStub(channel)


def qr(**fields):
    return call(labels.RenderQr, labels_pb2.RenderQrRequest(**fields))[0]


def zpl(**fields):
    return call(labels.RenderZpl, labels_pb2.RenderZplRequest(**fields))[0]


def sheet(language=None, **fields):
    return call(labels.RenderSheet, labels_pb2.RenderSheetRequest(**fields), language=language)[0]


def render_labels():
    identifier = register().identifier
    svg = qr(identifier=identifier)
    equal(svg.media_type, "image/svg+xml")
    assert b"<svg" in svg.data
    png = qr(identifier=identifier, format=labels_pb2.QR_FORMAT_PNG, content=labels_pb2.QR_CONTENT_IDENTIFIER, size=512, ecc="H", quiet_zone=8)
    equal((png.media_type, png.data[:4]), ("image/png", b"\x89PNG"))
    assert abs(struct.unpack(">I", png.data[16:20])[0] - 512) < 30, "whole pixels per module come near to the size"
    label = zpl(identifier=identifier, dpi=300, width=60, height=40, barcode="code128", rfid=True, copies=2)
    equal(label.media_type, "application/zpl")
    assert re.fullmatch(rb"\^XA.*\^PQ2.*\^XZ\s*", label.data, re.DOTALL), label.data
    page = sheet("zh", identifiers=[identifier, register().identifier, identifier], columns=2, qr=30)
    equal((page.media_type, page.data.count(b"<svg")), ("text/html", 2))
    assert "出现了 2 次" in page.data.decode(), "one label of what is given twice"


def label_refusals():
    identifier = register().identifier
    invalid(lambda: qr(identifier=identifier, size=63), "size")
    invalid(lambda: qr(identifier=identifier, quiet_zone=17), "quiet_zone")
    invalid(lambda: qr(identifier=identifier, ecc="X"), "ecc")
    invalid(qr, "identifier")
    invalid(lambda: zpl(identifier=identifier, dpi=72), "dpi")
    invalid(lambda: zpl(identifier=identifier, copies=0), "copies")
    invalid(lambda: sheet(identifiers=[identifier], columns=7), "columns")
    invalid(sheet, "identifiers")
    refused(lambda: qr(identifier=new_id()), StatusCode.NOT_FOUND, "NOT_FOUND")


def health_check():
    for service in ["", *SERVICES]:
        equal(call(health.Check, health_pb2.HealthCheckRequest(service=service))[0].status, SERVING)
    equal(refusal(lambda: call(health.Check, health_pb2.HealthCheckRequest(service="no.Such"))).code(), StatusCode.NOT_FOUND)


def health_watch():
    for service, expected in (("idresolution.v1.Registry", SERVING), ("no.Such", health_pb2.HealthCheckResponse.SERVICE_UNKNOWN)):
        reader = server_stream(health.Watch, health_pb2.HealthCheckRequest(service=service))
        equal(reader.take(1)[0].status, expected)
        reader.stream.cancel()
        equal(reader.end()[0], StatusCode.CANCELLED)


def reflect(messages, stubs):
    writer, reader = duplex(stubs.ServerReflectionStub(channel).ServerReflectionInfo)

    def ask(**question):
        writer.write(messages.ServerReflectionRequest(**question))
        return reader.take(1)[0]

    equal([service.name for service in ask(list_services="").list_services_response.service], SERVICES)
    found = ask(file_containing_symbol="idresolution.v1.Resolver").file_descriptor_response.file_descriptor_proto
    files = [descriptor_pb2.FileDescriptorProto.FromString(file) for file in found]
    equal(files[0].name, "idresolution/v1/resolver.proto")
    assert {name for file in files for name in file.dependency} <= {file.name for file in files}, "an import is missing"
    for symbol in ("idresolution.v1.Registry.Register", "idresolution.v1.Record", "idresolution.v1.RecordStatus", "google.rpc.BadRequest.FieldViolation"):
        assert ask(file_containing_symbol=symbol).HasField("file_descriptor_response"), symbol
    assert ask(file_by_filename="google/rpc/error_details.proto").HasField("file_descriptor_response")
    for question in ({"file_containing_symbol": "no.Such"}, {"file_by_filename": "no.proto"}):
        equal(ask(**question).error_response.error_code, StatusCode.NOT_FOUND.value[0])
    # proto3 has no extensions.
    equal(ask(all_extension_numbers_of_type="idresolution.v1.Record").error_response.error_code, StatusCode.UNIMPLEMENTED.value[0])
    writer.done()
    equal(reader.end()[0], StatusCode.OK)
    return files


def reflection_v1():
    reflect(reflection_pb2, reflection_pb2_grpc)


def reflection_v1alpha():
    reflect(alpha_pb2, alpha_pb2_grpc)


def reflected_client():
    """A client that is made of nothing but what the node says of itself."""
    identifier = register().identifier
    pool = descriptor_pool.DescriptorPool()
    waiting = reflect(reflection_pb2, reflection_pb2_grpc)
    added = set()
    while waiting:
        ready = [file for file in waiting if set(file.dependency) <= added]
        for file in ready:
            pool.Add(file)
            added.add(file.name)
            waiting.remove(file)
    factory = message_factory.MessageFactory(pool)
    method = pool.FindServiceByName("idresolution.v1.Resolver").methods_by_name["Resolve"]
    request, response = factory.GetPrototype(method.input_type), factory.GetPrototype(method.output_type)
    stub = channel.unary_unary("/idresolution.v1.Resolver/Resolve", request_serializer=request.SerializeToString, response_deserializer=response.FromString)
    equal(call(stub, request(identifier=identifier))[0].identifier, identifier)


CASES = [render_labels, label_refusals, health_check, health_watch, reflection_v1, reflection_v1alpha, reflected_client]
