//! What reaches the relay besides the output of the cells: a thread waits for each source.

use super::control::Control;
use crate::messages::Order;
use mio::Waker;
use std::io::{self, BufRead};
use std::os::unix::net::UnixStream;
use std::process::{Child, ExitStatus};
use std::sync::{Arc, mpsc};

/// What reaches the relay besides the output of the cells.
pub enum Event {
    /// A line from the engine.
    Command(String),
    /// The engine has closed the way for commands: the kernel ends.
    EngineGone,
    /// An order from the front end that needs more than a signal.
    Order(Order),
    /// The process that runs cells has ended.
    Ended(ExitStatus),
}

/// Starts a thread for each of the other things to wait for.
pub fn listen(
    mut child: Child,
    control: &Arc<Control>,
    link: UnixStream,
    waker: Arc<Waker>,
) -> mpsc::Receiver<Event> {
    let (sender, receiver) = mpsc::channel();
    let tell = move |event| {
        // Both fail only when the relay is about to end.
        let _ = sender.send(event);
        let _ = waker.wake();
    };
    std::thread::spawn({
        let tell = tell.clone();
        move || {
            for line in io::stdin().lock().lines().map_while(Result::ok) {
                tell(Event::Command(line));
            }
            tell(Event::EngineGone);
        }
    });
    std::thread::spawn({
        let tell = tell.clone();
        let control = Arc::clone(control);
        let mut link = io::BufReader::new(link);
        move || {
            while let Ok(order) = Order::read(&mut link) {
                if let Some(order) = control.obey(order) {
                    tell(Event::Order(order));
                }
            }
        }
    });
    let control = Arc::clone(control);
    std::thread::spawn(move || {
        if let Ok(status) = control.process().wait(&mut child) {
            tell(Event::Ended(status));
        }
    });
    receiver
}
