//! Services as wikis, notes and mails show them.

use super::{Case, check};

#[test]
fn services_from_wikis_give_the_expected_routes() {
    check(&[
        Case {
            name: "two columns of indentation, four in the block",
            text: "\
service Public-service
  name                 Public-service
  scope                private
  address              198.51.100.0/24
  generate-categories  false

  access-policy        _internal_
      source      _internal_
      permission  allow
  exit
exit
",
            branch: &["198.51.100.0/24"],
            hub: &["198.51.100.0/24"],
            findings: &[],
        },
        Case {
            name: "exits at the depth of the body, and a surplus one from the quoted text",
            text: "\
     service  doodle
            name                doodle
            address             203.0.113.4

            access-policy       _internal_
                source      _internal_
            exit
        exit
",
            branch: &["203.0.113.4/32"],
            hub: &["203.0.113.4/32"],
            findings: &[],
        },
        Case {
            name: "one missing exit at the end of the text",
            text: "\
config
    authority
        service      outside
            name                outside
            description         \"All that is OUTSIDE\"
            address             203.0.113.0/24
            access-policy       _internal_
                source  _internal_
                permission allow
            exit
        exit
        service  block.outside
            name                block.outside
            description         \"Block what is certain\"
            domain-name-category    Sports
            access-policy       _internal_
                source      _internal_
                permission  deny
            exit
        exit
exit
",
            branch: &["203.0.113.0/24"],
            hub: &["203.0.113.0/24"],
            findings: &["missing-exit"],
        },
        Case {
            name: "a tab between the name and the key",
            text: "config\n    authority\n        service  \toutside\n            name          outside\n            address       203.0.113.0/24\n\t    access-policy\t_internal_\n\t    exit\n        exit\n    exit\nexit\n",
            branch: &["203.0.113.0/24"],
            hub: &["203.0.113.0/24"],
            findings: &[],
        },
        Case {
            name: "a first line indented with tabs",
            text: "\t\t\tservice  time
                name          time
                address       time.example.com
                access-policy _internal_
                    source    _internal_
                exit
            exit
",
            branch: &["192.0.2.123/32"],
            hub: &[],
            findings: &["unrouted-host-name"],
        },
        Case {
            name: "omitted parts, and a template without addresses",
            text: "\
config
    authority
        router  branch
            node  n1
                device-interface  lan1
                    ...
                exit
            exit
            routing  default-instance
                routing-protocol  bgp
                    ...
                    redistribute  static
                    exit
                exit
                static-route  203.0.113.0/28 254
                    distance            254
                    next-hop-interface  n1 probe
                    exit
                exit
            exit
        exit
        service  sites
            description           \"What all sites have in common\"
            access-policy         _internal_
            exit
            application-type      template
        exit
        service  branch.sites
            address               203.0.113.0/28
            share-service-routes  false
        exit
    exit
exit
",
            branch: &["203.0.113.0/28"],
            hub: &["203.0.113.0/28"],
            findings: &[],
        },
        Case {
            name: "an authority with its name on the same line",
            text: "\
config

    authority       Example
        conductor-address  <conductor-public-ip>

        service     Branch-Traffic
            name        Branch-Traffic
            address     192.0.2.64/26

            access-policy   _internal_
                source          _internal_
            exit
        exit
    exit
exit
",
            branch: &["192.0.2.64/26"],
            hub: &["192.0.2.64/26"],
            findings: &["unread-text"],
        },
        Case {
            name: "a service beside the authority instead of inside it",
            text: "\
config
    authority
    service  dns
        address  192.0.2.53
        access-policy  _internal_
            source  _internal_
        exit
    exit
exit
",
            branch: &["192.0.2.53/32"],
            hub: &["192.0.2.53/32"],
            findings: &["missing-exit"],
        },
        Case {
            name: "a certificate of several lines below an ignored leaf",
            text: "service dns\n    description\n        -----BEGIN CERTIFICATE-----\n        MIIB name address\n        -----END CERTIFICATE-----\n    address 192.0.2.53\n    access-policy _internal_\n",
            branch: &["192.0.2.53/32"],
            hub: &["192.0.2.53/32"],
            findings: &[],
        },
        Case {
            name: "non-breaking spaces of a wiki",
            text: "service\u{a0}dns\n\u{a0}\u{a0}\u{a0}\u{a0}address\u{a0}\u{a0}192.0.2.53\n\u{a0} \u{a0} access-policy _internal_\n",
            branch: &["192.0.2.53/32"],
            hub: &["192.0.2.53/32"],
            findings: &[],
        },
        Case {
            name: "a typed service without exits, before a copied one with exits",
            text: "\
service dns
    address  192.0.2.53
    access-policy  _internal_

service  time
    name           time
    address        192.0.2.123

    access-policy  _internal_
        source  _internal_
    exit
exit
",
            branch: &["192.0.2.123/32", "192.0.2.53/32"],
            hub: &["192.0.2.123/32", "192.0.2.53/32"],
            findings: &["missing-exit"],
        },
        Case {
            name: "a surplus exit in the middle",
            text: "\
service  dns
    address  192.0.2.53
    access-policy  _internal_
        source  _internal_
    exit
exit
exit
service  time
    address  192.0.2.123
    access-policy  _internal_
    exit
exit
",
            branch: &["192.0.2.123/32", "192.0.2.53/32"],
            hub: &["192.0.2.123/32", "192.0.2.53/32"],
            findings: &["surplus-exit"],
        },
    ]);
}
