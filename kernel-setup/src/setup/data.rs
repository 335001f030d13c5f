//! A look at the data sets: the library fetches them itself; what is decided here is only whether
//! it is worth trying, so that a room without a network does not wait for each notebook again.

use std::env;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::installation::Installation;
use crate::paths::{self, Paths};

/// The server that Keras's data sets come from.
const HOST: &str = "storage.googleapis.com:443";
/// For the name and the connection together.
const PATIENCE: Duration = Duration::from_secs(4);

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// The file of the first data set.
    Present(std::path::PathBuf),
    /// Not here, but the network answers: the library will download it.
    Download,
    /// Neither: the library's built-in stand-in takes over.
    StandIn,
    /// Not here, and an installation downloads nothing: the stand-in takes over.
    Installed,
}

/// Looks for IMDB, the chapter's first data set.
pub fn look(paths: &Paths) -> Data {
    let installation = paths.installation.as_ref();
    let file = paths::data_directories()
        .into_iter()
        .chain(installation.and_then(Installation::data))
        .map(|directory| directory.join("imdb.npz"))
        .find(|file| file.is_file());
    match file {
        Some(file) => Data::Present(file),
        None if installation.is_some() && !is_set("NN_LIB_DATA_URL") => Data::Installed,
        None if behind_a_proxy() || answers(HOST, PATIENCE) => Data::Download,
        None => Data::StandIn,
    }
}

impl Data {
    /// One sentence for people.
    pub fn sentence(&self) -> String {
        match self {
            Data::Present(file) => format!("IMDB is at {}", file.display()),
            Data::Download => {
                "the data sets are downloaded when a notebook first asks for them".to_owned()
            }
            Data::StandIn => {
                "neither the data sets nor a network: the built-in stand-in is used".to_owned()
            }
            Data::Installed => "the built-in stand-in is used (for the real data sets, put Keras's files into \
                                ~/.keras/datasets, or name their folder in NN_LIB_DATA or their server in \
                                NN_LIB_DATA_URL)"
                .to_owned(),
        }
    }
}

/// A direct connection says nothing about what a proxy can reach.
fn behind_a_proxy() -> bool {
    [
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
        "NN_LIB_DATA_URL",
    ]
    .iter()
    .any(|name| is_set(name))
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// Does a server take a connection? Looking up its name can hang for long without a network, so
/// it is done in a thread that is left behind.
fn answers(host: &'static str, patience: Duration) -> bool {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let connected = host.to_socket_addrs().is_ok_and(|mut addresses| {
            addresses.any(|address| TcpStream::connect_timeout(&address, patience).is_ok())
        });
        let _ = sender.send(connected);
    });
    receiver.recv_timeout(patience).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn an_unreachable_server_costs_no_more_than_the_patience() {
        let started = Instant::now();
        assert!(!answers("name.invalid:443", Duration::from_millis(500)));
        assert!(started.elapsed() < Duration::from_secs(2));
    }
}
