//! Values of the model: addresses and prefixes.

use loopback_static_routes::model::address::Address;
use loopback_static_routes::pipeline::check::BLOCK_SCHEMA;
use proptest::prelude::*;

use crate::common::sample;

proptest! {
    #![proptest_config(sample::config(256))]

    #[test]
    fn the_schema_and_the_reader_agree_on_what_an_ipv4_prefix_is(text in "[0-9]{1,3}(\\.[0-9]{1,3}){2,4}(/[0-9]{0,3})?") {
        let schema: serde_json::Value = serde_json::from_str(BLOCK_SCHEMA).expect("JSON");
        let address = &schema["properties"]["static-route"]["items"]["properties"]["address"];
        let matches = jsonschema::is_valid(address, &text.as_str().into());
        prop_assert_eq!(matches, Address::parse(&text).network().is_some(), "{}", text);
    }
}
