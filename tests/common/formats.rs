//! The JSON formats of `validate`, and their schemas.

use jsonschema::Validator;
use loopback_static_routes::commands::schema::Schema;
use loopback_static_routes::commands::validate::formats::Format;
use loopback_static_routes::commands::validate::report::Report;
use serde_json::Value;

/// Formats, each with its schema.
pub(crate) struct Schemas(Vec<(Format, Validator)>);

impl Schemas {
    /// Returns the schemas in the repository: our own, and GitLab's for code quality reports.
    pub(crate) fn own() -> Self {
        Self(vec![
            (Format::Json, validator(&Schema::Findings.text())),
            (Format::Gitlab, validator(include_str!("../parts/validators/gitlab-code-quality.schema.json"))),
        ])
    }

    pub(crate) fn one(format: Format, schema: &str) -> Self {
        Self(vec![(format, validator(schema))])
    }

    #[track_caller]
    pub(crate) fn check(&self, report: &Report<'_>, what: &str) {
        for (format, schema) in &self.0 {
            let text = format.render(report, false);
            let document: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error}\n{text}"));
            let errors: Vec<String> =
                schema.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{what} as {format:?}: {errors:#?}");
        }
    }
}

fn validator(schema: &str) -> Validator {
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}
