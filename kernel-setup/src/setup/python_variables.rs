//! Variables and settings of the user's Python that must not reach the private one.

use std::env;
use std::process::Command;

use serde_json::Value;

use crate::subprocess;

/// Where packages come from and how they are reached: the only settings of pip that are kept.
const KEPT_SETTINGS: [&str; 13] = [
    "index-url",
    "extra-index-url",
    "find-links",
    "no-index",
    "trusted-host",
    "proxy",
    "cert",
    "client-cert",
    "keyring-provider",
    "cache-dir",
    "no-cache-dir",
    "timeout",
    "retries",
];

/// Prints pip's settings as JSON, those that win last: `[["index-url", "https://.."], ..]`.
const ASK_PIP: &str = "\
import ast, json, subprocess, sys
said = subprocess.run([sys.executable, '-m', 'pip', 'config', 'list'], capture_output=True, text=True).stdout
pairs = [line.partition('=') for line in said.splitlines() if '=' in line]
rank = {'global': 0, 'install': 1, ':env:': 2}
settings = [(rank.get(key.partition('.')[0]), key.partition('.')[2], str(ast.literal_eval(value))) for key, _, value in pairs]
print(json.dumps([[name, value] for order, name, value in sorted(s for s in settings if s[0] is not None)]))
";

/// Takes away every variable by which Python finds other code than its own.
pub fn without_pythons(command: &mut Command) -> &mut Command {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("PYTHON") || text == "__PYVENV_LAUNCHER__" || text == "VIRTUAL_ENV" {
            command.env_remove(&name);
        }
    }
    command.env("PYTHONNOUSERSITE", "1")
}

/// Lets pip know the user's mirror, proxy and certificates, and no other of the user's settings: `user = true`, a target
/// directory or a constraint would break the installation.
pub fn with_mirrors_alone(pip: &mut Command, python: &std::path::Path) {
    let mut ask = Command::new(python);
    let settings = subprocess::output(without_pythons(&mut ask).args(["-c", ASK_PIP]))
        .ok()
        .and_then(|text| serde_json::from_str::<Value>(&text).ok());
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("PIP_") {
            pip.env_remove(&name);
        }
    }
    // A file without settings: those that are kept are handed over.
    pip.env("PIP_CONFIG_FILE", "/dev/null");
    for pair in settings
        .iter()
        .flat_map(|pairs| pairs.as_array().into_iter().flatten())
    {
        let (Some(name), Some(value)) = (pair[0].as_str(), pair[1].as_str()) else {
            continue;
        };
        if KEPT_SETTINGS.contains(&name) {
            pip.env(
                format!("PIP_{}", name.to_uppercase().replace('-', "_")),
                value,
            );
        }
    }
}
