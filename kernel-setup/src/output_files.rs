//! The files that a command is going to write: nothing that somebody else has made is overwritten.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::cli::Format;
use crate::failure::{Failure, Result};
use crate::notebook_file;
use crate::notebooks::Notebook;
use crate::paths::Paths;

/// Stands at the beginning of every page that was made here.
const PAGE_MARK: &str = "<meta name=\"generator\" content=\"cargo notebook\">";
/// Stands at the end of every PDF that was made here; a reader of PDFs passes over it.
pub const PDF_MARK: &str = "% cargo notebook\n";

/// Makes the output directory, and gives the executed notebooks names under which they replace nobody's work.
///
/// # Errors
/// `File` when the directory cannot be made or written to; `Missing` when a page of somebody else's is in the way.
pub fn prepare(
    paths: &Paths,
    notebooks: &mut [Notebook],
    output: &Path,
    execute: bool,
    format: Format,
) -> Result<()> {
    let unwritable = |error: std::io::Error| {
        Failure::missing(
            format!("cannot write to {}: {error}", output.display()),
            "name another folder with -o",
        )
    };
    fs::create_dir_all(output).map_err(unwritable)?;
    tempfile::tempfile_in(output).map_err(unwritable)?;
    let own_directory = same(output, &paths.executed());
    for notebook in notebooks {
        if execute {
            let free = [
                format!("{}.ipynb", notebook.name),
                format!("{}.executed.ipynb", notebook.name),
            ]
            .into_iter()
            .find(|name| is_free(&output.join(name), notebook, own_directory));
            notebook.executed = free.ok_or_else(|| {
                in_the_way(&output.join(format!("{}.executed.ipynb", notebook.name)))
            })?;
        }
        for page in pages(&notebook.name, format) {
            let page = output.join(page);
            if page.symlink_metadata().is_ok() && !own_directory && !is_marked(&page) {
                return Err(in_the_way(&page));
            }
        }
    }
    Ok(())
}

fn in_the_way(path: &Path) -> Failure {
    Failure::missing(
        format!(
            "{} is there already, and `cargo notebook` has not made it",
            path.display()
        ),
        "name another folder with -o, or move the file away",
    )
}

fn pages(name: &str, format: Format) -> Vec<String> {
    match format {
        Format::Html => vec![format!("{name}.html")],
        Format::Slides => vec![format!("{name}.slides.html")],
        Format::Pdf => vec![format!("{name}.html"), format!("{name}.pdf")],
    }
}

/// May the executed notebook be written there? Where a notebook lies that was executed before, yes, unless somebody has
/// changed its cells since.
fn is_free(path: &Path, notebook: &Notebook, own_directory: bool) -> bool {
    if path.symlink_metadata().is_err() {
        return true;
    }
    if same(path, &notebook.input.path) {
        return false;
    }
    match notebook_file::noted_and_present(path) {
        Some((Some(noted), present)) => noted == present,
        _ => own_directory,
    }
}

fn is_marked(path: &Path) -> bool {
    let mut bytes = Vec::new();
    let read = || -> std::io::Result<()> {
        let mut file = fs::File::open(path)?;
        if path.extension().is_some_and(|extension| extension == "pdf") {
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(
                length.saturating_sub(PDF_MARK.len() as u64),
            ))?;
        }
        file.take(4096).read_to_end(&mut bytes)?;
        Ok(())
    };
    let mut read = read;
    let _ = read(); // what cannot be read is not ours
    let text = String::from_utf8_lossy(&bytes);
    text.contains(PAGE_MARK) || text.contains(PDF_MARK.trim())
}

fn same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| -> Option<PathBuf> { path.canonicalize().ok() };
    one == other || real(one).is_some_and(|one| real(other) == Some(one))
}
