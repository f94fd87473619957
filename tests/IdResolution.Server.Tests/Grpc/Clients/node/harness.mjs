// Runs cases and reports each on standard output, one line of JSON; the tests read them (ClientProgram.cs).
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const CASE_TIMEOUT = 60_000;
const CALL_TIMEOUT = 40_000;

const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const readLine = async () => {
  const { value, done } = await input.next();
  if (done) {
    throw new Error('standard input ended');
  }
  return JSON.parse(value);
};

const print = message => process.stdout.write(`${JSON.stringify(message)}\n`);

// The first line says where the nodes are.
export const config = await readLine();

// Asks the tests for something that is not done by gRPC, such as to stop a node.
export async function ask(what, value = null) {
  print({ ask: what, value });
  const { answer, error } = await readLine();
  if (error) {
    throw new Error(error);
  }
  return answer;
}

export async function run(cases, only) {
  for (const [name, body] of Object.entries(cases)) {
    if (only.length > 0 && !only.includes(name)) {
      continue;
    }
    const started = Date.now();
    let result;
    try {
      await within(body(), CASE_TIMEOUT, `the case did not end within ${CASE_TIMEOUT} ms`);
      result = { ok: true };
    } catch (error) {
      result = { ok: false, error: error.stack ?? String(error) };
    }
    print({ case: name, ms: Date.now() - started, ...result });
  }
}

export async function within(promise, ms, text) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(text)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export const definition = loader.loadSync(config.files, {
  keepCase: true,
  longs: String,
  enums: String,
  arrays: true,
  includeDirs: config.protos,
});

const packages = grpc.loadPackageDefinition(definition);
const clients = [];

// A client of a service by its full name.
export function connect(service, { address = config.grpc, options = {} } = {}) {
  const Service = service.split('.').reduce((at, part) => at[part], packages);
  return own(new Service(address, grpc.credentials.createInsecure(), options));
}

// A client that is closed at the end.
export function own(client) {
  clients.push(client);
  return client;
}

export function closeAll() {
  clients.forEach(client => client.close());
}

export function metadata({ key, language, ...entries } = {}) {
  const made = new grpc.Metadata();
  if (key) {
    made.set('authorization', `Bearer ${key}`);
  }
  if (language) {
    made.set('accept-language', language);
  }
  for (const [name, value] of Object.entries(entries)) {
    made.set(name, value);
  }
  return made;
}

const optionsOf = options => ({ deadline: Date.now() + CALL_TIMEOUT, ...options });

// A unary call: the answer with its metadata, or the library's error thrown.
export function call(client, method, request, headers = {}, options = {}) {
  return new Promise((resolve, reject) => {
    let initial;
    let answer;
    const started = client[method](request, metadata(headers), optionsOf(options), (error, response) => {
      if (error) {
        reject(error);
      } else {
        answer = response;
      }
    });
    started.on('metadata', received => {
      initial = received;
    });
    started.on('status', status => {
      if (status.code === grpc.status.OK) {
        resolve({ response: answer, initial, trailers: status.metadata });
      }
    });
  });
}

// The error of a call that must fail.
export async function refusal(promise) {
  let answer;
  try {
    answer = await promise;
  } catch (error) {
    if (typeof error.code !== 'number') {
      throw error;
    }
    return error;
  }
  throw new Error(`the call did not fail but answered ${JSON.stringify(answer.response ?? answer)}`);
}

// A client-streaming call: write to the first, await the second.
export function clientStream(client, method, headers = {}, options = {}) {
  let stream;
  const answer = new Promise((resolve, reject) => {
    stream = client[method](metadata(headers), optionsOf(options), (error, response) => (error ? reject(error) : resolve(response)));
  });
  answer.catch(() => {});
  return { stream, answer };
}

// The messages of a stream from the server, one at a time, and how it ended.
export class Reader {
  #messages = [];
  #wake = () => {};
  #isEnded = false;

  constructor(stream) {
    this.stream = stream;
    stream.on('data', message => {
      this.#messages.push(message);
      this.#wake();
    });
    stream.on('metadata', received => {
      this.initial = received;
    });
    stream.on('error', () => {});
    const ended = new Promise(resolve => {
      stream.on('status', status => {
        this.status = status;
        resolve();
      });
    });
    Promise.all([ended, new Promise(resolve => stream.on('end', resolve))]).then(() => {
      this.#isEnded = true;
      this.#wake();
    });
  }

  // The next message; undefined at the end.
  async next(ms = 15_000) {
    while (this.#messages.length === 0 && !this.#isEnded) {
      await within(new Promise(resolve => {
        this.#wake = resolve;
      }), ms, `no message within ${ms} ms`);
    }
    return this.#messages.shift();
  }

  async take(count) {
    const taken = [];
    while (taken.length < count) {
      const message = await this.next();
      if (message === undefined) {
        throw new Error(`the stream ended after ${taken.length} of ${count} messages: ${this.status.code} ${this.status.details}`);
      }
      taken.push(message);
    }
    return taken;
  }

  // Reads on until the end and gives what was left.
  async rest() {
    const left = [];
    for (let message; (message = await this.next()) !== undefined;) {
      left.push(message);
    }
    return left;
  }

  // Reads on until the end and gives its status.
  async end() {
    await this.rest();
    return this.status;
  }
}

export function serverStream(client, method, request, headers = {}, options = {}) {
  return new Reader(client[method](request, metadata(headers), optionsOf(options)));
}

export function duplex(client, method, headers = {}, options = {}) {
  const stream = client[method](metadata(headers), optionsOf(options));
  return { stream, reader: new Reader(stream) };
}

// Writes with the library's back pressure.
export async function write(stream, message) {
  if (!stream.write(message)) {
    await once(stream, 'drain');
  }
}
