# Before the last version is removed: remove the routes, and restore the operator's route file.
# Nothing could watch a trial. So the program reverts one that is under way, and names the peers
# that lose their path.
if [ "$1" = 0 ]; then
    systemctl disable --now 128T-handle-loopback-static-routes-config.path 128T-loopback-static-routes-watch.timer >/dev/null 2>&1 || :
    systemctl stop 128T-handle-loopback-static-routes-config.service 128T-loopback-static-routes-watch.service >/dev/null 2>&1 || :
    /usr/bin/handle_loopback_static_route_config remove --now --lock-wait 75 || {
        echo "cannot remove the routes through kni254; run 'ip route flush dev kni254 proto 128'" >&2
    }
    rm -f /var/lib/128technology/plugins/loopback-static-routes/config.json \
        /var/lib/128technology/plugins/loopback-static-routes/peers.json \
        /var/lib/128technology/plugins/loopback-static-routes/revision
    rmdir /var/lib/128technology/plugins/loopback-static-routes 2>/dev/null || :
fi
exit 0
