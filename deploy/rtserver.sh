#!/bin/sh
# rtserver's commands, with the settings of the service. What root calls runs as the
# service's user, who couldn't change the files that root makes.
export RTSERVER_CONFIG="${RTSERVER_CONFIG-/etc/rtserver/config.ini}"
# Those that "systemctl edit rtserver" gives to the service, if there are any.
if [ -d /etc/rtserver/credentials ]; then
    export CREDENTIALS_DIRECTORY="${CREDENTIALS_DIRECTORY-/etc/rtserver/credentials}"
fi
set -- /usr/local/lib/rtserver/rtserver "$@"
if [ "$(id -u)" -eq 0 ]; then
    set -- setpriv --reuid=rtserver --regid=rtserver --init-groups "$@"
fi
exec "$@"
