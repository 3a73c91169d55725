# Before the last version goes: nothing of ours is left, and the operator's route file is as it was.
if [ "$1" = 0 ]; then
    systemctl disable --now 128T-handle-loopback-static-routes-config.path 128T-loopback-static-routes-watch.timer >/dev/null 2>&1 || :
    systemctl stop 128T-handle-loopback-static-routes-config.service 128T-loopback-static-routes-watch.service >/dev/null 2>&1 || :
    /usr/bin/handle_loopback_static_route_config remove || {
        echo "the routes through kni254 could not be taken off; 'ip route flush dev kni254 proto 128' does it" >&2
    }
    rm -f /var/lib/128technology/plugins/loopback-static-routes/config.json
    rmdir /var/lib/128technology/plugins/loopback-static-routes 2>/dev/null || :
fi
exit 0
