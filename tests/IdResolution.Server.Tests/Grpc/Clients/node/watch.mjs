// idresolution.v1.Resolver.Watch, and what becomes of streams when a node stops.
import assert from 'node:assert/strict';
import { ask, call, connect, duplex, serverStream } from './harness.mjs';
import { details, keys, newId, part, refused, register, registry, resolver, status, toStruct } from './node.mjs';

const watch = (request, key = keys.reader, client = resolver) => serverStream(client, 'Watch', request, { key });

const numberOf = (cursor) => Number(cursor.split('.').at(-1));
const following = (cursor) => `${cursor.split('.')[0]}.${numberOf(cursor) + 1}`;

async function watching(request, key) {
  const reader = watch(request, key);
  const [first] = await reader.take(1);
  assert.equal(first.change, undefined);
  return { reader, cursor: first.next };
}

async function refusedWatch(request, key, code, reason, fields) {
  const ended = await watch(request, key).end();
  await refused(Promise.reject(Object.assign(new Error(ended.details), ended)), code, reason, fields);
}

export const cases = {
  async watch_from_the_start() {
    const { identifier } = await register();
    const { reader, cursor } = await watching({}, keys.admin);
    assert.equal(numberOf(cursor), 0);
    let last = 0;
    let change;
    do {
      [{ change }] = await reader.take(1);
      last += 1;
      assert.equal(change.sequence, String(last), 'an administrator sees every entry');
      assert.equal(change.leaf.length, 32);
    } while (change.identifier !== identifier);
    assert.deepEqual([change.kind, change.operation, change.template, change.version], ['CHANGE_KIND_RECORD', 'CHANGE_OPERATION_CREATE', 'part', '1']);
    assert.match(change.actor, /^k[0-9a-f]+/);
    assert.ok(Math.abs(Number(change.time.seconds) - Date.now() / 1000) < 60);
    reader.stream.cancel();
    assert.equal((await reader.end()).code, status.CANCELLED);
  },

  async watch_operations() {
    const { reader } = await watching({ from_now: true });
    const { identifier } = await register();
    await call(registry, 'Update', { identifier, attributes: toStruct({ name: 'new' }) }, { key: keys.registrar });
    await call(registry, 'Revoke', { identifier }, { key: keys.registrar });
    await call(registry, 'Register', part({ name: 'back' }, { identifier, reinstate: true }), { key: keys.registrar });
    const changes = (await reader.take(4)).map(({ change }) => [change.identifier, change.operation.replace('CHANGE_OPERATION_', ''), change.version]);
    assert.deepEqual(changes, [[identifier, 'CREATE', '1'], [identifier, 'UPDATE', '2'], [identifier, 'REVOKE', '3'], [identifier, 'REINSTATE', '4']]);
    reader.stream.cancel();
  },

  async watch_resumed_without_gap_or_repetition() {
    const count = 300;
    let { reader, cursor } = await watching({ from_now: true });
    const writing = (async () => {
      const written = [];
      for (let i = 0; i < count; i++) {
        written.push((await register()).identifier);
      }
      return written;
    })();
    writing.catch(() => {});
    const seen = [];
    for (let i = 0; i < count; i++) {
      const [message] = await reader.take(1);
      assert.equal(message.next, following(cursor));
      assert.equal(Number(message.change.sequence), numberOf(message.next));
      cursor = message.next;
      seen.push(message.change.identifier);
      if (i % 40 === 39) {
        reader.stream.cancel();
        ({ reader } = await watching({ cursor }));
      }
    }
    assert.deepEqual(seen, await writing);
    reader.stream.cancel();
  },

  async watch_partner_sees_records_and_every_cursor() {
    const partner = await watching({ from_now: true }, keys.partner);
    const admin = await watching({ from_now: true }, keys.admin);
    await ask('key', { role: 'Reader' });
    const { identifier } = await register();
    const [key, record] = await admin.reader.take(2);
    assert.deepEqual([key.change.kind, record.change.identifier], ['CHANGE_KIND_KEY', identifier]);

    const messages = [];
    do {
      messages.push(...await partner.reader.take(1));
    } while (messages.at(-1).next !== record.next);
    assert.deepEqual(messages.filter(message => message.change).map(message => message.change.identifier), [identifier]);
    assert.equal(messages.at(-1).change.actor, undefined);
    // The last entry is not the partner's to see, yet the cursor tells it.
    await ask('key', { role: 'Reader' });
    const [hidden] = await partner.reader.take(1);
    assert.deepEqual([hidden.next, hidden.change], [following(record.next), undefined]);
    partner.reader.stream.cancel();
    admin.reader.stream.cancel();
  },

  async watch_refusals() {
    await refusedWatch({}, '', status.UNAUTHENTICATED, 'UNAUTHENTICATED');
    await refusedWatch({}, 'idr_wrong', status.UNAUTHENTICATED, 'AUTHENTICATION_FAILED');
    await refusedWatch({ cursor: '1000000000' }, keys.reader, status.FAILED_PRECONDITION, 'LOG_RESTARTED', ['cursor']);
    await refusedWatch({ cursor: '7.1' }, keys.reader, status.FAILED_PRECONDITION, 'LOG_RESTARTED', ['cursor']);
    await refusedWatch({ cursor: '-1' }, keys.reader, status.INVALID_ARGUMENT, 'INVALID_VALUE', ['cursor']);
  },

  async watch_ends_with_its_key() {
    const key = await ask('key', { role: 'Partner' });
    const { reader } = await watching({ from_now: true }, key.text);
    const started = Date.now();
    await ask('revoke', key.id);
    const ended = await reader.end();
    assert.equal(ended.code, status.UNAUTHENTICATED);
    assert.ok(Date.now() - started < 5_000);
  },

  async stopping_node_ends_streams() {
    const node = await ask('node', {});
    const client = service => connect(service, { address: node.grpc });
    const watched = watch({ from_now: true }, node.keys.partner, client('idresolution.v1.Resolver'));
    const [{ next: cursor }] = await watched.take(1);
    const health = serverStream(client('grpc.health.v1.Health'), 'Watch', {});
    assert.deepEqual(await health.take(1), [{ status: 'SERVING' }]);
    const { stream, reader } = duplex(client('idresolution.v1.Registry'), 'RegisterStream', { key: node.keys.registrar });
    const reflection = duplex(client('grpc.reflection.v1.ServerReflection'), 'ServerReflectionInfo');
    reflection.stream.write({ list_services: '' });
    await reflection.reader.take(1);
    for (let i = 0; i < 20; i++) {
      stream.write(part({ name: 'thing' }, { identifier: newId() }));
    }
    const results = await reader.take(20);
    await ask('stop', node.id);
    assert.equal(await reader.next(), undefined);
    assert.equal(reader.status.code, status.UNAVAILABLE, reader.status.details);
    assert.ok(details(reader.status).RetryInfo);
    assert.equal(await ask('head', node.id) - numberOf(cursor), 20);
    results.forEach((result, i) => assert.deepEqual([result.position, result.registered.version], [String(i), '1']));
    assert.equal((await watched.end()).code, status.UNAVAILABLE);
    // The library's own end of a watch: it says that the node serves no more.
    assert.deepEqual((await health.rest()).at(-1), { status: 'NOT_SERVING' });
    assert.equal(health.status.code, status.OK);
    assert.equal((await reflection.reader.end()).code, status.UNAVAILABLE);
  },
};
