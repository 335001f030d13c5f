//! What waits to be sent to one client.
//!
//! Replies about the state of the kernel, results and errors always wait. What a cell can print and show without end has
//! room for some megabytes: a cell that prints faster than its client reads is slowed down, and where the client takes
//! nothing at all (it is suspended, or its connection hangs), the rest is left out, and a line says so. Nobody else waits
//! for such a client: not the cell, not its interrupt, not the end of the kernel.

use crate::front::wire::Parent;
use jupyter_protocol::JupyterMessage;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, oneshot};

/// How much of a cell's output waits, in bytes.
const ROOM: usize = 4 << 20;

/// A client that has taken nothing for so long is not waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// The longest text of one message, in bytes.
pub const LONGEST: usize = 512 * 1024;

/// Something to send.
#[derive(Debug)]
pub enum Item {
    /// A message that must arrive.
    Message(Arc<JupyterMessage>),
    /// A message that a cell can send without end.
    Rich {
        /// The message.
        message: Arc<JupyterMessage>,
        /// The request that it belongs to.
        parent: Parent,
        /// Its size in bytes, roughly.
        size: usize,
        /// The display whose content it replaces.
        replaces: Option<String>,
    },
    /// Printed text.
    Stream {
        /// The request that it belongs to.
        parent: Parent,
        /// `stdout` or `stderr`.
        name: &'static str,
        /// The text.
        text: String,
    },
    /// So many bytes that were left out.
    LeftOut {
        /// The request that they belong to.
        parent: Parent,
        /// How many.
        size: usize,
    },
    /// The question whether everything before it has been sent.
    Flush(oneshot::Sender<()>),
}

impl Item {
    /// The bytes that count against the room.
    fn size(&self) -> usize {
        match self {
            Item::Rich { size, .. } => *size,
            Item::Stream { text, .. } => text.len(),
            Item::Message(_) | Item::LeftOut { .. } | Item::Flush(_) => 0,
        }
    }
}

/// What waits to be sent to one client.
#[derive(Debug)]
pub struct Backlog {
    waiting: Mutex<Waiting>,
    /// There may be room again.
    room: Condvar,
    /// There is something to send.
    filled: Notify,
}

#[derive(Debug)]
struct Waiting {
    items: VecDeque<Item>,
    /// The size of all items.
    size: usize,
    /// Whether something is on its way to the client.
    sending: bool,
    /// When the client last took something.
    taken: Instant,
    /// Whether the client is gone.
    closed: bool,
}

impl Backlog {
    /// Nothing waits.
    pub fn new() -> Backlog {
        Backlog {
            waiting: Mutex::new(Waiting {
                items: VecDeque::new(),
                size: 0,
                sending: false,
                taken: Instant::now(),
                closed: false,
            }),
            room: Condvar::new(),
            filled: Notify::new(),
        }
    }

    /// Adds something. Printed text and rich output wait here for room, but not for a client that takes nothing.
    pub fn put(&self, item: Item) {
        let mut waiting = self.lock();
        if waiting.items.is_empty() && !waiting.sending {
            waiting.taken = Instant::now();
        }
        let size = item.size();
        while size > 0 && waiting.size > ROOM && !waiting.closed {
            let Some(time) = PATIENCE.checked_sub(waiting.taken.elapsed()) else {
                waiting.leave_out(item);
                return;
            };
            let woken = self.room.wait_timeout(waiting, time);
            waiting = woken.unwrap_or_else(|lock| lock.into_inner()).0;
        }
        if !waiting.closed {
            waiting.add(item);
            self.filled.notify_one();
        }
    }

    /// Takes the next item. Calling it says that the client has taken the one before.
    pub async fn next(&self) -> Item {
        loop {
            if let Some(item) = self.try_next() {
                return item;
            }
            self.filled.notified().await;
        }
    }

    fn try_next(&self) -> Option<Item> {
        let mut waiting = self.lock();
        waiting.taken = Instant::now();
        let item = waiting.items.pop_front();
        waiting.sending = item.is_some();
        waiting.size -= item.as_ref().map_or(0, Item::size);
        self.room.notify_all();
        item
    }

    /// Says that the client is gone: nobody waits for it any more.
    pub fn close(&self) {
        let mut waiting = self.lock();
        waiting.closed = true;
        waiting.items.clear();
        waiting.size = 0;
        self.room.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(|lock| lock.into_inner())
    }
}

impl Waiting {
    fn add(&mut self, item: Item) {
        self.size += item.size();
        let joined = match &item {
            Item::Stream { parent, name, text } => self.join(parent, name, text),
            _ => false,
        };
        if joined {
            return;
        }
        let place = match &item {
            Item::Rich {
                replaces: Some(id), ..
            } => self.waits_for(id),
            _ => None,
        };
        match place {
            Some(old) => {
                let old = std::mem::replace(&mut self.items[old], item);
                self.size -= old.size();
            }
            None => self.items.push_back(item),
        }
    }

    /// Adds text to the text that it follows, if it follows one.
    fn join(&mut self, parent: &Parent, name: &str, text: &str) -> bool {
        match self.items.back_mut() {
            Some(Item::Stream {
                parent: same,
                name: last,
                text: longer,
            }) if *last == name && longer.len() < LONGEST && same.is(parent) => {
                longer.push_str(text);
                true
            }
            _ => false,
        }
    }

    /// The place of a content for this display that has not been sent yet, and need not be any more.
    fn waits_for(&self, id: &str) -> Option<usize> {
        self.items
            .iter()
            .rposition(|item| matches!(item, Item::Rich { replaces: Some(same), .. } if same == id))
    }

    fn leave_out(&mut self, item: Item) {
        let more = item.size();
        let (Item::Rich { parent, .. } | Item::Stream { parent, .. }) = item else {
            return;
        };
        match self.items.back_mut() {
            Some(Item::LeftOut { parent: same, size }) if same.is(&parent) => *size += more,
            _ => self.items.push_back(Item::LeftOut { parent, size: more }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(parent: &Parent, text: &str) -> Item {
        let (parent, text) = (parent.clone(), text.to_owned());
        Item::Stream {
            parent,
            name: "stdout",
            text,
        }
    }

    fn update(parent: &Parent, id: &str, html: &str) -> Item {
        Item::Rich {
            message: Arc::new(parent.publish("update_display_data", json!({ "html": html }))),
            parent: parent.clone(),
            size: html.len(),
            replaces: Some(id.to_owned()),
        }
    }

    #[test]
    fn a_client_that_takes_nothing_is_not_waited_for_and_the_line_says_how_much_is_missing() {
        let (backlog, parent) = (Backlog::new(), Parent::nobody());
        let start = Instant::now();
        for _ in 0..100 {
            backlog.put(text(&parent, &"x".repeat(100_000)));
        }
        backlog.put(Item::Message(Arc::new(parent.publish("status", json!({})))));
        assert!(start.elapsed() < 2 * PATIENCE, "{:?}", start.elapsed());
        let (mut kept, mut missing, mut status) = (0, 0, 0);
        while let Some(item) = backlog.try_next() {
            match item {
                Item::Stream { text, .. } => kept += text.len(),
                Item::LeftOut { size, .. } => missing += size,
                Item::Message(_) => status += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((kept + missing, status), (10_000_000, 1));
        assert!(kept > ROOM && missing > 0, "{kept} {missing}");
        // It takes again.
        backlog.put(text(&parent, "y"));
        assert!(matches!(backlog.try_next(), Some(Item::Stream { text, .. }) if text == "y"));
    }

    #[test]
    fn a_client_that_takes_slowly_gets_everything() {
        let (backlog, parent) = (Arc::new(Backlog::new()), Parent::nobody());
        let printing = Arc::clone(&backlog);
        let thread = std::thread::spawn(move || {
            for _ in 0..100 {
                printing.put(text(&parent, &"x".repeat(100_000)));
            }
        });
        let mut taken = 0;
        while taken < 10_000_000 {
            match backlog.try_next() {
                Some(Item::Stream { text, .. }) => taken += text.len(),
                Some(other) => panic!("{other:?}"),
                None => {}
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        thread.join().unwrap();
    }

    #[test]
    fn of_the_contents_of_a_display_only_the_last_waits() {
        let (backlog, parent) = (Backlog::new(), Parent::nobody());
        for epoch in 0..1000 {
            backlog.put(update(&parent, "a", &format!("epoch {epoch}")));
        }
        backlog.put(update(&parent, "b", "other"));
        let Some(Item::Rich { message, .. }) = backlog.try_next() else {
            panic!("nothing waits");
        };
        assert!(format!("{message:?}").contains("epoch 999"));
        assert!(matches!(
            backlog.try_next(),
            Some(Item::Rich { size: 5, .. })
        ));
        assert!(backlog.try_next().is_none());
    }

    #[test]
    fn nobody_waits_for_a_client_that_is_gone() {
        let (backlog, parent) = (Arc::new(Backlog::new()), Parent::nobody());
        backlog.put(text(&parent, &"x".repeat(ROOM + 1)));
        let printing = Arc::clone(&backlog);
        let thread = std::thread::spawn(move || printing.put(text(&parent, "y")));
        backlog.close();
        thread.join().unwrap();
        assert!(backlog.try_next().is_none());
    }
}
