#!/bin/sh
# Install rtserver as a service of this machine, upgrade it, or remove it again.
set -eu

usage() {
    cat <<'END'
usage: install.sh [--binary FILE] [--base-url URL] [--no-start]
       install.sh --uninstall [--purge]

Installs rtserver, or upgrades it: settings and data that are there stay as they are.

  --binary FILE   the program; default: dist/rtserver beside this folder
  --base-url URL  public address, such as https://rt.school.example, for new settings
  --no-start      leave starting the service to you
  --uninstall     remove the program and the service; settings and data stay
  --purge         with --uninstall: remove settings, data, backups and the user too
  --destdir DIR   put everything below DIR, and neither make a user nor start anything
END
}

here=$(cd "$(dirname "$0")" && pwd)
binary=$here/../dist/rtserver
base_url=
dest=
start=yes
action=install
purge=no

while [ $# -gt 0 ]; do
    case $1 in
    --binary | --base-url | --destdir)
        [ $# -ge 2 ] || { usage >&2; exit 2; }
        case $1 in
        --binary) binary=$2 ;;
        --base-url) base_url=$2 ;;
        --destdir) dest=$2 ;;
        esac
        shift
        ;;
    --no-start) start=no ;;
    --uninstall) action=uninstall ;;
    --purge) purge=yes ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
    esac
    shift
done

lib=$dest/usr/local/lib/rtserver
command=$dest/usr/local/bin/rtserver
units=$dest/etc/systemd/system
settings=$dest/etc/rtserver
data=$dest/var/lib/rtserver
backups=$dest/var/backups/rtserver

say() { echo "install.sh: $*"; }

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

has_systemd() { [ -z "$dest" ] && [ -d /run/systemd/system ]; }

running() {
    has_systemd || return 0
    systemctl list-units --plain --no-legend --state=active,activating \
        'rtserver.service' 'rtserver@*.service' | cut -d ' ' -f 1
}

# own OWNER MODE PATH…: who may see it
own() {
    owner=$1 mode=$2
    shift 2
    chmod "$mode" "$@"
    [ -n "$dest" ] || chown "$owner" "$@"
}

make_user() {
    [ -z "$dest" ] || return 0
    if ! getent passwd rtserver >/dev/null; then
        say "making the user rtserver, who can't log in"
        useradd --system --user-group --home-dir /var/lib/rtserver --no-create-home \
            --shell /usr/sbin/nologin rtserver
    fi
}

make_folders() {
    say "folders: $settings (settings), $data (data), $backups (backups)"
    mkdir -p "$lib" "${command%/*}" "$units" "$settings" "$data" "$backups"
    own root:rtserver 0750 "$settings"
    own rtserver:rtserver 0700 "$data" "$backups"
}

write_settings() {
    if [ ! -e "$settings/secret" ]; then
        say "making the secret that signs tokens: $settings/secret"
        (umask 077 && head -c 48 /dev/urandom | base64 -w 0 >"$settings/secret")
    fi
    own root:rtserver 0640 "$settings/secret"
    if [ ! -e "$settings/config.ini" ]; then
        say "writing settings: $settings/config.ini"
        cat >"$settings/config.ini" <<END
# Every key, with its default, is in config.example.ini and docs/configuration.md.
# After a change: rtserver check && systemctl restart rtserver

[server]
base_url = $base_url
data_dir = /var/lib/rtserver

[auth]
secret_file = /etc/rtserver/secret
END
    fi
    own root:rtserver 0640 "$settings/config.ini"
}

back_up() {
    [ -z "$dest" ] && [ -x "$command" ] && [ -e "$data/rtserver.db" ] || return 0
    file=$backups/before-upgrade-$(date -u +%Y%m%dT%H%M%SZ).db
    say "an upgrade may change the tables for good, so first a backup: $file"
    "$command" backup "$file"
}

put_program() {
    say "program: $lib/rtserver; its command: $command"
    install -m 0755 "$binary" "$lib/rtserver.new"
    mv -f "$lib/rtserver.new" "$lib/rtserver"
    install -m 0755 "$here/rtserver.sh" "$command"
    say "units: rtserver.service, rtserver@.service in $units"
    install -m 0644 "$here/rtserver.service" "$here/rtserver@.service" "$units"
}

start_service() {
    if ! has_systemd; then
        [ -n "$dest" ] || say "systemd doesn't run here: nothing is started"
        return 0
    fi
    systemctl daemon-reload
    [ "$start" = yes ] || return 0
    if [ -n "$were_running" ]; then
        for unit in $were_running; do # one after the other, so that some always serve
            say "restarting $unit"
            systemctl restart "$unit"
        done
    else
        say "starting rtserver.service, at each boot too"
        systemctl enable --now rtserver.service
    fi
}

do_install() {
    [ -f "$binary" ] || fail "there is no $binary: run make binary, or give --binary."
    were_running=$(running)
    make_user
    make_folders
    write_settings
    back_up
    put_program
    start_service
    say "done. Next: rtserver user add YOUR@ADDRESS --name NAME --role admin"
}

do_uninstall() {
    if has_systemd; then
        for unit in $(running) rtserver.service; do
            say "stopping $unit"
            systemctl disable --now "$unit" 2>/dev/null || true
        done
    fi
    say "removing program, command and units"
    rm -rf "$lib"
    rm -f "$command" "$units/rtserver.service" "$units/rtserver@.service"
    ! has_systemd || systemctl daemon-reload
    if [ "$purge" = no ]; then
        say "done. Settings, data and backups stay: $settings, $data, $backups"
        return 0
    fi
    say "removing settings, data, backups and the user rtserver"
    rm -rf "$settings" "$data" "$backups"
    if [ -z "$dest" ] && getent passwd rtserver >/dev/null; then
        userdel rtserver
    fi
    say "done."
}

if [ -z "$dest" ] && [ "$(id -u)" -ne 0 ]; then
    fail "only root can do this: sudo $0 …"
fi
"do_$action"
