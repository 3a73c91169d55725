systemd-tmpfiles --create /usr/lib/tmpfiles.d/128T-loopback-static-routes.conf >/dev/null 2>&1 || :
# Salt enables the units. After an update, restart those that run.
systemctl daemon-reload >/dev/null 2>&1 || :
if [ "$1" -gt 1 ]; then
    systemctl try-restart 128T-handle-loopback-static-routes-config.path 128T-loopback-static-routes-watch.timer >/dev/null 2>&1 || :
fi
exit 0
