"""How the passage reader is taught: examples, groups, network, loop, low-rank weights, card."""
