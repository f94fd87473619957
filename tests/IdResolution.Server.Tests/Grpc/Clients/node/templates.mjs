// idresolution.v1.Registry: templates, and the values of their attributes.
import assert from 'node:assert/strict';
import { call } from './harness.mjs';
import { fromStruct, keys, part, refused, registry, resolver, status, toStruct } from './node.mjs';

const ask = (method, request, key = keys.admin) => call(registry, method, request, { key });
const code = 'node-pump';
const draft = {
  code,
  names: { en: 'Pump', zh: '泵' },
  description: { en: 'Moves water' },
  attributes: [
    { code: 'name', names: { en: 'Name', zh: '名称' }, required: true, visibility: 'VISIBILITY_PUBLIC', max_length: 20, pattern: '[a-z]+' },
    { code: 'power', type: 'ATTRIBUTE_TYPE_DECIMAL', unit: 'kW', minimum: '0', maximum: '12.5', visibility: 'VISIBILITY_PARTNER' },
    { code: 'kind', type: 'ATTRIBUTE_TYPE_CHOICE', choices: ['wet', 'dry'], searchable: true },
  ],
};

export const cases = {
  async templates() {
    const saved = (await ask('SaveTemplate', { template: draft })).response;
    assert.deepEqual([saved.code, saved.version, saved.state, saved.names], [code, 1, 'TEMPLATE_STATE_DRAFT', draft.names]);
    assert.equal(saved.identifier, `88.300.1/META_${code}`);
    assert.deepEqual(saved.attributes.map(a => [a.code, a.type, a.index, a.visibility, a.state]), [
      ['name', 'ATTRIBUTE_TYPE_TEXT', 2000, 'VISIBILITY_PUBLIC', 'ATTRIBUTE_STATE_ACTIVE'],
      ['power', 'ATTRIBUTE_TYPE_DECIMAL', 2001, 'VISIBILITY_PARTNER', 'ATTRIBUTE_STATE_ACTIVE'],
      ['kind', 'ATTRIBUTE_TYPE_CHOICE', 2002, 'VISIBILITY_PRIVATE', 'ATTRIBUTE_STATE_ACTIVE'],
    ]);
    assert.deepEqual([saved.attributes[0].required, saved.attributes[0].max_length, saved.attributes[0].pattern], [true, 20, '[a-z]+']);
    assert.deepEqual([saved.attributes[1].unit, saved.attributes[1].minimum, saved.attributes[1].maximum], ['kW', '0', '12.5']);
    assert.deepEqual([saved.attributes[2].choices, saved.attributes[2].searchable], [['wet', 'dry'], true]);

    const item = { ...part({ name: 'lily' }), template: code };
    const registerOne = () => call(registry, 'Register', { ...item, identifier: `88.300.1/${code}-${Math.random()}` }, { key: keys.registrar });
    await refused(registerOne(), status.FAILED_PRECONDITION, 'NOT_PUBLISHED');
    assert.equal((await ask('PublishTemplate', { code })).response.state, 'TEMPLATE_STATE_PUBLISHED');
    assert.equal((await registerOne()).response.template_version, 1);

    const second = (await ask('SaveTemplate', { template: { ...draft, names: { zh: '水泵' } } })).response;
    assert.deepEqual([second.version, second.state, second.names], [2, 'TEMPLATE_STATE_DRAFT', { zh: '水泵' }]);
    assert.equal((await ask('GetTemplate', { code }, keys.reader)).response.version, 2);
    assert.equal((await ask('GetTemplate', { code, version: 1 }, keys.reader)).response.state, 'TEMPLATE_STATE_PUBLISHED');

    const copy = (await ask('CopyTemplate', { code, new_code: `${code}-2`, names: { en: 'Copy' } })).response;
    assert.deepEqual([copy.code, copy.version, copy.copied_from, copy.names], [`${code}-2`, 1, `${code}/2`, { en: 'Copy' }]);
    const codes = (await ask('ListTemplates', {}, keys.reader)).response.items.map(template => template.code);
    assert.deepEqual(codes, [...codes].sort());
    assert.ok(codes.includes('part') && codes.includes(code) && codes.includes(`${code}-2`));

    assert.equal((await ask('PublishTemplate', { code })).response.version, 2);
    assert.equal((await ask('WithdrawTemplate', { code })).response.state, 'TEMPLATE_STATE_WITHDRAWN');
    await refused(registerOne(), status.FAILED_PRECONDITION, 'NOT_PUBLISHED');
  },

  async template_prefix() {
    const save = async template => (await ask('SaveTemplate', { template })).response;
    assert.equal((await save({ code: 'node-owned', prefix: '88.300.1' })).prefix, '88.300.1');
    assert.equal((await save({ code: 'node-owned' })).prefix, '88.300.1');
    assert.equal((await ask('GetTemplate', { code: 'node-owned' }, keys.reader)).response.prefix, '88.300.1');
    await refused(ask('SaveTemplate', { template: { code: 'node-owned', prefix: '88.300.77' } }), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['prefix']);
  },

  async template_refusals() {
    await refused(ask('GetTemplate', { code: 'absent' }), status.NOT_FOUND, 'NOT_FOUND');
    await refused(ask('GetTemplate', { code: 'part', version: 99 }), status.NOT_FOUND, 'NOT_FOUND');
    await refused(ask('PublishTemplate', { code: 'absent' }), status.NOT_FOUND, 'NOT_FOUND');
    await refused(ask('SaveTemplate', {}), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['template']);
    await refused(ask('SaveTemplate', { template: { code: 'node-bad', attributes: [{ code: 'x', min_length: 5, max_length: 2 }] } }), status.INVALID_ARGUMENT, 'INVALID_VALUE');
    await refused(ask('CopyTemplate', { code: 'part', new_code: 'Not A Code' }), status.INVALID_ARGUMENT, 'INVALID_VALUE');
    for (const [method, request] of [
      ['SaveTemplate', { template: draft }], ['PublishTemplate', { code: 'part' }], ['WithdrawTemplate', { code: 'part' }], ['CopyTemplate', { code: 'part', new_code: 'p2' }],
    ]) {
      await refused(ask(method, request, keys.registrar), status.PERMISSION_DENIED, 'FORBIDDEN');
      await refused(ask(method, request, null), status.UNAUTHENTICATED, 'UNAUTHENTICATED');
    }
    for (const method of ['ListTemplates', 'GetTemplate']) {
      await refused(ask(method, { code: 'part' }, null), status.UNAUTHENTICATED, 'UNAUTHENTICATED');
    }
    // A partner sees what it may see of the records.
    const shown = (await ask('GetTemplate', { code: 'part' }, keys.partner)).response.attributes.map(a => a.code);
    assert.deepEqual(shown, ['name', 'grade', 'tags', 'of']);
  },

  async numbers() {
    const template = {
      code: 'node-numbers',
      attributes: [
        { code: 'whole', type: 'ATTRIBUTE_TYPE_INTEGER', visibility: 'VISIBILITY_PUBLIC' },
        { code: 'exact', type: 'ATTRIBUTE_TYPE_DECIMAL', visibility: 'VISIBILITY_PUBLIC' },
        { code: 'many', type: 'ATTRIBUTE_TYPE_DECIMAL', repeated: true, visibility: 'VISIBILITY_PUBLIC' },
        { code: 'yes', type: 'ATTRIBUTE_TYPE_BOOLEAN', visibility: 'VISIBILITY_PUBLIC' },
      ],
    };
    await ask('SaveTemplate', { template });
    await ask('PublishTemplate', { code: template.code });
    const kept = async attributes => {
      const made = await call(registry, 'Register', { template: template.code, identifier: `88.300.1/n-${Math.random()}`, attributes: toStruct(attributes) }, { key: keys.registrar });
      const read = (await call(resolver, 'Resolve', { identifier: made.response.identifier })).response;
      assert.deepEqual(read.attributes, made.response.attributes);
      return fromStruct(read.attributes);
    };
    assert.deepEqual(await kept({ whole: 12, exact: 12.5, yes: true }), { whole: 12, exact: 12.5, yes: true });
    assert.deepEqual(await kept({ whole: '12', exact: '12.50', yes: false }), { whole: 12, exact: 12.5, yes: false });
    assert.deepEqual(await kept({ whole: 0, exact: -0.001 }), { whole: 0, exact: -0.001 });
    assert.deepEqual(await kept({ whole: 123456789012345, exact: 0.1 }), { whole: 123456789012345, exact: 0.1 });
    assert.deepEqual(await kept({ whole: '9007199254740993' }), { whole: '9007199254740993' });
    assert.deepEqual(await kept({ whole: -9007199254740991 }), { whole: '-9007199254740991' });
    assert.deepEqual(await kept({ exact: '0.12345678901234567890123' }), { exact: '0.12345678901234567890123' });
    assert.deepEqual(await kept({ many: [1, '2.25', '0.1234567890123456'] }), { many: [1, 2.25, '0.1234567890123456'] });
    await refused(kept({ whole: 12.5 }), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['attributes.whole']);
    await refused(kept({ exact: NaN }), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['attributes.exact']);
    await refused(kept({ exact: Infinity }), status.INVALID_ARGUMENT, 'INVALID_VALUE', ['attributes.exact']);
  },
};
