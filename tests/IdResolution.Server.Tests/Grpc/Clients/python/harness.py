"""Runs cases and reports each on standard output, one line of JSON; the tests read them (ClientProgram.cs)."""

import json
import queue
import sys
import threading
import time
import traceback

import grpc

CASE_TIMEOUT = 60
CALL_TIMEOUT = 40

# The first line says where the nodes are.
config = json.loads(sys.stdin.readline())

_channels = []


def _say(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def ask(what, value=None):
    """Asks the tests for something that is not done by gRPC, such as to stop a node."""
    _say({"ask": what, "value": value})
    line = json.loads(sys.stdin.readline())
    if line.get("error"):
        raise RuntimeError(line["error"])
    return line.get("answer")


def run(cases, only):
    for body in cases:
        name = body.__name__
        if only and name not in only:
            continue
        started = time.monotonic()
        result = {}

        def attempt():
            try:
                body()
                result.update(ok=True)
            except BaseException:  # whatever it is, it is the case's failure
                result.update(ok=False, error=traceback.format_exc())

        thread = threading.Thread(target=attempt, daemon=True)
        thread.start()
        thread.join(CASE_TIMEOUT)
        if not result:
            result = {"ok": False, "error": f"the case did not end within {CASE_TIMEOUT} seconds"}
        _say({"case": name, "ms": int((time.monotonic() - started) * 1000), **result})


def connect(address=None, options=()):
    channel = grpc.insecure_channel(address or config["grpc"], options=options)
    _channels.append(channel)
    return channel


def close_all():
    for channel in _channels:
        channel.close()


def metadata(key=None, language=None, **entries):
    made = [(name.replace("_", "-"), value) for name, value in entries.items()]
    if key:
        made.append(("authorization", f"Bearer {key}"))
    if language:
        made.append(("accept-language", language))
    return made


def call(method, request, key=None, language=None, timeout=CALL_TIMEOUT, **options):
    """A unary call: the answer and the call, which has its metadata."""
    return method.with_call(request, metadata=metadata(key, language), timeout=timeout, **options)


def refusal(what):
    """The error of a call that must fail."""
    try:
        answer = what()
    except grpc.RpcError as error:
        return error
    raise AssertionError(f"the call did not fail but answered {answer}")


class Reader:
    """The messages of a stream from the server, one at a time with a timeout, and how it ended."""

    def __init__(self, stream):
        self.stream = stream
        self._messages = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            for message in self.stream:
                self._messages.put(message)
        except grpc.RpcError:
            pass
        self._messages.put(None)

    def next(self, timeout=15):
        """The next message; None at the end."""
        try:
            message = self._messages.get(timeout=timeout)
        except queue.Empty:
            raise AssertionError(f"no message within {timeout} seconds") from None
        if message is None:
            self._messages.put(None)
        return message

    def take(self, count):
        taken = []
        while len(taken) < count:
            message = self.next()
            assert message is not None, f"the stream ended after {len(taken)} of {count} messages: {self.stream.code()} {self.stream.details()}"
            taken.append(message)
        return taken

    def rest(self):
        """Reads on until the end and gives what was left."""
        return list(iter(self.next, None))

    def end(self):
        """Reads on until the end and gives its status."""
        self.rest()
        return self.stream.code(), self.stream.details()


class Writer:
    """What a stream to the server is made of: an iterator that is fed from outside."""

    def __init__(self):
        self._messages = queue.Queue()

    def write(self, message):
        self._messages.put(message)

    def done(self):
        self._messages.put(None)

    def __iter__(self):
        return self

    def __next__(self):
        message = self._messages.get()
        if message is None:
            raise StopIteration
        return message


def server_stream(method, request, key=None, language=None, timeout=CALL_TIMEOUT, **options):
    return Reader(method(request, metadata=metadata(key, language), timeout=timeout, **options))


def duplex(method, key=None, language=None, timeout=CALL_TIMEOUT, **options):
    writer = Writer()
    return writer, Reader(method(writer, metadata=metadata(key, language, **options), timeout=timeout))


def equal(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"
