//! The surroundings in which Jupyter's programs are started: our kernel, and nothing of the user's.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::failure::{Failure, Result};
use crate::paths::Paths;
use crate::setup::{Classroom, Data, Kind, without_pythons};

/// A command for the classroom's Python, which finds our kernel and keeps its settings, histories
/// and connection files in the cache.
///
/// # Errors
/// `File` when the settings cannot be written.
pub fn python(paths: &Paths, classroom: &Classroom) -> Result<Command> {
    let jupyter = paths.jupyter();
    write_settings(&jupyter.join("config"))?;
    let environment = classroom
        .python
        .as_ref()
        .expect("a command that needs Python has asked set-up for it");
    let mut command = Command::new(&environment.python);
    if environment.kind != Kind::Given {
        without_pythons(&mut command);
    }
    // Byte code of our scripts has no place in the repository; that of the packages is made once.
    match environment.kind {
        Kind::Shared => command.env("PYTHONDONTWRITEBYTECODE", "1"),
        _ => command.env("PYTHONPYCACHEPREFIX", paths.cache.join("pycache")),
    };
    for (name, _) in env::vars_os() {
        if is_foreign(&name.to_string_lossy()) {
            command.env_remove(&name);
        }
    }
    command
        .env("JUPYTER_PATH", jupyter_path(&jupyter))
        .env("JUPYTER_DATA_DIR", &jupyter)
        .env("JUPYTER_CONFIG_DIR", jupyter.join("config"))
        .env("JUPYTER_RUNTIME_DIR", jupyter.join("runtime"))
        .env(
            "JUPYTERLAB_SETTINGS_DIR",
            jupyter.join("config").join("settings"),
        )
        .env(
            "JUPYTERLAB_WORKSPACES_DIR",
            jupyter.join("config").join("workspaces"),
        )
        .env("JUPYTER_PLATFORM_DIRS", "0")
        .env("RUST_NN_CACHE", &paths.cache)
        .env("PYTHONUTF8", "1")
        .env("PYDEVD_DISABLE_FILE_VALIDATION", "1");
    // Relative paths would mean something else in a notebook's directory.
    for name in ["NN_LIB_DATA", "KERAS_HOME"] {
        if let Some(value) = env::var_os(name).filter(|value| !value.is_empty()) {
            let path = PathBuf::from(value);
            command.env(
                name,
                std::path::absolute(&path).map_err(Failure::file("find", &path))?,
            );
        }
    }
    if matches!(classroom.data, Some(Data::StandIn | Data::Installed)) {
        command.env("NN_LIB_OFFLINE", "1");
    }
    Ok(command)
}

/// Settings for another Jupyter: its places, its configuration, and the server in whose terminal this program may run.
/// A token or a password that the user chooses, and leave to write on a shared disk, hold for ours too.
fn is_foreign(name: &str) -> bool {
    let kept = [
        "JUPYTER_TOKEN",
        "JUPYTER_PASSWORD",
        "JUPYTER_ALLOW_INSECURE_WRITES",
    ];
    ["JUPYTER", "JPY_"]
        .iter()
        .any(|beginning| name.starts_with(beginning))
        && !kept.contains(&name)
}

/// Ours first, then whatever the user has set.
fn jupyter_path(jupyter: &Path) -> OsString {
    let theirs = env::var_os("JUPYTER_PATH").unwrap_or_default();
    let paths = std::iter::once(jupyter.to_owned())
        .chain(env::split_paths(&theirs).filter(|path| !path.as_os_str().is_empty()));
    env::join_paths(paths).unwrap_or_else(|_| jupyter.as_os_str().to_owned())
}

/// Writes a directory of settings: JupyterLab asks no server for news, updates or extensions, and follows the system's
/// theme.
///
/// # Errors
/// `File` when they cannot be written.
pub fn write_settings(config: &Path) -> Result<()> {
    let lab = config.join("labconfig");
    fs::create_dir_all(&lab).map_err(Failure::file("create", &lab))?;
    let overrides = json!({
        "@jupyterlab/apputils-extension:notification": { "fetchNews": "false", "checkForUpdates": false },
        "@jupyterlab/apputils-extension:themes": { "adaptive-theme": true },
        "@jupyterlab/notebook-extension:tracker": { "kernelShutdown": true },
    });
    let server = json!({
        "LabApp": { "news_url": null, "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate", "extension_manager": "readonly" },
        "KernelSpecManager": { "ensure_native_kernel": false },
        "LanguageServerManager": { "autodetect": false },
    });
    for (path, content) in [
        (lab.join("default_setting_overrides.json"), overrides),
        (config.join("jupyter_lab_config.json"), server),
    ] {
        fs::write(&path, format!("{content:#}\n")).map_err(Failure::file("write", &path))?;
    }
    Ok(())
}
