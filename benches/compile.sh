#!/usr/bin/env bash
# Measures debug builds: from nothing, and after each crate was touched. Prints a table with the
# seconds of the clock, those of the processors, and the lines of each crate (without blank lines
# and comments, with its unit tests).
#
#   benches/compile.sh [DIRECTORY]
#
# The build is made in that directory, or in a temporary one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=${1:-$(mktemp -d)}
[ $# -gt 0 ] || trap 'rm -rf "$target"' EXIT
export CARGO_TARGET_DIR=$target
TIMEFORMAT='%R %U %S'

# Seconds of the clock and of the processors that a build takes.
measured() {
    { time cargo build --locked --quiet 2>&3; } 3>&2 2>&1 | awk '{ printf "%.1f s | %.1f s", $1, $2 + $3 }'
}

lines() {
    find "$1" -name '*.rs' -exec cat {} + | grep -cvE '^\s*(//.*)?$'
}

echo '| built | clock | processors | lines |'
echo '|---|---:|---:|---:|'
echo "| everything, from nothing | $(measured) | |"
for crate in crates/*/ ./; do
    source=${crate%/}/src
    name=$(basename "$crate")
    root=$source/lib.rs
    if [ "$crate" = ./ ]; then name=program root=$source/main.rs; fi
    touch "$root"
    echo "| after a change in \`$name\` | $(measured) | $(lines "$source") |"
done
