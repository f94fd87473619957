#!/usr/bin/env python3
"""An independent reader of the change log's format 2, as docs/log-format.md defines it.

    log_format.py FILE.md       computes every vector of the document anew, and fails where one differs
    log_format.py --print       prints the vectors

It shares no code with the node: it uses the libraries of Python alone.
"""
import base64
import hashlib
import json
import re
import struct
import sys

TEXT, JSON, BYTES, LIST = range(4)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def quoted(text):
    """A JSON string. Python escapes as RFC 8785 does."""
    return json.dumps(text, ensure_ascii=False)


def digest(disclosure):
    """The digest of a disclosure (RFC 9901 section 4.2.3)."""
    return hashlib.sha256(base64url(disclosure.encode()).encode()).digest()


def disclosure(its_salt, code, form, value):
    """The disclosure of a value; that of an element of a list has no code."""
    parts = [quoted(base64url(its_salt))] + ([] if code is None else [quoted(code)]) + [disclosed(form, value)]
    return "[" + ",".join(parts) + "]"


def disclosed(form, value):
    """The JSON of a state's value."""
    if form == TEXT:
        return quoted(value.decode())
    if form == JSON:
        return value.decode()
    if form == BYTES:
        return quoted(base64url(value))
    items, rest = [], value[2:]
    for _ in range(struct.unpack(">H", value[:2])[0]):
        its_salt, its_form = rest[:16], rest[16]
        length = struct.unpack(">I", rest[17:21])[0]
        content, rest = rest[21 : 21 + length], rest[21 + length :]
        erased = its_salt == bytes(16)
        of_element = content if erased else digest(disclosure(its_salt, None, its_form, content))
        items.append('{"...":' + quoted(base64url(of_element)) + "}")
    assert not rest
    return "[" + ",".join(items) + "]"


def commitment(code, its_salt, form, value):
    return digest(disclosure(its_salt, code, form, value))


def entries(state):
    """The entries of a state: code, salt, form and value."""
    assert state[0] == 2
    rest = state[3:]
    for _ in range(struct.unpack(">H", state[1:3])[0]):
        length = struct.unpack(">H", rest[:2])[0]
        code, rest = rest[2 : 2 + length].decode(), rest[2 + length :]
        salt, form = rest[:16], rest[16]
        length = struct.unpack(">I", rest[17:21])[0]
        value, rest = rest[21 : 21 + length], rest[21 + length :]
        yield code, salt, form, value
    assert not rest


def body(kind, operation, number, version, time, actor, commitments):
    header = struct.pack(">BBBQQqQI", 2, kind, operation, number, version, time, actor, len(commitments))
    return header + b"".join(sorted(commitments))


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def root(leaves):
    """The root of a Merkle tree (RFC 9162 section 2.1.1)."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()


def salt(first):
    return bytes(range(first, first + 16))


def state(values):
    made = bytes([2]) + struct.pack(">H", len(values))
    for code, its_salt, form, value in values:
        code = code.encode()
        made += struct.pack(">H", len(code)) + code + its_salt + bytes([form]) + struct.pack(">I", len(value)) + value
    return made


def listed(*elements):
    made = struct.pack(">H", len(elements))
    for its_salt, form, value in elements:
        made += its_salt + bytes([form]) + struct.pack(">I", len(value)) + value
    return made


def counted(data):
    return struct.pack(">i", len(data)) + data


def raw_value(ttl_type, ttl, permissions, kind, data, references):
    made = struct.pack(">BiB", ttl_type, ttl, permissions) + counted(kind) + counted(data)
    made += struct.pack(">i", len(references))
    return made + b"".join(counted(handle) + struct.pack(">i", index) for handle, index in references)


def vectors():
    email = raw_value(0, 86400, 14, b"EMAIL", b"a@example.com", [(b"88.300.1/x", 3)])
    record = [
        ("m:identifier", salt(0x10), TEXT, b"88.300.1/MEA-260302-001"),
        ("m:template", salt(0x20), TEXT, b"mea/1"),
        ("m:status", salt(0x30), TEXT, b"active"),
        ("k:mes", salt(0x40), LIST, listed((salt(0x50), TEXT, b"4711"))),
        ("a:thickness", salt(0x60), JSON, b"25.5"),
        ("a:tags", salt(0x70), JSON, '["膜","a\\"b"]'.encode()),
        ("a:note", salt(0x90), TEXT, "a \"b\"\n电堆".encode()),
        ("v:7", salt(0x80), BYTES, email),
    ]
    document = [("m:document", salt(0x90), TEXT, b'{"code":"material"}')]
    left = [entry for entry in record if entry[0] != "a:thickness"]
    time = 1772395200000000
    of_record = body(1, 1, 42, 1, time, 7, [commitment(*entry) for entry in record])
    of_document = body(5, 1, 3, 1, time, 0, [commitment(*entry) for entry in document])
    yield "raw-value", {
        "index": 7, "ttlType": 0, "ttl": 86400, "permissions": 14, "type": "EMAIL", "data": "a@example.com",
        "reference": "88.300.1/x", "referenceIndex": 3, "encoded": email,
    }
    yield "commitment", {
        "salt": salt(0), "code": "a:thickness", "form": JSON, "value": "25.5",
        "disclosure": base64url(disclosure(salt(0), "a:thickness", JSON, b"25.5").encode()),
        "commitment": commitment("a:thickness", salt(0), JSON, b"25.5"),
    }
    yield "record", {
        "codes": " ".join(entry[0] for entry in record), "state": state(record), "kind": 1, "operation": 1,
        "object": 42, "version": 1, "time": time, "actor": 7, "body": of_record, "leaf": leaf(of_record),
    }
    yield "document", {
        "code": "category:material", "json": '{"code":"material"}', "state": state(document), "kind": 5,
        "operation": 1, "object": 3, "version": 1, "time": time, "actor": 0, "body": of_document,
        "leaf": leaf(of_document),
    }
    yield "erased", {
        "erased": "a:thickness", "state": state(left), "missing": commitment(*record[4]), "leaf": leaf(of_record),
    }
    event = [
        ("e:type", salt(0x10), TEXT, b"observe"),
        ("e:time", salt(0x20), TEXT, b"2026-03-02T08:00:00.000000Z"),
        ("k:mes", salt(0x30), LIST, listed((salt(0x40), TEXT, b"E-1"))),
        ("e:items", salt(0x50), LIST, listed((salt(0x60), JSON, b'{"identifier":"88.300.1/A"}'),
                                             (salt(0x70), JSON, b'{"identifier":"88.300.1/B"}'))),
        ("e:persons", salt(0x80), LIST, listed((salt(0x90), JSON, b'{"text":"Ann"}'),
                                               (salt(0xa0), JSON, b'{"text":"Bo"}'))),
    ]
    of_event = body(6, 1, 50, 1, time, 7, [commitment(*entry) for entry in event])
    gone = digest(disclosure(salt(0x90), None, JSON, b'{"text":"Ann"}'))
    persons = listed((bytes(16), JSON, gone), (salt(0xa0), JSON, b'{"text":"Bo"}'))
    without = state(event[:4] + [("e:persons", salt(0x80), LIST, persons)])
    assert [commitment(*entry) for entry in entries(without)] == [commitment(*entry) for entry in event]
    yield "event", {
        "codes": " ".join(entry[0] for entry in event), "state": state(event), "kind": 6, "operation": 1,
        "object": 50, "version": 1, "time": time, "actor": 7, "body": of_event, "leaf": leaf(of_event),
    }
    yield "erased-element", {
        "erased": "e:persons", "element": 0, "digest": gone, "state": without, "leaf": leaf(of_event),
    }
    yield "tree", {"size": 2, "root": root([leaf(of_record), leaf(of_document)])}


def shown(value):
    return value.hex() if isinstance(value, bytes) else str(value)


def printed(name, members):
    lines = ["```vector " + name]
    for key, value in members.items():
        text = shown(value)
        width = 120 - len(key) - 3 if len(text) <= 110 else 64
        parts = [text[at : at + width] for at in range(0, len(text), width)]
        lines.append(key + " = " + "\n  ".join(parts))
    return "\n".join(lines + ["```"])


def read(text):
    """The vectors of a document."""
    for block in re.finditer(r"^```vector ([a-z-]+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        members = re.findall(r"^([a-zA-Z]+) = (.*(?:\n  .*)*)$", block[2], re.MULTILINE)
        yield block[1], {key: value.replace("\n  ", "") for key, value in members}


def check(file):
    with open(file, encoding="utf-8") as document:
        found = dict(read(document.read()))
    faults = 0
    for name, members in vectors():
        expected = {key: shown(value) for key, value in members.items()}
        for key in expected.keys() | found.get(name, {}).keys():
            if expected.get(key) != found.get(name, {}).get(key):
                print(f"{name}: {key} is {expected.get(key)}, the document says {found.get(name, {}).get(key)}")
                faults += 1
    for name in ("record", "document", "event"):
        members = found[name]
        made = [commitment(*entry) for entry in entries(bytes.fromhex(members["state"]))]
        numbers = [int(members[key]) for key in ("kind", "operation", "object", "version", "time", "actor")]
        if body(*numbers, made).hex() != members["body"] or leaf(bytes.fromhex(members["body"])).hex() != members["leaf"]:
            print(f"{name}: body or leaf does not follow from the state")
            faults += 1
    print(f"{len(found)} vectors, {faults} faults")
    return 1 if faults or not found else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--print"]:
        print("\n\n".join(printed(name, members) for name, members in vectors()))
    elif len(sys.argv) == 2:
        sys.exit(check(sys.argv[1]))
    else:
        sys.exit(__doc__)
