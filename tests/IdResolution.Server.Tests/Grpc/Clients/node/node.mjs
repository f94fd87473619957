// What the cases of the node's own methods share.
import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import { call, config, connect, definition, refusal } from './harness.mjs';

export const { status } = grpc;
export const { keys } = config;
export const registry = connect('idresolution.v1.Registry');
export const resolver = connect('idresolution.v1.Resolver');
export const labels = connect('idresolution.v1.Labels');

let made = 0;

// An identifier that no other case has.
export const newId = () => `${config.prefix}/NODE-${++made}`;
export const newKey = () => `order-node-${++made}`;

// The library's own google.protobuf.Value has its members in camel case.
const toValue = value => {
  if (value === null) {
    return { nullValue: 'NULL_VALUE' };
  }
  if (Array.isArray(value)) {
    return { listValue: { values: value.map(toValue) } };
  }
  return { [`${typeof value}Value`.replace('boolean', 'bool')]: value };
};

const fromValue = value => {
  if (value.listValue) {
    return (value.listValue.values ?? []).map(fromValue);
  }
  const [[kind, held]] = Object.entries(value);
  return kind === 'nullValue' ? null : held;
};

export const toStruct = object => ({ fields: Object.fromEntries(Object.entries(object).map(([name, value]) => [name, toValue(value)])) });

export const fromStruct = struct => Object.fromEntries(Object.entries(struct.fields ?? {}).map(([name, value]) => [name, fromValue(value)]));

export const part = (attributes, fields = {}) => ({ template: 'part', attributes: toStruct(attributes), ...fields });

export async function register(fields = {}, attributes = { name: 'thing' }, key = keys.registrar) {
  return (await call(registry, 'Register', part(attributes, { identifier: newId(), ...fields }), { key })).response;
}

// The details of a google.rpc.Status by their type.
export function unpack(rpcStatus) {
  return Object.fromEntries((rpcStatus.details ?? []).map(any => {
    const name = any.type_url.split('/')[1];
    return [name.replace('google.rpc.', ''), definition[name].deserialize(any.value)];
  }));
}

export function details(error) {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  assert.ok(bytes, `no details: ${error.details}`);
  const decoded = definition['google.rpc.Status'].deserialize(bytes);
  assert.equal(decoded.code, error.code);
  assert.equal(decoded.message, error.details);
  return unpack(decoded);
}

export const violations = found => (found.BadRequest?.field_violations ?? []).map(violation => violation.field);

// Asserts status, reason and the fields at fault of a call that must fail; gives the details.
export async function refused(promise, code, reason, fields) {
  const error = await refusal(promise);
  assert.equal(error.code, code, error.details);
  const found = details(error);
  assert.equal(found.ErrorInfo.reason, reason, error.details);
  assert.equal(found.ErrorInfo.domain, 'idresolution');
  if (fields) {
    assert.deepEqual(violations(found).sort(), [...fields].sort());
  }
  return { ...found, message: error.details };
}
