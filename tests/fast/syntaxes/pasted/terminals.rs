//! Text that is copied from a terminal, with its prompts and noise.

use super::{Case, check};

#[test]
fn text_from_terminals_gives_the_expected_routes() {
    check(&[
        Case {
            name: "a service with two addresses, below its prompt",
            text: "\
admin@lab1.example# show config running authority service resolvers

config

    authority

        service  resolvers
            name                  resolvers
            scope                 private

            transport             udp
                protocol    udp

                port-range  53
                    start-port  53
                exit
            exit
            address               192.0.2.53/32
            address               192.0.2.54/32

            access-policy         staff
                source  staff
            exit

            access-policy         _internal_
                source      _internal_
                permission  allow
            exit
            share-service-routes  false
        exit
    exit
exit
",
            branch: &["192.0.2.53/32", "192.0.2.54/32"],
            hub: &["192.0.2.53/32", "192.0.2.54/32"],
            findings: &[],
        },
        Case {
            name: "a generated service for one router",
            text: "\
admin@n1.conductor1# show config running authority service tunnel_branch__internal__0

config

    authority

        service  tunnel_branch__internal__0
            name                  tunnel_branch__internal__0

            applies-to            router
                type         router
                router-name  branch
            exit

            transport             gre
                protocol  gre
            exit
            address               203.0.113.13

            access-policy         _internal_
                source      _internal_
                permission  allow
            exit
        exit
    exit
exit
",
            branch: &["203.0.113.13/32"],
            hub: &[],
            findings: &[],
        },
        Case {
            name: "a loopback for two routers, one of them missing",
            text: "\
admin@lab1.example# show config runn auth service lo_example

config
    authority
        service  lo_example
            name           lo_example
            applies-to     router
                type         router
                router-name  hub
                router-name  elsewhere
            exit
            address        198.51.100.2/32
            access-policy  trusted
                source  trusted
            exit
            access-policy  _internal_
                source  _internal_
            exit
        exit
    exit
exit
",
            branch: &[],
            hub: &["198.51.100.2/32"],
            findings: &[],
        },
        Case {
            name: "a comparison of configurations, with applications as children",
            text: "\
admin@n1.conductor# compare config running candidate

config

    authority
        name               Example

        tenant             mgmt
            name  mgmt
        exit

        service            outbound
            name                  outbound
            address               0.0.0.0/0
            generate-categories   true

            access-policy         _internal_
                source  _internal_
            exit
            source-nat            disabled
        exit

        service            Mail.outbound
            name              Mail.outbound
            application-name  Mail
        exit

        dns-app-id
            generate-services  true
            base-service       outbound
        exit
    exit
exit

admin@n1.conductor#
",
            branch: &["0.0.0.0/0"],
            hub: &["0.0.0.0/0"],
            findings: &[],
        },
        Case {
            name: "an application without any address",
            text: "\
admin@n1.conductor1# show config running authority service outside

config

    authority

        service  outside
            name              outside
            application-name  probe

            access-policy     _internal_
                source  _internal_
            exit

            icmp-probe
                address    0.0.0.0/0
                hold-down  6
            exit
        exit
    exit
exit
",
            branch: &[],
            hub: &[],
            findings: &[],
        },
        Case {
            name: "two fragments for the routers of a group",
            text: "\
service                 ha-service-group1-2
    name                  ha-service-group1-2

    applies-to            router-group
        type         router-group
        group-name   stores
        group-name   kiosks
    exit
    security              internal
    address               198.51.100.182

    access-policy         _internal_
        source      _internal_
        permission  allow
    exit
exit

service                 ha-service-group1-1
    name                  ha-service-group1-1

    applies-to            router-group
        type         router-group
        group-name   kiosks
    exit
    address               198.51.100.181

    access-policy         _internal_
        source      _internal_
    exit
exit
",
            branch: &["198.51.100.182/32"],
            hub: &[],
            findings: &[],
        },
        Case {
            name: "a child that overrides `applies-to` and inherits the access policy",
            text: "\
config
    authority
        service inet
            scope private
            transport udp
                port-range 443
                    start-port 443
                exit
            exit
            address 203.0.113.0/24
            access-policy _internal_
                permission allow
            exit
            service-policy InetServicePolicy
        exit

        service stores.inet
            applies-to router-group
                group-name stores
            exit
            address 198.51.100.201
        exit

        service-policy InetServicePolicy
            vector mpls
                priority 100
            exit
            session-resiliency revertible-failover
        exit
    exit
exit
",
            branch: &["198.51.100.201/32", "203.0.113.0/24"],
            hub: &["203.0.113.0/24"],
            findings: &[],
        },
        Case {
            name: "a flat listing with noise of the terminal",
            text: "\
Mon 2026-02-22 15:21:35 EST
✔ Retrieving running configuration...
*admin@n1.branch# show config running flat

config authority service dns name     dns
config authority service dns address  192.0.2.53/32

config authority service dns access-policy _internal_ source  _internal_
config authority service dns transport udp port-range 53 start-port  53

Completed in 0.18 seconds
*admin@n1.branch#
",
            branch: &["192.0.2.53/32"],
            hub: &["192.0.2.53/32"],
            findings: &[],
        },
        Case {
            name: "a session that creates one service and deletes another",
            text: "\
admin@n1.conductor# configure authority service radsec
*admin@n1.conductor (service[name=radsec])# address 198.51.100.224
*admin@n1.conductor (service[name=radsec])# access-policy _internal_
*admin@n1.conductor (access-policy[source=_internal_])# permission allow
*admin@n1.conductor (access-policy[source=_internal_])# top
*admin@n1.conductor# configure authority delete service old force
*admin@n1.conductor# commit force
Validating, then committing...
Configuration committed
",
            branch: &["198.51.100.224/32"],
            hub: &["198.51.100.224/32"],
            findings: &[],
        },
    ]);
}
