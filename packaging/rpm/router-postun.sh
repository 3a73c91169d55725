systemctl daemon-reload >/dev/null 2>&1 || :
if [ "$1" = 0 ]; then
    # The package does not list what the program makes.
    rm -rf /var/lib/loopback-static-routes
fi
exit 0
