//! The front end's side of the link: reports come in, orders go out.

use crate::home::Home;
use crate::link::{Order, Report, socket};
use std::io::{self, BufReader};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// How long the kernel waits for the last reports of a cell.
const PATIENCE: Duration = Duration::from_secs(10);

/// The link to the relay.
#[derive(Clone)]
pub struct Tap(Arc<Shared>);

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
}

impl Tap {
    /// Listens for relays; `receive` is called for every report, in order.
    pub fn start(
        home: &Home,
        receive: impl Fn(Report) + Clone + Send + Sync + 'static,
    ) -> io::Result<Tap> {
        let listener = UnixListener::bind(socket(&home.path))?;
        let tap = Tap(Arc::new(Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
        }));
        let accepting = tap.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (tap, receive) = (accepting.clone(), receive.clone());
                std::thread::spawn(move || tap.read(stream, receive));
            }
        });
        Ok(tap)
    }

    /// Sends an order to the relay, if there is one.
    pub fn order(&self, order: Order) {
        if let Some(relay) = &mut self.state().relay {
            // A relay that has just ended is noticed by its reader.
            let _ = order.write(relay);
        }
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

    fn read(&self, stream: UnixStream, receive: impl Fn(Report)) {
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
                Report::Synced(number) => self.state().answered = number,
                report => receive(report),
            }
            self.0.changed.notify_all();
        }
        if is_relay {
            self.state().ended += 1;
            self.0.changed.notify_all();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(|lock| lock.into_inner())
    }
}
