// node main.mjs GROUP [CASE ...]: what to call comes on standard input, see harness.mjs.
import { closeAll, run } from './harness.mjs';

const [group, ...only] = process.argv.slice(2);
const { cases } = await import(`./${group}.mjs`);
await run(cases, only);
closeAll();
// The library's timers of deadlines outlive their calls.
process.exit(0);
