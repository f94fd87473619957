// idresolution.v1.Registry: registering, changing, revoking.
import assert from 'node:assert/strict';
import { call, clientStream, duplex, metadata, write } from './harness.mjs';
import { fromStruct, keys, newId, newKey, part, refused, register, registry, resolver, status, toStruct, unpack, violations } from './node.mjs';

const registrar = { key: keys.registrar };
const post = (request, headers = registrar) => call(registry, 'Register', request, headers);
const update = request => call(registry, 'Update', request, registrar);
const bad = () => part({ grade: 'A' }, { identifier: newId() });
const good = () => part({ name: 'thing' }, { identifier: newId() });

export const cases = {
  async register_created_and_same() {
    const request = part({ name: '截止阀', tags: ['a', 'b'] }, { source: 'mes', source_key: newKey() });
    const first = await post(request);
    const again = await post(request);

    assert.deepEqual([first.trailers.get('idr-outcome'), again.trailers.get('idr-outcome')], [['created'], ['same']]);
    assert.deepEqual(again.response, first.response);
    const { identifier, template, template_version, version, source, source_key, attributes, created_at, updated_at } = first.response;
    assert.match(identifier, /^88\.300\.1\/P-\d{5}[0-9A-Z*]$/);
    assert.deepEqual([template, template_version, version, first.response.status], ['part', 1, '1', 'RECORD_STATUS_ACTIVE']);
    assert.deepEqual([source, source_key], ['mes', request.source_key]);
    assert.deepEqual(fromStruct(attributes), { name: '截止阀', tags: ['a', 'b'] });
    assert.deepEqual(created_at, updated_at);
    assert.ok(Math.abs(Number(created_at.seconds) - Date.now() / 1000) < 60);

    const other = await refused(post({ ...request, attributes: toStruct({ name: 'other' }) }), status.ALREADY_EXISTS, 'KEY_CONFLICT', ['source_key']);
    assert.equal(other.ErrorInfo.metadata.identifier, identifier);
    assert.equal(other.ErrorInfo.metadata.field, 'source_key');
    assert.deepEqual([other.ResourceInfo.resource_type, other.ResourceInfo.resource_name], ['identifier', identifier]);
  },

  async add_and_remove_key() {
    const { identifier } = await register();
    const key = { source: 'erp', source_key: newKey().toUpperCase() };
    const add = (id, added = key) => call(registry, 'AddKey', { identifier: id, key: added }, registrar);
    const find = source_key => call(resolver, 'FindByKey', { key: { source: 'erp', source_key } }, registrar);

    const first = await add(identifier);
    assert.deepEqual([first.response.source, first.response.source_key], [key.source, key.source_key]);
    assert.deepEqual((await add(identifier)).response, first.response, 'the same again changes nothing');
    for (const written of [key.source_key, key.source_key.toLowerCase(), key.source_key.replace('O', 'Ｏ')]) {
      assert.equal((await find(written)).response.identifier, identifier);
    }
    const other = await register();
    await refused(add(other.identifier), status.ALREADY_EXISTS, 'KEY_CONFLICT', ['source_key']);
    await refused(add(identifier, { source: 'erp' }), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['key.source_key']);
    await refused(call(registry, 'AddKey', { identifier, key }, { key: keys.reader }), status.PERMISSION_DENIED, 'FORBIDDEN');

    await call(registry, 'RemoveKey', { identifier, key }, registrar);
    await refused(find(key.source_key), status.NOT_FOUND, 'NOT_FOUND');
    assert.equal((await add(other.identifier)).response.identifier, other.identifier);
  },

  async register_roles() {
    await refused(post(good(), {}), status.UNAUTHENTICATED, 'UNAUTHENTICATED');
    await refused(post(good(), { key: 'idr_wrong' }), status.UNAUTHENTICATED, 'AUTHENTICATION_FAILED');
    await refused(post(good(), { authorization: 'Basic eDp5' }), status.UNAUTHENTICATED, 'AUTHENTICATION_FAILED');
    await refused(post(good(), { key: keys.partner }), status.PERMISSION_DENIED, 'FORBIDDEN');
    await refused(post(good(), { key: keys.reader }), status.PERMISSION_DENIED, 'FORBIDDEN');
    for (const key of [keys.registrar, keys.admin]) {
      assert.deepEqual((await post(good(), { key })).trailers.get('idr-outcome'), ['created']);
    }
    const { identifier } = await register();
    for (const [method, request] of [['RegisterBatch', { items: [good()] }], ['Update', { identifier }], ['Revoke', { identifier }]]) {
      await refused(call(registry, method, request), status.UNAUTHENTICATED, 'UNAUTHENTICATED');
      await refused(call(registry, method, request, { key: keys.reader }), status.PERMISSION_DENIED, 'FORBIDDEN');
    }
    const many = clientStream(registry, 'RegisterMany', { key: keys.reader });
    many.stream.end(good());
    await refused(many.answer, status.PERMISSION_DENIED, 'FORBIDDEN');
    for (const [headers, code] of [[{}, status.UNAUTHENTICATED], [{ key: keys.reader }, status.PERMISSION_DENIED]]) {
      const { stream, reader } = duplex(registry, 'RegisterStream', headers);
      stream.end(good());
      assert.equal((await reader.end()).code, code);
    }
  },

  async register_fields_at_fault() {
    const invalid = (request, fields) => refused(post(request), status.INVALID_ARGUMENT, 'INVALID_VALUE', fields);
    await invalid(part({ grade: 'C' }), ['attributes.name', 'attributes.grade']);
    await invalid(part({ name: 'x', cost: 1001 }), ['attributes.cost']);
    await invalid(part({ name: 'x', tags: [['nested']] }), ['attributes.tags']);
    await invalid(part({ name: 'x', unknownCode: 1 }), ['attributes.unknownCode']);
    await invalid(part({ name: 'x' }, { source: 'mes', source_key: 'k'.repeat(256) }), ['source_key']);
    await invalid(part({ name: 'x' }, { source_key: 'k' }), ['source']);
    await invalid({ template: 'absent' }, ['template']);
    await invalid(part({ name: 'x' }, { values: [{ index: 1, type: 'URL' }] }), ['values[0]']);
    const value = { index: 1, type: 'URL', data: Buffer.from('x') };
    await invalid(part({ name: 'x' }, { values: [value, { ...value, index: 2, permissions: '1120' }] }), ['values[1].permissions']);
    const one = await refused(post(part({ name: 'x' }, { identifier: 'none' })), status.INVALID_ARGUMENT, 'INVALID_IDENTIFIER', ['identifier']);
    assert.equal(one.ErrorInfo.metadata.field, 'identifier');
    await refused(post(part({ name: 'x' }, { identifier: '77.5/foreign' })), status.FAILED_PRECONDITION, 'NOT_RESPONSIBLE');
    const serial = newKey();
    const holder = (await post(part({ name: 'x', serial }))).response.identifier;
    const taken = await refused(post(part({ name: 'y', serial })), status.ALREADY_EXISTS, 'ALREADY_EXISTS', ['attributes.serial']);
    assert.equal(taken.ErrorInfo.metadata.identifier, holder);
  },

  async messages_in_chinese() {
    const zh = await refused(post(part({}), { ...registrar, language: 'zh-CN,zh;q=0.9,en;q=0.8' }), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['attributes.name']);
    assert.match(zh.message, /[\u4e00-\u9fff]/);
    assert.match(zh.BadRequest.field_violations[0].description, /[\u4e00-\u9fff]/);
    // Also where the call does not reach its method.
    assert.match((await refused(post(part({}), { language: 'zh' }), status.UNAUTHENTICATED, 'UNAUTHENTICATED')).message, /^需要密钥/);
    assert.match((await refused(post(part({}), { key: 'idr_wrong', language: 'zh' }), status.UNAUTHENTICATED, 'AUTHENTICATION_FAILED')).message, /^密钥无效/);
    assert.match((await refused(post(part({}), { ...registrar, language: 'de' }), status.INVALID_ARGUMENT, 'INVALID_VALUE')).message, /^[\x20-\x7e]+$/);
  },

  async register_batch_half_wrong() {
    const items = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? good() : bad()));
    const { response } = await call(registry, 'RegisterBatch', { items }, { ...registrar, language: 'zh' });

    assert.deepEqual(response.items.map(item => item.position), items.map((_, i) => String(i)));
    response.items.forEach((item, i) => {
      if (i % 2 === 0) {
        assert.deepEqual(item.registered, { identifier: items[i].identifier, version: '1', outcome: 'REGISTER_OUTCOME_CREATED', differs: [], holds: [], findings: [] });
      } else {
        assert.equal(item.error.code, status.INVALID_ARGUMENT);
        assert.match(item.error.message, /[\u4e00-\u9fff]/);
        assert.deepEqual(violations(unpack(item.error)), ['attributes.name']);
      }
    });
    const again = (await call(registry, 'RegisterBatch', { items: [items[0]] }, registrar)).response;
    assert.equal(again.items[0].registered.outcome, 'REGISTER_OUTCOME_SAME');
    await refused(call(registry, 'RegisterBatch', {}, registrar), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['items']);
    await refused(call(registry, 'RegisterBatch', { items: Array(2001).fill({}) }, registrar), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['items']);
  },

  async register_many_counts() {
    const { identifier } = await register();
    await call(registry, 'Revoke', { identifier }, registrar);
    const { stream, answer } = clientStream(registry, 'RegisterMany', registrar);
    const first = good();
    for (const item of [first, bad(), good(), first, part({ name: 'back' }, { identifier, reinstate: true }), bad(), ...Array.from({ length: 100 }, good)]) {
      await write(stream, item);
    }
    stream.end();
    const { refusals, ...counts } = await answer;
    assert.deepEqual(counts, { received: '106', created: '102', same: '1', reinstated: '1', refused: '2' });
    assert.deepEqual(refusals.map(refusal => [refusal.position, refusal.error.code]), [['1', 3], ['5', 3]]);
    const none = clientStream(registry, 'RegisterMany', registrar);
    none.stream.end();
    assert.deepEqual(await none.answer, { refusals: [], received: '0', created: '0', same: '0', reinstated: '0', refused: '0' });
  },

  async register_stream_5000() {
    const count = 5000;
    const isBad = i => i % 50 === 7;
    const { stream, reader } = duplex(registry, 'RegisterStream', registrar);
    const items = Array.from({ length: count }, (_, i) => (isBad(i) ? bad() : good()));
    const writing = (async () => {
      for (const item of items) {
        await write(stream, item);
      }
      stream.end();
    })();
    const results = await reader.take(count);
    await writing;
    assert.equal(await reader.next(), undefined);
    assert.equal(reader.status.code, status.OK);
    results.forEach((result, i) => {
      assert.equal(result.position, String(i));
      if (isBad(i)) {
        assert.deepEqual(violations(unpack(result.error)), ['attributes.name']);
      } else {
        assert.equal(result.registered.identifier, items[i].identifier);
      }
    });
  },

  async register_stream_answers_each() {
    const { stream, reader } = duplex(registry, 'RegisterStream', registrar);
    for (let i = 0; i < 5; i++) {
      const item = i === 3 ? bad() : good();
      stream.write(item);
      const [result] = await reader.take(1);
      assert.equal(result.position, String(i));
      assert.equal(result.registered?.identifier, i === 3 ? undefined : item.identifier);
      if (i !== 3) {
        // What was answered is there.
        assert.equal((await call(resolver, 'Resolve', { identifier: item.identifier })).response.version, '1');
      }
    }
    stream.end();
    assert.equal((await reader.end()).code, status.OK);
  },

  async update_record() {
    const { identifier } = await register({ values: [{ index: 3, type: 'URL', data: Buffer.from('a') }] }, { name: 'old', grade: 'A', cost: 1.5 });
    const changed = (await update({ identifier, attributes: toStruct({ name: 'new', grade: null }), expected_version: 1 })).response;
    assert.equal(changed.version, '2');
    assert.deepEqual(fromStruct(changed.attributes), { name: 'new', cost: 1.5 });
    assert.equal(changed.values.length, 1);

    const unchanged = (await update({ identifier, attributes: toStruct({ name: 'new' }) })).response;
    assert.equal(unchanged.version, '2');
    await refused(update({ identifier, attributes: toStruct({ name: 'late' }), expected_version: 1 }), status.ABORTED, 'VERSION_CONFLICT');
    await refused(update({ identifier, attributes: toStruct({ name: null }) }), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['attributes.name']);
    await refused(update({ identifier: newId() }), status.NOT_FOUND, 'NOT_FOUND');
    await refused(update({}), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['identifier']);

    const replaced = (await update({ identifier, values: { values: [{ index: 9, type: 'EMAIL', data: Buffer.from('b') }] } })).response;
    assert.deepEqual(replaced.values.map(value => value.index), [9]);
    const emptied = (await update({ identifier, values: {} })).response;
    assert.deepEqual([emptied.values, emptied.version], [[], '4']);
  },

  async revoke_and_reinstate() {
    const { identifier } = await register();
    await refused(call(registry, 'Revoke', { identifier, expected_version: 7 }, registrar), status.ABORTED, 'VERSION_CONFLICT');
    assert.equal((await call(registry, 'Revoke', { identifier, expected_version: 1 }, registrar)).response.version, '2');
    const gone = await refused(call(resolver, 'Resolve', { identifier }), status.NOT_FOUND, 'REVOKED');
    assert.equal(gone.ErrorInfo.metadata.identifier, identifier);
    await refused(post(part({ name: 'again' }, { identifier })), status.ALREADY_EXISTS, 'ALREADY_EXISTS', ['identifier']);
    await refused(call(registry, 'Revoke', {}, registrar), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['identifier']);

    const back = await post(part({ name: 'again' }, { identifier, reinstate: true }));
    assert.deepEqual(back.trailers.get('idr-outcome'), ['reinstated']);
    assert.deepEqual([back.response.version, back.response.status], ['3', 'RECORD_STATUS_ACTIVE']);
    assert.deepEqual(fromStruct((await call(resolver, 'Resolve', { identifier })).response.attributes), { name: 'again' });
  },

  async raw_values() {
    const values = [
      { index: 1, type: 'URL', data: Buffer.from('https://example.com/零件') },
      { index: 5, type: 'BLOB', data: Buffer.from([0, 255, 128, 10]), ttl: 60, permissions: '1100', references: [{ handle: '88.300.1/OTHER', index: 3 }] },
      { index: 2147483647, type: 'EMPTY', data: Buffer.alloc(0) },
    ];
    const { response } = await post({ identifier: newId(), values });
    const [first, second, third] = (await call(resolver, 'Resolve', { identifier: response.identifier }, { key: keys.admin })).response.values;
    assert.deepEqual(first, { ...values[0], ttl: 86400, permissions: '1110', references: [] });
    assert.deepEqual(second, { ...values[1] });
    assert.deepEqual(third, { ...values[2], ttl: 86400, permissions: '1110', references: [] });
    const open = (await call(resolver, 'Resolve', { identifier: response.identifier })).response;
    assert.deepEqual(open.values.map(value => value.index), [1, 2147483647]);
    assert.equal(open.template, undefined);
  },

  async unreadable_message() {
    const bytes = value => value;
    for (const path of ['/idresolution.v1.Registry/Register', '/idresolution.v1.Resolver/Resolve', '/idresolution.v1.Labels/RenderQr']) {
      const code = await new Promise(resolve => {
        registry.makeUnaryRequest(path, bytes, bytes, Buffer.from([0x0a, 0xff]), metadata(registrar), { deadline: Date.now() + 10_000 }, error => resolve(error?.code));
      });
      assert.equal(code, status.INVALID_ARGUMENT, path);
    }
  },

  async message_too_large() {
    const { identifier } = await register();
    const data = Buffer.alloc(5 << 20);
    const large = update({ identifier, values: { values: [{ index: 1, type: 'BLOB', data }] } });
    const error = await large.then(() => assert.fail('it was taken'), thrown => thrown);
    assert.equal(error.code, status.RESOURCE_EXHAUSTED, error.details);
    // The connection lives on.
    assert.equal((await call(resolver, 'Resolve', { identifier })).response.version, '1');
  },
};
