// Labels, and the standard services: health and reflection.
import assert from 'node:assert/strict';
import loader from '@grpc/proto-loader';
import grpc from '@grpc/grpc-js';
import { call, config, connect, duplex, own, serverStream } from './harness.mjs';
import { keys, labels, newId, refused, register, status } from './node.mjs';

const SERVICES = [
  'grpc.health.v1.Health', 'grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection',
  'idresolution.v1.Equipment', 'idresolution.v1.Labels', 'idresolution.v1.Partners', 'idresolution.v1.Registry', 'idresolution.v1.Resolver', 'idresolution.v1.Traceability',
  'idresolution.v1.Warehouse',
];
const health = connect('grpc.health.v1.Health');

async function reflect(version) {
  const { stream, reader } = duplex(connect(`grpc.reflection.${version}.ServerReflection`), 'ServerReflectionInfo');
  const ask = async question => {
    stream.write(question);
    const [answer] = await reader.take(1);
    return answer;
  };
  assert.deepEqual((await ask({ list_services: '' })).list_services_response.service.map(service => service.name), SERVICES);

  const { file_descriptor_response: { file_descriptor_proto: files } } = await ask({ file_containing_symbol: 'idresolution.v1.Resolver' });
  // A FileDescriptorProto begins with its name.
  const named = files.map(file => file.subarray(2, 2 + file[1]).toString());
  assert.equal(named[0], 'idresolution/v1/resolver.proto');
  for (const needed of ['idresolution/v1/record.proto', 'google/rpc/status.proto', 'google/protobuf/struct.proto', 'google/protobuf/timestamp.proto', 'google/protobuf/any.proto']) {
    assert.ok(named.includes(needed), needed);
  }
  for (const symbol of ['idresolution.v1.Registry.Register', 'idresolution.v1.Record', 'idresolution.v1.RecordStatus', 'google.rpc.BadRequest.FieldViolation']) {
    assert.ok((await ask({ file_containing_symbol: symbol })).file_descriptor_response, symbol);
  }
  assert.ok((await ask({ file_by_filename: 'google/rpc/error_details.proto' })).file_descriptor_response);
  for (const question of [{ file_containing_symbol: 'no.Such' }, { file_by_filename: 'no.proto' }]) {
    assert.equal((await ask(question)).error_response.error_code, status.NOT_FOUND);
  }
  // proto3 has no extensions.
  assert.equal((await ask({ all_extension_numbers_of_type: 'idresolution.v1.Record' })).error_response.error_code, status.UNIMPLEMENTED);
  stream.end();
  assert.equal((await reader.end()).code, status.OK);
  return files;
}

export const cases = {
  async render_labels() {
    const { identifier } = await register();
    const { identifier: other } = await register();
    const svg = (await call(labels, 'RenderQr', { identifier })).response;
    assert.equal(svg.media_type, 'image/svg+xml');
    assert.match(svg.data.toString(), /<svg/);
    const png = (await call(labels, 'RenderQr', { identifier, format: 'QR_FORMAT_PNG', content: 'QR_CONTENT_IDENTIFIER', size: 512, ecc: 'H', quiet_zone: 8 })).response;
    assert.equal(png.media_type, 'image/png');
    assert.equal(png.data.subarray(0, 4).toString('latin1'), '\x89PNG');
    assert.ok(Math.abs(png.data.readUInt32BE(16) - 512) < 30, 'whole pixels per module come near to the size');
    const zpl = (await call(labels, 'RenderZpl', { identifier, dpi: 300, width: 60, height: 40, barcode: 'code128', rfid: true, copies: 2 })).response;
    assert.equal(zpl.media_type, 'application/zpl');
    assert.match(zpl.data.toString(), /^\^XA[^]*\^PQ2[^]*\^XZ\s*$/);
    const sheet = (await call(labels, 'RenderSheet', { identifiers: [identifier, other, identifier], columns: 2, qr: 30 }, { language: 'zh' })).response;
    assert.equal(sheet.media_type, 'text/html');
    assert.equal(sheet.data.toString().split('<svg').length, 3);
    assert.match(sheet.data.toString(), /出现了 2 次/);
  },

  async labels_of_held_items() {
    const [{ identifier }, { identifier: free }] = [await register(), await register()];
    const hold = { type: 'EVENT_TYPE_HOLD', time: '2026-03-01T08:00:00Z', reason: 'too thin', items: [{ text: identifier }] };
    await call(connect('idresolution.v1.Traceability'), 'Record', hold, { key: keys.registrar });
    const reader = { key: keys.reader };
    const made = async (method, request, headers = reader) => (await call(labels, method, request, headers)).response;
    for (const [method, request, mark] of [['RenderQr', { identifier }], ['RenderQr', { identifier, format: 'QR_FORMAT_PNG' }],
      ['RenderZpl', { identifier, held: 'HELD_LABELS_MARK' }, /HELD/], ['RenderSheet', { identifiers: [identifier, free] }, /冻结 HELD/]]) {
      const artwork = await made(method, request);
      assert.equal(artwork.held, true, method);
      assert.match(artwork.data.toString(), mark ?? /./s);
      const anonymous = await made(method, request, {});
      assert.equal(anonymous.held, undefined);
      assert.doesNotMatch(anonymous.data.toString('latin1'), /HELD/);
      if (!request.identifiers) {
        await refused(call(labels, method, { ...request, held: 'HELD_LABELS_REFUSE' }, reader), status.FAILED_PRECONDITION, 'HELD', ['identifier']);
      }
    }
    assert.equal((await made('RenderZpl', { identifier: free, held: 'HELD_LABELS_REFUSE' })).held, undefined);
    const sheet = await made('RenderSheet', { identifiers: [identifier, free], held: 'HELD_LABELS_REFUSE' });
    assert.deepEqual([sheet.held, sheet.data.toString().split('<article>').length], [true, 2]);
    assert.ok(sheet.data.toString().includes(`<b>${identifier}</b>`));
    await refused(call(labels, 'RenderSheet', { identifiers: [identifier], held: 'HELD_LABELS_REFUSE' }, reader), status.FAILED_PRECONDITION, 'HELD', ['identifiers']);
  },

  async label_refusals() {
    const { identifier } = await register();
    const invalid = (method, request, field) => refused(call(labels, method, request), status.INVALID_ARGUMENT, 'INVALID_VALUE', [field]);
    await invalid('RenderQr', { identifier, size: 63 }, 'size');
    await invalid('RenderQr', { identifier, quiet_zone: 17 }, 'quiet_zone');
    await invalid('RenderQr', { identifier, ecc: 'X' }, 'ecc');
    await invalid('RenderQr', {}, 'identifier');
    await invalid('RenderZpl', { identifier, dpi: 72 }, 'dpi');
    await invalid('RenderZpl', { identifier, copies: 0 }, 'copies');
    await invalid('RenderSheet', { identifiers: [identifier], columns: 7 }, 'columns');
    await invalid('RenderSheet', {}, 'identifiers');
    await refused(call(labels, 'RenderQr', { identifier: newId() }), status.NOT_FOUND, 'NOT_FOUND');
  },

  async health_check() {
    for (const service of ['', ...SERVICES]) {
      assert.deepEqual((await call(health, 'Check', { service })).response, { status: 'SERVING' });
    }
    const error = await call(health, 'Check', { service: 'no.Such' }).then(() => undefined, thrown => thrown);
    assert.equal(error?.code, status.NOT_FOUND);
  },

  async health_watch() {
    const serving = serverStream(health, 'Watch', { service: 'idresolution.v1.Registry' });
    const unknown = serverStream(health, 'Watch', { service: 'no.Such' });
    assert.deepEqual([await serving.take(1), await unknown.take(1)], [[{ status: 'SERVING' }], [{ status: 'SERVICE_UNKNOWN' }]]);
    for (const reader of [serving, unknown]) {
      reader.stream.cancel();
      assert.equal((await reader.end()).code, status.CANCELLED);
    }
  },

  async reflection_v1() {
    await reflect('v1');
  },

  async reflection_v1alpha() {
    await reflect('v1alpha');
  },

  // A client that is made of nothing but what the node says of itself.
  async reflected_client() {
    const { identifier } = await register();
    const files = await reflect('v1');
    const set = Buffer.concat(files.flatMap(file => [Buffer.from([0x0a, ...varint(file.length)]), file]));
    const reflected = grpc.loadPackageDefinition(loader.loadFileDescriptorSetFromBuffer(set, { keepCase: true, longs: String }));
    const client = own(new reflected.idresolution.v1.Resolver(config.grpc, grpc.credentials.createInsecure()));
    assert.equal((await call(client, 'Resolve', { identifier })).response.identifier, identifier);
  },
};

function varint(value) {
  const bytes = [];
  for (; value > 0x7f; value >>>= 7) {
    bytes.push((value & 0x7f) | 0x80);
  }
  return [...bytes, value];
}
