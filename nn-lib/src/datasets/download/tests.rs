//! Downloads from a server on this machine that cuts, refuses, lies and resumes.

use super::*;
use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What the server does with one request; requests after the last answer get 404.
#[derive(Clone, Copy)]
enum Answer {
    /// The whole file, or the rest of it where the client asks for that.
    Serve,
    /// The whole file, even where the client asks for the rest.
    ServeWhole,
    /// The head of the answer and this many bytes, then the connection ends.
    Cut(usize),
    /// Another file of the same size.
    Lie,
    Status(u16),
    /// A few bytes, then nothing, while the connection stays.
    Stall,
    /// Nothing at all, while the connection stays.
    Silence,
}

/// The file that is served: 300,000 bytes that do not repeat.
fn content() -> Vec<u8> {
    let bytes = (0..300_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8);
    bytes.collect()
}

/// `sha256sum` of [`content`].
const FILE: KerasFile = KerasFile {
    folder: "",
    name: "sample.npz",
    bytes: 300_000,
    checksum: Checksum::Sha256("10e5ea249ba15cf9da0925b29f6caca069e088f63eec3521e5560c1a0394058a"),
};

/// A server, the heads of the requests it got, and a directory for what is downloaded.
struct Classroom {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
    directory: PathBuf,
}

impl Classroom {
    fn new(name: &str, answers: &[Answer]) -> Classroom {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/datasets/", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (log, answers) = (Arc::clone(&requests), answers.to_vec());
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let answer = answers.get(number).copied().unwrap_or(Answer::Status(404));
                let mut stream = stream.unwrap();
                let head = read_head(&stream);
                log.lock().unwrap().push(head.clone());
                std::thread::spawn(move || reply(&mut stream, &head, answer));
            }
        });
        let directory =
            std::env::temp_dir().join(format!("nn-lib-download-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&directory);
        Classroom {
            url,
            requests,
            directory,
        }
    }

    fn download(&self) -> Result<PathBuf, Unsuccessful> {
        download(&FILE, &self.url, &self.directory, &|| false)
    }

    /// The error of a download that fails, as text.
    fn failure(&self) -> String {
        self.download().unwrap_err().error.to_string()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.directory).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    fn assert_complete(&self, path: &Path) {
        assert_eq!(std::fs::read(path).unwrap(), content());
        assert_eq!(self.files(), ["sample.npz"]);
    }
}

impl Drop for Classroom {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

fn read_head(stream: &TcpStream) -> String {
    let lines = BufReader::new(stream)
        .lines()
        .map_while(std::io::Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    head.join("\n")
}

fn reply(stream: &mut TcpStream, head: &str, answer: Answer) {
    let content = content();
    let asked = head.lines().find_map(|line| {
        let range = line.to_lowercase();
        let start = range
            .strip_prefix("range: bytes=")?
            .strip_suffix('-')?
            .parse()
            .ok();
        start.filter(|&start: &usize| start < content.len())
    });
    let whole = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        content.len()
    );
    let (mut head, mut body) = (whole, content.clone());
    match answer {
        Answer::Serve => {
            if let Some(start) = asked {
                body = content[start..].to_vec();
                let (last, all) = (content.len() - 1, content.len());
                head = format!(
                    "HTTP/1.1 206 Partial Content\r\nContent-Length: {}\r\n\
                     Content-Range: bytes {start}-{last}/{all}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
            }
        }
        Answer::ServeWhole => {}
        Answer::Cut(count) => body.truncate(count),
        Answer::Lie => body.reverse(),
        Answer::Status(status) => {
            head =
                format!("HTTP/1.1 {status} No\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
            body = b"no".to_vec();
        }
        Answer::Stall => body.truncate(1000),
        Answer::Silence => {
            head.clear();
            body.clear();
        }
    }
    // A client that went away is part of some tests.
    let _ = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(&body));
    if let Answer::Stall | Answer::Silence = answer {
        let _ = stream.read(&mut [0]);
    }
}

#[test]
fn a_file_is_downloaded_verified_and_named() {
    let classroom = Classroom::new("whole", &[Answer::Serve]);
    let path = classroom.download().unwrap();
    assert_eq!(path, classroom.path("sample.npz"));
    classroom.assert_complete(&path);
    assert!(classroom.requests()[0].starts_with("GET /datasets/sample.npz HTTP/1.1"));
}

#[test]
fn another_file_than_the_published_one_is_refused_and_leaves_nothing() {
    let classroom = Classroom::new("lie", &[Answer::Lie, Answer::Lie]);
    let text = classroom.failure();
    assert!(
        text.contains("its checksum differs") && text.contains("hint: "),
        "{text}"
    );
    assert_eq!(
        (classroom.files().len(), classroom.requests().len()),
        (0, 1)
    );
}

#[test]
fn a_file_that_the_server_does_not_have_is_asked_for_once() {
    let classroom = Classroom::new("404", &[Answer::Status(404)]);
    let text = classroom.failure();
    assert!(
        text.contains("/datasets/sample.npz: the server answered 404"),
        "{text}"
    );
    assert_eq!(
        (classroom.files().len(), classroom.requests().len()),
        (0, 1)
    );
}

#[test]
fn a_cut_connection_is_taken_up_where_it_ended() {
    let answers = [Answer::Cut(100_000), Answer::Cut(0), Answer::Serve];
    let classroom = Classroom::new("cut", &answers);
    let path = classroom.download().unwrap();
    classroom.assert_complete(&path);
    let requests = classroom.requests();
    assert!(!requests[0].contains("Range:"), "{requests:?}");
    assert!(requests[1].contains("Range: bytes=100000-"), "{requests:?}");
    assert!(requests[2].contains("Range: bytes=100000-"), "{requests:?}");
}

#[test]
fn a_server_that_cannot_go_on_in_the_middle_is_asked_for_the_whole_file() {
    let answers = [Answer::Cut(100_000), Answer::ServeWhole, Answer::ServeWhole];
    let classroom = Classroom::new("no-range", &answers);
    let path = classroom.download().unwrap();
    classroom.assert_complete(&path);
    assert!(!classroom.requests()[2].contains("Range:"));
}

#[test]
fn a_connection_that_is_always_cut_is_an_error_and_the_part_is_kept_for_the_next_time() {
    let cut = Answer::Cut(70_000);
    let classroom = Classroom::new(
        "always-cut",
        &[cut, Answer::Cut(0), Answer::Cut(0), Answer::Serve],
    );
    let text = classroom.failure();
    assert!(text.contains("(after 3 attempts)"), "{text}");
    assert_eq!(classroom.files(), ["sample.npz.part"]);
    let path = classroom.download().unwrap();
    classroom.assert_complete(&path);
    assert!(classroom.requests()[3].contains("Range: bytes=70000-"));
}

#[test]
fn a_part_of_another_file_is_thrown_away() {
    let classroom = Classroom::new("stale", &[Answer::Serve, Answer::Serve]);
    std::fs::create_dir_all(&classroom.directory).unwrap();
    std::fs::write(classroom.path("sample.npz.part"), [7; 5000]).unwrap();
    let path = classroom.download().unwrap();
    classroom.assert_complete(&path);
}

#[test]
fn a_part_that_is_longer_than_the_file_is_thrown_away() {
    let classroom = Classroom::new("long", &[Answer::Status(416), Answer::Serve]);
    std::fs::create_dir_all(&classroom.directory).unwrap();
    std::fs::write(classroom.path("sample.npz.part"), vec![7; 400_000]).unwrap();
    let path = classroom.download().unwrap();
    classroom.assert_complete(&path);
}

#[test]
fn a_busy_server_is_asked_again() {
    let classroom = Classroom::new("busy", &[Answer::Status(503), Answer::Serve]);
    let path = classroom.download().unwrap();
    classroom.assert_complete(&path);
}

#[test]
fn a_server_that_is_not_there_is_recognized_at_once_as_no_network() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut classroom = Classroom::new("offline", &[]);
    for url in [
        format!("http://{closed}"),
        "https://nowhere.invalid".to_string(),
    ] {
        classroom.url = url;
        let start = std::time::Instant::now();
        let failure = classroom.download().unwrap_err();
        assert!(failure.offline, "{failure:?}");
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{:?}",
            start.elapsed()
        );
        assert!(classroom.files().is_empty());
    }
}

#[test]
fn a_server_that_never_answers_is_given_up_after_five_seconds() {
    let classroom = Classroom::new("silence", &[Answer::Silence]);
    let start = std::time::Instant::now();
    let failure = classroom.download().unwrap_err();
    assert!(failure.offline, "{failure:?}");
    assert!(
        start.elapsed() < Duration::from_secs(9),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn an_interrupt_stops_a_stalled_download_and_keeps_the_part() {
    let classroom = Classroom::new("interrupt", &[Answer::Stall, Answer::Serve]);
    let partial = classroom.path("sample.npz.part");
    let some_arrived = || {
        partial
            .metadata()
            .is_ok_and(|metadata| metadata.len() == 1000)
    };
    let failure = download(&FILE, &classroom.url, &classroom.directory, &some_arrived).unwrap_err();
    assert!(
        matches!(failure.error, Error::Interrupted { .. }),
        "{failure:?}"
    );
    let path = classroom.download().unwrap();
    classroom.assert_complete(&path);
}

#[test]
fn two_that_want_the_same_file_download_it_once() {
    let classroom = Classroom::new("two", &[Answer::Serve]);
    let paths = std::thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(|| classroom.download().unwrap()));
        both.map(|one| one.join().unwrap())
    });
    assert_eq!(paths[0], paths[1]);
    classroom.assert_complete(&paths[0]);
    assert_eq!(classroom.requests().len(), 1);
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let mut classroom = Classroom::new("unwritable", &[]);
    let blocker = std::env::temp_dir().join(format!("nn-lib-blocker-{}", std::process::id()));
    std::fs::write(&blocker, "a file where a directory is wanted").unwrap();
    classroom.directory = blocker.join("datasets");
    let text = classroom.failure();
    std::fs::remove_file(&blocker).unwrap();
    assert!(
        text.contains("cannot create") && text.contains("nn-lib-blocker"),
        "{text}"
    );
}
