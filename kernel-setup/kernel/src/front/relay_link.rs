//! The front end's side of the link: reports come in, orders go out.

use super::comms::Comms;
use crate::directory::KernelDirectory;
use crate::messages::{self, Order, Report};
use std::collections::HashMap;
use std::io::{self, BufReader};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// How long the kernel waits for the last reports of a cell.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long nobody is accepted after that has failed, as it does where no file can be opened.
const PAUSE: Duration = Duration::from_millis(50);

/// The link to the relay.
#[derive(Clone)]
pub struct RelayLink(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The relay of the process that runs cells now.
    relay: Option<UnixStream>,
    /// How many relays have said hello.
    begun: u64,
    /// How many relays have ended.
    ended: u64,
    asked: u64,
    answered: u64,
    /// The stand-ins for cargo that are at work, by the number of their connection.
    working: HashMap<u64, UnixStream>,
    /// Whether those that begin now are to end at once.
    stopped: bool,
}

impl RelayLink {
    /// Listens for relays; `receive` is called for every report, in order.
    pub fn start(
        kernel: &KernelDirectory,
        comms: Comms,
        receive: impl Fn(Report) + Clone + Send + Sync + 'static,
    ) -> io::Result<RelayLink> {
        let listener = messages::listen(&kernel.path)?;
        let relay = RelayLink(Arc::new(Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
        }));
        let accepting = relay.clone();
        std::thread::spawn(move || {
            for (number, stream) in (0..).zip(listener.incoming()) {
                let (relay, receive) = (accepting.clone(), receive.clone());
                let comms = comms.clone();
                // One that could not be accepted is still in the queue; it must not be the last.
                let heard = stream.and_then(|stream| {
                    let thread = std::thread::Builder::new();
                    thread.spawn(move || relay.read(number, stream, &comms, receive))
                });
                if let Err(error) = heard {
                    crate::log(&format!("a process of the kernel is not heard: {error}"));
                    std::thread::sleep(PAUSE);
                }
            }
        });
        Ok(relay)
    }

    /// Sends an order to the relay, if there is one.
    pub fn order(&self, order: Order) {
        if let Some(relay) = &mut self.state().relay {
            // A relay that has just ended is noticed by its reader.
            let _ = order.write(relay);
        }
    }

    /// Ends the compilations that run now, and those that begin before the next [`Self::allow_work`].
    pub fn stop_work(&self) {
        let mut state = self.state();
        state.stopped = true;
        for stream in state.working.values() {
            // It has just ended by itself.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Lets compilations run again.
    pub fn allow_work(&self) {
        self.state().stopped = false;
    }

    /// How many processes that run cells have ended.
    pub fn ended(&self) -> u64 {
        self.state().ended
    }

    /// Waits until every report that the relay has sent so far has been received; after the end
    /// of its process (`ended` was the count before), until the last one has been.
    pub fn settle(&self, process_ended: bool, ended: u64) {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.state();
        if process_ended {
            drop(self.wait(state, deadline, |state| state.ended > ended));
            return;
        }
        // A new process has a relay that may not have been heard of yet.
        state = self.wait(state, deadline, |state| state.begun > state.ended);
        self.sync(state, deadline);
    }

    /// Waits until the relay, if there is one, has heard every order that was sent so far.
    pub fn deliver(&self) {
        let state = self.state();
        if state.begun > state.ended {
            self.sync(state, Instant::now() + PATIENCE);
        }
    }

    fn sync(&self, mut state: MutexGuard<'_, State>, deadline: Instant) {
        state.asked += 1;
        let number = state.asked;
        if let Some(relay) = &mut state.relay {
            let _ = Order::Sync(number).write(relay);
        }
        drop(self.wait(state, deadline, |state| {
            state.answered >= number || state.ended >= state.begun
        }));
    }

    fn wait<'a>(
        &self,
        state: MutexGuard<'a, State>,
        until: Instant,
        done: impl Fn(&State) -> bool,
    ) -> MutexGuard<'a, State> {
        let time = until.saturating_duration_since(Instant::now());
        self.0
            .changed
            .wait_timeout_while(state, time, |state| !done(state))
            .unwrap_or_else(|lock| lock.into_inner())
            .0
    }

    fn read(&self, number: u64, stream: UnixStream, comms: &Comms, receive: impl Fn(Report)) {
        let mut writer = stream.try_clone().ok();
        let mut is_relay = false;
        let mut stream = BufReader::with_capacity(64 * 1024, stream);
        while let Ok(report) = Report::read(&mut stream) {
            match report {
                Report::Hello => {
                    is_relay = true;
                    let mut state = self.state();
                    state.relay = writer.take();
                    state.begun += 1;
                }
                Report::Working => {
                    let mut state = self.state();
                    match writer.take() {
                        Some(stream) if !state.stopped => {
                            state.working.insert(number, stream);
                        }
                        // Dropped here and below: the connection closes.
                        _ => break,
                    }
                }
                Report::Synced(number) => self.state().answered = number,
                Report::Controls => match writer.take() {
                    Some(stream) => comms.connect(number, stream),
                    None => break,
                },
                Report::Comm(message) => comms.receive(message),
                Report::Sync(number) => comms.synced(number),
                report => receive(report),
            }
            self.0.changed.notify_all();
        }
        comms.disconnect(number);
        self.state().working.remove(&number);
        if is_relay {
            self.state().ended += 1;
            self.0.changed.notify_all();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(|lock| lock.into_inner())
    }
}
