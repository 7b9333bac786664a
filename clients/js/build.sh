#!/bin/sh
# Build dist/ for `make client`; the argument names the Python whose environment may have Node.js.
set -eu
python=$1
cd "$(dirname "$0")"
. ../node.sh

install_packages
$npm run --silent build
