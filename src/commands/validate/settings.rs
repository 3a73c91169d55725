//! `.loopback-static-routes.toml`: what a repository thinks of the rules.

use std::ops::Range;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostics::{Rule, Severity, did_you_mean};
use crate::input::Sources;
use crate::rules;

/// The file's name.
pub const FILE_NAME: &str = ".loopback-static-routes.toml";

/// What the file says.
#[derive(Debug)]
pub struct Settings {
    name: String,
    folder: PathBuf,
    text: String,
    pub(crate) severities: Vec<(&'static Rule, Option<Severity>)>,
    pub(crate) ignores: Vec<Ignore>,
}

/// A code that is silenced in some files.
#[derive(Debug)]
pub(crate) struct Ignore {
    pub(crate) rule: &'static Rule,
    /// Where the code stands in the file.
    pub(crate) at: Range<usize>,
    /// The files; none: every file.
    paths: Option<GlobSet>,
}

/// All that is wrong with the file, each with its line.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct SettingsError(Vec<String>);

impl Settings {
    /// The file that counts for a folder: its own, or that of the nearest folder around it, up to the repository's root.
    #[must_use]
    pub fn find(folder: &Path) -> Option<PathBuf> {
        for folder in folder.ancestors() {
            let file = folder.join(FILE_NAME);
            if file.is_file() {
                return Some(file);
            }
            if folder.join(".git").exists() {
                return None;
            }
        }
        None
    }

    /// Reads the text of the file. `name` is what messages call it; `folder`, which is absolute, is what its paths start from.
    ///
    /// # Errors
    ///
    /// What is no TOML, no setting, no code, or no glob: all of it.
    pub fn parse(name: &str, folder: &Path, text: &str) -> Result<Self, SettingsError> {
        let (document, errors) = DeTable::parse_recoverable(text);
        let mut parse = Parse { name, text, errors: Vec::new() };
        for error in errors {
            parse.error(error.span().unwrap_or(0..0), error.message());
        }
        let (mut severities, mut ignores) = (Vec::new(), Vec::new());
        for (key, value) in document.get_ref() {
            match key.get_ref().as_ref() {
                "severity" => parse.severities(value, &mut severities),
                "ignore" => parse.ignores(value, &mut ignores),
                other => parse.unknown(other, key.span(), &["ignore", "severity"]),
            }
        }
        if !parse.errors.is_empty() {
            return Err(SettingsError(parse.errors));
        }
        let (name, folder, text) = (name.to_owned(), folder.to_owned(), text.to_owned());
        Ok(Self { name, folder, text, severities, ignores })
    }

    /// What messages call the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds the file to the sources, so that findings can point into it.
    pub fn add_to(&self, sources: &mut Sources) {
        sources.add_beside(self.name.clone(), self.text.clone());
    }

    /// Whether a silencing is for a source of this name.
    pub(crate) fn covers(&self, ignore: &Ignore, source: &str) -> bool {
        let Some(paths) = &ignore.paths else { return true };
        let path = std::path::absolute(source).unwrap_or_else(|_| PathBuf::from(source));
        path.strip_prefix(&self.folder).is_ok_and(|path| paths.is_match(path))
    }
}

struct Parse<'t> {
    name: &'t str,
    text: &'t str,
    errors: Vec<String>,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Parse<'_> {
    fn error(&mut self, at: Range<usize>, message: &str) {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        self.errors.push(format!("{}:{line}:{column}: {message}", self.name));
    }

    fn unknown(&mut self, name: &str, at: Range<usize>, known: &[&str]) {
        let hint = match did_you_mean(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", known.join(", ")),
        };
        self.error(at, &format!("{name:?} is no setting; {hint}"));
    }

    fn code(&mut self, name: &str, at: Range<usize>) -> Option<&'static Rule> {
        rules::named(name).map_err(|error| self.error(at, &error.to_string())).ok()
    }

    fn severities(&mut self, value: &Value<'_>, severities: &mut Vec<(&'static Rule, Option<Severity>)>) {
        let Some(table) = value.get_ref().as_table() else {
            return self.error(value.span(), "`severity` is a table of codes: [severity]");
        };
        for (key, value) in table {
            let code = self.code(key.get_ref(), key.span());
            let severity = match value.get_ref().as_str() {
                Some("error") => Some(Severity::Error),
                Some("warning") => Some(Severity::Warning),
                Some("notice") => Some(Severity::Notice),
                Some("off") => None,
                _ => {
                    self.error(value.span(), "a severity is \"error\", \"warning\", \"notice\" or \"off\"");
                    continue;
                }
            };
            severities.extend(code.map(|code| (code, severity)));
        }
    }

    fn ignores(&mut self, value: &Value<'_>, ignores: &mut Vec<Ignore>) {
        let entries = value.get_ref().as_array().map(|array| array.iter().collect::<Vec<_>>());
        let Some(entries) = entries.filter(|entries| entries.iter().all(|entry| entry.get_ref().is_table())) else {
            return self.error(value.span(), "`ignore` is a list of tables, each with `codes`: [[ignore]]");
        };
        for entry in entries {
            let (mut codes, mut paths, mut any_paths) = (Vec::new(), GlobSetBuilder::new(), false);
            for (key, value) in entry.get_ref().as_table().into_iter().flatten() {
                match key.get_ref().as_ref() {
                    "codes" => {
                        for (name, at) in self.texts(value) {
                            codes.extend(self.code(&name, at.clone()).map(|code| (code, at)));
                        }
                    }
                    "paths" => {
                        any_paths = true;
                        for (glob, at) in self.texts(value) {
                            match GlobBuilder::new(&glob).literal_separator(true).build() {
                                Ok(glob) => _ = paths.add(glob),
                                Err(error) => self.error(at, &error.to_string()),
                            }
                        }
                    }
                    other => self.unknown(other, key.span(), &["codes", "paths"]),
                }
            }
            if codes.is_empty() && self.errors.is_empty() {
                self.error(entry.span(), "this silences nothing; name its `codes`");
            }
            match paths.build() {
                Ok(paths) => ignores.extend(codes.into_iter().map(|(code, at)| Ignore {
                    rule: code,
                    at,
                    paths: any_paths.then(|| paths.clone()),
                })),
                Err(error) => self.error(entry.span(), &error.to_string()),
            }
        }
    }

    /// A list of texts, each with its place.
    fn texts(&mut self, value: &Value<'_>) -> Vec<(String, Range<usize>)> {
        let mut texts = Vec::new();
        let Some(array) = value.get_ref().as_array() else {
            self.error(value.span(), "a list of texts is expected: [\"…\"]");
            return texts;
        };
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.push((text.to_owned(), item.span())),
                None => self.error(item.span(), "a text is expected: \"…\""),
            }
        }
        texts
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Settings;

    #[test]
    fn all_that_is_wrong_is_told_with_its_place() {
        let text = "[severity]\nhost-bits = \"error\"\nunusual-name = \"loud\"\n\n[[ignore]]\ncodes = [\"learning-of\", 1]\n\
                    pats = [\"x\"]\npaths = [\"a[\"]\n\n[ignores]\n";
        let error = Settings::parse("f.toml", Path::new("/r"), text).expect_err("wrong").to_string();
        let places: Vec<&str> = error
            .lines()
            .map(|line| line.rsplit_once(": ").map_or(line, |_| &line[..line.find(": ").unwrap_or(0)]))
            .collect();
        let mut sorted = places.clone();
        sorted.sort_unstable();
        assert_eq!(
            sorted,
            ["f.toml:10:2", "f.toml:2:1", "f.toml:3:16", "f.toml:6:10", "f.toml:6:25", "f.toml:7:1", "f.toml:8:10"],
            "{error}"
        );
        assert!(error.contains("did you mean `learning-off`?"), "{error}");
    }

    #[test]
    fn a_file_that_is_no_toml_is_an_error() {
        let error = Settings::parse("f.toml", Path::new("/r"), "[severity\n").expect_err("wrong").to_string();
        assert!(error.starts_with("f.toml:1:"), "{error}");
    }
}
