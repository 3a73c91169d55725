//! The invariants of ARCHITECTURE.md about imports between the files of the library.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::tidy::sources;

/// The wings, from the lowest to the highest: each imports only those before it.
const WINGS: [&str; 18] = [
    "model",
    "contract",
    "fs",
    "diagnostics",
    "rules",
    "elements",
    "syntaxes",
    "input",
    "export",
    "pipeline",
    "publish",
    "process",
    "salt",
    "push",
    "fleet",
    "commands",
    "router",
    "bin",
];

/// The circles that are left, each as two files of it.
const CIRCLES: [(&str, &str); 2] = [
    // An error names the request that failed.
    ("router::error", "router::kernel"),
    ("router::kernel", "router::error"),
];

/// The path of a module, without `crate`.
type Module = Vec<String>;

/// The modules of the library, and the paths in each.
struct Library {
    /// The absolute paths that each module names.
    paths: BTreeMap<Module, BTreeSet<Module>>,
    /// The absolute paths of the items that each module exports from other modules, by name.
    exports: BTreeMap<Module, BTreeMap<String, Module>>,
}

impl Library {
    fn read() -> Self {
        let mut code: BTreeMap<Module, String> = BTreeMap::new();
        for (path, text) in sources("src") {
            let path = path.strip_prefix("src").expect("below").with_extension("");
            let mut module: Module = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            module.pop_if(|last| last == "mod");
            if module[0] != "bin" && module[0] != "lib" {
                let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
                code.insert(module, lines.collect::<Vec<_>>().join("\n"));
            }
        }
        let mut library = Self { paths: BTreeMap::new(), exports: BTreeMap::new() };
        for (module, text) in &code {
            let (uses, rest) = split_uses(text);
            let absolute = |path: &[String]| absolute(path, module, |module| code.contains_key(module));
            let exports = uses.iter().filter(|(is_export, _)| *is_export);
            let exports = exports.filter_map(|(_, path)| Some((path.last()?.clone(), absolute(path)?)));
            library.exports.insert(module.clone(), exports.collect());
            let imports = uses.iter().filter(|(is_export, _)| !is_export).map(|(_, path)| path.clone());
            let paths = imports.chain(paths_in(&rest));
            library.paths.insert(module.clone(), paths.filter_map(|path| absolute(&path)).collect());
        }
        library
    }

    /// Returns the module that defines the item of an absolute path.
    fn module_of(&self, path: &[String]) -> Option<Module> {
        let length = (1..=path.len()).rev().find(|length| self.paths.contains_key(&path[..*length]))?;
        let module = path[..length].to_vec();
        match path.get(length).and_then(|name| self.exports[&module].get(name)) {
            Some(original) => self.module_of(&[original, &path[length + 1..]].concat()),
            None => Some(module),
        }
    }

    /// Returns the modules whose items each module uses.
    fn imports(&self) -> BTreeMap<&Module, BTreeSet<Module>> {
        let modules = self.paths.iter().map(|(module, paths)| {
            let imports = paths.iter().filter_map(|path| self.module_of(path)).filter(|other| other != module);
            (module, imports.collect())
        });
        modules.collect()
    }
}

/// Splits the `use` declarations off a file's code: each path, and true if it is exported.
fn split_uses(code: &str) -> (Vec<(bool, Module)>, String) {
    let (mut uses, mut rest) = (Vec::new(), String::new());
    let mut statements = code.lines();
    while let Some(line) = statements.next() {
        let (visibility, tree) = match line.trim_start().split_once("use ") {
            Some((visibility @ ("" | "pub " | "pub(crate) " | "pub(super) "), tree)) => (visibility, tree),
            _ => {
                rest.extend([line, "\n"]);
                continue;
            }
        };
        let mut tree = tree.to_owned();
        while !tree.contains(';') {
            tree.push_str(statements.next().expect("a declaration ends").trim());
        }
        let mut paths = Vec::new();
        expand(tree.split(';').next().unwrap_or_default(), &[], &mut paths);
        uses.extend(paths.into_iter().map(|path| (!visibility.is_empty(), path)));
    }
    (uses, rest)
}

/// Adds the paths of a tree of a `use` declaration.
fn expand(tree: &str, prefix: &[String], paths: &mut Vec<Module>) {
    let mut depth = 0;
    let at_comma = |c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    };
    for part in tree.split(at_comma).map(str::trim).filter(|part| !part.is_empty()) {
        let (path, inner) = part.split_once('{').map_or((part, None), |(path, inner)| (path, Some(inner)));
        let path = path.split(" as ").next().unwrap_or_default().split("::").filter(|name| !name.is_empty());
        let path: Module = prefix.iter().cloned().chain(path.map(|name| name.trim().to_owned())).collect();
        match inner {
            Some(inner) => expand(inner.strip_suffix('}').expect("a closed tree"), &path, paths),
            None => paths.push(path),
        }
    }
}

/// Returns the paths in code, apart from visibilities.
fn paths_in(code: &str) -> Vec<Module> {
    let code = code.replace("(in crate::", "(in ");
    let words = code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
    let paths = words.map(|word| word.split("::").map(str::to_owned).collect::<Module>());
    paths.filter(|path| path.len() > 1).collect()
}

/// Returns a path from the root of the crate, if it leads into the crate.
fn absolute(path: &[String], module: &Module, exists: impl Fn(&Module) -> bool) -> Option<Module> {
    match path.first()?.as_str() {
        "crate" => Some(path[1..].to_vec()),
        "self" => Some([module, &path[1..]].concat()),
        "super" => {
            let levels = path.iter().take_while(|name| *name == "super").count();
            Some([&module[..module.len() - levels], &path[levels..]].concat())
        }
        child => {
            let inner = [module, &[child.to_owned()][..]].concat();
            exists(&inner).then(|| [module, path].concat())
        }
    }
}

#[test]
fn each_wing_imports_only_lower_ones() {
    let folders: BTreeSet<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
        .expect("readable")
        .map(|entry| entry.expect("readable"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(folders, WINGS.iter().map(|wing| (*wing).to_owned()).collect());
    let rank = |module: &Module| WINGS.iter().position(|wing| *wing == module[0]).expect("a wing");
    for (module, imports) in Library::read().imports() {
        for other in imports {
            assert!(rank(&other) <= rank(module), "{} imports {}", module.join("::"), other.join("::"));
        }
    }
}

/// Both programs are made of the model and the contract, and do not share the rest.
#[test]
fn the_router_s_side_imports_nothing_of_the_conductor_s() {
    for (module, imports) in Library::read().imports().into_iter().filter(|(module, _)| module[0] == "router") {
        for other in imports {
            let is_shared = ["model", "contract", "fs", "router"].contains(&other[0].as_str());
            assert!(is_shared, "{} imports {}", module.join("::"), other.join("::"));
        }
    }
}

#[test]
fn stages_import_only_earlier_ones() {
    let stages = ["check", "learn", "plan", "advise"];
    let stage = |module: &Module| match &module[..] {
        [wing, stage, ..] if wing == "pipeline" => stages.iter().position(|name| name == stage),
        _ => None,
    };
    for (module, imports) in Library::read().imports() {
        for other in imports {
            if let (Some(own), Some(imported)) = (stage(module), stage(&other)) {
                assert!(imported <= own, "{} imports {}", module.join("::"), other.join("::"));
            }
        }
    }
}

/// A module and the modules around it may import each other: a registry names its entries, and they
/// use its types. Such an import counts only as a part of a circle with another import in it.
#[test]
fn no_files_import_each_other_in_a_circle() {
    let library = Library::read();
    let imports = library.imports();
    let mut circles = BTreeSet::new();
    for (module, others) in &imports {
        let is_around = |other: &Module| other.starts_with(module) || module.starts_with(other);
        for other in others.iter().filter(|other| !is_around(other) && leads_to(&imports, other, module)) {
            circles.insert((module.join("::"), other.join("::")));
        }
    }
    let expected = CIRCLES.map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(circles, expected.into_iter().collect(), "an import leads back to its file");
}

fn leads_to(imports: &BTreeMap<&Module, BTreeSet<Module>>, from: &Module, to: &Module) -> bool {
    let (mut seen, mut open) = (BTreeSet::from([from]), VecDeque::from([from]));
    while let Some(module) = open.pop_front() {
        if module == to {
            return true;
        }
        open.extend(imports[module].iter().filter(|other| seen.insert(*other)));
    }
    false
}

#[test]
fn imports_are_found_in_all_their_forms() {
    let code =
        "pub(crate) use self::a::B;\nuse super::{c::D, e};\nlet x = crate::f::g();\npub(in crate::h) struct I;\n";
    let (uses, rest) = split_uses(code);
    let module = ["w", "m"].map(str::to_owned).to_vec();
    let absolute = |path: &Module| absolute(path, &module, |_| false).map(|path| path.join("::"));
    let uses: Vec<_> = uses.iter().map(|(is_export, path)| (*is_export, absolute(path).expect("inside"))).collect();
    let expected = [(true, "w::m::a::B"), (false, "w::c::D"), (false, "w::e")];
    assert_eq!(uses, expected.map(|(is_export, path)| (is_export, path.to_owned())));
    assert_eq!(paths_in(&rest).iter().filter_map(absolute).collect::<Vec<_>>(), ["f::g"]);
}
