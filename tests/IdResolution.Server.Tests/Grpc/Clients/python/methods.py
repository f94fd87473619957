"""Every method of the node."""

import registry
import resolver
import standard
import templates
import watch

CASES = registry.CASES + templates.CASES + resolver.CASES + watch.CASES + standard.CASES
