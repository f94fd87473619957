// idresolution.v1.Traceability: taking events in, asking, tracing.
import assert from 'node:assert/strict';
import { call, clientStream, connect, duplex, serverStream, write } from './harness.mjs';
import { keys, newId, newKey, part, refused, register, registry, resolver, status, unpack } from './node.mjs';

const traceability = connect('idresolution.v1.Traceability');
const registrar = { key: keys.registrar };
const reader = { key: keys.reader };
const TIME = '2026-03-01T08:00:00Z';

const send = (method, request, headers = registrar) => call(traceability, method, request, headers);
const record = async (event, headers) => (await send('Record', { time: TIME, ...event }, headers)).response;
const ask = async (method, request) => (await call(traceability, method, request, reader)).response;
const things = (...ids) => ids.map(text => ({ text }));
const observe = (...ids) => ({ type: 'EVENT_TYPE_OBSERVE', time: TIME, items: things(...ids) });
const trace = async (request, headers = reader) => {
  const parts = await serverStream(traceability, 'Trace', request, headers).rest();
  return { parts, kinds: parts.map(part => Object.keys(part)[0]), nodes: parts.filter(p => p.node).map(p => p.node), end: parts.at(-1)?.end };
};

export const cases = {
  async register_with_links_and_events() {
    const roll = newId();
    const piece = () => part({ name: 'piece' }, {
      identifier: newId(), source: 'mes', source_key: newKey(),
      links: [{ type: 'LINK_TYPE_CONSUMES', to: { text: roll }, quantity: '0.4', unit: 'MTR', time: TIME }],
      events: [
        { type: 'EVENT_TYPE_INSPECT', time: TIME, place: { text: 'Hall 1' } },
        { type: 'EVENT_TYPE_MOVE', time: TIME, items: [{ self: true }], place: { text: 'Hall 2' } },
      ],
    });
    const sent = piece();
    const [first, again] = [(await call(registry, 'Register', sent, registrar)).response, (await call(registry, 'Register', sent, registrar)).response];
    assert.deepEqual([first.recorded.links.length, first.recorded.events.length], [1, 2]);
    assert.deepEqual(again.recorded.events.map(one => one.event), first.recorded.events.map(one => one.event));
    assert.deepEqual((await trace({ identifier: sent.identifier })).nodes.map(node => node.identifier), [sent.identifier, roll]);
    assert.equal((await ask('GetStatus', { identifier: sent.identifier })).place, 'Hall 2');

    const hold = await record({ type: 'EVENT_TYPE_HOLD', scope: 'HOLD_SCOPE_MADE_FROM', items: things(roll) });
    const { items } = (await call(registry, 'RegisterBatch', { items: [piece(), part({ name: 'x' }, { identifier: newId() })] }, registrar)).response;
    assert.deepEqual(items[0].registered.holds.map(one => one.event), [hold.event]);
    assert.deepEqual([items[0].registered.recorded.events.length, items[1].registered.recorded], [2, undefined]);

    const wrong = { ...piece(), links: [{ type: 'LINK_TYPE_CONSUMES' }] };
    await refused(call(registry, 'Register', wrong, registrar), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['links[0].to']);
    await refused(call(resolver, 'Resolve', { identifier: wrong.identifier }), status.NOT_FOUND, 'NOT_FOUND');
  },

  async stream_with_links_and_events() {
    const [root, count] = [newId(), 200];
    const ids = Array.from({ length: count }, () => newId());
    const piece = i => part({ name: 'piece' }, {
      identifier: ids[i],
      links: [{ type: 'LINK_TYPE_CONSUMES', to: i === 150 ? undefined : { text: i === 0 ? root : ids[i - 1] }, time: TIME }],
      events: [{ type: 'EVENT_TYPE_MOVE', time: TIME, place: { text: `hall ${i}` } }],
    });
    const { stream, reader: results } = duplex(registry, 'RegisterStream', registrar);
    const taking = results.take(count);
    for (let i = 0; i < count; i++) {
      await write(stream, piece(i));
    }
    stream.end();
    const taken = await taking;
    assert.equal((await results.end()).code, status.OK);
    assert.deepEqual(taken.filter(one => one.error).map(one => one.position), ['150']);
    assert.equal(unpack(taken[150].error).ErrorInfo.metadata.field, 'links[0].to');
    await refused(call(resolver, 'Resolve', { identifier: ids[150] }), status.NOT_FOUND, 'NOT_FOUND');
    assert.deepEqual(taken[149].registered.recorded.links.length + taken[149].registered.recorded.events.length, 2);
    const sequences = taken.filter(one => one.registered).map(one => Number(one.registered.recorded.links[0].sequence));
    assert.deepEqual(sequences, [...sequences].sort((a, b) => a - b), 'taken in in the order sent');
    assert.equal((await ask('GetStatus', { identifier: ids[149] })).place, 'hall 149');
    assert.equal((await trace({ identifier: ids[149] })).nodes.length, 151);

    const many = clientStream(registry, 'RegisterMany', registrar);
    many.stream.write(piece(1));
    many.stream.end({ ...piece(1), identifier: newId() });
    assert.deepEqual([(await many.answer).response.created, (await many.answer).response.same], ['1', '1']);
  },

  async record_created_and_same() {
    const [roll, mea] = [newId(), newId()];
    const event = {
      type: 'EVENT_TYPE_TRANSFORM', time: '2026-03-01T16:00:00', zone: 'Asia/Shanghai', source: 'mes', source_key: newKey(),
      inputs: [{ identifier: roll, quantity: '12.50', unit: 'MTR' }], outputs: [{ identifier: mea, position: '1' }],
      equipment: [{ text: 'press 3' }], place: { text: 'Hall 1' }, disposition: 'made',
      measurements: [{ characteristic: 'thickness', value: '15.2', unit: '4H', low: '15' }], defects: [{ code: 'D1', count: '2' }],
      extensions: [{ name: 'ex:more', json: '{ "a": [1, "b"] }' }],
    };
    const first = (await send('Record', event)).response;
    const again = (await send('Record', event)).response;
    assert.deepEqual([first.outcome, again.outcome], ['RECORD_OUTCOME_CREATED', 'RECORD_OUTCOME_SAME']);
    assert.deepEqual([again.event, again.sequence], [first.event, first.sequence]);

    const shown = await ask('GetEvent', { event: first.event });
    assert.deepEqual([shown.status, shown.sequence], ['EVENT_STATUS_ACTIVE', first.sequence]);
    const { content } = shown;
    assert.deepEqual([content.type, content.time, content.zone, content.disposition], ['EVENT_TYPE_TRANSFORM', '2026-03-01T08:00:00.000000Z', 'Asia/Shanghai', 'made']);
    assert.deepEqual([content.source, content.source_key], [event.source, event.source_key]);
    assert.deepEqual(content.inputs, [{ identifier: roll, quantity: '12.5', unit: 'MTR' }]);
    assert.deepEqual(content.outputs, [{ identifier: mea, position: '1' }]);
    assert.deepEqual([content.equipment, content.place], [[{ text: 'press 3' }], { text: 'Hall 1' }]);
    assert.deepEqual([content.measurements, content.defects], [event.measurements, event.defects]);
    assert.deepEqual(content.extensions, [{ name: 'ex:more', json: '{"a":[1,"b"]}' }]);
    assert.deepEqual(await ask('GetEvent', { key: { source: event.source, source_key: event.source_key } }), shown);

    await refused(send('Record', { ...event, disposition: 'other' }), status.ALREADY_EXISTS, 'KEY_CONFLICT');
    await refused(call(traceability, 'GetEvent', { event: 'none' }, reader), status.NOT_FOUND, 'NOT_FOUND');
  },

  async record_fields_at_fault() {
    const invalid = (event, fields) => refused(send('Record', event), status.INVALID_ARGUMENT, 'INVALID_VALUE', fields);
    await invalid({ type: 'EVENT_TYPE_OBSERVE', items: things(newId()) }, ['time']);
    await invalid({ time: TIME, items: things(newId()) }, ['type']);
    await invalid({ type: 99, time: TIME, items: things(newId()) }, ['type']);
    await invalid({ ...observe(newId()), items: [{ text: newId(), quantity: 'much' }, { source_key: 'k' }] }, ['items[0].quantity', 'items[1].source']);
    await invalid({ ...observe(newId()), extensions: [{ name: 'plain', json: '1' }, { name: 'a:b', json: '{' }] }, ['extensions[0].name', 'extensions[1].json']);
  },

  async record_roles() {
    for (const [method, request] of [['Record', observe(newId())], ['RecordBatch', { items: [observe(newId())] }], ['Link', {}], ['LinkBatch', {}]]) {
      await refused(send(method, request, {}), status.UNAUTHENTICATED, 'UNAUTHENTICATED');
      await refused(send(method, request, reader), status.PERMISSION_DENIED, 'FORBIDDEN');
    }
    await refused(call(traceability, 'GetStatus', { identifier: newId() }, { key: keys.partner }), status.PERMISSION_DENIED, 'FORBIDDEN');
    assert.equal((await serverStream(traceability, 'Trace', { identifier: newId() }, {}).end()).code, status.UNAUTHENTICATED);
    // Correcting what another key sent is for administrators.
    const { event } = await record(observe(newId()), { key: keys.admin });
    const correct = { type: 'EVENT_TYPE_CORRECT', time: TIME, corrects: event };
    await refused(send('Record', correct), status.PERMISSION_DENIED, 'FORBIDDEN');
    await record(correct, { key: keys.admin });
    assert.equal((await ask('GetEvent', { event })).status, 'EVENT_STATUS_VOIDED');
  },

  async record_batch_half_wrong() {
    const { response } = await send('RecordBatch', { items: [observe(newId()), { type: 'EVENT_TYPE_OBSERVE' }, observe(newId())] });
    assert.deepEqual(response.items.map(item => [item.position, item.error ? 'error' : 'recorded']), [['0', 'recorded'], ['1', 'error'], ['2', 'recorded']]);
    assert.equal(unpack(response.items[1].error).ErrorInfo.reason, 'INVALID_VALUE');
    for (const items of [[], Array(2001).fill(observe(newId()))]) {
      await refused(send('RecordBatch', { items }), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['items']);
    }
  },

  async record_stream_3000() {
    const item = newId();
    const { stream, reader: results } = duplex(traceability, 'RecordStream', registrar);
    const taking = results.take(3000);
    for (let i = 0; i < 3000; i++) {
      await write(stream, i % 1000 === 500 ? { type: 'EVENT_TYPE_OBSERVE' } : { ...observe(item), source: 'stream', source_key: `${item}-${i}` });
    }
    stream.end();
    const taken = await taking;
    assert.deepEqual(taken.map(result => Number(result.position)), taken.map((_, i) => i));
    assert.deepEqual(taken.filter(result => result.error).map(result => result.position), ['500', '1500', '2500']);
    const sequences = taken.filter(result => result.recorded).map(result => Number(result.recorded.sequence));
    assert.deepEqual(sequences, [...sequences].sort((a, b) => a - b), 'taken in in the order sent');
    assert.equal((await results.end()).code, status.OK);

    // The pages give each once, in order.
    const listed = [];
    for (let after, page; page === undefined || page.next !== undefined; after = page.next) {
      page = await ask('ListEvents', { item, limit: 700, ...(after && { after }) });
      listed.push(...page.items);
    }
    assert.deepEqual(listed.map(shown => Number(shown.sequence)), sequences);
  },

  async links() {
    const [stack, mea] = [newId(), newId()];
    const link = { from: { text: stack }, type: 'LINK_TYPE_CONTAINS', to: { text: mea }, position: '7', time: TIME };
    const first = (await send('Link', link)).response;
    assert.equal(first.outcome, 'RECORD_OUTCOME_CREATED');
    const { response } = await send('LinkBatch', { items: [link, { from: { text: stack }, type: 'LINK_TYPE_CONTAINS' }] });
    assert.deepEqual(response.items.map(item => item.recorded?.event), [first.event, undefined]);
    await refused(send('Link', { ...link, type: 99 }), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['type']);
    const where = await ask('GetStatus', { identifier: mea });
    assert.deepEqual([where.parent, where.position, where.registered], [stack, '7', false]);
  },

  async events_listed() {
    const [item, other] = [newId(), newId()];
    for (const [hour, type] of [['08', 'OBSERVE'], ['09', 'MOVE'], ['10', 'OBSERVE']]) {
      await record({ ...observe(item), type: `EVENT_TYPE_${type}`, time: `2026-03-01T${hour}:00:00Z`, place: { text: `hall ${hour}` } });
    }
    const times = async request => (await ask('ListEvents', { item, ...request })).items.map(shown => shown.content.time.slice(11, 13));
    const at = hour => ({ seconds: Date.parse(`2026-03-01T${hour}:00:00Z`) / 1000 });
    assert.deepEqual(await times({}), ['08', '09', '10']);
    assert.deepEqual(await times({ descending: true, limit: 2 }), ['10', '09']);
    assert.deepEqual(await times({ type: 'EVENT_TYPE_MOVE' }), ['09']);
    assert.deepEqual(await times({ from: at('09'), to: at('10') }), ['09']);
    assert.deepEqual(await times({ place: 'hall 10' }), ['10']);
    await refused(call(traceability, 'ListEvents', { item: other }, reader), status.NOT_FOUND, 'NOT_FOUND');
    for (const [request, field] of [[{ limit: 1001 }, 'limit'], [{ after: 'x' }, 'after'], [{ item: 'x' }, 'item'], [{ from: { seconds: 1e15 } }, 'from'], [{ type: 99 }, 'type']]) {
      await refused(call(traceability, 'ListEvents', request, reader), status.INVALID_ARGUMENT, 'INVALID_VALUE', [field]);
    }
  },

  async traced() {
    const [roll, mea, mea2, stack] = [newId(), newId(), newId(), newId()];
    const cut = await record({ type: 'EVENT_TYPE_TRANSFORM', inputs: [{ text: roll, quantity: '10', unit: 'MTR' }], outputs: things(mea, mea2) });
    await record({ type: 'EVENT_TYPE_ASSEMBLE', parent: { text: stack }, children: things(mea, mea2) });

    const forward = await trace({ identifier: roll, direction: 'TRACE_DIRECTION_FORWARD' });
    assert.deepEqual(forward.kinds, ['start', 'node', 'node', 'link', 'node', 'link', 'node', 'link', 'link', 'end']);
    assert.deepEqual([forward.parts[0].start.root, forward.parts[0].start.direction], [roll, 'TRACE_DIRECTION_FORWARD']);
    assert.deepEqual(forward.nodes.map(node => [node.identifier, node.generation]), [[roll, 0], [mea, 1], [mea2, 1], [stack, 2]]);
    assert.deepEqual([forward.end.complete, forward.end.found], [true, '4']);
    const { link } = forward.parts[3];
    assert.deepEqual([link.from, link.type, link.to, link.event, link.quantity, link.unit], [mea, 'LINK_TYPE_CONSUMES', roll, cut.event, '10', 'MTR']);

    const analysed = await trace({ identifier: roll, direction: 'TRACE_DIRECTION_FORWARD', analyse: true, explain: stack });
    assert.deepEqual(analysed.nodes.map(node => [node.quantity, node.unit]), [['10', 'MTR'], ['5', 'MTR'], ['5', 'MTR'], ['10', 'MTR']]);
    assert.deepEqual(analysed.nodes[0].balance, [{ unit: 'MTR', used: '10', shipped: '0', scrapped: '0' }]);
    assert.deepEqual(analysed.parts.filter(p => p.path).map(p => p.path.links.map(l => l.from)), [[mea, stack], [mea2, stack]]);
    const [{ finding }] = analysed.parts.filter(p => p.finding);
    assert.deepEqual([finding.code, finding.identifiers.length], ['unregistered', 4]);

    const part = await trace({ identifier: stack, budget: 2 });
    assert.deepEqual([part.end.complete, part.end.found], [false, '2']);
    const rest = await trace({ identifier: stack, cursor: part.end.cursor });
    assert.deepEqual([...part.nodes, ...rest.nodes].map(node => node.identifier).sort(), [stack, mea, mea2, roll].sort());
    assert.equal(rest.end.complete, true);
    assert.deepEqual((await trace({ identifier: mea, direction: 'TRACE_DIRECTION_BOTH' })).nodes.map(node => node.generation), [0, -1, 1]);
    assert.deepEqual((await trace({ identifier: stack, type: ['LINK_TYPE_CONSUMES'] })).nodes.map(node => node.identifier), [stack]);
    assert.deepEqual((await trace({ identifier: roll, direction: 'TRACE_DIRECTION_FORWARD', template: ['part'] })).nodes.map(node => node.identifier), [roll]);
    for (const [request, code] of [[{}, status.INVALID_ARGUMENT], [{ identifier: newId() }, status.NOT_FOUND], [{ identifier: roll, budget: 0 }, status.INVALID_ARGUMENT],
      [{ identifier: roll, direction: 9 }, status.INVALID_ARGUMENT], [{ identifier: roll, type: [99] }, status.INVALID_ARGUMENT],
      [{ identifier: roll, cursor: 'x' }, status.INVALID_ARGUMENT], [{ identifier: roll, template: ['none'] }, status.INVALID_ARGUMENT], [{ identifier: roll, explain: newId() }, status.INVALID_ARGUMENT],
      [{ identifier: roll, at: { seconds: 1e15 } }, status.INVALID_ARGUMENT]]) {
      assert.equal((await serverStream(traceability, 'Trace', request, reader).end()).code, code, JSON.stringify(request));
    }
  },

  async scan_with_intent() {
    const { identifier: roll } = await register();
    const { identifier: mea } = await register();
    const scan = (intent, headers = registrar, text = `https://id.example/r?id=${roll}`) => send('Scan', { text, intent }, headers);
    const use = { do: 'INTENT_ACTION_USE', into: { identifier: mea }, record: { source: 'line', source_key: newKey() } };
    await refused(scan(use, reader), status.PERMISSION_DENIED, 'FORBIDDEN');
    const first = (await scan(use)).response;
    assert.deepEqual([first.identifier, first.allowed, first.reasons, first.recorded.outcome], [roll, true, [], 'RECORD_OUTCOME_CREATED']);

    const hold = await record({ type: 'EVENT_TYPE_HOLD', scope: 'HOLD_SCOPE_MADE_FROM', reason: 'too thin', items: things(roll) });
    const held = (await scan({ do: 'INTENT_ACTION_SHIP' }, { ...reader, language: 'zh' }, mea)).response;
    assert.deepEqual([held.allowed, held.reasons.map(reason => reason.code), held.recorded], [false, ['AncestorHeld'], undefined]);
    assert.match(held.reasons[0].message, /[\u4e00-\u9fff]/);
    const where = await ask('GetStatus', { identifier: mea });
    assert.deepEqual(where.holds.map(({ event, reason, own }) => [event, reason, own]), [[hold.event, 'too thin', false]]);
    await record({ type: 'EVENT_TYPE_RELEASE', time: '2026-03-02T08:00:00Z', holds: [hold.event] });
    assert.deepEqual((await ask('GetStatus', { identifier: mea })).holds, []);

    const invalid = (intent, fields) => refused(scan(intent), status.INVALID_ARGUMENT, 'INVALID_VALUE', fields);
    await invalid(undefined, ['intent']);
    await invalid({ do: 9 }, ['intent.do']);
    await invalid({ do: 'INTENT_ACTION_INSTALL' }, ['intent.into']);
    await refused(scan({ do: 'INTENT_ACTION_USE' }, reader, 'x'.repeat(16_385)), status.RESOURCE_EXHAUSTED, 'TOO_LARGE');

    const [{ identifier: order }, { identifier: box }] = [await register(), await register()];
    const ship = { do: 'INTENT_ACTION_SHIP', order: { identifier: order } };
    await refused(send('Scan', { text: box, intent: ship, labels: true }, registrar), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['labels']);
    ship.record = { source: 'wms', source_key: newKey() };
    const { labels } = (await send('Scan', { text: box, intent: ship, labels: true }, registrar)).response;
    assert.deepEqual([labels.items, labels.zpl.includes(box), labels.error], [1, true, undefined]);
  },
};
