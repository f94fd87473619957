// idresolution.v1.Resolver: reading; who may see what; limits.
import assert from 'node:assert/strict';
import { ask, call, config, connect, refusal, serverStream } from './harness.mjs';
import { countingForwarder } from './wire.mjs';
import { details, fromStruct, keys, newId, newKey, part, refused, register, registry, resolver, status, unpack } from './node.mjs';

const resolve = (identifier, key) => call(resolver, 'Resolve', { identifier }, { key });
const scan = text => call(resolver, 'Scan', { text });

export const cases = {
  async resolve_refusals() {
    await refused(resolve('88.300.1/absent'), status.NOT_FOUND, 'NOT_FOUND');
    await refused(resolve('77.5/foreign'), status.FAILED_PRECONDITION, 'NOT_RESPONSIBLE');
    await refused(resolve('no identifier'), status.INVALID_ARGUMENT, 'INVALID_IDENTIFIER');
    await refused(call(resolver, 'Resolve', {}), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['identifier']);
    await refused(resolve('88.300.1/META_part'), status.NOT_FOUND, 'NOT_FOUND');
    await refused(resolve(newId(), 'idr_wrong'), status.UNAUTHENTICATED, 'AUTHENTICATION_FAILED');
  },

  async resolve_in_any_case() {
    const { identifier } = await register();
    for (let i = 0; i < 2; i++) {
      assert.equal((await resolve(identifier.toLowerCase())).response.identifier, identifier);
    }
  },

  async resolve_batch() {
    const [a, b] = [await register(), await register()];
    await call(registry, 'Revoke', { identifier: b.identifier }, { key: keys.registrar });
    const { response } = await call(resolver, 'ResolveBatch', { identifiers: [a.identifier, 'bad', b.identifier, '77.5/x', newId(), a.identifier] }, { language: 'zh' });
    assert.deepEqual(response.items.map(item => item.record?.identifier ?? unpack(item.error).ErrorInfo.reason), [
      a.identifier, 'INVALID_IDENTIFIER', 'REVOKED', 'NOT_RESPONSIBLE', 'NOT_FOUND', a.identifier,
    ]);
    assert.match(response.items[1].error.message, /[\u4e00-\u9fff]/);
    await refused(call(resolver, 'ResolveBatch', {}), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['identifiers']);
    await refused(call(resolver, 'ResolveBatch', { identifiers: Array(1001).fill('x') }), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['identifiers']);
  },

  async scan_texts() {
    const { identifier } = await register();
    for (const text of [identifier, `${identifier}\r\n`, `https://id.example.com/${identifier}?lang=zh`, `]Q1${identifier}`]) {
      assert.equal((await scan(text)).response.identifier, identifier);
    }
    const gs1 = await register({ source: 'gs1', source_key: '(01)09506000134352(21)NODE' });
    assert.equal((await scan(']d2010950600013435221NODE')).response.identifier, gs1.identifier);
    await refused(scan('hello world'), status.INVALID_ARGUMENT, 'INVALID_IDENTIFIER');
    await refused(scan(''), status.INVALID_ARGUMENT, 'INVALID_IDENTIFIER');
    await refused(scan('x'.repeat(16_385)), status.RESOURCE_EXHAUSTED, 'TOO_LARGE');
  },

  async visibility_by_role() {
    const values = [
      { index: 3, type: 'OPEN', data: Buffer.from('all') },
      { index: 4, type: 'SHUT', data: Buffer.from('admins'), permissions: '1100' },
      { index: 5, type: 'HS_SECKEY', data: Buffer.from('nobody-at-all') },
    ];
    const { identifier } = await register({ source: 'mes', source_key: newKey(), values }, { name: 'open', grade: 'A', cost: 471.1 }, keys.admin);
    const seen = {
      '': [['name'], false, [3]],
      [keys.partner]: [['name', 'grade'], false, [3]],
      [keys.reader]: [['name', 'grade', 'cost'], true, [3]],
      [keys.registrar]: [['name', 'grade', 'cost'], true, [3]],
      [keys.admin]: [['name', 'grade', 'cost'], true, [3, 4]],
    };
    // Twice: the second answers come from the cache.
    for (let i = 0; i < 2; i++) {
      for (const [key, [attributes, isOurs, indexes]] of Object.entries(seen)) {
        const batch = await call(resolver, 'ResolveBatch', { identifiers: [identifier] }, { key });
        for (const record of [(await resolve(identifier, key)).response, (await call(resolver, 'Scan', { text: identifier }, { key })).response, batch.response.items[0].record]) {
          assert.deepEqual(Object.keys(fromStruct(record.attributes)).sort(), [...attributes].sort());
          assert.deepEqual([record.source !== undefined, record.source_key !== undefined], [isOurs, isOurs]);
          assert.deepEqual(record.values.map(value => value.index), indexes);
        }
      }
    }
  },

  async rate_limit() {
    const { text } = await ask('key', { role: 'Reader', rateLimit: 2 });
    const { identifier } = await register();
    let error;
    for (let i = 0; i < 50 && !error; i++) {
      error = await resolve(identifier, text).then(() => undefined, thrown => thrown);
    }
    assert.equal(error?.code, status.RESOURCE_EXHAUSTED);
    const found = details(error);
    assert.equal(found.ErrorInfo.reason, 'TOO_MANY');
    const { seconds = '0', nanos = 0 } = found.RetryInfo.retry_delay;
    assert.ok(Number(seconds) + nanos / 1e9 > 0);
    // Others are not concerned.
    await resolve(identifier, keys.reader);
  },

  async anonymous_reads_off() {
    const node = await ask('node', { anonymousReads: false });
    const closed = connect('idresolution.v1.Resolver', { address: node.grpc });
    const identifier = newId();
    await call(connect('idresolution.v1.Registry', { address: node.grpc }), 'Register', part({ name: 'shut' }, { identifier }), { key: node.keys.registrar });
    for (let i = 0; i < 2; i++) {
      assert.equal((await call(closed, 'Resolve', { identifier }, { key: node.keys.partner })).response.identifier, identifier);
      await refused(call(closed, 'Resolve', { identifier }), status.UNAUTHENTICATED, 'UNAUTHENTICATED');
      await refused(call(closed, 'Resolve', { identifier: newId() }), status.UNAUTHENTICATED, 'UNAUTHENTICATED');
      await refused(call(closed, 'Scan', { text: identifier }), status.UNAUTHENTICATED, 'UNAUTHENTICATED');
      await refused(call(connect('idresolution.v1.Labels', { address: node.grpc }), 'RenderQr', { identifier }), status.UNAUTHENTICATED, 'UNAUTHENTICATED');
      const { items } = (await call(closed, 'ResolveBatch', { identifiers: [identifier, newId()] })).response;
      assert.deepEqual(items.map(item => unpack(item.error).ErrorInfo.reason), ['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    }
    // Whether it serves is everyone's to know.
    assert.equal((await call(connect('grpc.health.v1.Health', { address: node.grpc }), 'Check', {})).response.status, 'SERVING');
  },

  async large_answers_compressed() {
    const records = await Promise.all(Array.from({ length: 50 }, () => register({}, { name: 'n'.repeat(2000) })));
    const wire = await countingForwarder(config.grpc);
    try {
      const counted = connect('idresolution.v1.Resolver', { address: wire.address });
      const { items } = (await call(counted, 'ResolveBatch', { identifiers: records.map(record => record.identifier) })).response;
      assert.equal(items.length, 50);
      assert.ok(wire.received < 30_000, `100,000 bytes of names took ${wire.received}`);
    } finally {
      wire.close();
    }
  },

  async deadline() {
    const late = serverStream(resolver, 'Watch', { from_now: true }, { key: keys.reader }, { deadline: Date.now() + 400 });
    assert.equal((await late.end()).code, status.DEADLINE_EXCEEDED);
  },
};
