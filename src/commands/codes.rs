//! The codes of rules as arguments.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error};

use crate::diagnostics::Rule;
use crate::rules;

/// Parses a code. Completions offer all codes.
#[derive(Clone, Copy)]
pub(crate) struct Codes;

impl TypedValueParser for Codes {
    type Value = &'static Rule;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<Self::Value, Error> {
        StringValueParser::new().try_map(|code| rules::named(&code)).parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(rules::all().map(|rule| PossibleValue::new(rule.code).help(rule.summary))))
    }
}
