//! The kernelspec: the small directory by which Jupyter knows the kernel.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::failure::{Failure, Result};
use crate::paths::KERNEL_NAME;

/// What people see in JupyterLab's launcher.
pub const DISPLAY_NAME: &str = "Rust (nn-lib)";

const LOGOS: [(&str, &[u8]); 3] = [
    ("logo-32x32.png", include_bytes!("../assets/logo-32x32.png")),
    ("logo-64x64.png", include_bytes!("../assets/logo-64x64.png")),
    ("logo-svg.svg", include_bytes!("../assets/logo-svg.svg")),
];

/// Writes the kernelspec below `kernels` (a `.../jupyter/kernels` directory) and returns its path.
/// Files that are already right are left alone, so that readers never see half of one.
///
/// # Errors
/// `File` when a file cannot be written.
pub fn write(kernels: &Path, kernel: &Path, template: &Path) -> Result<PathBuf> {
    let directory = kernels.join(KERNEL_NAME);
    fs::create_dir_all(&directory).map_err(Failure::file("create", &directory))?;
    for (name, content) in LOGOS {
        write_if_changed(&directory.join(name), content)?;
    }
    let specification = json!({
        "argv": [kernel, "--template", template, "{connection_file}"],
        "display_name": DISPLAY_NAME,
        "language": "rust",
        "interrupt_mode": "message",
        "metadata": { "debugger": false },
    });
    let mut text =
        serde_json::to_string_pretty(&specification).expect("paths and texts are valid JSON");
    text.push('\n');
    write_if_changed(&directory.join("kernel.json"), text.as_bytes())?;
    Ok(directory)
}

/// Removes the kernelspec below `kernels`; `None` when there is none.
///
/// # Errors
/// `File` when it cannot be removed.
pub fn remove(kernels: &Path) -> Result<Option<PathBuf>> {
    let directory = kernels.join(KERNEL_NAME);
    if !directory.exists() {
        return Ok(None);
    }
    fs::remove_dir_all(&directory).map_err(Failure::file("remove", &directory))?;
    Ok(Some(directory))
}

/// The kernelspec below `kernels`, if it is there.
pub fn find(kernels: &Path) -> Option<PathBuf> {
    Some(kernels.join(KERNEL_NAME)).filter(|directory| directory.join("kernel.json").is_file())
}

fn write_if_changed(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|found| found == content) {
        return Ok(());
    }
    let partial = path.with_extension(format!("{}.partial", std::process::id()));
    fs::write(&partial, content).map_err(Failure::file("write", &partial))?;
    fs::rename(&partial, path).map_err(Failure::file("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_twice_and_removing_leaves_nothing() {
        let kernels = tempfile::tempdir().expect("a temporary directory");
        let write = || {
            write(
                kernels.path(),
                Path::new("/c/bin/rust-nn-kernel"),
                Path::new("/c/template-1"),
            )
            .expect("writable")
        };
        assert_eq!(write(), write());
        let text = fs::read_to_string(find(kernels.path()).expect("installed").join("kernel.json"))
            .expect("readable");
        let json: serde_json::Value = serde_json::from_str(&text).expect("valid JSON");
        assert_eq!(
            json["argv"],
            json!([
                "/c/bin/rust-nn-kernel",
                "--template",
                "/c/template-1",
                "{connection_file}"
            ])
        );
        assert_eq!(
            fs::read_dir(kernels.path().join(KERNEL_NAME))
                .expect("readable")
                .count(),
            4
        );
        assert!(remove(kernels.path()).expect("removable").is_some());
        assert_eq!(remove(kernels.path()).expect("nothing to do"), None);
        assert_eq!(fs::read_dir(kernels.path()).expect("readable").count(), 0);
    }
}
