//! The settings of a repository, in `.loopback-static-routes.toml`.

use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::CommandError;
use super::error::SettingsError;
use crate::diagnostics::{Rule, Severity, did_you_mean};
use crate::input::{Globs, Search, Sources, normal};
use crate::rules;

/// The name of the file.
const FILE_NAME: &str = ".loopback-static-routes.toml";

/// The settings of a file.
#[derive(Debug)]
pub struct Settings {
    name: String,
    text: String,
    globs: Globs,
    /// The files and folders to read if the command line names none.
    paths: Vec<PathBuf>,
    pub(crate) severities: Vec<(&'static Rule, Option<Severity>)>,
    pub(crate) ignores: Vec<Ignore>,
}

/// The options that name a settings file.
#[derive(Clone, Debug, Args)]
pub(crate) struct SettingsArguments {
    /// Read the settings from this file instead of the nearest .loopback-static-routes.toml
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,

    /// Read no settings
    #[arg(long, conflicts_with = "settings")]
    pub(crate) no_settings: bool,
}

impl SettingsArguments {
    /// Reads the settings file of the options, or the nearest one of the first configuration. If it
    /// has none, the nearest one of the current folder is read.
    pub(crate) fn read(&self, configs: &[PathBuf]) -> Result<Option<Settings>, CommandError> {
        let here = std::env::current_dir().context("cannot determine the current folder")?;
        let file = match &self.settings {
            Some(file) => std::path::absolute(file)?,
            None if self.no_settings => return Ok(None),
            None => {
                let of_config = configs.first().and_then(|config| {
                    let config = normal(config);
                    let folder = if config.is_dir() { Some(&*config) } else { config.parent() };
                    Settings::find(folder?)
                });
                match of_config.or_else(|| Settings::find(&here)) {
                    Some(file) => file,
                    None => return Ok(None),
                }
            }
        };
        let name = file.strip_prefix(&here).unwrap_or(&file).display().to_string();
        let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {name}"))?;
        let folder = normal(file.parent().unwrap_or(Path::new("/")));
        let settings = Settings::parse(&name, &folder, &text);
        settings.map(Some).map_err(|error| CommandError::Usage(format!("invalid settings\n{error}")))
    }

    /// Returns the rules by which the settings search folders. Without a folder, no settings are
    /// read.
    pub(crate) fn search(&self, configs: &[PathBuf]) -> Result<Search, CommandError> {
        let has_folder = configs.iter().any(|config| config.is_dir());
        let settings = if has_folder { self.read(configs)? } else { None };
        Ok(settings.as_ref().map(Settings::search).unwrap_or_default())
    }
}

/// A code that is silenced in some files.
#[derive(Debug)]
pub(crate) struct Ignore {
    pub(crate) rule: &'static Rule,
    /// The byte range of the code in the settings file.
    pub(crate) at: Range<usize>,
    /// The files; `None` for every file.
    paths: Option<GlobSet>,
}

impl Settings {
    /// Returns the settings file of a folder or of its nearest parent. The search ends at the root
    /// of the repository.
    #[must_use]
    pub(crate) fn find(folder: &Path) -> Option<PathBuf> {
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

    /// Parses the text of a file. `name` is the file name in messages. Globs are relative to
    /// `folder`, which is absolute.
    ///
    /// # Errors
    ///
    /// The text is not valid TOML, or it contains an unknown setting, an unknown code or an invalid
    /// glob. The returned error lists every problem.
    pub fn parse(name: &str, folder: &Path, text: &str) -> Result<Self, SettingsError> {
        let (document, errors) = DeTable::parse_recoverable(text);
        let mut parser = Parser { name, text, errors: Vec::new() };
        for error in errors {
            parser.error(error.span().unwrap_or(0..0), error.message());
        }
        let (mut severities, mut ignores) = (Vec::new(), Vec::new());
        let (mut include, mut exclude) = (None, None);
        let mut paths = Vec::new();
        for (key, value) in document.get_ref() {
            match key.get_ref().as_ref() {
                "severity" => parser.severities(value, &mut severities),
                "ignore" => parser.ignores(value, &mut ignores),
                "include" => include = parser.glob_set(value),
                "exclude" => exclude = parser.glob_set(value),
                "paths" => paths = parser.texts(value).into_iter().map(|(path, _)| folder.join(path)).collect(),
                other => parser.unknown(other, key.span(), &["exclude", "ignore", "include", "paths", "severity"]),
            }
        }
        if !parser.errors.is_empty() {
            return Err(SettingsError(parser.errors));
        }
        let globs = Globs { folder: folder.to_owned(), include, exclude };
        Ok(Self { name: name.to_owned(), text: text.to_owned(), globs, paths, severities, ignores })
    }

    /// Returns the rules by which the settings search folders.
    pub(crate) fn search(&self) -> Search {
        Search { globs: Some(self.globs.clone()), ..Search::default() }
    }

    /// Returns the files and folders to read if the command line names none. Those below the
    /// current folder are relative to it.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        let here = std::env::current_dir().unwrap_or_default();
        let relative = |path: &PathBuf| match path.strip_prefix(&here) {
            Ok(path) if path.as_os_str().is_empty() => PathBuf::from("."),
            Ok(path) => path.to_owned(),
            Err(_) => path.clone(),
        };
        self.paths.iter().map(relative).collect()
    }

    /// Returns the name of the file in messages.
    #[must_use]
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Adds the file to the sources, so that findings can point into it.
    pub(crate) fn add_to(&self, sources: &mut Sources) {
        sources.add_beside(self.name.clone(), self.text.clone());
    }

    /// Returns true if a silencing covers the source with this name.
    pub(crate) fn covers(&self, ignore: &Ignore, source: &str) -> bool {
        let Some(paths) = &ignore.paths else { return true };
        normal(Path::new(source)).strip_prefix(&self.globs.folder).is_ok_and(|path| paths.is_match(path))
    }
}

/// The parser of a settings file. It collects all errors.
struct Parser<'t> {
    name: &'t str,
    text: &'t str,
    errors: Vec<String>,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Parser<'_> {
    fn error(&mut self, at: Range<usize>, message: &str) {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        self.errors.push(format!("{}:{line}:{column}: {message}", self.name));
    }

    fn unknown(&mut self, name: &str, at: Range<usize>, known: &[&str]) {
        let hint = match did_you_mean(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("expected one of `{}`", known.join("`, `")),
        };
        self.error(at, &format!("unknown setting `{name}`; {hint}"));
    }

    fn rule(&mut self, code: &str, at: Range<usize>) -> Option<&'static Rule> {
        rules::named(code).map_err(|error| self.error(at, &error.to_string())).ok()
    }

    fn severities(&mut self, value: &Value<'_>, severities: &mut Vec<(&'static Rule, Option<Severity>)>) {
        let Some(table) = value.get_ref().as_table() else {
            return self.error(value.span(), "`severity` must be a table of codes: [severity]");
        };
        for (key, value) in table {
            let rule = self.rule(key.get_ref(), key.span());
            let severity = match value.get_ref().as_str() {
                Some("error") => Some(Severity::Error),
                Some("warning") => Some(Severity::Warning),
                Some("notice") => Some(Severity::Notice),
                Some("off") => None,
                _ => {
                    let message = "invalid severity; expected \"error\", \"warning\", \"notice\" or \"off\"";
                    self.error(value.span(), message);
                    continue;
                }
            };
            severities.extend(rule.map(|rule| (rule, severity)));
        }
    }

    fn ignores(&mut self, value: &Value<'_>, ignores: &mut Vec<Ignore>) {
        let entries = value.get_ref().as_array().map(|array| array.iter().collect::<Vec<_>>());
        let Some(entries) = entries.filter(|entries| entries.iter().all(|entry| entry.get_ref().is_table())) else {
            return self.error(value.span(), "`ignore` must be a list of tables, each with `codes`: [[ignore]]");
        };
        for entry in entries {
            self.ignore(entry, ignores);
        }
    }

    /// Parses an entry of `ignore`.
    fn ignore(&mut self, entry: &Value<'_>, ignores: &mut Vec<Ignore>) {
        let (mut codes, mut globs) = (Vec::new(), None);
        for (key, value) in entry.get_ref().as_table().into_iter().flatten() {
            match key.get_ref().as_ref() {
                "codes" => codes = self.texts(value),
                "paths" => globs = Some(self.globs(value)),
                other => self.unknown(other, key.span(), &["codes", "paths"]),
            }
        }
        let rules: Vec<_> =
            codes.into_iter().filter_map(|(code, at)| Some((self.rule(&code, at.clone())?, at))).collect();
        if rules.is_empty() && self.errors.is_empty() {
            self.error(entry.span(), "missing `codes`; list the codes to silence");
        }
        let paths = globs.and_then(|globs| self.build(entry.span(), &globs));
        ignores.extend(rules.into_iter().map(|(rule, at)| Ignore { rule, at, paths: paths.clone() }));
    }

    /// Parses a list of globs. An error is noted, and the result is `None`.
    fn glob_set(&mut self, value: &Value<'_>) -> Option<GlobSet> {
        let globs = self.globs(value);
        self.build(value.span(), &globs)
    }

    fn build(&mut self, at: Range<usize>, globs: &GlobSetBuilder) -> Option<GlobSet> {
        globs.build().map_err(|error| self.error(at, &error.to_string())).ok()
    }

    /// Parses the globs of a list.
    fn globs(&mut self, value: &Value<'_>) -> GlobSetBuilder {
        let mut globs = GlobSetBuilder::new();
        for (text, at) in self.texts(value) {
            match GlobBuilder::new(&text).literal_separator(true).build() {
                Ok(glob) => _ = globs.add(glob),
                Err(error) => self.error(at, &format!("invalid glob {text:?}: {}", error.kind())),
            }
        }
        globs
    }

    /// Parses a list of strings. Returns each with its place.
    fn texts(&mut self, value: &Value<'_>) -> Vec<(String, Range<usize>)> {
        let mut texts = Vec::new();
        let Some(array) = value.get_ref().as_array() else {
            self.error(value.span(), "expected a list of strings: [\"…\"]");
            return texts;
        };
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.push((text.to_owned(), item.span())),
                None => self.error(item.span(), "expected a string: \"…\""),
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
    fn every_fault_is_reported_with_its_place() {
        let text = "[severity]\nhost-bits = \"error\"\nunusual-name = \"loud\"\n\n[[ignore]]\ncodes = [\"learning-of\", 1]\n\
                    pats = [\"x\"]\npaths = [\"a[\"]\n\n[ignores]\n";
        let error = Settings::parse("f.toml", Path::new("/r"), text).expect_err("invalid").to_string();
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
    fn invalid_toml_is_an_error() {
        let error = Settings::parse("f.toml", Path::new("/r"), "[severity\n").expect_err("invalid").to_string();
        assert!(error.starts_with("f.toml:1:"), "{error}");
    }

    #[test]
    fn messages_name_the_fault_and_the_expectation() {
        for (text, expected) in [
            ("[severty]\n", "f.toml:1:2: unknown setting `severty`; did you mean `severity`?"),
            (
                "[colours]\n",
                "f.toml:1:2: unknown setting `colours`; expected one of `exclude`, `ignore`, `include`, `paths`, `severity`",
            ),
            ("severity = 1\n", "f.toml:1:12: `severity` must be a table of codes: [severity]"),
            (
                "[severity]\nno-routes = \"loud\"\n",
                "f.toml:2:13: invalid severity; expected \"error\", \"warning\", \"notice\" or \"off\"",
            ),
            ("[[ignore]]\npaths = []\n", "f.toml:1:1: missing `codes`; list the codes to silence"),
            ("exclude = \"a\"\n", "f.toml:1:11: expected a list of strings: [\"…\"]"),
            ("includes = []\n", "f.toml:1:1: unknown setting `includes`; did you mean `include`?"),
            ("[[ignore]]\ncodes = 1\n", "f.toml:2:9: expected a list of strings: [\"…\"]"),
        ] {
            let error = Settings::parse("f.toml", Path::new("/r"), text).expect_err("invalid").to_string();
            assert_eq!(error, expected);
        }
    }
}
