//! Connects what is published with the Salt master's pillar: a link in the pillar root of `base`, and a stanza of constant size in its
//! `top.sls`. A drop-in for the master that named `pillar_roots` would replace the whole table, and take the other environments away.

pub mod top;

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::{Path, PathBuf};

use self::top::Refusal;

/// The name of the link, and of the folder of documents in what is published.
const FOLDER: &str = "loopback_static_routes";
const TOP: &str = "top.sls";

/// What is to be connected.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The folder that `generate` publishes to.
    pub out: PathBuf,
    /// The pillar root of the environment `base`.
    pub pillar_root: PathBuf,
}

/// What a set-up or its undoing changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The link, where it is to be made (with what it leads to) or removed (`None`).
    pub link: Option<Option<PathBuf>>,
    /// The top file, where it is to be written, or removed (`None`).
    pub top: Option<Option<String>>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The top file is not edited.
    #[error("{}:{refusal}", path.display())]
    Refused {
        /// The top file.
        path: PathBuf,
        /// Where and why.
        refusal: Refusal,
    },
    /// Something else has the link's name.
    #[error("{}: this is not a link to {}; move it away, or name another pillar root", path.display(), target.display())]
    Taken {
        /// The link's place.
        path: PathBuf,
        /// Where it should lead.
        target: PathBuf,
    },
    /// A path is not where it should be, or the system refused.
    #[error("cannot {action} {}: {cause}", path.display())]
    System {
        /// The step.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

impl SetupError {
    /// Whether somebody has to mend what is there.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        !matches!(self, Self::System { .. })
    }
}

impl Setup {
    /// What has to change so that link and stanza are there.
    ///
    /// # Errors
    ///
    /// The place is another's, the top file is not one that can be edited, or cannot be read.
    pub fn wanted(&self) -> Result<Changes, SetupError> {
        let out = fs::canonicalize(&self.out).map_err(failed("find", &self.out))?;
        fs::metadata(&self.pillar_root).map_err(failed("find", &self.pillar_root))?;
        let target = out.join("pillar").join(FOLDER);
        let path = self.pillar_root.join(FOLDER);
        let link = match fs::read_link(&path) {
            Ok(leads) if leads == target => None,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(Some(target)),
            _ => return Err(SetupError::Taken { path, target }),
        };
        let (path, text) = self.read_top()?;
        let top = match text {
            None => Some(Some(top::fresh())),
            Some(text) => {
                let edited = top::put_in(&text).map_err(|refusal| SetupError::Refused { path, refusal })?;
                (edited != text).then_some(Some(edited))
            }
        };
        Ok(Changes { link, top })
    }

    /// What has to change so that nothing of ours is there.
    ///
    /// # Errors
    ///
    /// As of [`Self::wanted`].
    pub fn undone(&self) -> Result<Changes, SetupError> {
        let path = self.pillar_root.join(FOLDER);
        // Where it leads does not matter: what is published may be gone already. A folder of that name is the user's.
        let link = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink()).then_some(None);
        let (path, text) = self.read_top()?;
        let top = match text {
            None => None,
            Some(text) => {
                let edited = top::take_out(&text).map_err(|refusal| SetupError::Refused { path, refusal })?;
                let is_ours = edited != text && top::is_empty_without_ours(&edited);
                (edited != text).then_some((!is_ours).then_some(edited))
            }
        };
        Ok(Changes { link, top })
    }

    fn read_top(&self) -> Result<(PathBuf, Option<String>), SetupError> {
        let path = self.pillar_root.join(TOP);
        match fs::read_to_string(&path) {
            Ok(text) => Ok((path, Some(text))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((path, None)),
            Err(error) => Err(failed("read", &path)(error)),
        }
    }

    /// Makes the changes: the link before the stanza that names it, and the stanza away before the link.
    ///
    /// # Errors
    ///
    /// The system refused.
    pub fn make(&self, changes: &Changes) -> Result<(), SetupError> {
        let (link, top) = (self.pillar_root.join(FOLDER), self.pillar_root.join(TOP));
        if let Some(Some(target)) = &changes.link {
            symlink(target, &link).map_err(failed("link", &link))?;
        }
        match &changes.top {
            None => {}
            Some(None) => fs::remove_file(&top).map_err(failed("remove", &top))?,
            Some(Some(text)) => replace(&top, text).map_err(failed("write", &top))?,
        }
        if changes.link == Some(None) {
            fs::remove_file(&link).map_err(failed("remove", &link))?;
        }
        Ok(())
    }
}

impl Changes {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.link.is_none() && self.top.is_none()
    }
}

/// Replaces a file at once, with its owner and mode. A link is followed to the file that it stands for: a user may keep it elsewhere.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("/"));
    let new = folder.join(format!(".{TOP}.new"));
    let _ = fs::remove_file(&new);
    let mut file = fs::File::options().write(true).create_new(true).open(&new)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| {
        if let Ok(old) = fs::metadata(&path) {
            std::os::unix::fs::fchown(&file, Some(old.uid()), Some(old.gid()))?;
            file.set_permissions(old.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&new, &path)?;
        fs::File::open(folder)?.sync_all()
    });
    written.inspect_err(|_| {
        let _ = fs::remove_file(&new);
    })
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SetupError {
    let path = path.to_owned();
    move |cause| SetupError::System { action, path, cause }
}
