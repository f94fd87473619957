"""idresolution.v1.Registry: templates, and the values of their attributes."""

import random

from grpc import StatusCode

from harness import call, equal
from idresolution.v1 import registry_pb2, template_pb2
from node import KEYS, PREFIX, REGISTRAR, from_struct, invalid, refused, registry, resolve, to_struct

CODE = "python-pump"
ADMIN = KEYS["admin"]


def names(**texts):
    return template_pb2.Names(**texts)


def draft(**fields):
    template = template_pb2.Template(
        code=CODE,
        names=names(en="Pump", zh="泵"),
        attributes=[
            template_pb2.Attribute(
                code="name", names=names(en="Name", zh="名称"), required=True, visibility=template_pb2.VISIBILITY_PUBLIC, max_length=20, pattern="[a-z]+"),
            template_pb2.Attribute(
                code="power", type=template_pb2.ATTRIBUTE_TYPE_DECIMAL, unit="kW", unit_names=names(zh="千瓦"), minimum="0", maximum="12.5", visibility=template_pb2.VISIBILITY_PARTNER),
            template_pb2.Attribute(code="kind", type=template_pb2.ATTRIBUTE_TYPE_CHOICE, choices=["wet", "dry"], searchable=True,
                choice_names=[template_pb2.ChoiceName(choice="wet", names=names(en="Wet", zh="湿式"))]),
        ])
    template.MergeFrom(template_pb2.Template(**fields))
    return template


def save(template, key=ADMIN):
    return call(registry.SaveTemplate, registry_pb2.SaveTemplateRequest(template=template), key=key)[0]


def get(code, key=KEYS["reader"], **fields):
    return call(registry.GetTemplate, registry_pb2.GetTemplateRequest(code=code, **fields), key=key)[0]


def publish(code, key=ADMIN):
    return call(registry.PublishTemplate, registry_pb2.PublishTemplateRequest(code=code), key=key)[0]


def withdraw(code, key=ADMIN):
    return call(registry.WithdrawTemplate, registry_pb2.WithdrawTemplateRequest(code=code), key=key)[0]


def copy(key=ADMIN, **fields):
    return call(registry.CopyTemplate, registry_pb2.CopyTemplateRequest(**fields), key=key)[0]


def list_all(key=KEYS["reader"]):
    return call(registry.ListTemplates, registry_pb2.ListTemplatesRequest(), key=key)[0].items


def register_of(code, attributes):
    request = registry_pb2.RegisterRequest(template=code, identifier=f"{PREFIX}/{code}-{random.random()}", attributes=to_struct(attributes))
    return call(registry.Register, request, key=REGISTRAR)[0]


def templates():
    saved = save(draft())
    equal((saved.code, saved.version, saved.state, saved.names), (CODE, 1, template_pb2.TEMPLATE_STATE_DRAFT, names(en="Pump", zh="泵")))
    equal(saved.identifier, f"{PREFIX}/META_{CODE}")
    equal([(a.code, a.type, a.index, a.visibility, a.state) for a in saved.attributes], [
        ("name", template_pb2.ATTRIBUTE_TYPE_TEXT, 2000, template_pb2.VISIBILITY_PUBLIC, template_pb2.ATTRIBUTE_STATE_ACTIVE),
        ("power", template_pb2.ATTRIBUTE_TYPE_DECIMAL, 2001, template_pb2.VISIBILITY_PARTNER, template_pb2.ATTRIBUTE_STATE_ACTIVE),
        ("kind", template_pb2.ATTRIBUTE_TYPE_CHOICE, 2002, template_pb2.VISIBILITY_PRIVATE, template_pb2.ATTRIBUTE_STATE_ACTIVE),
    ])
    name, power, kind = saved.attributes
    equal((name.required, name.max_length, name.pattern), (True, 20, "[a-z]+"))
    equal((power.unit, power.minimum, power.maximum), ("kW", "0", "12.5"))
    equal(power.unit_names, names(zh="千瓦"))
    equal([(n.choice, n.names) for n in kind.choice_names], [("wet", names(en="Wet", zh="湿式"))])
    equal((list(kind.choices), kind.searchable), (["wet", "dry"], True))

    refused(lambda: register_of(CODE, {"name": "lily"}), StatusCode.FAILED_PRECONDITION, "NOT_PUBLISHED")
    equal(publish(CODE).state, template_pb2.TEMPLATE_STATE_PUBLISHED)
    equal(register_of(CODE, {"name": "lily"}).template_version, 1)

    second = save(draft(names=names(zh="水泵")))
    equal((second.version, second.state, second.names), (2, template_pb2.TEMPLATE_STATE_DRAFT, names(en="Pump", zh="水泵")))
    equal(get(CODE).version, 2)
    equal(get(CODE, version=1).state, template_pb2.TEMPLATE_STATE_PUBLISHED)

    copied = copy(code=CODE, new_code=f"{CODE}-2", names=names(en="Copy"))
    equal((copied.code, copied.version, copied.copied_from, copied.names), (f"{CODE}-2", 1, f"{CODE}/2", names(en="Copy")))
    codes = [template.code for template in list_all()]
    equal(codes, sorted(codes))
    assert {"part", CODE, f"{CODE}-2"} <= set(codes)

    equal(publish(CODE).version, 2)
    equal(withdraw(CODE).state, template_pb2.TEMPLATE_STATE_WITHDRAWN)
    refused(lambda: register_of(CODE, {"name": "lily"}), StatusCode.FAILED_PRECONDITION, "NOT_PUBLISHED")


def template_prefix():
    saved = save(template_pb2.Template(code="python-owned", prefix=PREFIX))
    equal((saved.prefix, get("python-owned").prefix), (PREFIX, PREFIX))
    equal(save(template_pb2.Template(code="python-owned")).prefix, PREFIX)
    equal(save(template_pb2.Template(code="python-nodes")).HasField("prefix"), False)
    invalid(lambda: save(template_pb2.Template(code="python-owned", prefix="88.300.77")), "prefix")


def template_refusals():
    refused(lambda: get("absent"), StatusCode.NOT_FOUND, "NOT_FOUND")
    refused(lambda: get("part", version=99), StatusCode.NOT_FOUND, "NOT_FOUND")
    refused(lambda: publish("absent"), StatusCode.NOT_FOUND, "NOT_FOUND")
    invalid(lambda: call(registry.SaveTemplate, registry_pb2.SaveTemplateRequest(), key=ADMIN), "template")
    invalid(lambda: save(template_pb2.Template(code="python-bad", attributes=[template_pb2.Attribute(code="x", min_length=5, max_length=2)])))
    invalid(lambda: save(template_pb2.Template(code="python-bad", attributes=[template_pb2.Attribute(
        code="x", type=template_pb2.ATTRIBUTE_TYPE_CHOICE, choices=["a"], choice_names=[template_pb2.ChoiceName(choice="b")])])))
    invalid(lambda: copy(code="part", new_code="Not A Code"))
    calls = [
        lambda key: save(draft(), key), lambda key: publish("part", key), lambda key: withdraw("part", key),
        lambda key: copy(key, code="part", new_code="p2"),
    ]
    for each in calls:
        refused(lambda: each(REGISTRAR), StatusCode.PERMISSION_DENIED, "FORBIDDEN")
        refused(lambda: each(None), StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
    for each in (lambda: list_all(key=None), lambda: get("part", key=None)):
        refused(each, StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
    # A partner sees what it may see of the records.
    equal([a.code for a in get("part", KEYS["partner"]).attributes], ["name", "grade", "tags", "of"])


def numbers():
    def attribute(code, kind, **fields):
        return template_pb2.Attribute(code=code, type=kind, visibility=template_pb2.VISIBILITY_PUBLIC, **fields)

    save(template_pb2.Template(code="python-numbers", attributes=[
        attribute("whole", template_pb2.ATTRIBUTE_TYPE_INTEGER),
        attribute("exact", template_pb2.ATTRIBUTE_TYPE_DECIMAL),
        attribute("many", template_pb2.ATTRIBUTE_TYPE_DECIMAL, repeated=True),
        attribute("yes", template_pb2.ATTRIBUTE_TYPE_BOOLEAN),
    ]))
    publish("python-numbers")

    def kept(attributes):
        made = register_of("python-numbers", attributes)
        read = resolve(made.identifier)
        equal(read.attributes, made.attributes)
        return from_struct(read.attributes)

    equal(kept({"whole": 12, "exact": 12.5, "yes": True}), {"whole": 12, "exact": 12.5, "yes": True})
    equal(kept({"whole": "12", "exact": "12.50", "yes": False}), {"whole": 12, "exact": 12.5, "yes": False})
    equal(kept({"whole": 0, "exact": -0.001}), {"whole": 0, "exact": -0.001})
    equal(kept({"whole": 123456789012345, "exact": 0.1}), {"whole": 123456789012345, "exact": 0.1})
    equal(kept({"whole": "9007199254740993"}), {"whole": "9007199254740993"})
    equal(kept({"whole": -9007199254740991}), {"whole": "-9007199254740991"})
    equal(kept({"exact": "0.12345678901234567890123"}), {"exact": "0.12345678901234567890123"})
    equal(kept({"many": [1, "2.25", "0.1234567890123456"]}), {"many": [1, 2.25, "0.1234567890123456"]})
    invalid(lambda: kept({"whole": 12.5}), "attributes.whole")


CASES = [templates, template_prefix, template_refusals, numbers]
