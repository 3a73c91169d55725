systemctl daemon-reload >/dev/null 2>&1 || :
if [ "$1" = 0 ]; then
    # Salt does not read them any more. A folder that the settings name stays.
    rm -rf /var/lib/128technology/plugins/loopback-static-routes/out
    rmdir /var/lib/128technology/plugins/loopback-static-routes 2>/dev/null || :
    # The package lists files only, so remove its empty folders here.
    for folder in /usr/share/doc/128T-loopback-static-routes/docs/commands \
        /usr/share/doc/128T-loopback-static-routes/docs/rules \
        /usr/share/doc/128T-loopback-static-routes/docs /usr/share/doc/128T-loopback-static-routes \
        /usr/share/128T-loopback-static-routes/schema /usr/share/128T-loopback-static-routes/commit-hook \
        /usr/share/128T-loopback-static-routes /etc/128T-loopback-static-routes \
        /var/lib/128technology/plugins/salt/loopback_static_routes; do
        rmdir "$folder" 2>/dev/null || :
    done
fi
exit 0
