#!/usr/bin/env bash
# Injects all faults that tests/suite/injected knows, one after another, and
# prints how many were injected and survived. `cargo test` injects a part.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

echo '| what | injected | survived |'
echo '|---|---:|---:|'
TRIALDEX_FAULTS=all cargo test --locked --test main injected:: -- --nocapture 2>&1 |
    grep -E '^\||^skipped|FAILED|panicked' || true
