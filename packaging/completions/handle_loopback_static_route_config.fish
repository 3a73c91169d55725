# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_handle_loopback_static_route_config_global_optspecs
    string join \n config= root= lock-wait= boot-id= quiet json color= h/help V/version
end

function __fish_handle_loopback_static_route_config_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_handle_loopback_static_route_config_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_handle_loopback_static_route_config_using_subcommand
    set -l cmd (__fish_handle_loopback_static_route_config_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -l config -d 'The document that Salt delivers; a relative path starts at the working directory' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -l root -d 'A folder to prepend to every absolute path, including that of the document' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -l lock-wait -d 'Wait this long for another run to end' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -l boot-id -d 'The identifier of this boot, if /proc/sys cannot be read' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -l color -d 'Print colours: auto, always or never; auto respects NO_COLOR' -r -f -a "auto\t''
always\t''
never\t''"
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -l quiet -d 'Print only changes, and each state and error once: when it begins, and when it ends'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -l json -d 'Print the result as JSON'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -s h -l help -d 'Print help'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -s V -l version -d 'Print version'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -f -a "apply" -d 'Apply the document to the route file and the kernel, as the service does'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -f -a "status" -d 'Show the state of document, file and kernel, and what to do next; exit 1 if they differ'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -f -a "check" -d 'Show what apply would do, without doing it; exit 1 if it would change something'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -f -a "confirm" -d 'Keep the routes that are tried, or apply a change that waits or was rejected'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -f -a "revert" -d 'Restore the routes from before the trial, and reject those that are tried'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -f -a "hold" -d 'Remove the plugin\'s routes and its part of the route file, and keep the plugin off'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -f -a "release" -d 'End a hold, and try a rejected configuration again'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -f -a "remove" -d 'Remove the plugin\'s routes and its part of the route file, regardless of the document'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -f -a "salt-state" -d 'Run the service, and print the result for the Salt state'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand apply" -l config -d 'The document that Salt delivers; a relative path starts at the working directory' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand apply" -l root -d 'A folder to prepend to every absolute path, including that of the document' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand apply" -l lock-wait -d 'Wait this long for another run to end' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand apply" -l boot-id -d 'The identifier of this boot, if /proc/sys cannot be read' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand apply" -l color -d 'Print colours: auto, always or never; auto respects NO_COLOR' -r -f -a "auto\t''
always\t''
never\t''"
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand apply" -l wait -d 'Wait for the end of a trial; the default on a terminal'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand apply" -l no-wait -d 'Leave a trial to the watch'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand apply" -l quiet -d 'Print only changes, and each state and error once: when it begins, and when it ends'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand apply" -l json -d 'Print the result as JSON'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand apply" -s h -l help -d 'Print help'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand status" -l format -d 'The format of the output' -r -f -a "text\t'Text, in 80 columns'
json\t'JSON, like --json'
openmetrics\t'Metrics, for the textfile folder of the node exporter'"
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand status" -l config -d 'The document that Salt delivers; a relative path starts at the working directory' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand status" -l root -d 'A folder to prepend to every absolute path, including that of the document' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand status" -l lock-wait -d 'Wait this long for another run to end' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand status" -l boot-id -d 'The identifier of this boot, if /proc/sys cannot be read' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand status" -l color -d 'Print colours: auto, always or never; auto respects NO_COLOR' -r -f -a "auto\t''
always\t''
never\t''"
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand status" -l all -d 'Show all routes, not only those that differ'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand status" -l summary -d 'Show no routes; the output is smaller than 1 kB'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand status" -l quiet -d 'Print only changes, and each state and error once: when it begins, and when it ends'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand status" -l json -d 'Print the result as JSON'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand check" -l config -d 'The document that Salt delivers; a relative path starts at the working directory' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand check" -l root -d 'A folder to prepend to every absolute path, including that of the document' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand check" -l lock-wait -d 'Wait this long for another run to end' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand check" -l boot-id -d 'The identifier of this boot, if /proc/sys cannot be read' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand check" -l color -d 'Print colours: auto, always or never; auto respects NO_COLOR' -r -f -a "auto\t''
always\t''
never\t''"
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand check" -l quiet -d 'Print only changes, and each state and error once: when it begins, and when it ends'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand check" -l json -d 'Print the result as JSON'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand check" -s h -l help -d 'Print help'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand confirm" -l config -d 'The document that Salt delivers; a relative path starts at the working directory' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand confirm" -l root -d 'A folder to prepend to every absolute path, including that of the document' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand confirm" -l lock-wait -d 'Wait this long for another run to end' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand confirm" -l boot-id -d 'The identifier of this boot, if /proc/sys cannot be read' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand confirm" -l color -d 'Print colours: auto, always or never; auto respects NO_COLOR' -r -f -a "auto\t''
always\t''
never\t''"
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand confirm" -l quiet -d 'Print only changes, and each state and error once: when it begins, and when it ends'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand confirm" -l json -d 'Print the result as JSON'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand confirm" -s h -l help -d 'Print help'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand revert" -l config -d 'The document that Salt delivers; a relative path starts at the working directory' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand revert" -l root -d 'A folder to prepend to every absolute path, including that of the document' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand revert" -l lock-wait -d 'Wait this long for another run to end' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand revert" -l boot-id -d 'The identifier of this boot, if /proc/sys cannot be read' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand revert" -l color -d 'Print colours: auto, always or never; auto respects NO_COLOR' -r -f -a "auto\t''
always\t''
never\t''"
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand revert" -l wait -d 'Wait for the end of a trial; the default on a terminal'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand revert" -l no-wait -d 'Leave a trial to the watch'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand revert" -l quiet -d 'Print only changes, and each state and error once: when it begins, and when it ends'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand revert" -l json -d 'Print the result as JSON'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand revert" -s h -l help -d 'Print help'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand hold" -l reason -d 'Why, for those who look at the status' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand hold" -l config -d 'The document that Salt delivers; a relative path starts at the working directory' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand hold" -l root -d 'A folder to prepend to every absolute path, including that of the document' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand hold" -l lock-wait -d 'Wait this long for another run to end' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand hold" -l boot-id -d 'The identifier of this boot, if /proc/sys cannot be read' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand hold" -l color -d 'Print colours: auto, always or never; auto respects NO_COLOR' -r -f -a "auto\t''
always\t''
never\t''"
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand hold" -l now -d 'Remove the routes without a trial'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand hold" -l wait -d 'Wait for the end of a trial; the default on a terminal'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand hold" -l no-wait -d 'Leave a trial to the watch'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand hold" -l quiet -d 'Print only changes, and each state and error once: when it begins, and when it ends'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand hold" -l json -d 'Print the result as JSON'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand hold" -s h -l help -d 'Print help'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand release" -l config -d 'The document that Salt delivers; a relative path starts at the working directory' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand release" -l root -d 'A folder to prepend to every absolute path, including that of the document' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand release" -l lock-wait -d 'Wait this long for another run to end' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand release" -l boot-id -d 'The identifier of this boot, if /proc/sys cannot be read' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand release" -l color -d 'Print colours: auto, always or never; auto respects NO_COLOR' -r -f -a "auto\t''
always\t''
never\t''"
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand release" -l wait -d 'Wait for the end of a trial; the default on a terminal'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand release" -l no-wait -d 'Leave a trial to the watch'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand release" -l quiet -d 'Print only changes, and each state and error once: when it begins, and when it ends'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand release" -l json -d 'Print the result as JSON'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand release" -s h -l help -d 'Print help'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand remove" -l config -d 'The document that Salt delivers; a relative path starts at the working directory' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand remove" -l root -d 'A folder to prepend to every absolute path, including that of the document' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand remove" -l lock-wait -d 'Wait this long for another run to end' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand remove" -l boot-id -d 'The identifier of this boot, if /proc/sys cannot be read' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand remove" -l color -d 'Print colours: auto, always or never; auto respects NO_COLOR' -r -f -a "auto\t''
always\t''
never\t''"
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand remove" -l now -d 'Remove the routes without a trial'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand remove" -l wait -d 'Wait for the end of a trial; the default on a terminal'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand remove" -l no-wait -d 'Leave a trial to the watch'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand remove" -l quiet -d 'Print only changes, and each state and error once: when it begins, and when it ends'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand remove" -l json -d 'Print the result as JSON'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand remove" -s h -l help -d 'Print help'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand salt-state" -l config -d 'The document that Salt delivers; a relative path starts at the working directory' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand salt-state" -l root -d 'A folder to prepend to every absolute path, including that of the document' -r -F
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand salt-state" -l lock-wait -d 'Wait this long for another run to end' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand salt-state" -l boot-id -d 'The identifier of this boot, if /proc/sys cannot be read' -r
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand salt-state" -l color -d 'Print colours: auto, always or never; auto respects NO_COLOR' -r -f -a "auto\t''
always\t''
never\t''"
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand salt-state" -l strict -d 'Exit 1 for every verdict but in-agreement and held'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand salt-state" -l test -d 'Do not run the service, and show whether it would change something'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand salt-state" -l quiet -d 'Print only changes, and each state and error once: when it begins, and when it ends'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand salt-state" -l json -d 'Print the result as JSON'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand salt-state" -s h -l help -d 'Print help'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand help; and not __fish_seen_subcommand_from apply status check confirm revert hold release remove salt-state help" -f -a "apply" -d 'Apply the document to the route file and the kernel, as the service does'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand help; and not __fish_seen_subcommand_from apply status check confirm revert hold release remove salt-state help" -f -a "status" -d 'Show the state of document, file and kernel, and what to do next; exit 1 if they differ'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand help; and not __fish_seen_subcommand_from apply status check confirm revert hold release remove salt-state help" -f -a "check" -d 'Show what apply would do, without doing it; exit 1 if it would change something'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand help; and not __fish_seen_subcommand_from apply status check confirm revert hold release remove salt-state help" -f -a "confirm" -d 'Keep the routes that are tried, or apply a change that waits or was rejected'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand help; and not __fish_seen_subcommand_from apply status check confirm revert hold release remove salt-state help" -f -a "revert" -d 'Restore the routes from before the trial, and reject those that are tried'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand help; and not __fish_seen_subcommand_from apply status check confirm revert hold release remove salt-state help" -f -a "hold" -d 'Remove the plugin\'s routes and its part of the route file, and keep the plugin off'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand help; and not __fish_seen_subcommand_from apply status check confirm revert hold release remove salt-state help" -f -a "release" -d 'End a hold, and try a rejected configuration again'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand help; and not __fish_seen_subcommand_from apply status check confirm revert hold release remove salt-state help" -f -a "remove" -d 'Remove the plugin\'s routes and its part of the route file, regardless of the document'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand help; and not __fish_seen_subcommand_from apply status check confirm revert hold release remove salt-state help" -f -a "salt-state" -d 'Run the service, and print the result for the Salt state'
complete -c handle_loopback_static_route_config -n "__fish_handle_loopback_static_route_config_using_subcommand help; and not __fish_seen_subcommand_from apply status check confirm revert hold release remove salt-state help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
