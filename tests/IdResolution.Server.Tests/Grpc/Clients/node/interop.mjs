// The official interoperability cases (grpc/doc/interop-test-descriptions.md), made with @grpc/grpc-js.
import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import { call, clientStream, config, connect, duplex, metadata, refusal, serverStream } from './harness.mjs';
import { countingForwarder } from './wire.mjs';

const { status } = grpc;
const SERVICE = 'idresolution.testing.TestService';
const SPECIAL = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
const REQUESTS = [27182, 8, 1828, 45904];
const RESPONSES = [31415, 9, 2653, 58979];
const GZIP = { 'grpc.default_compression_algorithm': 2 };

const client = connect(SERVICE);
const large = fields => ({ response_size: 314159, payload: Buffer.alloc(271828), ...fields });
const sizes = messages => messages.map(message => message.payload.length);

async function echoes(answer) {
  const { initial, trailers } = await answer;
  assert.deepEqual(initial.get('x-grpc-test-echo-initial'), ['test_initial_metadata_value']);
  assert.deepEqual(trailers.get('x-grpc-test-echo-trailing-bin'), [Buffer.from([0xab, 0xab, 0xab])]);
}

function assertStatus(found, code, details) {
  assert.equal(found.code, code, found.details);
  if (details !== undefined) {
    assert.equal(found.details, details);
  }
}

export const cases = {
  async empty_unary() {
    assert.deepEqual((await call(client, 'Empty', {})).response, {});
  },

  async large_unary() {
    assert.equal((await call(client, 'Unary', large())).response.payload.length, 314159);
  },

  async client_streaming() {
    const { stream, answer } = clientStream(client, 'ClientStreaming');
    REQUESTS.forEach(size => stream.write({ payload: Buffer.alloc(size) }));
    stream.end();
    assert.equal((await answer).aggregated_payload_size, 74922);
  },

  async server_streaming() {
    const reader = serverStream(client, 'ServerStreaming', { responses: RESPONSES.map(size => ({ size })) });
    assert.deepEqual(sizes(await reader.take(4)), RESPONSES);
    assertStatus(await reader.end(), status.OK);
  },

  async ping_pong() {
    const { stream, reader } = duplex(client, 'FullDuplex');
    for (let i = 0; i < 4; i++) {
      stream.write({ responses: [{ size: RESPONSES[i] }], payload: Buffer.alloc(REQUESTS[i]) });
      assert.deepEqual(sizes(await reader.take(1)), [RESPONSES[i]]);
    }
    stream.end();
    assert.equal(await reader.next(), undefined);
    assertStatus(reader.status, status.OK);
  },

  async empty_stream() {
    const { stream, reader } = duplex(client, 'FullDuplex');
    stream.end();
    assert.equal(await reader.next(), undefined);
    assertStatus(reader.status, status.OK);
  },

  async custom_metadata() {
    const headers = { 'x-grpc-test-echo-initial': 'test_initial_metadata_value', 'x-grpc-test-echo-trailing-bin': Buffer.from([0xab, 0xab, 0xab]) };
    await echoes(call(client, 'Unary', large(), headers));
    const { stream, reader } = duplex(client, 'FullDuplex', headers);
    stream.write({ responses: [{ size: 314159 }], payload: Buffer.alloc(271828) });
    stream.end();
    assert.deepEqual(sizes(await reader.take(1)), [314159]);
    const { metadata: trailers } = await reader.end();
    await echoes({ initial: reader.initial, trailers });
  },

  async status_code_and_message() {
    const response_status = { code: 2, message: 'test status message' };
    assertStatus(await refusal(call(client, 'Unary', { response_status })), status.UNKNOWN, 'test status message');
    const { stream, reader } = duplex(client, 'FullDuplex');
    stream.write({ response_status });
    stream.end();
    assertStatus(await reader.end(), status.UNKNOWN, 'test status message');
  },

  async special_status_message() {
    assertStatus(await refusal(call(client, 'Unary', { response_status: { code: 2, message: SPECIAL } })), status.UNKNOWN, SPECIAL);
  },

  async unimplemented_method() {
    assertStatus(await refusal(call(client, 'Unimplemented', {})), status.UNIMPLEMENTED);
    // A method that the server has never heard of.
    const bytes = value => value;
    const unknown = new Promise((resolve, reject) => {
      client.makeUnaryRequest(`/${SERVICE}/Unknown`, bytes, bytes, Buffer.alloc(0), metadata(), { deadline: Date.now() + 10_000 }, (error, answer) =>
        (error ? reject(error) : resolve(answer)));
    });
    assertStatus(await refusal(unknown), status.UNIMPLEMENTED);
  },

  async unimplemented_service() {
    assertStatus(await refusal(call(connect('idresolution.testing.UnimplementedService'), 'Unimplemented', {})), status.UNIMPLEMENTED);
  },

  async cancel_after_begin() {
    const { stream, answer } = clientStream(client, 'ClientStreaming');
    stream.cancel();
    assertStatus(await refusal(answer), status.CANCELLED);
  },

  async cancel_after_first_response() {
    const { stream, reader } = duplex(client, 'FullDuplex');
    stream.write({ responses: [{ size: 31415 }], payload: Buffer.alloc(27182) });
    assert.deepEqual(sizes(await reader.take(1)), [31415]);
    stream.cancel();
    assertStatus(await reader.end(), status.CANCELLED);
  },

  async timeout_on_sleeping_server() {
    const { stream, reader } = duplex(client, 'FullDuplex', {}, { deadline: Date.now() + 1 });
    stream.write({ payload: Buffer.alloc(27182) });
    assertStatus(await reader.end(), status.DEADLINE_EXCEEDED);
    // One millisecond may be over before anything is sent: once more with the server really asleep.
    const asleep = serverStream(client, 'ServerStreaming', { responses: [{ size: 1 }, { size: 1, interval_us: 60_000_000 }] }, {}, { deadline: Date.now() + 500 });
    assertStatus(await asleep.end(), status.DEADLINE_EXCEEDED);
  },

  // grpc-js compresses by channel, not by call: the plain messages of the case go by the other channel.
  async client_compressed_unary() {
    const compressing = connect(SERVICE, { options: GZIP });
    assertStatus(await refusal(call(client, 'Unary', large({ expect_compressed: true }))), status.INVALID_ARGUMENT);
    assert.equal((await call(compressing, 'Unary', large({ expect_compressed: true }))).response.payload.length, 314159);
    assert.equal((await call(client, 'Unary', large({ expect_compressed: false }))).response.payload.length, 314159);
    assert.deepEqual((await call(compressing, 'Empty', {})).response, {});
  },

  // grpc-js does not say whether an answer was compressed: the bytes it received do.
  async server_compressed_unary() {
    const wire = await countingForwarder(config.grpc);
    try {
      const counted = connect(SERVICE, { address: wire.address });
      assert.equal((await call(counted, 'Unary', large({ response_compressed: true }))).response.payload.length, 314159);
      const compressed = wire.received;
      assert.ok(compressed < 31_415, `the compressed answer took ${compressed} bytes`);
      assert.equal((await call(counted, 'Unary', large({ response_compressed: false }))).response.payload.length, 314159);
      assert.ok(wire.received - compressed > 314_159, `the plain answer took ${wire.received - compressed} bytes`);
    } finally {
      wire.close();
    }
  },
};
