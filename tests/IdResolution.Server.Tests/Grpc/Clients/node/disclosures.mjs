// Reads an entry of the log as an SD-JWT: its commitments are the _sd list, and the disclosures are made here from the
// state, by JSON.stringify. Prints what the library finds that they disclose.
import { createHash } from 'node:crypto';
import { decodeSdJwt, getClaims } from '@sd-jwt/decode';

const [body, state] = process.argv.slice(2).map(hex => Buffer.from(hex, 'hex'));
const hash = data => createHash('sha256').update(data).digest();
const base64url = data => Buffer.from(data).toString('base64url');
const json = value => base64url(JSON.stringify(value));

const commitments = [];
for (let at = 39; at < body.length; at += 32) {
  commitments.push(base64url(body.subarray(at, at + 32)));
}

const disclosures = [];
let at = 3;
for (let left = state.readUInt16BE(1); left > 0; left--) {
  const length = state.readUInt16BE(at);
  const code = state.toString('utf8', at + 2, at + 2 + length);
  at += 2 + length;
  const { salt, value, end } = entry(state, at);
  at = end;
  disclosures.push(json([salt, code, value]));
}

const jwt = [json({ alg: 'none' }), json({ _sd: commitments, _sd_alg: 'sha-256' }), base64url('none')].join('.');
const decoded = await decodeSdJwt([jwt, ...disclosures, ''].join('~'), hash);
console.log(JSON.stringify(await getClaims(decoded.jwt.payload, decoded.disclosures, hash)));

// A salt, a form and a value of the state.
function entry(from, begin) {
  const form = from[begin + 16];
  const end = begin + 21 + from.readUInt32BE(begin + 17);
  const bytes = from.subarray(begin + 21, end);
  return { salt: base64url(from.subarray(begin, begin + 16)), value: shown(form, bytes), end };
}

function shown(form, bytes) {
  switch (form) {
    case 0:
      return bytes.toString();
    case 1:
      return JSON.parse(bytes);
    case 2:
      return base64url(bytes);
    case 3: {
      const digests = [];
      let next = 2;
      for (let left = bytes.readUInt16BE(0); left > 0; left--) {
        const { salt, value, end } = entry(bytes, next);
        next = end;
        disclosures.push(json([salt, value]));
        digests.push({ '...': base64url(hash(disclosures.at(-1))) });
      }
      return digests;
    }
    default:
      throw new Error(`unknown form ${form}`);
  }
}
