//! Sessions at the PCLI: their order, refused commands, and their transactions.

use crate::common::planned::{Planned, plan_of_all};

/// A node with a route, which the session commits.
const BEGINNING: &str = "\
a@n.r# config authority router r node n asset-id m
*a@n.r# config authority router r loopback-static-routes static-route 192.0.2.0/24 metric 5
*a@n.r# commit force
Validating, then committing...
Configuration committed
";

/// A session about router `r`, and what it leads to.
struct Case {
    name: &'static str,
    /// The session after its first two commands: see `BEGINNING`.
    text: &'static str,
    /// The nodes with their routes.
    nodes: &'static [&'static str],
    /// The codes of the findings, sorted.
    findings: &'static [&'static str],
}

fn check(cases: &[Case]) {
    let mut failures = String::new();
    for case in cases {
        let Planned { nodes, findings, .. } = plan_of_all(&[&format!("{BEGINNING}{}", case.text)]);
        let mut codes: Vec<&str> =
            findings.iter().map(|(_, finding)| finding.split(' ').next().unwrap_or_default()).collect();
        codes.sort_unstable();
        if nodes != case.nodes || codes != case.findings {
            failures.push_str(&format!("\n{}:\n  nodes {nodes:?}\n  findings {findings:#?}\n", case.name));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn later_commands_count() {
    check(&[
        Case {
            name: "a later value replaces an earlier one",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 192.0.2.0/24 metric 6
a@n.r# config authority router r loopback-static-routes static-route 192.0.2.0/24 metric 7
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 7"],
            findings: &[],
        },
        Case {
            name: "the same address in another spelling is the same route",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.1 metric 6
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.1/32 metric 7
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.1/32 7"],
            findings: &[],
        },
        Case {
            name: "a deletion",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r# config authority router r loopback-static-routes delete static-route 198.51.100.0/24
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "a deletion in another spelling",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.1 metric 6
a@n.r# config authority router r loopback-static-routes delete static-route 198.51.100.1/32 force
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "a deletion and a re-creation",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r# config authority delete router r force
a@n.r# config authority router r node n asset-id m
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r# commit
",
            nodes: &["r/n on: 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "a block that is deleted and created",
            text: "\
a@n.r# config authority router r delete loopback-static-routes
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r# commit
",
            nodes: &["r/n on: 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "an abbreviated deletion in an element",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r# config authority router r
a@n.r (router[name=r])# loopback-static-routes
a@n.r (loopback-static-routes)# del static-route 198.51.100.0/24
a@n.r (loopback-static-routes)# top
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "a list of services, one value of which is deleted",
            text: "\
a@n.r# config authority router r loopback-static-routes learn-from-services true
a@n.r# config authority service s
a@n.r (service[name=s])# access-policy _internal_
a@n.r (access-policy[source=_internal_])# up
a@n.r (service[name=s])# address 203.0.113.1
a@n.r (service[name=s])# address 203.0.113.2
a@n.r (service[name=s])# delete address 203.0.113.1/32
a@n.r (service[name=s])# top
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 203.0.113.2/32 0"],
            findings: &[],
        },
        Case {
            name: "a leaf-list that is deleted and filled",
            text: "\
a@n.r# config authority router r loopback-static-routes learn-from-services true
a@n.r# config authority service s
a@n.r (service[name=s])# access-policy _internal_
a@n.r (access-policy[source=_internal_])# up
a@n.r (service[name=s])# address 203.0.113.1
a@n.r (service[name=s])# delete address
a@n.r (service[name=s])# address 203.0.113.3
a@n.r (service[name=s])# top
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 203.0.113.3/32 0"],
            findings: &[],
        },
    ]);
}

#[test]
fn refused_commands_do_nothing() {
    check(&[
        Case {
            name: "a deletion that was declined",
            text: "\
a@n.r# config authority delete router r
Are you sure you want to delete item \"[name=r]\" [y/N]: N
Operation canceled
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "a deletion that was confirmed",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r# config authority router r loopback-static-routes delete static-route 192.0.2.0/24
Are you sure you want to delete item \"[address=192.0.2.0/24]\" [y/N]: y
a@n.r# commit
",
            nodes: &["r/n on: 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "a value that the product rejected",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 192.0.2.0/24 metric many
% Error: metric: invalid value
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "an element that the product rejected",
            text: "\
a@n.r# config authority router r loopback-static-routes static-rout 198.51.100.0/24
✖ Unknown element
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "an element that was not entered",
            text: "\
a@n.r# config authority router r loopback-static-routes statik
% Error: Unexpected keyword
a@n.r# config authority router r
a@n.r (router[name=r])# loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r (router[name=r])# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "a commit that failed",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r# commit
Are you sure you want to commit the candidate config? [y/N]: y
✖ Validating...
% Error: Candidate configuration is invalid
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &["uncommitted-changes"],
        },
        Case {
            name: "a commit that was declined, then discarded",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r# commit
Are you sure you want to commit the candidate config? [y/N]: n
a@n.r# discard
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
    ]);
}

#[test]
fn transactions_settle_the_candidate() {
    check(&[
        Case {
            name: "a change without a commit",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &["uncommitted-changes"],
        },
        Case {
            name: "a change that was discarded",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r# discard
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "the running configuration, restored",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r# restore config running
Are you sure you want to discard uncommitted changes from the candidate config for user a? [y/N]: y
Discarding uncommitted changes...
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "a restoration that was declined",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r# restore config running
Are you sure you want to discard uncommitted changes from the candidate config for user a? [y/N]: N
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "another user's candidate",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
b@n.r# config authority router r loopback-static-routes static-route 203.0.113.0/24 metric 7
b@n.r# discard
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "an exported configuration, whose content is not shown",
            text: "\
a@n.r# restore config exported yesterday
",
            nodes: &[],
            findings: &["invalid-syntax"],
        },
        Case {
            name: "the same, discarded",
            text: "\
a@n.r# restore config exported yesterday
a@n.r# discard
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
    ]);
}

#[test]
fn output_of_other_commands_is_not_configuration() {
    check(&[
        Case {
            name: "a comparison with the candidate",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r# compare config running candidate
config
    authority
        delete router force r
    exit
exit
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "a validation with a warning about an element",
            text: "\
a@n.r# validate
Validating...
Warnings:
1. Some warning
reported by router 'r'

    config
        authority
            router r
                node n

Candidate configuration is valid
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "a commit with a warning about an element",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r# commit
Are you sure you want to commit the candidate config? [y/N]: y
1. Some warning
config
    authority
        router  other
Configuration committed
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "queries and help",
            text: "\
a@n.r# config authority router r
a@n.r (router[name=r])# node n
a@n.r (node[name=n])# asset-id
m
a@n.r (node[name=n])# asset-id ?
usage: asset-id <string>
a@n.r (node[name=n])# ?
asset-id      The asset
location x
a@n.r (node[name=n])# where
configure authority router r node n
a@n.r (node[name=n])# help asset-id
asset-id other
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "the output of an operational command",
            text: "\
a@n.r# show router
router other
  node1 running
a@n.r# ping 192.0.2.1
router r
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "an operational command within an element",
            text: "\
a@n.r# config authority router r
a@n.r (router[name=r])# do show router
router  other
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "text that the user types as a value",
            text: "\
a@n.r# config authority router r
a@n.r (router[name=r])# description
Enter plain for description (Press CTRL-D to finish):
loopback-static-routes
    metric 9
a@n.r (router[name=r])# top
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
    ]);
}

#[test]
fn shown_configuration_is_read() {
    check(&[
        Case {
            name: "a part of the running configuration, after a commit",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r# commit
a@n.r# show config running authority router r loopback-static-routes

config
    authority
        router  r
            loopback-static-routes
                ...
                static-route  192.0.2.0/24
                    metric  8
                exit
            exit
        exit
    exit
exit
",
            nodes: &["r/n on: 192.0.2.0/24 8, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "the running configuration, below uncommitted changes",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 192.0.2.0/24 metric 9
a@n.r# show config running flat
config authority router r node n asset-id m
config authority router r loopback-static-routes static-route 192.0.2.0/24 metric 5
",
            nodes: &["r/n on: 192.0.2.0/24 9"],
            findings: &["uncommitted-changes"],
        },
        Case {
            name: "the candidate within an element",
            text: "\
a@n.r# config authority router r
a@n.r (router[name=r])# show
name  r
node  n
    name      n
    asset-id  m
exit
loopback-static-routes
    metric        4
    static-route  203.0.113.0/24
    exit
exit
a@n.r (router[name=r])# loopback-static-routes static-route 198.51.100.0/24
a@n.r (router[name=r])# top
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 4, 203.0.113.0/24 4"],
            findings: &[],
        },
        Case {
            name: "pages of output",
            text: "\
a@n.r# show config running
config
    authority
--More--
        router  r
            node  n
                asset-id  m
            exit
            loopback-static-routes
                metric  4
                static-route  198.51.100.0/24
--More-- (60%)\r              \r                exit
            exit
        exit
    exit
exit
",
            nodes: &["r/n on: 198.51.100.0/24 4"],
            findings: &[],
        },
    ]);
}

#[test]
fn entries_are_copied_and_renamed() {
    check(&[
        Case {
            name: "a copy of a route",
            text: "\
a@n.r# config authority router r loopback-static-routes
a@n.r (loopback-static-routes)# clone static-route 192.0.2.0/24 198.51.100.0/24
a@n.r (loopback-static-routes)# top
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 5"],
            findings: &[],
        },
        Case {
            name: "a copy of a router, from the outermost element",
            text: "\
a@n.r# config authority clone router r s
a@n.r# config authority router s node n asset-id o
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5", "s/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "a copy within the entry",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 192.0.2.0/24
a@n.r (static-route[address=192.0.2.0/24])# clone 198.51.100.0/24
a@n.r (static-route[address=192.0.2.0/24])# top
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 5"],
            findings: &[],
        },
        Case {
            name: "a new name",
            text: "\
a@n.r# config authority rename router r s
a@n.r# commit
",
            nodes: &["s/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "a copy of what the session does not show",
            text: "\
a@n.r# config authority router r loopback-static-routes clone static-route 203.0.113.0/24 198.51.100.0/24
a@n.r# commit
",
            nodes: &["r/n held:"],
            findings: &["invalid-syntax"],
        },
        Case {
            name: "a copy of an element that has no effect on routes",
            text: "\
a@n.r# config authority clone tenant red blue
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
    ]);
}

#[test]
fn prompts_have_many_forms() {
    check(&[
        Case {
            name: "two prompts on one line",
            text: "\
a@n.r# config authority router r a@n.r (router[name=r])# loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r (router[name=r])# exit a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "prompts after time stamps",
            text: "\
[2026-02-22 15:21:35] a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
Mon 2026-02-22 15:21:36 EST
2026-02-22T15:21:37.123Z *a@n.r# commit
Configuration committed
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "a second session, of a conductor",
            text: "\
a@n.r# quit
[root@n ~]# exit
[root@c ~]# pcli
Starting the PCLI...
Welcome to the PCLI.
a@c1.conductor# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
*a@c1.conductor# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "a prompt of an element, at the start of a session",
            text: "\
a@n.r (router[name=r])# loopback-static-routes static-route 198.51.100.0/24 metric 6
a@n.r (router[name=r])# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
    ]);
}

#[test]
fn prompts_show_where_a_command_belongs() {
    check(&[
        Case {
            name: "the bare configuration mode",
            text: "\
a@n.r# configure
a@n.r (configure)# authority router r
a@n.r (router[name=r])# loopback-static-routes static-route 198.51.100.0/24 metric 6
*a@n.r (router[name=r])# top
*a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "a complete path typed in another element, whose prompt stays",
            text: "\
a@n.r# config authority router r loopback-static-routes
a@n.r (loopback-static-routes)# configure authority router r node n role combo
*a@n.r (loopback-static-routes)# static-route 198.51.100.0/24 metric 6
*a@n.r (loopback-static-routes)# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "a command of the outermost level in an element",
            text: "\
a@n.r# config authority router r loopback-static-routes
a@n.r (loopback-static-routes)# do show config running authority router r node n
config
    authority
        router  r
            node  n
                name      n
                asset-id  m
            exit
        exit
    exit
exit
a@n.r (loopback-static-routes)# static-route 198.51.100.0/24 metric 6
*a@n.r (loopback-static-routes)# do commit force
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "a prompt that shows the address as a prefix",
            text: "\
a@n.r# config authority router r loopback-static-routes
a@n.r (loopback-static-routes)# static-route 198.51.100.7
*a@n.r (static-route[address=198.51.100.7/32])# metric 6
*a@n.r (static-route[address=198.51.100.7/32])# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.7/32 6"],
            findings: &[],
        },
        Case {
            name: "two users, each in an element",
            text: "\
a@n.r# config authority router r loopback-static-routes
b@n.r# config authority router r
a@n.r (loopback-static-routes)# static-route 198.51.100.0/24 metric 6
b@n.r (router[name=r])# loopback-static-routes static-route 203.0.113.0/24 metric 7
*a@n.r (loopback-static-routes)# commit
*b@n.r (router[name=r])# discard
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "the same user on another router",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6
*a@n.r# connect router s node n
a@n.s# restore config running force
a@n.s# quit
*a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "an element of a prompt, also by its complete path",
            text: "\
a@n.r (router[name=r])# loopback-static-routes static-route 192.0.2.0/24 metric 6
*a@n.r (router[name=r])# exit
*a@n.r (authority)# router r
*a@n.r (router[name=r])# loopback-static-routes static-route 192.0.2.0/24 metric 7
*a@n.r (router[name=r])# commit
",
            nodes: &["r/n on: 192.0.2.0/24 7"],
            findings: &[],
        },
        Case {
            name: "an element of another plugin, with elements of the same name",
            text: "\
a@n.r# config authority router r
a@n.r (router[name=r])# overlay x
*a@n.r (overlay[name=x])# loopback-static-routes
*a@n.r (loopback-static-routes)# static-route 203.0.113.0/24
*a@n.r (loopback-static-routes)# exit
*a@n.r (overlay[name=x])# exit
*a@n.r (router[name=r])# loopback-static-routes static-route 198.51.100.0/24 metric 6
*a@n.r (router[name=r])# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "a new name, whose prompt follows",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 192.0.2.0/24
a@n.r (static-route[address=192.0.2.0/24])# rename 198.51.100.0/24
*a@n.r (static-route[address=198.51.100.0/24])# metric 6
*a@n.r (static-route[address=198.51.100.0/24])# commit
",
            nodes: &["r/n on: 198.51.100.0/24 6"],
            findings: &[],
        },
    ]);
}

#[test]
fn help_and_questions_are_not_configuration() {
    check(&[
        Case {
            name: "a command that does not exist",
            text: "\
a@n.r# config authority router r loopback-static-routes
a@n.r (loopback-static-routes)# statik-route 198.51.100.0/24
Command 'statik-route' not found (use '?' for help)
a@n.r (loopback-static-routes)# top
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "the usage of elements without a value",
            text: "\
a@n.r# config authority router r loopback-static-routes metric
usage: metric [<metric>]

metric    The value to set for this field

a@n.r# config authority router r loopback-static-routes static-route
usage: static-route <address>

a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "the elements here, which the question mark lists without being shown",
            text: "\
a@n.r# config authority router r
a@n.r (router[name=r])#
Configuration Attributes
------------------------
loopback-static-routes   Routes
node                     A node
a@n.r (router[name=r])# top
a@n.r#
commit          Commit the candidate config as the new running config.
configure       SSR configuration.
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "names that the Tab key lists",
            text: "\
a@n.r# config authority router
r   s
a@n.r# config authority router r
a@n.r (router[name=r])# node
n
a@n.r (router[name=r])# loopback-static-routes
enabled   metric   static-route
a@n.r (loopback-static-routes)# static-route 192.0.2.0/24
address   metric
a@n.r (static-route[address=192.0.2.0/24])# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "an interrupted command",
            text: "\
a@n.r# config authority router r loopback-static-routes static-route 198.51.100.0/24 metric 6^C
a@n.r# config authority delete router r
Are you sure you want to delete item \"[name=r]\" [y/N]: ^C
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "the differences, without any",
            text: "\
a@n.r# compare config running candidate

# No differences
a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "a question in an element, broken by the terminal",
            text: "\
a@n.r# config authority router r loopback-static-routes
a@n.r (loopback-static-routes)# static-route 198.51.100.0/24 metric 6
*a@n.r (loopback-static-routes)# delete static-route 192.0.2.0/24
Are you sure you want to delete item \"[address=192.0.2.0/24]\" in the candidate c
onfig? [y/N]: yes
*a@n.r (loopback-static-routes)# commit
",
            nodes: &["r/n on: 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "a warning about a value that was accepted",
            text: "\
a@n.r# config authority router r loopback-static-routes
a@n.r (loopback-static-routes)# static-route 198.51.100.0/24 metric 6
% Warning: this element is deprecated
*a@n.r (loopback-static-routes)# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "a command that the terminal broke",
            text: "\
administrator@node1.conductor1# config authority router r loopback-static-routes metric 1
28
*administrator@node1.conductor1# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &["invalid-syntax"],
        },
    ]);
}

#[test]
fn complete_output_replaces_earlier_elements() {
    check(&[
        Case {
            name: "all of the configuration, twice: the later one counts",
            text: "\
a@n.r# show config running
config
    authority
        router  r
            node  n
                asset-id  m
            exit
            loopback-static-routes
                static-route  198.51.100.0/24
                exit
            exit
        exit
    exit
exit
a@n.r# show config running flat
config authority router r node n asset-id m
config authority router r loopback-static-routes static-route 203.0.113.0/24 metric 7
",
            nodes: &["r/n on: 203.0.113.0/24 7"],
            findings: &[],
        },
        Case {
            name: "all of the configuration of another router",
            text: "\
a@n.s# show config running
config
    authority
        router  s
            node  n
                asset-id  o
            exit
            loopback-static-routes
                static-route  198.51.100.0/24
                exit
            exit
        exit
    exit
exit
",
            nodes: &["r/n on: 192.0.2.0/24 5", "s/n on: 198.51.100.0/24 0"],
            findings: &[],
        },
        Case {
            name: "all of an element",
            text: "\
a@n.r# config authority clone router r s
*a@n.r# config authority router s node n asset-id o
*a@n.r# commit
a@n.r# show config running authority router r
config
    authority
        router  r
            node  n
                asset-id  m
            exit
            loopback-static-routes
                static-route  198.51.100.0/24
                exit
            exit
        exit
    exit
exit
",
            nodes: &["r/n on: 198.51.100.0/24 0", "s/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "an import, and its content",
            text: "\
a@n.r# import config yesterday
*a@n.r# commit
a@n.r# show config running flat
config authority router r node n asset-id m
config authority router r loopback-static-routes static-route 203.0.113.0/24 metric 7
",
            nodes: &["r/n on: 203.0.113.0/24 7"],
            findings: &[],
        },
        Case {
            name: "output that the user stopped, and then all of it",
            text: "\
a@n.r# show config running
config
    authority
        router  r
            node  n
                asset-id  m
            exit
            loopback-static-routes
--More--
a@n.r# show config running flat
config authority router r node n asset-id m
config authority router r loopback-static-routes static-route 203.0.113.0/24 metric 7
",
            nodes: &["r/n on: 203.0.113.0/24 7"],
            findings: &[],
        },
        Case {
            name: "output that was cut off",
            text: "\
a@n.r# show config running authority router r
config
    authority
        router  r
            node  n
                asset-id  m
            exit
            loopback-static-routes
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &["truncated-text"],
        },
        Case {
            name: "lines of the configuration that a filter selects",
            text: "\
a@n.r# show config running authority router r | grep route
                static-route  203.0.113.0/24
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "a failure to show the configuration",
            text: "\
a@n.r# show config running
% Error: Failed to retrieve the configuration
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "a prompt in a description",
            text: "\
a@n.r# show config running authority router r
config
    authority
        router  r
            description  \"do not type
a@n.r# config authority delete router r
here\"
            node  n
                asset-id  m
            exit
            loopback-static-routes
                static-route  203.0.113.0/24
                exit
            exit
        exit
    exit
exit
",
            nodes: &["r/n on: 203.0.113.0/24 0"],
            findings: &[],
        },
    ]);
}

#[test]
fn commands_have_many_forms() {
    check(&[
        Case {
            name: "routers with the names of commands",
            text: "\
a@n.r# config authority router clone node delete asset-id o
*a@n.r# config authority router clone loopback-static-routes static-route 198.51.100.0/24 metric 6
*a@n.r# commit
",
            nodes: &["clone/delete on: 198.51.100.0/24 6", "r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "a copy without a question",
            text: "\
a@n.r# config authority clone router force r s
*a@n.r# config authority router s node n asset-id o
*a@n.r# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5", "s/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "abbreviated commands, and the time of one",
            text: "\
a@n.r# conf auth router r loop stat 198.51.100.0/24 met 6
*a@n.r# vali
Candidate configuration is valid
*a@n.r# time comm force
Configuration committed
Completed in 3.1 seconds
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "coloured prompts",
            text: "\
\x1b[32ma@n.r\x1b[0m# config authority router r loopback-static-routes
\x1b[1;32m*a@n.r\x1b[0m (loopback-static-routes)# static-route 198.51.100.0/24 metric 6
\x1b[?2004h*a@n.r (loopback-static-routes)# commit
",
            nodes: &["r/n on: 192.0.2.0/24 5, 198.51.100.0/24 6"],
            findings: &[],
        },
        Case {
            name: "configuration in the output of a command that never shows it",
            text: "\
a@n.r# shell cat config.txt
config authority router s node n asset-id o
config authority router s loopback-static-routes static-route 203.0.113.0/24
a@n.r# show events config commit
config authority delete router r force
",
            nodes: &["r/n on: 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            name: "text that replaces other text everywhere",
            text: "\
a@n.r# replace config 192.0.2.0/24 198.51.100.0/24
*a@n.r# commit
",
            nodes: &[],
            findings: &["invalid-syntax"],
        },
    ]);
}
