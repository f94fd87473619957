// Uses the client that @hey-api/openapi-ts generates from the node's OpenAPI document, as a user would: the compiler
// holds what is sent and read to the document. Arguments: the node's URL, a key of role registrar.
import { createClient } from "./gen/client";
import {
  change,
  event,
  label,
  labelSheet,
  printSheet,
  qr,
  recordEvent,
  register,
  resolve,
  scan,
  search,
  trace,
} from "./gen/sdk.gen";
import type { EventType, LinkType, ProblemAnswer, RecordAnswer, ScanIntent } from "./gen/types.gen";

declare const process: { argv: string[]; exit(code: number): never };

const [url, key] = process.argv.slice(2);
const client = createClient({ baseUrl: url, auth: () => key });

function must<T>(what: string, answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) {
    throw new Error(`${what}: ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

function expect(what: string, isSo: boolean): void {
  if (!isSo) {
    throw new Error(`${what} is not so`);
  }
}

async function main(): Promise<void> {
  const made: RecordAnswer = must(
    "register",
    await register({
      client,
      body: {
        template: "part",
        source: "ts",
        sourceKey: "1",
        reinstate: null,
        attributes: { name: "膜 TS", cost: 12.5, tags: ["a", "b"] },
        values: [
          { index: 1, type: "NOTE", data: "text", ttl: null },
          { index: 2, type: "BLOB", data: { format: "base64", value: "AAE=" } },
        ],
      },
    }),
  );
  const id: string = made.identifier;
  const version: number | undefined = made.version;
  expect("version", version === 1);

  const read = await resolve({ client, path: { id } });
  const record = must("resolve", read);
  expect("attributes", record.attributes["name"] === "膜 TS");
  expect("values", record.values.length === 2 && record.values[1].data.format === "base64");
  const tag = read.response!.headers.get("ETag")!;

  const changed = must(
    "change",
    await change({ client, path: { id }, headers: { "If-Match": tag }, body: { attributes: { cost: null } } }),
  );
  expect("change", changed.version === 2 && changed.attributes["cost"] === undefined);

  const found = must("search", await search({ client, query: { source: "ts", sourceKey: "1", limit: 5 } }));
  expect("search", found.items.length === 1 && found.items[0].identifier === id && found.next === undefined);

  const scanned = must("scan", await scan({ client, body: { text: `${url}/${id}\r\n` } }));
  expect("scan", scanned.identifier === id);

  const type: EventType = "transform";
  const happened = must(
    "event",
    await recordEvent({
      client,
      body: {
        type,
        time: "2026-03-01T08:00:00Z",
        inputs: [{ identifier: `${id}-LOT`, quantity: 2.5, unit: "KGM" }, `${id}-GLUE`],
        equipment: [{ text: "press 1" }, "oven"],
        outputs: [id],
        measurements: [{ characteristic: "thickness", value: "15.20", low: 15, high: null }],
      },
    }),
  );
  const shown = must("event", await event({ client, path: { id: happened.event } }));
  expect("event", shown.type === type && shown.status === "active" && shown.inputs![0]!.quantity === 2.5);
  const links = must("trace", await trace({ client, path: { id } })).links;
  expect("trace", links.every((link) => link.type === ("consumes" satisfies LinkType)));

  const intent: ScanIntent = { do: "ship", order: "order 1", quantity: "1", record: null };
  const asked = must("scan with an intent", await scan({ client, body: { text: id, intent } }));
  expect("intent", asked.identifier === id && asked.allowed !== undefined && Array.isArray(asked.reasons));

  const svg = must("qr", await qr({ client, path: { id: `${id}.svg` }, query: { ecc: "Q" }, parseAs: "blob" }));
  expect("qr", (await svg.text()).startsWith("<svg"));
  const printed = must("label", await label({ client, path: { id: `${id}.zpl` }, query: { copies: 2 }, parseAs: "blob" }));
  const zpl = await printed.text();
  expect("label", zpl.includes("^XA") && zpl.includes("^PQ2"));
  for (const sheet of [
    await labelSheet({ client, query: { id: [id] }, parseAs: "blob" }),
    await printSheet({ client, body: { identifiers: [id], columns: null }, parseAs: "blob" }),
  ]) {
    expect("sheet", (await must("sheet", sheet).text()).includes("<svg"));
  }

  const refused = await register({ client, body: { template: "part", attributes: { grade: "Z" } } });
  const problem = refused.error as ProblemAnswer;
  expect("problem", problem.status === 422 && problem.errors.length === 2);
  console.log(id);
}

main().catch((e) => {
  console.error(e);
  process.exit(1);
});
