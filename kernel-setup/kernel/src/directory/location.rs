//! Where a kernel may write: always in a directory of its user's own.
//!
//! Mostly that is the cache that the template lies in. Where somebody else has set that up, for all users of a machine,
//! and where the template is part of an installation (rust-nn-template, `installed.rs`), it is the user's own cache, or, for a user without a home, a directory beside other temporary files. Only the user can
//! look into it: it holds programs that will be run.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The directory with the kernels' own directories.
pub const KERNELS: &str = "kernels";

/// The directory with what is kept for a template that is somebody else's.
const KEPT: &str = "kept";

/// The directory of the user's own that goes with a template.
///
/// # Errors
/// There is none that the user owns and can write to; the message names what was tried.
pub fn own(template: &Path) -> io::Result<PathBuf> {
    let cache = template.parent().ok_or(io::ErrorKind::NotFound)?;
    if is_own(cache) && !rust_nn_template::is_installed(template) {
        return Ok(cache.to_owned());
    }
    let mut problems = Vec::new();
    for place in users_places() {
        match make_private(&place) {
            Ok(()) => return Ok(place),
            Err(error) => problems.push(format!("{}: {error}", place.display())),
        }
    }
    Err(io::Error::other(format!(
        "there is no place for the kernel's files: {}",
        problems.join("; ")
    )))
}

/// All places that kernels of this user may have left something in.
pub fn all(template: &Path) -> Vec<PathBuf> {
    let beside = template.parent().map(Path::to_owned);
    let beside = beside.filter(|_| !rust_nn_template::is_installed(template));
    let mut places: Vec<PathBuf> = beside.into_iter().chain(users_places()).collect();
    places.retain(|place| is_own(place));
    places
}

/// Removes from a place what was kept for templates that are out of use there.
pub fn remove_unused(place: &Path, template: &Path) {
    for entry in fs::read_dir(place.join(KEPT))
        .into_iter()
        .flatten()
        .flatten()
    {
        if Some(&*entry.file_name()) != template.file_name() {
            // Only time is lost with it.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Where compiled cells are kept by a kernel in the directory `kernel`.
pub fn store(kernel: &Path, template: &Path) -> PathBuf {
    let place = kernel.parent().and_then(Path::parent);
    match (place, template.file_name()) {
        (Some(place), Some(name)) if template.parent() != Some(place) => {
            place.join(KEPT).join(name)
        }
        _ => template.to_owned(),
    }
}

/// Makes a directory, or makes sure that an existing one is the user's own and closed to others.
///
/// # Errors
/// It is somebody else's, a link, or cannot be made.
pub fn make_private(directory: &Path) -> io::Result<()> {
    if let Some(parent) = directory.parent() {
        fs::create_dir_all(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(directory) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        result => return result,
    }
    // Not the target of a link, which somebody else may have put there.
    let metadata = fs::symlink_metadata(directory)?;
    if !metadata.is_dir() || metadata.uid() != user() {
        let message = "it belongs to somebody else, or is no directory";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
    }
    if metadata.mode() & 0o077 != 0 {
        fs::set_permissions(directory, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Whether a file in the template of `template` was written by its owner, by the system's, or by this user, and could be by
/// nobody else.
pub fn is_trusted(file: &fs::File, template: &Path) -> bool {
    let (Ok(file), Ok(template)) = (file.metadata(), fs::metadata(template)) else {
        return false;
    };
    [user(), template.uid(), 0].contains(&file.uid()) && file.mode() & 0o022 == 0
}

/// Whether a directory is the user's, and can be written to.
fn is_own(directory: &Path) -> bool {
    let owned = fs::metadata(directory).is_ok_and(|metadata| metadata.uid() == user());
    owned && rustix::fs::access(directory, rustix::fs::Access::WRITE_OK).is_ok()
}

/// The places for a user who uses somebody else's installation, the best first.
fn users_places() -> Vec<PathBuf> {
    let variable = |name: &str| {
        let value = std::env::var_os(name).map(PathBuf::from);
        value.filter(|path| path.is_absolute())
    };
    let session = variable("XDG_RUNTIME_DIR");
    let own = [rust_nn_template::user_cache(), session]
        .into_iter()
        .flatten();
    let own = own.map(|directory| directory.join("rust-nn"));
    let temporary = std::env::temp_dir().join(format!("rust-nn-{}", user()));
    let chosen = variable("RUST_NN_CACHE");
    chosen.into_iter().chain(own).chain([temporary]).collect()
}

/// The number of the user that this process works for.
fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_cache_of_ones_own_the_kernel_is_beside_the_template_and_cells_are_kept_in_it() {
        let cache = tempfile::tempdir().unwrap();
        let template = cache.path().join("template-x");
        assert_eq!(own(&template).unwrap(), cache.path());
        let kernel = cache.path().join(KERNELS).join("k");
        assert_eq!(store(&kernel, &template), template);
        let elsewhere = Path::new("/home/u/.cache/rust-nn/kernels/k");
        assert_eq!(
            store(elsewhere, &template),
            Path::new("/home/u/.cache/rust-nn/kept/template-x")
        );
    }

    #[test]
    fn a_directory_is_closed_to_others_and_a_link_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let (open, link) = (root.path().join("open"), root.path().join("link"));
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
        make_private(&open).unwrap();
        assert_eq!(fs::metadata(&open).unwrap().mode() & 0o777, 0o700);
        std::os::unix::fs::symlink(&open, &link).unwrap();
        assert!(make_private(&link).is_err());
        make_private(&root.path().join("a").join("new")).unwrap();
    }

    #[test]
    fn a_file_that_others_can_write_to_is_not_trusted() {
        let template = tempfile::tempdir().unwrap();
        let path = template.path().join("cell");
        fs::write(&path, "").unwrap();
        let trusted = |mode| {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            is_trusted(&fs::File::open(&path).unwrap(), template.path())
        };
        assert!(trusted(0o600));
        assert!(trusted(0o644));
        assert!(!trusted(0o666));
        assert!(!trusted(0o620));
    }
}
