"""Parts of benches/registry.py."""
