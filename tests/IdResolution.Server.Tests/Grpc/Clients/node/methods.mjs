// Every method of the node.
import { cases as registry } from './registry.mjs';
import { cases as resolver } from './resolver.mjs';
import { cases as standard } from './standard.mjs';
import { cases as templates } from './templates.mjs';
import { cases as traceability } from './traceability.mjs';
import { cases as watch } from './watch.mjs';

export const cases = { ...registry, ...templates, ...resolver, ...traceability, ...watch, ...standard };
