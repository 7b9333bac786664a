#!/bin/sh
# Build dist/ for `make web`; the argument names the Python that has the server.
set -eu
python=$1
cd "$(dirname "$0")"
. ../clients/node.sh

install_packages
mkdir -p build
(cd .. && "$python" -m handlers.api_docs) >build/openapi.json
$npm run --silent types
$npm run --silent build
