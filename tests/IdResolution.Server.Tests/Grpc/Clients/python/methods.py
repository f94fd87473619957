"""Every method of the node."""

import registry
import resolver
import standard
import templates
import traceability
import watch

CASES = registry.CASES + templates.CASES + resolver.CASES + traceability.CASES + watch.CASES + standard.CASES
