#!/bin/bash
# Install rtserver as a service of this machine, upgrade it, or remove it again.
set -euo pipefail

usage() {
    cat <<'END'
usage: install.sh [--binary FILE] [--base-url URL] [--no-start] [--no-backups]
       install.sh --uninstall [--purge]

Installs rtserver, or upgrades it: settings and data that are there stay as they are.

  --binary FILE   the program; default: dist/rtserver beside this folder
  --base-url URL  public address, such as https://rt.school.example, for new settings
  --no-start      leave starting, or restarting, the service to you
  --no-backups    leave the daily backup (rtserver-backup.timer) switched off
  --uninstall     remove the program and the service; settings and data stay
  --purge         with --uninstall: remove settings, data, backups, your changes to the
                  units (drop-ins), the copy of logrotate.conf and the user too
  --destdir DIR   put everything below DIR, and neither make a user nor start anything
END
}

here=$(cd "$(dirname "$0")" && pwd)
binary=$here/../dist/rtserver
base_url=
dest=
start=yes
backup_daily=yes
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
    --no-backups) backup_daily=no ;;
    --uninstall) action=uninstall ;;
    --purge) purge=yes ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
    esac
    shift
done

[ "$purge" = no ] || [ "$action" = uninstall ] || { usage >&2; exit 2; }

lib=$dest/usr/local/lib/rtserver
command=$dest/usr/local/bin/rtserver
units=$dest/etc/systemd/system
settings=$dest/etc/rtserver
data=$dest/var/lib/rtserver
backups=$dest/var/backups/rtserver
logs=$dest/var/log/rtserver
logrotate=$dest/etc/logrotate.d/rtserver

unit_names="rtserver.service rtserver@.service rtserver-backup.service rtserver-backup.timer"

say() { echo "install.sh: $*"; }

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

on_this_machine() { [ -z "$dest" ]; }

has_systemd() { on_this_machine && [ -d "$dest/run/systemd/system" ]; }

running() {
    has_systemd || return 0
    systemctl list-units --plain --no-legend --state=active,activating \
        'rtserver.service' 'rtserver@*.service' | cut -d ' ' -f 1 | tr '\n' ' '
}

# own OWNER MODE PATH…: who may see it
own() {
    owner=$1 mode=$2
    shift 2
    chmod "$mode" "$@"
    ! on_this_machine || chown "$owner" "$@"
}

make_user() {
    on_this_machine || return 0
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
        # It gets its name once it is whole: what is there is never made again.
        (umask 077 && head -c 48 /dev/urandom | base64 -w 0 >"$settings/secret.new")
        mv "$settings/secret.new" "$settings/secret"
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
    on_this_machine && [ -x "$command" ] && [ -e "$data/rtserver.db" ] || return 0
    file=$backups/before-upgrade-$(date -u +%Y%m%dT%H%M%SZ).db
    say "an upgrade may change the tables for good, so first a backup: $file"
    "$command" backup "$file" || fail "there is no backup, so the old program stays. If the \
school has moved to PostgreSQL, $data/rtserver.db is left from before: make a pg_dump, move \
rtserver.db, with -wal and -shm if they are there, out of $data, and call this again."
}

# Only a first use starts anything; what was there runs or not as its keeper wants.
look_around() {
    were_running=$(running)
    upgrade=no
    if [ -n "$were_running" ] || [ -e "$units/rtserver.service" ]; then
        upgrade=yes
    fi
    new_units=
    [ "$upgrade" = yes ] || new_units=rtserver.service
    if [ "$backup_daily" = yes ] && [ ! -e "$units/rtserver-backup.timer" ]; then
        new_units="${new_units:+$new_units }rtserver-backup.timer"
    fi
}

put_program() {
    say "program: $lib/rtserver; its command: $command"
    install -m 0755 "$binary" "$lib/rtserver.new"
    mv -f "$lib/rtserver.new" "$lib/rtserver"
    install -m 0755 "$here/rtserver.sh" "$command"
    say "units: $unit_names in $units"
    for unit in $unit_names; do
        install -m 0644 "$here/$unit" "$units"
    done
}

restart_service() {
    if [ -z "$were_running" ]; then
        say "nothing ran, so nothing is started; when you want it:" \
            "systemctl start rtserver.service (or your rtserver@PORT.service)"
    elif [ "$start" = no ]; then
        say "the old program still runs; when you want the new one:" \
            "systemctl restart $were_running"
    else
        pause=0
        for unit in $were_running; do # one after the other, so that some always serve
            sleep "$pause" # until proxies send clients to the one before again
            say "restarting $unit"
            systemctl restart "$unit" || did_not_start "$unit"
            pause=5
        done
    fi
}

# What is wrong is wrong for the others too, which run on with the old program.
did_not_start() {
    journalctl --unit="$1" --lines=5 --no-pager --output=cat >&2 || true
    fail "$1 didn't start; above is what it said last. Mend that, and then: \
systemctl restart $1"
}

start_new_units() {
    [ -n "$new_units" ] || return 0
    if [ "$start" = no ] || [ "$upgrade" = yes ] || ! has_systemd; then
        say "not started; when you want it, at each boot too:" \
            "systemctl enable --now $new_units"
        return 0
    fi
    failed=
    for unit in $new_units; do
        say "starting $unit, at each boot too"
        systemctl enable --now "$unit" || failed=$unit
    done
    [ -z "$failed" ] || did_not_start "$failed"
}

start_service() {
    on_this_machine || return 0
    if has_systemd; then
        systemctl daemon-reload
        [ "$upgrade" = no ] || restart_service
    else
        say "systemd doesn't run here: nothing is started"
    fi
    start_new_units
}

do_install() {
    [ -f "$binary" ] || fail "there is no $binary: run make binary, or give --binary."
    look_around
    make_user
    make_folders
    write_settings
    back_up
    put_program
    start_service
    [ "$upgrade" = no ] || { say "done." && return 0; }
    say "done. Next: rtserver user add YOUR@ADDRESS --name NAME --role admin"
}

purge_rest() {
    say "removing settings, data and backups: $settings, $data, $backups"
    rm -rf "$settings" "$data" "$backups"
    for unit in $unit_names 'rtserver@*.service'; do
        remove_drop_ins "$unit"
    done
    remove_logrotate
    [ ! -d "$logs" ] || say "the logs stay: $logs"
    if on_this_machine && getent passwd rtserver >/dev/null; then
        say "removing the user rtserver"
        userdel rtserver
    fi
}

# remove_drop_ins UNIT: what "systemctl edit" has written; UNIT may be a pattern
remove_drop_ins() {
    # shellcheck disable=SC2231  # a pattern shall be one
    for folder in "$units"/$1.d; do
        [ -d "$folder" ] || continue
        say "removing changes to units: $folder"
        rm -rf "$folder"
    done
}

remove_logrotate() {
    [ -e "$logrotate" ] || return 0
    if grep -q '^/var/log/rtserver/' "$logrotate"; then
        say "removing $logrotate"
        rm -f "$logrotate"
    else
        say "leaving $logrotate, which isn't about /var/log/rtserver"
    fi
}

do_uninstall() {
    if has_systemd; then
        for unit in rtserver-backup.timer $(running) rtserver.service; do
            say "stopping $unit"
            systemctl disable --now "$unit" 2>/dev/null || true
        done
    fi
    say "removing program, command and units"
    rm -rf "$lib"
    rm -f "$command"
    for unit in $unit_names; do
        rm -f "$units/$unit"
    done
    # Of processes that were to start at boot, but don't run now.
    rm -f "$units"/*.wants/rtserver@*.service
    [ "$purge" = no ] || purge_rest
    ! has_systemd || systemctl daemon-reload
    if [ "$purge" = yes ]; then
        say "done."
    else
        say "done. Settings, data and backups stay: $settings, $data, $backups"
    fi
}

if on_this_machine && [ "$(id -u)" -ne 0 ]; then
    fail "only root can do this: sudo $0 …"
fi
"do_$action"
