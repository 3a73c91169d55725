systemctl daemon-reload >/dev/null 2>&1 || :
if [ "$1" = 0 ]; then
    # Salt does not read them any more. A folder that the settings name stays.
    rm -rf /var/lib/128technology/plugins/loopback-static-routes/out
    rmdir /var/lib/128technology/plugins/loopback-static-routes 2>/dev/null || :
fi
exit 0
